"""One mailbox, watched: what came to lie in it is asked about until it is known whose doing that was."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple

import structlog

from pipeline.errors import describe
from pipeline.mailboxes import Arrival, Changes
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.places import mails_with, names_in, places_of, used
from pipeline.store.watched import unwatched
from stages.targets import IN_PLACE

log = structlog.get_logger()

SWEEP_SECONDS = 60.0
"""A mailbox is looked at this often, whatever is told of changes."""
UNWATCHED_SECONDS = 4.0
"""How often, where changes cannot be told."""
REST_SECONDS, REST_LOOKS, LONGEST_REST = 0.2, 3.0, 2.0
"""Between two looks: at least so long, and so many times as long as the look took, within a bound: a client that marks
thousands of mails as read changes a folder thousands of times."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Before a mail is asked about again: half as long as it has waited, within these bounds."""
FEW = 50
"""So few that wait are asked about whenever something changes."""
GIVEN_UP = 600.0
"""Seconds after which a mail is let go that lies in no folder of a verdict, or where we put it, or in two. As long as
it lies in two the mailbox tells of it again."""
ARRIVALS = 1_000
"""Mails that the store is asked about at once, whether they lie where we put them."""
MAILS, MAILS_IN_PLACE = 250, 20
"""Mails that a mailbox is asked about at once; where mail bears no mark of ours, each is searched by its words."""


class Noticed(NamedTuple):
    """What came of asking about mails."""

    moves: int
    """that said something"""
    again: frozenset[str] = frozenset()
    """to be asked about again, for as long as it takes: they are being filed just now"""
    unsure: frozenset[str] = frozenset()
    """to be asked about again for a while: they lie in two folders, or in none"""


class _Waiting(NamedTuple):
    """A mail that lies elsewhere than where we put it, as far as it is known."""

    folder: str
    since: float
    told: float
    """when the mailbox told of it last"""
    due: float


class Watching:
    """One mailbox and what waits in it. Troubles are waited out, and told in `salver status`.

    Without `changes` it is looked at now and then.
    """

    def __init__(
        self,
        mailbox: str,
        owners: Collection[str],
        store: Log,
        arrived: Callable[[str, Collection[str]], Awaitable[tuple[Arrival, ...]]],
        notice: Callable[[str, Mapping[str, str]], Awaitable[Noticed]],
        changes: Callable[[str], Changes] | None,
    ) -> None:
        self.mailbox = mailbox
        self.owners = tuple(owners)
        self._store = store
        self._arrived = arrived
        self._notice = notice
        self._open = changes
        self._changes: Changes | None = None
        self._one = asyncio.Lock()
        self._begun = False
        self._new: list[Arrival] = []
        self._waiting: dict[str, _Waiting] = {}
        self._troubles: dict[str, str] = {}
        self._told = ""

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                await self.look()
                took = loop.time() - began
                await asyncio.sleep(min(max(REST_SECONDS, REST_LOOKS * took), LONGEST_REST))
                await self._wait()
        finally:
            if self._changes is not None:
                await self._changes.close()

    async def look(self, at_once: bool = False) -> int:
        """At what came since the last look, and what waits. Returns how many moves were noticed.

        `at_once`: at all that waits, whether its pause is over or not.
        """
        async with self._one:
            try:
                await self._take_in()
                moves = await self._ask(at_once)
                await self._trouble("look", "")
            except (sqlite3.Error, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
                return 0
            except (OSError, ValueError) as error:  # ValueError: an account that is no longer configured
                await self._trouble("look", describe(error))
                return 0
            return moves

    # --- looking --------------------------------------------------------------------------------------------------

    async def _take_in(self) -> None:
        """What came to lie in the mailbox, but for what we put there. Kept until the store was asked about it."""
        if not self._begun and not await used(self._store.read, self.mailbox):
            return  # an account that is only named is left alone
        known = frozenset() if self._begun else await names_in(self._store.read, self.mailbox)
        self._new += await self._arrived(self.mailbox, known)
        self._begun = True
        at = asyncio.get_running_loop().time()
        while self._new:
            some = self._new[:ARRIVALS]
            for mail, folder in (await self._strays(some)).items():
                before = self._waiting.get(mail)
                since = before.since if before is not None else at
                due = before.due if before is not None and before.folder == folder else at
                self._waiting[mail] = _Waiting(folder, since, at, due)
            del self._new[:ARRIVALS]

    async def _strays(self, arrivals: list[Arrival]) -> dict[str, str]:
        """Mail -> folder, of those of ours that we did not put there."""
        unmarked = {each.fingerprint for each in arrivals if not each.mail and each.fingerprint}
        named = await mails_with(self._store.read, self.owners, unmarked) if unmarked else {}
        lying = [(each.mail or named.get(each.fingerprint, ""), each.folder) for each in arrivals]
        places = await places_of(self._store.read, self.mailbox, {mail for mail, _ in lying if mail})
        return {mail: folder for mail, folder in lying if mail in places and places[mail].folder != folder}

    async def _ask(self, at_once: bool) -> int:
        """Ask about what waits and is due, some at a time; what is asked about again waits on."""
        loop = asyncio.get_running_loop()
        few = at_once or len(self._waiting) <= FEW
        due = [mail for mail, each in self._waiting.items() if few or each.due <= loop.time()]
        size = MAILS_IN_PLACE if self.mailbox.startswith(IN_PLACE) else MAILS
        moves = 0
        for start in range(0, len(due), size):
            some = {mail: self._waiting[mail].folder for mail in due[start : start + size]}
            noticed = await self._notice(self.mailbox, some)
            moves += noticed.moves
            for mail in some:
                self._later(mail, loop.time(), mail in noticed.again, mail in noticed.unsure)
        return moves

    def _later(self, mail: str, at: float, again: bool, unsure: bool) -> None:
        each = self._waiting[mail]
        if again or (unsure and at - each.told < GIVEN_UP):
            pause = min(max(FIRST_PAUSE, (at - each.since) / 2), LONGEST_PAUSE)
            self._waiting[mail] = each._replace(due=at + pause)
        else:
            del self._waiting[mail]

    # --- waiting --------------------------------------------------------------------------------------------------

    async def _wait(self) -> None:
        """Until something changes, or it is time to ask again."""
        at = asyncio.get_running_loop().time()
        soonest = min((each.due for each in self._waiting.values()), default=at + SWEEP_SECONDS)
        at_most = min(max(REST_SECONDS, soonest - at), SWEEP_SECONDS)
        try:
            if self._changes is None and self._open is not None:
                self._changes = self._open(self.mailbox)
            if self._changes is None:
                await asyncio.sleep(at_most)
            else:
                await self._changes.changed(at_most)
            await self._trouble("watch", "")
        except (OSError, ValueError) as error:
            await self._trouble("watch", describe(error))
            await asyncio.sleep(min(at_most, UNWATCHED_SECONDS))

    async def _trouble(self, where: str, why: str) -> None:
        """Note what keeps moves from being noticed, where it is another trouble than before; empty: nothing does."""
        self._troubles[where] = why
        told = self._troubles.get("look") or self._troubles.get("watch") or ""
        if told == self._told:
            return
        try:
            await self._store.write([unwatched(self.mailbox, told)])
        except (sqlite3.Error, OSError, StoreError) as error:
            log.error("store_troubled", error=type(error).__name__)
            return
        self._told = told
        if told:
            log.warning("mailbox_not_watched", mailbox=self.mailbox, error=told)
        else:
            log.info("mailbox_watched", mailbox=self.mailbox)
