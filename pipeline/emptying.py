"""Ugly empties itself: looks now and then for mail whose time is over, and asks for its removal (RemovalWanted).

What goes was named by a digest that was sent or filed at least one notice before, and Salver ran for so long since: it
may be Salver that serves the mailbox, so that nobody could see it. Time that Salver did not see pass (it was off, the
machine slept, the clock was set ahead) does not count; what is overdue by seven notices is named anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Awaitable, Callable

import structlog

from pipeline.clock import moment, now
from pipeline.store import going, ran
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from stages.durations import DAY, MINUTE
from stages.emptying import MOST, NO_DIGEST, TOO_SOON, Terms, terms_of
from stages.keeping import RemovalWanted
from stages.settings import Settings

EVERY_SECONDS = 600.0
AT_ONCE = 50
"""Mails of one owner that one look asks to be taken away."""
JUMP = MINUTE
"""Of a clock, against the time for which we ran: more is no time in which anybody could act."""
JOINS = 15 * MINUTE
"""So short a while off counts as if Salver had run: somebody started it anew."""

log = structlog.get_logger()


def passed() -> int:
    """Milliseconds that this machine was awake since some moment, whatever its clock shows."""
    return time.monotonic_ns() // 1_000_000


class Emptying:
    """Looks for what is to go, until it is cancelled.

    `heard(owner)` looks what the owner moved, before anything of theirs goes.
    """

    def __init__(
        self,
        store: Log,
        settings: Settings,
        heard: Callable[[str], Awaitable[None]],
        passed: Callable[[], int] = passed,
    ) -> None:
        self._store = store
        self._settings = settings
        self._heard = heard
        self._passed = passed
        self._last: tuple[int, int] | None = None

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        terms = terms_of(self._settings)
        if terms is None:
            return
        while True:
            try:
                await self.look(terms, now())
            except (sqlite3.Error, OSError, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self, terms: Terms, at: int) -> int:
        """Ask for the removal of what may go at this time (ms). Returns how many mails that are."""
        await self._beat(terms, at)
        count = 0
        for owner in self._settings.owners:
            if not await going.leaving(self._store.read, owner.id, terms, at, 1):
                continue
            await self._heard(owner.id)
            leaving = await going.leaving(self._store.read, owner.id, terms, at, AT_ONCE)
            outputs = [
                Output(
                    f"{each.mail}.removal.{_short(each.mailbox)}.{each.listed_at}",
                    RemovalWanted(
                        mail=each.mail, owner=owner.id, mailbox=each.mailbox, listed_at=each.listed_at, at=at
                    ),
                    "ready",
                )
                for each in leaving
            ]
            await self._store.put(outputs)
            count += len(outputs)
        return count

    async def _beat(self, terms: Terms, at: int) -> None:
        """Note that Salver runs, and whether it ran since it was noted last."""
        passed, before = self._passed(), self._last
        joins = JOINS
        if before is not None:
            jumped = (at - before[0]) - (passed - before[1])
            joins = at if jumped <= JUMP else 0
            if not joins:
                log.info(
                    "time_not_counted", minutes=jumped // MINUTE, why="the machine slept, or its clock was set ahead"
                )
        await self._store.write(ran.beat(at, joins, terms.notice))
        self._last = (at, passed)


def _short(mailbox: str) -> str:
    return hashlib.sha256(mailbox.encode("utf-8", "replace")).hexdigest()[:8]


def doubts(settings: Settings) -> list[str]:
    """For `salver check`: what was set and has no effect, or not all of it."""
    if settings.ugly_after is None:
        return []
    if terms_of(settings) is None:
        return [NO_DIGEST]
    return [TOO_SOON] if settings.ugly_after < DAY else []


async def lines(store: Log, settings: Settings) -> list[str]:
    """For `salver status`: how many mails are to go, and when the first may at the earliest."""
    terms = terms_of(settings)
    if terms is None:
        return doubts(settings)
    found, at = [], now()
    for owner in settings.owners:
        count = await going.count_within(store.read, owner.id, terms, at, 7 * DAY)
        count = min(count, MOST * 7 * DAY // terms.notice)
        if count:
            first = moment(await going.first_at(store.read, owner.id, terms, at), at, owner.zone)
            them = "1 mail in Ugly is" if count == 1 else f"{count} mails in Ugly are"
            found.append(
                f"{owner.id}: {them} to go soon, not before {first} and only after a digest named it; time in which "
                "Salver is off does not count; `salver digest` shows the next ones"
            )
    return found
