"""`salver backtest` as people call it: real command, real store, beside a Salver that runs and without."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.backtest.options import Bound, bound, with_points
from pipeline.cli import main
from pipeline.commands import CommandError
from pipeline.settings import load_rules
from stages.settings import Settings
from stages.signals import SIGNALS
from tests.builders.any_happenings import NOTES
from tests.builders.played import Card, Played, Said, id_of, quick_folder

LIVE = """
[[rule]]
name = "blank-ones"
verdict = "intriguing"
all = [{ signal = "note_is_blank" }]

[[rule]]
name = "too-late"
verdict = "good"
all = [{ signal = "note_is_blank" }]

[[rule]]
name = "bakers"
verdict = "good"
all = [{ field = "headline", word = "baker" }]
"""
NEW = LIVE.replace('verdict = "intriguing"', 'verdict = "ugly"\nfolder = "Kept"')
KEPT = '[filing]\nfolders = ["Kept"]\n'


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Four requests and a reminder, by these rules; their owner disagreed about two."""
    with quick_folder() as folder:
        (folder / "live.toml").write_text(LIVE, "utf-8")
        (folder / "new.toml").write_text(NEW, "utf-8")
        played = Played(folder, load_rules(folder / "live.toml"), f'rules = "{folder}/live.toml"\n{KEPT}')

        async def play() -> None:
            async with played.opened():
                cards = [Card((at,), note=NOTES[at % 2]) for at in range(4)]
                await played.play((*cards, Card((2,), "invitation_reminder"), Said(0, "ugly"), Said(1, "good")))

        asyncio.run(play())
        yield folder


def backtest(home: Path, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["backtest", "-c", str(home / "salver.toml"), *arguments])
    assert done.exit_code == code, (done.output, done.exception)
    return done


def objects(home: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in backtest(home, *arguments, "--json").stdout.splitlines()]


def marks(folder: Path) -> dict[Path, bytes]:
    return {path: hashlib.sha256(path.read_bytes()).digest() for path in folder.iterdir() if path.is_file()}


def plain(text: str) -> str:
    return " ".join(text.split())


def test_what_changes_is_told_with_who_from_where_to_where_and_by_which_rule(home: Path) -> None:
    said = backtest(home, "--rules", str(home / "new.toml")).stdout
    assert "5 decisions of Salver's own about mail that came from 2025-11-24 to 2025-11-24." in said
    assert "3 decisions would change (60.0%)." in said
    assert "intriguing ugly, in Kept 3" in plain(said), said
    for person in (0, 2):
        row = next(line for line in said.splitlines() if f"Pat{person} Doe{person}" in line)
        assert "intriguing -> ugly, in Kept" in row
        assert id_of(person)[-8:] in row
    assert "blank-ones" in said
    assert "Of your 2 corrections that stand, 2 are about these decisions." in said
    assert "Right before: 0 of 2. Right after: 1 of 2." in said
    assert "too-late (line 9), which 2 decisions would meet" in said
    assert "Rules that none of the 4 decisions meets" in said
    assert "bakers (line 14)" in said
    assert "Pat1" not in said


def test_how_the_live_rules_stand_is_told_without_new_ones(home: Path) -> None:
    said = backtest(home).stdout
    assert "Tried by the live rules" in said
    assert "would change" not in said
    assert "otherwise at the time" not in said


def test_receipts_before_and_after_are_shown_where_they_are_asked_for(home: Path) -> None:
    said = backtest(home, "--rules", str(home / "new.toml"), "--receipts", "--show", "1").stdout
    before, after = said.partition("After, ")[::2]
    assert "Before, 00000000:" in before
    assert "Belongs in: Intriguing" in before
    assert "Belongs in: Kept" in after
    assert "... and 2 more: --show all lists them." in said
    assert said.count("Belongs in") == 2
    assert backtest(home, "--rules", str(home / "new.toml"), "--show", "all").stdout.count("intriguing -> ugly") == 3


def test_machines_get_an_object_a_change_and_the_sums_last(home: Path) -> None:
    *changes, sums = objects(home, "--rules", str(home / "new.toml"), "--show", "1")
    assert [each["request"] for each in changes] == [id_of(0), id_of(2), id_of(2)]
    assert {each["kind"] for each in changes} == {"change"}
    first = changes[0]
    assert (first["was"]["verdict"], first["becomes"]) == (
        "intriguing", {"verdict": "ugly", "folder": "Kept", "rule": "blank-ones"},
    )  # fmt: skip
    assert first["said"] == "ugly"
    assert (first["before"]["verdict"], first["before"]["folder"]) == ("intriguing", "Intriguing")
    assert (first["after"]["verdict"], first["after"]["folder"]) == ("ugly", "Kept")
    assert first["after"]["rule_at"]["file"].endswith("new.toml")
    assert first["before"]["score"] == sum(reason["points"] for reason in first["before"]["reasons"])
    assert (sums["kind"], sums["decisions"], sums["changed"], sums["corrections"]) == ("backtest", 5, 3, 2)
    assert (sums["before"]["right"], sums["after"]["right"], sums["after"]["of"]) == (0, 1, 2)
    assert sums["moves"] == [
        {"was": {"verdict": "intriguing", "folder": "Intriguing"}, "becomes": {"verdict": "ugly", "folder": "Kept"},
         "count": 3}
    ]  # fmt: skip
    assert [(rule["name"], rule["never_fires"], rule["masked"]) for rule in sums["rules"]] == [
        ("blank-ones", False, False), ("too-late", False, True), ("bakers", True, False),
    ]  # fmt: skip


def test_more_changes_than_allowed_give_an_exit_code_of_their_own(home: Path) -> None:
    new = ("--rules", str(home / "new.toml"))
    for most, code in (("3", 0), ("2", 3), ("60%", 0), ("59%", 3), ("0.6", 0), ("0.5", 3), ("0", 3)):
        done = backtest(home, *new, "--most-changed", most, code=code)
        assert ("3 of 5 change" in done.stderr) == (code == 3), most
    backtest(home, "--most-changed", "0")


def test_other_points_are_scored_anew_and_that_is_said(home: Path) -> None:
    said = backtest(home, "--points", "sells_a_service=+20").stdout
    assert "Scored anew from the recorded notices" in plain(said)
    assert "2 decisions would change" in said
    unchanged = objects(home, "--points", "profile_is_polished=+0")
    assert unchanged[-1]["changed"] == 0
    assert unchanged[-1]["rescored"] is True
    assert objects(home, "--rescore")[-1]["decided_otherwise_at_the_time"] == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--rules", "nowhere.toml"), "nowhere.toml"),
        (("--points", "sells_a_servise=1"), 'did you mean "sells_a_service"?'),
        (("--points", "foo=1"), 'no signal "foo"; `salver signals` lists them'),
        (("--points", "sells_a_service"), "write SIGNAL=+1"),
        (("--points", "sells_a_service=0.1"), "steps of 0.25"),
        (("--points", "sells_a_service==999"), "from -100 to 100"),
        (("--most-changed", "many"), "--most-changed many"),
        (("--most-changed", "101%"), "--most-changed 101%"),
        (("--since", "Tuesday"), "--since Tuesday is no day"),
        (("--until", "Tuesday"), "--until Tuesday is no day"),
        (("--owner", "ben"), "there is no owner ben"),
        (("--show", "some"), "--show some"),
        (("--version", "abcd1234"), "abcd1234"),
        (("--version", "abcd1234", "--rules", "x.toml"), "not both"),
    ],
)
def test_mistakes_are_told_in_words(home: Path, arguments: tuple[str, ...], why: str) -> None:
    done = backtest(home, *arguments, code=1)
    assert why in plain(done.output)
    assert "Traceback" not in done.output


def test_rules_that_do_not_load_are_refused_with_their_line(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(LIVE.replace('"intriguing"', '"splendid"'), "utf-8")
    said = backtest(home, "--rules", str(bad), code=1).output
    assert "line 4" in said


def test_without_a_store_it_is_said_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "salver.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/none.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8"
    )
    assert "there is no store" in backtest(tmp_path, code=1).output


def test_an_empty_time_is_no_mistake(home: Path) -> None:
    said = backtest(home, "--until", "2001-01-01").stdout
    assert "There is no decision of Salver's own to try in this time." in said


async def test_it_reads_beside_a_running_salver_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(NEW, "utf-8")
    (tmp_path / "live.toml").write_text(LIVE, "utf-8")
    played = Played(tmp_path, load_rules(tmp_path / "live.toml"), f'rules = "{tmp_path}/live.toml"\n{KEPT}')
    async with played.opened():
        await played.play((Card((1,)), Card((2,), note=NOTES[1])))
        before = await played.store.read("SELECT seq, id, state, body FROM events ORDER BY seq")
        told = await asyncio.to_thread(objects, tmp_path, "--rules", str(tmp_path / "new.toml"))
        await played.play((Card((3,)),))  # it goes on
        assert (await played.store.read("SELECT seq, id, state, body FROM events ORDER BY seq"))[
            : len(before)
        ] == before
    assert (told[-1]["decisions"], told[-1]["changed"]) == (2, 1)
    files = marks(tmp_path)
    told = await asyncio.to_thread(objects, tmp_path, "--rules", str(tmp_path / "new.toml"))
    assert told[-1]["decisions"] == 3
    assert marks(tmp_path) == files


async def test_what_cannot_be_replayed_is_counted_and_said(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(LIVE.replace('"intriguing"', '"ugly"'), "utf-8")
    (tmp_path / "live.toml").write_text(LIVE.replace('"intriguing"', '"follow_up"'), "utf-8")
    played = Played(tmp_path, load_rules(tmp_path / "live.toml"), f'rules = "{tmp_path}/live.toml"\n')
    async with played.opened():
        await played.play((Card((0,)), Said(0, "asked"), Card((0,), "message"), Card((1,)), Card((2,), note=NOTES[1])))
    with sqlite3.connect(played.path) as db:
        db.execute("UPDATE events SET body = '[]' WHERE kind = 'Scored' AND mail = ?", (id_of(3),))
    said = plain((await asyncio.to_thread(backtest, tmp_path, "--rules", str(tmp_path / "new.toml"))).stdout)
    assert "1 decision could not be replayed" in said
    assert "would not have been asked: 1 by the new rules." in said
    (tmp_path / "live.toml").write_text(LIVE, "utf-8")
    said = plain((await asyncio.to_thread(backtest, tmp_path)).stdout)
    assert "2 decisions had come out otherwise at the time, by older rules" in said


def test_an_earlier_version_can_be_tried(home: Path, tmp_path: Path) -> None:
    """Its rules stand in the history of rules, which a server writes when it takes rules over."""
    from pipeline.store import rulings

    played = Played(tmp_path, load_rules(home / "new.toml", ("Kept",)), f'rules = "{home}/live.toml"\n{KEPT}')

    async def play() -> str:
        async with played.opened():
            await played.play((Card((1,)),))
            await played.store.write(rulings.live(played.settings, "start", 1))
            live = load_rules(home / "live.toml", ("Kept",))
            await played.store.write(rulings.live(played.settings.but(rules=live), "file", 2))
            return played.settings.rules.version

    version = asyncio.run(play())
    *_, sums = objects(tmp_path, "--version", version[:6])
    assert (sums["decisions"], sums["changed"], sums["decided_otherwise_at_the_time"]) == (1, 1, 1)
    assert sums["new"]["version"] == version


# --- what people write --------------------------------------------------------------------------------------------


def test_points_are_added_with_a_sign_and_set_without() -> None:
    told = Settings(points={"photo_is_missing": -0.5})
    default = SIGNALS["sells_a_service"].points
    for given, name, points in (
        ("sells_a_service=+1", "sells_a_service", default + 1),
        ("sells_a_service=-1.25", "sells_a_service", default - 1.25),
        ("sells_a_service=2", "sells_a_service", 2.0),
        ("sells_a_service==-2", "sells_a_service", -2.0),
        ("sells_a_service==+2", "sells_a_service", 2.0),
        ("photo_is_missing=+0.5", "photo_is_missing", 0.0),
    ):
        assert with_points(told, [given]).told_points[name] == points, given
    twice = with_points(told, ["sells_a_service=+1", "sells_a_service=+1"])
    assert twice.points == {"photo_is_missing": -0.5, "sells_a_service": default + 2}
    assert twice.hash != told.hash


def test_a_bound_is_a_share_or_a_number() -> None:
    assert bound("") is None
    assert bound("5%") == bound("0.05") == Bound(0.05, True)
    assert bound("10") == Bound(10, False)
    assert bound("100%") == Bound(1.0, True)
    for bad in ("1.5", "-1", "5 %%", "nan", "1e3", "٣"):
        with pytest.raises(CommandError):
            bound(bad)
