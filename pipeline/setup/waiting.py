"""Looks into the log of a running Salver until what is waited for has come, or the time is up. Only reads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import verify_signatures
from pipeline.store import arrivals
from pipeline.store.arrivals import Arrival
from pipeline.store.log import Log
from stages.events import Signature

PAUSE = 0.25
"""seconds between two looks"""
Found = TypeVar("Found")


class Watcher:
    """An open store, and a way to ask for keys."""

    def __init__(self, log: Log, resolver: Resolver) -> None:
        self._log = log
        self._resolver = resolver

    async def arrived(self, since: int, address: str) -> tuple[Arrival, ...]:
        """What came to this address (or address+anything) since, and is read and judged."""
        found = await arrivals.since(self._log.read, since)
        return tuple(each for each in found if each.enriched is not None and _is_to(each, address))

    async def signatures(self, mail: str, domains: tuple[str, ...]) -> tuple[Signature, ...]:
        """The mail's signatures, those of these domains and below verified now."""
        _, raw = await self._log.load(mail)
        return await verify_signatures(raw, self._resolver, domains)


def _is_to(arrival: Arrival, address: str) -> bool:
    local, _, domain = address.rpartition("@")
    for recipient in arrival.received.rcpt_to:
        name, _, host = recipient.lower().rpartition("@")
        if host == domain and local in (name, name.split("+")[0]):
            return True
    return False


@asynccontextmanager
async def watching(configuration: Configuration) -> AsyncIterator[Watcher]:
    log = await Log.open(configuration.store.path, configuration.requests.name_window)
    resolver = Resolver(configuration.dns.resolvers, float(configuration.dns.time))
    try:
        yield Watcher(log, resolver)
    finally:
        with contextlib.suppress(OSError):
            await resolver.close()
        await log.close()


def wait(
    configuration: Configuration, look: Callable[[Watcher], Awaitable[Found | None]], patience: int
) -> Found | None:
    """Look again and again until something is found; None once `patience` (ms) is used up. It looks at least once."""

    async def run() -> Found | None:
        until = now() + patience
        async with watching(configuration) as watcher:
            while True:
                found = await look(watcher)
                if found is not None or now() >= until:
                    return found
                await asyncio.sleep(PAUSE)

    return asyncio.run(run())
