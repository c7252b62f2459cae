"""(formulas, Effort) -> whether all can hold together: a search through their alternatives that ends in any case.

It goes back to what a contradiction hangs on (backjumping), so that choices which have nothing to do with it are not
tried in all ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.rules.formulas import And, Formula, Literal, Or
from stages.rules.theories import consistent, cost


class Effort:
    """How much work may still be done; when it is used up, nothing is known."""

    def __init__(self, left: int) -> None:
        self.left = left

    def takes(self, work: int) -> bool:
        """Whether there was so much left."""
        self.left -= work
        return self.left >= 0


class _Waiting(NamedTuple):
    """What is still to be looked at: a list that is shared by all choices that were made below it."""

    formula: Formula
    level: int
    """the choice it hangs on; 0: none"""
    rest: _Waiting | None


class _Choice:
    """Alternatives, one of which was chosen."""

    def __init__(self, told: Or, level: int, rest: _Waiting | None, mark: int) -> None:
        self.alternatives = iter(told.parts)
        self.level, self.rest, self.mark = level, rest, mark
        self.against: set[int] = set()
        """choices before it, on which it hangs that alternatives failed"""


class _Search:
    def __init__(self) -> None:
        self.known: dict[str, list[tuple[Literal, int]]] = {}
        self.trail: list[str] = []
        self.choices: list[_Choice] = []

    def add(self, literal: Literal, level: int) -> set[int] | None:
        """Take it for true. None: it goes with all that is known; else the choices on which it hangs that it cannot."""
        known = self.known.setdefault(literal.about, [])
        if any(each == literal for each, _ in known):
            return None
        if consistent((*(each for each, _ in known), literal)):
            known.append((literal, level))
            self.trail.append(literal.about)
            return None
        return {level, *(at for _, at in known)} - {0}

    def is_known(self, formula: Formula) -> bool:
        return isinstance(formula, Literal) and any(formula == each for each, _ in self.known.get(formula.about, ()))

    def back(self, against: set[int]) -> _Waiting | bool:
        """The next alternative of the last choice on which the contradiction hangs; False: there is none."""
        while self.choices:
            level, choice = len(self.choices), self.choices[-1]
            if level in against:
                choice.against |= against - {level}
                while len(self.trail) > choice.mark:
                    self.known[self.trail.pop()].pop()
                other = next(choice.alternatives, None)
                if other is not None:
                    return _Waiting(other, level, choice.rest)
                against = choice.against | ({choice.level} - {0})
            self.choices.pop()
        return False


def satisfiable(formulas: Iterable[Formula], effort: Effort) -> bool | None:
    """Whether all may hold together, as far as the theories know; False is certain. None: the effort did not do."""
    search = _Search()
    waiting: _Waiting | None = None
    for formula in sorted(formulas, key=lambda each: -len(each.parts) if isinstance(each, Or) else 0):
        waiting = _Waiting(formula, 0, waiting)
    while waiting is not None:
        formula, level, waiting = waiting
        failed: set[int] | None = None
        if isinstance(formula, And):
            for part in sorted(formula.parts, key=lambda each: not isinstance(each, Or)):  # alternatives come last
                waiting = _Waiting(part, level, waiting)
        elif isinstance(formula, Literal):
            if not effort.takes(cost(formula, (each for each, _ in search.known.get(formula.about, ())))):
                return None
            failed = search.add(formula, level)
        elif not any(search.is_known(part) for part in formula.parts):
            search.choices.append(_Choice(formula, level, waiting, len(search.trail)))
            failed = {len(search.choices)}
        if not effort.takes(1):
            return None
        if failed is not None:
            found = search.back(failed)
            if isinstance(found, bool):
                return False
            waiting = found
    return True
