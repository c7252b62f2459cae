"""The note could go to anybody: nothing in it is tied to you.

The swap test: would it still be true if it were sent to a hundred others? A note is let off where a sentence to the
reader holds several words of substance, for that may be a detail we cannot check; and where somebody who sells nothing
tells of themselves, speaks to the reader and asks: that is a talk between two.
"""

from __future__ import annotations

from stages.claims import KNOWN_TO_BOTS, kept_ties
from stages.events import Finding, Request
from stages.signals import Facts, pitches_a_job
from stages.wording import Words, read
from stages.wording.mentions import mentions
from stages.wording.pitches import sells
from stages.wording.quoting import whole
from stages.wording.substance import known_to_bots, substance
from stages.wording.ties import to_reader
from stages.wording.vocabulary import words_of

POINTS = -1.5

_SAYS_NOTHING = 2
"""Words of its own up to which a note says nothing at all, which is another signal's."""

_TIED = 3
"""Words of substance in sentences to the reader, from which a note is let off."""

_TOLD = 6
"""Words of substance from which somebody has told something of themselves."""

_OWN = words_of(
    "i my me mine ich mein meine meinem meinen meiner mir mich je j mon ma mes moi yo mi mis soy eu meu minha meus",
    "minhas",
    "mim sou estou tenho vou comecei estoy tengo voy empiezo ho faccio vorrei io mio mia miei mie sono ik mijn mij",
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, facts.profile))
    if len(left) <= _SAYS_NOTHING or sum(weight for weight, _ in kept_ties(words, left, facts.claims)) >= 1.0:
        return None
    if any(claim.truth == "true" and claim.kind not in KNOWN_TO_BOTS for claim in facts.claims):
        return None
    if facts.profile and any(mention.kind != "employer" for mention in mentions(words, facts.profile)):
        return None
    addressed = to_reader(words)
    if sum(1 for at in left if words.words[at].sentence in addressed) >= _TIED:
        return None
    if len(left) >= _TOLD and addressed and _talks(words) and not (sells(words) or pitches_a_job.check(request, facts)):
        return None
    return Finding(points=POINTS, evidence=whole(words))


def _talks(words: Words) -> bool:
    """Does somebody say "I", and ask?"""
    if _OWN.isdisjoint(words.texts):
        return False
    return any("?" in words.source[word.end : word.end + 2] for word in words.words)
