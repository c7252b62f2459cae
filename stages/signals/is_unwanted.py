"""The note, or the headline, is about something you wrote down as unwanted (`does_not_want` in your profile)."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import evidence, read
from stages.wording.quoting import said
from stages.wording.wishes import granted

POINTS = -2.0

_BY_HEADLINE = -1.0
"""Points where only the headline shows it: what they do is not yet what they write about."""


def check(request: Request, facts: Facts) -> Finding | None:
    unwanted = facts.profile.does_not_want if facts.profile else ()
    note = read(request.words)
    for wish in unwanted:
        if hit := granted(note, wish):
            return Finding(points=POINTS, evidence=said(note, hit, about=f'you do not want "{evidence(wish)}"'))
    headline = read(request.notice.headline.value or "")
    for wish in unwanted:
        if hit := granted(headline, wish):
            about = f'you do not want "{evidence(wish)}"; the headline'
            return Finding(points=_BY_HEADLINE, evidence=said(headline, hit, about=about))
    return None
