"""The note flatters: praise that would fit anybody."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import apart, find, read
from stages.wording.quoting import said
from stages.wording.vocabulary import PRAISE

POINTS = -0.5


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hits = apart(find(words, PRAISE))
    if not hits:
        return None
    return Finding(points=POINTS, evidence=said(words, *hits[:4]))
