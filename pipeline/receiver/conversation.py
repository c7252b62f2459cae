"""One client's connection: aiosmtpd's stream and session, with a command loop that bounds all a client may do.

Of aiosmtpd the connection, session, envelope and stream are used. Its command loop is replaced: it counts a handler's
time against the client, echoes input, answers a failing handler 500 with its text, and logs a traceback for a
malformed address.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from typing import Any, ClassVar

import structlog
from aiosmtpd.smtp import SMTP

from pipeline.configuration import SmtpSettings
from pipeline.errors import place
from pipeline.receiver.admission import Admission, address_of
from pipeline.receiver.inlet import Flood, Inlet, LineTooLong
from pipeline.receiver.tls import Opened, Tls, TlsFailed

log = structlog.get_logger("receiver")

LONGEST_LINE = 2_048
"""Octets of a command line: 512 (RFC 5321 4.5.3.1.4) with room for the parameters and UTF-8 of extensions."""

FAREWELL = 5.0
"""Seconds a closing connection has to take what was written to it."""

_VERB = re.compile(rb"[A-Za-z]+")
_FOREIGN = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"})


class Conversation(SMTP):
    """One client: greeting, command after command, farewell. Subclasses define `smtp_VERB` for each of `VERBS`."""

    line_length_limit = 65_536  # the stream's limit: reading from the socket pauses at twice this
    VERBS: ClassVar[frozenset[str]] = frozenset()
    JUNK: ClassVar[frozenset[str]] = frozenset()
    GREETING: ClassVar[str] = "ESMTP"

    def __init__(self, settings: SmtpSettings, admission: Admission) -> None:
        super().__init__(
            None,
            data_size_limit=settings.size,
            enable_SMTPUTF8=True,
            hostname=settings.hostname,
            loop=asyncio.get_running_loop(),
        )
        self.gone: asyncio.Future[None] = self.loop.create_future()
        self.idle = False
        self._settings = settings
        self._admission = admission
        self._admitted = False
        self._peer = ""
        self._tls: Tls | None = None
        self._errors = 0
        self._junk = 0

    # --- the connection -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._peer = address_of(transport.get_extra_info("peername"))
        refusal = self._admission.enter(self._peer)
        if refusal is not None:
            log.info("client_refused", reply=refusal[:9], peer=self._peer)
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        self._admitted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._admitted:
            self._admission.leave(self._peer)
            super().connection_lost(error)
        if not self.gone.done():
            self.gone.set_result(None)

    def eof_received(self) -> bool | None:
        # A client that half-closes after its last command still hears every reply; aiosmtpd would cancel them.
        return asyncio.StreamReaderProtocol.eof_received(self) if self._admitted else None

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Deadlines are kept where we read; the timer aiosmtpd knows, and cancels, only ends a connection."""
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(0, lambda: None)

    def dismiss(self, farewell: str | None) -> None:
        """Say this, close, and abort if the client does not take it. Safe to call at any time, and twice."""
        if self.transport is None or self.transport.is_closing():
            return
        assert isinstance(self.transport, asyncio.Transport)
        if farewell is not None:
            self._say(farewell)
        if self._tls is not None:
            self.transport.write(self._tls.farewell())
        self.transport.close()
        self._timeout_handle = self.loop.call_later(FAREWELL, self.transport.abort)

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def _seconds(self, milliseconds: int) -> float:
        return (min(milliseconds, self._settings.stress) if self._admission.stressed else milliseconds) / 1000

    async def push(self, status: Any) -> None:
        """Send one reply line, and wait until the client takes it."""
        assert isinstance(status, str)
        self._errors += status.startswith("5")
        self._say(status)
        async with asyncio.timeout(self._seconds(self._settings.command)):
            await self._writer.drain()

    def _say(self, reply: str) -> None:
        octets = reply.encode() + b"\r\n"
        self._writer.write(octets if self._tls is None else self._tls.sealed(octets))

    async def _encrypt(self, context: ssl.SSLContext) -> None:
        """Turn to TLS, and forget all that was said in clear; what is counted against the client stays.

        From here on nothing is read but what TLS decrypted. What came in clear and was not read yet, or comes so, is
        taken for a part of the handshake, which then fails. Raises TlsFailed, Flood, TimeoutError, EOFError.
        """
        self._tls = Tls(context)
        opened = Opened(self._tls, self._reader, self._writer.write, self._writer.drain)
        self._inlet = Inlet(opened)
        self.session = self._create_session()
        self._forget()
        self.idle = True
        try:
            async with asyncio.timeout(self._seconds(min(self._settings.idle, self._settings.command))):
                await opened.shake()
        finally:
            self.idle = False

    # --- the loop -----------------------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        self._inlet = Inlet(self._reader)
        farewell: str | None = None
        try:
            farewell = await self._converse()
        except TimeoutError:
            farewell = "421 4.4.2 Too slow, closing"
        except Flood:
            log.info("client_dropped", why="flood", peer=self._peer)
        except TlsFailed as error:
            log.info("client_dropped", why="tls", fault=str(error), peer=self._peer)
        except (ConnectionError, EOFError):
            pass  # the client left
        finally:
            self.dismiss(farewell)

    async def _converse(self) -> str | None:
        """Until there is a reason to part; returns the last words."""
        await self.push(f"220 {self.hostname} {self.GREETING} Salver")
        while self.transport is not None and not self.transport.is_closing():
            if self._errors >= self._settings.errors:
                log.info("client_dropped", why="errors", peer=self._peer)
                return "421 4.7.0 Too many errors, closing"
            if self._junk > self._settings.junk_commands:
                log.info("client_dropped", why="junk", peer=self._peer)
                return "421 4.7.0 Too many commands without a mail, closing"
            if self._admission.closing:
                return "421 4.3.2 Shutting down, try again later"
            try:
                line = await self._next_line()
            except LineTooLong:
                await self.push("500 5.5.2 Command line too long")
                continue
            word, _, rest = line.partition(b" ")
            verb = word.upper().decode("ascii", "replace")
            if verb in _FOREIGN or (line and not _VERB.fullmatch(word)):
                log.info("client_dropped", why="not_smtp", peer=self._peer)
                return "421 4.7.0 This is a mail server, closing"
            if verb not in self.VERBS:
                await self.push("500 5.5.1 Command not recognized")
                continue
            self._junk += verb in self.JUNK
            await self._obey(verb, rest.strip(b" ").decode("utf-8", "surrogateescape"))
        return None

    async def _next_line(self) -> bytes:
        self.idle = True
        try:
            async with asyncio.timeout(self._seconds(self._settings.idle)):
                await self._inlet.wait()
            async with asyncio.timeout(self._seconds(self._settings.command)):
                return await self._inlet.line(LONGEST_LINE)
        finally:
            self.idle = False

    def _forget(self) -> None:
        """Back to before MAIL; the greeting stays."""
        self.envelope = self._create_envelope()

    async def _obey(self, verb: str, argument: str) -> None:
        try:
            await getattr(self, f"smtp_{verb}")(argument)
        except (ConnectionError, EOFError, TimeoutError, Flood):
            raise
        except Exception as error:
            # Nothing a client sends should come here; if it does, it is our fault, and passing.
            log.error("command_failed", verb=verb, error=type(error).__name__, at=place(error), peer=self._peer)
            self._forget()
            await self.push("451 4.3.0 Something went wrong here, try again later")
