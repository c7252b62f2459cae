"""It fits what you wrote down as wanted (`wants` in your profile), or they work in your field (`industry`, `roles`).

Silent where the note sells, is a form letter, or is about what you do not want: who blasts a trade knows its words.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.signals.is_unwanted import check as unwanted
from stages.wording import evidence, find, read
from stages.wording.formulas import FORMULAS
from stages.wording.pitches import sells
from stages.wording.quoting import said
from stages.wording.wishes import granted

POINTS = 1.0

_IN_YOUR_FIELD = 0.5
"""Points for working in the owner's field: a bot can find out what that is."""


def check(request: Request, facts: Facts) -> Finding | None:
    if facts.profile is None:
        return None
    note, headline = read(request.words), read(request.notice.headline.value or "")
    if sells(note) or find(note, FORMULAS) or unwanted(request, facts):
        return None
    for wish in facts.profile.wants:
        if hit := granted(note, wish):
            return Finding(points=POINTS, evidence=said(note, hit, about=f'you want "{evidence(wish)}"'))
    for called, fields in (("your industry", facts.profile.industry), ("your role", facts.profile.roles)):
        for field in fields:
            for where, text in (("", note), ("; the headline", headline)):
                if hit := granted(text, field):
                    about = f'{called} "{evidence(field)}"{where}'
                    return Finding(points=_IN_YOUR_FIELD, evidence=said(text, hit, about=about))
    return None
