"""What is kept of rules that decided: each text once, so many sets and no more, and no text of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.rules import history
from pipeline.store import ruling_texts, rulings
from pipeline.store.log import Log
from pipeline.store.rulings import Tried
from stages.rules.conditions import Sought
from stages.rules.language import Rules
from stages.settings import Owner, Settings

ENTRIES = tuple(f"keeper of the lighthouse {number}" for number in range(500))


def settings(number: int, entries: tuple[str, ...] = ENTRIES) -> Settings:
    """A set of rules with a list, another one for every number."""
    sought = Sought(texts=entries, file="keepers.txt")
    rule = {"name": f"keepers-{number}", "verdict": "good", "all": [{"field": "headline", "is": sought}]}
    rules = Rules.model_validate({"rule": [rule]}).but(version=f"{number:08x}", file="rules.toml")
    return Settings(owners=(Owner(addresses=("amy@salver.test",), mailbox="maildir:x"),), rules=rules)


async def count(store: Log, table: str) -> int:
    ((found,),) = await store.read(f"SELECT count(*) FROM {table}", ())
    return int(found)


async def test_a_set_comes_back_as_it_was_with_its_lists(tmp_path: Path) -> None:
    told = settings(1)
    judging = rulings.judging_of(told)
    parts = ruling_texts.parted(judging)
    assert len(parts.lists) == 1
    assert "lighthouse" not in parts.texts[parts.hash]
    assert ruling_texts.joined(parts.texts[parts.hash], parts.texts) == judging
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        await store.write(rulings.live(told, "start", 1))
        last = await rulings.last_live(store.read)
        assert last is not None
        assert last.rules == told.rules
        assert last.set == rulings.set_of(told)
    finally:
        await store.close()


async def test_the_last_sets_are_kept_and_each_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rulings.KEPT, "live", 20)
    monkeypatch.setitem(rulings.KEPT, "refused", 5)
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        for number in range(60):
            await store.write(rulings.live(settings(number), "file", number, Tried(1, 2, {}), (f"change {number}",)))
            await store.write(rulings.refused(f"why {number}", "file", number, settings(number + 1000)))
        for number in (58, 59) * 10:  # two sets by turns are no more texts than two
            await store.write(rulings.live(settings(number), "file", 100 + number, None, ("again",)))
        found = await rulings.lines(store.read)
        assert [each.version for each in found[:2]] == [f"{number:08x}" for number in (59, 58)]
        assert len(found) == 20
        assert await count(store, "rulings") == 25
        assert await count(store, "ruling_texts") == 1 + 2 + 5, "a list, two live sets, five refused ones"
        assert (await rulings.ruling_of(store.read, f"{59:08x}")).rules == settings(59).rules
        standing = await rulings.standing(store.read)
        assert standing is None, "what went live since put it right"
    finally:
        await store.close()


async def test_lines_of_the_history_need_no_texts(tmp_path: Path) -> None:
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        for number in range(3):
            await store.write(rulings.live(settings(number), "file", number, None, ("one change",) if number else ()))
        await store.write([rulings.Statement("UPDATE ruling_texts SET text = 'no JSON'")])
        said = " ".join((await history.told(store)).split())
        assert said.count("one change") == 2
        assert "the first that are known, of rules.toml" in said
    finally:
        await store.close()


async def test_of_very_many_changes_and_mistakes_the_first_are_kept(tmp_path: Path) -> None:
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        await store.write(rulings.live(settings(1), "file", 1, None, tuple(f"change {each}" for each in range(50))))
        await store.write(rulings.refused("\n".join(f"wrong {each}" for each in range(1000)), "file", 2, None))
        await store.write(rulings.refused("\n".join(f"wrong {each}" for each in range(1000)), "file", 3, None))
        (line,) = await rulings.lines(store.read)
        assert len(line.changes) == 21
        assert line.changes[-1] == "and 30 more, which `salver rules diff` lists"
        standing = await rulings.standing(store.read)
        assert standing is not None
        assert standing.why.splitlines()[-1] == "and 800 more"
        assert standing.at == 2, "the same again is no news"
        assert await count(store, "rulings") == 2
    finally:
        await store.close()
