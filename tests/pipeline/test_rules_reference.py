"""RULES.md is what the code prints, and every example in it does what the text beside it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.rules.file import load_rules
from pipeline.rules.parts import PARTS, Part
from pipeline.rules.reference import condition_of, rules as printed
from pipeline.settings import load, shipped, stage_settings
from stages.events import Asked, Claim, Echo, Past, shown
from stages.rules.conditions import Condition, FieldName
from stages.rules.examples import failing_examples, tried
from stages.rules.fields import FIELDS, Case
from stages.rules.language import Rules
from stages.rules.matching import applies, holds, read_through
from stages.settings import Settings
from tests.builders.asked_about import case
from tests.conftest import ROOT

DAY = 86_400_000
UNTRIED = {"slow-answer", "journalists"}
"""What no example can say: these are tried below, by hand."""


@pytest.fixture(scope="module")
def settings() -> Settings:
    return stage_settings(load(shipped("example.toml"), {}))


def loaded(part: Part, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Rules:
    monkeypatch.chdir(folder)
    (folder / "companies.txt").write_text("Northwind  # our first\n\nÅngström AB\n", "utf-8")
    (folder / "rules.toml").write_text(part.toml, "utf-8")
    return load_rules(folder / "rules.toml", ("Clients",))


def test_the_reference_says_what_the_code_says() -> None:
    assert (ROOT / "RULES.md").read_text("utf-8") == printed(), "run `make docs`"


def test_every_example_in_the_reference_is_one_of_those_tried_here() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "RULES.md").read_text("utf-8"), re.DOTALL)
    assert sorted(blocks) == sorted(part.toml for part in PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.title)
def test_an_example_loads_and_does_what_it_says(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    rules = loaded(part, tmp_path, monkeypatch)
    assert failing_examples(settings, rules) == ()
    never = Condition.model_validate({"field": "owner", "is": "nobody"})
    for rule in rules.rule:
        if rule.name not in UNTRIED:
            assert rule.examples
            idle = rules.but(rule=tuple(each.but(all=(never,)) if each == rule else each for each in rules.rule))
            assert failing_examples(settings, idle), f"the examples of {rule.name} are true without it"


def part_of(rule: str) -> Part:
    return next(part for part in PARTS if f'name = "{rule}"' in part.toml)


@pytest.mark.parametrize(("waited", "is_true"), [(3 * DAY, True), (3 * DAY - 1, False)])
def test_a_slow_answer_is_one_after_three_days(
    waited: int, is_true: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = loaded(part_of("slow-answer"), tmp_path, monkeypatch).rule[0]
    assert applies(rule, case(asked=Asked(waited=waited, answered=True))) is is_true
    assert not applies(rule, case(asked=Asked(waited=waited)))


def test_journalists_are_labelled_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    rules = loaded(part_of("journalists"), tmp_path, monkeypatch)
    found = read_through(rules.rule, case(headline="Reporter, Bergen"))
    assert (found.rule, found.labels, found.notify) == (None, ("press", "answer-soon"), "journalists")
    assert tried(rules.rule[0].examples[0], settings, rules).folder == "Good"


CASES: dict[FieldName, Case] = {
    "name": case(name="Carla Nuñez"),
    "headline": case(headline="Chief Actuary"),
    "title": case(title="Data engineer"),
    "company": case(company="Northwind Ltd"),
    "location": case(location="Lisbon, Portugal"),
    "note": case(note="We are hiring."),
    "message": case(message="A meeting?"),
    "answer": case(asked=Asked(waited=1, answered=True, answer=shown("At the conference."))),
    "written": case(note="I saw you climbing."),
    "language": case(mail={"language": "en"}),
    "note_language": case(mail={"note_language": "pt"}),
    "template": case(mail={"template": "email_m2m_invite_single_01"}),
    "network": case(mail={"network": "facebook"}),
    "kind": case(mail={"kind": "inmail"}),
    "conversation": case(asked=Asked(waited=1, answered=True)),
    "acquaintance": case(past=Past(tier="contact")),
    "accepted": case(past=Past(accepted=True)),
    "repeated": case(joins=True),
    "mutual_connections": case(mutual_connections=5),
    "words": case(note="one two three four five six seven eight nine ten eleven twelve"),
    "requests_before": case(past=Past(requests_before=1)),
    "messages_before": case(past=Past(messages=1)),
    "echoes": case(past=Past(echo=Echo(others=2))),
    "requests": case(others=1),
    "waited": case(asked=Asked(waited=2 * DAY)),
    "asked_before": case(past=Past(asked_at=0)),
}
"""A request about which the example of each field holds. Of a bare one, the example does not."""


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_of_a_field_holds_where_it_should_and_not_elsewhere(name: FieldName) -> None:
    tree: dict[str, Any] = tomllib.loads(f"a = {condition_of(name)}")["a"]
    condition = Condition.model_validate(tree)
    if name == "owner":  # there is one, whoever it is
        assert holds(Condition.model_validate({**tree, "is": "robin"}), case())
    elif name == "authenticity":
        assert holds(condition, case())
        assert not holds(condition, case(mail={"trust": "unverified"}))
    else:
        assert holds(condition, CASES[name])
        assert not holds(condition, case())


def test_a_claim_may_be_of_any_kind() -> None:
    claims = (Claim(kind="tool", truth="true", words="your lathe"),)
    assert holds(Condition.model_validate({"claim": "any"}), case(claims=claims))
