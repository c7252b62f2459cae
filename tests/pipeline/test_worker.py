"""The worker over real SQLite, with edges of three lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ReaderDied, StageRaised, describe
from pipeline.store.log import Entry, Log
from pipeline.worker import Edge, Worker
from stages.events import (
    Event,
    Failed,
    Filed,
    FilingWanted,
    LookedUp,
    LookupWanted,
    Parsed,
    Received,
)
from stages.settings import Settings
from tests.builders.events import parsed, received

SETTINGS = Settings.model_validate({"owners": [{"addresses": ["amy@salver.test"], "mailbox": "maildir:x"}]})
WINDOW = 1_000_000


def ask(event: Parsed, settings: Settings) -> tuple[LookupWanted]:
    return (LookupWanted(mail=event.mail, owner=event.owner, parsed=event, signatures=False, histories=False),)


def to_good(event: LookedUp, settings: Settings) -> tuple[FilingWanted]:
    return (FilingWanted(mail=event.mail, owner=event.owner, mailbox="maildir:x", folder="Good"),)


FLOW: dict[type[Event], Any] = {Parsed: ask, LookedUp: to_good}


class Edges:
    """Edges that keep what they filed, and raise what a test tells them to."""

    def __init__(self) -> None:
        self.filed: list[tuple[str, str]] = []
        self.raising: dict[type[Event], Callable[[Entry], None]] = {}

    def table(self) -> dict[type[Event], Edge]:
        return {Received: self.read, LookupWanted: self.look_up, FilingWanted: self.file}

    def _maybe(self, entry: Entry) -> None:
        if type(entry.event) in self.raising:
            self.raising[type(entry.event)](entry)

    async def read(self, entry: Entry) -> tuple[Event, ...]:
        self._maybe(entry)
        return (parsed(entry.event.mail),)

    async def look_up(self, entry: Entry) -> tuple[Event, ...]:
        self._maybe(entry)
        assert isinstance(entry.event, LookupWanted)
        return (LookedUp(mail=entry.event.mail, owner=entry.event.owner, parsed=entry.event.parsed),)

    async def file(self, entry: Entry) -> tuple[Event, ...]:
        self._maybe(entry)
        assert isinstance(entry.event, FilingWanted)
        self.filed.append((entry.event.mail, entry.event.folder))
        event = entry.event
        return (Filed(mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=event.folder),)


@asynccontextmanager
async def working(path: Path, edges: Edges, flow: dict[type[Event], Any] = FLOW) -> AsyncIterator[Log]:
    store = await Log.open(path / "salver.db", WINDOW, serve=True)
    worker = Worker(store, edges.table(), SETTINGS, flow)
    task = asyncio.create_task(worker.run())
    try:
        yield store
    finally:
        await worker.stop()
        await task
        await store.close()


async def settled(store: Log) -> None:
    """Until nothing is due or being worked on."""
    async with asyncio.timeout(20):
        while True:
            ((busy,),) = await store.read(
                "SELECT count(*) FROM events WHERE state = 'claimed' OR (state = 'ready' AND due_at < 4e12)"
            )
            if not busy:
                return
            await asyncio.sleep(0.01)


async def kinds(store: Log) -> list[tuple[str, str]]:
    return [tuple(row) for row in await store.read("SELECT kind, state FROM events ORDER BY seq")]


async def test_a_mail_goes_through_every_stage_and_edge_to_its_folder(tmp_path: Path) -> None:
    edges = Edges()
    async with working(tmp_path, edges) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
        assert edges.filed == [("m1", "Good")]
        assert await kinds(store) == [
            ("Received", "done"),
            ("Parsed", "done"),
            ("LookupWanted", "done"),
            ("LookedUp", "done"),
            ("FilingWanted", "done"),
            ("Filed", "done"),
        ]
        rows = await store.read("SELECT id FROM events ORDER BY seq")
        assert [row[0] for row in rows] == ["m1", "m1.0", "m1.0.0", "m1.0.0.0", "m1.0.0.0.0", "m1.0.0.0.0.0"]


async def test_a_stage_that_raises_is_a_bug_kept_for_a_person_and_the_mail_lies_raw_in_the_inbox(
    tmp_path: Path,
) -> None:
    edges = Edges()

    def broken(event: LookedUp, settings: Settings) -> tuple[Event, ...]:
        raise ValueError("the mail said: secret")

    async with working(tmp_path, edges, {**FLOW, LookedUp: broken}) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
        assert edges.filed == [("m1", "INBOX")]
        assert ("LookedUp", "dead") in await kinds(store)
        assert ("Failed", "done") in await kinds(store)
        bodies = await store.read("SELECT body FROM events WHERE kind = 'Failed'")
        assert Failed.model_validate_json(bodies[0][0]).step == "LookedUp"
        assert "secret" not in bodies[0][0]


async def test_a_mended_stage_takes_a_dead_letter_up_where_it_failed(tmp_path: Path) -> None:
    edges = Edges()
    asked: list[str] = []
    edges.raising[LookupWanted] = lambda entry: asked.append(entry.id)

    def broken(event: LookedUp, settings: Settings) -> tuple[Event, ...]:
        raise ValueError

    async with working(tmp_path, edges, {**FLOW, LookedUp: broken}) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
    async with working(tmp_path, edges) as store:
        assert await store.revive("m1") == 1
        await settled(store)
        assert edges.filed == [("m1", "INBOX"), ("m1", "Good")]
        assert len(asked) == 1
        assert not [state for _, state in await kinds(store) if state != "done"]


async def test_a_mail_that_kills_its_reader_is_tried_three_times_and_then_filed_raw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = Edges()
    tries: list[int] = []

    def die(entry: Entry) -> None:
        tries.append(entry.tries)
        raise ReaderDied("the reader died on the mail")

    edges.raising[Received] = die
    monkeypatch.setattr("pipeline.worker.next_try", lambda step, error, tries, now: now if tries < 3 else None)
    async with working(tmp_path, edges) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
        assert tries == [1, 2, 3]
        assert edges.filed == [("m1", "INBOX")]


async def test_a_bug_in_the_reader_is_not_tried_again(tmp_path: Path) -> None:
    edges = Edges()
    tries: list[int] = []

    def bug(entry: Entry) -> None:
        tries.append(entry.tries)
        raise StageRaised("KeyError in parse, line 3")

    edges.raising[Received] = bug
    async with working(tmp_path, edges) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
        assert tries == [1]
        assert edges.filed == [("m1", "INBOX")]
        ((error,),) = await store.read("SELECT error FROM events WHERE state = 'dead'")
        assert error == "KeyError in parse, line 3"


async def test_filing_that_fails_is_weather_and_is_tried_until_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = Edges()
    tries: list[int] = []

    def full(entry: Entry) -> None:
        tries.append(entry.tries)
        if entry.tries < 12:
            raise OSError(28, "No space left on device")

    edges.raising[FilingWanted] = full
    monkeypatch.setattr("pipeline.retry.LOCAL_MILLISECONDS", 1)
    async with working(tmp_path, edges) as store:
        await store.append([received()], b"raw", "f1")
        await settled(store)
        assert tries == list(range(1, 13))
        assert edges.filed == [("m1", "Good")]


async def test_one_bad_mail_never_stops_the_line(tmp_path: Path) -> None:
    edges = Edges()

    def bug(entry: Entry) -> None:
        if entry.event.mail in ("m3", "m7"):
            raise StageRaised("boom")

    edges.raising[Received] = bug
    async with working(tmp_path, edges) as store:
        for n in range(40):
            await store.append([received(f"m{n}", blob=f"b{n}")], b"raw", f"f{n}")
        await settled(store)
        assert sorted(edges.filed) == sorted((f"m{n}", "INBOX" if n in (3, 7) else "Good") for n in range(40))


async def test_what_was_being_done_at_the_stop_is_done_after_the_next_start(tmp_path: Path) -> None:
    edges = Edges()
    hang = asyncio.Event()

    async def look_up(entry: Entry) -> tuple[Event, ...]:
        hang.set()
        await asyncio.sleep(3600)
        return ()

    store = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    worker = Worker(store, {**edges.table(), LookupWanted: look_up}, SETTINGS, FLOW)
    task = asyncio.create_task(worker.run())
    await store.append([received()], b"raw", "f1")
    await hang.wait()
    await worker.stop(grace=0.05)
    await task
    await store.close()
    async with working(tmp_path, edges) as again:
        await settled(again)
    assert edges.filed == [("m1", "Good")]


async def test_a_command_that_writes_to_the_store_is_noticed_by_the_running_server(tmp_path: Path) -> None:
    edges = Edges()
    async with working(tmp_path, edges) as store:
        other = await Log.open(tmp_path / "salver.db", WINDOW)
        await other.append([received()], b"raw", "f1")
        await other.close()
        async with asyncio.timeout(10):
            while not edges.filed:  # noqa: ASYNC110 - what another process did announces itself nowhere
                await asyncio.sleep(0.05)
        await settled(store)


def test_what_failed_is_told_without_the_mails_text() -> None:
    assert describe(ValueError("From: somebody secret")) == "ValueError"
    assert describe(ReaderDied("reading the mail took too long")) == "reading the mail took too long"
    assert "No space" in describe(OSError(28, "No space left on device"))
