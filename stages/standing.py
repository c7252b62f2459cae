"""How a conversation stands: for the signals, in words for a person, and why an order cannot be followed."""

from __future__ import annotations

from stages.conversation import Conversation, Phase
from stages.durations import DAY, HOUR, MINUTE
from stages.events import UNKNOWN, Asked, Order, shown


def asked_of(known: Conversation, at: int) -> Asked | None:
    """What came of the question, for the signals; None: nobody asked, and nothing came."""
    if known.waited is not None:
        answer = shown(known.words) if known.words else UNKNOWN
        return Asked(
            waited=known.waited,
            answered=True,
            quick=known.pace == "quickly",
            told=known.asked_at is not None,
            answer=answer,
        )
    if known.phase != "silent":
        return None
    return Asked(waited=max(0, at - known.since), answered=False)


def waited_for(known: Conversation, waited: int) -> str:
    """`4 h after you asked`."""
    return f"{span(waited)} after {'you asked' if known.asked_at is not None else 'their request came'}"


STALE = "something else happened to it just now; look how it stands, and take back what you want taken back"
"""Why it cannot be undone, where what was seen is no longer the last step."""


def why_not(known: Conversation, order: Order) -> str:
    """Why the state table does not allow the order now."""
    return why_not_in(known.phase, known.asked_at is not None, order)


def why_not_in(phase: Phase, asked: bool, order: Order) -> str:
    """The same, of a conversation in that phase; `asked`: the owner said that they asked."""
    if order == "asked" and asked:
        return "you said that you asked already; an answer counts whenever it comes"
    if order == "snooze" and phase == "asked":
        return "there is no reminder to put off: their answer is waited for"
    if order == "undo":
        return "there is nothing to take back"
    if order == "forget":
        return "you said nothing of it that could be taken back"
    if order == "not_theirs":
        return "there is no message here of which it is asked whether it was theirs"
    if order == "done":
        return "nobody waits for an answer of yours here; `good`, `ugly` or `dismiss` settle a request"
    return f"{PHASES[phase]}, so `{order}` changes nothing here"


def span(milliseconds: int) -> str:
    """`4 h`, `3 days`: the largest unit that is not zero."""
    for unit, word in ((DAY, "day"), (HOUR, "h"), (MINUTE, "min")):
        count = milliseconds // unit
        if count:
            return f"{count} {word}" + ("s" if word == "day" and count != 1 else "")
    return f"{milliseconds // 1_000} s"


PHASES: dict[Phase, str] = {
    "to_ask": "nobody has asked them yet",
    "asked": "their answer is waited for",
    "answered": "they answered",
    "silent": "they did not answer in time",
    "snoozed": "you put it off",
    "owed": "they wait for your answer",
    "settled": "it is settled",
    "accepted": "you are connected already",
    "expired": "it is too old",
    "withdrawn": "they took it back",
    "dismissed": "you dismissed it",
}
"""How a conversation stands, for a person."""
