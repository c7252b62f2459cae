"""Somebody of this name is among your connections, whom you may hardly know.

It weighs little: most people have hundreds of strangers there, and whoever is connected with you has no need to ask
once more, so that this may be a namesake, or somebody who copies a profile.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = 1.0


def check(request: Request, facts: Facts) -> Finding | None:
    if request.past.tier != "connection" or request.past.accepted:
        return None
    return Finding(points=POINTS, evidence="the name is that of one of your connections")
