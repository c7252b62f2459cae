"""The note names something that is true of you: what you published, a school, an event, a group, a job you are filling.

An employer counts only where the person says they share it; name, title and city count for nothing, for a bot has them.
Without an owner profile nothing is said: relevance is not judged.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, evidence, find, read
from stages.wording.mentions import Mention, mentions, named

POINTS = 3.0

_WEIGHT = {
    "point": 3.0,
    "title": 3.0,
    "event": 3.0,
    "person": 3.0,
    "school": 3.0,
    "group": 2.5,
    "job": 2.5,
    "employer": 1.5,
    "tool": 0.75,
}
_SHARING = Phrases(
    "fellow|former|ex|alum*|also|too|both|same|colleague*|worked at|worked for|years at|my time at|our time at",
    "auch|ehemalig*|beide|kolleg*",
    "gemeinsam|aussi|ancien*|collegue*|meme|tambien|colega*|ambos|tambem|mesma|mesmo|anche|collega|stesso",
    "stessa|ook|zelfde|oud",
)


def _counts(mention: Mention, request: Request, shares: bool) -> bool:
    if mention.kind != "employer":
        return True
    return shares or named(read(request.notice.headline.value or ""), mention.fact) is not None


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.notice.words
    if facts.profile is None or not note:
        return None
    words = read(note)
    shares = bool(find(words, _SHARING))
    counted = [m for m in mentions(words, facts.profile) if _counts(m, request, shares)]
    if not counted:
        return None
    counted.sort(key=lambda m: (-_WEIGHT[m.kind], m.fact))
    points = min(POINTS, _WEIGHT[counted[0].kind] + (0.5 if len(counted) > 1 else 0.0))
    said = f'"{counted[0].evidence}" ({counted[0].fact})'
    return Finding(points=points, evidence=evidence(said))
