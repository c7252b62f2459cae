"""(Rule) -> its conditions with their places in the file; (Rules) -> the files that they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stages.rules.conditions import Condition, Sought
from stages.rules.language import Rule, Rules

Place = tuple[str | int, ...]
GROUPS = ("all", "any", "none")
TESTS = {"is": "is_", "contains": "contains", "word": "word"}
"""Keys whose value may be a list, and what they are called inside."""


class Remark(NamedTuple):
    """Something that is wrong, in words, and where it stands."""

    place: Place
    says: str


class Standing(NamedTuple):
    """A condition, and where it stands."""

    place: Place
    condition: Condition


def conditions_of(group: Rule | Condition, place: Place = ()) -> Iterator[Standing]:
    """Every condition of a rule, at all levels, what is inside first."""
    for name in GROUPS:
        for at, condition in enumerate(getattr(group, name)):
            inner = (*place, name, at)
            yield from conditions_of(condition, inner)
            yield Standing(inner, condition)


def files_of(rules: Rules) -> tuple[str, ...]:
    """The files from which lists were read, as they are named, each once."""
    found = (
        sought.file
        for rule in rules.rule
        for standing in conditions_of(rule)
        for key in TESTS.values()
        if (sought := getattr(standing.condition, key)) is not None and sought.file
    )
    return tuple(dict.fromkeys(found))


Read = Callable[[Sought, Place], Sought]
"""(a list, its place) -> the same as it is read"""


def with_lists(group: Rule, read: Read, place: Place) -> Rule:
    """The rule with every list that lies in a file as `read` gives it."""
    reads = any(_reads(each.condition) for each in conditions_of(group))
    return group.but(**_changed(group, read, place)) if reads else group


def _reads(condition: Condition) -> bool:
    return any((sought := getattr(condition, key)) is not None and sought.file for key in TESTS.values())


def _changed(group: Rule | Condition, read: Read, place: Place) -> dict[str, object]:
    changed: dict[str, object] = {}
    for name in GROUPS:
        changed[name] = tuple(
            condition.but(**_changed(condition, read, (*place, name, at)))
            for at, condition in enumerate(getattr(group, name))
        )
    if isinstance(group, Condition):
        for key, name in TESTS.items():
            sought = getattr(group, name)
            if sought is not None and sought.file:
                changed[name] = read(sought, (*place, key))
    return changed
