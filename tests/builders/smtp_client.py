"""A receiver on a free port, and a client that sends exactly the octets a test says."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from pipeline.receiver import Delivery, Receiver, SmtpSettings
from stages.settings import Owner

OWNERS = (
    Owner(addresses=("mina@tray.example", "m.voss@tray.example"), name="Mina"),
    Owner(addresses=("otto@tray.example", "zoë@tray.example"), name="Otto"),
)


class Kept:
    """A commit that remembers what it was given; `gate` makes it wait, `error` makes it fail."""

    def __init__(self) -> None:
        self.mails: list[Delivery] = []
        self.error: BaseException | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.started = asyncio.Event()

    async def __call__(self, delivery: Delivery) -> None:
        self.started.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.mails.append(delivery)

    @property
    def contents(self) -> list[bytes]:
        return [mail.content for mail in self.mails]


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that nobody announces; the test's time-out is its end."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


class Client:
    """Octets out, replies in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()

    async def send_apart(self, pieces: Iterable[bytes]) -> None:
        """Each piece in a packet of its own, and the server gets its turn after each."""
        for piece in pieces:
            self.writer.write(piece)
            for _ in range(3):
                await asyncio.sleep(0)

    async def reply(self) -> str:
        """One whole reply, its lines joined by newlines; empty when the server has closed."""
        lines = []
        while True:
            try:
                line = await self.reader.readline()
            except ConnectionError:
                line = b""
            lines.append(line.decode("utf-8").removesuffix("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    async def ask(self, command: str | bytes) -> str:
        octets = command if isinstance(command, bytes) else command.encode()
        await self.send(octets + b"\r\n")
        return await self.reply()

    async def hello(self, greeting: str = "EHLO relay.example") -> str:
        banner = await self.reply()
        assert banner.startswith("220 "), banner
        return await self.ask(greeting)

    async def envelope(self, *recipients: str, sender: str = "robin@far.example") -> list[str]:
        replies = [await self.ask(f"MAIL FROM:<{sender}>")]
        replies += [await self.ask(f"RCPT TO:<{recipient}>") for recipient in recipients or ("mina@tray.example",)]
        return replies

    async def data(self, octets: bytes) -> str:
        """DATA, then exactly these octets; the reply to them."""
        go_on = await self.ask("DATA")
        assert go_on.startswith("354 "), go_on
        await self.send(octets)
        return await self.reply()

    async def ended(self) -> bool:
        """Wait until the server has closed; True if it said nothing more."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Listening:
    """A receiver with its commit, and clients for it."""

    def __init__(self, receiver: Receiver, kept: Kept) -> None:
        self.receiver = receiver
        self.kept = kept
        self._clients: list[Client] = []

    async def connect(self, *, lmtp: bool = False, **options: Any) -> Client:
        address = self.receiver.lmtp_address if lmtp else self.receiver.smtp_address
        assert address is not None
        client = Client(*await asyncio.open_connection(*address, **options))
        self._clients.append(client)
        return client

    async def ready(self, *, lmtp: bool = False) -> Client:
        """A client that has said hello."""
        client = await self.connect(lmtp=lmtp)
        await client.hello("LHLO front.example" if lmtp else "EHLO relay.example")
        return client

    async def close(self) -> None:
        for client in self._clients:
            client.writer.transport.abort()
        await self.receiver.stop(grace=0.5)


@asynccontextmanager
async def listening(owners: tuple[Owner, ...] = OWNERS, **settings: Any) -> AsyncIterator[Listening]:
    """A receiver on free ports of loopback, with these settings over the defaults."""
    kept = Kept()
    told = {"listen": "127.0.0.1:0", "lmtp": "127.0.0.1:0", **settings}
    receiver = Receiver(kept, owners, SmtpSettings.model_validate(told))
    await receiver.start()
    here = Listening(receiver, kept)
    try:
        yield here
    finally:
        kept.gate.set()
        await here.close()
