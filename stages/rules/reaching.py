"""(Rules, Effort) -> which conditions contradict each other, and by which earlier rules one is always masked."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from stages.rules.formulas import Formula, Literal, Or, formula
from stages.rules.language import Rule
from stages.rules.solving import Effort, satisfiable
from stages.rules.theories import ALWAYS_SO
from stages.rules.walking import Place

ONE = 4_000
"""steps for one question"""
NAMED = 6
"""rules that are told where they mask another together"""


def impossible(formulas: Sequence[Formula], effort: Effort) -> bool:
    """Whether these can surely not hold together."""
    return _tried(formulas, effort) is False


def _tried(formulas: Sequence[Formula], effort: Effort) -> bool | None:
    if effort.left <= 0:
        return None
    own = Effort(min(ONE, effort.left))
    before = own.left
    found = satisfiable((*formulas, *_links(formulas)), own)
    effort.left -= before - max(own.left, 0)
    return found


def _links(formulas: Sequence[Formula]) -> Iterator[Formula]:
    """What fields have to do with each other, as far as these ask about several of them."""
    if len(ALWAYS_SO) and len(_abouts(formulas) & {"field:conversation", "field:waited", "field:answer"}) > 1:
        yield from ALWAYS_SO


def _abouts(formulas: Sequence[Formula]) -> set[str]:
    found: set[str] = set()
    left = list(formulas)
    while left:
        one = left.pop()
        if isinstance(one, Literal):
            found.add(one.about)
        else:
            left.extend(one.parts)
    return found


def contradicting(rule: Rule, silent: Container[str], effort: Effort) -> tuple[Place, ...]:
    """The places, below the rule, of as few conditions as contradict each other. Empty: it is not known that any do."""
    left: dict[Place, Formula] = {("all", at): formula(each, 0, silent) for at, each in enumerate(rule.all)}
    if rule.any:
        parts = tuple(formula(each, 0, silent) for each in rule.any)
        left["any",] = Or(parts)
    left |= {("none", at): formula(each, 0, silent, False) for at, each in enumerate(rule.none)}
    if not impossible(tuple(left.values()), effort):
        return ()
    return tuple(_core(left, (), effort))


def _core(left: dict[Place, Formula], besides: tuple[Formula, ...], effort: Effort) -> dict[Place, Formula]:
    """As few of them as are still impossible, with what is there `besides`: each is left out if it is not needed."""
    for place in tuple(left):
        fewer = {each: told for each, told in left.items() if each != place}
        if impossible((*besides, *fewer.values()), effort):
            left = fewer
    return left


class Masks:
    """Goes through rules from the top, and knows which of those before hide one."""

    def __init__(self, silent: Container[str], effort: Effort) -> None:
        self._silent, self._effort = silent, effort
        self._before: dict[Place, Formula] = {}
        self._score = 0
        self._at = 0

    def next(self, rule: Rule) -> tuple[int, ...] | None:
        """The numbers of the earlier rules one of which always stops the reading where this rule would hold.

        Empty: none is known of; None: the rule by itself can never hold.
        """
        own = formula(rule, self._score, self._silent)
        alone = impossible((own,), self._effort)
        found = () if alone else self._masked_by(own)
        if rule.stops:
            self._before[self._at,] = formula(rule, self._score, self._silent, False)
        if rule.points is not None:
            self._score += 1
        self._at += 1
        return None if alone else found

    def _masked_by(self, own: Formula) -> tuple[int, ...]:
        if not self._before or _tried((own, *self._before.values()), self._effort):
            return ()
        for place, told in self._before.items():
            if impossible((own, told), self._effort):
                return _numbers((place,))
        if not impossible((own, *self._before.values()), self._effort):
            return ()
        return _numbers(_core(self._before, (own,), self._effort))


def _numbers(places: Sequence[Place] | dict[Place, Formula]) -> tuple[int, ...]:
    return tuple(int(place[0]) for place in places)
