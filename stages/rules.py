"""(Rules, one request) -> the rule that decides; and, for `salver check`, what is wrong with a set of rules."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import get_args

from rapidfuzz import process

from stages.events import Enriched, Kind, Notice, Seen, State, Trust
from stages.settings import Condition, Rule, Rules, Score
from stages.signals import SIGNALS
from stages.sources import SOURCES
from stages.wording import fold


def first_match(rules: Rules, notice: Notice, spoke: set[str], score: float, enriched: Enriched) -> Rule | None:
    """The first rule whose conditions hold for a request with these signals and this score, or None."""
    return next((rule for rule in rules.rule if applies(rule, notice, spoke, score, enriched)), None)


def applies(rule: Rule, notice: Notice, spoke: set[str], score: float, enriched: Enriched) -> bool:
    """Do all conditions of this one rule hold?"""

    def met(condition: Condition) -> bool:
        return holds(condition, notice, spoke, score, enriched)

    return all(map(met, rule.all)) and (not rule.any or any(map(met, rule.any))) and not any(map(met, rule.none))


def holds(condition: Condition, notice: Notice, spoke: set[str], score: float, enriched: Enriched) -> bool:
    """Is this one condition true? Texts are compared without case and accents."""
    if condition.signal is not None:
        return condition.signal in spoke
    if condition.score is not None:
        return _within(condition.score, score)
    state, value = _field(condition.field or "", notice, enriched)
    if condition.state is not None:
        return state == condition.state
    if value is None:
        return False
    if condition.is_ is not None:
        return any(fold(value) == fold(wanted) for wanted in _texts(condition.is_))
    return any(fold(wanted) in fold(value) for wanted in _texts(condition.contains))


def _within(bounds: Score, score: float) -> bool:
    above = bounds.at_least is None or score >= bounds.at_least
    return above and (bounds.below is None or score < bounds.below)


def _texts(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


def _field(name: str, notice: Notice, enriched: Enriched) -> tuple[State, str | None]:
    """State and text of a field a rule may ask about (`stages.settings.FieldName`)."""
    of_mail: dict[str, str | None] = {
        "network": enriched.parsed.network,
        "kind": enriched.kind,
        "authenticity": enriched.authenticity.verdict,
        "language": enriched.parsed.language,
        "note_language": enriched.parsed.note_language,
        "template": enriched.parsed.template,
    }
    if name in of_mail:
        value = of_mail[name]
        return ("unknown" if value is None else "shown"), value
    seen: Seen[str] | Seen[int] = getattr(notice, name)
    return seen.state, None if seen.value is None else str(seen.value)


# --- for `salver check` -------------------------------------------------------------------------------------------


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


_NAMED = {"network": tuple(SOURCES), "kind": get_args(Kind), "authenticity": get_args(Trust)}
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
        for value in _texts(condition.is_) if allowed else ():
            if value not in (allowed or ()):
                yield f'{condition.field} is never "{value}"; it is one of {", ".join(allowed or ())}'


def _covers(earlier: Rule, later: Rule) -> bool:
    """True if `earlier` surely holds whenever `later` does."""
    if not set(earlier.all) <= set(later.all) or not set(earlier.none) <= set(later.none):
        return False
    if not earlier.any:
        return True
    return bool(set(earlier.any) & set(later.all)) or bool(later.any and set(later.any) <= set(earlier.any))
