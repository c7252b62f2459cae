"""Changes in a Maildir are heard of within a moment, and looked for every few seconds where nothing is heard."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread
import pytest
from structlog.testing import capture_logs

from pipeline.mailboxes import Arrival, maildir_arrivals, maildir_watch
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_watch import MaildirChanges, Unwatched
from pipeline.mailboxes.targets import changes_of
from tests.conftest import ROOT

AT = 1_764_150_000_123
ONE = f"{1:032x}"
NAME = f"{AT // 1000}.{ONE}.salver"
LONG = 600.0


@pytest.fixture
def box(tmp_path: Path) -> Maildir:
    box = Maildir(tmp_path / "mail", buttons=("Asked",))
    box.prepare()
    box.file(ONE, "Good", b"hi", AT, search=False)
    box.arrived()
    return box


@pytest.fixture
async def changes(box: Maildir, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MaildirChanges]:
    """Nothing is looked at by the clock: what is noticed was heard of."""
    monkeypatch.setattr(maildir_watch, "LOOK_SECONDS", 30.0)
    changes = MaildirChanges(box)
    async with asyncio.timeout(10):
        await changes.changed(LONG)  # once, for what happened before
    yield changes
    await changes.close()


async def heard(changes: MaildirChanges, box: Maildir) -> tuple[Arrival, ...]:
    async with asyncio.timeout(20):
        while True:
            await changes.changed(LONG)
            if arrived := await asyncio.to_thread(box.arrived):
                return arrived


async def test_a_move_is_heard_of(changes: MaildirChanges, box: Maildir) -> None:
    os.rename(box.root / ".Good" / "new" / NAME, box.root / ".Ugly" / "cur" / f"{NAME}:2,S")
    assert await heard(changes, box) == (Arrival("Ugly", ONE),)
    os.rename(box.root / ".Ugly" / "cur" / f"{NAME}:2,S", box.root / ".Asked" / "cur" / f"{NAME}:2,S")
    assert await heard(changes, box) == (Arrival("Asked", ONE),)


async def test_what_happens_between_two_questions_is_not_missed(changes: MaildirChanges, box: Maildir) -> None:
    os.rename(box.root / ".Good" / "new" / NAME, box.root / ".Ugly" / "cur" / f"{NAME}:2,S")
    await asyncio.sleep(1.0)
    async with asyncio.timeout(5):
        await changes.changed(LONG)
    assert box.arrived() == (Arrival("Ugly", ONE),)


async def test_a_question_that_is_given_up_misses_nothing(changes: MaildirChanges, box: Maildir) -> None:
    asked = asyncio.create_task(changes.changed(LONG))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.wait([asked])
    os.rename(box.root / ".Good" / "new" / NAME, box.root / ".Ugly" / "cur" / f"{NAME}:2,S")
    assert await heard(changes, box) == (Arrival("Ugly", ONE),)


def aside(box: Maildir, folder: str) -> Path:
    """A folder that nobody watches, with the mail in it: what happens to that is heard of in its new place alone."""
    for part in ("tmp", "new", "cur"):
        (box.root.parent / folder / part).mkdir(parents=True)
    return (box.root / ".Good" / "new" / NAME).rename(box.root.parent / folder / "cur" / NAME)


async def all_heard(changes: MaildirChanges) -> None:
    """Until what happened so far is told, and what is new is watched."""
    await asyncio.sleep(2.0)
    await changes.changed(0.01)


async def test_a_folder_that_is_deleted_and_made_again_is_heard_of(changes: MaildirChanges, box: Maildir) -> None:
    lying = aside(box, "x")
    shutil.rmtree(box.root / ".Ugly")
    await changes.changed(LONG)
    for part in ("tmp", "new", "cur"):
        (box.root / ".Ugly" / part).mkdir(parents=True)
    await all_heard(changes)
    lying.rename(box.root / ".Ugly" / "cur" / NAME)
    assert await heard(changes, box) == (Arrival("Ugly", ONE),)


async def test_a_folder_in_the_place_of_another_is_heard_of(changes: MaildirChanges, box: Maildir) -> None:
    lying = aside(box, "x")
    for part in ("tmp", "new", "cur"):
        (box.root.parent / "y" / part).mkdir(parents=True)
    (box.root / ".Ugly").rename(box.root.parent / "z")
    (box.root.parent / "y").rename(box.root / ".Ugly")
    await all_heard(changes)
    lying.rename(box.root / ".Ugly" / "cur" / NAME)
    assert await heard(changes, box) == (Arrival("Ugly", ONE),)


async def test_a_folder_that_was_not_there_is_heard_of_with_what_lies_in_it(
    box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside(box, "x")
    shutil.rmtree(box.root / ".Asked")
    monkeypatch.setattr(maildir_watch, "LOOK_SECONDS", 30.0)
    changes = MaildirChanges(box)
    try:
        await changes.changed(LONG)
        assert box.arrived() == ()
        await asyncio.sleep(1.0)
        (box.root.parent / "x").rename(box.root / ".asked")
        assert await heard(changes, box) == (Arrival("Asked", ONE),)
    finally:
        await changes.close()


async def test_a_servers_own_files_are_not_told(changes: MaildirChanges, box: Maildir) -> None:
    for number in range(3):
        (box.root / f"dovecot.index.{number}").write_bytes(b"x")
        (box.root / ".Good" / f"dovecot.index.{number}").write_bytes(b"x")
        (box.root / ".Good" / "tmp" / f"{number}").write_bytes(b"x")
    asked = asyncio.create_task(changes.changed(LONG))
    await asyncio.sleep(1.0)
    assert not asked.done()
    os.rename(box.root / ".Good" / "new" / NAME, box.root / ".Good" / "cur" / NAME)
    async with asyncio.timeout(10):
        await asked


async def test_where_the_system_tells_nothing_it_is_worth_looking_every_few_seconds(
    box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert maildir_watch.LOOK_SECONDS < 5
    monkeypatch.setattr(maildir_watch, "LOOK_SECONDS", 0.2)
    changes = MaildirChanges(box)
    try:
        async with asyncio.timeout(10):
            for _ in range(3):
                await changes.changed(LONG)
    finally:
        await changes.close()


async def test_as_long_as_there_is_more_to_look_into_nobody_waits(
    changes: MaildirChanges, box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir_arrivals, "LOOKS", 1)
    for number in range(5):
        (box.root / ".Ugly" / "cur" / f"{number}.a.host:2,").write_bytes(
            f"X-Salver-Mail: {number + 5:032x}\r\n\r\n".encode()
        )
    told: list[str] = []
    async with asyncio.timeout(10):
        while len(told) < 5:
            await changes.changed(LONG)
            told += [each.mail for each in await asyncio.to_thread(box.arrived)]
    assert sorted(told) == [f"{number + 5:032x}" for number in range(5)]


async def test_a_root_that_is_away_is_watched_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir_watch, "LOOK_SECONDS", 0.3)
    box = Maildir(tmp_path / "mail")
    changes = MaildirChanges(box)
    try:
        await changes.changed(LONG)
        assert box.arrived() == ()
        box.file(ONE, "Good", b"hi", AT, search=False)
        assert await heard(changes, box) == (Arrival("Good", ONE),)
    finally:
        await changes.close()


async def test_closing_ends_the_watching_and_what_is_closed_can_be_asked_again(box: Maildir) -> None:
    threads = anyio.to_thread.current_default_thread_limiter()
    room = threads.total_tokens
    changes = MaildirChanges(box)
    for _ in range(2):
        await changes.changed(LONG)
        await asyncio.sleep(0.3)
        assert (threads.total_tokens, threads.borrowed_tokens) == (room + 1, 1)  # nobody else waits for a thread
        await changes.close()
        await changes.close()
        assert (threads.total_tokens, threads.borrowed_tokens) == (room, 0)


BLIND = """
import asyncio, json, os, resource, sys
from pathlib import Path
import structlog
from pipeline.mailboxes import maildir_watch
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_watch import MaildirChanges

structlog.configure(processors=[structlog.processors.JSONRenderer()])
maildir_watch.AGAIN_SECONDS = 0.2
maildir_watch.LOOK_SECONDS = 0.3
box = Maildir(Path(sys.argv[1]))
box.arrived()

async def main():
    await asyncio.to_thread(lambda: None)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    held = []
    try:
        while True:
            held.append(os.open("/", os.O_RDONLY))
    except OSError:
        os.close(held.pop())  # room to list a folder, not to watch one
    changes = MaildirChanges(box)
    for _ in range(4):
        await changes.changed(600)
    os.rename(sys.argv[2], sys.argv[3])
    await changes.changed(600)
    print(json.dumps([each.folder for each in box.arrived()]))
    await changes.close()

asyncio.run(main())
"""


def test_where_no_folder_can_be_watched_moves_are_noticed_all_the_same_and_it_is_said_once(box: Maildir) -> None:
    """A process that may open no more files has no watches to give away either."""
    ends = [str(box.root), str(box.root / ".Good" / "new" / NAME), str(box.root / ".Ugly" / "cur" / NAME)]
    done = subprocess.run(
        [sys.executable, "-c", BLIND, *ends],
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("mailbox_not_watched") == 1, done.stdout
    assert "Too many open files" in done.stdout
    assert done.stdout.splitlines()[-1] == '["Ugly"]'


async def test_a_maildir_is_watched_and_what_cannot_be_is_waited_for(box: Maildir) -> None:
    assert isinstance(changes_of(box), MaildirChanges)
    with capture_logs() as logs:
        await Unwatched().changed(0.01)
    await Unwatched().close()
    assert logs == []
