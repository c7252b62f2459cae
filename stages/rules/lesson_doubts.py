"""(Rules, points) -> what is odd about the lessons among them. A lesson that is odd does less; it stops nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from stages.rules.language import LEARNED_MOST, SHIFTED_MOST, Lesson, Rule, Rules
from stages.rules.walking import conditions_of
from stages.signals import SIGNALS


class Doubt(NamedTuple):
    lesson: str
    says: str
    """a sentence for a person"""


def lesson_doubts(rules: Rules, points: Mapping[str, float], owners: Collection[str] = ()) -> tuple[Doubt, ...]:
    """Signals and owners that are no more, signals worth no `points`, and what other lessons leave of it."""
    found: list[Doubt] = []
    silent = {name for name, worth in points.items() if not worth and name in SIGNALS and not SIGNALS[name].veto}
    for at, lesson in enumerate(rules.lessons):
        told = [*_of_rule(lesson, silent), *_of_others(lesson, rules.lessons[:at], rules.lessons[at + 1 :])]
        if lesson.rule is not None and any(rule.name == lesson.rule.name for rule in rules.rule):
            told.append(
                f'a rule of yours is called "{lesson.rule.name}", too; give yours another name to tell them apart'
            )
        if owners and lesson.owner and lesson.owner not in owners:
            told.append(f'it is of an owner "{lesson.owner}", whom the configuration does not know')
        found += [Doubt(lesson.id, sentence) for sentence in dict.fromkeys(told)]
    return tuple(found)


def _of_rule(lesson: Lesson, silent: Collection[str]) -> Iterator[str]:
    for _, condition in conditions_of(lesson.rule) if lesson.rule is not None else ():
        if condition.signal is not None and condition.signal not in SIGNALS:
            yield f"it asks for a signal {condition.signal}, which there is no more"
        elif condition.signal in silent:
            yield f"it asks for {condition.signal}, which is worth no points here and so never speaks"
        for sought in (condition.is_, condition.contains, condition.word):
            if sought is not None and sought.file:
                yield f"it asks for the list {sought.file}, and lessons read no files; write its texts into it"


def _of_others(lesson: Lesson, before: tuple[Lesson, ...], after: tuple[Lesson, ...]) -> Iterator[str]:
    """What the other lessons leave of it: silent where one that says the opposite may make room."""
    theirs = _of_owner(lesson, before)
    for name in ("good", "intriguing"):
        shift = getattr(lesson, name)
        earlier = sum(getattr(each, name) for each in theirs)
        later = [getattr(each, name) / shift for each in _may_meet(lesson, after)] if shift else []
        opposing = sum(min(0.0, each) for each in later)
        if shift and (earlier + shift) / shift + opposing > SHIFTED_MOST / abs(shift):
            yield f"with the others it would move {name} by more than {SHIFTED_MOST:g}, and does not"
    rule = lesson.rule
    if rule is None:
        return
    rules = [(each.id, each.rule) for each in theirs if each.rule is not None]
    masks = next((id for id, other in rules if other.stops and _covers(other, rule)), None)
    if masks is not None:
        yield f"it never counts: the lesson {masks} is read before it and decides whenever it would"
    if rule.points:
        alike = [other.points or 0.0 for _, other in rules if _covers(other, rule)]
        others = (each.rule for each in _may_meet(lesson, before) if each.rule is not None)
        room = any((other.points or 0.0) * rule.points < 0 for other in others)
        if not room and abs(sum(alike)) >= LEARNED_MOST and sum(alike) * rule.points > 0:
            yield f"it adds nothing: other lessons add the {LEARNED_MOST:g} points that all may add together"


def _of_owner(lesson: Lesson, some: tuple[Lesson, ...]) -> list[Lesson]:
    """Those that surely count wherever this one does."""
    return [each for each in some if each.owner in ("", lesson.owner)]


def _may_meet(lesson: Lesson, some: tuple[Lesson, ...]) -> list[Lesson]:
    """Those that may count about a request about which this one does."""
    return [each for each in some if "" in (each.owner, lesson.owner) or each.owner == lesson.owner]


def _covers(earlier: Rule, later: Rule) -> bool:
    """True if `earlier` surely holds whenever `later` does: its conditions are among those of the later one."""
    if not set(earlier.all) <= set(later.all) or not set(earlier.none) <= set(later.none):
        return False
    return not earlier.any or bool(set(earlier.any) & set(later.all)) or set(later.any) == set(earlier.any)
