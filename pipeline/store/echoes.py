"""Edge: answers who else wrote nearly the same words before, from the index of wordings.

Of a shingle that many notes have (a formula), only LOOKED_AT are looked at, the newest ones, so that a question costs
the same however many there are.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import NamedTuple

from pipeline.store.log import Log
from pipeline.store.wordings import hashed, writer_of
from stages.events import Echo, Notice
from stages.wording.shingles import ALIKE

LOOKED_AT = 32
"""Notes with one shingle; those of proven mails first, so that nobody can write them out of sight."""

_LEAST = 3
"""Shingles in common without which two notes are not alike, however short they are."""

_HAVING_IT = """SELECT * FROM (SELECT proven, person, note FROM wordings
 WHERE owner = ?1 AND shingle = ?{place} ORDER BY proven DESC, note DESC LIMIT {most})"""
_ALIKE = "SELECT proven, person, note, count(*) FROM ({having_them}) GROUP BY note HAVING count(*) >= ?2"


async def echoes(log: Log, owner: str, notice: Notice, sketch: tuple[int, ...]) -> tuple[Echo, Echo]:
    """Who else wrote nearly the same before: in mails of whatever kind, and in proven ones.

    What the person wrote themselves does not count, nor what others wrote after it: who comes first is nobody's echo.
    """
    writer = writer_of(log.key, owner, notice)
    if not sketch or writer is None:
        return Echo(), Echo()
    least = max(_LEAST, ceil(ALIKE * len(sketch)))
    rows = await log.read(_question(len(sketch)), (owner, least, *hashed(log.key, owner, sketch)))
    alike = [_Alike(bool(proven), *map(int, rest)) for proven, *rest in rows]
    return _echo(alike, writer, len(sketch)), _echo([each for each in alike if each.proven], writer, len(sketch))


class _Alike(NamedTuple):
    """A note that is nearly the same: who wrote it, its number among the owner's notes, and shingles in common."""

    proven: bool
    person: int
    note: int
    common: int


@cache
def _question(size: int) -> str:
    """Asks for the notes alike to a sketch of `size` shingles."""
    each = (_HAVING_IT.format(place=place, most=LOOKED_AT) for place in range(3, size + 3))
    return _ALIKE.format(having_them=" UNION ALL ".join(each))


def _echo(alike: list[_Alike], writer: int, size: int) -> Echo:
    own = min((each.note for each in alike if each.person == writer), default=None)
    others = [each for each in alike if own is None or each.note < own]  # none of them is the writer's
    if not others:
        return Echo()
    return Echo(
        others=len({each.person for each in others}), share=round(max(each.common for each in others) / size, 2)
    )
