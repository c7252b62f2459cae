"""The note reads as written for you, and for no hundred others (the swap test).

Learned from labelled notes, turn of phrase by turn of phrase. Whether it is true is for the claims to say.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.readings import heard
from stages.signals import Facts

POINTS = 3.5
READS = True


def check(request: Request, facts: Facts) -> Finding | None:
    return heard(request, facts, ("tie", "hint"), "yes", POINTS)
