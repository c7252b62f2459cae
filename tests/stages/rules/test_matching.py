"""Conditions against requests: texts, numbers, signals, claims, groups; and rules read from top to bottom."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.events import Asked, Claim
from stages.rules.conditions import Condition
from stages.rules.language import Lesson, Rule, Rules
from stages.rules.matching import Read, applies, holds, read_through
from tests.builders import rule_trees
from tests.builders.asked_about import case

DAY = 86_400_000


def true(tree: dict[str, Any], **given: Any) -> bool:
    return holds(Condition.model_validate(tree), case(**given))


@pytest.mark.parametrize(
    ("test", "sought", "text", "is_true"),
    [
        ("is", "northwind", "NORTHWIND", True),
        ("is", "Northwind", "Northwind Ltd", False),
        ("is", ["Acme", "Ångström AB"], "angstrom ab", True),
        ("is", 2024, "2024", True),
        ("contains", "ACTUAR", "Senior actuary, Kraków", True),
        ("contains", "krakow", "Senior actuary, Kraków", True),
        ("contains", ["baker", "actuary"], "Senior actuary", True),
        ("contains", "actuaries", "Senior actuary", False),
        ("contains", "straße", "STRASSE 7", True),
        ("word", "art", "Head of art", True),
        ("word", "art", "Startup founder", False),
        ("word", "art", "state-of-the-art", True),
        ("word", "Müller", "Jan MULLER, Köln", True),
        ("word", "koln", "Jan MULLER, Köln", True),
        ("word", "data engineer", "Data-Engineer at large", True),
        ("word", "data engineer", "Data and engineer", False),
        ("word", "学习", "我想学习数据", True),
        ("word", "学数", "我想学习数据", False),
        ("word", "데이터", "데이터 회사", True),
        ("word", "c", "C++ and C#", True),
        ("word", "engineer data", "data engineer data", True),
    ],
)
def test_texts_are_compared_without_case_and_accents(test: str, sought: Any, text: str, is_true: bool) -> None:
    assert true({"field": "headline", test: sought}, headline=text) is is_true


def test_what_is_not_shown_holds_no_text_so_that_only_none_is_true_of_it() -> None:
    asked = {"field": "headline", "contains": "baker"}
    nothing: tuple[dict[str, Any], ...] = ({}, {"headline": False})
    for shows in nothing:
        assert not true(asked, **shows)
        assert true({"none": [asked]}, **shows)


@pytest.mark.parametrize(("count", "is_true"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_number_lies_from_its_lower_bound_to_below_its_upper_one(count: int, is_true: bool) -> None:
    tree = {"field": "mutual_connections", "at_least": 2, "below": 4}
    assert true(tree, mutual_connections=count) is is_true
    assert true({"signal": "flatters", "at_least": 2, "below": 4}, spoke={"flatters": count}) is is_true
    assert true({"score": {"at_least": 2, "below": 4}}, spoke={"flatters": count}) is is_true


def test_a_large_number_is_told_from_its_neighbour() -> None:
    assert true({"field": "mutual_connections", "is": [7, 1234567]}, mutual_connections=1234567)
    assert not true({"field": "mutual_connections", "is": 1234567}, mutual_connections=1234568)


@pytest.mark.parametrize(("waited", "is_true"), [(3 * DAY - 1, False), (3 * DAY, True), (10 * DAY, False)])
def test_a_time_lies_from_its_lower_bound_to_below_its_upper_one(waited: int, is_true: bool) -> None:
    asked = Asked(waited=waited)
    assert true({"field": "waited", "at_least": "3d", "below": "240h"}, asked=asked) is is_true


def test_a_signal_speaks_or_does_not_whatever_it_brings() -> None:
    assert true({"signal": "flatters"}, spoke={"flatters": -0.25})
    assert not true({"signal": "flatters"}, spoke={"note_is_blank": -0.5})
    assert not true({"signal": "flatters", "below": 100}, spoke={})


CLAIMS = (
    Claim(kind="met", truth="true", words="we met"),
    Claim(kind="school", truth="false", words="your school"),
    Claim(kind="role", truth="unknown", words="your role"),
)


@pytest.mark.parametrize(
    ("tree", "is_true"),
    [
        ({"claim": "met"}, True),
        ({"claim": "school"}, False),
        ({"claim": "school", "truth": "false"}, True),
        ({"claim": "role", "truth": ["true", "false"]}, False),
        ({"claim": ["tool", "role"], "truth": ["true", "unknown"]}, True),
        ({"claim": "any"}, True),
        ({"claim": "any", "truth": "false"}, True),
        ({"claim": "sent", "truth": ["true", "false", "unknown"]}, False),
    ],
)
def test_a_claim_is_true_where_nothing_else_is_asked(tree: dict[str, Any], is_true: bool) -> None:
    assert true(tree, claims=CLAIMS) is is_true
    assert not true(tree)


def test_groups_are_all_any_and_none_in_every_mixture() -> None:
    names = ("note_is_blank", "flatters", "sells_a_service")
    for kinds in itertools.product(("all", "any", "none"), repeat=3):
        group: dict[str, list[Any]] = {"all": [], "any": [], "none": []}
        for kind, name in zip(kinds, names, strict=True):
            group[kind].append({"signal": name})
        for speaking in itertools.product((False, True), repeat=3):
            by = dict(zip(names, speaking, strict=True))
            spoke = {name: -0.25 for name, speaks in by.items() if speaks}
            of = {kind: [by[name] for k, name in zip(kinds, names, strict=True) if k == kind] for kind in group}
            expected = all(of["all"]) and (not of["any"] or any(of["any"])) and not any(of["none"])
            assert true(group, spoke=spoke) is expected
            assert true({"none": [group]}, spoke=spoke) is not expected
            rule = Rule.model_validate({"name": "a", "verdict": "good", **group})
            assert applies(rule, case(spoke=spoke)) is expected


# --- rules, from top to bottom --------------------------------------------------------------------------------------

ALWAYS = [{"field": "owner", "is": "robin"}]
NEVER = [{"field": "owner", "is": "nobody"}]


def read(*rules: dict[str, Any], lessons: tuple[dict[str, Any], ...] = (), **given: Any) -> Read:
    own = [{"name": f"r{at}", "all": ALWAYS, **rule} for at, rule in enumerate(rules, 1)]
    taught = [
        {"id": f"abc{at}", "at": at, "says": "x", "rule": {"name": f"t{at}", "all": ALWAYS, **rule}}
        for at, rule in enumerate(lessons, 1)
    ]
    found = Rules.model_validate({"rule": own}).but(lessons=tuple(map(Lesson.model_validate, taught)))
    return read_through(found.in_order, case(**given))


def decided(found: Read) -> str | None:
    return found.rule.name if found.rule else None


def test_the_first_rule_with_a_verdict_decides_and_none_below_is_read() -> None:
    found = read(
        {"verdict": "good", "all": NEVER}, {"verdict": "ugly"}, {"verdict": "good", "points": 3, "notify": True}
    )
    assert (decided(found), found.score, found.notify) == ("r2", 0, "")
    assert [rule.name for rule in found.applied] == ["r2"]


def test_one_that_goes_on_lets_a_later_one_decide_otherwise_and_decides_if_none_does() -> None:
    first = {"verdict": "ugly", "then": "go on"}
    assert decided(read(first, {"verdict": "good"})) == "r2"
    assert decided(read(first, {"verdict": "good", "all": NEVER})) == "r1"
    assert decided(read(first, {"verdict": "intriguing", "then": "go on"}, {"points": 1})) == "r2"


def test_one_that_stops_without_a_verdict_leaves_it_to_the_points() -> None:
    found = read({"points": 2, "then": "stop"}, {"verdict": "ugly"})
    assert (decided(found), found.score) == (None, 2)


def test_points_are_added_in_words_and_later_conditions_see_them() -> None:
    bound = {"all": [{"score": {"at_least": 3}}], "verdict": "good"}
    found = read({"points": 1.75, "says": "of Northwind"}, bound, spoke={"flatters": 1.25})
    assert decided(found) == "r2"
    (reason,) = found.reasons
    assert (reason.signal, reason.points, reason.evidence) == ("rule:r1", 1.75, "of Northwind")
    assert decided(read(bound, {"points": 1.75}, spoke={"flatters": 1.25})) is None


def test_labels_are_put_once_in_order_and_the_first_to_notify_is_named() -> None:
    found = read({"label": ["b", "a"]}, {"label": "a", "notify": True}, {"label": "c", "notify": True})
    assert (found.labels, found.notify) == (("b", "a", "c"), "r2")


def test_lessons_are_read_first_and_add_two_points_at_most_together() -> None:
    found = read({"points": 5}, lessons=({"points": 1.5}, {"points": 2}, {"points": 0.5}, {"points": -1}))
    assert [(each.signal, each.points) for each in found.reasons] == [
        ("rule:t1", 1.5),
        ("rule:t2", 0.5),
        ("rule:t4", -1),
        ("rule:r1", 5),
    ]
    assert found.score == 6


@settings(max_examples=60, deadline=None)
@given(rule_trees.files(3, rule_trees.plain), rule_trees.lessons(4, rule_trees.plain), st.integers(-40, 40))
def test_reading_ends_adds_exactly_and_lessons_stay_within_their_bound(
    tree: dict[str, Any], taught: list[dict[str, Any]], quarters: int
) -> None:
    rules = Rules.model_validate(tree).but(lessons=tuple(map(Lesson.model_validate, taught)))
    of = case(spoke={"note_is_blank": quarters / 4}, headline="x9 rope", note="x hello", mutual_connections=7)
    found = read_through(rules.in_order, of)
    added = sum(Fraction(each.points) for each in found.reasons)
    assert Fraction(found.score) == Fraction(of.score) + added
    learned = {lesson.rule.name for lesson in rules.lessons if lesson.rule is not None}
    assert abs(sum(each.points for each in found.reasons if each.signal.removeprefix("rule:") in learned)) <= 2
    names = [rule.name for rule in rules.in_order]
    places = [names.index(rule.name) for rule in found.applied]
    assert places == sorted(set(places))
    assert found.rule is None or found.rule in found.applied
    assert not any(rule.stops for rule in found.applied[:-1])
