"""What is read of the log to read mails anew: which mails came since a day, and how each was read and judged last."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.events import Enriched, LookedUp, Routed


class Kept(NamedTuple):
    """A mail of the store."""

    mail: str
    owner: str
    received_at: int
    size: int | None
    """octets; None: the store has them no more"""


class Last(NamedTuple):
    """What became of a mail so far."""

    looked_up: LookedUp
    enriched: Enriched
    routed: Routed


async def mails_of(log: Log, id: str) -> list[str]:
    """The mails of this id, or of the request of this id, the first one first."""
    rows = await log.read(
        "SELECT id FROM mails WHERE id = ?1 UNION SELECT mail FROM requests WHERE id = ?1 ORDER BY 1", (id,)
    )
    return [str(mail) for (mail,) in rows]


async def still_wanted(log: Log, mail: str) -> str | None:
    """The id of the work that waits already to read this mail again."""
    rows = await log.read(
        "SELECT id FROM events WHERE mail = ? AND kind = 'RereadWanted' AND state IN ('ready', 'claimed')"
        " ORDER BY seq LIMIT 1",
        (mail,),
    )
    return str(rows[0][0]) if rows else None


async def kept_since(log: Log, since: int, after: str = "", most: int = 200) -> list[Kept]:
    """Mails that came at this time (ms) or later, by id, behind the one named: a page of them."""
    rows = await log.read(
        "SELECT mails.id, mails.owner, mails.received_at, length(blobs.bytes) FROM mails"
        " LEFT JOIN blobs ON blobs.id = mails.blob WHERE mails.received_at >= ? AND mails.id > ?"
        " ORDER BY mails.id LIMIT ?",
        (since, after, most),
    )
    return [Kept(str(mail), str(owner), int(at), None if size is None else int(size)) for mail, owner, at, size in rows]


async def last_of(log: Log, mail: str) -> Last | None:
    """The answers it was judged with, and the last decision; None while it waits, or if it was never read."""
    rows = await log.read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND kind IN ('LookedUp', 'Enriched', 'Routed')"
        " ORDER BY seq",
        (mail,),
    )
    found: dict[type, LookedUp | Enriched | Routed] = {}
    for kind, version, body in rows:
        event = decode(kind, version, body)
        if isinstance(event, LookedUp | Enriched | Routed):
            found[type(event)] = event
    looked_up, enriched, routed = found.get(LookedUp), found.get(Enriched), found.get(Routed)
    if isinstance(looked_up, LookedUp) and isinstance(enriched, Enriched) and isinstance(routed, Routed):
        return Last(looked_up, enriched, routed)
    return None
