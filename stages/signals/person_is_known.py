"""You know this person: from the people you named, an accepted request or earlier messages.

People are known by their full name, since a mail shows nothing surer; a first name alone is nobody's. Of a name that
only your connections hold, `name_is_of_a_connection` speaks.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import fold
from stages.wording.people import full_name

POINTS = 3.0

_CONTACT = 2.0
"""An address book holds shops and old acquaintances too."""


def check(request: Request, facts: Facts) -> Finding | None:
    if request.past.accepted:
        return Finding(points=POINTS, evidence="you are, or were, connected")
    shown = request.notice.name.value or ""
    name = " ".join(fold(shown).split()) if full_name(shown) else ""
    for known in facts.profile.known_people if facts.profile else ():
        if name and name == " ".join(fold(known).split()):
            return Finding(points=POINTS, evidence=f"{known} is one of the people you know")
    if request.past.tier == "correspondent":
        return Finding(points=POINTS, evidence="you have written to somebody of this name, more than once")
    if request.past.tier == "contact":
        return Finding(points=_CONTACT, evidence="somebody of this name is in your contacts, or had a mail from you")
    if request.past.messages:
        count = request.past.messages
        return Finding(points=2.0, evidence=f"{count} earlier message{'s' if count != 1 else ''}")
    return None
