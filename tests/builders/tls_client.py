"""A client that turns to TLS and decides over every octet: which records there are, and how packets cut them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.builders.certificates import Certificate
from tests.builders.smtp_client import Client, Listening, listening


def trusting(pair: Certificate) -> ssl.SSLContext:
    """Trusts this certificate alone, and asks for the name localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(pair.certificate)
    return context


class _Decrypted:
    """What StreamReader offers, over what was decrypted."""

    def __init__(self, client: TlsClient) -> None:
        self._client = client
        self._held = bytearray()

    async def readline(self) -> bytes:
        while b"\n" not in self._held:
            more = await self._client.more()
            if not more:
                break
            self._held += more
        line, end, rest = bytes(self._held).partition(b"\n")
        self._held = bytearray(rest)
        return line + end

    async def read(self) -> bytes:
        while more := await self._client.more():
            self._held += more
        return bytes(self._held)


class TlsClient(Client):
    """`TlsClient(client, context)` goes on where a client in clear has heard 220 to its STARTTLS."""

    def __init__(self, client: Client, context: ssl.SSLContext) -> None:
        super().__init__(client.reader, client.writer)
        self.raw = client.reader
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._in, self._out, server_hostname="localhost")
        self.said_goodbye = False
        """The server sent close_notify."""
        self.reader = _Decrypted(self)  # type: ignore[assignment]

    def hello_octets(self) -> bytes:
        """The first flight of the handshake."""
        with suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self._out.read()

    async def shake(self) -> TlsClient:
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.writer.write(self._out.read())
                octets = await self.raw.read(65_536)
                if not octets:
                    raise ConnectionResetError("the server left during the handshake") from None
                self._in.write(octets)
            else:
                self.writer.write(self._out.read())
                return self

    def seal(self, octets: bytes) -> bytes:
        """These octets as records."""
        self.tls.write(octets) if octets else None
        return self._out.read()

    async def send(self, octets: bytes) -> None:
        for at in range(0, len(octets), 16_384):
            await super().send(self.seal(octets[at : at + 16_384]))

    async def more(self) -> bytes:
        """The next octets of the server, decrypted; empty at the end."""
        while True:
            try:
                plain = self.tls.read(65_536)
            except ssl.SSLWantReadError:
                pass
            else:
                self.said_goodbye |= not plain
                return plain
            octets = await self.raw.read(65_536)
            if not octets:
                return b""
            self._in.write(octets)

    def goodbye(self) -> bytes:
        """close_notify."""
        with suppress(ssl.SSLError):
            self.tls.unwrap()
        return self._out.read()


async def encrypted(client: Client, pair: Certificate, hello: str = "EHLO relay.example") -> TlsClient:
    """A client that has said hello in clear, turned to TLS, and said hello again."""
    assert (await client.hello(hello)).startswith("250")
    assert (await client.ask("STARTTLS")).startswith("220")
    told = await TlsClient(client, trusting(pair)).shake()
    assert (await told.ask(hello)).startswith("250")
    return told


async def handshake_fails(client: Client, context: ssl.SSLContext) -> bool:
    try:
        await TlsClient(client, context).shake()
    except (ssl.SSLError, ConnectionError):
        return True
    return False


async def closed(client: Client) -> bytes:
    """All that the server still sent in clear, until it closed."""
    async with asyncio.timeout(20):
        try:
            return await client.reader.read()
        except ConnectionError:
            return b""


@asynccontextmanager
async def offering(pair: Certificate, **settings: Any) -> AsyncIterator[Listening]:
    """A receiver with this certificate."""
    async with listening(certificate=str(pair.certificate), key=str(pair.key), **settings) as here:
        yield here


async def asked(here: Listening) -> Client:
    """A client that has heard 220 to its STARTTLS, and must shake hands now."""
    client = await here.ready()
    assert (await client.ask("STARTTLS")).startswith("220 2.0.0")
    return client


async def sends_a_mail(client: Client, content: bytes = b"") -> None:
    assert [reply[:3] for reply in await client.envelope()] == ["250", "250"]
    assert (await client.data(content + b".\r\n")).startswith("250")
