"""What the analysis of rules claims is compared with trying all that can be, in small worlds where that can be done."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.rules.conditions import Condition
from stages.rules.fields import FIELDS, Case
from stages.rules.formulas import formula
from stages.rules.language import Rules
from stages.rules.matching import holds, read_through
from stages.rules.reaching import Masks, impossible
from stages.rules.solving import Effort
from stages.rules.theories import states_of
from tests.builders.cases import case, every, rules

PLENTY = 200_000
FIRST, SECOND = "flatters", "sells_a_service"
QUARTERS = (None, -1.25, -1.0, -0.5, 0.25, 0.5, 1.0)
KINDS = ("invitation", "invitation_reminder", "inmail", "digest")
TEXTS = ("actuary", "an actuary, retired", "factuary", "baker", "baker's actuary", "retired", "a-b", "ab", "x")
WORLDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "signals": {f"signal_{FIRST}": QUARTERS, f"signal_{SECOND}": QUARTERS, "kind": KINDS},
    "numbers": {
        "mutual": (None, False, 0, 1, 2, 3, 4),
        "before": (0, 1, 2, 3, 4),
        "kind": KINDS,
    },
    "claims": {
        "claims": (
            (),
            (("met", "true"),),
            (("met", "false"),),
            (("school", "true"),),
            (("met", "true"), ("job", "true")),
        ),
        "conversation": ("none", "silent", "answered"),
        f"signal_{FIRST}": (None, 1.0),
    },
    "texts": {"headline": (None, False, *TEXTS), "note": (None, False, "actuary", "baker"), "kind": ("invitation",)},
    "scores": {"score": tuple(quarter / 4 for quarter in range(-12, 13)), f"signal_{FIRST}": (None, 0.5, 1.0)},
}


@cache
def world(name: str) -> tuple[Case, ...]:
    return tuple(every(**WORLDS[name]))


_numbers = st.sampled_from([0, 1, 2, 2.5, 3, 4])
_quarters = st.sampled_from([-1.0, -0.5, 0.0, 0.1, 0.5, 1.0])


def _bounds(values: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"at_least": values}, optional={"below": values}) | values.map(lambda v: {"below": v})


def _field(name: str, *tests: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    states = st.sampled_from(["shown", "absent", "unknown"]).map(lambda state: {"state": state})
    return st.one_of(*tests, states).map(lambda test: {"field": name, **test})


def _one_of(key: str, values: Iterable[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(st.sampled_from(tuple(values)), min_size=1, max_size=2, unique=True).map(lambda some: {key: some})


def _signal(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return (st.just({}) | _bounds(_quarters)).map(lambda bounds: {"signal": name, **bounds})


_kind = _field("kind", _one_of("is", KINDS))
_sought = ("actuary", "actu", "retired", "baker", "a b", "ab", "an actuary", "r")
ASKED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "signals": _signal(FIRST) | _signal(SECOND) | _kind,
    "numbers": _field("mutual_connections", _bounds(_numbers), _one_of("is", (0, 1, 2, "3", "x")))
    | _field("requests_before", _bounds(_numbers))
    | _kind,
    "claims": st.builds(
        lambda kinds, truths: {"claim": kinds, "truth": truths},
        st.lists(st.sampled_from(["met", "school", "any"]), min_size=1, max_size=2),
        st.lists(st.sampled_from(["true", "false"]), min_size=1, max_size=2),
    )
    | _field("conversation", _one_of("is", ("none", "silent", "answered")))
    | _field("waited", _bounds(st.sampled_from([0, 4, 5, 9])).map(lambda b: {k: f"{v}s" for k, v in b.items()}))
    | _field("answer", _one_of("contains", ("fair", "zzz")))
    | st.just({"signal": FIRST}),
    "texts": _field("headline", *(_one_of(key, _sought) for key in ("is", "contains", "word")))
    | _field("note", _one_of("is", ("actuary", "baker"))),
    "scores": _bounds(_quarters).map(lambda bounds: {"score": bounds}) | st.just({"signal": FIRST}),
}


def _group(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(inside, max_size=2)
    groups = st.fixed_dictionaries({}, optional={"all": some, "any": some, "none": some})
    return groups.filter(lambda group: any(group.values()))


_ends = st.sampled_from([{"verdict": "good"}, {"verdict": "ugly", "then": "go on"}, {"points": 1.0}, {"then": "stop"}])


def _rules(name: str, most: int) -> st.SearchStrategy[Rules]:
    conditions = st.recursive(ASKED[name], _group, max_leaves=4)
    rule = st.builds(lambda group, ends: {**group, **ends, "label": "seen"}, _group(conditions), _ends)
    return st.lists(rule, min_size=1, max_size=most).map(lambda some: _made(some))


def _made(given: list[dict[str, Any]]) -> Rules:
    return Rules.model_validate({"rule": [{"name": f"rule-{at}", **rule} for at, rule in enumerate(given)]})


def claimed(by: Rules) -> list[str]:
    """What is said of each rule: never, masked or nothing."""
    masks = Masks((), Effort(PLENTY))
    found = []
    for rule in by.rule:
        told = masks.next(rule)
        found.append("never" if told is None else "masked" if told else "")
    return found


def tried(by: Rules, cases: Iterable[Case]) -> list[str]:
    """The same by trying."""
    alone, reached = set(), set()
    for one in cases:
        alone |= {rule.name for rule in by.rule if read_through((rule,), one).applied}
        reached |= {rule.name for rule in read_through(by.rule, one).applied}
    return ["" if r.name in reached else "masked" if r.name in alone else "never" for r in by.rule]


def check_never_false(name: str, by: Rules) -> None:
    for rule, said, so in zip(by.rule, claimed(by), tried(by, world(name)), strict=True):
        assert not said or so, f"{rule.name} is said to be {said}"


def check_exact(name: str, by: Rules) -> None:
    assert claimed(by) == tried(by, world(name))


def check_condition(name: str, asked: Condition) -> None:
    for wanted in (True, False):
        if impossible((formula(asked, holds=wanted),), Effort(PLENTY)):
            assert not [one for one in world(name) if holds(asked, one) is wanted]


def _runs(check: Any, name: str, strategy: st.SearchStrategy[Any], many: int) -> None:
    @settings(max_examples=many, deadline=None, derandomize=True, database=None)
    @given(strategy)
    def run(given_: Any) -> None:
        check(name, given_)

    run()


def _conditions(name: str) -> st.SearchStrategy[Condition]:
    return st.recursive(ASKED[name], _group, max_leaves=6).map(Condition.model_validate)


@pytest.mark.parametrize("name", list(WORLDS))
def test_no_rule_that_a_case_reaches_is_said_to_be_masked_or_never_to_hold(name: str) -> None:
    _runs(check_never_false, name, _rules(name, 4), 40)


@pytest.mark.parametrize("name", list(WORLDS))
def test_a_condition_that_is_said_never_to_hold_holds_in_no_case(name: str) -> None:
    _runs(check_condition, name, _conditions(name), 60)


@pytest.mark.parametrize("name", ["signals", "numbers"])
def test_where_all_that_matters_can_be_tried_every_masked_and_every_impossible_rule_is_found(name: str) -> None:
    _runs(check_exact, name, _rules(name, 4).filter(lambda by: all(r.points is None for r in by.rule)), 40)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("name", list(WORLDS))
def test_no_false_alarm_in_a_great_many_rules(name: str) -> None:
    _runs(check_never_false, name, _rules(name, 6), 250)
    _runs(check_condition, name, _conditions(name), 250)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("name", ["signals", "numbers"])
def test_nothing_is_missed_in_a_great_many_rules(name: str) -> None:
    _runs(check_exact, name, _rules(name, 6).filter(lambda by: all(r.points is None for r in by.rule)), 250)


@pytest.mark.parametrize("name", list(WORLDS))
def test_fields_are_known_in_no_other_way_than_the_analysis_supposes(name: str) -> None:
    for one in (*world(name), case()):
        for field, what in FIELDS.items():
            assert what.read(one).state in states_of(field)


@pytest.mark.parametrize("name", list(WORLDS))
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_a_copy_of_a_rule_or_a_narrower_one_below_it_is_always_found(name: str, data: st.DataObject) -> None:
    first = data.draw(_group(st.recursive(ASKED[name], _group, max_leaves=3)))
    more = data.draw(st.lists(ASKED[name], max_size=2))
    narrower = {**first, "all": [*first.get("all", []), *more]}
    between = data.draw(st.lists(_group(ASKED[name]), max_size=2))
    by = rules(first, *({**each, "label": "seen", "then": "go on"} for each in between), narrower)
    assert claimed(by)[-1] in ("masked", "never")
