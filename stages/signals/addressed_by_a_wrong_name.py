"""The note greets somebody else: a name that is not yours."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.signals.claim_is_true import told

POINTS = -2.5


def check(request: Request, facts: Facts) -> Finding | None:
    wrong = next((claim for claim in facts.claims if claim.kind == "name" and claim.truth == "false"), None)
    return Finding(points=POINTS, evidence=told(wrong)) if wrong else None
