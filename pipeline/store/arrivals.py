"""Reads: what came in since a moment, and how much came to each address. For `salver setup` and `salver address`."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.events import Enriched, LookedUp, Parsed, Received, Signature


class Arrival(NamedTuple):
    """One mail of one owner, as far as it has come."""

    received: Received
    parsed: Parsed | None = None
    signatures: tuple[Signature, ...] = ()
    enriched: Enriched | None = None
    """there as soon as all is known"""


class Count(NamedTuple):
    """How much came to an address."""

    address: str
    mails: int
    last: int
    """ms"""


async def since(read: Read, at: int) -> tuple[Arrival, ...]:
    """The mails that were delivered to us since `at` (ms), oldest first; not those read in accounts or imported."""
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail IN (SELECT id FROM mails WHERE received_at >= ?)"
        " AND kind IN ('Received', 'Parsed', 'LookedUp', 'Enriched') ORDER BY mail, seq",
        (at,),
    )
    found: dict[str, Arrival] = {}
    for row in rows:
        event = decode(*row)
        if isinstance(event, Received) and not event.account and not event.imported:
            found[event.mail] = Arrival(event)
        elif event.mail not in found:
            continue
        elif isinstance(event, Parsed):
            found[event.mail] = found[event.mail]._replace(parsed=event)
        elif isinstance(event, LookedUp):
            found[event.mail] = found[event.mail]._replace(signatures=event.signatures)
        elif isinstance(event, Enriched):
            found[event.mail] = found[event.mail]._replace(enriched=event)
    return tuple(sorted(found.values(), key=lambda each: (each.received.received_at, each.received.mail)))


async def by_address(read: Read) -> tuple[Count, ...]:
    """How much was delivered to each recipient address, lower case, in order of their names."""
    rows = await read(
        "SELECT lower(json_each.value), count(*), max(events.created_at)"
        " FROM events, json_each(events.body, '$.rcpt_to')"
        " WHERE kind = 'Received' AND coalesce(json_extract(events.body, '$.account'), '') = '' GROUP BY 1 ORDER BY 1",
        (),
    )
    return tuple(Count(str(address), int(mails), int(last)) for address, mails, last in rows)
