"""The person wants to learn from you.

A question inside a pitch is a hook; there only somebody who studies, researches or changes careers is believed.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, apart, find, read
from stages.wording.pitches import sells
from stages.wording.quoting import breaks, said
from stages.wording.substance import known_to_bots, substance
from stages.wording.vocabulary import STUDIES, words_of

POINTS = 2.5

_VAGUE = 1.5
"""Points where the question has no subject of its own."""

_LEARNS = Phrases(
    "learn from you|learn from your|learning from you|learning from your|learn how you|learn about how you",
    "learn about your path|hear how you|hear about how you",
    "how did you|how do you|how you got|how you made|how you moved|how you managed|how you handle*",
    "how you solved|how you built|curious how|curious about how",
    "your advice|any advice|some advice|ask you about|pick your brain|your experience with|your perspective on",
    "your take on|your thoughts on|what drew you",
    "how you went about|one question about|a question about|considering a move|thinking of moving|mentor*",
    "was sie anders machen|was ihr anders macht|darf ich fragen was|darf ich fragen welche*|what you do differently",
    "von ihnen lernen|von dir lernen|wie sie|wie du|ihr rat|ihren rat|deinen rat|eine frage zu|frage an sie",
    "apprendre de vous|apprendre de votre|vos conseils|votre avis sur|comment vous avez|comment avez vous",
    "une question sur",
    "aprender de ti|aprender de usted|aprender de tu|tu consejo|su consejo|como lograste|como hiciste",
    "como conseguiste|una pregunta sobre",
    "aprender com voce|aprender com a sua|aprender com sua|seu conselho|como voce|como voces",
    "uma pergunta sobre|pergunta rapida",
    "imparare da te|imparare da lei|un consiglio|suo parere|come hai|come ha fatto|una domanda su",
    "van u leren|van jou leren|uw advies|jouw advies|hoe je|hoe u|een vraag over",
)
_NO_WISH = Phrases(
    "one student at|during our research|during my research|came up in our research|our research shows",
    "our research team|read your thoughts|enjoyed your thoughts|love your thoughts|loved your thoughts",
    "liked your thoughts|thank you for your thoughts|thanks for your thoughts",
)
"""Has the words of a wish to learn, and is none."""

_LIKE_YOU = frozenset(("wie sie", "wie du", "como voce", "como voces"))
"""Means "how you", or "like you" behind the word for people that it belongs to."""

_ASKING = words_of(
    "verstehen wissen erfahren frage fragen horen interessiert lernen sehen nachfragen gelesen erzahlen saber entender",
    "perguntar conhecer ver aprender curioso curiosa ouvir contar explicar dizer sobre pergunto e mas aber und",
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    none = {at for hit in find(words, _NO_WISH) for at in range(hit.first, hit.last + 1)}
    studies = tuple(hit for hit in apart(find(words, STUDIES)) if hit.first not in none)
    wishes = (hit for hit in apart(find(words, _LEARNS)) if hit.first not in none and not _is_likeness(words, hit))
    hits = (*studies, *wishes)
    if not hits or (sells(words) and not studies):
        return None
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, facts.profile))
    first = hits[0]
    subject = [at for at in left if at > first.last and words.words[at].sentence == words.words[first.last].sentence]
    points = POINTS if len(subject) >= 2 else _VAGUE
    return Finding(points=points, evidence=said(words, *hits[:3]))


def _is_likeness(words: Words, hit: Hit) -> bool:
    """Is it "people like you", and no question?"""
    if hit.phrase not in _LIKE_YOU or hit.first == 0:
        return False
    before = words.words[hit.first - 1]
    same = before.sentence == words.words[hit.first].sentence and not breaks(words, hit.first)
    return same and before.text not in _ASKING
