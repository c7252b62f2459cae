"""The wording is canned: sentences that would be as true for a hundred other people.

A single one is mere courtesy where the note goes on with what is true between the two of you, and sells nothing.
"""

from __future__ import annotations

from stages.claims import KNOWN_TO_BOTS, kept_ties
from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Words, apart, find, read
from stages.wording.formulas import FORMULAS
from stages.wording.pitches import sells
from stages.wording.quoting import said
from stages.wording.substance import known_to_bots, substance

POINTS = -3.0

_TIED = 2.0
"""Points of ties from which a note has a point of its own."""


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hits = apart(find(words, FORMULAS))
    if not hits or (len(hits) == 1 and _goes_on(words, request, facts)):
        return None
    return Finding(points=POINTS * min(len(hits), 3) / 3, evidence=said(words, *hits[:4]))


def _goes_on(words: Words, request: Request, facts: Facts) -> bool:
    """Does the note go on with a point of its own?"""
    if sells(words):
        return False
    if any(claim.truth == "true" and claim.kind not in KNOWN_TO_BOTS for claim in facts.claims):
        return True
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, facts.profile))
    return sum(weight for weight, _ in kept_ties(words, left, facts.claims)) >= _TIED
