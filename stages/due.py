"""(Conversation, FollowUp) -> when time acts on it next, and from when on the owner is to hear of it."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Conversation
from stages.durations import DAY, HOUR

REMIND_AGAIN = 7 * DAY
"""Until an owed answer is reminded of again, where there are no second reminders."""

JUDGING = HOUR
"""An answer is told of when the request was judged with it, or after this."""


def timed(known: Conversation, told: FollowUp, at: int) -> Conversation:
    """The conversation with the time at which it is next due, and whether a mail to the owner is due then."""
    return _timed(known, told, to_tell(known, told, at))


def retimed(known: Conversation, told: FollowUp, now: int) -> Conversation:
    """The same of one that was timed before, with other settings or by a clock that was ahead."""
    tell = to_tell(known, told, now)
    longest = now + (told.second_reminder_after or REMIND_AGAIN)
    return _timed(known, told, None if tell is None else min(tell, longest))


def _timed(known: Conversation, told: FollowUp, tell: int | None) -> Conversation:
    silent = _deadline(known, told)
    mail = tell if told.digest == "off" else None  # with digests, it is in them that the owner hears of it
    mails = mail is not None and (silent is None or mail < silent)
    return known.model_copy(update={"due_at": mail if mails else silent, "mails": mails, "tell_at": tell})


def same_times(one: Conversation, other: Conversation, at: int) -> bool:
    """Whether both are due at the same times; what is due at `at` is due, whenever it came to be."""
    first, second = (
        (known.mails, *(None if time is None else max(time, at) for time in (known.due_at, known.tell_at)))
        for known in (one, other)
    )
    return first == second


def _deadline(known: Conversation, told: FollowUp) -> int | None:
    """When something happens by itself."""
    if known.phase == "to_ask":
        return known.came_at + told.expire_after
    if known.phase == "asked" and known.asked_at is not None:
        return known.asked_at + told.answer_within
    if known.phase == "answered" and known.answered_at is not None:
        return known.answered_at + told.answer_within
    return known.until if known.phase == "snoozed" else None


def to_tell(known: Conversation, told: FollowUp, at: int) -> int | None:
    """From when on the owner is to hear of it (again), in a mail of its own or in a digest; None: not at all."""
    again = told.second_reminder_after
    if known.phase == "to_ask" or (known.phase == "asked" and known.maybe_at is not None):
        if not known.reminders:
            return at if known.maybe_at is None else known.maybe_at
        if known.reminders == 1 and again is not None and known.reminded_at is not None and known.phase == "to_ask":
            return known.reminded_at + again
        return None
    if known.phase in ("silent", "accepted", "expired"):
        return known.maybe_at if not known.reminders else None
    if known.phase == "answered":
        if known.answered_at is None or not known.unseen or known.told or known.reminders:
            return None
        return known.answered_at + (JUDGING if known.judging else 0)  # where it lies then is told with it
    if known.phase == "owed":
        return at if known.reminded_at is None else known.reminded_at + (again or REMIND_AGAIN)
    return None
