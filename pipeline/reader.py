"""Edge: Received ==read==> Parsed, in children of our own that may be killed and replaced one by one."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

from pipeline.configuration import ReaderSettings
from pipeline.errors import ReaderDied, StageRaised
from stages.events import Parsed, Received
from stages.settings import Settings

TOLD: dict[str, Any] = {"limits": True, "owners": {"__all__": {"id", "name", "addresses"}}}
"""What a child is told of the settings: no more than reading needs, for strangers' octets are opened there."""


class Child:
    """One child process; None of its state survives a mail that went wrong."""

    def __init__(self, settings: ReaderSettings, told: bytes) -> None:
        self._settings = settings
        self._told = told
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pipeline.reader_child",
            str(self._settings.memory_bytes),
            str(max(1, self._settings.time // 1000)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's business
        )
        self._fresh = True

    async def read(self, received: Received, raw: bytes) -> Parsed:
        """Hand over one mail. Raises ReaderDied or StageRaised; after ReaderDied the child is gone."""
        if self._process is None or self._process.returncode is not None:
            await self.start()
        assert self._process is not None
        try:
            async with asyncio.timeout(self._settings.time / 1000):
                answer = await self._ask(self._process, received, raw)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self.kill()
            late = isinstance(error, TimeoutError)
            raise ReaderDied("reading the mail took too long" if late else "the reader died on the mail") from error
        except BaseException:  # cancelled half-way: the pipes are out of step
            await self.kill()
            raise
        if answer[:1] == b"E":
            raise StageRaised(answer[1:].decode("utf-8", "replace"))
        return Parsed.model_validate_json(answer[1:])

    async def _ask(self, process: asyncio.subprocess.Process, received: Received, raw: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        told = self._told if self._fresh else b""
        for frame in (received.model_dump_json().encode(), told, raw):
            process.stdin.write(len(frame).to_bytes(4, "big") + frame)
        await process.stdin.drain()
        self._fresh = False
        head = await process.stdout.readexactly(4)
        return await process.stdout.readexactly(int.from_bytes(head, "big"))

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Reader:
    """A fixed number of children; each mail goes to one that is free."""

    def __init__(self, settings: ReaderSettings, stages: Settings) -> None:
        told = stages.model_dump_json(include=TOLD).encode()
        self.children = [Child(settings, told) for _ in range(settings.children)]
        self._free: asyncio.LifoQueue[Child] = asyncio.LifoQueue()

    async def start(self) -> None:
        await asyncio.gather(*(child.start() for child in self.children))
        for child in self.children:
            self._free.put_nowait(child)

    async def read(self, received: Received, raw: bytes) -> Parsed:
        """Parsed of one mail. Raises ReaderDied (weather) or StageRaised (a bug)."""
        child = await self._free.get()
        try:
            return await child.read(received, raw)
        finally:
            self._free.put_nowait(child)

    async def stop(self) -> None:
        await asyncio.gather(*(child.kill() for child in self.children))
