"""(decisions by a set of rules) -> how often each rule was met, was read, and decided: which do nothing, and why."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from stages.decide import by_memory, follows_another, without_added
from stages.events import Decision, Enriched
from stages.rules.fields import Case
from stages.rules.language import Rule, Rules
from stages.rules.matching import applies, read_through


class Hits(NamedTuple):
    """One rule, and on how many decisions it had a say."""

    name: str
    line: int | None
    lesson: str
    """id of the lesson that it is; empty: it is the owner's own"""
    met: int
    """all its conditions hold, whether or not an earlier rule ended the reading"""
    read: int
    """and no earlier rule ended the reading"""
    decided: int
    """and its verdict was the last one"""

    @property
    def never_fires(self) -> bool:
        return self.met == 0

    @property
    def masked(self) -> bool:
        """Some request meets it, and an earlier rule always ends the reading."""
        return self.met > 0 == self.read


class Counting:
    """Counts what the rules do, one decision after the other."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.asked = 0
        """decisions about which the rules were asked: no safety signal, earlier decision or word of the owner's came
        before them"""
        self._met: Counter[tuple[str, str]] = Counter()
        self._read: Counter[tuple[str, str]] = Counter()
        self._decided: Counter[tuple[str, str]] = Counter()

    def count(self, decision: Decision, enriched: Enriched) -> None:
        if not rules_were_asked(decision, enriched):
            return
        self.asked += 1
        judged = without_added(decision.judgement)
        spoke = {reason.signal: reason.points for reason in judged.reasons}
        case = Case(judged, enriched, spoke, judged.score)
        rules = self._rules.without(*enriched.without).for_owner(enriched.owner).in_order
        found = read_through(rules, case)
        self._read.update(map(_key, found.applied))
        self._met.update(map(_key, found.applied))
        if found.rule is not None:
            self._decided[_key(found.rule)] += 1
        if found.applied and found.applied[-1].stops:  # what stands below it was not read
            case = case._replace(score=found.score)
            below = rules[rules.index(found.applied[-1]) + 1 :]
            self._met.update(_key(rule) for rule in below if applies(rule, case))

    def hits(self) -> tuple[Hits, ...]:
        """Of every rule, in the order in which they are read."""
        return tuple(
            Hits(rule.name, rule.line, rule.lesson, self._met[key], self._read[key], self._decided[key])
            for rule in self._rules.in_order
            for key in [_key(rule)]
        )


def _key(rule: Rule) -> tuple[str, str]:
    """A lesson and a rule of the owner's may have one name."""
    return rule.lesson, rule.name


def rules_were_asked(decision: Decision, enriched: Enriched) -> bool:
    """Whether rules or points decided, and neither safety, what was decided before, nor a word of the owner's."""
    judged = decision.judgement
    if judged.veto is not None or enriched.kind == "spoof" or judged.request.said is not None:
        return False
    if follows_another(judged) and judged.request.past.verdict is not None:
        return False
    return by_memory(decision) is None
