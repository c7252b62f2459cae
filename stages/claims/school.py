"""Note -> Claims of a school in common: "fellow alum of ...", "I also studied at ...".

False only where a school that both are said to share is named, is none of those listed, and is near nothing else.
"""

from __future__ import annotations

import re

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart
from stages.wording.mentions import Item, bare, content
from stages.wording.vocabulary import words_of

_STUDIED = Phrases(
    "alum|alumni|alumnus|alumna|alums|also studied|studied at|studied in|i study at|also went to|went to",
    "same university",
    "same school|same college|same class|same course|same year|classmate*|alma mater|graduated from|graduate of",
    "we studied",
    "graduate from|class of|my degree at|student at|student in|student of|fellow student|your old university",
    "ich studiere an|habe ~ studiert|auch ~ studiert|beide ~ studiert|absolvent*|kommiliton*|gleichen uni*",
    "gleichen hochschule",
    "gleiche uni*|gleiche hochschule|derselben uni*|derselben hochschule|studium an|student an|studentin an",
    "abschluss an",
    "ancien* eleve|ancienne etudiante|ancien etudiant|ancien* de|diplome* de|etudie a|etudes a|meme ecole|meme promo",
    "meme universite|etudiant* a|eleve de|egresad*|estudie en|estudio en|misma universidad|misma escuela",
    "misma facultad",
    "exalumn*|ex alumn*|companero de carrera|estudiante de la|estudiante en|ex alun*|exalun*|formad* pela|formad* na",
    "estudei na",
    "estudei no|estudo na|estudo no|mesma faculdade|mesma universidade|ex aluno|ex aluna|aluno da|aluna da",
    "estudante da",
    "laureat* a|laureat* in|laureat* al|laureat* presso|ho studiato a|ho studiato al|stessa universita|stessa scuola",
    "stessa facolta|studente dell*",
    "studentessa dell*|studio a|compagn* di corso|afgestudeerd|gestudeerd|studeer aan|studeerde aan|oud student*",
    "zelfde opleiding",
    "zelfde school|zelfde universiteit|jaargenoot|studiegenoot|alumnus van",
)
_BOTH = Phrases(
    "fellow ~ alum|fellow ~ alumnus|fellow ~ alumna|fellow ~ graduate|fellow alum of|fellow alumnus of",
    "fellow alumna of",
    "fellow graduate of|we both studied at|we both went to|we both graduated from|both alumni of|both alums of",
    "both graduates of|we studied together at|like you i studied at|like you i went to|your classmate at",
    "your classmate from",
    "wir haben beide an der|wir haben beide am|beide an der|ihr kommilitone an der|wir waren beide an der",
    "nous avons tous deux etudie a|nous sommes tous deux diplomes de|nous sommes tous les deux passes par",
    "ambos estudiamos en|los dos estudiamos en|ambos somos egresados de|ambos estudamos na|ambos estudamos no",
    "nos dois estudamos na|abbiamo studiato entrambi a|abbiamo entrambi studiato a|siamo entrambi laureati a",
    "we hebben allebei aan|wij hebben allebei aan|beiden gestudeerd aan|allebei gestudeerd aan",
)
_KINDS = words_of(
    "university universitat universite universidad universidade universita universiteit uni college school schule",
    "hochschule",
    "ecole escuela escola scuola institute institut instituto istituto academy akademie technology science sciences",
    "business fachhochschule hogeschool politecnico royal state arts fh tu",
)
"""Words that tell no school from another."""


def read(note: Note) -> Claims:
    schools = note.known("school")
    taken: list[int] = []
    both = note.found(_BOTH)
    for hit in (*both, *apart(note.found(_STUDIED))):
        around = note.sentence(hit.first)
        school = next((school for school in schools if _is_named(note, school, around, hit)), None)
        if around.start in taken or (school is None and hit not in both and not _speaks_of_both(note, around)):
            continue
        taken.append(around.start)
        shown = Hit(max(around.start, hit.first - 2), max(hit.last, note.says(hit.last + 1, 6).stop - 1), "")
        if school:
            yield note.claim("school", shown, "true", f'your school "{school.fact}"')
        elif hit in both and (name := _name(note, hit)) and _is_elsewhere(note, name):
            listed = note.listed(school.fact for school in schools)
            yield note.claim("school", Hit(hit.first, max(hit.last, name.last), ""), "false", listed)
        else:
            yield note.claim("school", shown, "unknown", "it names no school that you listed")


def _is_named(note: Note, school: Item, around: range, hit: Hit) -> bool:
    """By its whole name, its short name ("NTNU"), or all that tells it from others; a town alone is no school."""
    whole = note.fact((school,), around)
    if whole is not None:
        return whole[1].last > whole[1].first or note.capital(whole[1].first)
    own = {word.casefold() for word in re.findall(r"\w+", bare(school.fact)) if _SHORT.fullmatch(word)} - _KINDS
    if any(at in around and note.text(at) == word for word in own for at in note.said.get(word, ())):
        return True
    telling = [word for word in school.content if word not in _KINDS]
    places = [at for word in telling for at in note.said.get(word, ()) if at in around and note.capital(at)]
    if not telling or not all(any(at in note.said.get(word, ()) for at in places) for word in telling):
        return False
    first, last = min(places), max(places)
    if last - first > _WITHIN:
        return False
    kinds = {kind for word in school.content if (kind := _kind(word))}
    nearby = [at for at in range(max(around.start, first - _OF), min(around.stop, last + _OF + 1)) if at not in places]
    if kinds:
        said = {kind for at in nearby if (kind := _kind(note.text(at))) and _joined(note, at, first, last)}
        if kinds <= said:
            return True
    if {note.text(at) for at in around} & _LIFE:
        return False
    return not own and (_is_at(note, hit, first, last) or (len(telling) > 1 and hit.phrase not in _LOOSE))


def _is_at(note: Note, hit: Hit, first: int, last: int) -> bool:
    """Is a town named as a school: "studied at Leeds", "a Leeds graduate", and not "at Leeds art school"?"""
    behind = note.says(last + 1, 2)
    if behind and note.text(behind.start) in _GRADUATES:
        return True
    if any(_kind(note.text(at)) for at in behind) or (behind and note.capital(behind.start)):
        return False
    if first > hit.last and note.text(first - 1) == "at":
        return True
    between = range(hit.last + 1, first)
    return hit.phrase not in _LOOSE and first > hit.last and all(note.text(at) in _SMALL for at in between)


_SHORT = re.compile(r"[A-Z]{2}\w*|\w*[A-Z]{3}\w*")
"""A name of capitals."""

_WITHIN, _OF = 5, 4
"""Words over which a name may be spread; and words that may stand between a town and its "university"."""

_SMALL = words_of("of de di da do del della des du la le l the der die den van von for")
_LOOSE = frozenset(
    ["went to", "also went to", "student of", "student in", "studied in", "class of", "same class", "same year"]
)
"""What may be said of a town, too."""

_GRADUATES = words_of("alum alumni alumnus alumna alums graduate graduates grad grads")
_LIFE = words_of("life leben vie vida vita leven")
_ONE_KIND = tuple(
    words_of(kind)
    for kind in (
        "university universitat universite universidad universidade universita universiteit uni univ",
        "college",
        "school schule ecole escuela escola scuola hogeschool hochschule fachhochschule fh",
        "institute institut instituto istituto",
        "academy akademie academia academie accademia",
        "technology technical technische tecnica tecnico tech tu",
        "science sciences",
        "business",
        "politecnico polytechnic politecnica polytechnique",
        "royal",
        "state",
        "arts art",
    )
)
"""Words for one kind of school, in several languages."""


def _kind(word: str) -> int:
    """The number of its kind, from one on; 0: it is none."""
    return next((number for number, words in enumerate(_ONE_KIND, 1) if word in words), 0)


def _joined(note: Note, kind: int, first: int, last: int) -> bool:
    """Does this word belong to the name: nothing but small words and other kinds between ("University of Bergen")?"""
    between = range(kind + 1, first) if kind < first else range(last + 1, kind)
    return all(note.text(at) in _SMALL or _kind(note.text(at)) for at in between)


_SAME = words_of(
    "fellow same both beide gleiche gleichen derselben meme tous ambos misma mesma stessa entrambi zelfde allebei"
)


def _speaks_of_both(note: Note, around: range) -> bool:
    return any(note.text(at) in _SAME for at in around)


def _name(note: Note, both: Hit) -> Hit | None:
    """The school's name, in the claim ("fellow X alum") or behind it."""
    inside = [at for at in range(both.first + 1, both.last) if note.capital(at)]
    return Hit(inside[0], inside[-1], "") if inside else note.name(both.last + 1)


def _is_elsewhere(note: Note, name: Hit) -> bool:
    within = range(name.first, name.last + 1)
    telling = [note.text(at) for at in note.telling(within) if note.text(at) not in _KINDS]
    initials = {"".join(word[0] for word in content(school)) for school in note.profile.schools}
    short = any(text[:2] == known[:2] for text in telling for known in initials if len(known) > 1)
    return bool(note.profile.schools and telling) and not short and not note.near_anything(within)
