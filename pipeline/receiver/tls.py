"""Octets of one client through TLS, without I/O; and a stream of what it encrypted, for the inlet to read.

TLS is spoken in memory, above the stream the client began with: its limits, deadlines and half-closing stay as they
are, and nothing of asyncio's own TLS (a quarter of a megabyte a client) is needed.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pipeline.receiver.inlet import CHUNK, Flood, Octets

HANDSHAKE = 2 * CHUNK
"""Octets a client may send until it is done; a handshake has a few thousand."""
_RECORD = 16_384
"""Octets of the largest record, and the most that OpenSSL gives at once."""


class TlsFailed(ConnectionError):
    """What came is no TLS, or none we take. The text names the fault, and holds nothing of what came."""


class Tls:
    """The server's side of one session: sealed octets in, plain ones out, and the other way."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._session = context.wrap_bio(self._in, self._out, server_side=True)
        self._up = False
        self.ended = False
        """The client has said that nothing more will come."""

    def feed(self, sealed: bytes) -> None:
        """What came from the client."""
        self._in.write(sealed)

    def pending(self) -> bytes:
        """What is to be sent to the client for TLS itself: its handshake, its alerts."""
        return self._out.read()

    def shake(self) -> bool:
        """Go on with the handshake; True when it is done. Raises TlsFailed."""
        try:
            self._session.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise _failed(error) from None
        self._up = True
        return True

    def opened(self) -> bytes:
        """The next record, decrypted; empty: more has to come, or it ended. Raises TlsFailed.

        One at a time: what came before a broken record is still obeyed and answered, for it was the client's.
        """
        try:
            plain = self._session.read(_RECORD)
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLError as error:
            self._up = False
            raise _failed(error) from None
        self.ended = not plain  # close_notify
        return plain

    def sealed(self, plain: bytes) -> bytes:
        """What to send instead. Before the handshake is done, and after a fault, nothing can be said."""
        if not self._up:
            return b""
        try:
            self._session.write(plain)
        except ssl.SSLError:
            self._up = False
        return self._out.read()

    def farewell(self) -> bytes:
        """What tells the client that nothing more comes (RFC 8446 6.1), or why."""
        if self._up:
            self._up = False
            with suppress(ssl.SSLError):  # it would have us wait for the client's own
                self._session.unwrap()
        return self._out.read()


def _failed(error: ssl.SSLError) -> TlsFailed:
    return TlsFailed((getattr(error, "reason", None) or type(error).__name__).lower())


class Opened:
    """The stream of one client, decrypted. Cancelling a read loses nothing."""

    def __init__(self, tls: Tls, stream: Octets, send: Callable[[bytes], None], taken: Callable[[], Awaitable[None]]):
        self._tls = tls
        self._stream = stream
        self._send = send
        self._taken = taken

    async def shake(self) -> None:
        """The handshake. Raises TlsFailed, Flood, or EOFError when the client leaves."""
        came = 0
        while not self._ready():
            came += await self._more()
            if came > HANDSHAKE:
                raise Flood

    def _ready(self) -> bool:
        try:
            return self._tls.shake()
        finally:
            self._send(self._tls.pending())

    async def _more(self) -> int:
        await self._taken()  # who does not take what TLS answers is not read from
        await asyncio.sleep(0)  # records may be as small as an octet: others have their turn
        octets = await self._stream.read(_RECORD)
        if not octets:
            raise EOFError
        self._tls.feed(octets)
        return len(octets)

    async def read(self, most: int = CHUNK) -> bytes:
        """As `StreamReader.read`, of a record, whatever `most` says; empty at the end. Raises TlsFailed."""
        while True:
            try:
                plain = self._tls.opened()
            finally:
                self._send(self._tls.pending())
            if plain or self._tls.ended:
                return plain
            try:
                await self._more()
            except EOFError:  # no close_notify: an attacker may have cut it, but neither a line nor a mail ends by that
                return b""
