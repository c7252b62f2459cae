"""Asked why, the person answered.

What they answered is judged like any note. An answer whose text the mail does not show is still an answer.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import evidence

POINTS = 3.0

_DAY = 86_400_000
_STEPS = ((3 * _DAY, 3.0), (10 * _DAY, 1.5))
"""Milliseconds up to which an answer is worth points; a later one has lost its haste, and half a point is left."""
_LATE = 0.5


def check(request: Request, facts: Facts) -> Finding | None:
    asked = request.asked
    if asked is None or not asked.answered:
        return None
    points = next((points for within, points in _STEPS if asked.waited <= within), _LATE)
    hours = asked.waited // 3_600_000
    after = f"after {hours} hour{'s' if hours != 1 else ''}" if hours < 72 else f"after {hours // 24} days"
    told = f'"{asked.answer.value}"' if asked.answer.value else "text not shown"
    return Finding(points=points, evidence=evidence(f"{after}: {told}"))
