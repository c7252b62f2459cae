"""(Rules) -> what is wrong with them: mistakes, with which nothing is to be judged, and doubts, which are only told."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence

from stages.rules.conditions import Condition
from stages.rules.formulas import formula
from stages.rules.language import Rule, Rules
from stages.rules.naming import Known, wrong_names
from stages.rules.reaching import NAMED, Masks, contradicting, impossible
from stages.rules.solving import Effort
from stages.rules.theories import NEVER_RULED, ruled_values, values_of
from stages.rules.walking import Place, Remark, conditions_of
from stages.rules.words import joined, number, of_condition
from stages.signals import SIGNALS
from stages.wording import evidence

EFFORT = 300_000
"""steps for all rules of a file; what is not known after them is not said"""
VETOES = frozenset(name for name, signal in SIGNALS.items() if signal.veto)
"""Safety signals: where one speaks, no rule decides."""


def mistakes(rules: Rules, folders: Collection[str] = (), owners: Collection[str] | None = None) -> tuple[Remark, ...]:
    """What cannot be meant, each with its place in the file: names that nothing has, and what can never hold.

    `folders` are those declared; `owners` the ids that there are, None if they are not known.
    """
    known = Known(folders, owners, tuple(rule.name for rule in rules.rule))
    effort = Effort(EFFORT)
    found: list[Remark] = []
    for at, rule in enumerate(rules.rule):
        place: Place = ("rule", at)
        wrong = [*wrong_names(rule, place, known)]
        wrong += _impossible(rule, place, tuple(each.place for each in wrong), effort)
        found += (each._replace(says=f'rule "{rule.name}": {each.says}') for each in wrong)
    return tuple(found)


def _impossible(rule: Rule, place: Place, wrong: tuple[Place, ...], effort: Effort) -> Iterator[Remark]:
    """Conditions that can never hold, unless something in them is wrong already."""
    told = list(wrong)
    for at, condition in conditions_of(rule, place):
        if not any(each[: len(at)] == at for each in told) and impossible((formula(condition),), effort):
            told.append(at)
            yield Remark(at, _never(condition))
    if any(each[: len(place) + 1] in ((*place, "all"), (*place, "any"), (*place, "none")) for each in told):
        return
    core = contradicting(rule, VETOES, effort)
    if not core:
        return
    yield Remark((*place, *core[-1]), f"it can never decide: {_why(rule, core)}")


def _why(rule: Rule, core: tuple[Place, ...]) -> str:
    """Why these conditions of a rule, its `all`, `any` and `none` by number, are never as it asks."""
    conditions = [_at(rule, place) for place in core]
    for condition in (*conditions, *(rule.any if core == (("any",),) else ())):
        if condition is not None and condition.signal in VETOES and len(core) == 1:
            return f"{condition.signal} is a safety signal, and safety comes before all rules"
    if len(core) == 2 and conditions[0] == conditions[1] is not None:
        return f"all and none both ask for this: {_words(conditions[0])}"
    said = [
        "one of those in any" if condition is None else f"{'not: ' if place[0] == 'none' else ''}{_words(condition)}"
        for place, condition in zip(core, conditions, strict=True)
    ]
    return f"these contradict each other: {'; '.join(said)}"


def _at(rule: Rule, place: Place) -> Condition | None:
    return getattr(rule, str(place[0]))[place[1]] if len(place) > 1 else None


def _words(condition: Condition | None) -> str:
    return evidence(of_condition(condition)) if condition is not None else ""


def _never(condition: Condition) -> str:
    """Why a condition by itself can never hold."""
    field = condition.field or ""
    values = values_of(field)
    if values and condition.state is None:
        sought = condition.is_.texts if condition.is_ is not None else ()
        if any(text in NEVER_RULED.get(field, ()) for text in sought):
            return f"no rule decides about this, for safety comes before all rules: {_words(condition)}"
        if sought:
            return f"a mail of this kind gets no verdict, so no rule decides about it: {_words(condition)}"
        return f"this can never hold: {_words(condition)}; {field} is one of {', '.join(ruled_values(field))}"
    if condition.parts:
        return f"these conditions contradict each other, so this can never hold: {_words(condition)}"
    within = condition.score or condition
    if within.at_least is not None and within.below is not None:
        what = "score" if condition.score else "number"
        return (
            f"this can never hold: no {what} is at least {_number(within.at_least)} and below {_number(within.below)}"
        )
    return f"this can never hold: {_words(condition)}"


def _number(bound: float | str) -> str:
    return bound if isinstance(bound, str) else number(bound)


# --- doubts


def doubts(rules: Rules, points: Mapping[str, float] | None = None) -> tuple[str, ...]:
    """What is hardly meant, one sentence each with file and line: rules that nothing reaches, signals that are silent.

    `points` are what signals are worth by the owner's configuration instead of their default.
    """
    worthless = {name for name, worth in (points or {}).items() if not worth and name not in VETOES}
    silent = worthless | VETOES
    effort = Effort(EFFORT)
    masks = Masks(silent, effort)
    found: list[str] = []
    for at, rule in enumerate(rules.rule):
        told = [*_silent(rule, worthless), *_useless(rule, silent, effort)]
        hidden = masks.next(rule)
        if hidden:
            told.append(_hidden(rule, [rules.rule[number] for number in hidden]))
        elif rule.verdict == "follow_up" and _only_inmail(rule, silent, effort):
            told.append("nobody is asked about an InMail, so this is intriguing; say so, or ask for another kind")
        if not hidden and rule.verdict is not None and not rule.stops:
            told += _overruled(rules.rule, at, silent, effort)
        where = f"{rules.file}, line {rule.line}: " if rules.file and rule.line else ""
        found += (f'{where}rule "{rule.name}": {each}' for each in told)
    return tuple(found)


def _silent(rule: Rule, worthless: Container[str]) -> Iterator[str]:
    """Signals that it asks for and that never speak to a rule."""
    asked = {at: condition.signal for at, condition in conditions_of(rule) if condition.signal is not None}
    for name in dict.fromkeys(asked.values()):
        if name in worthless:
            yield f"it asks for {name}, which is worth no points here and so never speaks; give it some under [points]"
    for name in dict.fromkeys(name for name in asked.values() if name in VETOES):
        yield f"it asks for {name}, which no rule ever sees: it is a safety signal, and safety comes before all rules"


def _useless(rule: Rule, silent: Container[str], effort: Effort) -> Iterator[str]:
    """Alternatives in `any` that the rest of the rule rules out."""
    rest = [*(formula(each, 0, silent) for each in rule.all), *(formula(each, 0, silent, False) for each in rule.none)]
    if impossible(rest, effort):
        return
    for each in rule.any:
        own = formula(each, 0, silent)
        if not impossible((own,), effort) and impossible((own, *rest), effort):
            yield f"this in any never helps, for all or none rule it out: {_words(each)}"


def _overruled(rules: Sequence[Rule], at: int, silent: Container[str], effort: Effort) -> Iterator[str]:
    """The rule goes on, and of those below it one always decides otherwise where it holds."""
    score = 0
    own = formula(rules[at], score, silent)
    if impossible((own,), effort):
        return
    for before, rule in zip(rules[at:], rules[at + 1 :], strict=False):
        score += before.points is not None
        if rule.verdict is not None and impossible((own, formula(rule, score, silent, False)), effort):
            yield (
                f'its verdict never counts: it goes on, and "{rule.name}"{_line(rule)} below holds whenever it does '
                'and decides instead; take the verdict out, or `then = "go on"`'
            )
            return
        if rule.stops and rule.verdict is None:
            return


def _line(rule: Rule) -> str:
    return f" (line {rule.line})" if rule.line else ""


def _only_inmail(rule: Rule, silent: Container[str], effort: Effort) -> bool:
    other = Condition.model_validate({"field": "kind", "is": "inmail"})
    own = formula(rule, 0, silent)
    return not impossible((own,), effort) and impossible((own, formula(other, holds=False)), effort)


def _hidden(rule: Rule, by: list[Rule]) -> str:
    never = "can never decide" if rule.verdict is not None else "is never reached"
    named = [f'"{each.name}"{_line(each)}' for each in by]
    if len(named) == 1:
        return f"it {never}: {named[0]} stands before it and holds whenever it does; move it up or remove it"
    who = joined(named) if len(named) <= NAMED else f"{len(named)} rules"
    return f"it {never}: {who} stand before it, and one of them holds whenever it does; move it up or remove it"
