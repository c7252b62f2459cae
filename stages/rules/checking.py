"""(Rules) -> what is wrong with them, for `salver check`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from rapidfuzz import process

from stages.rules.conditions import CHOICES
from stages.rules.language import Rule, Rules
from stages.signals import SIGNALS
from stages.sources import SOURCES


def explain_rules(rules: Rules, signals: Iterable[str], worthless: Container[str] = ()) -> tuple[str, ...]:
    """What is wrong with these rules, one sentence for a person each; empty if nothing is.

    Finds signals that do not exist, or that are `worthless` (of no points, so they never speak), and rules that can
    never decide because an earlier, weaker one always does (a simple comparison: an earlier rule whose conditions are
    all among those of the later one).
    """
    known = tuple(signals)
    said: list[str] = []
    for at, rule in enumerate(rules.rule):
        for name in dict.fromkeys(c.signal for c in (*rule.all, *rule.any, *rule.none) if c.signal is not None):
            if name not in known:
                nearest = process.extractOne(name, known, score_cutoff=60)
                hint = f'; did you mean "{nearest[0]}"?' if nearest else ""
                said.append(f'rule "{rule.name}" asks for a signal "{name}", which does not exist{hint}')
            elif name in worthless:
                said.append(
                    f'rule "{rule.name}" asks for {name}, which is worth no points here and so never speaks; '
                    f"give it some under [points]"
                )
        said.extend(f'rule "{rule.name}": {why}' for why in _impossible(rule))
        shadow = next((earlier for earlier in rules.rule[:at] if _covers(earlier, rule)), None)
        if shadow is not None:
            said.append(
                f'rule "{rule.name}" can never decide: "{shadow.name}" stands before it and holds whenever it does; '
                f"move it up or remove it"
            )
    return tuple(said)


_NAMED = {"network": tuple(SOURCES), **CHOICES}
"""Fields that have one of a few values."""


def _impossible(rule: Rule) -> Iterator[str]:
    """Why no request can ever meet this rule, as far as that is plain to see."""
    for condition in rule.all:
        if condition in rule.none:
            what = condition.signal or condition.field or "one condition"
            yield f"it can never decide: all and none both ask for {what}"
        low, high = (condition.score.at_least, condition.score.below) if condition.score else (None, None)
        if low is not None and high is not None and low >= high:
            yield f"it can never decide: no score is at least {low:g} and below {high:g}"
        if condition.signal in SIGNALS and SIGNALS[condition.signal].veto:
            yield f"it can never decide: {condition.signal} is a safety signal, and safety comes before all rules"
    for condition in (*rule.all, *rule.any):
        allowed = _NAMED.get(condition.field or "")
        for value in condition.is_.texts if condition.is_ and allowed else ():
            if value not in (allowed or ()):
                yield f'{condition.field} is never "{value}"; it is one of {", ".join(allowed or ())}'


def _covers(earlier: Rule, later: Rule) -> bool:
    """True if `earlier` surely holds whenever `later` does."""
    if not set(earlier.all) <= set(later.all) or not set(earlier.none) <= set(later.none):
        return False
    if not earlier.any:
        return True
    return bool(set(earlier.any) & set(later.all)) or bool(later.any and set(later.any) <= set(earlier.any))
