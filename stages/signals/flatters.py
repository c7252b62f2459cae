"""The note flatters: praise that would fit anybody."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import apart, evidence, find, read
from stages.wording.vocabulary import PRAISE

POINTS = -0.5


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.notice.words)
    hits = apart(find(words, PRAISE))
    if not hits:
        return None
    return Finding(points=POINTS, evidence=evidence("; ".join(words.quote(h.first, h.last) for h in hits[:4])))
