"""What `salver import` asks of the store: what it holds already, what is left to do, and what became of it all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.events import Enriched, Event, Routed

PAGE = 200
"""Rows held in memory at once."""

_OF_AN_OWNER = """SELECT events.seq, events.kind, events.version, events.body, mails.received_at
 FROM events JOIN mails ON mails.id = events.mail JOIN blobs ON blobs.id = mails.blob
 WHERE events.owner = ? AND events.seq > ? AND events.kind = ? AND {condition}
 AND substr(blobs.bytes, 1, ?) != ? ORDER BY events.seq LIMIT ?"""


class Left(NamedTuple):
    """Steps about imported mails that are not done; `troubled` of them failed before, and why the last one did."""

    steps: int = 0
    troubled: int = 0
    why: str = ""


async def held(log: Log, owner: str, fingerprints: Iterable[str]) -> frozenset[str]:
    """Those of the fingerprints whose mail this owner has."""
    rows = await log.read(
        "SELECT fingerprint FROM mails WHERE owner = ? AND fingerprint IN (SELECT value FROM json_each(?))",
        (owner, json.dumps(list(fingerprints))),
    )
    return frozenset(str(row[0]) for row in rows)


async def left(log: Log) -> Left:
    """What is left to do about imported mails."""
    rows = await log.read(
        "SELECT count(*), count(waiting.error), max(waiting.error) FROM"
        " (SELECT mail, error FROM events WHERE state = 'ready'"
        "  UNION ALL SELECT mail, error FROM events WHERE state = 'claimed') AS waiting"
        " JOIN events AS came ON came.id = waiting.mail"
        " WHERE coalesce(json_extract(came.body, '$.imported'), '') != ''"
    )
    return Left(int(rows[0][0]), int(rows[0][1]), str(rows[0][2] or ""))


async def dead(log: Log) -> int:
    """How many imported mails have a step that needs a person."""
    rows = await log.read(
        "SELECT count(DISTINCT events.mail) FROM events JOIN events AS came ON came.id = events.mail"
        " WHERE events.state = 'dead' AND coalesce(json_extract(came.body, '$.imported'), '') != ''"
    )
    return int(rows[0][0])


async def decided(log: Log, owner: str, left_out: str) -> AsyncIterator[tuple[int, Routed]]:
    """(when the mail came in ms, the decision) of every mail with a verdict, but those that begin with `left_out`."""
    async for at, event in _pages(log, owner, "Routed", "json_extract(events.body, '$.verdict') IS NOT NULL", left_out):
        assert isinstance(event, Routed)
        yield at, event


async def answers(log: Log, owner: str, left_out: str) -> AsyncIterator[tuple[int, Enriched]]:
    """(when it came in ms, what it is) of every mail that says that somebody accepted, or wrote a message."""
    kinds = "json_extract(events.body, '$.kind') IN ('invitation_accepted', 'message')"
    async for at, event in _pages(log, owner, "Enriched", kinds, left_out):
        assert isinstance(event, Enriched)
        yield at, event


async def _pages(log: Log, owner: str, kind: str, condition: str, left_out: str) -> AsyncIterator[tuple[int, Event]]:
    first = left_out.encode()
    seq = 0
    sql = _OF_AN_OWNER.format(condition=condition)
    while rows := await log.read(sql, (owner, seq, kind, len(first), first, PAGE)):
        for seq, kind_, version, body, at in rows:  # noqa: B007 - the last one is where the next page begins
            yield int(at), decode(kind_, version, body)
