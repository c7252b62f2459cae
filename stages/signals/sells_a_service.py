"""The note sells: a product, a service, an event or something free."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import read
from stages.wording.pitches import sells
from stages.wording.quoting import said

POINTS = -2.5


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hits = sells(words)
    return Finding(points=POINTS, evidence=said(words, *hits[:4])) if hits else None
