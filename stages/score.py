"""Enriched -> Scored: every signal speaks about every request; the sum of the points is the score."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from stages.events import Enriched, Finding, Judgement, Reason, Request, Scored
from stages.settings import Settings
from stages.signals import SIGNALS, Facts, Signal


def score(event: Enriched, settings: Settings, signals: Mapping[str, Signal] = SIGNALS) -> tuple[Scored]:
    """Judge every request of a mail, a spoof's too. No request, no judgement. KeyError for an unknown owner."""
    facts = Facts(
        kind=event.kind,
        authenticity=event.authenticity.verdict,
        authenticity_detail=event.authenticity.detail,
        parsed=event.parsed,
        owner=settings.owner(event.owner),
        profile=settings.profile(event.owner),
    )
    return (
        Scored(
            mail=event.mail,
            owner=event.owner,
            enriched=event,
            judgements=tuple(judge(request, facts, signals, settings.points) for request in event.requests),
            settings_hash=_decided_with(settings, signals),
        ),
    )


def _decided_with(settings: Settings, signals: Mapping[str, Signal]) -> str:
    """Names everything that can change a judgement besides the mail: settings, rules, and the signals' own points."""
    told = "".join(f"{name} {signal.points} {signal.veto}\n" for name, signal in sorted(signals.items()))
    return hashlib.sha256((settings.hash + told).encode()).hexdigest()[:12]


def judge(request: Request, facts: Facts, signals: Mapping[str, Signal], points: Mapping[str, float]) -> Judgement:
    """One request with the reasons of every signal that spoke, heaviest first; equal ones by name."""
    reasons = [
        Reason(
            points=weighed(finding, signal.points, points.get(signal.name)),
            evidence=finding.evidence,
            signal=signal.name,
            veto=signal.veto,
        )
        for signal in signals.values()
        if (finding := signal.check(request, facts)) is not None
    ]
    reasons.sort(key=lambda reason: (-abs(reason.points), reason.signal))
    return Judgement(
        request=request,
        reasons=tuple(reasons),
        score=sum(reason.points for reason in reasons),
        veto=min((reason.signal for reason in reasons if reason.veto), default=None),
    )


def weighed(finding: Finding, default: float, override: float | None) -> float:
    """The finding's points, in proportion to what the owner set instead of the default, in quarter steps."""
    if override is None:
        return finding.points
    share = finding.points / default if default else 1.0
    return round(override * share * 4) / 4
