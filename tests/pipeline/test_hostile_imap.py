"""A server that answers what is no IMAP, or hangs, is weather: told in one line, tried again, and never in the way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.account import Account
from pipeline.accounts.folders import select
from pipeline.accounts.session import FIRST_PAUSE, AccountTrouble, Flooded, Session, SignInRefused
from pipeline.accounts.wire import HEAD_LITERAL_OCTETS, LITERAL_OCTETS, MOST_MAILS
from pipeline.app import App
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.imap_watch import ImapChanges
from pipeline.settings import load
from tests.builders.running import dead_end

SECRET = "hunter-of-trays"


@contextlib.contextmanager
def answering(**answers: bytes) -> Iterator[int]:
    """A server that knows only what it is told: command -> untagged lines; None of them, OK; b"..." alone: silence."""

    def talk(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
            for line in client.makefile("rb"):
                tag, command, *_ = line.split()
                told = answers.get(command.decode().lower(), b"")
                if told == b"...":
                    continue
                verdict = b" NO " if told.startswith(b"!") else b" OK "
                lines, last = (b"", told[1:]) if told.startswith(b"!") else (told, b"done")
                client.sendall(lines + tag + verdict + last.replace(b"LINE", line.strip()) + b"\r\n")

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


def account(folder: Path, port: int) -> Account:
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    return Account(name="work", host=f"127.0.0.1:{port}", tls="none", user="amy", secret=f"file:{secret}")


GARBAGE = (
    b"* OK [UIDVALIDITY abc] what\r\n",
    b"* 1 FETCH " + b"(" * 20_000 + b"\r\n",
    b"* OK [UIDVALIDITY " + b"9" * 5_000 + b"] what\r\n",
    b"\xff\xfe\x00\r\n",
)


def look(session: Session) -> None:
    with session.use() as client:
        select(client, "INBOX", readonly=True)
        client.fetch([1], ["FLAGS"])


@pytest.mark.parametrize("command", ["examine", pytest.param("uid", marks=pytest.mark.nightly)])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_is_no_imap_raises_nothing_but_trouble_of_the_account(
    tmp_path: Path, garbage: bytes, command: str
) -> None:
    with answering(**{command: garbage}) as port, contextlib.suppress(AccountTrouble):
        look(Session(account(tmp_path, port)))


def test_trouble_with_what_is_no_imap_names_the_account_and_the_server(tmp_path: Path) -> None:
    with answering(examine=GARBAGE[0]) as port, pytest.raises(AccountTrouble) as told:
        look(Session(account(tmp_path, port)))
    assert str(told.value).startswith(f"work: 127.0.0.1:{port} answered with something that is no IMAP")


def test_a_server_steers_no_terminal(tmp_path: Path) -> None:
    with answering(examine=b"!\x1b]0;mine\x07 no", list=b"!\x1b]0;mine\x07 no") as port:
        session = Session(account(tmp_path, port))
        with pytest.raises(AccountTrouble) as told, session.use() as client:
            select(client, "INBOX", readonly=True)
        assert str(told.value).isprintable()


def test_a_password_that_the_server_repeats_is_told_to_nobody(tmp_path: Path) -> None:
    with answering(login=b"!you said LINE") as port:
        session = Session(account(tmp_path, port))
        with pytest.raises(SignInRefused) as told, session.use():
            pass
        assert "you said" in str(told.value)
        assert SECRET not in str(told.value)


async def test_a_server_that_hangs_does_not_keep_salver_from_stopping(tmp_path: Path) -> None:
    with answering(examine=b"...") as port:
        about = account(tmp_path, port)
        config = tmp_path / "salver.toml"
        config.write_text(
            f'[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{tmp_path}/salver.db"\n'
            f'[dns]\nresolvers = ["{dead_end()}"]\n[[owner]]\naddresses = ["amy@salver.test"]\n'
            f'mailbox = "maildir:{tmp_path}/mail"\n[[account]]\nname = "work"\nhost = "{about.host}"\ntls = "none"\n'
            f'user = "amy"\nsecret = "{about.secret}"\nsort = true\n'
        )
        async with asyncio.timeout(40):  # the client's own patience is 60 s
            async with App(load(config, environment={})).running():
                await asyncio.sleep(0.5)


# --- a server that does not stop ------------------------------------------------------------------------------------

CAN = b"* CAPABILITY IMAP4rev1 IDLE NOTIFY UIDPLUS MOVE\r\n"
FOLDER = b"* FLAGS (\\Seen)\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n"
MARKS = b"* 1 FETCH (UID 1 FLAGS () BODY[HEADER.FIELDS (X-SALVER-MAIL X-SALVER-REMINDER)] {%d}\r\n"


@contextlib.contextmanager
def flooding(at: bytes, what: bytes, first: bytes = b"", folder: bytes = FOLDER) -> Iterator[tuple[int, list[int]]]:
    """A server that answers one command with `first`, then `what` without end; (port, octets of each flood it sent)."""
    sent: list[int] = []

    def talk(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE NOTIFY UIDPLUS MOVE] ready\r\n")
            for line in client.makefile("rb"):
                tag, command, *rest = line.upper().split()
                if command == b"UID":
                    command = rest[0]
                if command == b"IDLE":
                    client.sendall(b"+ idling\r\n")
                if command == at:
                    client.sendall(first)
                    sent.append(0)
                    while True:
                        client.sendall(what)
                        sent[-1] += len(what)
                told = {b"EXAMINE": folder, b"SELECT": folder, b"CAPABILITY": CAN}.get(command, b"")
                if command == b"SEARCH":
                    told = b"* SEARCH\r\n" if b"DELETED" in line else b"* SEARCH 1\r\n"
                if command == b"IDLE":
                    continue
                client.sendall(told + (tag if command != b"DONE" else b"x") + b" OK done\r\n")

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], sent


async def flooded(changes: ImapChanges) -> str:
    """What is told of a flood: changes are told of at first, for nobody knows what happened before."""
    for _ in range(3):
        try:
            async with asyncio.timeout(30):
                await changes.changed(1)
        except AccountTrouble as trouble:
            return str(trouble)
    raise AssertionError("it is read and read")


async def test_a_flood_in_idle_is_cut_and_told_and_each_pause_is_longer(tmp_path: Path) -> None:
    with flooding(b"IDLE", b"* 1 EXISTS\r\n" * 5000) as (port, sent):
        changes = ImapChanges(ImapMailbox(Session(account(tmp_path, port))))
        for count in range(1, 4):
            assert "says more than any answer needs" in await flooded(changes)
            assert len(sent) == count
            left = changes._session._not_before - time.monotonic()
            assert left > FIRST_PAUSE * 2 ** (count - 1) - 1, "signing in went well, and makes it no shorter"
            changes._session._not_before = 0.0
        await changes.close()
        assert max(sent) < 20_000_000


@pytest.mark.parametrize("at", [b"CAPABILITY", b"LOGIN", b"EXAMINE", b"FETCH"])
def test_lines_without_end_are_cut_wherever_they_begin(tmp_path: Path, at: bytes) -> None:
    with flooding(at, b"* 1 EXISTS\r\n" * 5000) as (port, _), pytest.raises(Flooded) as told:
        look(Session(account(tmp_path, port)))
    assert str(told.value).startswith(f"work: 127.0.0.1:{port} says more than any answer needs (")


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    with flooding(b"FETCH", b"x" * 100_000, b"* 1 FETCH (") as (port, _), pytest.raises(Flooded):
        look(Session(account(tmp_path, port)))


@pytest.mark.parametrize("size", [HEAD_LITERAL_OCTETS + 1, 2_000_000_000, 10**30])
def test_a_literal_far_above_what_was_asked_for_is_refused_unread(tmp_path: Path, size: int) -> None:
    with flooding(b"FETCH", b"x" * 100_000, MARKS % size) as (port, sent):
        box = ImapMailbox(Session(account(tmp_path, port)))
        with pytest.raises(Flooded, match="octets at once"):
            box.arrived()
        time.sleep(0.2)
        assert sent == [] or max(sent) < 30_000_000


def test_a_literal_larger_than_any_mail_is_refused_wherever_it_comes(tmp_path: Path) -> None:
    first = b'* LIST () "/" {%d}\r\n' % (LITERAL_OCTETS + 1)
    with flooding(b"LIST", b"x" * 100_000, first) as (port, _), pytest.raises(Flooded, match="octets at once"):
        ImapMailbox(Session(account(tmp_path, port))).prepare()


@pytest.mark.parametrize(
    "line",
    [b"* 4294967295 EXISTS\r\n", b"* OK [UIDNEXT 4294967296] x\r\n", b"* OK [UIDVALIDITY 99999999999] x\r\n"],
)
def test_numbers_that_no_folder_has_make_no_work(tmp_path: Path, line: bytes) -> None:
    with flooding(b"STORE", b"", folder=line + FOLDER) as (port, _):
        box = ImapMailbox(Session(account(tmp_path, port)))
        with pytest.raises(Flooded):
            box.arrived()
    assert MOST_MAILS < 4294967295
