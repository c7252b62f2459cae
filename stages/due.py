"""(Conversation, FollowUp) -> when time acts on it next, and whether the owner is to hear of it."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Conversation
from stages.durations import DAY


def timed(known: Conversation, told: FollowUp, at: int) -> Conversation:
    """The conversation with the time at which it is next due, and whether a mail to the owner is due then."""
    silent, mail = _deadline(known, told), _reminder_due(known, told, at)
    mails = mail is not None and (silent is None or mail < silent)
    return known.model_copy(update={"due_at": mail if mails else silent, "mails": mails})


def _deadline(known: Conversation, told: FollowUp) -> int | None:
    """When something happens by itself."""
    if known.phase == "to_ask":
        return known.came_at + told.expire_after
    if known.phase == "asked" and known.asked_at is not None:
        return known.asked_at + told.answer_within
    if known.phase == "answered" and known.answered_at is not None:
        return known.answered_at + told.answer_within
    return known.until if known.phase == "snoozed" else None


def _reminder_due(known: Conversation, told: FollowUp, at: int) -> int | None:
    """When a mail of its own is due; with digests, it is in them that the owner hears of it."""
    return None if told.digest != "off" else to_tell(known, told, at)


def to_tell(known: Conversation, told: FollowUp, at: int) -> int | None:
    """From when on the owner is to hear of it (again), in a mail of its own or in a digest; None: not at all."""
    again = told.second_reminder_after
    if known.phase == "to_ask" or (known.phase == "asked" and known.maybe_at is not None):
        if not known.reminders:
            return known.maybe_at if known.maybe_at is not None else max(known.came_at, at)
        if known.reminders == 1 and again is not None and known.reminded_at is not None and known.phase == "to_ask":
            return known.reminded_at + again
        return None
    if known.phase == "answered":
        return known.answered_at if known.unseen and not known.reminders else None
    if known.phase == "owed":
        return max(known.came_at, at) if known.reminded_at is None else known.reminded_at + (again or 7 * DAY)
    return None
