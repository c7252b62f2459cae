"""The files that judge -> a whole set of rules and points; and what such a set changes of what was decided lately."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.reload.origin import Origin, Taken, taken
from pipeline.reload.trial import trial
from pipeline.rules.changes import changes_since
from pipeline.settings import ConfigError, stage_settings
from pipeline.store import rulings
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Ruling, Tried
from stages.rules.examples import failing_examples
from stages.rules.naming import quoted
from stages.settings import Settings


class Read(NamedTuple):
    """What the files say now."""

    taken: Taken
    settings: Settings
    failing: tuple[str, ...]
    """examples of its own that these rules fail"""


def read_anew(origin: Origin, running: Configuration, live: Settings) -> Read:
    """What the files say now, where a running Salver takes it over. Raises ConfigError, with all mistakes."""
    found = taken(running, origin.load())
    try:
        told = stage_settings(found.configuration)
    except ConfigError as error:
        raise ConfigError(_declared_anew(str(error), found.folders)) from None
    settings = live.but(
        rules=told.rules,
        shadow=told.shadow,
        points=told.points,
        weights=told.weights,
        profiles=told.profiles,
    )
    _ = settings.rules.marks, settings.rules.in_order, settings.hash  # whatever can fail is to fail here
    return Read(found, settings, failing_examples(settings))


def _declared_anew(mistakes: str, folders: tuple[str, ...]) -> str:
    """That there is no such folder is not said of one that was declared since: it is there from the next start on."""
    found: dict[str, str] = {}
    for line in mistakes.splitlines():
        anew = next((folder for folder in folders if f"there is no folder {quoted(folder)}" in line), None)
        if anew is None:
            found[line] = line
        else:
            where = line.partition("there is no folder ")[0]
            found.setdefault(anew, f'{where}"{anew}" is declared anew, and can be filed into from the next start on')
    return "\n".join(found.values())


async def started(store: Log, configuration: Configuration, settings: Settings) -> None:
    """Note what decides from this start on: it takes the files as they are. The same set as before is no news."""
    last = await rulings.last_live(store.read)
    tried = None
    if last is not None and last.set != rulings.set_of(settings):
        tried = await tried_since(store, last, configuration, settings)
    await store.write(rulings.live(settings, "start", now(), tried, await changes_of(last, settings)))


async def changes_of(last: Ruling | None, settings: Settings) -> tuple[str, ...]:
    """What is other than in the last set, in words; of a set that is the first, nothing."""
    return await asyncio.to_thread(lambda: tuple(changes_since(last, settings)) if last is not None else ())


async def tried_since(store: Log, last: Ruling, configuration: Configuration, settings: Settings) -> Tried | None:
    """What changed since this set. None: of what it was only a hash is known, or other words than ours."""
    same = rulings.judging_of(settings)
    if any(last.judging.get(name) != same[name] for name in ("weights", "profiles")):
        return None
    try:
        before = settings.but(rules=last.rules, points=last.judging["points"])
    except StoreError:
        return None
    return await trial(store.read, before, settings, configuration.reload.recent)
