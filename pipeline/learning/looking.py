"""Looks what corrections teach, some time after they were made, and keeps it as proposals. Decides nothing.

The search runs in a child process of its own, patiently: mail never waits for it. A proposal whose corrections were
taken back is outdated, and so is one that, weighed again with the corrections, decisions and rules of today, teaches
no more; the others get the figures of today. What was declined is not proposed again before twice as much speaks for
it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import structlog

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.learning.child import Wanted
from pipeline.learning.file import load_lessons
from pipeline.store import proposals
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.proposals import Kept
from pipeline.toml_file import ConfigError
from stages.proposals import Proposal
from stages.rules.kept import kept
from stages.settings import Settings

LOOK_SECONDS = 60.0
"""How often it is asked whether anything was corrected, which costs nothing."""
REST_SECONDS = 240.0
"""How long the search rests at least after one."""
LONGEST_SECONDS = 600.0
"""After which it is given up."""
_TWICE = 2

log = structlog.get_logger()


class Learning:
    """Looks for what can be proposed, until it is cancelled."""

    def __init__(self, store: Log, configuration: Configuration, settings: Callable[[], Settings]) -> None:
        self._store = store
        self._configuration = configuration
        self._settings = settings
        self._seen: dict[str, object] = {}
        """by owner: the corrections and rules of the last look"""

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        if not self._configuration.learning.proposals:
            return
        while True:
            rest = LOOK_SECONDS
            try:
                if await self.look():
                    rest = REST_SECONDS
            except (sqlite3.Error, OSError, StoreError) as error:
                log.error("store_troubled", error=type(error).__name__)
            await asyncio.sleep(rest)

    async def look(self) -> bool:
        """Look for proposals to each owner whose corrections or rules are others than at the last look. Whether any."""
        looked = False
        for owner in self._settings().owners:
            standing = await proposals.standing(self._store.read, owner.id)
            told = (standing, self._settings().rules)
            if not standing.made or self._seen.get(owner.id) == told:
                continue
            await self._look_for(owner.id)
            self._seen[owner.id] = told
            looked = True
        return looked

    async def _look_for(self, owner: str) -> None:
        read, at = self._store.read, now()
        known = await proposals.proposals(read, owner)
        standing = await proposals.corrections_that_count(read, owner)
        over = [each.id for each in known if each.state == "open" and not standing.issuperset(_learned_from(each))]
        if over:
            await self._store.write([proposals.outdated(over, at)])
        await self._notice_what_was_cut(known, at)
        known = [each for each in known if each.id not in over]
        counts = {each.id for each in self._settings().rules.lessons}
        taken = tuple(each.what for each in known if each.state == "accepted" and each.id not in counts)
        # of what counts already, one step more may be worth a word
        refused = [each for each in known if each.state in ("declined", "forgotten")]
        opened = [each for each in known if each.state == "open"]
        found = await self._search(owner, at, proposals.OPEN_MOST + len(refused), taken, opened)
        if found is None:
            return
        again = {each.lesson.id: each for each in found} if opened else {}
        await self._renew(opened, again, at)
        room = proposals.OPEN_MOST - sum(each.id in again for each in opened)
        for each in found:
            if room > 0 and all(each.lesson.id != old.id for old in opened) and _worth_asking(each, refused):
                room -= await self._propose(owner, each, at)

    async def _renew(self, opened: Iterable[Kept], again: Mapping[str, Proposal], at: int) -> None:
        """The open ones get the figures of today; those that did not come back are outdated."""
        jobs = [proposals.outdated([each.id for each in opened if each.id not in again], at)]
        for each in opened:
            if each.id in again and (body := proposals.body_of(again[each.id])) != each.body:
                jobs.append(proposals.weighed_again(each.id, body))
        await self._store.write(jobs)

    async def _propose(self, owner: str, each: Proposal, at: int) -> bool:
        """Keep it as an open one, by a code that is not taken. Whether it is new."""
        for id in _codes(owner, each.what, at):
            if await proposals.proposal(self._store.read, id) is None:
                break
        lesson = each.lesson.model_copy(update={"id": id, "owner": owner, "at": at})
        body = proposals.body_of(each.model_copy(update={"lesson": lesson}))
        ((*new,),) = await self._store.write([proposals.made(id, owner, each.what, body, at)])
        if new:
            log.info("lesson_proposed", lesson=id, owner=owner, right=each.right, of=each.of)
        return bool(new)

    async def _notice_what_was_cut(self, known: Iterable[Kept], at: int) -> None:
        """A lesson whose lines the owner deleted is forgotten."""
        with contextlib.suppress(ConfigError):
            there = {each.id for each in await asyncio.to_thread(load_lessons, self._configuration.lessons)}
            gone = [each.id for each in known if each.state == "accepted" and each.id not in there]
            job = [proposals.answered(id, ("accepted",), "forgotten", "file", at) for id in gone]
            if job:
                await self._store.write(job)

    async def _search(
        self, owner: str, at: int, most: int, known: tuple[str, ...], opened: Iterable[Kept]
    ) -> list[Proposal] | None:
        """What the child finds, and those of the open ones that still hold; None: it failed or took too long."""
        settings = self._settings()
        wanted = Wanted(
            store=str(self._store.path),
            owner=owner,
            rules=kept(settings.rules.for_owner(owner)),
            at=at,
            least=self._configuration.learning.least,
            most=most,
            known=known,
            names=(settings.owner(owner).name,),
            open=tuple(each.body for each in opened),
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pipeline.learning.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's business
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                told, _ = await process.communicate(wanted.model_dump_json().encode())
        except TimeoutError:
            log.warning("lessons_not_searched", owner=owner, why="it took too long")
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode:
            log.warning("lessons_not_searched", owner=owner, why=f"the search ended with {process.returncode}")
            return None
        return [proposals.proposal_in(line.decode()) for line in told.splitlines()]


async def lines(store: Log) -> list[str]:
    """For `salver status`: how many proposals wait for an answer."""
    waiting = Counter(each.owner for each in await proposals.proposals(store.read, None, ("open",)))
    return [
        f"{owner}: {'1 lesson is' if count == 1 else f'{count} lessons are'} proposed (`salver proposals`)"
        for owner, count in waiting.items()
    ]


def _learned_from(each: Kept) -> frozenset[str]:
    """The corrections that speak for it; of one that another Salver made, some that nobody knows."""
    try:
        return frozenset(each.proposal.corrections)
    except StoreError:
        return frozenset({each.id})


def _worth_asking(each: Proposal, refused: Iterable[Kept]) -> bool:
    """Whether it was never declined, or twice as many corrections speak for it as then."""
    before = (len(_learned_from(known)) for known in refused if known.what == each.what)
    return len(each.corrections) >= _TWICE * max(before, default=0)


def _codes(owner: str, what: str, at: int) -> Iterator[str]:
    """What the owner may call it: a k and digits, so that it is no number and no word."""
    for attempt in range(1_000):
        named = hashlib.sha256(f"{owner}\0{what}\0{at}\0{attempt}".encode()).hexdigest()
        yield f"k{int(named, 16) % 1_000_000:06d}"
