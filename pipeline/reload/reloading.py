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
from pipeline.configuration import Configuration
from pipeline.reload.files import fingerprint, judging_files
from pipeline.reload.origin import Origin, taken
from pipeline.reload.sets import Read, read_anew, tried_lately
from pipeline.reload.trial import said, too_much
from pipeline.settings import ConfigError
from pipeline.store import rulings
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Tried
from stages.settings import Settings

LOOK_SECONDS = 2.0
"""How often the files are looked at, whatever the system tells, and the store, for what `salver rules apply` wrote."""
QUIET_SECONDS = 0.3
"""So long they must have been the same: editors empty a file before they write it."""
PATIENCE_SECONDS = 1.0
"""What does not load is given so long to become whole before anything is said."""
UNWATCHED_SECONDS = 60.0
"""After so long it is tried again to be told of changes."""

_TROUBLES = (ArithmeticError, OSError, RecursionError, ValueError)
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
        self._judged = ""
        """what the files held when they were judged last"""
        self._approved = 0
        self._signals = self._heard = 0
        self._told: tuple[str, ...] = ()
        self._wake = asyncio.Event()

    def signal(self) -> None:
        """SIGHUP: read the files now, whether they changed or not."""
        self._signals += 1
        self._wake.set()

    async def _begin(self) -> None:
        """What is live is what stood in the files when the configuration was read; changes count from then on."""
        self._approved = await rulings.approvals(self._store.read)
        await asyncio.to_thread(self._look_up_files)

    async def run(self) -> None:
        """Troubles of the store are waited out, never fatal."""
        await self._begin()
        following = asyncio.create_task(self._follow(), name="rules watched")
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
                self._wake.clear()
                try:
                    await self.look()
                except (sqlite3.Error, OSError, StoreError) as error:
                    log.error("store_troubled", error=type(error).__name__)
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def look(self) -> None:
        """Take over what changed, if there is something and it may be."""
        approved = await rulings.approvals(self._store.read)
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
            await self._refuse(why, by, None, {}, None)
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
        reload = found.taken.configuration.reload
        self._configuration = self._configuration.but(reload=reload)
        if rulings.set_of(new) == rulings.set_of(live):
            await self._store.write([rulings.put_right(now())])
            self._swap(found)
            if asked:
                log.info("rules_read", version=new.rules.version, changed="nothing")
            return
        if found.failing:
            await self._refuse("\n".join(found.failing), by, new, found.texts, None)
            return
        tried = await tried_lately(self._store, reload.recent, live, new)
        approval = await rulings.approval(self._store.read, rulings.set_of(new))
        lessons_only = rulings.set_of(new.but(rules=new.rules.but(lessons=live.rules.lessons))) == rulings.set_of(live)
        if lessons_only:  # each was accepted by the owner, who had seen what it changes
            by = "lesson"
        elif approval is None and too_much(tried, reload.changed):
            await self._refuse(_too_much(tried, found.taken.configuration), by, new, found.texts, tried)
            return
        by = approval or by
        await self._store.write(rulings.live(new, found.texts, by, now(), tried))
        self._swap(found)
        log.info("rules_taken_over", version=new.rules.version, by=by, file=new.rules.file, effect=said(tried))

    def _swap(self, found: Read) -> None:
        """Between two steps: nothing is awaited here."""
        self._live, self._configuration = found.settings, found.taken.configuration
        self._take(self._live, self._configuration)

    async def _refuse(
        self, why: str, by: str, new: Settings | None, texts: dict[str, str], tried: Tried | None
    ) -> None:
        await self._store.write(rulings.refused(why, by, now(), new, texts, tried))
        log.warning("rules_not_taken_over", why=why, instead=f"the rules of version {self._live.rules.version} decide")

    def _restart(self, keys: tuple[str, ...]) -> None:
        """Say once what else changed in the configuration."""
        if keys != self._told and keys:
            log.warning("needs_a_restart", changed=list(keys), why="these are read when Salver starts")
        self._told = keys

    # --- being told -----------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        """Wake whenever something happens beside the files, where the system tells of it. The clock does the rest."""
        while True:
            folders = _folders(self._files)
            try:
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


def _too_much(tried: Tried, configuration: Configuration) -> str:
    share = f"{configuration.reload.changed:.0%}"
    name = configuration.rules or "FILE"
    return (
        f"{said(tried)}, which is more than {share} ([reload] changed). See all of them: `salver backtest --rules "
        f"{name}`. Take the rules all the same: `salver rules apply`. Or mend the file"
    )
