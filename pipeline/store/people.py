"""The people the owner told us about: kept as keyed hashes (`key.py`), asked for by name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pipeline.person import Person
from pipeline.store.key import Key, read_key
from pipeline.store.log import Log
from pipeline.store.writer import Statement
from stages.events import Acquaintance, Tier
from stages.wording.people import full_name

TIERS: tuple[Tier, ...] = get_args(Tier)
"""Best first."""

_ASK = """SELECT digest, tier FROM acquaintances
 WHERE owner = ? AND named AND digest IN (SELECT value FROM json_each(?))"""
_PEOPLE = """INSERT INTO acquaintances (owner, named, digest, tier, mail, addition)
 SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), last_insert_rowid() FROM json_each(?2)"""
_MAIL = "UPDATE acquaintances SET mail = ? WHERE owner = ? AND digest = ? AND tier = 'contact'"


class Count(NamedTuple):
    """How many full names and addresses are known, and from where. `usable`: hashed with our key; `added_at` in ms."""

    tier: Tier
    source: str
    names: int
    addresses: int
    added_at: int
    usable: bool


class _Known(NamedTuple):
    """A name or an address, hashed: the tiers it is known by, and the mail to it that is known, if it is one."""

    tiers: frozenset[str] = frozenset()
    mail: int | None = None


async def acquaintances_of(log: Log, owner: str, names: tuple[str, ...]) -> tuple[Acquaintance, ...]:
    """Those of the names that somebody bears whom the owner knows, each with its best tier."""
    asked = _digests(log.key, owner, names)
    return _answered(asked, await log.read(_ASK, (owner, json.dumps(list(asked))))) if asked else ()


def acquaintances_at(store: Path, owner: str, names: tuple[str, ...]) -> tuple[Acquaintance, ...]:
    """The same of a store that is only read; nobody is known where there is no store, key or table of people."""
    if not names or (key := read_key(store)) is None:
        return ()
    asked = _digests(key, owner, names)
    try:
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return _answered(asked, db.execute(_ASK, (owner, json.dumps(list(asked)))).fetchall())
    except sqlite3.Error:
        return ()


def _digests(key: Key, owner: str, names: Iterable[str]) -> dict[int, str]:
    """Hash -> the name as asked about."""
    folded = {full_name(name): name for name in names}
    return {key.number("name", owner, fold): name for fold, name in folded.items() if fold}


def _answered(asked: dict[int, str], rows: Iterable[Any]) -> tuple[Acquaintance, ...]:
    """`rows`: (hash, tier)."""
    best: dict[str, Tier] = {}
    for digest, tier in sorted(rows, key=lambda row: TIERS.index(row[1]), reverse=True):
        best[asked[digest]] = tier
    return tuple(Acquaintance(name=name, tier=tier) for name, tier in best.items())


async def add(
    log: Log, owner: str, people: Iterable[Person], tier: Tier | None, source: str, at: int
) -> dict[Tier, int]:
    """Keep people, all in one transaction. Returns how many are new, by tier; adding them again changes nothing.

    Without a `tier` their mails decide: two or more to the same name or address make a correspondent, one a contact;
    a mail that was added before counts once.
    """
    hashed = [list(_hashed(log.key, owner, person)) for person in people]
    mails: dict[int, set[int]] = {}
    for person in hashed:
        for _, digest, ids in person:
            mails.setdefault(digest, set()).update(ids)
    known = await _known(log, owner, mails)
    new: dict[int, tuple[int, int, Tier, int | None]] = {}
    told: dict[int, int] = {}
    for person in hashed:
        for named, digest, _ in person:
            before = known.get(digest, _Known())
            seen = mails[digest] | ({before.mail} if before.mail is not None else set())
            called = tier or ("correspondent" if len(seen) > 1 else "contact")
            mail = min(seen) if called == "contact" and len(seen) == 1 else None
            if called not in before.tiers and "correspondent" not in (before.tiers if tier is None else ()):
                new[digest] = (named, digest, called, mail)
            elif called == "contact" and mail is not None and before.mail is None and "contact" in before.tiers:
                told[digest] = mail
    counts = dict.fromkeys(TIERS, 0)
    for person in hashed:
        tiers = [new[digest][2] for _, digest, _ in person if digest in new]
        if tiers:
            counts[min(tiers, key=TIERS.index)] += 1
    await log.write(list(_written(log.key, owner, source, at, list(new.values()), told)))
    return counts


def _hashed(key: Key, owner: str, person: Person) -> Iterator[tuple[int, int, set[int]]]:
    """(1 for a name and 0 for an address, its hash, the hashes of the mails to it), each once."""
    mails = {key.number("mail", owner, mail) for mail in person.mails}
    names = {folded for name in person.names if (folded := full_name(name))}
    yield from ((1, key.number("name", owner, name), mails) for name in sorted(names))
    yield from ((0, key.number("address", owner, address), mails) for address in sorted({*person.addresses}))


async def _known(log: Log, owner: str, digests: Iterable[int]) -> dict[int, _Known]:
    rows = await log.read(
        "SELECT digest, group_concat(tier), max(mail) FROM acquaintances"
        " WHERE owner = ? AND digest IN (SELECT value FROM json_each(?)) GROUP BY digest",
        (owner, json.dumps(list(digests))),
    )
    return {int(digest): _Known(frozenset(str(tiers).split(",")), mail) for digest, tiers, mail in rows}


def _written(
    key: Key, owner: str, source: str, at: int, new: list[tuple[int, int, Tier, int | None]], told: dict[int, int]
) -> Iterator[Statement]:
    if new:
        yield Statement(
            "INSERT INTO additions (owner, source, key, added_at) VALUES (?, ?, ?, ?)", (owner, source, key.id, at)
        )
        yield Statement(_PEOPLE, (owner, json.dumps(new)))
    for digest, mail in told.items():
        yield Statement(_MAIL, (mail, owner, digest))


async def counts(log: Log, owner: str) -> list[Count]:
    """What is known of whom the owner knows, best tier first, then in the order it was added."""
    rows = await log.read(
        "SELECT tier, source, sum(named), sum(NOT named), added_at, key FROM acquaintances"
        " JOIN additions ON additions.id = addition WHERE acquaintances.owner = ?"
        " GROUP BY addition, tier ORDER BY addition",
        (owner,),
    )
    found = [Count(tier, source, names, others, at, key == log.key.id) for tier, source, names, others, at, key in rows]
    return sorted(found, key=lambda count: TIERS.index(count.tier))


async def forget(log: Log, owner: str, tier: Tier | None) -> int:
    """Remove the people of one tier, or of all (None). Returns how many names and addresses went."""
    (gone, _) = await log.write(
        [
            Statement(
                "DELETE FROM acquaintances WHERE owner = ?1 AND (?2 IS NULL OR tier = ?2) RETURNING digest",
                (owner, tier),
            ),
            Statement("DELETE FROM additions WHERE NOT EXISTS (SELECT 1 FROM acquaintances WHERE addition = id)"),
        ]
    )
    return len(gone)
