"""The note gives no reason: a greeting, a wish to connect, and hardly anything else."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import apart, find, read
from stages.wording.quoting import whole
from stages.wording.substance import substance
from stages.wording.ties import anchors
from stages.wording.vocabulary import FORMULAS

POINTS = -0.5

_LEFT = 2
"""Words of its own, up to which a note says nothing."""


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.words
    if not note:
        return None
    words = read(note)
    if len(apart(find(words, FORMULAS))) > 1:
        return None
    left = substance(words, facts.owner.name, facts.parsed.recipient_first_name or "", request.notice.name.value or "")
    if len(left) > _LEFT or sum(weight for weight, _ in anchors(words, left)) >= 1.0:
        return None
    return Finding(points=POINTS, evidence=whole(words))
