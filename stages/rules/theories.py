"""(literals about one thing) -> whether they can all hold. What it does not know it takes for possible.

So "these contradict each other" is always true, and "these can hold together" need not be.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from stages.rules.comparing import in_words
from stages.rules.conditions import CHOICES
from stages.rules.fields import kind_of
from stages.rules.formulas import Literal, Or
from stages.sources import SOURCES

MOST_PAIRS = 20_000
"""texts of one list times texts of another, above which only equal texts are looked for"""
STATES = ("shown", "absent", "unknown")
_STATES = {
    **dict.fromkeys(("network", "language", "note_language", "template", "words"), ("shown", "unknown")),
    **dict.fromkeys(("waited", "asked_before"), ("shown", "absent")),
    **dict.fromkeys(
        ("owner", "kind", "authenticity", "conversation", "acquaintance", "accepted", "repeated"), ("shown",)
    ),
    **dict.fromkeys(("requests_before", "messages_before", "echoes", "requests"), ("shown",)),
}
"""Fields of which not all states are possible."""
NEVER_RULED = {"kind": frozenset({"spoof"}), "authenticity": frozenset({"forged"})}
"""Safety decides about these before any rule."""
_RULED_KINDS = frozenset({"invitation", "invitation_reminder", "inmail", "digest"})
"""The others get no verdict, or safety's."""


def states_of(field: str) -> tuple[str, ...]:
    """What may be known of a field: shown, absent, unknown."""
    return _STATES.get(field, STATES)


def values_of(field: str) -> tuple[str, ...]:
    """The values that a choice field can have."""
    return tuple(SOURCES) if field == "network" else CHOICES.get(field, ())


def ruled_values(field: str) -> tuple[str, ...]:
    """Those of them that rules can meet."""
    met = (value for value in values_of(field) if value not in NEVER_RULED.get(field, ()))
    return tuple(value for value in met if field != "kind" or value in _RULED_KINDS)


def consistent(literals: Iterable[Literal]) -> bool:
    """Whether literals about one thing may all hold; False: they contradict each other for certain."""
    told = tuple(literals)
    kind, _, name = told[0].about.partition(":")
    if kind == "claims":
        absent = {pair for each in told if not each.holds for pair in each.of}
        return all(not absent.issuperset(set(each.of)) for each in told if each.holds)
    if kind == "signal":
        return not any(each.holds for each in told) or _some_number(told, step=0.25, least=-math.inf, zero=False)
    if kind == "score":
        return _some_number(told, step=0.25, least=-math.inf)
    if kind == "field":
        return _field(name, told)
    return len({each.holds for each in told}) == 1  # a list that was not read is itself, and nothing else is known


def cost(new: Literal, others: Iterable[Literal]) -> int:
    """About how much work it is to see whether `new` goes with the others."""
    return 1 + sum(1 + min(len(new.of) * len(each.of), MOST_PAIRS) // 50 for each in others)


# --- numbers


def _some_number(told: tuple[Literal, ...], step: float, least: float, zero: bool = True) -> bool:
    """Whether there is a number that all these allow: of steps from `least` on.

    What they allow is made of intervals, so if there is a number, one of those where an interval may begin is one.
    """
    bounds = [bound for each in told for bound in (each.at_least, each.below) if bound is not None]
    named = [float(text) for each in told if each.asks == "is" for text in each.of if _COUNT.fullmatch(text)]
    begins = [least, step, *(_up(bound, step) for bound in bounds), *named, *(number + step for number in named)]
    begins += [0.0] if zero else [begin + step for begin in begins]
    return any(
        number >= least and (zero or number != 0) and all(_allows(each, number) == each.holds for each in told)
        for number in begins
    )


def _up(bound: float, step: float) -> float:
    """The first step that is not below `bound`."""
    return math.ceil(bound / step) * step if abs(bound) < 2**50 else bound


def _allows(literal: Literal, number: float) -> bool:
    if literal.asks == "bounds":
        low, high = literal.at_least, literal.below
        return (low is None or number >= low) and (high is None or number < high)
    if literal.asks == "is":
        return math.isfinite(number) and str(int(number)) in literal.of
    return True  # it speaks; it is shown


# --- fields


def _field(name: str, told: tuple[Literal, ...]) -> bool:
    states = [each for each in told if each.asks == "state"]
    tests = tuple(each for each in told if each.asks != "state")
    for state in states_of(name):
        if any((state in each.of) != each.holds for each in states):
            continue
        if state != "shown":
            if not any(each.holds for each in tests):
                return True
        elif _value(name, tests):
            return True
    return False


def _value(name: str, tests: tuple[Literal, ...]) -> bool:
    """Whether a value may be shown of which all these are true."""
    kind = kind_of(name)
    if not tests:
        return True
    if kind in ("number", "time"):
        if any(len(text) > 15 for each in tests for text in each.of):  # too long to be reckoned with
            return True
        return _some_number(tests, step=1.0, least=0.0)
    if kind == "choice":
        return any(all(_true_of(value, each) == each.holds for each in tests) for value in ruled_values(name))
    return _text(tests)


def _true_of(text: str, test: Literal) -> bool:
    """Whether a test is true of a folded text."""
    if test.asks == "is":
        return text in test.of
    if test.asks == "contains":
        return any(sought in text for sought in test.of)
    words = in_words(text)
    return any(sought in words for sought in test.of)


def _text(tests: tuple[Literal, ...]) -> bool:
    wanted = [each for each in tests if each.holds]
    named = [each.of for each in wanted if each.asks == "is"]
    if named:
        can = min(named, key=lambda texts: len(texts))
        if len(can) * len(tests) > MOST_PAIRS:
            return True
        return any(all(_true_of(text, each) == each.holds for each in tests) for text in can)
    unwanted = [each for each in tests if not each.holds and each.asks != "is"]  # other texts there are always
    return all(_remains(each, unwanted) for each in wanted)


def _remains(wanted: Literal, unwanted: list[Literal]) -> bool:
    """Whether one of the texts that are looked for brings nothing along that must not be there."""
    if not unwanted:
        return True
    gone: set[str] = set()
    for each in unwanted:
        gone |= _brings(wanted, each)
    return not gone.issuperset(wanted.of)


@lru_cache(maxsize=2048)
def _brings(wanted: Literal, unwanted: Literal) -> frozenset[str]:
    """Which of the texts that `wanted` looks for cannot be there without one that `unwanted` looks for."""
    looks, others = wanted.of, unwanted.of
    if len(looks) * len(others) > MOST_PAIRS:
        return looks & others if wanted.asks == unwanted.asks else frozenset()
    return frozenset(text for text in looks if _implied(text, wanted.asks, others, unwanted.asks))


_COUNT = re.compile(r"0|[1-9][0-9]{0,14}")
_EDGES = re.compile(r"^[^\W_]+|[^\W_]+$")


def _implied(text: str, asks: str, others: frozenset[str], ask: str) -> bool:
    """Whether a text in which `text` stands surely has one of the others in it, too."""
    if asks == "word":  # words one blank apart; in the text anything but a letter may stand between them
        return any(other in text for other in others) if ask == "word" else _in_some(text.split(), others)
    if ask == "contains":
        return any(other in text for other in others)
    whole = in_words(_EDGES.sub(" ", text))  # at its ends it may be cut out of longer words
    return any(other in whole for other in others)


def _in_some(words: list[str], others: frozenset[str]) -> bool:
    return any(other in word for word in words for other in others)


_UNASKED = Literal("field:conversation", "is", True, frozenset({"none"}))
_ANSWERED = Literal("field:conversation", "is", True, frozenset({"answered"}))
_WAITED = Literal("field:waited", "state", True, frozenset({"shown"}))
_NO_ANSWER = Literal("field:answer", "state", True, frozenset({"absent"}))
ALWAYS_SO = (
    Or((_UNASKED, _WAITED)),
    Or((_UNASKED._replace(holds=False), _WAITED._replace(holds=False))),
    Or((_ANSWERED, _NO_ANSWER)),
)
"""What fields have to do with each other: who was not asked has not been waited for, nor answered."""
