"""What the log knows of news that owners were told at once: whether one was begun, and how many there may be now."""

from __future__ import annotations

from pipeline.store import due
from pipeline.store.reads import Read
from stages.calm import FollowUp
from stages.durations import DAY, HOUR


async def begun(read: Read, id: str) -> bool:
    """Whether the fact with this id was noted: the news counts already."""
    return bool(await read("SELECT 1 FROM events WHERE id = ?", (id,)))


async def dropped(read: Read, since: int) -> int:
    """How many were not told since then, since their owner had as many mails as may be."""
    ((count,),) = await read(
        "SELECT count(*) FROM events WHERE kind = 'NotificationDropped' AND created_at > ?", (since,)
    )
    return int(count)


async def room(read: Read, owner: str, told: FollowUp, at: int) -> int:
    """How many may be told now by the measure of an hour and a day; none or less: it is full.

    What else the owner gets counts too, and one mail a day is left for the digest.
    """
    hour = told.per_hour - await due.mailed(read, owner, at - HOUR)
    day = told.per_day - await due.mailed(read, owner, at - DAY) - (told.digest != "off")
    return min(hour, day)
