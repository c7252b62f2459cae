"""(event, owner, settings, address for answers) -> the octets of a mail of ours to the owner."""

from __future__ import annotations

from stages import alarm, digest_mail, inspection_mail, notification_mail, reminder, reply_mail
from stages.conversation import DigestWanted, ReminderWanted
from stages.events import AlarmWanted
from stages.inspecting import InspectionWanted
from stages.notifying import NotificationWanted
from stages.own_mail import Wanted as Wanted
from stages.settings import Owner, Settings


def compose(event: Wanted, owner: Owner, settings: Settings, answer_to: str = "") -> bytes:
    """CRLF line ends. `answer_to`: where the owner may answer, an address made for this mail alone; empty: nowhere."""
    if isinstance(event, AlarmWanted):
        return alarm.compose(event, owner, settings)
    if isinstance(event, InspectionWanted):
        return inspection_mail.compose(event, owner, settings)
    if isinstance(event, NotificationWanted):
        return notification_mail.compose(event, owner, settings)
    if isinstance(event, ReminderWanted):
        return reminder.compose(event, owner, settings, answer_to)
    if isinstance(event, DigestWanted):
        return digest_mail.compose(event, owner, settings, answer_to)
    return reply_mail.compose(event, owner, settings, answer_to)
