"""There is no personal note.

The evidence says how sure that is: the network's default sentence is attested in some languages and a guess in others.
A layout that does not show notes says nothing, so the signal is silent there.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = -0.5

_WHY = {
    "attested": "only the network's default text",
    "guess": "only what we take for the network's default text (a guess)",
    None: "no note",
}


def check(request: Request, facts: Facts) -> Finding | None:
    notice = request.notice
    answered = request.asked is not None and request.asked.answered
    if answered or notice.note.state != "absent" or notice.message.state == "shown":
        return None
    return Finding(points=POINTS, evidence=_WHY[notice.default_text])
