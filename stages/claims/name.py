"""Note -> Claims about the reader's name: the greeting. "Hi Thomas" to somebody called Jonas is false.

Only what is surely a name counts: a common first name, or a name behind a title. Anything near the reader's own name,
in any order, spelling or short form, is no claim, for a bot knows the right one; nor is a greeting to all or to a team.
"""

from __future__ import annotations

from rapidfuzz import fuzz

from stages.claims.first_names import FIRST_NAMES, SHORT_FORMS
from stages.claims.note import Claims, Note
from stages.wording import Hit
from stages.wording.quoting import breaks
from stages.wording.vocabulary import words_of
from stages.wording.words import read as cut

_GREETS = words_of(
    "hi hello hey dear hiya hallo hei moin servus lieber liebe liebes bonjour salut bonsoir cher chere coucou hola",
    "buenas",
    "estimado estimada querido querida ola oi prezado prezada caro cara ciao salve buongiorno buonasera gentile hoi",
    "dag",
    "beste geachte goedemorgen goedemiddag goedenavond goedendag heyo good morning afternoon evening day guten tag",
    "abend",
    "gruss gott sehr geehrter geehrte grezi gruezi buenos dias tardes bom dia boa tarde noite e egregio there again",
)
_TITLES = words_of(
    "mr mrs ms miss herr herrn frau monsieur madame mme senor senora sr sra signor signora sig dottor dottoressa",
    "mevrouw",
    "meneer dhr mw heer",
)
_RANKS = words_of("dr prof professor doctor ing dipl mag dott dottore avv don dona")
_NO_NAMES = words_of(
    "president director manager minister chairman sir madam owner recruiter doctor engineer name nachname vorname",
    "nom prenom",
    "nombre apellido nome cognome sobrenome naam voornaam achternaam kollege kollegin magister direktor prasident",
    "kollegen",
    "directeur directrice president presidente directora diretor diretora direttore direttrice collega firstname",
    "lastname",
    "surname ceo cto cfo coo founder hr team all everyone friend beloved customer user",
)
_PARTICLES = words_of("van von der den de del della di do dos das du la le el bin al ter ten zu zur af av mr mrs dr")
_ADVERBS = words_of(
    "frank mark grace max bill don jay jack rick rose art will dean chase drew rich sunny victor hope may"
)
"""Names that may open a sentence as another word."""

_ALIKE, _OF_ONE_LETTER = 70, 50
"""Ratio from which a name may be the reader's misspelt; and one with the same first letter a form of it."""

_BRACKETS = frozenset("[{<%")
_OPENS = 5
"""Words up to which a greeting may go before the name."""


def read(note: Note) -> Claims:
    names = _own(note)
    found = _greeted(note)
    if not names or found is None:
        return
    hit, title = found
    greeted = [note.text(at) for at in range(hit.first, hit.last + 1) if note.text(at) not in _TITLES | _RANKS]
    if not greeted:
        return
    ours = any(near_name(word, name) for word in greeted for name in names)
    if ours or any(word.text in names for word in note.words.words) or any(word in _NO_NAMES for word in greeted):
        return
    if greeted[0] in FIRST_NAMES or (title and not note.near_anything(range(hit.first, hit.last + 1))):
        yield note.claim("name", hit, "false", f'your name is "{note.owner[0]}"')


def _own(note: Note) -> frozenset[str]:
    words = (word.text for name in note.owner for word in cut(name).words)
    return frozenset(word for word in words if len(word) > 1 and word not in _PARTICLES)


def _greeted(note: Note) -> tuple[Hit, bool] | None:
    """Whom the note greets, and whether a title stands before; None where that is no name."""
    words, at = note.words.words, 0
    while at < min(_OPENS, len(words)) and words[at].text in _GREETS:
        at += 1
    begin = at
    while at < len(words) and at - begin < 3 and words[at].text in _TITLES | _RANKS:
        at += 1
    if at >= len(words) or words[at].start - words[max(0, at - 1)].end > 3:
        return None
    greets = at > 0
    last = at
    while last + 1 < len(words) and last - at < 3 and not breaks(note.words, last + 1) and note.capital(last + 1):
        last += 1
    title = any(words[i].text in _TITLES for i in range(begin, at))
    ends = last + 1 == len(words) or breaks(note.words, last + 1) or _ends(note, last)
    if not words[at].text.isalpha() or not ends or _is_sender(note, at):
        return None
    if (title and not note.capital(at)) or (note.words.source[: words[at].start][-1:] in _BRACKETS):
        return None
    if not greets and (words[at].text in _ADVERBS or not note.words.source[words[last].end :].startswith(",")):
        return None
    return Hit(at, last, ""), title


def _ends(note: Note, last: int) -> bool:
    between = note.words.source[note.words.words[last].end : note.words.words[last + 1].start]
    return any(char in "!.-" for char in between)


def _is_sender(note: Note, at: int) -> bool:
    """ "Hello, Maria here": who writes is named, not who reads."""
    own = {word.text for word in cut(note.request.notice.name.value or "").words}
    return note.text(at) in own


def near_name(one: str, other: str) -> bool:
    """May both be one person's name?"""
    shorter, longer = sorted((one, other), key=len)
    inside = len(shorter) > 2 and (longer.startswith(shorter) or longer.endswith(shorter))
    if one == other or inside or fuzz.ratio(one, other) >= _ALIKE:
        return True
    if one[0] == other[0] and fuzz.ratio(one, other) >= _OF_ONE_LETTER:
        return True
    return any(one in forms and other in forms for forms in SHORT_FORMS)
