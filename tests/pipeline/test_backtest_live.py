"""`salver backtest` holds new rules against what decides, which is not always what stands in the files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.settings import load_rules
from pipeline.store import rulings
from stages.rules.language import Lesson, Rule
from tests.builders.any_happenings import NOTES
from tests.builders.played import Card, Played, quick_folder


def rules(verdict: str, more: str = "") -> str:
    return f'[[rule]]\nname = "blanks"\nverdict = "{verdict}"\nall = [{{ signal = "note_is_blank" }}]\n{more}'


BESIDES = 'label = "later"\nnotify = true\n'
LOUDER = '[[rule]]\nname = "makers"\npoints = 0.25\nall = [{ field = "headline", contains = "rope" }]\n'
BROKEN = rules("splendid")
LESSON = Lesson(
    id="abcd", at=1, says="blank ones from rope makers are intriguing",
    rule=Rule.model_validate(
        {"name": "learned", "verdict": "intriguing", "all": [{"field": "headline", "contains": "rope"}]}
    ),
)  # fmt: skip


class Home:
    """A store with three requests, decided by rules that are `live`; and the files beside it."""

    def __init__(self, folder: Path, live: str | None = rules("good"), lessons: tuple[Lesson, ...] = ()) -> None:
        self.folder = folder
        self.write("rules.toml", live or rules("good"))
        self.configured = f'rules = "{folder}/rules.toml"\n'
        self.played = Played(folder, load_rules(folder / "rules.toml").but(lessons=lessons), self.configured)
        self.version = self.played.settings.rules.version

        async def play() -> None:
            async with self.played.opened():
                await self.played.play((Card((0,)), Card((1,), note=NOTES[1]), Card((2,))))
                if live is not None:
                    await self.played.store.write(rulings.live(self.played.settings, "start", 1))

        asyncio.run(play())

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return str(self.folder / name)

    def configure(self, old: str, new: str) -> None:
        path = self.folder / "salver.toml"
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    def salver(self, *arguments: str, code: int = 0, answer: str = "") -> Result:
        done = CliRunner().invoke(main, [*arguments, "-c", str(self.folder / "salver.toml")], input=answer)
        assert done.exit_code == code, (done.output, done.exception)
        return done

    def said(self, *arguments: str) -> str:
        return " ".join(self.salver("backtest", *arguments).stdout.split())

    def sums(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = self.objects(*arguments)[-1]
        return found

    def objects(self, *arguments: str) -> list[Any]:
        return [json.loads(line) for line in self.salver("backtest", "--json", *arguments).stdout.splitlines()]


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


# --- what decides -------------------------------------------------------------------------------------------------


def test_changed_rules_on_disk_are_held_against_those_that_decide(folder: Path) -> None:
    """As `salver status` advises after a refusal."""
    home = Home(folder)
    mine = home.write("rules.toml", rules("ugly"))
    found = home.sums("--rules", mine)
    assert (found["changed"], found["decisions"], found["decided_otherwise_at_the_time"]) == (2, 3, 0)
    assert found["live"]["version"] == home.version != found["new"]["version"]
    said = home.said("--rules", mine)
    assert f"What decides: {mine}, version {home.version}, since 1970-01-01 00:00 UTC." in said
    assert "2 decisions would change" in said
    assert said.endswith("Next: `salver rules apply` takes them over, or change the file once more.")


def test_without_rules_those_on_disk_are_tried_where_they_do_not_decide_yet(folder: Path) -> None:
    home = Home(folder)
    assert "Tried by the live rules" in home.said()
    assert home.said().endswith("try them: `salver backtest --rules FILE`.")
    home.write("rules.toml", "# only a note\n" + rules("good"))
    assert "Tried by the live rules" in home.said()
    home.write("rules.toml", rules("ugly"))
    said = home.said()
    assert "the rules on disk, which do not decide yet" in said
    assert "2 decisions would change" in said
    assert home.sums()["changed"] == 2


def test_what_was_learned_belongs_to_what_decides(folder: Path) -> None:
    home = Home(folder, rules("follow_up"), (LESSON,))
    found = home.sums("--rules", home.write("next.toml", rules("follow_up")))
    moves = [(each["was"]["verdict"], each["becomes"]["verdict"]) for each in found["moves"]]
    assert ("intriguing", "follow_up") in moves, "the lesson is not in the file of lessons any more"


@pytest.mark.parametrize("ways", ["--rules", "--version", "--points"])
def test_a_broken_file_on_disk_is_in_nobodys_way(folder: Path, ways: str) -> None:
    home = Home(folder)
    home.write("rules.toml", BROKEN)
    given = {"--rules": home.write("next.toml", rules("ugly")), "--version": home.version,
             "--points": "note_is_blank=-50"}[ways]  # fmt: skip
    assert home.sums(ways, given)["changed"] == (2 if ways == "--rules" else 0)
    assert "line 3" in home.salver("backtest", code=1).output


def test_points_on_disk_that_do_not_decide_yet_count_on_the_new_side_only(folder: Path) -> None:
    home = Home(folder, "[thresholds]\ngood = 3\nintriguing = -0.75\n")
    home.configure("[store]", "[points]\nnote_is_blank = 50\n[store]")
    found = home.sums()
    assert (found["changed"], found["rescored"]) == (2, True)
    assert found["changed"] == home.sums("--rules", str(folder / "rules.toml"))["changed"]
    assert "with the [points] of your configuration" in home.said("--rules", str(folder / "rules.toml"))
    added = home.sums("--points", "note_is_blank=+0")
    assert added["changed"] == 0, "what is added is added to what counts now"
    said = home.said("--points", "note_is_blank=+40")
    assert "Next: to keep these points, write under [points] in your configuration: note_is_blank = " in said


def test_another_profile_on_disk_is_said_since_nobody_kept_that_of_then(folder: Path) -> None:
    home = Home(folder)
    next_ = home.write("next.toml", rules("ugly"))
    assert "keeps no copy" not in home.said("--rules", next_)
    profile = home.write("profile.toml", 'industry = ["ropes"]\n')
    home.configure("mailbox =", f'profile = "{profile}"\nmailbox =')
    said = home.said("--rules", next_)
    assert "Not as Salver took them over at 1970-01-01 00:00 UTC: the profile of amy." in said
    assert home.sums("--rules", next_)["notes"][0] in said


def test_where_nobody_knows_what_decides_the_files_are_taken_for_it(folder: Path) -> None:
    home = Home(folder, live=None)
    home.write("rules.toml", rules("ugly"))
    found = home.sums("--rules", str(folder / "rules.toml"))
    assert (found["changed"], found["decided_otherwise_at_the_time"], found["notes"]) == (0, 2, [])
    assert home.sums("--rules", home.write("next.toml", rules("good")))["changed"] == 2


def test_a_promotion_is_tried_against_what_decides_too(folder: Path) -> None:
    home = Home(folder)
    home.write("rules.toml", rules("ugly"))
    shadow = home.write("next.toml", rules("ugly"))
    home.configure("[store]", f'shadow = "{shadow}"\n[store]')
    said = " ".join(home.salver("shadow", "promote", code=1, answer="n\n").output.split())
    assert "2 decisions would change" in said


# --- what comes beside --------------------------------------------------------------------------------------------


def test_other_labels_and_notifications_are_counted_apart(folder: Path) -> None:
    home = Home(folder)
    new = home.write("next.toml", rules("good", BESIDES))
    *each, sums = home.objects("--rules", new)
    assert (sums["changed"], sums["beside"]) == (0, 2)
    assert [found["kind"] for found in each] == ["beside", "beside"]
    assert each[0]["beside"] == {
        "was": {"labels": [], "told": False, "points": 0},
        "becomes": {"labels": ["later"], "told": True, "points": 0},
    }
    said = home.said("--rules", new)
    assert "0 decisions would change" in said
    assert "2 more: other labels, notifications or points of rules; verdict and folder stay." in said
    assert "labels: none -> later; you are told at once" in said
    assert "Pat0 Doe0" in said
    home.salver("backtest", "--rules", new, "--most-changed", "0")


def test_points_of_rules_that_change_nothing_else_are_counted_with_them(folder: Path) -> None:
    home = Home(folder, rules("good", LOUDER))
    new = home.write("next.toml", rules("good", LOUDER.replace("0.25", "0.5").replace("makers", "rope-makers")))
    renamed = home.write("renamed.toml", rules("good", LOUDER.replace("makers", "rope-makers")))
    assert home.sums("--rules", renamed)["beside"] == 0
    assert home.sums("--rules", new)["beside"] == 1
    assert "points of rules: +0.25 -> +0.5" in home.said("--rules", new)


# --- rules that do nothing, receipts, and what to do next ------------------------------------------------------------


def idle(count: int) -> str:
    return "\n".join(
        f'[[rule]]\nname = "idle-{at}"\nverdict = "ugly"\nall = [{{ field = "headline", word = "baker{at}" }}]'
        for at in range(count)
    )


def test_rules_that_do_nothing_are_few_lines_and_the_new_ones_come_first(folder: Path) -> None:
    home = Home(folder, rules("good", idle(8)))
    new = home.write("next.toml", rules("good", idle(8)) + '\n[[rule]]\nname = "fresh"\nverdict = "ugly"\n'
                     'all = [{ field = "headline", word = "smith" }]\n')  # fmt: skip
    lines = home.salver("backtest", "--rules", new).stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Rules that none of"))
    assert [line.split()[0] for line in lines[at + 1 : at + 6]] == ["fresh", "idle-0", "idle-1", "idle-2", "idle-3"]
    assert lines[at + 6] == "  and 4 more (--show all)"
    assert sum("idle-" in line for line in home.salver("backtest", "--rules", new, "--show", "all").stdout.split()) == 8


def test_of_the_shipped_rules_it_is_not_said_that_they_do_nothing(folder: Path) -> None:
    home = Home(folder, live=None)
    home.configure(home.configured, "")
    for arguments in ((), ("--points", "note_is_blank=+0.25")):
        said = home.said(*arguments)
        assert "Rules that" not in said, said
        assert "Every rule" not in said
    said = home.said("--rules", home.write("next.toml", rules("good", idle(1))))
    assert "idle-0" in said
    assert f'put rules = "{folder}/next.toml" at the top of your configuration' in said
    assert f'or try it in the shadow first, at no risk: shadow = "{folder}/next.toml"' in said


def test_the_next_step_names_the_file_to_save_it_as(folder: Path) -> None:
    home = Home(folder)
    said = home.said("--rules", home.write("next.toml", rules("ugly")))
    assert f"Next: save it as {folder}/rules.toml, or try it in the shadow first" in said
    assert "Next:" not in home.said("--rules", home.write("same.toml", rules("good")))


def test_points_are_printed_once_where_only_the_rule_is_another(folder: Path) -> None:
    home = Home(folder)
    new = home.write("next.toml", rules("ugly"))
    before, _, after = home.salver("backtest", "--rules", new, "--receipts", "--show", "1").stdout.partition("After, ")
    assert before.count("  in all") == 1
    assert "The points are those from before." in after
    assert "  in all" not in after
    assert "Belongs in: Ugly" in after
    louder = home.write("louder.toml", LOUDER + rules("ugly"))
    said = home.salver("backtest", "--rules", louder, "--receipts", "--show", "1").stdout
    assert said.count("  in all") == 2, "a rule added points, so the sums are not the same"
    assert "The points are those" not in said
