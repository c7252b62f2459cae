"""(live Rules, Rules that had a cause) -> the live rules with that cause in them, to tell what it alone did. Pure."""

from __future__ import annotations

from stages.rules.language import Rule, Rules


def has(rules: Rules, cause: str) -> bool:
    """Whether a rule of this name is in them, or the lesson `lesson:ID`, or one whose rule is called so."""
    return rules.without(cause) != rules


def with_cause(live: Rules, earlier: Rules, cause: str) -> Rules:
    """The live rules with the cause as the earlier ones had it: behind the rule that it stood behind."""
    lost = {each.id for each in earlier.lessons} - {each.id for each in earlier.without(cause).lessons}
    lessons = tuple(each for each in earlier.lessons if each.id in lost)
    named = next((at for at, rule in enumerate(earlier.rule) if rule.name == cause), None)
    rules = live.rule if named is None else _placed(live.rule, earlier.rule, named)
    return live.but(rule=rules, lessons=(*live.lessons, *lessons))


def _placed(live: tuple[Rule, ...], earlier: tuple[Rule, ...], at: int) -> tuple[Rule, ...]:
    names = [rule.name for rule in live]
    before = next((rule.name for rule in reversed(earlier[:at]) if rule.name in names), None)
    place = 0 if before is None else names.index(before) + 1
    return (*live[:place], earlier[at], *live[place:])
