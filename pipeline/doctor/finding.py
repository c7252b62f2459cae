"""What a check is given, and what it finds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from pipeline.configuration import Configuration
from pipeline.lookups.resolver import Resolver

Level = Literal["ok", "warning", "fault"]
T = TypeVar("T")


class Case(NamedTuple):
    """What is examined."""

    configuration: Configuration
    file: Path | None
    """the configuration's; None: the example we ship"""
    resolver: Resolver
    at: int
    """now, ms"""


class Finding(NamedTuple):
    """One thing that was looked at: how it is, and what to do where it is not well."""

    level: Level
    what: str
    do: str = ""


Findings = tuple[Finding, ...]


async def in_thread(call: Callable[..., T], *arguments: object) -> T:
    """A call that may hang, in a thread that nobody waits for: neither the one who asked nor the end of the process."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def give(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = call(*arguments)
        except (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError) as raised:
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(give, result, error)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await answer
