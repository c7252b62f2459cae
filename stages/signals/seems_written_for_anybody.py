"""The note reads as written for anybody: it could go to a hundred others as it is (the swap test).

Learned from labelled notes, turn of phrase by turn of phrase.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.readings import heard
from stages.signals import Facts

POINTS = -3.5
READS = True


def check(request: Request, facts: Facts) -> Finding | None:
    return heard(request, facts, ("tie", "hint"), "no", POINTS)
