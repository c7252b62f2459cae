"""Reads: what owners said of all requests of a person or of a company."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.reads import Read
from stages.events import Memory, Notice
from stages.said import key_of

_SAID = "scope, name, verdict, request, proven, at FROM remembered"


class Word(NamedTuple):
    """A standing word, and whose it is."""

    owner: str
    memory: Memory


async def memories_of(read: Read, owner: str, network: str, notice: Notice) -> tuple[Memory, ...]:
    """What the owner said last of this person, by their profile, and of their company, as far as both are shown.

    Of each twice: of mail that was proven, and of mail that was not. Which of the two holds is for `stages.enrich`.
    """
    found: list[Memory] = []
    for scope, of, key in (("person", network, key_of(notice, "person")), ("company", "", key_of(notice, "company"))):
        for proven in (1, 0) if key else ():
            rows = await read(
                f"SELECT {_SAID} WHERE owner = ? AND scope = ? AND network = ? AND key = ? AND proven = ?"
                " ORDER BY at DESC, request DESC LIMIT 1",
                (owner, scope, of, key, proven),
            )
            found += (_memory(row) for row in rows)
    return tuple(found)


async def still(read: Read, memory: Memory | None) -> Memory | None:
    """The same; None: its owner took it back since."""
    if memory is None:
        return None
    rows = await read(
        "SELECT 1 FROM remembered WHERE request = ? AND verdict = ? AND scope = ?",
        (memory.request, memory.verdict, memory.scope),
    )
    return memory if rows else None


async def words(read: Read, owner: str | None) -> list[Word]:
    """Every standing word of an owner, or of all (None), the last first; without those that a later one replaced.

    A word about mail that proves nothing replaces none about mail that is proven, nor the other way round.
    """
    rows = await read(
        f"SELECT {_SAID.replace(' FROM', ', owner FROM')} AS said WHERE (?1 IS NULL OR owner = ?1) AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM remembered AS later WHERE later.owner = said.owner AND later.scope = said.scope"
        "  AND later.network = said.network AND later.key = said.key"
        "  AND later.proven = said.proven"
        "  AND (later.at, later.request) > (said.at, said.request)) ORDER BY at DESC, request DESC",
        (owner,),
    )
    return [Word(str(row[-1]), _memory(row)) for row in rows]


def _memory(row: tuple[object, ...]) -> Memory:
    scope, name, verdict, request, proven, at = row[:6]
    return Memory.model_validate(
        {"scope": scope, "name": name, "verdict": verdict, "request": request, "proven": bool(proven), "at": at}
    )
