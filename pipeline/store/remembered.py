"""Reads: what owners said of all requests of a person or of a company."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.conversations import Read
from stages.events import Memory, Notice
from stages.said import key_of

_SAID = "scope, name, verdict, request, proven, at FROM remembered"


class Word(NamedTuple):
    """A standing word, and whose it is."""

    owner: str
    memory: Memory


async def memories_of(read: Read, owner: str, network: str, notice: Notice) -> tuple[Memory, ...]:
    """What the owner said last of this person, by their profile, and of their company, as far as both are shown."""
    person, company = key_of(notice, "person"), key_of(notice, "company")
    rows = await read(
        f"SELECT * FROM (SELECT {_SAID} WHERE owner = ?1 AND scope = 'person' AND network = ?2 AND key = ?3"  # noqa: S608
        f" AND ?3 != '' ORDER BY at DESC, request DESC LIMIT 1)"
        f" UNION ALL SELECT * FROM (SELECT {_SAID} WHERE owner = ?1 AND scope = 'company' AND network = '' AND key = ?4"
        f" AND ?4 != '' ORDER BY at DESC, request DESC LIMIT 1)",
        (owner, network, person, company),
    )
    return tuple(_memory(row) for row in rows)


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
    """Every standing word of an owner, or of all (None), the last first; without those that a later one replaced."""
    rows = await read(
        f"SELECT {_SAID.replace(' FROM', ', owner FROM')} AS said WHERE (?1 IS NULL OR owner = ?1) AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM remembered AS later WHERE later.owner = said.owner AND later.scope = said.scope"
        "  AND later.network = said.network AND later.key = said.key"
        "  AND (later.at, later.request) > (said.at, said.request)) ORDER BY at DESC, request DESC",
        (owner,),
    )
    return [Word(str(row[-1]), _memory(row)) for row in rows]


def _memory(row: tuple[object, ...]) -> Memory:
    scope, name, verdict, request, proven, at = row[:6]
    return Memory.model_validate(
        {"scope": scope, "name": name, "verdict": verdict, "request": request, "proven": bool(proven), "at": at}
    )
