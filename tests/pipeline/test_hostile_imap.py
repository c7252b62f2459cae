"""A server that answers what is no IMAP, or hangs, is weather: told in one line, tried again, and never in the way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.account import Account
from pipeline.accounts.folders import select
from pipeline.accounts.session import AccountTrouble, Session, SignInRefused
from pipeline.app import App
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
