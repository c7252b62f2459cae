"""Owners who would sort some requests otherwise than the shipped rules, and what learns from their corrections."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

from pipeline.judging import Judged
from stages.decide import decide
from stages.events import Verdict
from stages.names import FOLDERS
from stages.proposals import Correction, proposed, taught
from stages.replay import Recorded
from stages.settings import Rules

HOUR = 3_600_000


class Seen(NamedTuple):
    """One labelled note, as it was judged."""

    id: str
    recorded: Recorded
    label: Verdict
    tags: frozenset[str]
    asks: str
    text: str
    """headline and note"""

    @property
    def shipped(self) -> Verdict:
        return self.recorded.verdict

    @property
    def score(self) -> float:
        return self.recorded.judgement.score

    @property
    def is_job(self) -> bool:
        return "job_pitch" in self.tags or self.asks == "job"

    @property
    def is_pitch(self) -> bool:
        return self.is_job or "service_pitch" in self.tags or self.asks == "sale"

    @property
    def is_bait(self) -> bool:
        return self.asks == "danger" or any("scam" in tag for tag in self.tags)

    @property
    def shared(self) -> int:
        return self.recorded.judgement.request.notice.mutual_connections.value or 0

    @property
    def headline(self) -> str:
        return (self.recorded.judgement.request.notice.headline.value or "").lower()

    @property
    def is_blank(self) -> bool:
        return any(each.signal in ("note_is_blank", "note_says_nothing") for each in self.recorded.judgement.reasons)


def seen_of(each: Judged, reader: str | None = None) -> Seen:
    """With an id of its own, for all labelled notes are read as the same mail; it names its reader, as mails do."""
    decision, note = each.decision, each.note
    request = decision.judgement.request.model_copy(update={"id": note.id})
    judgement = decision.judgement.model_copy(update={"request": request})
    parsed = each.enriched.parsed.model_copy(update={"mail": note.id, "recipient_first_name": reader})
    enriched = each.enriched.model_copy(update={"mail": note.id, "parsed": parsed, "requests": (request,)})
    recorded = Recorded(enriched, judgement, decision.verdict, decision.rule, decision.folder)
    told = f"{note.sender_headline or ''} {judgement.request.words}"
    return Seen(note.id, recorded, each.label, frozenset(note.tags), note.asks or "", told)


def folder(verdict: Verdict) -> str:
    return FOLDERS[verdict]


def wants(given: Verdict, wanted: Verdict) -> bool:
    return folder(given) == folder(wanted)


class Taste(NamedTuple):
    """What one owner would have otherwise: a verdict where theirs differs, else None. `errs`: how often they slip."""

    name: str
    otherwise: Callable[[Seen], Verdict | None]
    errs: float = 0.0
    base: str = "shipped"

    def on(self, base: str) -> Taste:
        return self._replace(base=base)

    def wants(self, each: Seen) -> Verdict:
        """Nobody wants bait, whatever else they like."""
        usual = each.shipped if self.base == "shipped" else each.label
        found = None if each.is_bait else self.otherwise(each)
        wanted = found or usual
        return "intriguing" if wanted == "follow_up" else wanted

    def says(self, each: Seen, chance: random.Random) -> Verdict:
        wanted = self.wants(each)
        if self.errs and chance.random() < self.errs:
            others: list[Verdict] = [one for one in ("good", "intriguing", "ugly") if one != wanted]
            return chance.choice(others)
        return wanted


def _recruiters(each: Seen) -> Verdict | None:
    return "good" if each.is_job else None


def _no_pitches(each: Seen) -> Verdict | None:
    return "ugly" if each.is_pitch else None


def _friends_of_friends(each: Seen) -> Verdict | None:
    return "good" if each.is_blank and each.shared >= 2 else None


def _consultants(each: Seen) -> Verdict | None:
    return "good" if "consultant" in each.headline else None


def _stricter(each: Seen) -> Verdict | None:
    return "intriguing" if each.shipped == "good" and each.score < 4.0 else None


def _softer(each: Seen) -> Verdict | None:
    return "good" if each.shipped == "intriguing" and each.score >= 2.0 else None


def _two(each: Seen) -> Verdict | None:
    return _no_pitches(each) or _consultants(each)


TASTES = (
    Taste("recruiters are welcome", _recruiters),
    Taste("any pitch is ugly", _no_pitches),
    Taste("blank, but two connections or more in common: good", _friends_of_friends),
    Taste("consultants are good", _consultants),
    Taste("stricter: good from 4 points on", _stricter),
    Taste("softer: good from 2 points on", _softer),
    Taste("two at once: no pitches, consultants good", _two),
    Taste("any pitch is ugly, and they err one time in ten", _no_pitches, errs=0.1),
)


class Learner(Protocol):
    accepted: int
    changed: bool

    def see(self, each: Seen, given: Verdict, said: Verdict | None) -> None: ...

    def verdict(self, each: Seen) -> Verdict: ...


class _Lessons:
    """Salver: after each correction it proposes, and the owner accepts, or by chance declines."""

    def __init__(self, rules: Rules, chance: random.Random | None) -> None:
        self.rules, self.chance = rules, chance
        self.history: list[Recorded] = []
        self.corrections: list[Correction] = []
        self.declined: set[str] = set()
        self.accepted, self.changed, self.at = 0, False, 0

    def verdict(self, each: Seen) -> Verdict:
        return decide(each.recorded.judgement, each.recorded.enriched, self.rules).verdict

    def see(self, each: Seen, given: Verdict, said: Verdict | None) -> None:
        self.at += 6 * HOUR
        recorded = each.recorded._replace(verdict=given, folder=folder(given))
        self.history.append(recorded)
        self.changed = False
        if said is None:
            return
        self.corrections.append(Correction(f"{each.id}/1", recorded, said, self.at))
        for proposal in proposed(self.history, self.corrections, self.rules, at=self.at, known=self.declined):
            if self.chance is not None and self.chance.random() < 0.3:
                self.declined.add(proposal.what)
                continue
            self.rules = taught(self.rules, proposal.lesson)
            self.accepted += 1
            self.changed = True


def taught_by(rules: Rules, chance: random.Random | None = None) -> Learner:
    return _Lessons(rules, chance)
