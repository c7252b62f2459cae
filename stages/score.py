"""Enriched -> Scored: every signal speaks about every request; the sum of the points is the score."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from stages.claims import claims_of
from stages.events import Claim, Enriched, Finding, Judgement, Reason, Request, Scored
from stages.readings import readings_of
from stages.settings import Settings
from stages.signals import SIGNALS, Facts, Signal


def score(event: Enriched, settings: Settings, signals: Mapping[str, Signal] = SIGNALS) -> tuple[Scored]:
    """Judge every request of a mail, a spoof's too. No request, no judgement. KeyError for an unknown owner."""
    facts, points = facts_of(event, settings), settings.told_points
    return (
        Scored(
            mail=event.mail,
            owner=event.owner,
            enriched=event,
            judgements=tuple(judge(request, facts, signals, points) for request in event.requests),
            settings_hash=decided_with(settings, signals),
        ),
    )


def facts_of(event: Enriched, settings: Settings) -> Facts:
    """What signals are told besides the request. KeyError for an unknown owner."""
    return Facts(
        kind=event.kind,
        authenticity=event.authenticity.verdict,
        authenticity_detail=event.authenticity.detail,
        parsed=event.parsed,
        owner=settings.owner(event.owner),
        profile=settings.profile(event.owner),
        weights=settings.weights,
    )


def decided_with(settings: Settings, signals: Mapping[str, Signal] = SIGNALS) -> str:
    """Names everything that can change a judgement besides the mail: settings, rules, and the signals' own points."""
    return _hash(settings.hash, tuple((name, signal.points, signal.veto) for name, signal in signals.items()))


@lru_cache(maxsize=64)
def _hash(settings: str, signals: tuple[tuple[str, float, bool], ...]) -> str:
    told = "".join(f"{name} {points} {veto}\n" for name, points, veto in sorted(signals))
    return hashlib.sha256((settings + told).encode()).hexdigest()[:12]


def judge(request: Request, facts: Facts, signals: Mapping[str, Signal], points: Mapping[str, float]) -> Judgement:
    """One request with the reasons of every signal that spoke, heaviest first; equal ones by name.

    What is worth no points and no veto is no reason, though readings may be made of it.
    """
    told, findings = observe(request, facts, signals)
    return weigh(request, told.claims, findings, signals, points)


def weigh(
    request: Request,
    claims: tuple[Claim, ...],
    findings: Mapping[str, Finding],
    signals: Mapping[str, Signal],
    points: Mapping[str, float],
) -> Judgement:
    """What was observed, with the points that count."""
    reasons = [
        Reason(points=worth, evidence=finding.evidence, signal=name, veto=signals[name].veto)
        for name, finding in findings.items()
        if (worth := weighed(finding, signals[name].points, points.get(name))) or signals[name].veto
    ]
    reasons.sort(key=lambda reason: (-abs(reason.points), reason.signal))
    return Judgement(
        request=request,
        claims=claims,
        reasons=tuple(reasons),
        score=sum(reason.points for reason in reasons),
        veto=min((reason.signal for reason in reasons if reason.veto), default=None),
    )


def observe(request: Request, facts: Facts, signals: Mapping[str, Signal]) -> tuple[Facts, dict[str, Finding]]:
    """What every signal finds, by its name, and the facts they were told: first all others, then those that read."""
    told = replace(facts, claims=claims_of(request, facts))
    findings = _found(request, told, (signal for signal in signals.values() if not signal.reads))
    told = replace(told, readings=readings_of(request, told, shares(findings, signals)))
    findings |= _found(request, told, (signal for signal in signals.values() if signal.reads))
    return told, findings


def _found(request: Request, facts: Facts, signals: Iterable[Signal]) -> dict[str, Finding]:
    return {signal.name: found for signal in signals if (found := signal.check(request, facts)) is not None}


def shares(findings: Mapping[str, Finding], signals: Mapping[str, Signal]) -> dict[str, float]:
    """How far each signal that spoke spoke, as a share of its full measure."""
    return {name: found.points / signals[name].points for name, found in findings.items() if signals[name].points}


def weighed(finding: Finding, default: float, override: float | None) -> float:
    """The finding's points, in proportion to what the owner set instead of the default, in quarter steps."""
    if override is None:
        return finding.points
    share = finding.points / default if default else 1.0
    return round(override * share * 4) / 4
