"""The table of proposals: what was proposed to an owner, how it stands, and what was answered."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from pipeline.store.migrations import StoreError
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.proposals import Proposal
from stages.rules.language import Lesson
from stages.rules.written import tree_of
from stages.tokens import Proposed

OPEN_MOST = 3
"""proposals that are open at a time, of one owner"""


class Kept(NamedTuple):
    """One proposal, as the table has it. Times in ms."""

    id: str
    owner: str
    what: str
    state: str
    body: str
    """JSON, as `body_of` makes it"""
    made_at: int
    told_at: int | None
    answered_at: int | None
    by: str

    @property
    def proposal(self) -> Proposal:
        """StoreError: this Salver does not understand it any more."""
        try:
            return proposal_in(self.body)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"the proposal {self.id} was made by another Salver, which wrote it otherwise") from error


def proposal_in(body: str) -> Proposal:
    """A proposal of its JSON. ValueError, KeyError, TypeError: it is none."""
    told = json.loads(body)
    return Proposal.model_validate(told | {"lesson": Lesson.model_validate(told["lesson"])})


def body_of(proposal: Proposal) -> str:
    """A proposal as JSON."""
    told = proposal.model_dump(mode="json", exclude={"lesson"}) | {"lesson": tree_of(proposal.lesson)}
    return json.dumps(told, ensure_ascii=False)


_COLUMNS = "SELECT id, owner, what, state, body, made_at, told_at, answered_at, by FROM proposals"


async def proposals(read: Read, owner: str | None = None, states: Collection[str] = ()) -> list[Kept]:
    """Those of an owner, or of all (None), in these states, or in any; the oldest first."""
    rows = await read(
        f"{_COLUMNS} WHERE (?1 IS NULL OR owner = ?1) AND (?2 = '[]' OR state IN (SELECT value FROM json_each(?2)))"  # noqa: S608 - a constant
        " ORDER BY made_at, id",
        (owner, json.dumps(sorted(states))),
    )
    return [Kept(*row) for row in rows]


async def proposal(read: Read, id: str) -> Kept | None:
    rows = list(await read(f"{_COLUMNS} WHERE id = ?", (id,)))
    return Kept(*rows[0]) if rows else None


async def standing_of(read: Read, owner: str, ids: Iterable[str]) -> tuple[Proposed, ...]:
    """How each of these stands that was proposed to this owner."""
    rows = await read(
        "SELECT id, state FROM proposals WHERE owner = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (owner, json.dumps(sorted(set(ids)))),
    )
    return tuple(Proposed(lesson=str(id), state=str(state)) for id, state in rows)


class Standing(NamedTuple):
    """What an owner's corrections come to: it is another one when any was made or taken back."""

    made: int
    last: int
    taken_back: int
    last_taken_back: int


async def standing(read: Read, owner: str) -> Standing:
    ((made, last, back, last_back),) = await read(
        "SELECT count(*), coalesce(max(at), 0), count(taken_back_at), coalesce(max(taken_back_at), 0)"
        " FROM corrections WHERE owner = ?",
        (owner,),
    )
    return Standing(int(made), int(last), int(back), int(last_back))


async def corrections_that_count(read: Read, owner: str) -> frozenset[str]:
    """request/number of each that was not taken back."""
    rows = await read("SELECT request, number FROM corrections WHERE owner = ? AND taken_back_at IS NULL", (owner,))
    return frozenset(f"{request}/{number}" for request, number in rows)


async def taken_back(read: Read, owner: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of these corrections, request/number, that were taken back."""
    rows = await read(
        "SELECT request || '/' || number FROM corrections WHERE owner = ? AND taken_back_at IS NOT NULL"
        " AND request || '/' || number IN (SELECT value FROM json_each(?))",
        (owner, json.dumps(sorted(set(ids)))),
    )
    return frozenset(str(id) for (id,) in rows)


# --- written ------------------------------------------------------------------------------------------------------


def made(id: str, owner: str, what: str, body: str, at: int) -> Statement:
    """A new one, open; nothing where the same is open already, or as many as may be."""
    return Statement(
        "INSERT OR IGNORE INTO proposals (id, owner, what, state, body, made_at) SELECT ?1, ?2, ?3, 'open', ?4, ?5"
        " WHERE NOT EXISTS (SELECT 1 FROM proposals WHERE owner = ?2 AND what = ?3 AND state = 'open')"
        " AND (SELECT count(*) FROM proposals WHERE owner = ?2 AND state = 'open') < ?6 RETURNING id",
        (id, owner, what, body, at, OPEN_MOST),
    )


def weighed_again(id: str, body: str) -> Statement:
    """An open one with the figures of today."""
    return Statement("UPDATE proposals SET body = ? WHERE id = ? AND state = 'open'", (body, id))


def outdated(ids: Iterable[str], at: int) -> Statement:
    """Open ones that are not proposed any longer."""
    return Statement(
        "UPDATE proposals SET state = 'outdated', answered_at = ? WHERE state = 'open'"
        " AND id IN (SELECT value FROM json_each(?))",
        (at, json.dumps(list(ids))),
    )


def answered(id: str, was: Collection[str], state: str, by: str, at: int) -> Statement:
    """It stands otherwise now, if it stood in one of these states; the row tells whether it did."""
    return Statement(
        "UPDATE proposals SET state = ?, answered_at = ?, by = ? WHERE id = ?"
        " AND state IN (SELECT value FROM json_each(?)) RETURNING id",
        (state, at, by, id, json.dumps(sorted(was))),
    )


def told(ids: Iterable[str], at: int) -> Statement:
    """A digest named them."""
    return Statement(
        "UPDATE proposals SET told_at = coalesce(told_at, ?) WHERE id IN (SELECT value FROM json_each(?))",
        (at, json.dumps(list(ids))),
    )
