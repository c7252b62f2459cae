"""Ugly empties itself: looks now and then for mail whose time is over, and asks for its removal (RemovalWanted).

What goes was named by a digest that was sent or filed at least one notice before, by the clock that is now. A clock
that was set ahead makes everything look as if it had been told long ago: where that is seen while Salver runs, nothing
goes for one notice; where Salver was off meanwhile, what is overdue by more than a week is named anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Awaitable, Callable

import structlog

from pipeline.clock import now
from pipeline.store import going
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from stages.durations import DAY, MINUTE
from stages.emptying import MOST, NO_DIGEST, Terms, terms_of
from stages.keeping import RemovalWanted
from stages.settings import Settings

EVERY_SECONDS = 600.0
AT_ONCE = 50
"""Mails of one owner that one look asks to be taken away."""
JUMP = 10 * MINUTE
"""Of a clock, against the time that really passed."""

log = structlog.get_logger()


def passed() -> int:
    """Milliseconds that passed since some moment, the sleep of a laptop included where the system tells of it."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000_000


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
        self._wary_until = 0

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
        if self._jumped(terms, at):
            return 0
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

    def _jumped(self, terms: Terms, at: int) -> bool:
        """Whether the clock was set ahead lately, so that nobody could act on what they were told."""
        passed, before, self._last = self._passed(), self._last, (at, self._passed())
        if before is not None and (at - before[0]) - (passed - before[1]) > JUMP:
            log.warning("clock_set_ahead", instead="nothing goes out of Ugly for a while")
            self._wary_until = at + terms.notice
        self._wary_until = min(self._wary_until, at + terms.notice)  # and back again
        return at < self._wary_until


def _short(mailbox: str) -> str:
    return hashlib.sha256(mailbox.encode("utf-8", "replace")).hexdigest()[:8]


def doubts(settings: Settings) -> list[str]:
    """For `salver check`: what was set and has no effect."""
    return [NO_DIGEST] if settings.ugly_after is not None and terms_of(settings) is None else []


async def lines(store: Log, settings: Settings) -> list[str]:
    """For `salver status`: how many mails go within a week."""
    terms = terms_of(settings)
    if terms is None:
        return doubts(settings)
    found = []
    for owner in settings.owners:
        count = await going.count_within(store.read, owner.id, terms, now(), 7 * DAY)
        count = min(count, MOST * 7 * DAY // terms.notice)
        if count:
            goes = "1 mail in Ugly goes" if count == 1 else f"{count} mails in Ugly go"
            found.append(
                f"{owner.id}: {goes} within a week, after a digest named it; `salver digest` shows the next ones"
            )
    return found
