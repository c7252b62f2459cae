"""Notices what owners move: of requests that are talked of, a move between Good, Intriguing and Ugly is their verdict.

Looked for about once a minute, and before a mail about requests is made. A move to anywhere else says nothing. What we
moved ourselves is known from the log, and is looked at again after the mailbox was: a filing that began meanwhile
explains whatever was seen.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from pipeline.clock import now
from pipeline.mailboxes import Sought
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from pipeline.store.watched import Watched, steps_of, watched
from stages.conversation import Ordered
from stages.events import Moved, Order
from stages.placing import placed

log = structlog.get_logger()

EVERY_SECONDS = 60.0
RECENT_SECONDS = 5.0
"""A look for the sake of a mail is spared if the last one was so short a time ago."""
AT_ONCE = 500
"""Conversations of one look; the next one goes on from there."""
LOOKS = 10
"""At most, one after the other, before a mail is made."""
ORDERS: dict[str, Order] = {"Good": "good", "Intriguing": "intriguing", "Ugly": "ugly"}
"""What moving a mail into a folder says."""

Ask = Callable[[str, Sequence[Sought]], Awaitable[dict[str, str]]]
"""(mailbox, mails) -> those that lie in another folder of a verdict than we put them into: which."""


class _Seen(NamedTuple):
    """A mail that lies elsewhere than where we put it."""

    watched: Watched
    mailbox: str
    folder: str


class Moves:
    """Looks for moves, until it is cancelled."""

    def __init__(self, store: Log, ask: Ask) -> None:
        self._store = store
        self._ask = ask
        self._after = ""
        self._looked: dict[str, float] = {}

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        while True:
            try:
                await self.look()
            except (sqlite3.Error, OSError, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> int:
        """At the next conversations. Returns how many moves were noticed."""
        found = await watched(self._store.read, self._after, AT_ONCE)
        self._after = found[-1].request if len(found) == AT_ONCE else ""
        return await self._notice(found)

    async def before_mail(self, owner: str) -> None:
        """At those of one owner, who is about to be written to."""
        if time.monotonic() - self._looked.get(owner, -RECENT_SECONDS) < RECENT_SECONDS:
            return
        after = ""
        for _ in range(LOOKS):
            found = await watched(self._store.read, after, AT_ONCE, owner)
            await self._notice(found)
            if len(found) < AT_ONCE:
                break
            after = found[-1].request
        self._looked[owner] = time.monotonic()

    async def _notice(self, found: list[Watched]) -> int:
        seen: dict[str, list[_Seen]] = {}
        sought: dict[str, dict[str, tuple[Watched, Sought]]] = {}
        for each in found:
            for mailbox in dict.fromkeys(str(getattr(step.event, "mailbox", "")) for step in each.steps):
                known = placed(each.steps, mailbox)
                if known.at_rest and known.place is not None:
                    one = Sought(each.mail, each.received_at, known.place, known.name)
                    sought.setdefault(mailbox, {})[each.mail] = (each, one)
        for mailbox, mails in sought.items():
            moved = await self._ask(mailbox, [one for _, one in mails.values()])
            for mail, folder in moved.items():
                seen.setdefault(mail, []).append(_Seen(mails[mail][0], mailbox, folder))
        return sum([await self._said(moves) for moves in seen.values()])

    async def _said(self, moves: list[_Seen]) -> bool:
        """Take moves of one mail for an order; where mailboxes tell different things, that of the first counts.

        That the mail lies there now is recorded together with it, so that it is noticed once, and need not move.
        """
        each, folder = moves[0].watched, moves[0].folder
        steps = (await steps_of(self._store.read, [each.mail])).get(each.mail, ())
        if steps != each.steps:
            return False  # we are moving it ourselves
        at = now()
        id = f"{each.mail}.moved{len(steps)}"
        facts = [
            Output(
                f"{id}-{number}",
                Moved(mail=each.mail, owner=each.owner, mailbox=move.mailbox, folder=folder, at=at),
                "done",
            )
            for number, move in enumerate(moves)
            if move.folder == folder
        ]
        said = Ordered(mail=each.mail, owner=each.owner, request=each.request, order=ORDERS[folder], by="move", at=at)
        await self._store.put([*facts, Output(id, said, "ready")])
        log.info("move_noticed", mail=each.mail, owner=each.owner, folder=folder)
        return True
