"""Lets time come to conversations: what is due is told to them (Elapsed), and mails to owners keep their measure.

Nothing is kept in memory: what is due stands in the store. So a week switched off, a laptop's sleep or a clock that
jumps bring no storm: at most so many mails an hour and a day, none in quiet hours, and what is above that waits, or is
told in one digest.
"""

from __future__ import annotations

import asyncio
import sqlite3

import structlog

from pipeline.clock import now
from pipeline.store import conversations
from pipeline.store.conversations import Due
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from stages.calm import free_from
from stages.conversation import Elapsed
from stages.durations import DAY, HOUR
from stages.settings import Owner, Settings

log = structlog.get_logger()

LONGEST_SECONDS = 30.0
"""How long at most between two looks: what another process wrote, and a clock that jumped, are seen then."""
SHORTEST_SECONDS = 0.05
AT_ONCE = 500
"""Conversations that are told in one look that their time has come."""


class Timers:
    """Looks for what is due, until it is cancelled."""

    def __init__(self, store: Log, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something changed: look again."""
        self._wake.set()

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        while True:
            self._wake.clear()
            try:
                at = now()
                await self.look(at)
                due = await conversations.next_due(self._store.read)
                wait = LONGEST_SECONDS if due is None or due <= at else (due - at) / 1000
            except (sqlite3.Error, OSError, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
                wait = 1.0
            try:
                async with asyncio.timeout(min(max(wait, SHORTEST_SECONDS), LONGEST_SECONDS)):
                    await self._wake.wait()
                await asyncio.sleep(SHORTEST_SECONDS)  # several steps that come together are looked at together
            except TimeoutError:
                pass

    async def look(self, at: int) -> None:
        """Tell what is due at this time (ms) that it is."""
        read = self._store.read
        await self._tell(await conversations.due(read, at, False, AT_ONCE), at)
        for owner in self._settings.owners:
            if free_from(at, self._settings.follow_up, owner.zone) <= at:
                await self._remind(owner, at)

    async def _tell(self, due: list[Due], at: int) -> None:
        outputs = [
            Output(
                f"{each.request}.time{each.version}",
                Elapsed(mail=each.mail, owner=each.owner, request=each.request, version=each.version, at=at),
                "ready",
            )
            for each in due
        ]
        if outputs:
            await self._store.put(outputs)

    async def _remind(self, owner: Owner, at: int) -> None:
        """One mail a request, as far as the owner's measure goes."""
        read, told = self._store.read, self._settings.follow_up
        if await conversations.being_reminded(read, owner.id):
            return
        hour = told.per_hour - await conversations.mailed(read, owner.id, at - HOUR)
        day = told.per_day - await conversations.mailed(read, owner.id, at - DAY)
        room = min(hour, day)
        if room <= 0:
            return
        waiting = await conversations.due(read, at, True, room + 1, owner.id)
        await self._tell(waiting[:room], at)
