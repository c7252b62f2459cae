"""Tells when mail may have come to lie elsewhere in a Maildir: by what the system tells of its folders, and the clock.

Watched are the root, for folders that come and go, and new/ and cur/ of those in which mail may arrive. Where the
system tells nothing (a file system of another machine, too many watches) it is worth looking every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
import structlog
from watchfiles import Change, awatch

from pipeline.errors import describe
from pipeline.mailboxes.maildir import Maildir

LOOK_SECONDS = 3.0
"""At most so long goes by until it is worth looking, whatever the system tells."""
BEHIND_SECONDS = 0.1
"""As long as there is more to look into."""
AGAIN_SECONDS = 60.0
"""After so long it is tried again to watch what could not be watched."""
SOON_SECONDS = 0.5
"""And after so long, where a folder went just then."""
_DEBOUNCE_MS, _STEP_MS = 500, 100
"""What follows within so many milliseconds is one change; it is told as soon as nothing more comes in a step."""
_AGAIN_MS = 1_000
"""How soon it is seen that a folder came or went just before the watch began."""
log = structlog.get_logger()

_Watched = Mapping[Path, tuple[int, int]]
"""What each path is: another folder in its place is another one to watch."""


class Unwatched:
    """Of a mailbox that tells nothing by itself: it is worth looking whenever the time is over."""

    async def changed(self, at_most: float) -> None:
        await asyncio.sleep(at_most)

    async def close(self) -> None:
        """Nothing is open."""


class MaildirChanges:
    """Watches from the first question on, until it is closed."""

    def __init__(self, box: Maildir) -> None:
        self._box = box
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    async def changed(self, at_most: float) -> None:
        """See `Changes.changed`. Nothing that happens between two questions is missed."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name=f"watch {self._box.root}")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(at_most, BEHIND_SECONDS if self._box.behind else LOOK_SECONDS)):
                await self._changed.wait()
        self._changed.clear()

    async def close(self) -> None:
        """Let go of what is open."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
            self._watching = None

    async def _watch(self) -> None:
        """Until it is cancelled. That it cannot be watched is told once."""
        threads = anyio.to_thread.current_default_thread_limiter()
        threads.total_tokens += 1  # the thread that waits is nobody else's
        told = False
        try:
            while True:
                try:
                    await self._follow()
                    told = False
                except FileNotFoundError:  # it went between the look and the watch
                    await asyncio.sleep(SOON_SECONDS)
                except (OSError, RuntimeError) as error:  # the latter is the library's own
                    if not told:
                        log.warning(
                            "mailbox_not_watched",
                            error=_words(error),
                            instead=f"its folders are looked at every {LOOK_SECONDS:.0f} s",
                        )
                    told = True
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            threads.total_tokens -= 1

    async def _follow(self) -> None:
        """As long as the folders are the same ones. OSError: they cannot be watched."""
        watched = await self._there()
        self._changed.set()  # whatever happened before anybody watched
        changes = awatch(
            *watched, watch_filter=self._tells, debounce=_DEBOUNCE_MS, step=_STEP_MS,
            rust_timeout=_AGAIN_MS, yield_on_timeout=True, force_polling=False, recursive=False,
        )  # fmt: skip
        async with contextlib.aclosing(changes):
            async for told in changes:
                if told:
                    self._changed.set()
                # One that is made anew may be taken for the old one, by its number, and is watched by nobody.
                folders = any(Path(path) in watched or Path(path).parent == self._box.root for _, path in told)
                if folders or await self._there() != watched:
                    return

    async def _there(self) -> _Watched:
        """What there is to watch now."""
        return await asyncio.get_running_loop().run_in_executor(self._box.threads, _watched, self._box)

    def _tells(self, change: Change, path: str) -> bool:
        """Of the root only folders matter: its other files are a server's."""
        parent, name = os.path.split(path)
        return change is not Change.modified and (parent != str(self._box.root) or name.startswith("."))


def _watched(box: Maildir) -> _Watched:
    """What there is to watch now."""
    folders = (directory / part for each in box.watched().values() for directory in each for part in ("new", "cur"))
    found: dict[Path, tuple[int, int]] = {}
    for path in (box.root, *folders):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            it = path.stat()
            found[path] = (it.st_dev, it.st_ino)
    return found


def _words(error: Exception) -> str:
    return describe(error) if isinstance(error, OSError) else str(error)
