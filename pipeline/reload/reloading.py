"""Takes changed rules over while Salver runs: all that judges at once, between two mails, or not at all.

A change is read when the files have been quiet for a moment; then the whole configuration is read anew, as it was at
the start. What does not load, fails an example of its own, or changes too much of what was decided lately is refused:
the old rules decide, and log, `salver status` and digest say why, until the files are put right.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog
from watchfiles import awatch

from pipeline.clock import now
from pipeline.configuration import Configuration, ReloadSettings
from pipeline.lasting import lasting
from pipeline.learning.answered import answered
from pipeline.reload.files import fingerprint, judging_files
from pipeline.reload.origin import Origin, taken
from pipeline.reload.sets import Read, changes_of, read_anew
from pipeline.reload.trial import said, too_much, trial
from pipeline.rules.doubting import doubtful
from pipeline.settings import ConfigError
from pipeline.shadow import file as shadow_file
from pipeline.store import rulings
from pipeline.store.approved import approval, approvals
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Tried
from stages.refused_rules import refused_at
from stages.rules.differences import came_and_gone
from stages.settings import Settings

LOOK_SECONDS = 2.0
"""How often the files are looked at, whatever the system tells, and the store, for what `salver rules apply` wrote."""
QUIET_SECONDS = 0.3
"""So long they must have been the same: editors empty a file before they write it."""
PATIENCE_SECONDS = 1.0
"""What does not load is given so long to become whole before anything is said."""
UNWATCHED_SECONDS = 60.0
"""After so long it is tried again to be told of changes."""

_NAMED = 10
"""places that the log names"""
_TROUBLES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip
"""What files that nobody thought of may bring about: the old rules decide all the same."""

log = structlog.get_logger()
Take = Callable[[Settings, Configuration], None]


class Reloading:
    """Looks for changes until it is cancelled; `take` puts other settings in the place of the live ones."""

    def __init__(
        self, store: Log, origin: Origin, configuration: Configuration, settings: Settings, take: Take
    ) -> None:
        self._store = store
        self._origin = origin
        self._configuration = configuration
        self._live = settings
        self._take = take
        self._files: tuple[Path, ...] = ()
        self._whose: dict[str, tuple[str, ...]] = {}
        """of each of them, the owners whose profile it is"""
        self._refused = ""
        """the set that changed too much when it was weighed last"""
        self._judged = ""
        """what the files held when they were judged last"""
        self._approved: int | None = None
        self._signals = self._heard = 0
        self._told: tuple[str, ...] = ()
        self._wake = asyncio.Event()

    def signal(self) -> None:
        """SIGHUP: read the files now, whether they changed or not."""
        self._signals += 1
        self._wake.set()

    async def _begin(self) -> None:
        """What is live is what stood in the files when the configuration was read; changes count from then on."""
        if self._approved is None:  # else it began before, and was cut off
            self._approved = await approvals(self._store.read)
        await asyncio.to_thread(self._look_up_files)

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        following: asyncio.Task[None] | None = None
        try:
            while True:
                try:
                    if following is None:
                        await self._begin()
                        following = asyncio.create_task(lasting("rules watched", self._follow))
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_SECONDS):
                            await self._wake.wait()
                    self._wake.clear()
                    await self.look()
                except (sqlite3.Error, OSError, StoreError) as error:
                    log.error("store_troubled", error=type(error).__name__)
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            if following is not None:
                following.cancel()
                await asyncio.wait([following])

    async def look(self) -> None:
        """Take over what changed, if there is something and it may be."""
        approved = await approvals(self._store.read)
        signals = self._signals
        asked = signals != self._heard or approved != self._approved
        if not asked and not (self._configuration.reload.watch and await self._held() != self._judged):
            return
        if await self._judge("signal" if signals != self._heard else "file", asked):
            self._heard, self._approved = signals, approved
            return
        self._judged = ""
        self._wake.set()

    async def _held(self) -> str:
        return await asyncio.to_thread(fingerprint, self._files)

    def _look_up_files(self) -> None:
        """Which files there are to look at, as far as the configuration can be read."""
        try:
            configuration = taken(self._configuration, self._origin.load()).configuration
        except (ConfigError, *_TROUBLES):
            configuration = self._configuration
        self._files = tuple(dict.fromkeys((self._origin.path, *judging_files(configuration))))
        profiles = [(str(Path(owner.profile)), owner.id) for owner in configuration.owner if owner.profile]
        self._whose = {str(file): tuple(id for path, id in profiles if path == str(file)) for file in self._files}

    async def _judge(self, by: str, asked: bool) -> bool:
        """Whether that is done: False where it was read in the middle of a change."""
        await self._quiet()
        await asyncio.to_thread(self._look_up_files)
        held = await self._held()
        if held == self._judged and not asked:
            return True
        found, why = await self._read()
        if found is None:
            await asyncio.sleep(PATIENCE_SECONDS)
        if await self._held() != held:
            return False
        if found is None:
            await self._refuse(why, by, None)
        else:
            await self._weigh(found, by, asked)
        self._judged = held
        return True

    async def _quiet(self) -> None:
        """Until the files were the same for a moment."""
        held = await self._held()
        while True:
            await asyncio.sleep(QUIET_SECONDS)
            before, held = held, await self._held()
            if held == before:
                return

    async def _read(self) -> tuple[Read | None, str]:
        try:
            return await asyncio.to_thread(read_anew, self._origin, self._configuration, self._live), ""
        except ConfigError as error:
            return None, str(error)
        except _TROUBLES as error:
            return None, f"the files cannot be used ({type(error).__name__}: {error})"

    async def _weigh(self, found: Read, by: str, asked: bool) -> None:
        """Take it over, or refuse it."""
        self._restart(found.taken.restart)
        new, live = found.settings, self._live
        guard = self._guard(found)
        if rulings.set_of(new) == rulings.set_of(live):
            await self._store.write([rulings.put_right(now())])
            await self._swap(found)
            if asked:
                log.info("rules_read", version=new.rules.version, changed="nothing")
            return
        if found.failing:
            await self._refuse("\n".join(found.failing), by, new)
            return
        tried = await trial(self._store.read, live, new, guard.recent)
        let_pass = await self._let_pass(new)
        if let_pass is None and too_much(tried, guard.changed):
            self._refused = rulings.set_of(new)
            await self._refuse(_too_much(tried, guard, found.taken.configuration), by, new, tried)
            return
        by = let_pass or by
        changes = await changes_of(await rulings.last_live(self._store.read), new)
        doubts = len(await asyncio.to_thread(doubtful, new))
        await self._store.write(rulings.live(new, by, now(), tried, changes))
        await self._swap(found)
        log.warning(
            "rules_taken_over", version=new.rules.version, by=by, file=new.rules.file,
            rules=came_and_gone(live.rules, new.rules), doubts=f"{doubts} (`salver check`)" if doubts else "none",
            effect=said(tried),
        )  # fmt: skip

    def _guard(self, found: Read) -> ReloadSettings:
        """By what a change is weighed: one that lets more pass counts from the next change on, or if asked again."""
        before, reload = self._configuration.reload, found.taken.configuration.reload
        self._configuration = self._configuration.but(reload=reload)
        if rulings.set_of(found.settings) == self._refused:
            return reload
        return ReloadSettings(changed=min(reload.changed, before.changed), recent=max(reload.recent, before.recent))

    async def _let_pass(self, new: Settings) -> str | None:
        """By what its owner lets this set pass, whatever it changes; None: it is weighed."""
        live = self._live
        if rulings.set_of(new.but(rules=new.rules.but(lessons=live.rules.lessons))) == rulings.set_of(live):
            for patience in (PATIENCE_SECONDS, 0):  # the file is written a moment before the answer is noted
                if await answered(self._store.read, live.rules.lessons, new.rules.lessons, now()):
                    return "lesson"
                await asyncio.sleep(patience)
        return await approval(self._store.read, rulings.set_of(new), now())

    async def _swap(self, found: Read) -> None:
        """Between two steps: nothing is awaited before all of it is live."""
        before = self._live.shadow
        self._live, self._configuration = found.settings, found.taken.configuration
        self._take(self._live, self._configuration)
        await asyncio.to_thread(shadow_file.announce, self._configuration, self._live, before)

    async def _refuse(self, why: str, by: str, new: Settings | None, tried: Tried | None = None) -> None:
        """The log names files and lines only: what stands there may be a profile's, and is told by `salver status`."""
        named = {new.rules.file: ()} if new is not None and new.rules.file else {}
        places = refused_at(why, {**self._whose, **named}) if tried is None else ()
        await self._store.write(rulings.refused(why, by, now(), new, tried, places))
        where = [f"{each.file}, line {each.line}" if each.line else each.file for each in places]
        log.warning(
            "rules_not_taken_over",
            why=why if tried is not None else "`salver status` tells what is wrong",
            where=where[:_NAMED],
            instead=f"the rules of version {self._live.rules.version} decide",
        )

    def _restart(self, keys: tuple[str, ...]) -> None:
        """Say once what else changed in the configuration."""
        if keys != self._told and keys:
            log.warning("needs_a_restart", changed=list(keys), why="these are read when Salver starts")
        self._told = keys

    # --- being told -----------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        """Wake whenever something happens beside the files, where the system tells of it. The clock does the rest."""
        while True:
            try:
                folders = _folders(self._files)
                changes = awatch(
                    *folders, debounce=200, step=50, rust_timeout=1_000, yield_on_timeout=True, recursive=False,
                    force_polling=False, watch_filter=None,
                )  # fmt: skip
                async with contextlib.aclosing(changes):
                    async for told in changes:
                        names = {path.name for path in self._files}
                        if self._configuration.reload.watch and any(Path(path).name in names for _, path in told):
                            self._wake.set()
                        if _folders(self._files) != folders:
                            break
            except (OSError, RuntimeError):  # too many watches, another machine's file system: the clock does it
                await asyncio.sleep(UNWATCHED_SECONDS)


def _folders(files: Iterable[Path]) -> tuple[Path, ...]:
    """Where the files lie, as far as there are such folders."""
    return tuple(dict.fromkeys(path.parent for path in files if path.parent.is_dir()))


def _too_much(tried: Tried, guard: ReloadSettings, configuration: Configuration) -> str:
    share = f"{guard.changed:.0%}"
    name = configuration.rules or "FILE"
    raised = (
        ""
        if guard.changed == configuration.reload.changed
        else "; what [reload] says since counts from the next change on"
    )
    return (
        f"{said(tried)}, which is more than {share} ([reload] changed{raised}). See all of them: `salver backtest "
        f"--rules {name}`. Take the rules all the same: `salver rules apply`. Or mend the file"
    )
