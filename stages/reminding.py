"""Conversation -> ReminderWanted: what a mail about it has to say."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Asking, Conversation, ReminderWanted
from stages.standing import waited_for


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
        folder=known.folder,
        message_id=known.message_id,
        subject=known.subject,
        answer_until=at + told.answers,
        at=at,
    )


def _told(known: Conversation, asking: Asking) -> str:
    """What a reminder has to say beside who it is."""
    return waited_for(known, known.waited) if asking == "unseen" and known.waited is not None else ""
