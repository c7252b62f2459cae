"""Note -> Claims of connections in common: "we have 12 mutual connections".

Checked against what the network itself shows in the mail; where it shows nothing, nothing is known. The count grows and
shrinks, so only one far above what is shown is false.
"""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart

_SHARED = Phrases(
    "mutual connections|mutual connection|connections in common|connection in common|common connections",
    "shared connections|mutual contacts|contacts in common|common contacts|mutual friends|friends in common",
    "people in common|connected to many of the same|gemeinsame kontakte|gemeinsamen kontakte|gemeinsame verbindungen",
    "gemeinsame bekannte|kontakte gemeinsam|relations en commun|contacts en commun|relations communes|contacts communs",
    "connaissances communes|connexions en commun|contactos en comun|conexiones en comun|contactos comunes",
    "conocidos en comun|conexoes em comum|contatos em comum|contactos em comum|conhecidos em comum|amigos em comum",
    "collegamenti in comune|contatti in comune|conoscenze in comune|amici in comune|gemeenschappelijke connecties",
    "gemeenschappelijke contacten|gezamenlijke connecties|gezamenlijke contacten|gedeelde connecties",
)
_NUMBERS = {
    word: number
    for number, words in (
        (1, "one a einen eine un une una uno um uma een"),
        (2, "two zwei deux dos dois duas due twee"),
        (3, "three drei trois tres tre drie"),
        (4, "four vier quatre cuatro quatro quattro"),
        (5, "five funf cinq cinco cinque vijf"),
        (6, "six sechs seis sei zes"),
    )
    for word in words.split()
}
_FAR = 3
"""How many times as many as are shown it takes, and that many more, to be false."""


def read(note: Note) -> Claims:
    shown = note.request.notice.mutual_connections
    for hit in apart(note.found(_SHARED))[:1]:
        count, first = _count(note, hit)
        if shown.value is None:
            yield note.claim("connections", Hit(first, hit.last, ""), "unknown", "the mail does not show how many")
            continue
        fact = f"the network shows {shown.value} in common"
        if max(count, 1) <= shown.value:
            yield note.claim("connections", Hit(first, hit.last, ""), "true", fact)
        elif count >= _FAR * shown.value + _FAR:
            yield note.claim("connections", Hit(first, hit.last, ""), "false", fact)
        else:
            yield note.claim("connections", Hit(first, hit.last, ""), "unknown", fact)


def _count(note: Note, hit: Hit) -> tuple[int, int]:
    """How many are claimed (0: not said), and where the claim begins."""
    before = [at for at in range(max(0, hit.first - 3), hit.first) if at in note.sentence(hit.first)]
    for at in reversed(before):
        text = note.text(at)
        if text.isdecimal() and len(text) <= 4:
            return int(text), at
        if text in _NUMBERS:
            return _NUMBERS[text], at
    return 0, hit.first
