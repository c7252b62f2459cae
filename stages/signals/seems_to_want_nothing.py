"""The note does not read like an offer: it wants nothing for the sender's own gain.

Learned from labelled notes, turn of phrase by turn of phrase.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.readings import heard
from stages.signals import Facts

POINTS = 2.0
READS = True


def check(request: Request, facts: Facts) -> Finding | None:
    return heard(request, facts, ("offer",), "no", POINTS)
