"""The mail was addressed to somebody else: a replay, or a mail forwarded by mistake."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.recipients import names_owner
from stages.signals import Facts

POINTS = -4.0


def check(request: Request, facts: Facts) -> Finding | None:
    if names_owner(facts.parsed.to, facts.owner):
        return None
    return Finding(points=POINTS, evidence="addressed to none of your accounts")
