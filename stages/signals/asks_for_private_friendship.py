"""The note courts the reader: private friendship, pictures, loneliness."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, evidence, find, read

POINTS = -4.0

_COURTING = Phrases(
    "my pictures|make friends with you|looking for friendship|my photos|my pics|send you pictures",
    "send you photos|more about myself",
    "be friends|be my friend|good friendship|friendship with you",
    "long term relationship|serious relationship",
    "soulmate|soul mate|lonely|single mother|are you married|are you single|handsome|gorgeous|beautiful smile",
    "your smile|my heart|fall in love",
    "get to know you better",
    "know you better|know each other better",
    "meine bilder|meine fotos|einsam|neue freunde|freundschaft mit|hubsch*|besser kennenlernen|mes photos",
    "celibataire|seul et|votre sourire",
    "mieux vous connaitre|faire connaissance ~ amitie|une amitie|mis fotos|soltera|soltero|tu sonrisa",
    "conocerte mejor|una amistad",
    "minhas fotos|solteira|solteiro|seu sorriso|te conhecer melhor|uma amizade|le mie foto|tuo sorriso",
    "conoscerti meglio|un amicizia",
    "mijn foto s|eenzaam|je glimlach|beter leren kennen|vriendschap met",
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.notice.words)
    hits = apart(find(words, _COURTING))
    if not hits:
        return None
    strong = len(hits) > 1 or words.words[hits[0].first].text not in ("interesting", "seem", "get", "know", "besser")
    points = POINTS if strong else POINTS / 2
    return Finding(points=points, evidence=evidence("; ".join(words.quote(h.first, h.last) for h in hits[:4])))
