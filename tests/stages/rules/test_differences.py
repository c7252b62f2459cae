"""What is other between two sets of rules, counted and by names."""

from __future__ import annotations

from typing import Any

from stages.rules.differences import came_and_gone, differences, in_short
from stages.rules.language import Rules


def rules(*names: str, **changed: Any) -> Rules:
    return Rules.model_validate(
        {
            "rule": [
                {"name": name, "verdict": changed.get(name, "good"), "all": [{"signal": "flatters"}]} for name in names
            ]
        }
    )


def test_in_short_each_kind_of_change_names_five_rules_and_counts_the_rest() -> None:
    before = rules("old", "stays", "other")
    after = rules("stays", "other", *(f"new-{number}" for number in range(7)), other="ugly")
    assert list(in_short(list(differences(before, after)))) == [
        "taken out: old",
        "added: new-0, new-1, new-2, new-3, new-4 and 2 more",
        "changed: other",
    ]


def test_in_short_tells_what_names_no_rule_as_it_is_and_a_few_of_it() -> None:
    odd = [f"points of signal_{number}: 1 instead of 2" for number in range(8)]
    assert list(in_short([*odd, "lesson abcd was learned: x"])) == ["learned: lesson abcd", *odd[:5], "and 3 more"]
    assert list(in_short(["the examples of rule x were changed", "rule x says otherwise what it is for"])) == [
        "changed: x"
    ]


def test_rules_that_came_and_went_are_counted() -> None:
    assert came_and_gone(rules("a", "b", "c"), rules("b", "c", "d", "e", c="ugly")) == (
        "2 came, 1 went, 1 is another, 4 in all"
    )
    assert came_and_gone(rules("a"), rules("a")) == "1 in all"
