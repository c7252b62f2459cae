"""A connection that reads the store and changes nothing: no lock, no migration, not even a file beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import aiosqlite

from pipeline.store.migrations import SCHEMA, StoreError
from pipeline.store.reads import Read


class Older(StoreError):
    """The store is of an older Salver, and will be brought up to date at the next start: no trouble."""


class State(NamedTuple):
    """What the store holds that needs a look. Times in ms."""

    mails: int
    waiting: int
    oldest: tuple[str, int, str] | None
    """(step, since when, what went wrong the last time) of what waits longest"""
    dead: tuple[tuple[str, int], ...]
    """(what happened, how many letters)"""


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[Read]:
    """Queries on the store at `path`. Raises StoreError: it cannot be read, or is of another schema."""
    # Without a write-ahead log beside it nobody has it open: it is whole, and needs no files of SQLite's there.
    still = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
    connection = aiosqlite.connect(f"file:{quote(str(path))}?mode=ro{still}", uri=True, timeout=5)
    connection._thread.daemon = True  # a forgotten close must not keep the process from ending
    try:
        db = await connection
    except sqlite3.Error as error:
        raise StoreError(f"the store {path} cannot be opened ({error})") from None

    async def read(sql: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        return list(await db.execute_fetchall(sql, parameters))

    try:
        ((version,),) = await read("PRAGMA user_version", ())
        if version > SCHEMA:
            raise StoreError(f"the store {path} has schema {version}, this Salver knows {SCHEMA}: update Salver")
        if version < SCHEMA:
            raise Older(f"the store {path} has schema {version}; the next start brings it up to {SCHEMA}")
        yield read
    except sqlite3.Error as error:
        raise StoreError(f"the store {path} cannot be read ({error})") from None
    finally:
        await db.close()


async def fingerprints(read: Read) -> set[tuple[str, str]]:
    """(owner, fingerprint) of every mail that the log has."""
    return {(str(owner), str(mark)) for owner, mark in await read("SELECT owner, fingerprint FROM mails", ())}


async def faults(read: Read) -> list[str]:
    """What SQLite finds wrong with the file, in its words; empty: nothing."""
    rows = await read("PRAGMA quick_check(5)", ())
    return [str(said) for (said,) in rows if said != "ok"]


async def state_of(read: Read) -> State:
    """What waits, and what needs a person."""
    ((mails,),) = await read("SELECT count(*) FROM mails", ())
    ((waiting,),) = await read("SELECT count(*) FROM events WHERE state IN ('ready', 'claimed')", ())
    oldest = await read(
        "SELECT kind, created_at, coalesce(error, '') FROM events WHERE state IN ('ready', 'claimed')"
        " ORDER BY created_at, seq LIMIT 1",
        (),
    )
    dead = await read(
        "SELECT coalesce(error, ''), count(*) FROM events WHERE state = 'dead' GROUP BY 1 ORDER BY 2 DESC", ()
    )
    return State(
        int(mails),
        int(waiting),
        next(((str(kind), int(at), str(error)) for kind, at, error in oldest), None),
        tuple((str(error), int(count)) for error, count in dead),
    )


async def delays(read: Read, since: int) -> list[int]:
    """How much later than its Date each of the last mails came that were delivered to us since then (ms)."""
    rows = await read(
        "SELECT mails.received_at - json_extract(parsed.body, '$.date')"
        " FROM mails JOIN events AS received ON received.id = mails.id"
        " JOIN events AS parsed ON parsed.mail = mails.id AND parsed.kind = 'Parsed'"
        " WHERE mails.received_at >= ? AND json_extract(parsed.body, '$.date') IS NOT NULL"
        " AND json_extract(received.body, '$.account') = '' AND json_extract(received.body, '$.protocol') != 'import'"
        " AND coalesce(json_extract(received.body, '$.imported'), '') = ''"
        " ORDER BY mails.received_at DESC LIMIT 20",
        (since,),
    )
    return [int(delay) for (delay,) in rows]
