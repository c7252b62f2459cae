"""Makers of judgements and decisions, by their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stages.change import change
from stages.decide import decide
from stages.events import Decision, Enriched, Judgement, Past, Reason, Turn
from stages.settings import Rules, Settings
from stages.signals import SIGNALS
from tests.builders.facts import enriched, facts, profile, request

RULES = Rules.model_validate(
    {
        "rule": [
            {
                "name": "known-person",
                "verdict": "good",
                "all": [{"signal": "person_is_known"}],
                "none": [{"signal": "sells_a_service"}],
            },
            {"name": "blank-ask-why", "verdict": "follow_up", "any": [{"signal": "note_is_blank"}]},
            {
                "name": "pitch-that-knows-you",
                "verdict": "intriguing",
                "all": [{"signal": "claim_is_true"}],
                "any": [{"signal": "sells_a_service"}],
            },
            {"name": "canned-sales-pitch", "verdict": "ugly", "all": [{"signal": "sells_a_service"}]},
        ],
        "thresholds": {"good": 3.0, "intriguing": -0.75},
    }
)
"""Rules of the tests' own: those we ship may change, and what is said about a decision does not depend on it."""

POINTS = {
    "claim_is_true": 3.0,
    "note_is_personal": 4.0,
    "wants_to_learn": 2.5,
    "offers_referral_or_fits_open_job": 3.0,
    "mentions_owners_facts": 1.5,
    "fits_what_you_want": 1.0,
    "answered_when_asked": 3.0,
    "person_is_known": 3.0,
    "shares_connections": 2.0,
    "profile_is_polished": 1.0,
}
"""Likewise."""

KNOWS_ENOUGH = profile(schools=["Uni"], wants=["rope"], open_jobs=["Rope maker"])


def reason(signal: str, points: float | None = None) -> Reason:
    known = SIGNALS[signal]
    return Reason(signal=signal, points=known.points if points is None else points, evidence="e", veto=known.veto)


def judged(*reasons: Reason, joins: Past | None = None) -> Judgement:
    return Judgement(
        request=request("Hello.", headline="Rope maker", joins=joins is not None, past=joins),
        reasons=reasons,
        score=sum(each.points for each in reasons),
        veto=min((each.signal for each in reasons if each.veto), default=None),
    )


def of(judgement: Judgement, **mail: Any) -> Enriched:
    return enriched(judgement.request, given=facts(**mail))


def decided(judgement: Judgement, mail: Enriched, by: Settings) -> Decision:
    made = decide(judgement, mail, by.rules)
    return made.model_copy(update={"change": change(made, mail, by)})


def redone(judgement: Judgement, turns: Iterable[Turn]) -> Judgement:
    """Apart from the code under test: what these turns say, done to the judgement by hand."""
    reasons = list(judgement.reasons)
    for turn in turns:
        if turn.speaks:
            reasons.append(Reason(signal=turn.signal, points=turn.points, evidence="e"))
        else:
            (gone,) = (each for each in reasons if each.signal == turn.signal and each.points == turn.points)
            reasons.remove(gone)
    return judged(*reasons).model_copy(update={"request": judgement.request})
