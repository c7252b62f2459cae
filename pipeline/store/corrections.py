"""Reads: what owners said against a verdict, with the decision that they corrected."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.conversation import Advanced
from stages.events import Decision, Enriched, Routed


class Correction(NamedTuple):
    """One, and what it was about. Times in ms."""

    request: str
    number: int
    """of the conversation's step"""
    owner: str
    mail: str
    was: str
    said: str
    by: str
    at: int
    taken_back_at: int | None
    """when it was forgotten or undone, or they said something else; None: it counts"""


class Corrected(NamedTuple):
    """The decision that stood before it."""

    enriched: Enriched
    decision: Decision
    routed: Routed


async def corrections(read: Read, owner: str | None, everything: bool) -> list[Correction]:
    """Those that count of an owner, or of all (None), the last first; with `everything` those taken back, too."""
    rows = await read(
        "SELECT request, number, owner, mail, was, said, by, at, taken_back_at FROM corrections"
        " WHERE (?1 IS NULL OR owner = ?1) AND (?2 OR taken_back_at IS NULL)"
        " ORDER BY at DESC, request DESC, number DESC",
        (owner, everything),
    )
    return [Correction(*row) for row in rows]


async def count_since(read: Read, owner: str, since: int) -> int:
    """How many of an owner's that count were made since then."""
    ((count,),) = await read(
        "SELECT count(*) FROM corrections WHERE owner = ? AND at > ? AND taken_back_at IS NULL", (owner, since)
    )
    return int(count)


async def corrected(read: Read, found: Collection[Correction]) -> dict[tuple[str, int], Corrected]:
    """By (request, number): what Salver itself had decided last, before its owner spoke; as far as the log has it."""
    wanted = {(each.request, each.number) for each in found}
    mails = json.dumps(sorted({each.mail for each in found}))
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail IN (SELECT value FROM json_each(?))"
        " AND kind IN ('Enriched', 'Routed', 'Advanced') ORDER BY mail, seq",
        (mails,),
    )
    told: dict[tuple[str, int], Corrected] = {}
    enriched: Enriched | None = None
    last: dict[str, Corrected] = {}
    for row in rows:
        event = decode(*row)
        if isinstance(event, Enriched):
            enriched = event
        elif isinstance(event, Routed) and enriched is not None and enriched.mail == event.mail:
            ours = (each for each in event.decisions if each.judgement.request.said is None)
            last |= {each.judgement.request.id: Corrected(enriched, each, event) for each in ours}
        elif isinstance(event, Advanced):
            key = (event.request, event.conversation.version)
            if key in wanted and event.request in last:
                told[key] = last[event.request]
    return told
