"""The clock of conversations: what is due is told to them (Elapsed), and mails to owners keep their measure.

Nothing is kept in memory: what is due stands in the store. So a week switched off, a laptop's sleep or a clock that
jumps bring no storm: at most so many mails an hour and a day, none in quiet hours, and what is above that waits, or is
told in one digest. Waiting goes by the monotonic clock, which a sleeping laptop may stop: what came due meanwhile is
seen LONGEST_SECONDS after it wakes, at the latest.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

import structlog

from pipeline import digest as digesting
from pipeline.clock import now
from pipeline.store import digests, due
from pipeline.store.due import Due
from pipeline.store.follow_ups import opening_of, unopened
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from stages.calm import free_from, next_digest, rest
from stages.conversation import Elapsed
from stages.due import retimed, same_times
from stages.durations import DAY, MINUTE
from stages.settings import Owner, Settings

log = structlog.get_logger()

LONGEST_SECONDS = 30.0
"""How long at most between two looks: what another process wrote, and a clock that jumped, are seen then."""
SOON_SECONDS = 1.0
"""Between two looks while there is more to do than one look does."""
SHORTEST_SECONDS = 0.05
AT_ONCE = 500
"""Conversations that are told at once that their time has come, and that are timed anew at once."""
AGAIN = 10 * MINUTE
"""What was told and came to nothing (it was handled too late to write to the owner) is told again after this."""
WAITS = 5 * MINUTE
"""While mails of ours wait for longer than this, no further ones are made: they would all come at once."""
AFTER_MAIL = 1
"""Such news waits in the log behind mail that comes in, which is due at 0, and before mail that was imported."""


async def _nothing(owner: str) -> None:
    pass


class Timers:
    """Looks for what is due, until it is cancelled."""

    def __init__(self, store: Log, settings: Settings) -> None:
        self._store = store
        self.settings = settings
        self._wake = asyncio.Event()
        self._looked: int | None = None
        self.before_mail: Callable[[str], Awaitable[None]] = _nothing
        """called with an owner's id before a mail to them about requests is made"""

    def wake(self) -> None:
        """Something changed: look again."""
        self._wake.set()

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        while True:
            self._wake.clear()
            try:
                at = now()
                more = await self.look(at)
                wait = SOON_SECONDS if more else (await self._next(at) - at) / 1000
            except (sqlite3.Error, OSError, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
                wait = SOON_SECONDS
            try:
                async with asyncio.timeout(min(max(wait, SHORTEST_SECONDS), LONGEST_SECONDS)):
                    await self._wake.wait()
                await asyncio.sleep(SHORTEST_SECONDS)  # several steps that come together are looked at together
            except TimeoutError:
                pass

    async def look(self, at: int) -> bool:
        """Tell what is due at this time (ms) that it is. Whether there was more than is done in one look."""
        if self._looked is None or at < self._looked - MINUTE:  # the start, or a clock that was set back
            if self._looked is None:
                await self._open_old(at)
            await self._time_anew(at)
        self._looked = at
        room = AT_ONCE - await due.elapsing(self._store.read)
        ended = await due.due(self._store.read, at, False, room) if room > 0 else []
        await self._tell(ended, at)
        for owner in self.settings.owners:
            if free_from(at, self.settings.follow_up, owner.zone) > at:
                continue
            if self.settings.follow_up.digest == "off":
                await self._remind(owner, at)
            else:
                await self._digest(owner, at)
        return len(ended) >= room

    async def _next(self, at: int) -> int:
        """When something is due next, after `at`."""
        times = [await due.next_due(self._store.read, at)]
        times += [next_digest(at, self.settings.follow_up, owner.zone) for owner in self.settings.owners]
        return min((time for time in times if time is not None), default=at + DAY)

    async def _tell(self, ended: list[Due], at: int) -> None:
        outputs = [
            Output(
                f"{each.request}.time{each.version}.{each.due_at}.{at // AGAIN}",
                Elapsed(mail=each.mail, owner=each.owner, request=each.request, version=each.version, at=at),
                "ready",
            )
            for each in ended
        ]
        if outputs:
            await self._store.put(outputs, due_at=AFTER_MAIL)

    async def _time_anew(self, at: int) -> None:
        """What was timed with other settings, or by a clock that was ahead, is due when it would be now."""
        last = ""
        while known := await due.open_ones(self._store.read, last, AT_ONCE):
            told = self.settings.follow_up
            anew = [(each, retimed(each, told, at)) for each in known]
            job = [due.timed_anew(after) for before, after in anew if not same_times(before, after, at)]
            if job:
                await self._store.write(job)
            last = known[-1].request

    async def _open_old(self, at: int) -> None:
        """Requests of a store from before there were conversations get theirs; their owner was reminded once."""
        since = at - self.settings.follow_up.expire_after
        for owner in self.settings.owners:
            last = ""
            while ids := await unopened(self._store.read, owner.id, since, last, AT_ONCE):
                made = [(id, await opening_of(self._store, id, self.settings)) for id in ids]
                outputs = [
                    Output(f"{id}.opened", event.model_copy(update={"reminded_at": at}), "ready")
                    for id, event in made
                    if event is not None
                ]
                await self._store.put(outputs, due_at=AFTER_MAIL)
                last = ids[-1]

    # --- mails to owners ------------------------------------------------------------------------------------------

    async def _room(self, owner: Owner, at: int) -> int:
        """How many mails the owner may get now; none while one may just be coming about."""
        read, told = self._store.read, self.settings.follow_up
        if await due.moving(read, owner.id, at - MINUTE) or await due.unsent(read, owner.id, at - WAITS):
            return 0
        return max(0, await due.room(read, owner.id, told, at) - await due.in_hand(read, owner.id))

    async def _heard(self, owner: Owner, at: int) -> bool:
        """Look what the owner said by moving mails. Whether nothing of it is still to be taken in."""
        await self.before_mail(owner.id)
        return not await due.moving(self._store.read, owner.id, at - MINUTE)

    async def _remind(self, owner: Owner, at: int) -> None:
        """One mail a request, as far as the owner's measure goes; where it does not, one digest of the best a day."""
        room = await self._room(owner, at)
        if not room:
            return
        waiting = await due.due(self._store.read, at, True, room + 1, owner.id)
        if not waiting or not await self._heard(owner, at):
            return
        if len(waiting) > room and not await digests.overflowed(self._store.read, owner.id, at - DAY):
            await self._make(owner, at, await digests.last_of(self._store.read, owner.id), at, overflow=True)
        else:
            await self._tell(waiting[:room], at)

    async def _digest(self, owner: Owner, at: int) -> None:
        """The digest, if it is due. One that is late makes up for all that were left out, and for one soon after."""
        told, last = self.settings.follow_up, await digests.last_of(self._store.read, owner.id)
        if last is None or last.slot > at:  # the first start, or a clock that was set back: the next one is due
            made_at = 0 if last is None or last.made_at > at + DAY else min(last.made_at, at)
            await self._store.write([digests.passed(owner.id, at, made_at)])
            return
        slot = next_digest(last.slot, told, owner.zone)
        if slot is None or slot > at:
            return
        if last.made_at and slot < last.made_at + rest(told):
            await self._store.write([digests.passed(owner.id, slot, last.made_at)])
        elif not await self._room(owner, at) or not await self._heard(owner, at):
            return
        elif not await self._make(owner, at, last, slot):
            await self._store.write([digests.passed(owner.id, at, last.made_at)])

    async def _make(self, owner: Owner, at: int, last: digests.Last | None, slot: int, overflow: bool = False) -> bool:
        """Whether there was something to tell. The digest, what it names and its row are written together."""
        made = await digesting.made(self._store.read, self.settings, owner, at, last, slot, overflow)
        if made is None:
            return False
        names = [Output(f"{each.request}.listed{each.version}", each, "ready") for each in made.listed]
        await self._store.put([Output(f"{made.digest.mail}.digest", made.digest, "ready"), *names])
        log.info("digest_made", owner=owner.id, mail=made.digest.mail, lines=len(made.digest.lines), overflow=overflow)
        return True
