"""Reads: which providers asked lately whether mail may be forwarded here. For `salver status`."""

from __future__ import annotations

from pipeline.store.arrivals import Read
from pipeline.store.migrations import decode
from stages.events import Enriched

MOST = 200
"""Somebody may send us heaps of them; the last ones are looked at."""


async def asked_since(read: Read, at: int) -> tuple[Enriched, ...]:
    """The questions that came in since `at` (ms), the last first; not those of imported mail."""
    rows = await read(
        "SELECT kind, version, body FROM events WHERE kind = 'Enriched'"
        " AND mail IN (SELECT id FROM mails WHERE received_at >= ?)"
        " AND json_extract(body, '$.kind') = 'forwarding_confirmation'"
        " AND coalesce(json_extract(body, '$.parsed.imported'), '') = '' ORDER BY seq DESC LIMIT ?",
        (at, MOST),
    )
    found: dict[str, Enriched] = {}
    for row in rows:
        event = decode(*row)
        assert isinstance(event, Enriched)
        found.setdefault(event.mail, event)
    return tuple(found.values())
