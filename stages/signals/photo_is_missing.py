"""The mail shows that the profile has no photo, though it has a headline."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = -1.0


def check(request: Request, facts: Facts) -> Finding | None:
    notice = request.notice
    if notice.photo_url.state != "absent" or notice.headline.state == "absent":
        return None
    return Finding(points=POINTS, evidence="no photo in its place")
