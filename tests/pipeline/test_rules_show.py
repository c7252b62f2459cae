"""`salver rules show`: the live rules in words, as TOML and as an object; never what stands in a list."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.rules.file import load_rules
from pipeline.settings import shipped

RULES = """\
# Mine.
[[rule]]
name = "customers"
says = "we work for them"
points = 2
label = "customer"
notify = true
all = [{ field = "company", is = { file = "companies.txt" } }]

[[rule]]
name = "lisbon"
verdict = "good"
folder = "Clients"
then = "go on"
all = [{ any = [{ field = "location", word = ["Lisbon", "Porto"] }, { claim = "met" }] }]
none = [{ all = [{ signal = "pitches_a_job" }, { score = { below = 2 } }] }]
examples = [{ location = "Lisbon", score = 0, folder = "Clients" }]

[thresholds]
good = 2.5
intriguing = 0
"""
SECRET = "Kestrel Freight"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.toml").write_text(RULES)
    Path("companies.txt").write_text(f"{SECRET}\nNorthwind\n# none\nAcme\n")
    path = tmp_path / "salver.toml"
    path.write_text(
        'rules = "rules.toml"\n[[owner]]\naddresses = ["amy@salver.test"]\n[filing]\nfolders = ["Clients"]\n'
        '[follow_up]\nsecond_reminder_after = ""\n'
    )
    return path


def shown(*arguments: str) -> str:
    found = CliRunner().invoke(main, ["rules", "show", *arguments])
    assert found.exit_code == 0, found.output
    return found.output


def test_the_rules_are_said_in_words_with_their_lines(config: Path) -> None:
    said = shown("-c", str(config))
    assert (
        "  customers (line 3): we work for them\n"
        "    if the company is one of the 3 texts in companies.txt\n"
        "    then it gets 2 points more, it is labelled customer and you are told at once.\n"
    ) in said
    assert (
        "  lisbon (line 11)\n"
        "    if at least one of these holds:\n"
        '      - the place where they live has one of the words "Lisbon" and "Porto"\n'
        "      - the note claims something about where you met that is true\n"
        "    and it is not so that all of these hold:\n"
        "      - the note pitches a job (pitches_a_job)\n"
        "      - it has less than 2 points so far\n"
        '    then it is good and lies in "Clients", unless a rule below says otherwise.\n'
        '    for example: a request (place "Lisbon", with 0 points in all) lies in Clients\n'
    ) in said
    assert "2.5 points or more: good. 0 or more: intriguing. Less: ugly." in said
    assert "and only once" in said


def test_what_comes_first_is_said_first(config: Path) -> None:
    said = shown("-c", str(config))
    heads = [
        "BEFORE ALL RULES",
        "asks_for_money",
        "YOUR RULES (rules.toml",
        "customers",
        "lisbon",
        "THE POINTS DO",
        "FOLLOW-UP",
    ]
    places = [said.index(head) for head in heads]
    assert places == sorted(places)


def test_no_text_of_a_list_is_shown(config: Path) -> None:
    for way in ((), ("--toml",), ("--json",)):
        assert SECRET not in shown("-c", str(config), *way)


def test_the_toml_loads_to_the_same_rules(config: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.toml"
    again.write_text(shown("-c", str(config), "--toml"), "utf-8")
    first, second = (load_rules(path, ("Clients",)) for path in (tmp_path / "rules.toml", again))
    assert [rule.but(line=None, examples=()) for rule in second.rule] == [
        rule.but(line=None, examples=()) for rule in first.rule
    ]
    assert tomllib.loads(again.read_text("utf-8")) == tomllib.loads(RULES)
    assert second.thresholds == first.thresholds


def test_the_object_has_each_rule_as_it_is_written_and_in_words(config: Path) -> None:
    found = json.loads(shown("-c", str(config), "--json"))
    assert [rule["line"] for rule in found["rules"]] == [3, 11]
    assert found["rules"][0]["all"] == [{"field": "company", "is": {"file": "companies.txt"}}]
    assert found["rules"][0]["words"].startswith("If the company is one of the 3 texts in companies.txt: it gets 2")
    assert found["thresholds"]["own"] == {"good": 2.5, "intriguing": 0}
    assert "asks_for_money" in found["before"]


def test_the_shipped_rules_read_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = shown()
    names = [rule.name for rule in load_rules(shipped("rules.toml")).rule]
    assert re.findall(r"^  ([a-z-]+) \(line \d+\)", said, re.MULTILINE) == names
    assert max(map(len, said.splitlines())) <= 116
    assert "None" not in said
    assert "signal " not in said  # each in its own words
    assert "the note gives no reason (" not in said  # two signals begin so


def test_two_ways_at_once_are_refused() -> None:
    found = CliRunner().invoke(main, ["rules", "show", "--toml", "--json"])
    assert found.exit_code == 2
    assert "not both" in found.output
