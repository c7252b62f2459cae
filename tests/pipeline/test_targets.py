"""A configured text names a mailbox, or says what is wrong with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import commands
from pipeline.accounts.account import Account
from pipeline.accounts.session import Session
from pipeline.app import App
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.targets import account_named_by, open_target, place_of
from pipeline.store import state
from tests.builders import account, cut, dovecot, linkedin
from tests.builders.dovecot import Dovecot
from tests.builders.running import deliver, filed, running, settled

ACCOUNT = Account(name="work", host="mail.example.org", user="amy@example.org", secret="env:PASSWORD")


def test_each_kind_of_target_opens_its_mailbox(tmp_path: Path) -> None:
    sessions = {"work": Session(ACCOUNT)}
    assert isinstance(open_target(f"maildir:{tmp_path}", sessions), Maildir)
    appended = open_target("imap://work", sessions)
    assert type(appended) is ImapMailbox
    assert appended.session is sessions["work"]
    assert isinstance(open_target("account:work", sessions), InPlace)


@pytest.mark.parametrize("target", ["imap://home", "account:home"])
def test_an_account_that_is_not_configured_is_named(target: str) -> None:
    with pytest.raises(ValueError, match=r'^there is no \[\[account\]\] with the name "home"$'):
        open_target(target, {"work": Session(ACCOUNT)})


@pytest.mark.parametrize("target", ["imap://", "imap://mail.example.org/INBOX", "imap://amy:tray@mail"])
def test_a_url_of_a_server_is_no_target_and_what_to_write_is_said(target: str) -> None:
    with pytest.raises(ValueError, match="write imap://NAME, with the name of an"):
        account_named_by(target)


def test_a_place_is_told_as_a_person_would_write_it(tmp_path: Path) -> None:
    assert place_of(f"maildir:{tmp_path}") == str(tmp_path)
    assert place_of("imap://work") == "imap://work"
    assert account_named_by("imap://work/") == "work"
    assert account_named_by("maildir:mail") is None


# --- several targets of one owner, in a whole Salver


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


def table_of(server: Dovecot, port: int = 0) -> str:
    told = server.account(port).model_dump(include={"name", "host", "tls", "user", "secret"})
    return "[[account]]\n" + "".join(f'{key} = "{value}"\n' for key, value in told.items())


def both(folder: Path) -> str:
    """The account first: what is behind it must not wait."""
    return f'mailboxes = ["imap://work", "maildir:{folder}/mail"]'


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def has(folder: Path, number: int) -> None:
    """Until so many mails lie in the Maildir."""
    async with asyncio.timeout(60):
        while True:
            if sum(map(len, filed(folder).values())) == number:
                return
            await asyncio.sleep(0.02)


async def what_waits(app: App) -> str:
    """What `salver status` says when something waits to be tried again."""
    async with asyncio.timeout(60):
        while True:
            if await state.waiting(app.store):
                return await commands.status(app.configuration)
            await asyncio.sleep(0.02)


async def test_a_mail_is_filed_into_a_maildir_and_an_account_alike(tmp_path: Path, server: Dovecot) -> None:
    async with running(tmp_path, table_of(server), owner=both(tmp_path)) as app:
        await deliver(app, linkedin.spoof_look_alike())
        await settled(app)
    ((folder, (lies,)),) = account.lying(server).items()
    ((name, (content,)),) = ((name, found) for name, found in filed(tmp_path).items() if found)
    assert folder == (name if name == "INBOX" else f"Salver.{name}")
    assert lies.raw == content


async def test_an_account_whose_server_is_down_holds_up_no_other_and_gets_its_mail_later(
    tmp_path: Path, server: Dovecot
) -> None:
    port = free_port()
    async with running(tmp_path, table_of(server, port), owner=both(tmp_path)) as app:
        await deliver(app, linkedin.spoof_look_alike())
        await has(tmp_path, 1)

        told = await what_waits(app)
        assert f"1 x FilingWanted wait: work: 127.0.0.1:{port}: Connection refused" in told
        assert account.lying(server) == {}
        with cut.between(server.port, port):
            app.sessions["work"].again()
            await settled(app)
    assert [len(lies) for lies in account.lying(server).values()] == [1]
    assert sum(map(len, filed(tmp_path).values())) == 1


async def test_an_account_whose_server_hangs_holds_up_no_other(tmp_path: Path, server: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        async with running(tmp_path, table_of(server, port), owner=both(tmp_path)) as app:
            await deliver(app, linkedin.invitation_modern())
            connection, _ = await asyncio.to_thread(silent.accept)
            await has(tmp_path, 1)
            assert app.filing._calls["imap://work"], "the first target gave up before the second had its turn"
            await deliver(app, linkedin.reminder())  # asks where the first lies, of a server that does not say
            await has(tmp_path, 2)
            assert not await state.waiting(app.store), "the second mail waited until the first call gave up"
            connection.close()


async def test_a_full_account_is_told_by_status_and_gets_its_mail_once_there_is_room(tmp_path: Path) -> None:
    with dovecot.running(quota=64) as full:
        account.put(full, b"Subject: large\r\n\r\n" + b"x" * 60_000 + b"\r\n")
        owner = 'mailboxes = ["imap://work"]'
        async with running(tmp_path, table_of(full), owner=owner) as app:
            await deliver(app, linkedin.spoof_look_alike())

            told = await what_waits(app)
            assert len([line for line in told.splitlines() if "has no room left" in line]) == 1
            account.do(full, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)")
            account.do(full, "expunge")
            app.sessions["work"].again()
            await settled(app)
        assert [len(lies) for lies in account.lying(full).values()] == [1]


async def test_a_wrong_password_is_told_by_status_and_at_the_start(
    tmp_path: Path, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORK_PASSWORD", "not-the-password")
    table = table_of(server).replace(server.account().secret, "env:WORK_PASSWORD")
    async with running(tmp_path, table, owner='mailboxes = ["imap://work"]') as app:
        ((mailbox, trouble),) = await app.prepare()
        assert mailbox == "imap://work"
        assert "did not take the name and password" in trouble
        await deliver(app, linkedin.spoof_look_alike())

        told = await what_waits(app)
        assert "did not take the name and password" in told
        assert "not-the-password" not in told
        monkeypatch.setenv("WORK_PASSWORD", dovecot.PASSWORD)
        app.sessions["work"].again()
        await settled(app)
    assert [len(lies) for lies in account.lying(server).values()] == [1]
