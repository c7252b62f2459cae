"""Asked why, the person answered late, and the mail hides what.

That they answered still counts. Late and unseen, it tells too little to open a door.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.standing import span

POINTS = -0.25


def check(request: Request, facts: Facts) -> Finding | None:
    asked = request.asked
    if asked is None or not asked.answered or asked.quick or asked.answer.state != "unknown":
        return None
    since = "you asked" if asked.told else "their request came"
    return Finding(points=POINTS, evidence=f"{span(asked.waited)} after {since}; text not shown")
