"""The note reads like an offer: something to buy, a job, a list of people, money.

Learned from labelled notes, turn of phrase by turn of phrase.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.readings import heard
from stages.signals import Facts

POINTS = -4.0
READS = True


def check(request: Request, facts: Facts) -> Finding | None:
    return heard(request, facts, ("offer",), "yes", POINTS)
