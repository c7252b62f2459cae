"""Reads: which providers asked an owner lately whether mail may be forwarded here. For `salver status`."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.events import Enriched

MOST = 200
"""Somebody may send us heaps of them: so many are looked at, those that are proven before all others."""


class Asked(NamedTuple):
    """The questions of one owner."""

    told: tuple[Enriched, ...]
    """those that are proven, those that are still open, the rest; of each the last first"""
    more: int
    """how many others there are, none of them proven unless all of `told` are"""


async def asked_since(read: Read, owner: str, at: int) -> Asked:
    """The questions that came in for an owner since `at` (ms); not those of imported mail."""
    rows = await read(
        "SELECT kind, version, body, count(*) OVER () FROM events WHERE seq IN ("
        "  SELECT max(seq) FROM events WHERE kind = 'Enriched'"
        "  AND mail IN (SELECT id FROM mails WHERE owner = ? AND received_at >= ?) GROUP BY mail"
        ") AND json_extract(body, '$.kind') = 'forwarding_confirmation'"
        " AND coalesce(json_extract(body, '$.parsed.imported'), '') = ''"
        " ORDER BY CASE json_extract(body, '$.authenticity.verdict')"
        "  WHEN 'aligned' THEN 0 WHEN 'temporary' THEN 1 ELSE 2 END, seq DESC LIMIT ?",
        (owner, at, MOST),
    )
    found = tuple(event for *row, _ in rows if isinstance(event := decode(*row), Enriched))
    return Asked(found, rows[0][3] - len(found) if rows else 0)
