"""The person shares connections with you."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = 2.0

_STEPS = ((10, 2.0), (5, 1.5), (2, 1.0), (1, 0.5))


def check(request: Request, facts: Facts) -> Finding | None:
    shared = request.notice.mutual_connections.value or 0
    points = next((points for least, points in _STEPS if shared >= least), 0.0)
    if not points:
        return None
    return Finding(points=points, evidence=f"{shared} connection{'s' if shared != 1 else ''} in common")
