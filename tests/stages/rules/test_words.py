"""Rules in words: each condition, action and example as somebody would say it who writes no programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from stages.rules.conditions import Condition
from stages.rules.language import Example, Lesson, Rule, Rules
from stages.rules.told import rules_in_words
from stages.rules.words import asked, done, of_condition, of_example, of_rule, span
from tests.builders import rule_trees
from tests.builders.facts import settings as told


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"signal": "sells_a_service"}, "the note sells (sells_a_service)"),
        ({"signal": "sells_a_service", "below": -2}, "the note sells (sells_a_service) with less than -2 points"),
        ({"signal": "person_is_known"}, "you know this person (person_is_known)"),
        (
            {"signal": "reason_is_missing"},
            "the note gives no reason: polite words that neither offer anything nor say why (reason_is_missing)",
        ),
        ({"signal": "of_a_later_version"}, "the signal of_a_later_version speaks"),
        ({"score": {"at_least": 2, "below": 4}}, "it has from 2 to below 4 points so far"),
        ({"score": {"at_least": 1}}, "it has 1 point or more so far"),
        ({"score": {"below": -0.75}}, "it has less than -0.75 points so far"),
        ({"claim": "met"}, "the note claims something about where you met that is true"),
        (
            {"claim": ["school", "tool"], "truth": ["false", "unknown"]},
            "the note claims something about a school of yours or a tool you use that is not true or cannot be checked",
        ),
        ({"claim": "any", "truth": "true"}, "the note claims something about you that is true"),
        (
            {"claim": "role", "truth": ["true", "false", "unknown"]},
            "the note claims something about your role, true or not",
        ),
        ({"field": "headline", "contains": "actuary"}, 'the headline contains "actuary"'),
        ({"field": "company", "is": ["A", "B", "C"]}, 'the company is one of "A", "B" and "C"'),
        (
            {"field": "company", "is": list("ABCDEFGHI")},
            'the company is one of "A", "B", "C", "D", "E", "F" and 3 more',
        ),
        ({"field": "note", "word": "data engineer"}, 'the note has the words "data engineer"'),
        ({"field": "headline", "state": "absent"}, "the mail shows an empty place for the headline"),
        ({"field": "note", "state": "unknown"}, "the mail says nothing about a note"),
        ({"field": "waited", "state": "absent"}, "you did not ask them why"),
        (
            {"field": "waited", "at_least": "72h"},
            "the time from your question to their answer, or until now, is 3 days or longer",
        ),
        ({"field": "asked_before", "below": "90m"}, "the time since you asked them before is less than 90 minutes"),
        ({"field": "mutual_connections", "at_least": 5}, "the connections you share are 5 or more"),
        ({"field": "words", "at_least": 3, "below": 9}, "the words they wrote are from 3 to below 9"),
        ({"field": "network", "is": ["linkedin", "wellfound"]}, "it comes from LinkedIn or Wellfound"),
        ({"field": "kind", "is": "inmail"}, "the mail is a direct message (InMail)"),
        ({"field": "kind", "is": "misspelt"}, 'the kind of mail is "misspelt"'),
        ({"field": "conversation", "is": "silent"}, "they have not answered since you asked why"),
        ({"none": [{"score": {"below": 1}}]}, "it is not so that it has less than 1 point so far"),
        (
            {"any": [{"field": "name", "is": "A"}, {"all": [{"signal": "flatters"}, {"score": {"at_least": 2}}]}]},
            'at least one of these holds (their name is "A"; all of these hold (the note flatters (flatters); it has 2 '
            "points or more so far))",
        ),
    ],
)
def test_a_condition_is_said(tree: dict[str, Any], said: str) -> None:
    assert of_condition(Condition.model_validate(tree)) == said


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((), "the company is one of the texts in companies.txt"),
        (("Acme",), "the company is the text in companies.txt"),
        (tuple(f"c{at}" for at in range(1214)), "the company is one of the 1,214 texts in companies.txt"),
    ],
)
def test_a_list_in_a_file_is_counted_and_never_told(texts: tuple[str, ...], said: str) -> None:
    condition = Condition.model_validate({"field": "company", "is": {"file": "companies.txt"}})
    assert condition.is_ is not None
    assert of_condition(condition.but(is_=condition.is_.but(texts=texts))) == said


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"verdict": "good"}, "it is good"),
        ({"verdict": "good", "folder": "Clients"}, 'it is good and lies in "Clients"'),
        ({"verdict": "good", "folder": "Good"}, "it is good"),
        ({"verdict": "ugly", "then": "go on"}, "it is ugly, unless a rule below says otherwise"),
        ({"verdict": "follow_up"}, "ask them why they want to connect (follow up)"),
        ({"points": 1}, "it gets 1 point more"),
        ({"points": -2.5, "label": ["a", "b"]}, "it loses 2.5 points and it is labelled a and b"),
        ({"notify": True, "then": "stop"}, "you are told at once and no rule below is read, so that the points decide"),
    ],
)
def test_what_a_rule_does_is_said(tree: dict[str, Any], said: str) -> None:
    rule = Rule.model_validate({"name": "a", "all": [{"signal": "flatters"}], **tree})
    assert done(rule) == said
    assert of_rule(rule) == f"If the note flatters (flatters): {said}."


def test_an_example_is_said() -> None:
    tree = {
        "name": "Wren Hale",
        "mutual_connections": 3,
        "absent": ["headline"],
        "signals": ["flatters"],
        "score": 2.5,
        "kind": "inmail",
        "network": "linkedin",
        "folder": "follow_up",
        "rule": "a",
    }
    assert of_example(Example.model_validate(tree)) == (
        'a direct message (InMail) by LinkedIn (name "Wren Hale", connections in common "3", no headline, where the '
        "note flatters (flatters), with 2.5 points in all) is to be asked about, by the rule a"
    )


@pytest.mark.parametrize(("time", "said"), [(0, "0 milliseconds"), (1000, "1 second"), (86_400_000, "1 day")])
def test_a_time_is_said_in_the_largest_unit_that_comes_out_even(time: int, said: str) -> None:
    assert span(time) == said


def test_lessons_are_told_with_what_they_do_before_the_rules() -> None:
    rule = {"name": "t", "points": -1, "all": [{"field": "headline", "word": "growth"}]}
    lessons = [
        {"id": "abcd", "at": 1_760_000_000_000, "says": "growth people sell", "rule": rule},
        {"id": "efgh", "at": 1_760_000_000_000, "says": "you are stricter", "good": 0.5, "owner": "robin"},
    ]
    rules = Rules().but(lessons=tuple(map(Lesson.model_validate, lessons)))
    said = rules_in_words(told(rules=rules))
    assert "  abcd (2025-10-09): growth people sell\n" in said
    assert '    if the headline has the word "growth"\n    then it loses 1 point.\n' in said
    assert "  efgh (2025-10-09, for robin): you are stricter\n    The threshold of good lies 0.5 higher.\n" in said
    assert "3.5 points or more: good. -0.75 or more: intriguing. Less: ugly. (of your file: 3 and -0.75)" in said
    assert said.index("WHAT YOU TAUGHT SALVER") < said.index("YOUR RULES")
    assert "There are none: the points decide." in said


@settings(max_examples=80, deadline=None)
@given(rule_trees.files(2))
def test_whatever_a_rule_says_its_words_are_one_paragraph_of_plain_text(tree: dict[str, Any]) -> None:
    for rule in Rules.model_validate(tree).rule:
        said = of_rule(rule)
        assert len(said.splitlines()) == 1
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]|\bNone\b|  ", said)
        for line in asked(rule):
            assert line.strip()
            assert len(line.splitlines()) == 1
        assert said.endswith(f"{done(rule)}.")
