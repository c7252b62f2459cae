"""When Salver ran, as far as it counts for what a digest told: time in which an owner could see it, and act."""

from __future__ import annotations

from pipeline.store.writer import Job, Statement
from stages.durations import DAY

_KEPT = 90 * DAY
SINCE_TOLD = (
    "(SELECT coalesce(sum(max(min(r.ended, ?1) - max(r.began, t.told), 0)), 0) FROM ran AS r,"
    " (SELECT min(created_at) AS told FROM events WHERE mail = g.digest AND kind IN ('Sent', 'ReminderFiled')) AS t"
    " WHERE r.ended > t.told AND r.began < ?1)"
)
"""How long Salver ran since the digest that named g was sent or filed. ?1: now."""


def beat(at: int, joins: int, notice: int) -> Job:
    """Notes that Salver runs at this time (ms), and ran since the beat before, if that is no longer ago than `joins`.

    Where it is a whole notice ago or more, what ran before counts no longer: what was told then is long forgotten.
    Where it lies ahead, the clock was set back, and what was counted by a wrong clock goes.
    """
    last = "(SELECT max(ended) FROM ran)"
    return [
        Statement("DELETE FROM ran WHERE began > ?1 OR ended < ?1 - ?2", (at, _KEPT)),
        Statement("UPDATE ran SET ended = ?1 WHERE ended > ?1", (at,)),
        Statement(f"DELETE FROM ran WHERE {last} <= ?1 - ?2 AND {last} < ?1 - ?3", (at, notice, joins)),  # noqa: S608
        Statement(f"UPDATE ran SET ended = ?1 WHERE ended = {last} AND ended >= ?1 - ?2", (at, joins)),  # noqa: S608
        Statement(
            "INSERT INTO ran (began, ended) SELECT ?1, ?1 WHERE NOT EXISTS (SELECT 1 FROM ran WHERE ended = ?1)", (at,)
        ),
    ]
