"""A real SMTP server that keeps what it is given, octet for octet, and can refuse, hang or cut at any command.

On aiosmtpd: plain, STARTTLS or TLS from the start, with or without AUTH. `script("RCPT", "450 later")` answers the next
RCPT so; HANG answers nothing for as long as the sink stands, CUT drops the connection. "greeting" is before the 220,
"." after the mail and before the reply to it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.builders.certificates import Certificate

HANG, CUT = "<hang>", "<cut>"


class Kept(NamedTuple):
    """One mail that came whole, whatever was replied to it."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    """dots unstuffed"""
    encrypted: bool
    user: str


class Sink:
    """What came, and what is to happen."""

    def __init__(self, certificate: Certificate | None, implicit: bool, login: tuple[str, str] | None) -> None:
        self.mails: list[Kept] = []
        self.wire = bytearray()
        """all that clients sent, as it came out of TLS"""
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0
        self.certificate = certificate
        self.implicit = implicit
        self.login = login
        self._scripts: dict[str, list[str]] = defaultdict(list)
        self._always: dict[str, str] = {}
        self.reached: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        """set when a client came to that command"""
        self.released = asyncio.Event()
        """lets go whoever hangs"""

    @property
    def url(self) -> str:
        return f"smtp{'s' if self.implicit else ''}://127.0.0.1:{self.port}"

    def script(self, command: str, *replies: str) -> None:
        """What to do the next times, one after the other; after that as usual."""
        self._scripts[command] += replies

    def always(self, command: str, reply: str) -> None:
        self._always[command] = reply

    def usual(self) -> None:
        """From now on everything is taken."""
        self._scripts.clear()
        self._always.clear()

    def what_to_do(self, command: str) -> str:
        self.reached[command].set()
        scripted = self._scripts[command]
        return scripted.pop(0) if scripted else self._always.get(command, "")

    def context(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.certificate, self.certificate.key)
        return context

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        told = (data.login.decode(), data.password.decode())
        session.signed_in = told[0]
        return AuthResult(success=told == self.login, handled=False)


class _Session(SMTP):
    """One client."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._implicit = sink.implicit
        super().__init__(
            _Handler(sink),
            hostname="sink.test",
            tls_context=None if sink.implicit else sink.context(),
            auth_require_tls=sink.certificate is not None and not sink.implicit,
            authenticator=sink.authenticate if sink.login else None,
            auth_required=False,
            loop=asyncio.get_running_loop(),
        )

    def data_received(self, data: bytes) -> None:
        self._sink.wire += data
        super().data_received(data)

    async def _handle_client(self) -> None:
        self._sink.connections += 1
        if not await self._told("greeting"):
            await super()._handle_client()

    async def _told(self, command: str) -> bool:
        """Do what is scripted for a command. Whether that was all."""
        told = self._sink.what_to_do(command)
        if told == HANG:
            await self._sink.released.wait()
            return False
        if told == CUT:
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            return True
        if told:
            await self.push(told)
            return True
        return False

    async def push(self, status: Any) -> None:
        if self.transport is not None and not self.transport.is_closing():
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:
        self._sink.commands.append("EHLO")
        if not await self._told("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        self._sink.commands.append("STARTTLS")
        if not await self._told("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        self._sink.commands.append("AUTH")
        if not await self._told("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._sink.commands.append(f"MAIL {arg}")
        if not await self._told("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        self._sink.commands.append(f"RCPT {arg}")
        if not await self._told("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self._sink.commands.append("DATA")
        if not await self._told("DATA"):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self._sink.commands.append("QUIT")
        await super().smtp_QUIT(arg)


class _Handler:
    """Keeps a mail that came whole."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_DATA(self, server: _Session, session: Any, envelope: Any) -> str:
        encrypted = server._implicit or session.ssl is not None
        user = getattr(session, "signed_in", "") if session.authenticated else ""
        sink = self._sink
        sink.mails.append(Kept(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content), encrypted, user))
        told = sink.what_to_do(".")
        if told == HANG:
            await sink.released.wait()
        elif told == CUT:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif told:
            return told
        return "250 OK"


@asynccontextmanager
async def sink(
    certificate: Certificate | None = None,
    *,
    implicit: bool = False,
    login: tuple[str, str] | None = None,
    port: int = 0,
) -> AsyncIterator[Sink]:
    """With a certificate STARTTLS is offered, or TLS begins at once (`implicit`); `login`: who may sign in."""
    made = Sink(certificate, implicit, login)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Session(made), "127.0.0.1", port, ssl=made.context() if implicit else None
    )
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.released.set()
        server.close()
        await asyncio.sleep(0.05)  # whoever hung goes on, to its end
