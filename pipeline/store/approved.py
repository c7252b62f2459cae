"""Sets of rules that their owner lets pass, once: what `salver rules apply` and `shadow promote` leave for a reload."""

from __future__ import annotations

from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.durations import DAY

LASTS = DAY
"""ms: one that was not used by then counts for nothing."""


def approved(set: str, at: int, by: str = "apply") -> Statement:
    """The set that `rulings.set_of` names so may change as much as it does, when it is taken over next."""
    return Statement("INSERT OR REPLACE INTO approved (settings, at, by) VALUES (?, ?, ?)", (set, at, by))


def withdrawn(set: str, by: str) -> Statement:
    """What was let pass so, and did not come about, is not let pass."""
    return Statement("DELETE FROM approved WHERE settings = ? AND by = ?", (set, by))


def used(set: str, at: int) -> Statement:
    """It is live: the next time that it would be, it is weighed again. What was not used in time goes too."""
    return Statement("DELETE FROM approved WHERE settings = ? OR abs(at - ?) >= ?", (set, at, LASTS))


async def approval(read: Read, set: str, at: int) -> str | None:
    """By what this set was let pass."""
    for (by,) in await read("SELECT by FROM approved WHERE settings = ? AND abs(at - ?) < ?", (set, at, LASTS)):
        return str(by)
    return None


async def approvals(read: Read) -> int:
    """A number that grows whenever a set is let pass, whatever the clock shows."""
    ((told,),) = await read("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'approved'", ())
    return int(told)
