"""The note is personal: it names things that are true only between the two of you.

What counts: something you said or made, with its subject; a meeting or a place you share; a person who sent them;
what they did with your work. Names, dates, numbers and a question make it stronger. What is known to be false counts
for nothing, nor does anything in a template whose fields were left empty.
"""

from __future__ import annotations

from stages.claims import kept_ties
from stages.events import Finding, Request
from stages.signals import Facts, template_is_showing
from stages.wording import read
from stages.wording.quoting import said
from stages.wording.substance import known_to_bots, substance
from stages.wording.ties import details

POINTS = 4.0

_LEAST = 1.0
"""Points of ties from which a note counts as personal at all."""


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, facts.profile))
    tied = kept_ties(words, left, facts.claims)
    if sum(weight for weight, _ in tied) < _LEAST or template_is_showing.check(request, facts):
        return None
    points = sum(weight for weight, _ in (*tied, *details(words, left, facts.parsed.note_language)))
    strongest = sorted(tied, key=lambda weighed: -weighed[0])
    return Finding(points=min(POINTS, points), evidence=said(words, *(hit for _, hit in strongest)))
