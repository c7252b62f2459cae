"""Reads: the decisions that Salver made, as the log has them, in the order in which they were made."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from pipeline.store.migrations import StoreError, decode
from pipeline.store.reads import Read
from stages.events import Scored
from stages.replay import Recorded

PAGE = 200
"""Mails held in memory at once."""

_WHOLE = "json_valid(routed.body)"
_SAID = "json_extract(each.value, '$.judgement.request.said') IS NOT NULL"
"""Their owner's word decided, and not Salver."""

_MADE = """routed.kind = 'Routed' AND (?1 IS NULL OR routed.owner = ?1)
 AND mails.received_at >= ?2 AND mails.received_at < ?3"""

_SELECTED = f"""SELECT routed.seq, routed.mail, scored.kind, scored.version, scored.body,
 CASE WHEN {_WHOLE} THEN
  (SELECT json_group_array(json_array(each.key, json_extract(each.value, '$.judgement.request.id'), {_SAID},
    json_extract(each.value, '$.verdict'), json_extract(each.value, '$.rule'), json_extract(each.value, '$.folder')))
   FROM json_each(routed.body, '$.decisions') AS each) END
 FROM events AS routed JOIN mails ON mails.id = routed.mail
 LEFT JOIN events AS scored ON scored.id = substr(routed.id, 1, length(routed.id) - 2) AND scored.kind = 'Scored'
"""  # noqa: S608 - constants
"""An event's id is that of its input and its number, and a Routed is the first that comes of a Scored."""

_DECISIONS = f"""{_SELECTED} WHERE {_MADE} AND routed.seq > ?4
 AND CASE WHEN {_WHOLE} THEN json_array_length(routed.body, '$.decisions') > 0 ELSE true END
 ORDER BY routed.seq LIMIT ?5"""

_THESE = f"{_SELECTED} WHERE routed.seq IN (SELECT value FROM json_each(?1)) ORDER BY routed.seq"  # noqa: S608 - constants

_OLDER = f"""SELECT DISTINCT opening.seq
 FROM events AS routed JOIN mails ON mails.id = routed.mail
 JOIN json_each(routed.body, '$.decisions') AS each
 JOIN requests ON requests.id = json_extract(each.value, '$.judgement.request.id')
 JOIN events AS opening ON opening.mail = requests.mail AND opening.kind = 'Routed'
 JOIN mails AS opened ON opened.id = opening.mail
 WHERE {_MADE} AND routed.seq > ?4 AND opening.seq < routed.seq
 AND (opening.seq <= ?4 OR opened.received_at < ?2 OR opened.received_at >= ?3)
 AND CASE WHEN {_WHOLE} THEN ?5 OR instr(routed.body, '"joins":true') ELSE false END
 ORDER BY opening.seq"""  # noqa: S608 - constants
"""Decisions outside the window about requests that are decided in it: what a reminder says is what its request was.
?5: also about mails that are in it themselves, judged anew."""

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
    earlier: bool = False,
) -> AsyncIterator[Recorded]:
    """Salver's own decisions about mails that came in [since, until) (ms), in the order of the log, read in pages.

    One about a mail that was judged again comes again. latest: only the last so many. With `earlier`, those before them
    that they hang on come, too, and are marked so. A decision whose events this Salver cannot read is left out, and
    `lost` is told the mail's id.
    """
    async for _, page in pages(read, owner=owner, since=since, until=until, latest=latest, lost=lost):
        for each in page:
            if earlier or not each.earlier:
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
    """The same with the earlier ones, a page at a time, each with how far in the log it goes (seq)."""
    asked = (owner, since, _EVER if until is None else until)
    seq, skip = (0, 0) if latest is None else await _before_the_last(read, asked, latest)
    whole = latest is None and not since and until is None
    older = [] if whole else [int(at) for (at,) in await read(_OLDER, (*asked, seq, latest is not None))]
    words: set[str] = set()
    rows = await _page(read, asked, seq)
    while rows:
        seq = int(rows[-1][0])
        reads_on = asyncio.create_task(_page(read, asked, seq))  # SQLite works on the next one meanwhile
        try:
            due = bisect_left(older, seq)
            for some in _in_pages(rows, older[:due]):
                some, outside = await _filled(read, some)
                found = await asyncio.to_thread(_all_of, some, outside, words, lost)
                for at, each in enumerate(found):
                    if skip and not each.earlier:
                        found[at], skip = each._replace(earlier=True), skip - 1
                yield int(some[-1][0]), found
            older = older[due:]
            rows = await reads_on
        finally:
            reads_on.cancel()
            await asyncio.gather(reads_on, return_exceptions=True)


def _in_pages(rows: list[Any], older: list[int]) -> Iterator[list[Any]]:
    """Rows of the window and the numbers of those outside, which are read when it is their turn."""
    every = sorted((*rows, *((at,) for at in older)), key=lambda row: int(row[0]))
    return (every[at : at + PAGE] for at in range(0, len(every), PAGE))


async def _filled(read: Read, rows: list[Any]) -> tuple[list[Any], frozenset[int]]:
    """The rows with those outside, and which these are."""
    outside = frozenset(int(row[0]) for row in rows if len(row) == 1)
    if not outside:
        return rows, outside
    found = {int(row[0]): row for row in await read(_THESE, (json.dumps(sorted(outside)),))}
    return [found.get(int(row[0]), row) if len(row) == 1 else row for row in rows], outside


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


def _all_of(rows: list[Any], outside: frozenset[int], words: set[str], lost: Callable[[str], None]) -> list[Recorded]:
    """The decisions of a page; what is outside of the window is earlier, and nobody misses it."""
    found: list[Recorded] = []
    for seq, mail, *event, told in rows:
        if int(seq) in outside:
            found += [each._replace(earlier=True) for each in _of_one(mail, event, told, words, _nothing)]
        else:
            found += _of_one(mail, event, told, words, lost)
    return found


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
