"""Conversation -> ReminderWanted: what a mail about it has to say."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Asking, Conversation, ReminderWanted
from stages.standing import span


def reminder_of(known: Conversation, asking: Asking, at: int, told: FollowUp) -> ReminderWanted:
    return ReminderWanted(
        mail=known.mail,
        owner=known.owner,
        mailbox=known.mailbox,
        request=known.request,
        asking=asking,
        version=known.version,
        about=known.about,
        network=known.network,
        language=known.language,
        known=known.known,
        reason=_told(known, asking),
        verdict=known.verdict,
        message_id=known.message_id,
        subject=known.subject,
        answer_until=at + told.answers,
        at=at,
    )


def _told(known: Conversation, asking: Asking) -> str:
    """What a reminder has to say beside who it is."""
    if asking == "unseen" and known.answered_at is not None:
        since = known.asked_at if known.asked_at is not None else known.came_at
        since_what = "you asked" if known.asked_at is not None else "their request came"
        return f"{span(max(0, known.answered_at - since))} after {since_what}"
    return ""
