"""The person wants to learn from you.

A question inside a pitch is a hook; there only somebody who studies, researches or changes careers is believed.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, find, read
from stages.wording.pitches import sells
from stages.wording.quoting import said
from stages.wording.substance import known_to_bots, substance
from stages.wording.vocabulary import STUDIES

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


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    studies = apart(find(words, STUDIES))
    hits = (*studies, *apart(find(words, _LEARNS)))
    if not hits or (sells(words) and not studies):
        return None
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, facts.profile))
    first = hits[0]
    subject = [at for at in left if at > first.last and words.words[at].sentence == words.words[first.last].sentence]
    points = POINTS if len(subject) >= 2 else _VAGUE
    return Finding(points=points, evidence=said(words, *hits[:3]))
