"""The note names something that is true of you: what you published, a school, an event, a group, a job you are filling.

An employer counts only where the person says they share it, a job only where none is pitched. Name, title and city
count for nothing, for a bot has them. Somebody you know counts by first name where work done together is named.
Without an owner profile nothing is said: relevance is not judged.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.settings import Profile
from stages.signals import Facts, pitches_a_job
from stages.wording import Hit, Phrases, Words, find, read
from stages.wording.mentions import Mention, mentions, named
from stages.wording.quoting import said
from stages.wording.ties import WORKED_TOGETHER

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
    "first name": 1.5,
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


def _by_first_name(words: Words, worked: tuple[Hit, ...], profile: Profile) -> list[Mention]:
    """People the owner knows, named by first name where the note speaks of work done together."""
    sentences = {words.words[hit.first].sentence for hit in worked}
    found: list[Mention] = []
    for person in profile.known_people:
        hit = named(words, person.split()[0]) if worked and person.split() else None
        if hit and words.words[hit.first].sentence in sentences and named(words, person) is None:
            found.append(Mention("first name", person, "perhaps somebody you know,", hit))
    return found


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.notice.words
    if facts.profile is None or not note:
        return None
    words = read(note)
    worked = find(words, WORKED_TOGETHER)
    shares = bool(worked or find(words, _SHARING))
    named_here = (*mentions(words, facts.profile), *_by_first_name(words, worked, facts.profile))
    pitched = pitches_a_job.check(request, facts) is not None
    counted = [m for m in named_here if _counts(m, request, shares) and not (pitched and m.kind == "job")]
    if not counted:
        return None
    counted.sort(key=lambda m: (-_WEIGHT[m.kind], m.fact))
    points = min(POINTS, _WEIGHT[counted[0].kind] + (0.5 if len(counted) > 1 else 0.0))
    return Finding(points=points, evidence=said(words, counted[0].hit, about=counted[0].about))
