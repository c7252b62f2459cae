"""The note says something about you that is true: what you published, where you were, who sent them.

What counts is what a bot does not know. Your title, your employer and your language count for nothing; jobs,
connections and earlier messages have signals of their own. What could not be checked counts for nothing either.
"""

from __future__ import annotations

from stages.events import Claim, ClaimKind, Finding, Request
from stages.signals import Facts
from stages.wording import evidence

POINTS = 3.0

_WEIGHT: dict[ClaimKind, float] = {
    "published": 3.0,
    "met": 3.0,
    "sent": 3.0,
    "school": 2.5,
    "group": 2.5,
    "employer": 1.5,
    "tool": 0.5,
}
_MORE = 0.5
"""Points for a second one of another kind."""


def check(request: Request, facts: Facts) -> Finding | None:
    true = [claim for claim in facts.claims if claim.truth == "true" and claim.kind in _WEIGHT]
    if not true:
        return None
    strongest = max(true, key=lambda claim: _WEIGHT[claim.kind])
    more = _MORE if len({claim.kind for claim in true}) > 1 else 0.0
    return Finding(points=min(POINTS, _WEIGHT[strongest.kind] + more), evidence=told(strongest))


def told(claim: Claim) -> str:
    """The fact, and the words that were checked against it."""
    return evidence(f'{claim.fact}: "{claim.words}"')
