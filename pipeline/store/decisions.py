"""Reads: the decisions that Salver made, as the log has them, in the order in which they were made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from pipeline.store.migrations import StoreError, decode
from pipeline.store.sources import Read
from stages.events import Scored
from stages.replay import Recorded

PAGE = 200
"""Mails held in memory at once."""

_WHOLE = "json_valid(routed.body)"
_SAID = "json_extract(each.value, '$.judgement.request.said') IS NOT NULL"
"""Their owner's word decided, and not Salver."""

_MADE = """routed.kind = 'Routed' AND (?1 IS NULL OR routed.owner = ?1)
 AND mails.received_at >= ?2 AND mails.received_at < ?3"""

_DECISIONS = f"""SELECT routed.seq, routed.mail, scored.kind, scored.version, scored.body,
 CASE WHEN {_WHOLE} THEN
  (SELECT json_group_array(json_array(each.key, json_extract(each.value, '$.judgement.request.id'), {_SAID},
    json_extract(each.value, '$.verdict'), json_extract(each.value, '$.rule'), json_extract(each.value, '$.folder')))
   FROM json_each(routed.body, '$.decisions') AS each) END
 FROM events AS routed JOIN mails ON mails.id = routed.mail
 LEFT JOIN events AS scored ON scored.id = substr(routed.id, 1, length(routed.id) - 2) AND scored.kind = 'Scored'
 WHERE {_MADE} AND routed.seq > ?4
 AND CASE WHEN {_WHOLE} THEN json_array_length(routed.body, '$.decisions') > 0 ELSE true END
 ORDER BY routed.seq LIMIT ?5"""  # noqa: S608 - constants
"""An event's id is that of its input and its number, and a Routed is the first that comes of a Scored."""

_COUNTED = f"""SELECT routed.seq, CASE WHEN {_WHOLE} THEN
  (SELECT count(*) FROM json_each(routed.body, '$.decisions') AS each WHERE NOT {_SAID}) ELSE 0 END
 FROM events AS routed JOIN mails ON mails.id = routed.mail
 WHERE {_MADE} AND routed.seq < ?4 ORDER BY routed.seq DESC LIMIT ?5"""  # noqa: S608 - constants

_EVER = 2**62


def _nothing(mail: str) -> None:
    """Nobody asks for what cannot be read."""


async def recorded(
    read: Read,
    *,
    owner: str | None = None,
    since: int = 0,
    until: int | None = None,
    latest: int | None = None,
    lost: Callable[[str], None] = _nothing,
) -> AsyncIterator[Recorded]:
    """Salver's own decisions about mails that came in [since, until) (ms), in the order of the log, read in pages.

    One about a mail that was judged again comes again. latest: only the last so many. A decision whose events this
    Salver cannot read is left out, and `lost` is told the mail's id.
    """
    async for _, page in pages(read, owner=owner, since=since, until=until, latest=latest, lost=lost):
        for each in page:
            yield each


async def pages(
    read: Read,
    *,
    owner: str | None = None,
    since: int = 0,
    until: int | None = None,
    latest: int | None = None,
    lost: Callable[[str], None] = _nothing,
) -> AsyncIterator[tuple[int, list[Recorded]]]:
    """The same, a page at a time, each with how far in the log it goes (seq)."""
    asked = (owner, since, _EVER if until is None else until)
    seq, skip = (0, 0) if latest is None else await _before_the_last(read, asked, latest)
    words: set[str] = set()
    rows = await _page(read, asked, seq)
    while rows:
        seq = int(rows[-1][0])
        reads_on = asyncio.create_task(_page(read, asked, seq))  # SQLite works on the next one meanwhile
        try:
            found = await asyncio.to_thread(_all_of, rows, words, lost)
            yield seq, found[skip:]
            skip = max(0, skip - len(found))
            rows = await reads_on
        finally:
            reads_on.cancel()
            await asyncio.gather(reads_on, return_exceptions=True)


async def _page(read: Read, asked: tuple[Any, ...], seq: int) -> list[Any]:
    return list(await read(_DECISIONS, (*asked, seq, PAGE)))


async def end(read: Read) -> int:
    """How far the log goes (seq)."""
    ((seq,),) = await read("SELECT coalesce(max(seq), 0) FROM events", ())
    return int(seq)


async def _before_the_last(read: Read, asked: tuple[Any, ...], latest: int) -> tuple[int, int]:
    """Behind which seq the last so many begin, and how many of the first decisions there are too many."""
    seq, found = _EVER, 0
    while found < latest and (rows := list(await read(_COUNTED, (*asked, seq, PAGE)))):
        for seq, count in rows:  # noqa: B007 - the last one is where the next page ends
            found += int(count)
            if found >= latest:
                break
    return seq - 1, max(0, found - latest)


def _all_of(rows: list[Any], words: set[str], lost: Callable[[str], None]) -> list[Recorded]:
    return [each for _, mail, *event, told in rows for each in _of_one(mail, event, told, words, lost)]


def _of_one(
    mail: str, event: list[Any], told: str | None, words: set[str], lost: Callable[[str], None]
) -> list[Recorded]:
    """The decisions about one mail; a digest has several. `words`: the requests on which their owner's word stands."""
    if told is None:
        lost(mail)
        return []
    made = json.loads(told)
    try:
        scored = decode(*event)
    except (StoreError, ValueError):  # of another Salver, or damaged
        scored = None
    judged = scored.judgements if isinstance(scored, Scored) else ()
    found: list[Recorded] = []
    for at, request, said, verdict, rule, folder in made:
        if said:
            words.add(request)
        elif not isinstance(scored, Scored) or at >= len(judged) or judged[at].request.id != request:
            lost(mail)
        else:
            if not judged[at].request.joins:  # decided anew: what was said is forgotten
                words.discard(request)
            found.append(Recorded(scored.enriched, judged[at], verdict, rule, folder, request in words))
    return found
