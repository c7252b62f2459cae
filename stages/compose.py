"""(event, owner, address for answers) -> the octets of a mail of ours to the owner."""

from __future__ import annotations

from stages import alarm, reminder
from stages.conversation import DigestWanted, ReminderWanted, ReplyWanted
from stages.events import AlarmWanted
from stages.settings import Owner

Wanted = ReminderWanted | DigestWanted | ReplyWanted | AlarmWanted


def compose(event: Wanted, owner: Owner, answer_to: str) -> bytes:
    """CRLF line ends. `answer_to`: where the owner may answer, an address made for this mail alone; empty: nowhere."""
    if isinstance(event, AlarmWanted):
        return alarm.compose(event, owner)
    if isinstance(event, ReminderWanted):
        return reminder.compose(event, owner)
    raise NotImplementedError
