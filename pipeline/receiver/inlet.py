"""Bytes of a client -> command lines and mail data. Knows line ends and limits, and no SMTP verbs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

CHUNK = 65_536
END = b"\r\n.\r\n"


class LineTooLong(Exception):
    """A command line beyond its limit; it was read to its end and thrown away."""


class Flood(Exception):
    """A client that goes on sending what was refused long ago."""


class DataRefused(Exception):
    """The data was read to its end and thrown away."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True)
class Pace:
    """How slowly data may come."""

    idle: float
    """Seconds of silence."""
    rate: int
    """Octets a second, at least, over every window."""
    window: float
    """Seconds."""


class Octets(Protocol):
    """What octets are read from: an `asyncio.StreamReader`, or what decrypts one."""

    async def read(self, most: int = ...) -> bytes:
        """At most so many, or what is decrypted as a whole, which is less than `CHUNK`; empty at the end."""
        ...


class Inlet:
    """One client's stream. What was read beyond a line or a mail is held for the next reader, so pipelining works.

    Every method raises EOFError when the client has closed its side, and holds at most twice `CHUNK` octets besides
    what the caller asked to keep; the stream's own limit stops the socket, so a fast client waits.
    """

    def __init__(self, reader: Octets) -> None:
        self._reader = reader
        self._held = bytearray()

    @property
    def holds(self) -> bool:
        """Whether something was read that nobody has asked for yet."""
        return bool(self._held)

    async def _read(self) -> bytes:
        chunk = await self._reader.read(CHUNK)
        if not chunk:
            raise EOFError
        return chunk

    async def _chunk(self) -> bytes:
        if not self._held:
            return await self._read()
        held = bytes(self._held)
        self._held.clear()
        return held

    async def wait(self) -> None:
        """Until the first octet of the next line is here."""
        if not self._held:
            self._held += await self._read()

    async def line(self, limit: int) -> bytes:
        """The next line without its CRLF (or bare LF, as typed by hand). LineTooLong above `limit` octets.

        A line beyond `CHUNK` octets raises Flood.
        """
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if seen > CHUNK:
                raise Flood
            self._held += await self._read()
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        if end > limit:
            raise LineTooLong
        return line.removesuffix(b"\r")

    async def data(self, size: int, keep: Callable[[int], str | None], drain: int, pace: Pace) -> bytes:
        """Mail data up to CRLF.CRLF and nothing else, with the dots of RFC 5321 4.5.2 undone, otherwise exact.

        `size` bounds the mail in octets (RFC 1870). `keep(n)` is asked before n more octets are kept and
        returns None, or the reply to refuse with. Raises DataRefused after the end of refused data, Flood when
        more than `drain` octets of it came, TimeoutError when the data comes too slowly.
        """
        # The CRLF of the DATA command is the line end in front of the first line: with it put before the data,
        # a dot at the very start needs no case of its own.
        body = bytearray(b"\r\n")
        refusal: str | None = None
        dots = drained = 0
        meter = _Meter(pace)
        while True:
            chunk = await meter.measure(self._chunk)
            if refusal is None:
                refusal = keep(len(chunk))
            before = len(body)
            body += chunk
            end = body.find(END, max(0, before - len(END) + 1))
            if end >= 0:
                break
            dots += body.count(b"\r\n.", max(0, before - 2))
            # Two octets of grace: the CR and the dot of an end that is not whole yet.
            if refusal is None and len(body) - 2 - dots > size + 2:
                refusal = TOO_BIG
            if refusal is not None:
                drained += len(chunk)
                if drained > drain:
                    raise Flood
                del body[: 1 - len(END)]
        self._held += body[end + len(END) :]
        del body[end + 2 :]
        if refusal is not None:
            raise DataRefused(refusal)
        text = bytes(body)
        del body
        content = text.replace(b"\r\n.", b"\r\n")[2:]
        if len(content) > size:
            raise DataRefused(TOO_BIG)
        return content


TOO_BIG = "552 5.3.4 Mail is larger than SIZE"


class _Meter:
    """Cuts silence, and a rate too low over any one window; windows follow each other."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._clock = asyncio.get_running_loop().time
        self._ends = self._clock() + pace.window
        self._octets = 0

    async def measure(self, read: Callable[[], Awaitable[bytes]]) -> bytes:
        silent = self._clock() + self._pace.idle
        while True:
            try:
                async with asyncio.timeout_at(min(silent, self._ends)):
                    chunk = await read()
                break
            except TimeoutError:
                if self._clock() >= silent:
                    raise
                self._turn()
        self._octets += len(chunk)
        if self._clock() >= self._ends:
            self._turn()
        return chunk

    def _turn(self) -> None:
        if self._octets < self._pace.rate * self._pace.window:
            raise TimeoutError
        self._octets = 0
        self._ends = self._clock() + self._pace.window
