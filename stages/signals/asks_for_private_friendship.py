"""The note courts the reader: private friendship, pictures, loneliness."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, find, read
from stages.wording.quoting import said

POINTS = -4.0

_COURTING = Phrases(
    "my pictures|make friends with you|looking for friendship|my photos|my pics|send you pictures",
    "send you photos|more about myself",
    "be friends|be my friend|good friendship|friendship with you",
    "long term relationship|serious relationship",
    "soulmate|soul mate|lonely|single mother|are you married|are you single|handsome|gorgeous|beautiful smile",
    "your smile|my heart|fall in love|beautiful eyes|ask you out|take you out|date with you|your beauty",
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


_MILD = ("interesting", "seem", "get", "know", "besser")
_HINTS = (
    Phrases(
        "hi dear|hello dear|hey dear|hi my dear|hello my dear|my dear|dear one|dearest|hi sweet*|hello sweet*|honey",
        "hallo liebes|bonjour ma chere|mon cher ami|ma chere amie|hola querid*|hola guap*|ola querid*|oi querid*",
        "ciao cara|ciao caro|hoi lieverd|lieve",
    ),
    Phrases(
        "make friends|making friends|new friend|new friends|a friend|friendship|be my friend|good friends",
        "neue freunde|freund finden|freundschaft|nouveaux amis|amitie|hacer amigos|nuevos amigos|amistad",
        "fazer amigos|fazer amizade|novas amizades|amizade|fare amicizia|nuovi amici|amicizia",
        "vrienden maken|vriendschap",
    ),
    Phrases(
        "kind person|nice person|good person|sweet person|honest person|kind heart|good heart|kind face|kind eyes",
        "you look ~ kind|you look ~ nice|you look ~ good|you look so|your picture",
        "your profile picture|your profile photo",
        "netter mensch|lieber mensch|gutes herz|gentille personne|belle personne|bon coeur|buena persona|buen corazon",
        "linda persona|boa pessoa|bom coracao|persona gentile|brava persona|buon cuore|aardig persoon|goed hart",
    ),
)
"""What courts in company only: an endearment, a wish for friends, praise of the person. Two kinds of them, not one."""


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hits = apart(find(words, _COURTING))
    hints = [found[0] for phrases in _HINTS if (found := find(words, phrases))]
    if not hits and len(hints) < 2:
        return None
    strong = len(hints) > 1 or len(hits) > 1 or words.words[hits[0].first].text not in _MILD
    return Finding(points=POINTS if strong else POINTS / 2, evidence=said(words, *hits[:4], *hints))
