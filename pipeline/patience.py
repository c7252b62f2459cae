"""Waits a little for what is nearly done; what takes longer is given back to the log, and the hands are free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pipeline.errors import Busy

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
