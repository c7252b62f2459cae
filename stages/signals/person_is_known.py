"""You know this person: from your contacts, an accepted request or earlier messages."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import fold

POINTS = 3.0


def check(request: Request, facts: Facts) -> Finding | None:
    if request.past.accepted:
        return Finding(points=POINTS, evidence="you are, or were, connected")
    name = " ".join(fold(request.notice.name.value or "").split())
    for known in facts.profile.known_people if facts.profile else ():
        if name and name == " ".join(fold(known).split()):
            return Finding(points=POINTS, evidence=f"{known} is one of the people you know")
    if request.past.messages:
        count = request.past.messages
        return Finding(points=2.0, evidence=f"{count} earlier message{'s' if count != 1 else ''}")
    return None
