"""(Conversation, event) -> Advanced and what it asks for: the state table of "why would you like to connect?".

TABLE says for every phase what may happen in it. What stands there is done; what the owner orders and does not stand
there is refused in words; anything else that does not stand there changes nothing. Only `asked` starts the clock, so a
request that nobody asked about is never called silent.
"""

from __future__ import annotations

from typing import Literal

from stages.calm import FollowUp
from stages.conversation import (
    Accepted,
    Advanced,
    Answered,
    Asking,
    Conversation,
    Elapsed,
    Listed,
    Opened,
    Ordered,
    Phase,
    Refused,
    Rejudged,
    RejudgingWanted,
    ReminderWanted,
    ReplyWanted,
)
from stages.due import timed
from stages.durations import DAY
from stages.events import Event, Order
from stages.keeping import Forgotten, Remembered
from stages.refusing import FIRST, NOT_FOLLOWED, NOTHING_SAID, UNKNOWN_REQUEST, refused
from stages.reminding import reminder_of
from stages.said import forget, put_back, remembering, say, undo, why_not_of_all
from stages.settings import Settings
from stages.standing import STALE, span, waited_for, why_not
from stages.stepping import Move, Step, cause, closed, entering, rejudging
from stages.values import NOTE

Happening = Opened | Answered | Accepted | Ordered | Elapsed | Listed | Rejudged
"""What moves a conversation."""
Outcome = Advanced | Refused | Remembered | Forgotten | RejudgingWanted | ReminderWanted | ReplyWanted
Cue = Order | Literal["answer", "automatic", "maybe", "accepted", "elapsed", "listed", "rejudged", "reread"]
"""What a happening is to the table."""


def converse(known: Conversation | None, event: Happening, settings: Settings) -> tuple[Outcome, ...]:
    """What comes of an event: an Advanced first, or Refused, or nothing. Pure; the event brings time and knowledge."""
    told = settings.follow_up
    if not isinstance(event, Ordered):
        return _happened(known, event, told)
    outcomes = _first(event, told) if known is None else _ordered(known, event, told)
    return _put_back(known, event, outcomes) if event.by == "button" else outcomes


def _put_back(known: Conversation | None, event: Ordered, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The same, and last, once, that the mail goes back from the button into which it was dropped."""
    after = next((each.conversation for each in outcomes if isinstance(each, Advanced)), known)
    wanted = [each for each in outcomes if isinstance(each, RejudgingWanted)]
    others = (each for each in outcomes if not isinstance(each, RejudgingWanted))
    return (*others, put_back(after, event, wanted))


def _happened(known: Conversation | None, event: Happening, told: FollowUp) -> tuple[Outcome, ...]:
    """What comes of anything that the owner did not order."""
    if isinstance(event, Elapsed | Listed) and (known is None or known.version != event.version):
        return ()  # it was due as it was then; meanwhile something else happened
    if isinstance(event, Elapsed) and known is not None and (known.due_at is None or event.at < known.due_at):
        return ()  # the clock was set back
    if isinstance(event, Opened):
        return () if known is not None else _advanced(None, "opened", event, _open(event, told), told)
    cue = _cue(event)
    move = _move(known, event, cue) if known is not None else None
    return _advanced(known, cue, event, move(known, event, told), told) if known is not None and move else ()


def _ordered(known: Conversation, event: Ordered, told: FollowUp) -> tuple[Outcome, ...]:
    move, why = _move(known, event, event.order), why_not_of_all(known.about, event)
    if move is not None and not why:
        return _advanced(known, event.order, event, move(known, event, told), told)
    if move is None:
        why = STALE if event.before is not None and _stale(known, event) else why_not(known, event.order)
    return refused(known.phase, event, why, known.about.name.value, told)


def _move(known: Conversation, event: Happening, cue: Cue) -> Move | None:
    """What the table says; but nobody is asked twice, and what was never done cannot be undone."""
    if cue == "asked" and known.asked_at is not None:
        return None
    if cue == "not_theirs" and known.maybe_at is None:
        return None
    if cue == "forget" and known.said is None:
        return None
    if isinstance(event, Ordered) and cue == "undo" and (event.before is None or _stale(known, event)):
        return None
    return TABLE[known.phase].get(cue)


def _stale(known: Conversation, event: Ordered) -> bool:
    """Whether something else happened since the owner saw what to take back."""
    return bool(event.version) and event.version != known.version


def _cue(event: Happening) -> Cue:
    if isinstance(event, Ordered):
        return event.order
    if isinstance(event, Rejudged):
        return "reread" if event.anew or event.without else "rejudged"
    if isinstance(event, Answered):
        return "automatic" if event.automatic else "answer" if event.sure else "maybe"
    plain: dict[type[Event], Cue] = {
        Accepted: "accepted",
        Elapsed: "elapsed",
        Listed: "listed",
    }
    return plain[type(event)]


def _advanced(was: Conversation | None, cue: str, event: Happening, step: Step, told: FollowUp) -> tuple[Outcome, ...]:
    version = was.version + 1 if was else 1
    after = timed(step.conversation.model_copy(update={"version": version}), told, event.at)
    advanced = Advanced(
        mail=after.mail,
        owner=after.owner,
        request=after.request,
        was=was.phase if was else None,
        cue=cue,
        reason=step.reason,
        by=event.by if isinstance(event, Ordered) else None,
        conversation=after,
        at=event.at,
    )
    return (advanced, *remembering(was, after, event.at), *step.wanted)


# --- opening ------------------------------------------------------------------------------------------------------


def _open(event: Opened, told: FollowUp) -> Step:
    new = _new(event)
    if event.owed:
        return Step(new.model_copy(update={"phase": "owed"}), "they wrote to you, and an answer of yours is due")
    if event.asked_before is not None:
        return Step(
            new.model_copy(update={"phase": "settled"}), "you asked this person before, and nobody is asked twice"
        )
    return Step(new, "the request does not say why: ask them")


def _new(event: Opened) -> Conversation:
    return Conversation(
        request=event.request,
        owner=event.owner,
        mail=event.mail,
        version=1,
        phase="to_ask",
        network=event.network,
        about=event.about,
        known=event.known,
        why=event.why,
        language=event.language,
        mailbox=event.mailbox,
        message_id=event.message_id,
        subject=event.subject,
        score=event.score,
        proven=event.proven,
        verdict=event.verdict,
        folder=event.folder,
        came_at=event.at,
        reminders=0 if event.reminded_at is None else 1,
        reminded_at=event.reminded_at,
    )


def _first(event: Ordered, told: FollowUp) -> tuple[Outcome, ...]:
    """The owner says something about a request that nobody talked of yet."""
    if event.opens is None:
        return refused(None, event, UNKNOWN_REQUEST, None, told)
    new = _new(event.opens)
    why = why_not_of_all(new.about, event)
    if event.order in FIRST and not why:
        return _advanced(None, event.order, event, TABLE["to_ask"][event.order](new, event, told), told)
    why = why or (NOTHING_SAID if event.order == "forget" else NOT_FOLLOWED)
    return refused(None, event, why, new.about.name.value, told)


# --- moves --------------------------------------------------------------------------------------------------------


def _remind(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    """to_ask, and time came: a reminder, the last one said twice at most; or the end."""
    if event.at >= known.came_at + told.expire_after:
        return Step(closed(known, "expired"), "nobody asked them, and the request is old now")
    if known.maybe_at is not None and not known.reminders:
        return _ask_whether(known, event, told)
    asking: Asking = "second" if known.reminders else "ask"
    after = _reminded(known, event.at, told)
    return Step(after, "you were reminded to ask them", (reminder_of(known, asking, event.at, told),))


def _list(known: Conversation, event: Listed, told: FollowUp) -> Step:
    return Step(_reminded(known, event.at, told), "a digest named it")


def _reminded(known: Conversation, at: int, told: FollowUp) -> Conversation:
    after = known.model_copy(update={"reminders": known.reminders + 1, "reminded_at": at})
    if told.asked_when_reminded and known.phase == "to_ask":
        return entering(after, "asked").model_copy(update={"asked_at": at, "reminders": after.reminders})
    return after


def _ask(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    after = entering(known, "asked").model_copy(update={"asked_at": event.at})
    return Step(after, f"you asked them; an answer is waited for {span(told.answer_within)}")


def _answer(known: Conversation, event: Answered | Ordered, told: FollowUp) -> Step:
    """Something came back: judge the request with it. The owner may say so too, where no mail did."""
    text = event.answer.value or "" if isinstance(event, Answered) else ""
    first = known.answered_at if known.answered_at is not None else event.at
    waited = max(0, first - known.since)
    after = entering(known, "answered").model_copy(
        update={
            "answered_at": first,
            "pace": "quickly" if waited <= told.quick else "late",
            "words": "\n\n".join(part for part in (known.words, text.strip()) if part)[:NOTE],
            "unseen": not (known.words or text),
            "told": isinstance(event, Ordered),
            "judging": True,
            "maybe_at": None,
        }
    )
    reason = f"answered {waited_for(known, waited)}" + ("" if text else "; text not shown")
    return Step(after, reason, (rejudging(after, event.at),))


def _automatic(known: Conversation, event: Answered, told: FollowUp) -> Step:
    return Step(known, "an automatic reply came, which is no answer")


def _maybe(known: Conversation, event: Answered, told: FollowUp) -> Step:
    """Asked about once, however many follow: anybody can write mails that prove nothing."""
    if known.maybe_at is not None:
        return Step(known, "another message came that may be theirs")
    after = known.model_copy(update={"maybe_at": event.at, "reminders": 0, "reminded_at": None})
    return Step(after, "a message came that may be theirs: you are asked whether it is")


def _not_theirs(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    """As if that message had never come; what it put off is due again."""
    after = known.model_copy(update={"maybe_at": None, "reminders": 0, "reminded_at": None})
    return Step(after, "that message was not theirs")


def _ask_whether(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    after = known.model_copy(update={"reminders": known.reminders + 1, "reminded_at": event.at})
    return Step(after, "you were asked whether a message is theirs", (reminder_of(known, "maybe", event.at, told),))


def _be_silent(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    """asked, and time came: is it over, or is the owner to be asked about a message that may be theirs?"""
    if known.asked_at is not None and event.at >= known.asked_at + told.answer_within:
        after = closed(known, "silent")
        reason = f"no answer in {span(told.answer_within)}; it stays where it is"
        return Step(after, reason, (rejudging(after, event.at),))
    return _ask_whether(known, event, told)


def _settle(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    """answered, and time came: tell of an answer that nobody saw, or let it rest."""
    if known.answered_at is not None and event.at >= known.answered_at + told.answer_within:
        return Step(entering(known, "settled"), "nothing else came, and you did not object")
    after = _reminded(known, event.at, told)
    return Step(
        after, "you were told of an answer whose text is not shown", (reminder_of(known, "unseen", event.at, told),)
    )


def _nag(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    after = _reminded(known, event.at, told)
    return Step(after, "you were reminded to answer them", (reminder_of(known, "owed", event.at, told),))


def _wake(known: Conversation, event: Elapsed, told: FollowUp) -> Step:
    after = entering(known, known.resumes or "to_ask")
    return Step(after, "the time you wanted to be left alone is over")


def _snooze(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    rest = event.span if event.span is not None else DAY
    resumes = known.resumes if known.phase == "snoozed" else known.phase
    after = entering(known, "snoozed").model_copy(update={"until": event.at + rest, "resumes": resumes})
    return Step(after, f"you want to hear of it again in {span(rest)}")


def _accept(known: Conversation, event: Accepted, told: FollowUp) -> Step:
    return Step(closed(known, "accepted"), "you two are connected already, so there is nothing to ask")


def _note_acceptance(known: Conversation, event: Accepted, told: FollowUp) -> Step:
    return Step(known, "you two are connected; that is no answer yet")


def _rejudge(known: Conversation, event: Rejudged, told: FollowUp) -> Step:
    told_why = {"why": event.why or known.why, "folder": event.folder}
    after = known.model_copy(update={"verdict": event.verdict, "pitch": event.pitch, "judging": False, **told_why})
    kind = " and it sells something" if event.pitch else ""
    how = f"judged again without {cause(event.without)}" if event.without else "judged again"
    return Step(after, f"{how}: {event.verdict.replace('_', ' ')}{kind}")


def _judge_unasked(known: Conversation, event: Rejudged, told: FollowUp) -> Step:
    """The mail was read anew before anybody asked, or a rule's doing undone: perhaps there is nothing to ask."""
    judged = {"verdict": event.verdict, "folder": event.folder, "why": event.why or known.why}
    after = known.model_copy(update=judged)
    how = f"without {cause(event.without)}" if event.without else "read again"
    if event.verdict == "follow_up":
        return Step(after, f"{how}, it still does not say why")
    return Step(closed(after, "settled"), f"{how}, there is nothing to ask: {event.verdict}")


def _dismiss(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    return Step(closed(known, "dismissed"), "you do not want to hear of it again")


def _withdraw(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    return Step(closed(known, "withdrawn"), "they took their request back")


def _done(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    return Step(closed(known, "settled"), "you answered them")


# --- the table ----------------------------------------------------------------------------------------------------

_SAID: dict[Cue, Move] = {"good": say, "intriguing": say, "ugly": say, "forget": forget, "undo": undo}
_JUDGED: dict[Cue, Move] = {"rejudged": _rejudge, "reread": _rejudge}
_END: dict[Cue, Move] = {"dismiss": _dismiss, "withdrawn": _withdraw}
_HEARD: dict[Cue, Move] = {"answer": _answer, "answered": _answer, "automatic": _automatic, "maybe": _maybe,
                          "not_theirs": _not_theirs}  # fmt: skip
_CLOSED: dict[Cue, Move] = {**_SAID, "asked": _ask, **_JUDGED}
_OVER: dict[Cue, Move] = {**_HEARD, "elapsed": _ask_whether, "listed": _list}
"""Nothing is waited for any more, and an answer is news all the same."""

TABLE: dict[Phase, dict[Cue, Move]] = {
    "to_ask": {**_SAID, **_END, **_HEARD, "asked": _ask, "snooze": _snooze, "accepted": _accept,
               "elapsed": _remind, "listed": _list, "reread": _judge_unasked},
    "asked": {**_SAID, **_END, **_HEARD, "accepted": _note_acceptance, "elapsed": _be_silent, "listed": _list},
    "answered": {**_SAID, **_END, "answer": _answer, **_JUDGED, "elapsed": _settle, "listed": _list},
    "silent": {**_SAID, **_END, **_OVER, **_JUDGED},
    "snoozed": {**_SAID, **_END, **_HEARD, "asked": _ask, "snooze": _snooze, "accepted": _accept, "done": _done,
                "elapsed": _wake, "reread": _judge_unasked},
    "owed": {"done": _done, "dismiss": _dismiss, "snooze": _snooze, "undo": undo, "elapsed": _nag, "listed": _list},
    "settled": _CLOSED,
    "accepted": {**_CLOSED, **_END, **_OVER},
    "expired": {**_CLOSED, **_END, **_OVER},
    "withdrawn": _CLOSED,
    "dismissed": _CLOSED,
}  # fmt: skip
