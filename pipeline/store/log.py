"""The log: append, claim, finish, postpone, bury; and what edges read from it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import aiosqlite

from pipeline.clock import now
from pipeline.store import model
from pipeline.store.key import Key, made_key
from pipeline.store.lock import Served as Served, mark, refuse_lost, taken
from pipeline.store.migrations import StoreError, decode, encode, migrate
from pipeline.store.writer import Job, Statement, Writer
from stages.enrich import HEARD
from stages.events import Event, FilingStarted, LookupWanted, Received, Repeated
from stages.flow import TALK
from stages.placing import READ, Step

State = Literal["ready", "claimed", "done", "dead"]
_MOVERS = tuple(kind.__name__ for kind in TALK)
_FILINGS = json.dumps([kind.__name__ for kind in READ])
_REBUILT = (
    "requests", "aliases", "people", "wordings", "conversations", "tokens", "uses", "digests", "samples", "places",
    "corrections", "remembered", "going", "forwarders", "readings", "inspections",
    "shadows",
)  # fmt: skip
BUSY_SECONDS = 10.0


@dataclass(frozen=True)
class Entry:
    """One event of the log, handed to a worker."""

    id: str
    event: Event
    tries: int = 1


@dataclass(frozen=True)
class Output:
    """An event that came of handling an entry, and the state it enters the log with."""

    id: str
    event: Event
    state: State
    error: str | None = None


class Conflict(Exception):
    """Something else happened meanwhile to the same request: ask again how it stands."""


_UNREAD = (
    "owner = ?1 AND mail < ?2 AND (kind = 'Received' OR (kind = 'LookupWanted'"
    " AND json_extract(body, '$.parsed.claims') NOT IN (SELECT value FROM json_each(?3))))"
)
_GUARDS = ("aliases.", "conversations.version", "uses.", "inspections.")
"""Columns whose constraints keep two mails from opening one request, two steps from making one conversation's next,
two answers from using one token, and two mails from announcing one drift."""


def make_folder(folder: Path) -> None:
    """The store's folder. Root gives the Maildirs that may lie below to another user, who must be able to pass."""
    if os.geteuid() != 0:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    for each in [path for path in reversed((folder, *folder.parents)) if not path.exists()]:
        each.mkdir(mode=0o700)
        descriptor = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchmod(descriptor, 0o711)
        finally:
            os.close(descriptor)


async def _connect(path: Path, stack: AsyncExitStack) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    connection._thread.daemon = True  # a forgotten close must not keep the process from ending
    db = await connection
    stack.push_async_callback(db.close)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        await db.execute_fetchall(f"PRAGMA {pragma}")
    return db


class Log:
    """The durable list of events over one SQLite file. Open it with `Log.open`, close it with `close`."""

    def __init__(
        self, path: Path, key: Key, writing: aiosqlite.Connection, reading: aiosqlite.Connection, name_window: int
    ) -> None:
        self.path = path
        self.key = key
        self._writing = writing
        self._reading = reading
        self._writer = Writer(writing)
        self._name_window = name_window
        self._lock: IO[bytes] | None = None
        self.woken: Callable[[], None] = lambda: None
        found = os.stat(path)
        self._file = (found.st_dev, found.st_ino)

    @classmethod
    async def open(cls, path: Path, name_window: int, *, serve: bool = False) -> Log:
        """Open or make the store. `serve` takes the server's lock and gives back the claims of the boot before.

        Raises StoreError if another server holds the store, or if it cannot be read.
        """
        make_folder(path.parent)
        async with AsyncExitStack() as stack:
            lock = stack.enter_context(taken(path)) if serve else None
            try:
                if lock is not None:
                    refuse_lost(path, lock)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                key = made_key(path)
                writing = await _connect(path, stack)
                reading = await _connect(path, stack)
                await migrate(writing)
                if lock is not None:
                    await writing.execute_fetchall(
                        "UPDATE events SET state = 'ready', due_at = 0 WHERE state = 'claimed'"
                    )
                    mark(lock)
            except (sqlite3.Error, OSError) as error:
                raise StoreError(
                    f"the store {path} cannot be used ({error}): keep a copy of it, then restore or move it"
                ) from error
            log = cls(path, key, writing, reading, name_window)
            stack.pop_all()
        log._lock = lock
        log._writer.start()
        return log

    async def close(self) -> None:
        await self._writer.stop()
        await self._reading.close()
        await self._writing.close()
        if self._lock is not None:
            self._lock.close()

    async def write(self, job: Job) -> list[list[aiosqlite.Row]]:
        """Commit a job, whole or not at all; returns the rows of each statement."""
        return await self._writer.write(job)

    def _still_there(self) -> None:
        """Raises StoreError if the file we write to is no longer the one at our path."""
        try:
            found = os.stat(self.path)
        except OSError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != self._file:
            raise StoreError(f"the store {self.path} was removed under the running server: put it back, and start anew")

    # --- in

    async def append(self, received: Iterable[Received], raw: bytes, fingerprint: str) -> None:
        """Keep one accepted mail: one blob, one Received an owner. Durable when this returns.

        Where the owner has this mail already (same fingerprint), a Repeated is noted instead.
        """
        events = list(received)
        job = [Statement("INSERT INTO blobs (id, bytes) VALUES (?, ?)", (events[0].blob, raw))]
        for event in events:
            job.append(
                Statement(
                    "INSERT OR IGNORE INTO mails (id, owner, blob, fingerprint, received_at) VALUES (?, ?, ?, ?, ?)",
                    (event.mail, event.owner, event.blob, fingerprint, event.received_at),
                )
            )
            kept = "EXISTS (SELECT 1 FROM mails WHERE id = ?)"
            due_at = event.received_at if event.imported else 0  # of what came long ago the oldest first, and last
            job.append(_insert(Output(event.mail, event, "ready"), event.received_at, kept, (event.mail,), due_at))
            job.append(_note_repeat(event, fingerprint))
        job.append(
            Statement(
                "DELETE FROM blobs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM mails WHERE blob = blobs.id)",
                (events[0].blob,),
            )
        )
        await self.write(job)
        self._still_there()  # after the commit: what went into a removed file must not be answered 250
        self.woken()

    # --- work

    async def claim(self, limit: int) -> list[Entry]:
        """Take up to `limit` events that are due, oldest first. The claim is committed before they are returned."""
        (rows,) = await self.write(
            [
                Statement(
                    "UPDATE events SET state = 'claimed', tries = tries + 1 WHERE seq IN"
                    " (SELECT seq FROM events WHERE state = 'ready' AND due_at <= ? ORDER BY due_at, seq LIMIT ?)"
                    " RETURNING seq, id, kind, version, body, tries",
                    (now(), limit),
                )
            ]
        )
        entries = []
        for _, id, kind, version, body, tries in sorted(rows, key=lambda row: int(row[0])):
            try:
                entries.append(Entry(id, decode(kind, version, body), tries))
            except (StoreError, ValueError) as error:  # of another Salver, or damaged: kept for a person
                text = f"the event cannot be read: {type(error).__name__}"
                await self.write([Statement("UPDATE events SET state = 'dead', error = ? WHERE id = ?", (text, id))])
        return entries

    async def next_due(self) -> int | None:
        """When the next waiting event is due (ms); None if none waits."""
        ((due,),) = await self._reading.execute_fetchall("SELECT min(due_at) FROM events WHERE state = 'ready'")
        return None if due is None else int(due)

    async def finish(self, entry: Entry, outputs: Iterable[Output]) -> None:
        """Commit the outputs and the end of the input together, and the read model with them.

        Raises Conflict if a request of an output was opened by another mail meanwhile; then nothing is kept.
        """
        at = now()
        job = [Statement("UPDATE events SET state = 'done', error = NULL WHERE id = ?", (entry.id,))]
        for output in outputs:
            job.append(_insert(output, at))
            if output.state != "dead":
                job.extend(model.rows_of(output.event, at, self._name_window, self.key))
        try:
            await self.write(job)
        except sqlite3.IntegrityError as error:
            if any(guard in str(error) for guard in _GUARDS):
                raise Conflict(str(error)) from error
            raise

    async def record(self, id: str, event: Event) -> None:
        """Note a fact at once, outside the end of its input. Noting it again changes nothing."""
        await self.write([_insert(Output(id, event, "done"), now())])

    async def put(self, outputs: Iterable[Output], more: Iterable[Statement] = (), due_at: int = 0) -> None:
        """Put work into the log that no step before it made, and the read model with it, in one transaction."""
        at, job = now(), list(more)
        for output in outputs:
            job.append(_insert(output, at, due_at=due_at))
            job.extend(model.rows_of(output.event, at, self._name_window, self.key))
        await self.write(job)
        self.woken()

    async def is_next(self, entry: Entry, kinds: Iterable[str] = _MOVERS) -> bool:
        """Whether no earlier event of the same mail waits: one that moves a conversation, or of these kinds."""
        rows = await self.read(
            "SELECT 1 FROM events WHERE mail = ? AND state IN ('ready', 'claimed') AND seq <"
            " (SELECT seq FROM events WHERE id = ?) AND kind IN (SELECT value FROM json_each(?)) LIMIT 1",
            (entry.event.mail, entry.id, json.dumps(list(kinds))),
        )
        return not rows

    async def all_read_before(self, event: LookupWanted) -> bool:
        """Whether all mails of the same owner that came before this event's mail are read and looked up.

        Messages do not wait for messages: many may come at once. What the owner says waits for them too.
        """
        passed_over = list(HEARD) if event.parsed.claims in HEARD else []
        rows = await self.read(
            # Each by its small index: the mails themselves are as many as there ever were.
            f"SELECT 1 FROM events INDEXED BY events_ready WHERE state = 'ready' AND {_UNREAD}"  # noqa: S608
            f" UNION ALL SELECT 1 FROM events INDEXED BY events_claimed WHERE state = 'claimed' AND {_UNREAD} LIMIT 1",
            (event.owner, event.mail, json.dumps(passed_over)),
        )
        return not rows

    async def ask(self, id: str, event: Event) -> bool:
        """Put work into the log that no step before it made. Whether it is new: asked again, nothing changes."""
        sql, parameters = _insert(Output(id, event, "ready"), now())
        (rows,) = await self.write([Statement(f"{sql} RETURNING seq", parameters)])
        self.woken()
        return bool(rows)

    async def postpone(self, entry: Entry, due_at: int, error: str) -> None:
        """Give the entry back, to be claimed again at `due_at` (ms)."""
        await self.write(
            [
                Statement(
                    "UPDATE events SET state = 'ready', due_at = ?, error = ? WHERE id = ?", (due_at, error, entry.id)
                )
            ]
        )
        self.woken()

    async def bury(self, entry: Entry, error: str, outputs: Iterable[Output]) -> None:
        """Keep the entry as a dead letter, for a person, and commit what is done instead."""
        job = [Statement("UPDATE events SET state = 'dead', error = ? WHERE id = ?", (error, entry.id))]
        job.extend(_insert(output, now()) for output in outputs)
        await self.write(job)
        self.woken()

    async def revive(self, id: str | None) -> int:
        """Give dead letters back to the workers: those of an event or mail id, or all (None). Returns how many."""
        (rows,) = await self.write(
            [
                Statement(
                    "UPDATE events SET state = 'ready', due_at = 0, tries = 0 WHERE state = 'dead'"
                    " AND (?1 IS NULL OR id = ?1 OR mail = ?1) RETURNING seq",
                    (id,),
                )
            ]
        )
        self.woken()
        return len(rows)

    # --- out

    async def read(self, sql: str, parameters: tuple[object, ...] = ()) -> list[aiosqlite.Row]:
        """Rows of a query on the reading connection."""
        return list(await self._reading.execute_fetchall(sql, parameters))

    async def load(self, mail: str) -> tuple[Received, bytes]:
        """The Received of a mail and its bytes. KeyError if the store does not hold it."""
        rows = await self.read(
            "SELECT events.kind, events.version, events.body, blobs.bytes"
            " FROM mails JOIN blobs ON blobs.id = mails.blob JOIN events ON events.id = mails.id WHERE mails.id = ?",
            (mail,),
        )
        if not rows:
            raise KeyError(mail)
        event = decode(*rows[0][:3])
        assert isinstance(event, Received)
        return event, rows[0][3]

    async def size(self, mail: str) -> int:
        """Octets of a mail, without reading them; 0 if the store does not hold it."""
        rows = await self.read(
            "SELECT length(blobs.bytes) FROM mails JOIN blobs ON blobs.id = mails.blob WHERE mails.id = ?", (mail,)
        )
        return int(rows[0][0]) if rows else 0

    async def filing_started(self, mail: str, mailbox: str) -> bool:
        """Was a filing of this mail into this mailbox started before?"""
        rows = await self.read(
            "SELECT kind, version, body FROM events WHERE mail = ? AND kind = 'FilingStarted'", (mail,)
        )
        started = [decode(*row) for row in rows]
        return any(isinstance(event, FilingStarted) and event.mailbox == mailbox for event in started)

    async def filings(self, mail: str) -> tuple[Step, ...]:
        """What was recorded of filing this mail, in order: see `stages.placing`."""
        rows = await self.read(
            "SELECT id, state, kind, version, body FROM events WHERE mail = ?"
            " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq",
            (mail, _FILINGS),
        )
        return tuple(Step(str(id), str(state), decode(*event)) for id, state, *event in rows)

    async def rebuild(self) -> None:
        """Write the read model anew from the log, in one transaction."""
        rows = await self.read("SELECT kind, version, body, created_at FROM events WHERE state != 'dead' ORDER BY seq")
        job = [Statement(f"DELETE FROM {table}") for table in _REBUILT]  # noqa: S608
        for kind, version, body, at in rows:
            job.extend(model.rows_of(decode(kind, version, body), at, self._name_window, self.key))
        await self.write(job)


def _insert(
    output: Output, at: int, condition: str = "true", parameters: tuple[object, ...] = (), due_at: int = 0
) -> Statement:
    event = output.event
    kind, version, body = encode(event)
    tries = 1 if output.state == "claimed" else 0
    state, error = output.state, output.error
    return Statement(
        "INSERT OR IGNORE INTO events (id, mail, owner, kind, version, body, created_at, state, due_at, tries, error)"
        f" SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE {condition}",
        (output.id, event.mail, event.owner, kind, version, body, at, state, due_at, tries, error, *parameters),
    )


def _note_repeat(event: Received, fingerprint: str) -> Statement:
    """A Repeated under the first mail's id, only if this delivery was not the first."""
    kind, version, _ = encode(Repeated(mail=event.mail, owner=event.owner, first=event.mail))
    return Statement(
        "INSERT INTO events (id, mail, owner, kind, version, body, created_at, state)"
        " SELECT ?1, ?1, ?2, ?3, ?4, json_object('mail', ?1, 'owner', ?2, 'first', first.id), ?5, 'done'"
        " FROM mails AS first WHERE first.owner = ?2 AND first.fingerprint = ?6 AND first.id != ?1",
        (event.mail, event.owner, kind, version, event.received_at, fingerprint),
    )
