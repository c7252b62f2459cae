"""What might be proposed: one lesson each, in the few forms that a person understands at a glance."""

from __future__ import annotations

import re
from typing import NamedTuple

from stages.proposing.traits import Trait, trait_of
from stages.rules.language import LEARNED_MOST, SHIFTED_MOST, Lesson, Rule, Rules
from stages.signals import SIGNALS
from stages.values import Verdict

STEPS = (0.25, 0.5, 0.75, 1.0)
"""points a signal may count more or less"""
SHIFTS = (0.25, 0.5)
"""points a threshold may move at a time"""


class Candidate(NamedTuple):
    """A verdict for requests with all these traits; or points for one; or a threshold that moves."""

    traits: tuple[Trait, ...] = ()
    verdict: Verdict | None = None
    points: float = 0.0
    threshold: str = ""
    """good or intriguing"""

    @property
    def what(self) -> str:
        """Names the change, whatever its amount: who declined 0.5 points is not asked about 0.75."""
        way = "more" if self.points > 0 else "less"
        if self.threshold:
            return f"threshold {self.threshold} {way}"
        asked = " + ".join(sorted(trait.key for trait in self.traits))
        return f"{self.verdict or way}: {asked}"

    @property
    def simplicity(self) -> tuple[int, int]:
        """The less, the simpler it is to understand."""
        order = {"signal": 0, "from": 1, "is": 1, "word": 2}
        return len(self.traits), sum(order[trait.kind] for trait in self.traits)

    @property
    def fair(self) -> bool:
        """Whether what it holds against people may be held against them."""
        speaks_for = self.verdict == "good" or self.points > 0 or self.threshold
        return bool(speaks_for) or all(trait.accuses for trait in self.traits)

    @property
    def against_its_points(self) -> bool:
        """Whether it calls ugly what counts for somebody, or good what counts against them. It may be so."""
        points = sum(SIGNALS[each.value].points for each in self.traits if each.value in SIGNALS)
        return (self.verdict == "ugly" and points > 0) or (self.verdict == "good" and points < 0)

    def rule(self, id: str) -> Rule | None:
        """None: it moves a threshold."""
        if self.threshold:
            return None
        asked = tuple(trait.condition for trait in self.traits)
        words = re.sub(r"[^a-z0-9]+", "-", " ".join(trait.value for trait in self.traits)[:40]).strip("-")
        name = "-".join(part for part in ("learned", words, id[:12]) if part)
        return Rule(name=name, all=asked, verdict=self.verdict, points=self.points or None)

    def lesson(self, id: str, at: int, owner: str = "", says: str = "", corrections: tuple[str, ...] = ()) -> Lesson:
        """`owner`: whose requests it is to judge; empty: everybody's."""
        told = {"id": id, "at": at, "owner": owner, "says": says, "corrections": corrections, "rule": self.rule(id)}
        return Lesson.model_validate(told | ({self.threshold: self.points} if self.threshold else {}))


def candidate_of(lesson: Lesson) -> Candidate | None:
    """The candidate whose lesson this is; None: no search makes such a one."""
    rule = lesson.rule
    if rule is None:
        return Candidate(threshold="good" if lesson.good else "intriguing", points=lesson.good or lesson.intriguing)
    traits = tuple(trait for each in rule.all if (trait := trait_of(each)) is not None)
    made = Candidate(traits, rule.verdict, rule.points or 0.0)
    plain = not (rule.any or rule.none) and len(traits) == len(rule.all) and made.fair
    return made if traits and plain else None


def taught(rules: Rules, lesson: Lesson) -> Rules:
    """The rules as they are once this lesson is accepted: it stands behind the older ones."""
    return rules.but(lessons=(*rules.lessons, lesson))


def within_bounds(candidate: Candidate, rules: Rules, owner: str) -> bool:
    """Whether it goes, with what was accepted about the same, no further than lessons may."""
    lessons = rules.for_owner(owner).lessons
    if candidate.threshold:
        moved = sum(getattr(each, candidate.threshold) for each in lessons)
        return bool(abs(moved + candidate.points) <= SHIFTED_MOST)
    rule = candidate.rule("none")
    assert rule is not None
    same = [each.rule for each in lessons if each.rule and each.rule.all == rule.all]
    if candidate.verdict is not None:
        return all(each.verdict is None for each in same)
    return abs(sum(each.points or 0.0 for each in same) + candidate.points) <= LEARNED_MOST
