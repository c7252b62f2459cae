"""(rule or condition) -> Formula: what it asks, as literals joined by and and or; a negation stands in a literal only.

A literal is about one thing: a signal, the score, the claims, a field. What such literals can mean together is known to
`theories`; whether a whole formula can hold, to `solving`.
"""

from __future__ import annotations

from collections.abc import Container
from itertools import product
from typing import NamedTuple, get_args

from stages.rules.conditions import Condition, Sought
from stages.rules.language import Rule
from stages.values import ClaimKind


class Literal(NamedTuple):
    """Something that is asked, and whether it holds."""

    about: str
    """signal:NAME, score:NUMBER, claims, or field:NAME"""
    asks: str
    """speaks, bounds, claims, is, contains, word, state, or unread (a list that was not read: nothing is known)"""
    holds: bool = True
    of: frozenset[str] = frozenset()
    """the texts, states or claims that it asks for: one of them will do"""
    at_least: float | None = None
    below: float | None = None


class And(NamedTuple):
    """Every part holds; without parts: always."""

    parts: tuple[Formula, ...]


class Or(NamedTuple):
    """One part holds at least; without parts: never."""

    parts: tuple[Formula, ...]


Formula = Literal | And | Or
ALWAYS, NEVER = And(()), Or(())
_CLAIMS = tuple(get_args(ClaimKind))


def formula(group: Rule | Condition, score: int = 0, silent: Container[str] = (), holds: bool = True) -> Formula:
    """What it asks; with `holds` false, its contrary.

    `score` counts the rules before it that add points: the score they see is another one. `silent` are signals that
    never speak.
    """
    if isinstance(group, Condition) and not group.parts:
        return _leaf(group, score, silent, holds)
    all_ = [formula(part, score, silent, holds) for part in group.all]
    any_ = tuple(formula(part, score, silent, holds) for part in group.any)
    none = [formula(part, score, silent, not holds) for part in group.none]
    if holds:
        return _flat(And, (*all_, *([_flat(Or, any_)] if any_ else []), *none))
    return _flat(Or, (*all_, *([_flat(And, any_)] if any_ else []), *none))


def _flat(join: type[And] | type[Or], parts: tuple[Formula, ...]) -> Formula:
    """Joined, with what is joined in the same way taken in."""
    taken: list[Formula] = []
    for part in parts:
        if isinstance(part, join):
            taken.extend(part.parts)
        else:
            taken.append(part)
    return taken[0] if len(taken) == 1 else join(tuple(taken))


def _leaf(condition: Condition, score: int, silent: Container[str], holds: bool) -> Formula:
    if condition.signal is not None:
        about = f"signal:{condition.signal}"
        if condition.signal in silent:
            return NEVER if holds else ALWAYS
        return _bounded(about, condition, holds) or Literal(about, "speaks", holds)
    if condition.score is not None:
        low, high = condition.score.at_least, condition.score.below
        return Literal(f"score:{score}", "bounds", holds, at_least=low, below=high)
    if condition.claim is not None:
        kinds = _CLAIMS if "any" in condition.claim else condition.claim
        pairs = product(kinds, condition.truth or ("true",))
        return Literal("claims", "claims", holds, frozenset(f"{kind} {truth}" for kind, truth in pairs))
    about = f"field:{condition.field}"
    if condition.state is not None:
        return Literal(about, "state", holds, frozenset((condition.state,)))
    for asks, sought in (("is", condition.is_), ("contains", condition.contains), ("word", condition.word)):
        if sought is not None:
            return _sought(about, asks, sought, holds)
    return _bounded(about, condition, holds) or ALWAYS


def _bounded(about: str, condition: Condition, holds: bool) -> Literal | None:
    if condition.at_least is None and condition.below is None:
        return None
    return Literal(about, "bounds", holds, at_least=condition.bounds.at_least, below=condition.bounds.below)


def _sought(about: str, asks: str, sought: Sought, holds: bool) -> Literal:
    if not sought.texts:
        return Literal(f"unread:{sought.file}:{about}:{asks}", "unread", holds)
    texts = {"is": sought.whole, "word": sought.phrases}.get(asks, sought.folded)
    return Literal(about, asks, holds, texts)
