"""The note names something that is true of you without saying so: an event, a school, a group, a job you are filling.

What it claims is another signal's (`claim_is_true`), and so is a job that somebody is interested in. An employer counts
only where the person's own headline names it. Somebody you know counts by first name where work done together is named.
Without an owner profile nothing is said: relevance is not judged.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.settings import Profile
from stages.signals import Facts, offers_referral_or_fits_open_job, pitches_a_job
from stages.wording import Hit, Words, evidence, find, read
from stages.wording.mentions import Mention, mentions, named
from stages.wording.quoting import said
from stages.wording.ties import WORKED_TOGETHER

POINTS = 1.5

_WEIGHT = {
    "point": 1.5,
    "title": 1.5,
    "event": 1.5,
    "person": 1.5,
    "job": 1.5,
    "school": 1.0,
    "group": 1.0,
    "employer": 1.0,
    "first name": 1.5,
    "tool": 0.5,
}
_WORKS = ("point", "title")


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.words
    if facts.profile is None or not note:
        return None
    words = read(note)
    named_here = (*mentions(words, facts.profile), *_by_first_name(words, facts.profile))
    counted = [mention for mention in named_here if _counts(mention, request, facts)]
    if not counted:
        return None
    counted.sort(key=lambda mention: (-_WEIGHT[mention.kind], mention.fact))
    return Finding(points=_WEIGHT[counted[0].kind], evidence=said(words, counted[0].hit, about=counted[0].about))


def _counts(mention: Mention, request: Request, facts: Facts) -> bool:
    if _is_claimed(mention, facts):
        return False
    if mention.kind == "job":
        spoken_for = pitches_a_job.check(request, facts) or offers_referral_or_fits_open_job.check(request, facts)
        return spoken_for is None
    if mention.kind == "employer":
        return named(read(request.notice.headline.value or ""), mention.fact) is not None
    return True


def _is_claimed(mention: Mention, facts: Facts) -> bool:
    """Is it counted already, as a claim that was checked against the same fact?"""
    return any(
        claim.truth == "true"
        and ((mention.kind in _WORKS and claim.kind == "published") or f'"{evidence(mention.fact)}"' in claim.fact)
        for claim in facts.claims
    )


def _by_first_name(words: Words, profile: Profile) -> list[Mention]:
    """People the owner knows, named by first name where the note speaks of work done together."""
    worked: tuple[Hit, ...] = find(words, WORKED_TOGETHER)
    sentences = {words.words[hit.first].sentence for hit in worked}
    found: list[Mention] = []
    for person in profile.known_people if worked else ():
        hit = named(words, person.split()[0]) if person.split() else None
        if hit and words.words[hit.first].sentence in sentences and named(words, person) is None:
            found.append(Mention("first name", person, "perhaps somebody you know,", hit))
    return found
