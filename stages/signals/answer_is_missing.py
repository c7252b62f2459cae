"""Asked why, the person has not answered."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = -0.5


def check(request: Request, facts: Facts) -> Finding | None:
    asked = request.asked
    if asked is None or asked.answered:
        return None
    days = asked.waited // 86_400_000
    return Finding(points=POINTS, evidence=f"{days} day{'s' if days != 1 else ''} since you asked")
