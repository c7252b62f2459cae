"""The line to an IMAP server, with a bound on what it says: an honest one answers what it was asked, and no more.

Without it a server that lies, or is taken over, fills the memory of whoever signs in to it: the libraries read a
literal (RFC 3501 4.3) of any size at once, and lines without end.
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError

LITERAL_OCTETS = 160_000_000
"""Of one literal: no provider takes larger mail."""
HEAD_LITERAL_OCTETS = 4_000_000
"""Of one where only some fields of a header were asked for: strangers write them, and servers bound them far below."""
ANSWER_OCTETS, ANSWER_LINES = 320_000_000, 300_000
"""Of all that is said between two commands."""
TICK_OCTETS, TICK_LINES = 2_000_000, 20_000
"""Of what is said in one tick of IDLE or NOTIFY. A client that moves more at once costs a new sign-in, no more."""
MOST_MAILS = 20_000_000
"""In one folder."""
LARGEST_NUMBER = 2**32 - 1
"""RFC 3501 9, nz-number."""


class TooMuch(IMAPClientAbortError):  # type: ignore[misc]  # the library has no types
    """More was said than any answer needs: nothing more is read from that line."""


class Line(imaplib.IMAP4):
    """One connection, plain or in TLS, and what may still be read from it until something is asked."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, timeout: float | None) -> None:
        self._context = context
        self.largest = LITERAL_OCTETS
        self._octets, self._lines = ANSWER_OCTETS, ANSWER_LINES
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context is not None else plain

    def allow(self, octets: int = ANSWER_OCTETS, lines: int = ANSWER_LINES) -> None:
        """So much may be said from now on."""
        self._octets, self._lines = octets, lines

    def send(self, data: bytes) -> None:  # type: ignore[override]  # whatever can be sent
        self.allow()
        super().send(data)

    def read(self, size: int) -> bytes:
        if size > self.largest:
            raise TooMuch(f"{size} octets at once")
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        try:
            line = super().readline()
        except self.abort:
            raise
        except self.error as error:  # a line of a million octets, of which the rest would be taken for the next one
            raise TooMuch(str(error)) from None
        self._take(len(line), lines=1)
        return line

    def _take(self, octets: int, lines: int = 0) -> None:
        self._octets -= octets
        self._lines -= lines
        if self._octets < 0 or self._lines < 0:
            raise TooMuch("line after line" if self._lines < 0 else "octets without end")


class Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """An IMAPClient on such a line."""

    def _create_IMAP4(self) -> Line:
        return Line(self.host, self.port, self.ssl_context if self.ssl else None, self._timeout.connect)


def client(host: str, port: int, tls: bool, context: ssl.SSLContext | None, times: SocketTimeout) -> IMAPClient:
    """Connected, not signed in. `tls`: from the first octet on."""
    return Client(host, port, ssl=tls, ssl_context=context, timeout=times, use_uid=True)


def too_much(error: BaseException | None) -> bool:
    """Whether that is what ended it: imaplib raises an error of its own where a command was under way."""
    while error is not None and not isinstance(error, TooMuch):
        error = error.__context__
    return error is not None


def plausible(told: dict[bytes, Any]) -> dict[bytes, Any]:
    """What was told of a folder. TooMuch: it has numbers that none can have, and work is done by these numbers."""
    if int(told.get(b"EXISTS", 0)) > MOST_MAILS:
        raise TooMuch(f"{told[b'EXISTS']} mails in one folder")
    if any(int(told.get(name, 0)) > LARGEST_NUMBER for name in (b"UIDNEXT", b"UIDVALIDITY")):
        raise TooMuch("a number above all UIDs")
    return told


@contextlib.contextmanager
def literals_of(client: IMAPClient, octets: int) -> Iterator[None]:
    """No literal that is read meanwhile is larger."""
    line: Line = client._imap
    before, line.largest = line.largest, octets
    try:
        yield
    finally:
        line.largest = before


def heard(client: IMAPClient, seconds: float) -> list[tuple[Any, ...]]:
    """What a server in IDLE says within a time. TooMuch: it does not stop."""
    line: Line = client._imap
    line.allow(TICK_OCTETS, TICK_LINES)
    return list(client.idle_check(timeout=seconds))
