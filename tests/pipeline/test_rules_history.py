"""`salver rules history`, `show VERSION` and `diff`: which rules decided when, and what was other with each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.reload.trial import said, trial
from pipeline.store import rulings
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Tried
from tests.builders.reloaded import ask, configure, decisions, held, live, refused, reloaded, rules, until, write
from tests.pipeline.test_reloading import salver, soon

__all__ = ["soon"]


def lines(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


async def test_the_history_tells_what_changed_with_which_effect_and_how_much_was_decided(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, 1, 2)
        first = app.settings.rules.version
        write(tmp_path, rules("ugly", more="[thresholds]\ngood = 4\nintriguing = -2\n"))
        await live(app, "lighthouses", "ugly")
        second = app.settings.rules.version
        await ask(app, 3)
        write(tmp_path, "# why not\n" + (tmp_path / "rules.toml").read_text())
        await until(held(lambda: app.settings.rules.version != second))
        third = app.settings.rules.version
        await ask(app, 4, 5, 6)
        write(tmp_path, "[[rule]]\n")
        await refused(app, "rules.toml")
        write(tmp_path, rules("good"))
        await until(held(lambda: app.settings.rules.version == first))
        configure(tmp_path, more="[points]\nnote_is_blank = -3.5\n")
        await until(held(lambda: app.settings.points == {"note_is_blank": -3.5}))

        told = json.loads((await salver(tmp_path, "rules", "history", "--json")).output)
        assert [each["version"] for each in told] == [first, first, third, second, first]
        assert [each["by"] for each in told] == ["file", "file", "file", "file", "start"]
        assert [each["decisions"] for each in told] == [0, 0, 3, 1, 2]
        assert told[3]["changes"] == [
            'rule lighthouses was changed. Before: If the headline contains "lighthouses": it is good. '
            'Now: If the headline contains "lighthouses": it is ugly.',
            "good begins at 4 instead of 3 points",
            "intriguing begins at -2 instead of -0.75 points",
        ]
        assert told[3]["effect"] == {
            "changed": 2,
            "of": 2,
            "moves": {"good": {"ugly": 2}},
            "labels_or_notifications": 0,
        }
        assert told[2]["changes"] == ["notes in the file, nothing that decides"]
        assert told[1]["effect"]["moves"] == {"ugly": {"good": 6}}
        assert told[0]["changes"] == [
            "points of note_is_blank: -3.5 instead of its default",
        ]
        text = lines(await salver(tmp_path, "rules", "history"))
        assert "2 of 2 changed: lighthouses; good begins at 4 instead of 3 points; intriguing begins at -2" in text
        assert "Before: If" not in text, "that is for `salver rules diff`"
        assert "a changed file" in text
        assert "a start" in text

        assert "it is ugly" in lines(await salver(tmp_path, "rules", "show", second))
        toml = await salver(tmp_path, "rules", "show", second[:5], "--toml")
        assert 'verdict = "ugly"' in toml.output
        diff = lines(await salver(tmp_path, "rules", "diff", second, first))
        assert 'Before: If the headline contains "lighthouses": it is ugly. Now:' in diff
        assert "points of note_is_blank" in lines(await salver(tmp_path, "rules", "diff", told[1]["settings"]))
        assert lines(await salver(tmp_path, "rules", "diff", first, first)) == f"{first}: they are the same."
        same = lines(await salver(tmp_path, "rules", "diff"))
        assert same == f"The rules in the files and those that decide (version {first}): they are the same."
        write(tmp_path, "[[rule]]\n")
        assert (await salver(tmp_path, "rules", "diff")).exit_code == 1
        unknown = await salver(tmp_path, "rules", "show", "ffffffff")
        assert unknown.exit_code == 1
        assert "`salver rules history` lists versions" in unknown.output


async def test_any_earlier_version_decides_the_past_as_it_did(tmp_path: Path) -> None:
    """What backtest is given: the rules of then, without any file of then."""
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        first, live_then = app.settings.rules.version, app.settings
        await ask(app, 1, 2)
        write(tmp_path, rules("ugly"))
        await live(app, "lighthouses", "ugly")
        found = await rulings.rules_of(app.store.read, first)
        assert found == live_then.rules
        read, before = app.store.read, app.settings.but(rules=found)
        assert await trial(read, live_then, before, 9) == Tried(0, 2, {})
        assert (await trial(read, before, app.settings, 9)).effect == {"good": {"ugly": 2}}
        assert await trial(read, before, app.settings, 0) == Tried(0, 0, {})
        for unknown in ("", "0", "zzzz", "%%%%"):
            with pytest.raises(StoreError, match="no rules of a version"):
                await rulings.rules_of(app.store.read, unknown)


async def test_points_are_tried_on_what_was_recorded_by_scoring_it_anew(tmp_path: Path) -> None:
    write(tmp_path, "[thresholds]\ngood = 3\nintriguing = 1\n")
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
        more = app.settings.but(points={"note_is_blank": 50.0})
        tried = await trial(app.store.read, app.settings, more, 9)
        assert (tried.changed, tried.of, tried.effect) == (1, 1, {"ugly": {"good": 1}})
        assert said(tried) == "1 of the last 1 decisions would be another (1 ugly -> good)"
        nobody = more.but(owners=())
        gone = await trial(app.store.read, nobody, nobody.but(points={}), 9)
        assert gone.of == 0, "of an owner who is gone nothing can be said"


async def test_a_digest_tells_of_refused_rules_if_it_is_sent_anyway(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path, more='[follow_up]\ndigest = "daily"\n') as app:
        await ask(app, *range(10))
        write(tmp_path, rules("ugly", name="storm"))
        await refused(app, "10 of the last 10")
        quiet = lines(await salver(tmp_path, "digest"))
        assert "not taken over" not in quiet, "it is no reason for a mail"
        write(tmp_path, rules("follow_up"))
        await refused(app, "good -> follow_up")
        await salver(tmp_path, "rules", "apply", "--yes")
        await live(app, "lighthouses", "follow_up")
        await ask(app, 20)
        write(tmp_path, rules("ugly", name="storm"))
        await refused(app, "follow_up -> ugly")
        told = lines(await salver(tmp_path, "digest"))
        assert "was not taken over. The rules of" in told
        assert "11 of the last 11 decisions" in told
        assert "Robin Sample1" not in told.partition("Your rules")[2]
        write(tmp_path, rules("follow_up"))
        await _gone(tmp_path)
        assert len(await decisions(app.store)) == 11


async def _gone(folder: Path) -> None:
    async def quiet() -> bool:
        return "not taken over" not in lines(await salver(folder, "digest"))

    await until(quiet)


async def test_the_log_names_the_rules_and_the_settings_that_decided(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
        (made,) = await decisions(app.store)
        told = lines(await salver(tmp_path, "log", "Robin Sample1"))
        assert f"(settings {made.settings})" in told
        assert f"version {made.version})" in told
        shown = await salver(tmp_path, "rules", "show", made.settings)
        assert "lighthouses" in lines(shown)
