"""What is written of rules loads to the same rules, whatever stands in them."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings, strategies as st

from stages.rules.language import Rules
from stages.rules.written import rule_written, written
from stages.toml_text import toml_text
from tests.builders import rule_trees
from tests.builders.verdicts import default_rules


@settings(max_examples=80, deadline=None)
@given(rule_trees.files(2))
def test_what_is_written_loads_to_the_same_rules(tree: rule_trees.Tree) -> None:
    rules = Rules.model_validate(tree)
    again = Rules.model_validate(tomllib.loads(written(rules)))
    assert again == rules
    assert written(again) == written(rules)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_a_text_is_read_back_as_it_was_and_turns_no_line(text: str) -> None:
    said = toml_text(text)
    assert tomllib.loads(f"a = {said}") == {"a": text}
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "text", ['"', "\\", '\\"', "a\nb", "\x00", "\x7f", "\u202e", "\u2028", "#", "'''", '"""', "\U0001f600", "\ufeff"]
)
def test_an_odd_text_is_one_string(text: str) -> None:
    assert tomllib.loads(f"a = [{toml_text(text)}, 1]") == {"a": [text, 1]}


def test_the_shipped_rules_load_to_themselves() -> None:
    rules = default_rules()
    assert Rules.model_validate(tomllib.loads(written(rules))) == rules


def test_a_list_in_a_file_stays_a_reference_and_none_of_its_texts_is_written() -> None:
    tree = {"name": "a", "verdict": "good", "all": [{"field": "company", "is": {"file": "companies.txt"}}]}
    rules = Rules.model_validate({"rule": [tree]})
    condition = rules.rule[0].all[0]
    assert condition.is_ is not None
    read = condition.but(is_=condition.is_.but(texts=("Northwind", "Acme")))
    said = rule_written(rules.rule[0].but(all=(read,)))
    assert said == (
        '[[rule]]\nname = "a"\nverdict = "good"\nall = [{ field = "company", is = { file = "companies.txt" } }]\n'
    )


def test_a_short_condition_stands_on_one_line_and_a_long_list_is_wrapped() -> None:
    companies = [f"Company number {at} of the north" for at in range(12)]
    tree = {
        "name": "north",
        "says": 'They say "north"',
        "points": 1.5,
        "all": [{"field": "company", "is": companies}, {"signal": "note_is_personal", "at_least": 2}],
        "none": [{"any": [{"signal": "sells_a_service"}, {"score": {"below": -0.5}}]}],
    }
    rules = Rules.model_validate({"rule": [tree]})
    lines = written(rules).splitlines()
    assert lines[:7] == [
        "[[rule]]",
        'name = "north"',
        'says = "They say \\"north\\""',
        "points = 1.5",
        "all = [",
        '    { field = "company", is = [',
        '        "Company number 0 of the north", "Company number 1 of the north", "Company number 2 of the north",',
    ]
    assert '    { signal = "note_is_personal", at_least = 2 },' in lines
    assert 'none = [{ any = [{ signal = "sells_a_service" }, { score = { below = -0.5 } }] }]' in lines
    assert max(map(len, lines)) <= 120
    assert Rules.model_validate(tomllib.loads(written(rules))) == rules


def test_what_was_learned_is_not_written_among_the_owners_rules() -> None:
    lesson = {"id": "abcd", "at": 1, "says": "x", "rule": {"name": "t", "points": 1, "all": [{"signal": "flatters"}]}}
    from stages.rules.language import Lesson

    rules = Rules().but(lessons=(Lesson.model_validate(lesson),))
    assert "flatters" not in written(rules)
    (taught,) = rules.in_order
    assert "lesson" not in rule_written(taught)
