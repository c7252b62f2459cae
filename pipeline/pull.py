"""Watches accounts for new requests and hands each to the log: one task an account, each with a connection of its own.

A server that fails is left alone for a while that grows; a laptop that slept goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol, TypeVar

import structlog

from pipeline.accounts import reading
from pipeline.accounts.account import Account
from pipeline.accounts.reading import Batch, Found, Seen
from pipeline.accounts.session import AccountTrouble, Session, SignInRefused
from pipeline.clock import now
from pipeline.configuration import PullSettings
from stages.candidates import may_concern
from stages.settings import Limits

log = structlog.get_logger()
T = TypeVar("T")

TROUBLED_SECONDS = 15.0
"""After a failure the account is tried again; the session itself waits longer, the more often it failed."""
REFUSED_SECONDS = 600.0
"""After a refused password or token: only a person can mend it, and many tries get an account locked."""

Accept = Callable[[Account, Found], Awaitable[None]]
"""Keeps one mail durably; raises if it is not kept."""


class Marks(Protocol):
    """Where it is kept how far each inbox was read."""

    async def seen(self, account: str) -> Seen | None: ...

    async def saw(self, account: str, seen: Seen) -> None: ...


class Bounds(NamedTuple):
    """What is looked at of an account."""

    settings: PullSettings
    limits: Limits
    largest: int
    """octets of one mail"""


class Watch:
    """One account, watched until told to stop."""

    def __init__(self, session: Session, accept: Accept, marks: Marks, bounds: Bounds) -> None:
        self.session = session
        self.account = session.account
        self.trouble = ""
        """what is wrong now, for a person; empty: nothing"""
        self.heard_at = 0
        """when the server last answered, ms"""
        self._accept = accept
        self._marks = marks
        self._bounds = bounds
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, f"watch {session.account.name}")

    async def run(self) -> None:
        """Read what is new, wait, again. Never raises for what a server does."""
        while not self._stop.is_set():
            try:
                await self.once()
                self._well()
                idle, poll = self._bounds.settings.idle / 1000, self._bounds.settings.poll / 1000
                await self._in_thread(reading.wait, self.session, idle, poll, self._stop)
                self._well()
            except AccountTrouble as error:
                if self._stop.is_set():
                    return
                if str(error) != self.trouble:
                    log.warning("account_troubled", account=self.account.name, error=str(error))
                self.trouble = str(error)
                await self._pause(REFUSED_SECONDS if isinstance(error, SignInRefused) else TROUBLED_SECONDS)

    async def once(self) -> int:
        """Read what is new, and keep it. Returns how many mails were kept. Raises AccountTrouble."""
        count = 0
        seen = await self._marks.seen(self.account.name)
        batches = reading.news(
            self.session,
            seen,
            since=now() - self.account.since,
            batch=self._bounds.settings.batch,
            largest=self._bounds.largest,
            wanted=lambda head: may_concern(head, self._bounds.limits),
        )
        while (batch := await self._in_thread(_next, batches)) is not None:
            for mail in batch.mails:
                await self._accept(self.account, mail)
                count += 1
            for size in batch.too_large:
                log.warning("mail_too_large", account=self.account.name, size=size, largest=self._bounds.largest)
            await self._marks.saw(self.account.name, batch.seen)
        return count

    async def stop(self) -> None:
        """End the wait, and sign out."""
        self._stop.set()
        with contextlib.suppress(RuntimeError):
            await asyncio.to_thread(self.session.close)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _well(self) -> None:
        self.heard_at = now()
        if self.trouble:
            log.info("account_well_again", account=self.account.name)
        self.trouble = ""

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    async def _pause(self, seconds: float) -> None:
        await self._in_thread(self._stop.wait, seconds)


def _next(batches: Iterator[Batch]) -> Batch | None:
    return next(batches, None)
