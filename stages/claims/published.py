"""Note -> Claims about what the reader published: "your article on ...", "you wrote that ...", or a point quoted.

True where a point is quoted, or two telling words are those of one published thing that may be of the kind that is
named: a word alone says nothing, unless a title has no other. False only where a subject of a word or two ("hiring") is
named in the reader's own language and is near nothing in the whole profile: nobody lists every post, so a subject that
is told in more words may be real. A comment, a question or an answer is never false, for no profile lists them.
"""

from __future__ import annotations

from collections.abc import Container

from stages.claims.note import Claims, Note
from stages.claims.works import COMMON, GUESSED, REACTIONS, may_be
from stages.events import Claim
from stages.settings import Published
from stages.wording import Hit, Phrases, apart, evidence
from stages.wording.mentions import Item, told
from stages.wording.vocabulary import STOP, words_of

_YOURS = {
    whose: words_of(works)
    for owners, works in (
        (
            "your",
            "article articles post posts talk talks piece blog podcast paper essay newsletter keynote presentation "
            "webinar video book column lecture tutorial writeup",
        ),
        (
            "ihr ihren ihrem ihre ihrer dein deinen deinem deine deiner euer euren eurem",
            "artikel beitrag beitrage vortrag text post blog blogpost podcast keynote buch video newsletter kolumne",
        ),
        (
            "votre vos ton tes",
            "article articles intervention conference publication post billet tribune podcast livre video keynote "
            "presentation texte chronique newsletter",
        ),
        (
            "tu su tus sus vuestro vuestra",
            "articulo articulos charla platica publicacion post ponencia podcast libro video entrada texto columna "
            "presentacion conferencia newsletter",
        ),
        (
            "seu sua teu tua vosso vossa",
            "artigo artigos palestra talk post publicacao podcast livro video texto apresentacao newsletter",
        ),
        (
            "tuo suo vostro tua sua vostra",
            "articolo articoli intervento talk post pubblicazione podcast libro video presentazione relazione "
            "newsletter pezzo",
        ),
        (
            "je jouw uw jullie",
            "artikel artikelen post blog blogpost talk presentatie lezing podcast boek stuk column verhaal praatje "
            "nieuwsbrief",
        ),
    )
    for whose in owners.split()
}
_YOURS["sua"] = _YOURS["sua"] | words_of("palestra publicacao apresentacao pubblicazione presentazione relazione")
"""What somebody publishes, by the "your" before it."""

_THINGS = frozenset(thing for things in _YOURS.values() for thing in things)
_SAID = Phrases(
    "you wrote|you argued|you argue|you wrote about|you spoke about|you talked about|you posted about|you published",
    "you said in your|your point about|your point on|your point that|your line about|your line that|your rule of",
    "your idea of|you presented",
    "sie haben geschrieben|sie schrieben|sie schreiben|du hast geschrieben|du schreibst|du schriebst|ihr punkt",
    "vous avez ecrit|vous ecrivez|vous ecriviez|tu as ecrit|tu ecris|tu ecrivais|vous disiez",
    "usted escribio|escribiste|escribio usted|lo que escribio|dijiste|publicaste",
    "voce escreveu|escreveste|o que escreveu|voce disse|voce publicou",
    "lei ha scritto|hai scritto|ha scritto che|lei scrive|hai detto",
    "je schreef|u schreef|jij schreef|je hebt geschreven|u hebt geschreven|u heeft geschreven",
)
_REMARKS = Phrases(
    "your ~ comment|your ~ comments|your ~ answer|your ~ reply|your ~ question|ihr ~ kommentar|ihre ~ antwort",
    "ihre ~ frage|dein ~ kommentar|deine ~ frage|votre ~ commentaire|votre ~ question|votre ~ reponse|tu ~ comentario",
    "su ~ comentario|tu ~ pregunta|su ~ pregunta|seu ~ comentario|sua ~ pergunta|tuo ~ commento|suo ~ commento",
    "tua ~ domanda|sua ~ domanda|je ~ reactie|uw ~ reactie|je ~ vraag|uw ~ vraag",
)
_ABOUT = words_of(
    "about on regarding concerning around titled called entitled uber zum zur zu gegen sur autour concernant intitule",
    "sobre acerca su sul sulla sullo sui sulle sugli riguardo over",
)
_NO_SUBJECT = words_of(
    "linkedin",
    "topic subject theme thema sujet tema argomento onderwerp here there twitter medium youtube substack instagram",
    "facebook xing github stage page platform timeline feed profile profil profilo perfil profiel today yesterday week",
    "month year tuesday wednesday thursday friday monday saturday sunday last morning website site blog channel radio",
    "heute gestern woche seite internet web hier ayer ontem ieri gisteren same point hand time",
)
"""Words after "on" that are no subject."""

_VAGUE = 2
"""Words up to which a subject is one that anybody could have named."""


def read(note: Note) -> Claims:
    yours = tuple(note.yours(_YOURS))
    said = [hit for hit in apart(note.found(_SAID)) if not any(_meet(hit, other) for other in yours)]
    taken: set[str] = set()
    claimed: list[Hit] = []
    for hit in (*yours, *said):
        claim, work = _checked(note, hit, strict=hit in yours)
        taken.add(work)
        claimed.append(_whole(note, hit))
        yield claim
    for hit in apart(note.found(_REMARKS)):
        yield note.claim("published", _whole(note, hit), "unknown", "no profile lists every remark")
    for published, items in note.memory.works:
        if published.title not in taken and (quoted := _quoted(note, items)):
            item, hit = quoted
            if item.kind == "point" or not any(_meet(hit, other) for other in claimed):
                point = item.kind == "point"
                yield note.claim("published", hit, "true", _fact(published, item), quotes=point)


def _meet(one: Hit, other: Hit) -> bool:
    return one.first <= other.last and other.first <= one.last


def _checked(note: Note, hit: Hit, strict: bool) -> tuple[Claim, str]:
    """The claim, and the title of the published thing that it is about; empty for none."""
    whole, subject = _whole(note, hit), _subject(note, hit)
    zone = frozenset((*(range(hit.first + 1, hit.last) if strict else ()), *subject))
    thing = hit.phrase if strict else ""
    near = [
        (found, published)
        for published, items in note.memory.works
        if may_be(thing, published.kind)
        and (found := _about(note, hit, whole, zone, items, strict and bool(published.kind)))
    ]
    if near:
        (_, item), published = max(near, key=lambda each: (each[0][0], each[1].title))
        return note.claim("published", whole, "true", _fact(published, item)), published.title
    if strict and not subject:
        return note.claim("published", whole, "unknown", "it names no subject"), ""
    vague = len([at for at in subject if note.text(at) not in REACTIONS]) <= _VAGUE
    if strict and vague and note.memory.works and _far(note, (*range(hit.first + 1, hit.last), *subject)):
        return note.claim("published", whole, "false", "you published nothing about that"), ""
    return note.claim("published", whole, "unknown", "it may be about something you did not list"), ""


def _whole(note: Note, hit: Hit) -> Hit:
    """The claim with its subject."""
    behind = note.says(hit.last + 1, 9)
    return Hit(hit.first, max(hit.last, behind.stop - 1), hit.phrase)


def _subject(note: Note, hit: Hit) -> tuple[int, ...]:
    """What it is said to be about: the words behind "about" and the like."""
    behind = note.says(hit.last + 1, 9)
    about = next((at for at in behind[:3] if note.text(at) in _ABOUT), None)
    if about is None:
        return ()
    words = [at for at in note.telling(range(about + 1, behind.stop)) if note.text(at).isalpha()]
    return () if not words or any(note.text(at) in _NO_SUBJECT for at in words[:2]) else tuple(words[:5])


def _about(
    note: Note, hit: Hit, whole: Hit, zone: frozenset[int], items: tuple[Item, ...], surely: bool
) -> tuple[int, Item] | None:
    """The point or title that the claim is about, and how many of its words are said.

    Two telling words of it, or three of a long one, are said in the claim and the sentence behind it, one of them in
    the claim itself, and two of them close together; or three and the greater part anywhere there; or the one word of
    a title that has no other is the subject (`zone`).
    """
    said = {hit.last} if hit.phrase in _THINGS else set(range(hit.first, hit.last + 1))
    claimed = frozenset(range(whole.first, whole.last + 1)) - said
    around = frozenset(note.sentence(whole.last, more=1)) - said
    told_well = []
    for item in items:
        count = len(_in(note, item.content, around))
        here = _in(note, item.content, claimed)
        two = count == 2 and len(item.content) <= 6 and (len(here) == 2 or _close(note, item.content, around))
        if (here and (count >= 3 or two)) or (count >= 3 and 2 * count >= len(item.content)):
            told_well.append((count, item))
    if told_well:
        return max(told_well, key=lambda each: (each[0], each[1].fact))
    ends = next((at for at in range(hit.last + 1, whole.last + 1) if note.text(at) in _PREDICATES), whole.last + 1)
    return _alone(note, frozenset(at for at in zone if at < ends), items, surely)


def _alone(note: Note, zone: frozenset[int], items: tuple[Item, ...], surely: bool) -> tuple[int, Item] | None:
    """The title that one word tells: its only one; or the whole subject, which nobody could have guessed."""
    subject = [at for at in zone if note.text(at) not in STOP | REACTIONS]
    for item in (item for item in items if item.kind == "title"):
        here = _in(note, item.content, frozenset(subject)) - note.memory.trade
        if not here or len(subject) > _FEW:
            continue
        only = len(_telling(item.content)) == 1
        if only or (surely and len(subject) == 1 and not here & GUESSED and note.text(subject[0]) not in GUESSED):
            return 1, item
    return None


_PREDICATES = words_of("is was were has had made hat haben habe hatte war ist m est heeft hebben waren fue foi")
"""With these a subject is left for what is said of it."""

_FEW = 3
"""Words up to which a subject is a single thing, so that one word tells it."""

_NEAR = 5
"""Words within which two of one published thing are said together."""


def _close(note: Note, words: tuple[str, ...], around: frozenset[int]) -> bool:
    """Are two of the words said close together?"""
    places = [{at for at in note.said[word] if at in around} for word in _in(note, words, around)]
    return any(
        abs(one - other) <= _NEAR
        for number, first in enumerate(places)
        for second in places[number + 1 :]
        for one in first
        for other in second
    )


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the words of a title that tell it from others."""
    return tuple(word for word in words if word not in COMMON)


def _in(note: Note, words: tuple[str, ...], within: Container[int]) -> set[str]:
    """Those of the words of a published thing that are said in this part of the note."""
    said = note.said
    return {word for word in words if word in said and word not in COMMON and any(at in within for at in said[word])}


def _quoted(note: Note, items: tuple[Item, ...]) -> tuple[Item, Hit] | None:
    """A point, or a title, that is quoted without saying whose it is: close together, and not by its trade alone."""
    for item in items:
        hit = told(note.said, item, 0.6 if item.kind == "point" else 0.75)
        if hit is None or hit.last - hit.first > 2 * len(item.content) + 4:
            continue
        spoken = _in(note, item.content, range(hit.first, hit.last + 1))
        if len(spoken) >= 2 and spoken - note.memory.trade:
            return item, hit
    return None


def _far(note: Note, claimed: tuple[int, ...]) -> bool:
    """Is the subject from elsewhere? Only then is it false."""
    published = [word for _, items in note.memory.works for item in items for word in item.content]
    if any(word not in COMMON for word in published if word in note.said):
        return False
    return not note.near_anything(claimed) and note.comparable()


def _fact(published: Published, item: Item) -> str:
    called = f"your {published.kind}" if published.kind else "what you published,"
    title = f'{called} "{evidence(published.title)}"'
    return title if item.kind == "title" else f'{title}: "{evidence(item.fact)}"'
