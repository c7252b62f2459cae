"""Steps of a mail's story -> what happened, in a sentence each. Never a mail's text."""

from __future__ import annotations

from pipeline.clock import utc
from pipeline.store.migrations import decode
from pipeline.store.state import Story
from stages.conversation import (
    Accepted,
    Advanced,
    Answered,
    By,
    Opened,
    Ordered,
    Refused,
    Rejudged,
    ReminderWanted,
    SendingRefused,
)
from stages.durations import DAY
from stages.events import Enriched, Event, Moved, Routed
from stages.field_words import named, worth_naming
from stages.header import clean
from stages.inspecting import InspectionWanted
from stages.keeping import Forgotten, Remembered, RemovalWanted, Removed
from stages.learning import LearningWanted, LessonAnswered
from stages.notifying import NotificationDropped, NotificationWanted
from stages.receipt import sentence
from stages.reminder import SHORT
from stages.standing import span

_BY: dict[By, str] = {
    "terminal": "in the terminal",
    "mail": "by mail",
    "move": "by moving the mail",
    "button": "by a folder",
}
_CUES = {
    "opened": "your rules",
    "answer": "a mail",
    "automatic": "a mail",
    "maybe": "a mail",
    "accepted": "a mail",
    "elapsed": "time",
    "listed": "a digest",
    "rejudged": "signals and rules",
}
"""What moves a conversation where the owner does not."""
_ASKING = {
    "ask": "to ask them",
    "second": "to ask them, for the second and last time",
    "maybe": "to say whether a message is theirs",
    "unseen": "that they answered; the text is not shown",
    "owed": "to answer them",
}


def gist(step: Story) -> str:
    """What a step did, on one line."""
    if step.error:
        return step.error
    event = decode(step.kind, step.version, step.body)
    if isinstance(event, Enriched):
        again = "read anew: " if event.anew else "judged again: " if event.again else ""
        odd = "" if event.layout_known else "; its layout is new to us"
        noted = "".join(f"; {clean(remark, 200)}" for remark in event.remarks)
        return f"{again}{event.kind}, {event.authenticity.verdict}: {event.authenticity.detail}{noted}{odd}"
    if isinstance(event, Routed):
        said = "; ".join(sentence(decision) for decision in event.decisions) or f"no request, to {event.folder}"
        return (
            f"{said} (settings {clean(event.settings_hash, 64)})" if event.decisions and event.settings_hash else said
        )
    if isinstance(event, InspectionWanted):
        drifted = worth_naming(doubt.what for doubt in event.doubts)
        return f"tell you that mails of this kind look different: {', '.join(map(named, drifted))}"
    if isinstance(event, NotificationWanted):
        return f"tell you at once, as your rule {clean(event.rule, 64)} says"
    if isinstance(event, NotificationDropped):
        return f"you are not told: {event.why}"
    if told := _talk(event):
        return told
    shown = event.model_dump(include={"folder", "name", "first", "error", "peer", "size", "claims", "rule"})
    return ", ".join(f"{key} {value}" for key, value in shown.items() if value not in ("", None))


def _talk(event: Event) -> str:
    """A step of a conversation; empty: it is none."""
    if isinstance(event, Advanced):
        return _advanced(event)
    if isinstance(event, Refused):
        return f"`{event.order}`, said {_BY[event.by]}, changed nothing: {event.why}"
    if isinstance(event, Ordered):
        rest = f" for {span(event.span if event.span is not None else DAY)}" if event.order == "snooze" else ""
        whose = f" of all requests of this {event.always}" if event.always is not None else ""
        return f"you said `{event.order}`{rest}{whose} {_BY[event.by]}"
    if isinstance(event, Remembered):
        return f"all requests of {clean(event.name, 60) or f'this {event.scope}'} are {event.verdict} from now on"
    if isinstance(event, Forgotten):
        return "what you said of all their requests counts no more"
    if isinstance(event, Opened):
        return "they wrote to you, whom you had invited" if event.owed else "the request does not say why"
    if isinstance(event, Answered):
        return _answered(event)
    if isinstance(event, Accepted):
        return "the network says that you two are connected"
    if isinstance(event, Rejudged):
        return f"{event.verdict.replace('_', ' ')}, to {event.folder}" + ("; it is a pitch" if event.pitch else "")
    if isinstance(event, ReminderWanted):
        return f"remind you {_ASKING[event.asking]}"
    if isinstance(event, RemovalWanted):
        return f"it goes out of Ugly, as a digest told you on {utc(event.listed_at)}"
    if isinstance(event, Removed):
        return _removed(event)
    if isinstance(event, Moved):
        return f"you moved it to {event.folder}"
    if isinstance(event, LearningWanted):
        return f"you said `{event.answer}` of the lesson {event.lesson} {_BY[event.by]}"
    if isinstance(event, LessonAnswered):
        return _learned(event)
    if isinstance(event, SendingRefused):
        return f"the relay did not take it{' and never will' if event.final else ''}: {event.why}"
    return ""


def _learned(event: LessonAnswered) -> str:
    if event.why:
        return f"{event.lesson}: nothing changed: {event.why}"
    what = {"accept": "it counts from now on", "decline": "it is not learned", "forget": "it counts no more"}
    return f"{event.lesson}: {what[event.answer]}" + (f": {clean(event.says, 300)}" if event.says else "")


def _removed(event: Removed) -> str:
    if event.kept:
        return f"it stays: {event.kept}"
    if not event.name:
        return "it was not there any more"
    return f"taken out of Ugly; `salver undo {event.mail[-SHORT:]}` brings it back"


def _advanced(event: Advanced) -> str:
    now = event.conversation.phase.replace("_", " ")
    was = event.was.replace("_", " ") if event.was is not None else "begins"
    by = f"you, {_BY[event.by]}" if event.by is not None else _CUES.get(event.cue, event.cue)
    by = "you" if event.cue == "rejudged" and event.conversation.said is not None else by
    return f"{f'stays {now}' if was == now else f'{was} -> {now}'}: {event.reason} (by: {by})"


def _answered(event: Answered) -> str:
    if event.automatic:
        return "an automatic reply, which is no answer"
    who = "they wrote" if event.sure else "somebody wrote; it may be them"
    return who + ("" if event.answer.state == "shown" else "; text not shown")
