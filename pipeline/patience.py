"""Waits a little for what is nearly done; what takes longer is given back to the log, and the hands are free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pipeline.errors import Busy

LARGE = 1_000_000
"""Octets; of mails above it only a few are held in memory at once."""

_STEPS = 7
_FIRST_SECONDS = 0.01


async def until(done: Callable[[], Awaitable[bool]], why: str) -> None:
    """Until it is done, for about a second; then Busy, with the reason."""
    for step in range(_STEPS):
        if await done():
            return
        await asyncio.sleep(_FIRST_SECONDS * 2**step)
    if not await done():
        raise Busy(why)


@asynccontextmanager
async def room(size: int, large: asyncio.Semaphore) -> AsyncIterator[None]:
    """Wait until a mail of this size may be held in memory; one that is not large may at once."""
    if size <= LARGE:
        yield
    else:
        async with large:
            yield
