"""A server that has no room for one keyword more still gets the mail. Its answers are scripted, as Cyrus gives them."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.account import Account
from pipeline.accounts.session import AccountTrouble, Session
from pipeline.mailboxes.imap import ImapMailbox


class Full:
    """Takes an APPEND without keywords, and answers one with them, or every one, as it is told to."""

    def __init__(self, answer: bytes, always: bool) -> None:
        self.answer, self.always = answer, always
        self.asked: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=(self.server.accept()[0],), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), client.makefile("rb") as lines:
            client.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            for line in lines:
                tag, command, *_ = line.split()
                told = b"OK done"
                if command == b"CAPABILITY":
                    client.sendall(b"* CAPABILITY IMAP4rev1\r\n")
                elif command == b"SELECT":
                    client.sendall(b"* OK [UIDVALIDITY 7] it\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] all\r\n")
                elif command == b"LIST":
                    client.sendall(b'* LIST () "/" "Salver/Good"\r\n')
                elif command == b"APPEND":
                    self.asked.append(re.findall(rb"\(([^)]*)\)", line)[0] if b"(" in line else b"")
                    client.sendall(b"+ go on\r\n")
                    lines.read(int(re.findall(rb"\{(\d+)\}", line)[0]))
                    lines.readline()
                    refuses = self.always or b"Salver" in self.asked[-1]
                    if self.answer == b"BYE":
                        return
                    told = self.answer if refuses else b"OK [APPENDUID 7 3] done"
                client.sendall(tag + b" " + told + b"\r\n")


@pytest.fixture
def account(tmp_path: Path) -> Account:
    secret = tmp_path / "secret"
    secret.write_text("tray")
    secret.chmod(0o600)
    return Account(name="work", host="127.0.0.1:1", tls="none", user="amy", secret=f"file:{secret}")


@contextlib.contextmanager
def full(account: Account, answer: bytes, always: bool = False) -> Iterator[tuple[Full, ImapMailbox]]:
    one = Full(answer, always)
    threading.Thread(target=one.serve, daemon=True).start()
    host = f"127.0.0.1:{one.server.getsockname()[1]}"
    box = ImapMailbox(Session(account.model_copy(update={"host": host})))
    try:
        yield one, box
    finally:
        box.close()
        one.server.close()


def test_it_is_appended_without_the_keyword_that_was_refused(account: Account) -> None:
    with full(account, b"NO Too many user flags in mailbox") as (server, box):
        assert box.file("m1", "Good", b"Subject: hi\r\n\r\nhi\r\n", 0, False, "good") == ("7/3", False)
    assert server.asked == [b"Salver-good", b""]


@pytest.mark.parametrize("answer", [b"NO [OVERQUOTA] full", b"NO [THROTTLED] later", b"BYE"])
def test_what_is_refused_either_way_is_weather_as_ever(account: Account, answer: bytes) -> None:
    with full(account, answer, always=True) as (server, box), pytest.raises(AccountTrouble):
        box.file("m1", "Good", b"Subject: hi\r\n\r\nhi\r\n", 0, False, "good")
    assert server.asked == [b"Salver-good", b""][: 2 if b"full" in answer else 1]  # a pause that is asked for is kept
