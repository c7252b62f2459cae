"""What came of trying other rules or points on recorded decisions, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from stages.backtest.hits import Hits
from stages.events import Decision, Enriched, Verdict
from stages.replay import Recorded
from stages.rules.matching import ADDED

VERDICTS: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")


class Place(NamedTuple):
    """What a decision leads to: two of them are the same where nobody would see a difference."""

    verdict: Verdict
    folder: str


class Beside(NamedTuple):
    """What else comes of a decision, wherever the mail goes."""

    labels: tuple[str, ...]
    told: bool
    """its owner is told at once"""
    points: float
    """that rules add"""


class Changed(NamedTuple):
    """One recorded decision that the two sides make differently."""

    recorded: Recorded
    before: Decision
    """by the live rules"""
    after: Decision
    """by the new ones"""
    said: Verdict | None
    """by the owner, against it; None: they let it stand"""

    @property
    def was(self) -> Place:
        return place_of(self.before)

    @property
    def becomes(self) -> Place:
        return place_of(self.after)

    @property
    def only_beside(self) -> bool:
        """Whether the mail goes to the same place, and only what comes beside that is another."""
        return self.was == self.becomes

    @property
    def enriched(self) -> Enriched:
        return self.recorded.enriched

    @property
    def name(self) -> str:
        """Of the person, as far as shown."""
        return self.before.judgement.request.notice.name.value or ""


class Confusion(NamedTuple):
    """How one side decides what the owner corrected: rows what they said, columns what it says."""

    counts: Mapping[tuple[Verdict, Verdict], int]

    @property
    def of(self) -> int:
        return sum(self.counts.values())

    @property
    def right(self) -> int:
        return sum(count for (said, verdict), count in self.counts.items() if said == verdict)


class Sides(NamedTuple):
    """A number of the live side, and of the new one."""

    live: int
    new: int


class Tried(NamedTuple):
    """All of it. A decision is looked at on both sides, or counted among what could not be."""

    decisions: int
    """compared"""
    first_at: int | None
    """when the first and the last of their mails came, ms; None: there is none"""
    last_at: int | None
    changed: int
    moves: Mapping[tuple[Place, Place], int]
    """(was, becomes) -> how many, those that change only"""
    changes: tuple[Changed, ...]
    """the first so many, in the order of the log"""
    beside: int
    """how many go to the same place, with other labels, another notification or other points of rules: not `changed`"""
    besides: tuple[Changed, ...]
    """the first so many of those"""
    otherwise: int
    """how many were decided otherwise at the time than the live side decides them now"""
    unread: int
    """decisions in the log that cannot be read, or whose owner is not configured any more: they are not compared"""
    unasked: Sides
    """decisions after an answer, whose question each side would not have asked: these are not compared, either"""
    unknown: Sides
    """decisions for which rules ask when an earlier question was, where nobody knows it: not compared, either"""
    corrections: int
    """that stand, of the owners looked at"""
    before: Confusion
    after: Confusion
    asked: int
    """decisions about which the new rules were asked"""
    rules: tuple[Hits, ...]
    """of the new side"""
    rescored: bool

    @property
    def share(self) -> float:
        """How much of what was compared changes, 0 to 1."""
        return self.changed / self.decisions if self.decisions else 0.0

    @property
    def effect(self) -> dict[str, dict[str, int]]:
        """Verdict -> verdict -> how many, those that change their verdict only."""
        found: dict[str, Counter[str]] = {}
        for (was, becomes), count in self.moves.items():
            if was.verdict != becomes.verdict:
                found.setdefault(was.verdict, Counter())[becomes.verdict] += count
        return {was: dict(counts) for was, counts in found.items()}


def place_of(decision: Decision) -> Place:
    return Place(decision.verdict, decision.folder)


def beside_of(decision: Decision) -> Beside:
    added = sum(reason.points for reason in decision.judgement.reasons if reason.signal.startswith(ADDED))
    return Beside(tuple(sorted(set(decision.labels))), bool(decision.notify), added)
