"""Pure: (step, error, tries, now) -> when to try again (ms), or None when a person has to look."""

from __future__ import annotations

from pipeline.errors import Later, NotSent, ReaderDied

READER_TRIES = 3
EDGE_TRIES = 8
LOCAL_MILLISECONDS = 5_000
LOCAL = (
    "FilingWanted", "ReminderWanted", "DigestWanted", "ReplyWanted", "AlarmWanted", "InspectionWanted",
    "NotificationWanted",
)  # fmt: skip
"""What is filed on our own disk."""
LONGEST_MILLISECONDS = 3_600_000
SENDING_MILLISECONDS = 30_000
SENDING_TRIES = 12
"""With these pauses they take about five hours: then a mail of ours is filed in the INBOX instead."""


def next_try(step: str, error: Exception, tries: int, now: int) -> int | None:
    """When to try `step` (kind of event) again after `tries` attempts, the last of which raised `error`.

    A mail that kills its reader is tried three times. What is filed on our own disk, and what the disk itself
    refused, is tried for ever, at least every five seconds; what is to wait, when its time has come. What a relay did
    not take waits from half a minute up to an hour (whoever sends counts the tries). Anything else backs off up to an
    hour, eight times.
    """
    if isinstance(error, ReaderDied):
        return now + 1_000 if tries < READER_TRIES else None
    if isinstance(error, Later):
        return max(error.at, now + 1_000)
    if isinstance(error, NotSent):
        return now + min(SENDING_MILLISECONDS << min(error.attempt - 1, 10), LONGEST_MILLISECONDS)
    if isinstance(error, OSError) or step in LOCAL:
        return now + min(250 << min(tries, 10), LOCAL_MILLISECONDS)
    if tries >= EDGE_TRIES:
        return None
    return now + min(1_000 << 2 * tries, LONGEST_MILLISECONDS)
