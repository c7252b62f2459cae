"""Asked why, the person answered quickly, and the mail hides what.

Most notices of a message name its sender and nothing else. An answer that came quickly is a good sign by itself; what
it says can be judged only where a mail shows it.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.standing import span

POINTS = 0.25


def check(request: Request, facts: Facts) -> Finding | None:
    asked = request.asked
    if asked is None or not (asked.answered and asked.quick) or asked.answer.state != "unknown":
        return None
    since = "you asked" if asked.told else "their request came"
    return Finding(points=POINTS, evidence=f"{span(asked.waited)} after {since}; text not shown")
