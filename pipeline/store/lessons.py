"""Reads: in which decisions lessons took part."""

from __future__ import annotations

import json
from typing import NamedTuple

from pipeline.store.reads import Read
from stages.rules.language import Lesson
from stages.values import Thresholds


class Part(NamedTuple):
    """How often a lesson took part, and in which decision last. Times in ms."""

    decisions: int = 0
    request: str = ""
    at: int = 0


async def took_part(read: Read, lesson: Lesson) -> Part:
    """The decisions since it was accepted in which it was applied; of a threshold: that are otherwise for it."""
    return await (_rule if lesson.rule is not None else _threshold)(read, lesson)


async def _rule(read: Read, lesson: Lesson) -> Part:
    rows = await read(
        "SELECT count(*), max(routed.seq), json_extract(each.value, '$.judgement.request.id'), routed.created_at"
        " FROM events AS routed, json_each(routed.body, '$.decisions') AS each,"
        " json_each(each.value, '$.taught') AS taught"
        " WHERE routed.kind = 'Routed' AND routed.created_at >= ? AND json_valid(routed.body)"
        " AND json_extract(taught.value, '$.lesson') = ?",
        (lesson.at, lesson.id),
    )
    ((decisions, _, request, at),) = rows
    return Part(int(decisions), str(request or ""), int(at or 0))


async def _threshold(read: Read, lesson: Lesson) -> Part:
    rows = await read(
        "SELECT json_extract(each.value, '$.judgement.score'), json_extract(each.value, '$.thresholds.good'),"
        " json_extract(each.value, '$.thresholds.intriguing'), json_extract(each.value, '$.judgement.request.id'),"
        " routed.created_at FROM events AS routed, json_each(routed.body, '$.decisions') AS each"
        " WHERE routed.kind = 'Routed' AND routed.created_at >= ?1 AND json_valid(routed.body)"
        " AND (?2 = '' OR routed.owner = ?2) AND json_extract(each.value, '$.rule') LIKE 'score-%'"
        " AND json_extract(each.value, '$.thresholds') IS NOT NULL ORDER BY routed.seq",
        (lesson.at, lesson.owner),
    )
    part = Part()
    for score, good, intriguing, request, at in rows:
        marks = Thresholds.model_construct(good=good, intriguing=intriguing)
        without = Thresholds.model_construct(good=good - lesson.good, intriguing=intriguing - lesson.intriguing)
        if _verdict(score, marks) != _verdict(score, without):
            part = Part(part.decisions + 1, str(request), int(at))
    return part


def _verdict(score: float, marks: Thresholds) -> int:
    return (score >= marks.good) + (score >= marks.intriguing)


async def names_of(read: Read, requests: frozenset[str]) -> dict[str, str]:
    """The names of the people of these requests, as far as they are known."""
    rows = await read(
        "SELECT id, name FROM requests WHERE name IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(requests)),),
    )
    return {str(id): str(name) for id, name in rows}
