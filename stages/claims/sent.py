"""Note -> Claims that somebody sent the sender: "Ada Lie suggested I ask you".

True is only that the reader knows somebody of this full name. Nobody lists all they know, so it is never false; a
first name alone, or no name, is unknown.
"""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart
from stages.wording.mentions import content, named
from stages.wording.words import read as cut

_SENT = Phrases(
    "suggested i|suggested that|suggested we|suggested you|recommended i|recommended you|recommended your",
    "pointed me|mentioned you|mentioned your|introduced me|introduced us|put me in touch|gave me your",
    "spoke highly|passed on your|referred me|referred by|recommended by|introduced by",
    "sends her|sends his|sends regards|sends greetings|says hello|says hi|mutual friend|common friend",
    "common acquaintance|mutual acquaintance|our mutual connection|our mutual contact|thought we should",
    "thinks we should",
    "your name from|friend of yours|via our",
    "hat mich auf|hat sie empfohlen|hat dich empfohlen|hat mir ~ empfohlen|empfahl mir|hat mir von|hat von ihnen",
    "auf empfehlung|empfohlen von|hat mir ihren|hat mir deinen",
    "lasst grussen",
    "lasst sie grussen|schickt mich|riet mir|gemeinsamer bekannter|gemeinsame bekannte|von ihnen erzahlt|hat mir ihre",
    "m a recommande|m a parle|m a conseille|m a suggere|m a envoye*|m a oriente*|m a transfere",
    "de la part de|sur les conseils de|sur recommandation|sur le conseil de|vous salue|te salue|ami commun",
    "amie commune",
    "connaissance commune|m a invite*",
    "me recomendo|me hablo de|me sugirio|me paso tu|me paso su|me dio tu|me dio su|de parte de",
    "por recomendacion|te manda saludos|le manda saludos|amigo en comun|amiga en comun|recomendado por",
    "me indicou|me falou|me recomendou|comentou sobre|me passou|recomendou que",
    "por indicacao|indicado por|indicada por|sugeriu que|da parte de|amigo em comum|amiga em comum|mandou um abraco",
    "mi ha parlato|mi ha consigliato|mi ha suggerito|mi ha segnalato|su consiglio",
    "su suggerimento|da parte di|la saluta|ti saluta|amico comune|amica comune|mi ha fatto il suo|mi ha fatto il tuo",
    "raadde me|tipte me|vertelde me|noemde je|noemde u",
    "verwees me",
    "op aanraden van|op advies van|doet de groeten|de groeten van|gezamenlijke kennis|gemeenschappelijke kennis",
)
_TOLD = Phrases(
    "told me|tells me|sent me|said you|says you|said i|says i|said that|says that|sent by|asked me to|encouraged me",
    "advised me|wrote to me|passed me|gave me|thinks you|turned down|hat gesagt|sagte mir|meinte|hat gemeint|gab mir",
    "hat mir|sagt sie|m a dit|m a donne|m a invite*|grace a|selon|dice que|me dijo|me conto|me comento|me envio",
    "me paso",
    "me disse|disse me|falou me|me contou|me mandou|mi ha detto|mi ha dato|mi ha mandato|dice che|vertelde|zei dat",
    "zegt dat",
    "gaf me|gaf mij|stuurde me|zei me|contou me|disse que|me deu",
)
"""What may be said of anybody: it counts beside somebody whom the reader knows, and is no claim elsewhere."""

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "herr",
        "herrn",
        "frau",
        "monsieur",
        "madame",
        "senor",
        "senora",
        "don",
        "dona",
        "signor",
        "signora",
        "mevrouw",
        "meneer",
    ]
)


def read(note: Note) -> Claims:
    sent, taken = apart(note.found(_SENT)), set[int]()
    for hit in (*sent, *apart(note.found(_TOLD))):
        around = note.sentence(hit.first)
        shown, fact, known = _by_whom(note, hit, around)
        if around.start in taken or not (known or hit in sent):
            continue
        taken.add(around.start)
        yield note.claim("sent", shown, "true" if known else "unknown", fact)


def _by_whom(note: Note, hit: Hit, around: range) -> tuple[Hit, str, bool]:
    """The words with the name, what is known of it, and whether that is enough."""
    people = tuple(item.fact for item in note.known("person") if content(item.fact))
    for person in people:
        name = _whole(note, person) or _by_title(note, person)
        if name and name.first in around:
            return _both(hit, name), f'somebody you know, "{person}"', True
    for other in note.request.acquaintances:
        name = _whole(note, other.name) if content(other.name) else None
        if name and name.first in around:
            how = "are connected with" if other.tier == "connection" else "have written to, or keep in your contacts"
            return _both(hit, name), f'somebody of a name that you {how}, "{other.name}"', True
    for person in people:
        first = cut(person).words[0].text
        name = named(note.words, first) if first in content(person) else None
        if name and name.first in around and note.capital(name.first):
            return _both(hit, name), f'a first name alone; perhaps somebody you know, "{person}"', False
    return _both(hit, Hit(max(around.start, hit.first - 3), hit.last, "")), "you did not list who that is", False


def _both(hit: Hit, name: Hit) -> Hit:
    return Hit(min(hit.first, name.first), max(hit.last, name.last), hit.phrase)


def _whole(note: Note, person: str) -> Hit | None:
    """Where the whole name stands; one of a single word with a capital, for "mark" is no Mark."""
    name = named(note.words, person)
    return name if name and (name.last > name.first or note.capital(name.first)) else None


def _by_title(note: Note, person: str) -> Hit | None:
    """Where the surname stands behind a title ("Herr Giesbrecht")."""
    names = cut(person).words
    for at in note.words.starts.get(names[-1].key, ()) if len(names) > 1 else ():
        if at and note.text(at) == names[-1].text and note.text(at - 1) in _TITLES:
            return Hit(at, at, "")
    return None
