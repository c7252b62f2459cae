"""Reads: in which mails a rule, or the thresholds, took part; and what else was decided about the same requests."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pipeline.store.conversations import Read
from pipeline.store.migrations import decode
from stages.decide import without_added
from stages.events import Enriched, Routed
from stages.replay import Recorded

_DECISIONS = "json_each(events.body, '$.decisions') AS decision"


class Judged(NamedTuple):
    """One time that a mail was judged."""

    mail: str
    enriched: Enriched
    routed: Routed


def history(times: Iterable[Judged]) -> Iterator[tuple[Judged, Recorded]]:
    """Salver's own decisions, in order; as `decisions.recorded` tells them of whole histories."""
    words: set[str] = set()
    for time in times:
        for each in time.routed.decisions:
            request = each.judgement.request
            if request.said is not None:
                words.add(request.id)
                continue
            if not request.joins:  # decided anew: what was said is forgotten
                words.discard(request.id)
            judged, said = without_added(each.judgement), request.id in words
            yield time, Recorded(time.enriched, judged, each.verdict, each.rule, each.folder, said)


async def decided_by(read: Read, rule: str, since: int) -> list[str]:
    """Mails that came since then (ms) in whose decisions this rule decided, or added points; the first one first."""
    rows = await read(
        f"SELECT DISTINCT events.mail FROM events JOIN mails ON mails.id = events.mail, {_DECISIONS}"  # noqa: S608
        " WHERE events.kind = 'Routed' AND mails.received_at >= ?2 AND (json_extract(decision.value, '$.rule') = ?1"
        " OR EXISTS (SELECT 1 FROM json_each(decision.value, '$.judgement.reasons') AS reason"
        "            WHERE json_extract(reason.value, '$.signal') = 'rule:' || ?1)) ORDER BY 1",
        (rule, since),
    )
    return [str(mail) for (mail,) in rows]


async def decided_by_points(read: Read, owner: str, since: int) -> list[str]:
    """Mails of an owner that came since then in which the points decided."""
    rows = await read(
        f"SELECT DISTINCT events.mail FROM events JOIN mails ON mails.id = events.mail, {_DECISIONS}"  # noqa: S608
        " WHERE events.kind = 'Routed' AND mails.received_at >= ?2 AND (?1 = '' OR events.owner = ?1)"
        " AND json_extract(decision.value, '$.rule') LIKE 'score-%' ORDER BY 1",
        (owner, since),
    )
    return [str(mail) for (mail,) in rows]


async def with_the_same_requests(read: Read, mails: Collection[str]) -> list[str]:
    """These mails, and those that are about the same requests."""
    rows = await read(
        "WITH named AS (SELECT value AS mail FROM json_each(?)), asked AS ("  # noqa: S608 - a constant
        f"  SELECT DISTINCT json_extract(decision.value, '$.judgement.request.id') AS request FROM events, {_DECISIONS}"
        "  WHERE events.kind = 'Routed' AND events.mail IN (SELECT mail FROM named))"
        f" SELECT DISTINCT events.mail FROM events, {_DECISIONS} WHERE events.kind = 'Routed'"
        " AND json_extract(decision.value, '$.judgement.request.id') IN (SELECT request FROM asked) ORDER BY 1",
        (json.dumps(sorted(mails)),),
    )
    return [str(mail) for (mail,) in rows]


async def judged(read: Read, mails: Collection[str]) -> list[Judged]:
    """Every time that these mails were judged, in the order in which that was."""
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail IN (SELECT value FROM json_each(?))"
        " AND kind IN ('Enriched', 'Routed') ORDER BY seq",
        (json.dumps(sorted(mails)),),
    )
    enriched: dict[str, Enriched] = {}
    found: list[Judged] = []
    for row in rows:
        event = decode(*row)
        if isinstance(event, Enriched):
            enriched[event.mail] = event
        elif isinstance(event, Routed) and event.mail in enriched:
            found.append(Judged(event.mail, enriched[event.mail], event))
    return found
