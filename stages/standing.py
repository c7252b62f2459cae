"""How a conversation stands, in words for a person; and why an order cannot be followed."""

from __future__ import annotations

from stages.conversation import Conversation, Phase
from stages.durations import DAY, HOUR, MINUTE
from stages.events import Order


def why_not(known: Conversation, order: Order) -> str:
    if order == "asked" and known.asked_at is not None:
        return "you said that you asked already; an answer counts whenever it comes"
    if order == "snooze" and known.phase == "asked":
        return "there is no reminder to put off: their answer is waited for"
    if order == "undo":
        return "there is nothing to take back"
    if order == "done":
        return "nobody waits for an answer of yours here; `good`, `ugly` or `dismiss` settle a request"
    return f"{PHASES[known.phase]}, so there is nothing to {order} here"


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
