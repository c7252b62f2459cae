"""The wording is canned: sentences that would be as true for a hundred other people."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import apart, find, read
from stages.wording.quoting import said
from stages.wording.vocabulary import FORMULAS

POINTS = -3.0


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hits = apart(find(words, FORMULAS))
    if not hits:
        return None
    return Finding(points=POINTS * min(len(hits), 3) / 3, evidence=said(words, *hits[:4]))
