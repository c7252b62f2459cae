"""The note gives no reason: polite words that neither offer anything nor say why.

Learned from labelled notes: it speaks where their readings, weighed, are more like those of notes one has to ask about.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import read
from stages.wording.quoting import whole

POINTS = -0.25
READS = True


def check(request: Request, facts: Facts) -> Finding | None:
    weights = facts.weights.silence
    if not facts.readings or not weights:
        return None
    logit = weights.get("base", 0.0)
    logit += sum(weights.get(name, 0.0) * reading.measure for name, reading in facts.readings.items())
    return Finding(points=POINTS, evidence=whole(read(request.words))) if logit > 0 else None
