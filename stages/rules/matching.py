"""(rules, Case) -> Read: which rule decides about one request, and what others add. It goes down once, and ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.events import Reason
from stages.rules.comparing import in_words, whole
from stages.rules.conditions import Condition, as_text
from stages.rules.fields import FIELDS, Asked, Case
from stages.rules.language import LEARNED_MOST, Rule

ADDED = "rule:"
"""How the reasons begin that a rule adds; its name follows."""


class Read(NamedTuple):
    """What came of reading rules from top to bottom."""

    rule: Rule | None
    """which decides; None: the points do"""
    reasons: tuple[Reason, ...]
    """of the points that rules added"""
    labels: tuple[str, ...]
    notify: str
    """the first rule that asks for the owner to be told; empty: none"""
    score: float
    applied: tuple[Rule, ...] = ()
    """every rule that held, in order"""


def read_through(rules: Iterable[Rule], case: Case) -> Read:
    """Read the rules about one request."""
    decides: Rule | None = None
    reasons: list[Reason] = []
    labels: dict[str, None] = {}
    applied: list[Rule] = []
    notify, learned = "", 0.0
    for rule in rules:
        if not applies(rule, case):
            continue
        applied.append(rule)
        points = _added_by(rule, learned)
        learned += points if rule.lesson else 0.0
        if points:
            reasons.append(Reason(signal=ADDED + rule.name, points=points, evidence=rule.says))
            case = case._replace(score=case.score + points)
        labels |= dict.fromkeys(rule.label)
        notify = notify or (rule.name if rule.notify else "")
        if rule.verdict is not None:
            decides = rule
        if rule.stops:
            break
    return Read(decides, tuple(reasons), tuple(labels), notify, case.score, tuple(applied))


def _added_by(rule: Rule, learned: float) -> float:
    """The points that a rule adds which holds. `learned`: those of lessons so far, which have a bound together."""
    points = rule.points or 0.0
    return max(-LEARNED_MOST, min(LEARNED_MOST, learned + points)) - learned if rule.lesson and points else points


def applies(rule: Rule, case: Case) -> bool:
    """Do all conditions of this one rule hold?"""
    return _grouped(rule, case)


def may_apply(rule: Rule, case: Case) -> bool:
    """Whether it may hold of this request if other signals spoke: no field or claim that it needs is otherwise."""
    return all(holds(each, case) for each in rule.all if each.field is not None or each.claim is not None)


def holds(condition: Condition, case: Case) -> bool:
    """Is this one condition true? Texts are compared without case and accents."""
    if condition.signal is not None:
        points = case.spoke.get(condition.signal)
        return points is not None and (condition.at_least is condition.below is None or condition.bounds.hold(points))
    if condition.score is not None:
        return condition.score.hold(case.score)
    if condition.claim is not None:
        truths = condition.truth or ("true",)
        return any(
            claim.truth in truths and ("any" in condition.claim or claim.kind in condition.claim)
            for claim in case.judgement.claims
        )
    if condition.field is not None:
        return _tested(condition, FIELDS[condition.field].read(case))
    return _grouped(condition, case)


def _grouped(group: Rule | Condition, case: Case) -> bool:
    for condition in group.all:  # loops, for it is asked by the million
        if not holds(condition, case):
            return False
    for condition in group.none:
        if holds(condition, case):
            return False
    return not group.any or any(holds(condition, case) for condition in group.any)


def _tested(condition: Condition, asked: Asked) -> bool:
    """Whether a field is as its condition says. What is not shown is like nothing."""
    if condition.state is not None:
        return asked.state == condition.state
    if asked.value is None:
        return False
    if condition.at_least is not None or condition.below is not None:
        return isinstance(asked.value, float | int) and condition.bounds.hold(asked.value)
    text = asked.value if isinstance(asked.value, str) else as_text(asked.value)
    if condition.is_ is not None:
        return whole(text) in condition.is_.whole
    if condition.contains is not None:
        folded = whole(text)
        return any(sought in folded for sought in condition.contains.folded)
    words = in_words(text)
    return condition.word is not None and any(sought in words for sought in condition.word.phrases)
