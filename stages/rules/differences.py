"""(Rules, Rules) -> what is other in the second, one sentence each, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stages.rules.language import Lesson, Rule, Rules
from stages.rules.words import number, of_rule

NAMED = 5
"""names that are told of each kind of change"""
_NAMED = re.compile(
    r"(?:the examples of )?(?:rule |(?P<lesson>lesson ))(?P<name>[a-z0-9-]{1,64}) "
    r"(?:was (?P<what>added|taken out|changed|moved|learned|forgotten)\b|were changed|says otherwise)"
)
"""What the sentences below name."""


def differences(before: Rules, after: Rules) -> Iterator[str]:
    """Nothing where both decide the same and ask for the same examples."""
    old, new = ({rule.name: rule for rule in rules.rule} for rules in (before, after))
    yield from (f"rule {name} was taken out" for name in old if name not in new)
    yield from (f"rule {name} was added: {of_rule(new[name])}" for name in new if name not in old)
    for name in new:
        if name in old:
            yield from _of_rule(name, old[name], new[name])
    both = [name for name in new if name in old]
    stay = _longest_in_order([list(old).index(name) for name in both])
    for at, name in enumerate(both):
        if at not in stay:
            below = list(new)[list(new).index(name) - 1] if list(new).index(name) else ""
            yield f"rule {name} was moved {f'below {below}' if below else 'to the top'}"
    yield from _of_thresholds(before, after)
    yield from _of_lessons(before.lessons, after.lessons)


def in_short(changes: Sequence[str]) -> Iterator[str]:
    """Such sentences by names alone, of each kind of change a few: `added: a, b, c, d, e and 13 more`."""
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    for change in changes:
        if said := _NAMED.match(change):
            names = found.setdefault(said["what"] or "changed", [])
            name = f"{said['lesson'] or ''}{said['name']}"
            names += [] if name in names else [name]
        else:
            rest.append(change.rstrip("."))
    yield from (f"{what}: {_some(names)}" for what, names in found.items())
    yield from rest[:NAMED]
    if len(rest) > NAMED:
        yield f"and {len(rest) - NAMED} more"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def came_and_gone(before: Rules, after: Rules) -> str:
    """`2 came, 1 went, 3 are others, 18 in all`."""
    old, new = ({rule.name: rule.model_copy(update={"line": None}) for rule in rules.rule} for rules in (before, after))
    others = sum(1 for name in new if name in old and list(_of_rule(name, old[name], new[name])))
    told = [
        (len(new.keys() - old.keys()), "came"),
        (len(old.keys() - new.keys()), "went"),
        (others, "is another" if others == 1 else "are others"),
    ]
    return ", ".join((*(f"{count} {what}" for count, what in told if count), f"{len(new)} in all"))


def _of_thresholds(before: Rules, after: Rules) -> Iterator[str]:
    for name in ("good", "intriguing"):
        was, becomes = getattr(before.thresholds, name), getattr(after.thresholds, name)
        if was != becomes:
            yield f"{name} begins at {number(becomes)} instead of {number(was)} points"


def _of_rule(name: str, before: Rule, after: Rule) -> Iterator[str]:
    told = {rule.model_copy(update={"line": None, "examples": (), "says": ""}) for rule in (before, after)}
    if len(told) > 1:
        yield f"rule {name} was changed. Before: {of_rule(before)} Now: {of_rule(after)}"
    if before.says != after.says:
        yield f"rule {name} says otherwise what it is for"
    if len({tuple(each.model_copy(update={"line": None}) for each in rule.examples) for rule in (before, after)}) > 1:
        yield f"the examples of rule {name} were changed"


def _of_lessons(before: Sequence[Lesson], after: Sequence[Lesson]) -> Iterator[str]:
    old, new = ({lesson.id: lesson for lesson in lessons} for lessons in (before, after))
    yield from (f"lesson {id} was forgotten: {lesson.says}" for id, lesson in old.items() if id not in new)
    for id, lesson in new.items():
        if id not in old:
            yield f"lesson {id} was learned: {lesson.says}"
        elif lesson != old[id]:
            yield f"lesson {id} was changed: {lesson.says}"


def _longest_in_order(places: Sequence[int]) -> set[int]:
    """Which of them can stay where they are while the fewest are moved: a longest rising run, by position."""
    best: list[int] = []
    length: list[int] = []
    for at, place in enumerate(places):
        before = [earlier for earlier in range(at) if places[earlier] < place]
        best.append(max(before, key=lambda earlier: length[earlier], default=-1))
        length.append(1 + (length[best[at]] if best[at] >= 0 else 0))
    at = max(range(len(places)), key=lambda each: length[each], default=-1)
    found: set[int] = set()
    while at >= 0:
        found.add(at)
        at = best[at]
    return found
