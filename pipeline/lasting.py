"""Tasks that are to last as long as Salver does: what ends one unexpectedly is told, and it is begun anew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from pipeline.errors import place

REST_SECONDS = 10.0
"""before it is begun anew, so that what fails at once fails seldom"""

log = structlog.get_logger()


async def lasting(name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do it until this is cancelled, or until it is done; whatever it raises is logged, and it begins again."""
    while True:
        task = asyncio.create_task(work(), name=name)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            told(task)
            raise
        if not told(task):
            return
        await asyncio.sleep(REST_SECONDS)


def noted(task: asyncio.Task[Any]) -> asyncio.Task[Any]:
    """The same task; what it ends by is logged when it does."""
    task.add_done_callback(told)
    return task


def told(task: asyncio.Task[Any]) -> bool:
    """Whether it ended by an error, which is logged then: by its kind and place, never with its text."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("task_ended", task=task.get_name(), error=type(error).__name__, at=place(error))
    return error is not None


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel it, and wait until it has ended."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
