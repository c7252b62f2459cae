"""The mail shows an empty profile: no headline and no photo where the layout has a place for both.

A layout without such a place says nothing about anybody.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = -3.0


def check(request: Request, facts: Facts) -> Finding | None:
    notice = request.notice
    if notice.headline.state == "absent" and notice.photo_url.state == "absent":
        return Finding(points=POINTS, evidence="no headline and no photo")
    return None
