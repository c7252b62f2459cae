"""The note gives no reason: a greeting, a wish to connect, and hardly anything else."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Words, apart, find, read
from stages.wording.formulas import FORMULAS
from stages.wording.quoting import whole
from stages.wording.substance import substance
from stages.wording.ties import anchors
from stages.wording.vocabulary import words_of

POINTS = -0.5

_LEFT = 2
"""Words of its own, up to which a note says nothing."""

_CIVIL = words_of("well fine bem bien gut bene goed going day week today doing hoy heute oggi vandaag dia tag semana")
"""What is asked about out of politeness."""


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.words
    if not note:
        return None
    words = read(note)
    if len(apart(find(words, FORMULAS))) > 1:
        return None
    left = substance(words, facts.owner.name, facts.parsed.recipient_first_name or "", request.notice.name.value or "")
    if len(left) > _LEFT or _asks(words, left) or sum(weight for weight, _ in anchors(words, left)) >= 1.0:
        return None
    return Finding(points=POINTS, evidence=whole(words))


def _asks(words: Words, left: tuple[int, ...]) -> bool:
    """Does one sentence ask about two things at least? Short as it is, that is something to answer."""
    for end in (at for at in left if "?" in words.source[words.words[at].end : words.words[at].end + 2]):
        sentence = words.words[end].sentence
        asked = [at for at in left if words.words[at].sentence == sentence and words.words[at].text not in _CIVIL]
        if len(asked) >= 2:
            return True
    return False
