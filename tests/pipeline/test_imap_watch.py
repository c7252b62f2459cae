"""Being told of moves in an account by a real Dovecot: by NOTIFY, by IDLE, by asking; what fails, fails in one line."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from pipeline.accounts.session import AccountTrouble, Session, Slower
from pipeline.mailboxes import imap_watch
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.imap_watch import ImapChanges
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.targets import changes_of
from tests.builders import account, cut, dovecot, gmail
from tests.builders.dovecot import Dovecot

BUTTONS = ("Asked", "Snooze/3 days")
WAYS = {"NOTIFY": (), "IDLE": ("MOVE",), "STATUS": ("IDLE",)}
"""How the server tells -> what it does not know."""
LONG = 3600.0
SECONDS = 20.0
"""After which a test that waits in vain fails."""
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_watch, "STATUS_SECONDS", 0.2)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Dovecot]]:
    with ExitStack() as stack:
        yield {way: stack.enter_context(dovecot.running(without=without)) for way, without in WAYS.items()}


@asynccontextmanager
async def watched(
    server: Dovecot, port: int = 0, buttons: tuple[str, ...] = BUTTONS, under: str = ""
) -> AsyncIterator[tuple[ImapMailbox, ImapChanges]]:
    """A mailbox in folders of its own, and what watches it; told at first that it is worth a look."""
    under = under or f"Run{next(numbers)}"
    box = ImapMailbox(Session(server.account(folders=under)), buttons)
    box.prepare()
    watching = ImapMailbox(Session(server.account(port, folders=under)), buttons)
    changes = changes_of(watching)
    assert isinstance(changes, ImapChanges)
    try:
        yield box, changes
    finally:
        await changes.close()
        box.close()
        watching.close()


async def told(changes: ImapChanges) -> None:
    """Fails where nothing is told of."""
    async with asyncio.timeout(SECONDS):
        await changes.changed(LONG)


async def silent(changes: ImapChanges) -> None:
    """Fails where something is told of though nothing came, and there was time to."""
    waiting = asyncio.create_task(changes.changed(LONG))
    await asyncio.sleep(1.5)
    done = waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert not done


def put(server: Dovecot, box: ImapMailbox, folder: str) -> str:
    """A mail, and the folder's name."""
    path = f"{box.session.account.folders}.{folder.replace('/', '.')}"
    account.put(server, b"Subject: hi\r\n\r\nhi\r\n", f'"{path}"')
    return path


def move(server: Dovecot, source: str, aim: str) -> None:
    with server.client() as client:
        client.select(f'"{source}"')
        assert client.uid("COPY", "1:*", f'"{aim}"')[0] == "OK"
        client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("source", "aim"), [("Good", "Ugly"), ("Ugly", "Intriguing"), ("Intriguing", "Snooze/3 days")])
async def test_a_move_is_told_of_and_reading_is_not(
    servers: dict[str, Dovecot], way: str, source: str, aim: str
) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        path = put(server, box, source)
        await told(changes)
        assert changes.by == way
        account.do(server, "uid", "STORE", "1:*", "+FLAGS", r"(\Seen)", select=path)
        await silent(changes)
        aimed = f"{box.session.account.folders}.{aim.replace('/', '.')}"
        await asyncio.to_thread(move, server, path, aimed)
        await told(changes)


@pytest.mark.parametrize("way", WAYS)
async def test_what_happens_between_two_questions_is_told_with_the_next_and_once(
    servers: dict[str, Dovecot], way: str
) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        await told(changes)
        path = await asyncio.to_thread(put, server, box, "Good")
        await asyncio.to_thread(move, server, path, path.replace("Good", "Ugly"))
        await told(changes)
        if way == "NOTIFY":  # which tells a little later, so that one change may be two
            await changes.changed(1.0)
        await silent(changes)


@pytest.mark.parametrize("way", ["IDLE", "STATUS"])
async def test_marking_as_deleted_is_told_of_where_the_server_tells(servers: dict[str, Dovecot], way: str) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        path = put(server, box, "Ugly")
        await told(changes)
        account.do(server, "uid", "STORE", "1:*", "+FLAGS", r"(\Deleted)", select=path)
        await (told if way == "IDLE" else silent)(changes)


@pytest.mark.parametrize("way", WAYS)
async def test_a_wait_is_cancelled_at_once_and_holds_nothing(servers: dict[str, Dovecot], way: str) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        await told(changes)
        waiting = asyncio.create_task(changes.changed(LONG))
        await asyncio.sleep(0.1)
        box.arrived()  # what files is not held up
        waiting.cancel()
        async with asyncio.timeout(SECONDS):
            await asyncio.wait([waiting])
            path = await asyncio.to_thread(put, server, box, "Good")
            await changes.changed(LONG)
            await changes.close()
        assert path
    name = f"moves {box.session.account.name}"
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            thread.join(SECONDS)
            assert not thread.is_alive()


async def test_what_was_heard_when_a_wait_was_cancelled_is_told_to_the_next(
    servers: dict[str, Dovecot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_watch, "_SETTLE_SECONDS", 3.0)
    server = servers["IDLE"]
    async with watched(server) as (box, changes):
        await told(changes)
        waiting = asyncio.create_task(changes.changed(LONG))
        await asyncio.to_thread(put, server, box, "Good")
        await asyncio.sleep(1.5)
        waiting.cancel()
        await asyncio.wait([waiting])
        await told(changes)


async def test_two_connections_are_enough_without_buttons(servers: dict[str, Dovecot]) -> None:
    server = servers["IDLE"]
    with cut.between(server.port) as proxy:
        async with watched(server, proxy.port, buttons=()) as (box, changes):
            await told(changes)
            assert proxy.commands.count("LOGIN") == 2
            path = put(server, box, "Intriguing")
            await asyncio.to_thread(move, server, path, path.replace("Intriguing", "Good"))
            await told(changes)


@pytest.mark.parametrize("way", ["NOTIFY", "IDLE"])
async def test_a_connection_is_renewed_and_goes_on_telling(
    servers: dict[str, Dovecot], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_watch, "RENEWED_SECONDS", 0.3)
    server = servers[way]
    with cut.between(server.port) as proxy:
        async with watched(server, proxy.port) as (box, changes):
            await told(changes)
            for _ in range(4):
                await changes.changed(0.5)
            path = put(server, box, "Good")
            await asyncio.to_thread(move, server, path, path.replace("Good", "Ugly"))
            await told(changes)
            assert proxy.commands.count("IDLE") > 3
            assert proxy.commands.count("LOGIN") == (1 if way == "NOTIFY" else 3)


# --- what goes wrong ---


async def test_a_server_that_gives_one_connection_only_is_asked_on_that(capsys: pytest.CaptureFixture[str]) -> None:
    with dovecot.running(without=("MOVE",), more="protocol imap {\n  mail_max_userip_connections = 1\n}\n") as server:
        box = ImapMailbox(Session(server.account()))
        box.prepare()
        box.close()
        changes = ImapChanges(box)
        await told(changes)
        assert changes.by == "STATUS"
        (server.root / ".Salver.Good" / "new" / "1.a.host").write_bytes(b"Subject: hi\r\n\r\nhi\r\n")
        server.hand_over()
        await told(changes)
        source = next(path for path in (server.root / ".Salver.Good").glob("*/1.a.host*"))
        os.rename(source, server.root / ".Salver.Ugly" / "new" / "1.a.host")
        await told(changes)
        await changes.close()
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_a_server_that_asks_for_a_pause_gets_it(tmp_path: Path) -> None:
    with gmail.running(tmp_path) as server:
        box = InPlace(Session(server.account()))
        box.prepare()
        changes = ImapChanges(box)
        server.refuse("LOGIN", gmail.TOO_MANY)
        with pytest.raises(Slower, match="asks for a pause"):
            await changes.changed(LONG)
        before = len(server.commands)
        for _ in range(3):
            with pytest.raises(AccountTrouble, match="asks for a pause"):
                await changes.changed(LONG)
        assert len(server.commands) == before
        await changes.close()


async def test_in_gmail_a_label_of_ours_that_comes_or_goes_is_told_of(tmp_path: Path) -> None:
    raw = b"Message-ID: <a@b>\r\nSubject: hi\r\n\r\nhi\r\n"
    with gmail.running(tmp_path) as server:
        server.put(raw, "Salver/Good", "\\Inbox")
        box = InPlace(Session(server.account()), BUTTONS)
        box.prepare()
        changes = ImapChanges(box)
        await told(changes)
        assert changes.by == "IDLE"
        server.relabel(raw, "Salver/Good", "\\Starred", "receipts")
        await silent(changes)
        server.relabel(raw, "Salver/Ugly")
        await told(changes)
        await changes.close()


@pytest.mark.parametrize("way", WAYS)
async def test_a_cut_connection_is_told_of_and_then_it_is_worth_a_look(servers: dict[str, Dovecot], way: str) -> None:
    server = servers[way]
    with cut.between(server.port) as proxy:
        async with watched(server, proxy.port) as (box, changes):
            await told(changes)
            waiting = asyncio.create_task(changes.changed(LONG))
            await asyncio.sleep(0.5)
            proxy.close()
            async with asyncio.timeout(SECONDS):
                with pytest.raises(AccountTrouble) as cause:
                    await waiting
            assert "\n" not in str(cause.value)
            with pytest.raises(AccountTrouble):
                await changes.changed(LONG)
            put(server, box, "Good")
            with cut.between(server.port, proxy.port):
                changes._session.again()  # as when the pause is over
                await told(changes)
                assert changes.by == way
                await changes.close()


async def test_one_of_several_connections_that_is_cut_leaves_the_others(servers: dict[str, Dovecot]) -> None:
    server = servers["IDLE"]
    async with watched(server) as (box, changes):
        await told(changes)
        imap_watch.hang_up(changes._ears[1])
        await told(changes)
        assert changes.by == "STATUS"
        path = put(server, box, "Good")
        await told(changes)
        await asyncio.to_thread(move, server, path, path.replace("Good", "Intriguing"))
        await told(changes)


@pytest.mark.parametrize("way", WAYS)
async def test_a_folder_deleted_by_its_owner_leaves_the_others_watched(
    servers: dict[str, Dovecot], way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        under = box.session.account.folders
        account.do(server, "delete", f'"{under}.Ugly"')
        await told(changes)
        path = put(server, box, "Good")
        await told(changes)
        await asyncio.to_thread(move, server, path, f"{under}.Asked")
        await told(changes)
        box.folders.forget()
        box.prepare()
        put(server, box, "Ugly")
        await told(changes)
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("way", ["NOTIFY", "IDLE"])
async def test_a_folder_deleted_while_it_is_watched_makes_no_verdict_and_ends_nothing(
    servers: dict[str, Dovecot], way: str
) -> None:
    server = servers[way]
    async with watched(server) as (box, changes):
        under = box.session.account.folders
        await told(changes)
        account.do(server, "delete", f'"{under}.Ugly"')
        path = put(server, box, "Good")
        seen: list[str] = []
        async with asyncio.timeout(SECONDS):
            while not seen:  # a server may hang up where the folder is gone
                try:
                    await changes.changed(LONG)
                    seen = [arrival.folder for arrival in box.arrived()] or ["Good"]
                except AccountTrouble:
                    changes._session.again()
        assert path
        await asyncio.to_thread(move, server, path, f"{under}.Intriguing")
        await told(changes)
