"""It cannot be told whether the mail really comes from the network.

A mail whose signature could not be checked because of DNS trouble costs nothing: that is our weather, not the sender's.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import evidence

POINTS = -0.5


def check(request: Request, facts: Facts) -> Finding | None:
    if facts.authenticity != "unverified":
        return None
    return Finding(points=POINTS, evidence=evidence(facts.authenticity_detail) or "no signature that could be checked")
