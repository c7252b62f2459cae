"""What a condition may say: one question, within bounds; anything else is refused in words."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from pydantic import ValidationError

from stages.rules.conditions import DEEPEST, LONGEST, MOST_TEXTS, Condition, in_words
from stages.rules.language import MOST_CONDITIONS, Lesson, Rule, Rules


def said_of(tree: dict[str, Any], model: Any = Condition) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(tree)
    return str(caught.value)


def nested(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"signal": "flatters"}
    for _ in range(levels - 1):
        tree = {"none": [tree]}
    return tree


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({}, "exactly one of"),
        ({"signal": "flatters", "score": {"below": 1}}, "exactly one of"),
        ({"signal": "flatters", "any": [{"signal": "flatters"}]}, "exactly one of"),
        ({"signal": "flatters", "is": "x"}, "belong to a field"),
        ({"signal": "flatters", "truth": "true"}, "belongs to a claim"),
        ({"field": "headline"}, "exactly one of is"),
        ({"field": "headline", "is": "a", "contains": "b"}, "exactly one of is"),
        ({"field": "headline", "at_least": 3}, "is no number"),
        ({"field": "kind", "below": 3}, "is no number"),
        ({"field": "waited", "at_least": 3}, "with its unit"),
        ({"field": "waited", "at_least": "3 weeks"}, "no duration"),
        ({"field": "waited", "is": "3d"}, "is no text; use at_least"),
        ({"field": "words", "at_least": "3d"}, "write a number"),
        ({"field": "words", "contains": "3"}, "is no text; use is,"),
        ({"field": "words", "at_least": float("inf")}, "a number that ends"),
        ({"signal": "flatters", "below": float("nan")}, "a number that ends"),
        ({"score": {}}, "at_least or below"),
        ({"score": {"at_least": float("inf")}}, "finite"),
        ({"field": "shoe_size", "is": "44"}, "headline"),
        ({"field": "headline", "is": []}, "empty list"),
        ({"field": "headline", "is": " "}, "1 to 300"),
        ({"field": "headline", "contains": "\u200b\u2060"}, "1 to 300"),
        ({"field": "headline", "contains": "x" * (LONGEST + 1)}, "1 to 300"),
        ({"field": "headline", "word": "!!!"}, "a letter or a digit"),
        ({"field": "headline", "is": True}, "valid"),
        ({"field": "headline", "is": ["a", True]}, "true and false are no texts"),
        ({"field": "headline", "is": {"file": ""}}, "name the file"),
        ({"field": "headline", "is": {"texts": ["a"]}}, "write a list as"),
        ({"claim": []}, "at least 1"),
        ({"claim": "weather"}, "published"),
        ({"signal": "flatters", "sgnal": "x"}, "extra"),
    ],
)
def test_a_condition_that_says_nothing_clear_is_refused_in_words(tree: dict[str, Any], said: str) -> None:
    assert said.lower() in said_of(tree).lower()


def test_groups_lie_so_deep_inside_each_other_and_no_deeper() -> None:
    assert Condition.model_validate(nested(DEEPEST)).levels == DEEPEST
    assert f"at most {DEEPEST} levels" in said_of(nested(DEEPEST + 1))


def test_a_rule_has_so_many_conditions_and_no_more() -> None:
    rule: dict[str, Any] = {"name": "a", "verdict": "good", "all": [{"signal": "flatters"}] * MOST_CONDITIONS}
    assert len(Rule.model_validate(rule).all) == MOST_CONDITIONS
    rule["none"] = [{"signal": "flatters"}]
    assert f"at most {MOST_CONDITIONS}" in said_of(rule, Rule)


def test_a_list_has_so_many_texts_and_no_more() -> None:
    texts = [f"t{at}" for at in range(MOST_TEXTS)]
    found = Condition.model_validate({"field": "company", "is": texts}).is_
    assert found is not None
    assert len(found.folded) == MOST_TEXTS
    assert f"at most {MOST_TEXTS}" in said_of({"field": "company", "is": [*texts, "one more"]})


@pytest.mark.parametrize(
    ("given", "text"), [(5, "5"), (5.0, "5"), (1234567, "1234567"), (2.5, "2.5"), (10**20, str(10**20)), (-3, "-3")]
)
def test_no_digit_of_a_number_is_lost_where_it_stands_for_a_text(given: float, text: str) -> None:
    found = Condition.model_validate({"field": "headline", "is": given}).is_
    assert found is not None
    assert found.texts == (text,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café-au-lait!", " cafe au lait "),
        ("Müller & Söhne", " muller sohne "),
        ("a_b", " a b "),
        ("数据 学习", " 数 据 学 习 "),
        ("データの学習", " テ ー タ の 学 習 "),
        ("한국어 회사", " 한국어 회사 "),
        ("AI工程师 at 3M", " ai 工 程 师 at 3m "),
        ("!!!", "  "),
    ],
)
def test_a_text_is_cut_into_whole_words(text: str, words: str) -> None:
    assert in_words(text) == unicodedata.normalize("NFKD", words)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"verdict": "good"}, "at least one condition"),
        ({"all": [{"signal": "flatters"}]}, "does something"),
        ({"all": [{"signal": "flatters"}], "then": "go on"}, "does something"),
        ({"all": [{"signal": "flatters"}], "points": 0}, "not 0"),
        ({"all": [{"signal": "flatters"}], "points": 0.1}, "steps of 0.25"),
        ({"all": [{"signal": "flatters"}], "points": 100.25}, "100"),
        ({"all": [{"signal": "flatters"}], "label": "Two Words"}, "is no label"),
        ({"all": [{"signal": "flatters"}], "label": "good"}, "is no label"),
        ({"all": [{"signal": "flatters"}], "points": 1, "folder": "Clients"}, "a folder needs a verdict"),
        ({"all": [{"signal": "flatters"}], "folder": "Clients"}, "a folder needs a verdict"),
        ({"all": [{"signal": "flatters"}], "points": "2"}, "valid number"),
        ({"all": [{"score": {"below": "2"}}], "verdict": "good"}, "valid number"),
        ({"all": [{"signal": "flatters"}], "verdict": "follow_up", "folder": "Clients"}, "lies in Intriguing"),
        ({"all": [{"signal": "flatters"}], "verdict": "good", "line": 3}, "unknown key"),
        ({"all": [{"signal": "flatters"}], "verdict": "good", "lesson": "abcd"}, "unknown key"),
    ],
)
def test_a_rule_that_asks_or_does_nothing_clear_is_refused_in_words(tree: dict[str, Any], said: str) -> None:
    assert said in said_of({"name": "a", **tree}, Rule)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({}, "one rule, or moves one threshold"),
        ({"good": 0.5, "intriguing": 0.5}, "one rule, or moves one threshold"),
        ({"good": 0.3}, "steps of 0.25"),
        ({"good": 1.25}, "less than or equal to 1"),
        ({"rule": {"name": "a", "all": [{"signal": "flatters"}], "points": 2.25}}, "at most 2 points"),
    ],
)
def test_a_lesson_teaches_one_thing_and_not_too_much(tree: dict[str, Any], said: str) -> None:
    assert said in said_of({"id": "abcd", "at": 1, "says": "x", **tree}, Lesson)


def test_two_rules_do_not_have_one_name() -> None:
    rule = {"name": "a", "verdict": "good", "all": [{"signal": "flatters"}]}
    assert 'two rules are called "a"' in said_of({"rule": [rule, rule]}, Rules)
