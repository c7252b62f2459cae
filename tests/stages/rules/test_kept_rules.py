"""Rules as they are kept, and what is other in one set than in another, in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.rules.file import load_rules
from stages.rules.conditions import Sought
from stages.rules.differences import differences
from stages.rules.kept import brought_back, kept
from stages.rules.language import Lesson, Rule, Rules

MUCH = """
[thresholds]
good = 4.25
intriguing = -1.5

[[rule]]
name = "harbour"
says = "People of the harbour"
points = -0.5
label = ["port", "ship"]
then = "go on"
any = [
    { field = "company", is = { file = "LIST" } },
    { all = [{ field = "headline", word = ["pilot", "Lotsin"] }, { none = [{ signal = "note_is_blank" }] }] },
]

[[rule]]
name = "shy"
verdict = "intriguing"
all = [
    { field = "headline", state = "absent" },
    { score = { at_least = 1, below = 3 } },
    { field = "asked_before", at_least = "30d" },
]

[[rule.examples]]
headline = "Pilot on the river"
folder = "Ugly"
absent = ["company"]
"""


def loaded(folder: Path, text: str) -> Rules:
    (folder / "list.txt").write_text("Grain & Tide\nNorth Quay\n", "utf-8")
    path = folder / "rules.toml"
    path.write_text(text.replace("LIST", str(folder / "list.txt")), "utf-8")
    return load_rules(path)


def lesson(**given: object) -> Lesson:
    told = {"id": "ab12cd34", "at": 1_794_000_000_000, "says": "Pilots are welcome", "corrections": ("r1/1", "r2/1")}
    return Lesson.model_validate({**told, **given})


def rule(name: str, verdict: str = "good", contains: str = "pilot") -> Rule:
    return Rule.model_validate({"name": name, "verdict": verdict, "all": [{"field": "headline", "contains": contains}]})


def test_all_of_a_set_comes_back_without_its_files(tmp_path: Path) -> None:
    taught = rule("pilots", "intriguing").model_copy(update={"lesson": ""})
    rules = loaded(tmp_path, MUCH).but(lessons=(lesson(rule=taught), lesson(id="ee12cd34", good=0.5)))
    text = kept(rules)
    for path in tmp_path.iterdir():
        path.unlink()
    found = brought_back(text)
    assert found.model_dump(by_alias=True) == rules.model_dump(by_alias=True)
    assert (found.file, found.version) == (rules.file, rules.version)
    assert [each.line for each in found.rule] == [each.line for each in rules.rule]
    assert found.marks == rules.marks
    (sought,) = [each.is_ for each in found.rule[0].any if each.is_ is not None]
    assert sought == Sought(file=str(tmp_path / "list.txt"), texts=("Grain & Tide", "North Quay"))


def test_what_is_kept_by_another_salver_is_a_value_error() -> None:
    told = json.loads(kept(Rules(rule=(rule("one"),))))
    told["rule"][0]["all"][0]["smells"] = "salt"
    with pytest.raises(ValueError, match="smells"):
        brought_back(json.dumps(told))


def test_each_kind_of_change_is_told_once() -> None:
    one, two, three = rule("one"), rule("two", "ugly"), rule("three")
    before = Rules(rule=(one, two, three)).but(lessons=(lesson(good=0.5),))
    after = Rules.model_validate(
        {"rule": [rule("new"), three, one.model_copy(update={"verdict": "ugly"})], "thresholds": {"good": 5}}
    ).but(lessons=(lesson(id="ffff0000", good=0.25, says="Less is enough"),))
    assert list(differences(before, after)) == [
        "rule two was taken out",
        'rule new was added: If the headline contains "pilot": it is good.',
        'rule one was changed. Before: If the headline contains "pilot": it is good. '
        'Now: If the headline contains "pilot": it is ugly.',
        "rule one was moved below three",
        "good begins at 5 instead of 3 points",
        "lesson ab12cd34 was forgotten: Pilots are welcome",
        "lesson ffff0000 was learned: Less is enough",
    ]


def test_a_rule_that_goes_to_the_top_is_the_one_that_was_moved() -> None:
    rules = [rule(name) for name in ("a", "b", "c", "d")]
    moved = Rules(rule=(rules[3], *rules[:3]))
    assert list(differences(Rules(rule=tuple(rules)), moved)) == ["rule d was moved to the top"]


def test_other_lines_and_notes_are_no_difference(tmp_path: Path) -> None:
    before = loaded(tmp_path, MUCH)
    after = loaded(tmp_path, "# a note\n\n" + MUCH)
    assert before.version != after.version
    assert list(differences(before, after)) == []


def test_examples_and_what_a_rule_says_are_told_apart_from_what_it_does(tmp_path: Path) -> None:
    before = loaded(tmp_path, MUCH)
    after = loaded(tmp_path, MUCH.replace("of the harbour", "by the sea").replace("on the river", "at sea"))
    assert list(differences(before, after)) == [
        "rule harbour says otherwise what it is for",
        "the examples of rule shy were changed",
    ]
