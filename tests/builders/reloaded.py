"""A whole Salver that takes changed rules over: its files, people who ask, and what was decided about them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from pipeline.app import App
from pipeline.clock import now
from pipeline.reload.origin import Origin
from pipeline.store import proposals, rulings
from pipeline.store.log import Log
from pipeline.store.rulings import Ruling
from pipeline.store.writer import Statement
from stages.proposals import Proposal
from stages.rules.language import Lesson
from tests.builders import linkedin
from tests.builders.linkedin import Person
from tests.builders.running import CALM, ONE_READER, dead_end, deliver, settled

HEADLINE = "Keeper of lighthouses"


def rules(verdict: str = "good", name: str = "lighthouses", more: str = "") -> str:
    """A rules file that decides about everybody here."""
    return (
        f'[[rule]]\nname = "{name}"\nverdict = "{verdict}"\n'
        f'all = [{{ field = "headline", contains = "lighthouses" }}]\n{more}\n'
    )


KEEPERS = Lesson.model_validate(
    {
        "id": "ab12cd34",
        "owner": "amy",
        "at": 1_794_000_000_000,
        "says": "Whoever keeps lighthouses is welcome",
        "rule": {"name": "keepers", "verdict": "good", "all": [{"field": "headline", "contains": "lighthouse"}]},
    }
)


def proposed(lesson: Lesson, *answer: str, at: int = 0) -> list[Statement]:
    """It was proposed to its owner, and answered so, one after the other."""
    told = Proposal(what=lesson.id, lesson=lesson.model_copy(update={"at": 0}), says=lesson.says, right=3, of=3)
    found = [proposals.made(lesson.id, lesson.owner or "amy", lesson.id, proposals.body_of(told), 0)]
    return [
        *found,
        *(proposals.answered(lesson.id, ("open", "accepted"), each, "terminal", at or now()) for each in answer),
    ]


def write(folder: Path, text: str, name: str = "rules.toml") -> Path:
    """By a rename, as most editors do."""
    beside, path = folder / f".{name}.new", folder / name
    beside.write_text(text, "utf-8")
    beside.replace(path)
    return path


def configure(folder: Path, first: str = "", more: str = "") -> Path:
    """The configuration file. `first`: keys above all tables. `more`: tables before the owner's."""
    path = folder / "salver.toml"
    named = "" if "rules =" in first else f'rules = "{folder}/rules.toml"\n'
    path.write_text(
        f'{named}{first}[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'{"" if "[follow_up]" in more else CALM}{ONE_READER}[dns]\nresolvers = ["{dead_end()}"]\ntime = 1\n{more}\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n',
        "utf-8",
    )
    return path


@asynccontextmanager
async def reloaded(folder: Path, first: str = "", more: str = "") -> AsyncIterator[App]:
    """Salver over `folder`, where rules.toml must lie."""
    origin = Origin(configure(folder, first, more), {}, {})
    app = App(origin.load(), origin)
    async with app.running():
        yield app


def person(number: int) -> Person:
    """One of any number of people, all of one headline."""
    return Person(
        name=f"Robin Sample{number}",
        headline=HEADLINE,
        number=7_310_000_000_000_000_000 + number,
        vanity=f"robin-sample-{number}",
    )


def invitation(number: int) -> bytes:
    return linkedin.invitation_modern(person(number), at=linkedin.NOON + number * 60_000)


async def ask(app: App, *numbers: int) -> None:
    """So many of them ask to connect, and are decided about."""
    for each in numbers:
        await deliver(app, invitation(each))
    await settled(app)


class Made(NamedTuple):
    """One decision, as the log has it."""

    verdict: str
    rule: str
    version: str
    settings: str


async def decisions(store: Log) -> list[Made]:
    rows = await store.read("SELECT body FROM events WHERE kind = 'Routed' ORDER BY seq")
    told = [json.loads(body) for (body,) in rows]
    return [
        Made(each["verdict"], each["rule"], each["rule_at"]["version"], routed["settings_hash"])
        for routed in told
        for each in routed["decisions"]
    ]


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Wait for a condition; what it gave."""
    async with asyncio.timeout(seconds):
        while True:
            if found := await holds():
                return found
            await asyncio.sleep(0.02)


async def live(app: App, rule: str, verdict: str = "") -> Ruling:
    """Wait until the first rule is called so and says so; the line of the history that tells of it."""

    async def taken() -> bool:
        first = app.settings.rules.rule[0]
        return first.name == rule and (not verdict or first.verdict == verdict)

    await until(taken)
    assert app.worker.settings is app.settings
    last = await rulings.last_live(app.store.read)
    assert last is not None
    assert last.version == app.settings.rules.version
    return last


async def refused(app: App, words: str) -> str:
    """Wait until a refusal stands that says so; all that it says."""

    async def stands() -> str:
        found = await rulings.standing(app.store.read)
        return found.why if found is not None and words in found.why else ""

    return str(await until(stands))


async def right(app: App) -> None:
    """Wait until no refusal stands."""

    async def none() -> bool:
        return await rulings.standing(app.store.read) is None

    await until(none)


def held(holds: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    """For `until`: something that can be seen at once."""

    async def asked() -> bool:
        return holds()

    return asked


@contextlib.contextmanager
def told() -> Iterator[list[Any]]:
    """What is logged meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield lines
