"""Notices what owners move, in any mailbox and with any client: a move to Good, Intriguing or Ugly is a verdict.

Each mailbox is watched (`watching.py`). What came to lie where we did not put it, as far as the log tells, is sought
once more: it must lie in that one folder alone, and nothing of ours may have been under way before or after. So our own
moves, a copy that is not yet expunged and a client's stale upload are no verdicts, and what its owner ordered meanwhile
is newer than a move that was not yet noticed. What a move says is told in
`stages/moving.py`; it is recorded together with where the mail lies now, under an id that makes each move count once.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import structlog

from pipeline.clock import now, utc
from pipeline.configuration import Configuration
from pipeline.mailboxes import Arrival, Changes, Sought
from pipeline.store.log import Log, Output
from pipeline.store.migrations import StoreError
from pipeline.store.moved_back import facts_of
from pipeline.store.watched import Watched, about, all_watched, ordered, unwatched_now, watched
from pipeline.watching import Noticed, Watching
from stages.events import FilingWanted, Moved
from stages.moving import About, Move, said
from stages.placing import placed
from stages.targets import IN_PLACE

log = structlog.get_logger()

RECENT_SECONDS = 5.0
"""A look for the sake of a mail is spared if the last one was so short a time ago."""
LOOK_SECONDS = 5.0
"""How long a mail to the owner waits for it."""


class Mailboxes(NamedTuple):
    """What is asked of mailboxes, by the text that names each. OSError: weather. ValueError: there is none such."""

    arrived: Callable[[str, Collection[str]], Awaitable[tuple[Arrival, ...]]]
    """(mailbox, names of mails that lie in their place) -> what came to lie in a folder of ours, or a button"""
    elsewhere: Callable[[str, Sequence[Sought]], Awaitable[dict[str, str]]]
    """(mailbox, mails) -> those that lie in one such folder alone, and not where we put them: which"""
    changes: Callable[[str], Changes]


class Moves:
    """Looks for moves in these mailboxes (-> the owners whose mail lies there), until it is cancelled.

    In those that are `quiet` it asks for no news, and looks now and then.
    """

    def __init__(
        self, store: Log, mailboxes: Mailboxes, owners: Mapping[str, Collection[str]], quiet: Collection[str] = ()
    ) -> None:
        self._store = store
        self._mailboxes = mailboxes
        self._recording = asyncio.Lock()
        self._looked: dict[str, float] = {}
        self._looks: set[asyncio.Task[int]] = set()
        self.watching = {
            mailbox: Watching(
                mailbox, whose, store, mailboxes.arrived, self.notice, None if mailbox in quiet else mailboxes.changes
            )
            for mailbox, whose in owners.items()
        }

    async def run(self) -> None:
        """One task a mailbox: a server that hangs holds up no other."""
        try:
            await self._store.write([all_watched()])
        except (sqlite3.Error, OSError, StoreError) as error:
            log.error("store_troubled", error=type(error).__name__)
        try:
            async with asyncio.TaskGroup() as tasks:
                for mailbox, each in self.watching.items():
                    tasks.create_task(each.run(), name=f"moves {mailbox}")
        finally:
            for look in self._looks:
                look.cancel()

    async def look(self) -> int:
        """At every mailbox, now. Returns how many moves were noticed."""
        return sum(await asyncio.gather(*(each.look(at_once=True) for each in self.watching.values())))

    async def before_mail(self, owner: str) -> None:
        """At the mailboxes of one owner, who is about to be written to. A server that hangs is not waited for."""
        if time.monotonic() - self._looked.get(owner, -RECENT_SECONDS) < RECENT_SECONDS:
            return
        looks = {asyncio.create_task(each.look()) for each in self.watching.values() if owner in each.owners}
        self._looks |= looks  # one that is waited for no more goes on: what it is told of comes once only
        for look in looks:
            look.add_done_callback(self._looks.discard)
        if looks:
            await asyncio.wait(looks, timeout=LOOK_SECONDS)
        self._looked[owner] = time.monotonic()

    async def notice(self, mailbox: str, seen: Mapping[str, str]) -> Noticed:
        """Take (mail -> folder) for what their owners said, where it is. OSError: the mailbox cannot tell now."""
        before = await watched(self._store.read, seen.keys())
        again: set[str] = set()
        sought: list[Sought] = []
        for mail, each in before.items():
            known = placed(each.steps, mailbox)
            if not known.at_rest:
                again.add(mail)
            elif known.place is not None and known.place != seen[mail]:
                sought.append(Sought(mail, each.received_at, known.place, known.name))
        lying = await self._mailboxes.elsewhere(mailbox, sought) if sought else {}
        unsure = {each.mail for each in sought} - lying.keys()
        if not lying:
            return Noticed(0, frozenset(again), frozenset(unsure))
        told = await about(self._store.read, lying.keys())
        async with self._recording:
            after = await watched(self._store.read, lying.keys())
            orders = await ordered(self._store.read, {told[mail].brought_by for mail in told} | lying.keys())
            same = {
                mail: each
                for mail, each in after.items()
                if each == before[mail] and not orders & {mail, told.get(mail, About()).brought_by}
            }
            again |= after.keys() - same.keys()  # we are moving it ourselves, or are about to
            count = await self._record(mailbox, same, lying, told)
        return Noticed(count, frozenset(again), frozenset(unsure))

    async def _record(
        self, mailbox: str, mails: Mapping[str, Watched], lying: Mapping[str, str], told: Mapping[str, About]
    ) -> int:
        """What the moves say, all of it in one transaction. Returns how many said something."""
        outputs: list[Output] = []
        count = 0
        for mail, each in mails.items():
            move = _move(each, mailbox, lying[mail])
            if made := _outputs(move, told.get(mail, About()), len(each.steps)):
                count += 1
                outputs += made
                log.info("move_noticed", mail=mail, owner=each.owner, folder=move.folder)
        if outputs:
            await self._store.put(outputs)
        return count


def mailboxes_of(configuration: Configuration) -> tuple[dict[str, set[str]], frozenset[str]]:
    """The mailboxes in which mail is filed or sorted -> whose it is; those of accounts that are sorted when asked."""
    whose: dict[str, set[str]] = {}
    for owner in configuration.owner:
        for target in owner.targets:
            whose.setdefault(target, set()).add(owner.id)
    for account in configuration.account:
        whose[IN_PLACE + account.name] = {configuration.owner_of_account(account)}
    return whose, frozenset(IN_PLACE + account.name for account in configuration.account if not account.sort)


def _move(each: Watched, mailbox: str, folder: str) -> Move:
    moves = [step.event.at for step in each.steps if isinstance(step.event, Moved)]
    filings = [
        step.event for step in each.steps if isinstance(step.event, FilingWanted) and step.event.mailbox == mailbox
    ]
    at = max(now(), moves[-1] + 1 if moves else 0)
    back = any(filing.folder == folder for filing in filings)
    return Move(each.mail, each.owner, mailbox, folder, filings[-1] if filings else None, at, back)


def _outputs(move: Move, told: About, steps: int) -> list[Output]:
    """What the move says, for the log. The id counts what was recorded before: the same move has the same, always."""
    id = f"{move.mail}.moved{steps}"
    outputs: list[Output] = []
    for number, event in enumerate(said(move, told)):
        if isinstance(event, Moved):
            outputs.append(Output(f"{facts_of(id)}{number}", event, "done"))
        else:
            outputs.append(Output(id if number == 1 else f"{id}.{number}", event, "ready"))
    return outputs


async def lines(store: Log) -> list[str]:
    """For `salver status`: mailboxes in which moves cannot be noticed now, and why."""
    return [
        f"Moves in {mailbox} are not noticed as they happen, since {utc(since)} UTC: {why}. Salver keeps trying."
        for mailbox, why, since in await unwatched_now(store.read)
    ]
