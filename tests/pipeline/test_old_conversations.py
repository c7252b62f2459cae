"""A store from before there were conversations: whom its owner was reminded to ask is followed up all the same."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from pathlib import Path

from click.testing import CliRunner

from pipeline.app import App
from pipeline.cli import main
from pipeline.store.log import Log
from stages.conversation import Conversation
from tests.builders import linkedin
from tests.builders.linkedin import MIRA, Person
from tests.builders.running import CALM, deliver, filed, running, settled

JON = Person("Jon Hale", "Baker", vanity="jon-hale", number=7)
OTTO = Person("Otto Old", "Cook", vanity="otto-old", number=8)


async def old(folder: Path) -> None:
    """A store as 0.3.0 left it: requests, reminders filed, no conversation. Otto's is older than any is kept."""
    async with running(folder) as app:
        for person in (MIRA, JON, OTTO):
            await deliver(app, linkedin.invitation_modern(person))
        await settled(app)
    with contextlib.closing(sqlite3.connect(folder / "salver.db")) as db, db:
        db.execute("DELETE FROM conversations")
        db.execute("DELETE FROM events WHERE kind IN ('Opened', 'Advanced', 'Elapsed', 'Listed')")
        db.execute("UPDATE requests SET created_at = created_at - 200 * 86400000 WHERE name = 'Otto Old'")


async def talks(app: App) -> dict[str, Conversation]:
    rows = await app.store.read("SELECT body FROM conversations")
    found = [Conversation.model_validate_json(body) for (body,) in rows]
    return {each.about.name.value or "": each for each in found}


async def say(app: App, folder: Path, *words: str) -> str:
    arguments = [*words, "-c", str(folder / "salver.toml")]
    done = await asyncio.to_thread(CliRunner().invoke, main, arguments)
    assert done.exit_code == 0, done.output
    await settled(app)
    return done.output


async def test_they_are_open_as_reminded_once_and_nobody_is_reminded_now(tmp_path: Path) -> None:
    await old(tmp_path)
    before = len(filed(tmp_path)["INBOX"])
    assert before == 3
    async with running(tmp_path) as app:
        await opened(app, 2)
        found = await talks(app)
        assert set(found) == {MIRA.name, JON.name}
        for known in found.values():
            assert (known.phase, known.version, known.reminders) == ("to_ask", 1, 1)
            assert known.due_at == known.tell_at == (known.reminded_at or 0) + 3 * 86_400_000
        listed = await say(app, tmp_path, "follow-ups", "--json")
        assert {json.loads(line)["name"] for line in listed.splitlines()} == set(found)
        await say(app, tmp_path, "snooze", found[JON.name].request)
        await say(app, tmp_path, "good", found[MIRA.name].request)
        await say(app, tmp_path, "undo", found[MIRA.name].request)
        assert {name: each.phase for name, each in (await talks(app)).items()} == {
            MIRA.name: "to_ask", JON.name: "snoozed",
        }  # fmt: skip
        assert len(filed(tmp_path)["INBOX"]) == before
        ((wanted,),) = await app.store.read("SELECT count(*) FROM events WHERE kind = 'ReminderWanted'")
        assert wanted == before
        stood = {name: each.version for name, each in (await talks(app)).items()}
    async with running(tmp_path) as app:  # once is enough
        await settled(app)
        assert {name: each.version for name, each in (await talks(app)).items()} == stood
    log = await Log.open(tmp_path / "salver.db", 0)
    try:
        rows = await log.read("SELECT * FROM conversations ORDER BY request")
        await log.rebuild()
        again = await log.read("SELECT * FROM conversations ORDER BY request")
        assert [tuple(row) for row in again] == [tuple(row) for row in rows]
    finally:
        await log.close()


async def opened(app: App, count: int) -> None:
    for _ in range(1500):
        if len(await talks(app)) >= count:
            break
        await asyncio.sleep(0.02)
    await settled(app)


async def test_requests_of_an_owner_who_is_gone_stay_as_they_are(tmp_path: Path) -> None:
    await old(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "salver.db")) as db, db:
        db.execute("UPDATE requests SET owner = 'bob' WHERE name = 'Jon Hale'")
    async with running(tmp_path, CALM) as app:
        await opened(app, 1)
        assert set(await talks(app)) == {MIRA.name}
