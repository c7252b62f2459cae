"""`salver rules apply`: the owner lets changed rules pass, whatever they change, and the running Salver takes them."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from pipeline.clock import now
from pipeline.commands import CommandError
from pipeline.configuration import Configuration
from pipeline.reload.sets import tried_since
from pipeline.reload.trial import said
from pipeline.rules.changes import changes_since
from pipeline.rules.status import some_of
from pipeline.settings import stage_settings
from pipeline.store import rulings
from pipeline.store.approved import approved
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.rules.examples import failing_examples
from stages.settings import Settings

LONGEST_SECONDS = 15.0
"""How long it is waited for the running Salver."""
LISTED = 10
"""changes that are shown"""


class Application(NamedTuple):
    """What would be let pass, and what is to be said of it first."""

    new: Settings
    shown: tuple[str, ...]


async def prepared(store: Log, configuration: Configuration) -> Application | None:
    """None: the rules in the files are those that decide. Raises ConfigError or CommandError: they cannot be taken."""
    new = stage_settings(configuration)
    if failed := failing_examples(new):
        listed = "\n".join(f"  {line}" for line in failed)
        raise CommandError(f"these rules fail examples of their own, and are taken over by nobody:\n{listed}")
    last = await rulings.last_live(store.read)
    if last is not None and last.set == rulings.set_of(new):
        return None
    if last is None:
        return Application(new, ("Salver has not run with this store since it keeps the history of rules.",))
    found = list(changes_since(last, new))
    more = [f"  and {len(found) - LISTED} more; `salver backtest` shows what they do"] if len(found) > LISTED else []
    tried = await tried_since(store, last, configuration, new)
    effect = "What it changes cannot be told here." if tried is None else _sentence(said(tried))
    first = some_of(tried)
    return Application(new, (*(f"  - {line}" for line in found[:LISTED]), *more, effect, *(f"  {x}" for x in first)))


def _sentence(words: str) -> str:
    """Folders keep their own case."""
    return f"{words[:1].upper()}{words[1:]}."


async def applied(store: Log, configuration: Configuration, application: Application) -> str:
    """Let it pass, and see whether the running Salver takes it. Says what became of it."""
    new = application.new
    wanted = rulings.set_of(new)
    await store.write([approved(wanted, now())])
    version = new.rules.version
    if not served(configuration.store.path):
        return f"Salver is not running; its next start takes the rules of version {version}, as any start does."
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            while True:
                last = await rulings.last_live(store.read)
                if last is not None and last.set == wanted:
                    return f"The running Salver has taken them over: version {version} decides from now on."
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise CommandError(
            f"version {version} is let pass, but the running Salver has not taken it over. `salver status` says why "
            "where it refused it; where Salver was started with another --config or --set, say the same here"
        ) from None
