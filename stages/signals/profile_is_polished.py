"""The profile looks complete, as far as the mail shows it."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import read

POINTS = 1.0


def check(request: Request, facts: Facts) -> Finding | None:
    notice = request.notice
    if notice.headline.value is None or notice.photo_url.state != "shown" or len(read(notice.headline.value)) < 2:
        return None
    seen = ["headline", "photo"]
    seen += ["location"] if notice.location.state == "shown" else []
    return Finding(points=POINTS if len(seen) == 3 else 0.75, evidence=" and ".join([", ".join(seen[:-1]), seen[-1]]))
