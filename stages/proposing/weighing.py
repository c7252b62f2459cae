"""(Candidate, what was decided, what the owner said) -> how much speaks for it, and how much against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb
from typing import NamedTuple

from stages.decide import decide
from stages.names import FOLDERS
from stages.proposing.candidates import Candidate, taught
from stages.proposing.corrected import Correction, enough
from stages.proposing.traits import Trait, traits_of
from stages.replay import Recorded
from stages.rules.language import Rules
from stages.values import Verdict

BROKEN = 1.5
"""How many corrections that become right weigh up one that becomes wrong."""
SILENT = 0.35
"""What it weighs that a decision becomes another which the owner saw and left as it was: weak evidence, but some."""
FAR = 3.0
"""How many times that, if good becomes ugly or ugly good."""
AGAINST = 0.2
"""What may speak against a proposal, as a share of what speaks for it."""
_STEP: dict[str, int] = {"Good": 0, "Intriguing": 1, "Ugly": 2}


class Spoken(NamedTuple):
    """One of the owner's words, and how the live rules would decide about that request now."""

    correction: Correction
    live: Verdict
    traits: frozenset[Trait]

    @property
    def right(self) -> bool:
        return fits(self.live, self.correction.said)


class Silent(NamedTuple):
    """A decision that the owner left as it was, and how the live rules would decide now."""

    decision: Recorded
    live: Verdict
    traits: frozenset[Trait]
    """those that candidates ask about"""


class Weighed(NamedTuple):
    """What a candidate does."""

    candidate: Candidate
    touched: tuple[Spoken, ...]
    """words about requests that it is about"""
    mended: tuple[Spoken, ...]
    """wrong by the live rules, right by the lesson"""
    broken: tuple[Spoken, ...]
    """made wrong by the lesson, or worse than the live rules make it"""
    wrong: int
    """words of the same kinds that the live rules decide wrong"""
    silent: float = 0.0
    """what the changes of uncorrected decisions weigh"""
    harmed: int = 0
    """how many of them become worse"""
    left: int = 0
    """of how many that could"""

    @property
    def people(self) -> int:
        return len({each.correction.person for each in self.mended})

    @property
    def right(self) -> int:
        """How many of those that it touches the lesson decides as the owner said."""
        return sum(each.right for each in self.touched) + len(self.mended) - sum(each.right for each in self.broken)

    @property
    def against(self) -> float:
        return BROKEN * len(self.broken) + self.silent

    @property
    def value(self) -> float:
        return self.people - self.against - PRICE[self.candidate.simplicity[1] > 1] - 0.25 * len(self.candidate.traits)

    def after(self, costs: Iterable[float], silents: Iterable[Silent]) -> Weighed:
        """The same with what its changes of uncorrected decisions weigh."""
        worse = [cost for cost in costs if cost > 0]
        aim = self.candidate.verdict
        left = sum(aim is None or not fits(each.live, aim) for each in silents)
        return self._replace(silent=sum(worse), harmed=len(worse), left=left)

    def chance(self, tried: int) -> float:
        """How many of so many candidates would mend as much if what they ask about had nothing to do with it.

        As if each wrong decision had it as often as those have that were left alone: a binomial tail. With Laplace's
        rule, so that a short past is no proof.
        """
        share = (self.harmed + 1) / (self.left + 2)
        mended = min(self.people, self.wrong)
        ways = (comb(self.wrong, k) * share**k * (1 - share) ** (self.wrong - k) for k in range(mended, self.wrong + 1))
        return tried * sum(ways)

    def teaches(self, least: int) -> bool:
        """Whether it is to be proposed: enough speaks for it, of enough people, and hardly anything against."""
        some = [each.correction for each in self.mended]
        broad = max((trait.broad for trait in self.candidate.traits), default=0)
        if len(self.candidate.traits) > 1:
            broad = min(trait.broad for trait in self.candidate.traits)  # the other one narrows it
        planted = self.candidate.verdict == "good" and all(trait.planted for trait in self.candidate.traits)
        return enough(some, least + WIDER[broad], planted) and self.against <= AGAINST * self.people and self.value > 0


WIDER = (0, 1, 3)
"""How many more people it takes to believe what is about all notes with a word, or all in a language."""
CHANCE = 0.02
"""how many candidates may look as good by chance"""
PRICE = (0.0, 0.75)
"""What a candidate pays for asking about words: there are so many that some fit by chance."""


def fits(verdict: Verdict, said: Verdict) -> bool:
    """Whether a decision is as the owner said. To be asked about is to lie in Intriguing, too."""
    return FOLDERS[verdict] == FOLDERS[said]


def apart(one: Verdict, other: Verdict) -> int:
    """0: the same folder; 2: one is good, the other ugly."""
    return abs(_STEP[FOLDERS[one]] - _STEP[FOLDERS[other]])


def silence(recorded: Verdict, now: Verdict, then: Verdict) -> float:
    """What it weighs against a lesson that it decides `then` about what the owner left as `recorded`."""
    return max(0.0, _weight(apart(recorded, then)) - _weight(apart(recorded, now)))


def _weight(steps: int) -> float:
    return (0.0, SILENT, SILENT * FAR)[steps]


def spoken(corrections: Iterable[Correction], rules: Rules, names: frozenset[str] = frozenset()) -> tuple[Spoken, ...]:
    """In an order that does not hang on theirs; of each request its last word."""
    last = {each.decision.request: each for each in sorted(corrections, key=lambda each: (each.at, each.id))}
    return tuple(
        Spoken(each, _decided(each.decision, rules), traits_of(each.decision, names)) for each in last.values()
    )


def _decided(each: Recorded, rules: Rules) -> Verdict:
    return decide(each.judgement, each.enriched, rules).verdict


def weighed(
    candidate: Candidate, words: Sequence[Spoken], silents: Sequence[Silent], rules: Rules, owner: str, least: int
) -> Weighed | None:
    """Decide anew with the lesson about everything that it is about. None: the owner's words alone do not teach it."""
    wanted = frozenset(candidate.traits)
    with_it = taught(rules, candidate.lesson("none", 0, owner))
    touched: list[Spoken] = []
    mended: list[Spoken] = []
    broken: list[Spoken] = []
    for each in words:
        if not wanted <= each.traits:
            continue
        then = _decided(each.correction.decision, with_it)
        if wanted or then != each.live:
            touched.append(each)
        fit = fits(then, each.correction.said)
        if fit and not each.right:
            mended.append(each)
        elif apart(then, each.correction.said) > apart(each.live, each.correction.said):
            broken.append(each)
    said = {each.correction.said for each in mended}
    wrong = sum(not each.right and each.correction.said in said for each in words)
    found = Weighed(candidate, tuple(touched), tuple(mended), tuple(broken), wrong)
    if not found.teaches(least):
        return None
    costs = [
        silence(each.decision.verdict, each.live, _decided(each.decision, with_it))
        for each in silents
        if wanted <= each.traits
    ]
    return found.after(costs, silents)
