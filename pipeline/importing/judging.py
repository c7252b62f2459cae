"""What was imported -> judged: by a worker of our own until all is done, or by the Salver that serves the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.app import App
from pipeline.configuration import Configuration
from pipeline.importing.progress import Advance, bar
from pipeline.store import imports
from pipeline.store.imports import Left
from pipeline.store.log import Log, Served

POLL_SECONDS = 0.25
PATIENCE = 240
"""Polls without any progress after which we do not wait on."""


async def judge(configuration: Configuration, say: Callable[[str], None]) -> Left:
    """Work off what was imported; returns what could not be. Raises StoreError."""
    try:
        async with App(configuration).running(receiving=False) as app:
            return await _worked_off(app.store)
    except Served:
        say("A Salver is running on this store: it judges what was imported, and this waits for it.")
    store = await Log.open(configuration.store.path, configuration.requests.name_window)
    try:
        return await _worked_off(store)
    finally:
        await store.close()


async def _worked_off(store: Log) -> Left:
    left = await imports.left(store)
    with bar("judging", left.steps) as advance:
        return await _wait(store, left, advance)


async def _wait(store: Log, left: Left, advance: Advance) -> Left:
    still = 0
    while left.steps and still < PATIENCE:
        await asyncio.sleep(POLL_SECONDS)
        before, left = left, await imports.left(store)
        advance(max(0, before.steps - left.steps))
        # A mailbox that cannot be written to is tried again for ever; that is a server's work.
        still = still + 1 if left == before else 0
        if left.steps == left.troubled and still >= PATIENCE // 12:
            break
    return left
