"""The note says something about you that is not true: a text you did not write, a job or a tool that is not yours.

It counts for more than saying nothing, for it is how a template sounds personal. A wrong name has a signal of its own.
"""

from __future__ import annotations

from stages.events import ClaimKind, Finding, Request
from stages.signals import Facts
from stages.signals.claim_is_true import told

POINTS = -3.0

_WEIGHT: dict[ClaimKind, float] = {
    "published": -3.0,
    "job": -3.0,
    "application": -3.0,
    "employer": -3.0,
    "school": -3.0,
    "role": -2.0,
    "tool": -2.0,
    "connections": -2.0,
    "language": -1.0,
}


def check(request: Request, facts: Facts) -> Finding | None:
    false = [claim for claim in facts.claims if claim.truth == "false" and claim.kind in _WEIGHT]
    if not false:
        return None
    worst = min(false, key=lambda claim: _WEIGHT[claim.kind])
    return Finding(points=_WEIGHT[worst.kind], evidence=told(worst))
