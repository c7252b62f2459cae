"""A whole Salver whose owner corrects it, and proposals that are put into its store without a search."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from click.testing import CliRunner

from pipeline import digest as digesting
from pipeline.app import App
from pipeline.cli import main
from pipeline.clock import now
from pipeline.reload.origin import Origin
from pipeline.store import proposals
from pipeline.store.digests import last_of
from pipeline.store.log import Log, Output
from pipeline.store.writer import Statement
from stages.proposals import Changed, Proposal
from stages.rules.language import Lesson
from tests.builders import linkedin
from tests.builders.linkedin import Person
from tests.builders.running import ONE_READER, dead_end, deliver, settled

RULES = (
    '[[rule]]\nname = "ask-bakers"\nverdict = "follow_up"\nall = [{ field = "headline", word = "baker" }]\n'
    "[thresholds]\ngood = 1.0\nintriguing = 0.0\n"
)
"""By these a request without a note lies in Intriguing, and bakers are to be asked why."""
NAMES = ("Ada Fern", "Bea Holm", "Cleo Dahl", "Dora Lund", "Edda Moe", "Fay Berg", "Gro Vik", "Hedda Sand")


def configure(folder: Path, more: str = "") -> Path:
    (folder / "rules.toml").write_text(RULES, "utf-8")
    path = folder / "salver.toml"
    path.write_text(
        f'rules = "{folder}/rules.toml"\n[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'{ONE_READER}[follow_up]\ndigest = "weekly"\nquiet_hours = ""\n'
        f'[dns]\nresolvers = ["{dead_end()}"]\ntime = 1\n{more}\n'
        f'[[owner]]\nname = "Amy"\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n'
        f'[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{folder}/bob"\n',
        "utf-8",
    )
    return path


@asynccontextmanager
async def taught(folder: Path, more: str = "") -> AsyncIterator[App]:
    """Salver for Amy and Bob, which takes over what changes."""
    origin = Origin(configure(folder, more), {}, {})
    app = App(origin.load(), origin)
    async with app.running():
        yield app


@asynccontextmanager
async def kept(folder: Path, more: str = "") -> AsyncIterator[Log]:
    """Its store alone, while no Salver runs."""
    store = await Log.open(Origin(configure(folder, more), {}, {}).load().store.path, 0)
    try:
        yield store
    finally:
        await store.close()


def salver(folder: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, [*arguments, "-c", str(folder / "salver.toml")])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


async def command(folder: Path, *arguments: str, code: int = 0) -> str:
    """Beside a running server."""
    return await asyncio.to_thread(lambda: salver(folder, *arguments, code=code))


async def comes(app: App, number: int, work: str = "Sommelier", rcpt: str = "amy@salver.test") -> None:
    """Somebody of this work asks to connect, and says nothing."""
    person = Person(
        name=NAMES[number], vanity=f"v-{number}-{work.lower()}", headline=f"{work} at House {number}",
        number=7_310_000_000_000_000_100 + 10 * number + len(work),
    )  # fmt: skip
    await deliver(app, linkedin.invitation_modern(person, at=linkedin.NOON + number * 60_000), rcpt=rcpt)
    await settled(app)


async def crowd(app: App, count: int, work: str = "Tailor") -> None:
    """So many others ask, and are left where they lie: a short past proves nothing."""
    for number in range(count):
        person = Person(
            name=f"Tove {'abcdefghijklmnopqrstuvwxyz'[number % 26].upper()}dahl", vanity=f"t-{number}",
            headline=f"{work} at House {number}", number=7_320_000_000_000_000_000 + number,
        )  # fmt: skip
        await deliver(app, linkedin.invitation_modern(person, at=linkedin.NOON + number * 60_000))
    await settled(app)


async def spread(store: Log, hours: int = 2) -> None:
    """The first of the corrections was made so long before the others."""
    await store.write(
        [
            Statement(
                "UPDATE corrections SET at = at - ? WHERE request = (SELECT min(request) FROM corrections)",
                (hours * 3_600_000,),
            )
        ]
    )


async def digest(app: App, owner: int = 0) -> None:
    """The owner's digest, made now instead of on Monday."""
    at, whose = now(), app.settings.owners[owner]
    last = await last_of(app.store.read, whose.id)
    made = await digesting.made(app.store.read, app.settings, whose, at + 8 * 3_600_000, last, at)
    assert made is not None
    await app.store.put([Output(f"{made.digest.mail}.digest", made.digest, "ready")])
    await settled(app)


def proposal(what: str = "good: sommelier", corrections: int = 3, **given: object) -> Proposal:
    """One as a search would make it; each of its corrections is of a request `r1`, `r2`, ..."""
    ids = tuple(f"r{number}/1" for number in range(1, corrections + 1))
    lesson = Lesson.model_validate(
        {
            "id": "abcd1234",
            "at": 1,
            "says": f"You said so of {corrections}: {what}.",
            "corrections": ids,
            "rule": {
                "name": "learned-sommelier",
                "verdict": "good",
                "all": [{"field": "headline", "word": "sommelier"}],
            },
        }
    )
    changes = (
        Changed(request="r1", mail="r1", name="Ada Fern", was="intriguing", becomes="good", said="good"),
        Changed(request="r9", mail="r9", name="Nell Ask", was="ugly", becomes="good"),
    )
    told = Proposal(
        what=what, lesson=lesson, says=lesson.says, right=corrections, of=corrections + 1, corrections=ids,
        changes=changes, changed=2, uncorrected=1,
    )  # fmt: skip
    return told.model_copy(update=given)


async def put(store: Log, id: str = "k000001", owner: str = "amy", made: Proposal | None = None, at: int = 1) -> None:
    """It is proposed."""
    found = made or proposal()
    lesson = found.lesson.model_copy(update={"id": id, "owner": owner})
    body = proposals.body_of(found.model_copy(update={"lesson": lesson}))
    ((row,),) = await store.write([proposals.made(id, owner, found.what, body, at)])
    assert row is not None


async def corrected(store: Log, *requests: str, owner: str = "amy", at: int = 1) -> None:
    """The owner said otherwise of these."""
    await store.write(
        [
            Statement(
                "INSERT INTO corrections (request, number, owner, mail, was, said, by, at) VALUES"
                " (?, 1, ?, ?, 'intriguing', 'good', 'move', ?)",
                (request, owner, request, at),
            )
            for request in requests
        ]
    )


async def taken_back(store: Log, request: str) -> None:
    await store.write([Statement("UPDATE corrections SET taken_back_at = 2 WHERE request = ?", (request,))])


async def states(store: Log, owner: str | None = None) -> dict[str, str]:
    return {each.what: each.state for each in await proposals.proposals(store.read, owner)}
