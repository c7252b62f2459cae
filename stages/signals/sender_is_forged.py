"""The mail imitates a network and does not come from it."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import evidence

POINTS = -10.0
VETO = True


def check(request: Request, facts: Facts) -> Finding | None:
    if facts.authenticity != "forged":
        return None
    return Finding(points=POINTS, evidence=evidence(facts.authenticity_detail) or "shown not to come from the network")
