"""Note -> Claims of an employer in common: "we overlapped at ...", "I also worked at ...".

False only where the employer is listed, and in other years than those that are named. Nobody lists every employer, so
one that is not listed is unknown.
"""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.settings import Tenure
from stages.wording import Hit, Phrases, apart, evidence, find
from stages.wording.mentions import Item
from stages.wording.quoting import breaks
from stages.wording.ties import WORKED_TOGETHER
from stages.wording.vocabulary import words_of

_SHARING = Phrases(
    "fellow|former|ex|i also|i m also|also worked|also at|also from|colleague*|worked at|worked for|used to work at",
    "my time at|our time at|my years at|years together at|worked together|we overlapped|your old team|your old desk",
    "i was at|was at|i m at|started at|alumni|alum|your successor|both at|both worked|shared a",
    "auch bei|auch von|ehemalig*|kolleg*|zusammengearbeitet|fruher bei|war bei|arbeitete bei|gearbeitet|ihr alter",
    "dein alter|nachfolger*|beide bei|damals bei|hier",
    "aussi chez|ancien*|collegue*|tous deux|travaille chez|passe chez|ensemble chez|etais chez|successeur|croises chez",
    "tambien en|colega*|companer*|trabaje en|trabajamos en|coincidimos en|estuve en|ex|antigu*",
    "tambem na|tambem no|colegas|trabalhei na|trabalhei no|trabalhamos na|trabalhamos no|ex colega*",
    "anche io|collega|colleghi|entrambi|lavorato in|lavorato da|lavorato per|lavorato alla|lavorato insieme|ex",
    "ancora in",
    "ook bij|oud|allebei bij|gewerkt bij|werkte bij|samengewerkt|collega*|deelden",
)
"""Beside the name of an employer these say that the sender was there too."""

_TOGETHER = Phrases(
    "we worked together at|we both worked at|we both worked for|we overlapped at|when you were at|while you were at",
    "when you worked at|when you worked for|when you were with|your time at|your years at|your days at",
    "you used to work at",
    "you used to work for|since you left|before you left|your former colleague at|your old colleague at",
    "your ex colleague at",
    "als sie bei|als du bei|als sie noch bei|als du noch bei|ihre zeit bei|ihrer zeit bei|deine zeit bei",
    "deiner zeit bei",
    "wir haben zusammen bei|wir waren beide bei|ihre jahre bei|ihr ehemaliger kollege bei|deine jahre bei",
    "quand vous etiez chez|lorsque vous etiez chez|quand tu etais chez|votre passage chez|vos annees chez",
    "ton passage chez",
    "nous avons travaille ensemble chez|votre ancien collegue chez|votre ancienne collegue chez",
    "cuando estabas en|cuando usted estaba en|tu etapa en|su etapa en|tus anos en|sus anos en|tu paso por|su paso por",
    "trabajamos juntos en|trabajamos juntas en|coincidimos en la empresa|quando voce estava na|quando estava na",
    "sua passagem pela",
    "seus anos na|tua passagem pela|trabalhamos juntos na|trabalhamos juntas na|seu ex colega na",
    "quando era in|quando lavorava in|quando lavorava per|quando lavoravi in|quando eri in|i suoi anni in",
    "i tuoi anni in",
    "abbiamo lavorato insieme in|abbiamo lavorato insieme da|suo ex collega in|suo ex collega alla",
    "toen je bij|toen u bij|toen je nog bij|jouw tijd bij|je tijd bij|uw tijd bij|we werkten samen bij",
    "we werkten allebei bij",
    "je oud collega bij|uw oud collega bij|je jaren bij|uw jaren bij",
)


_NEAR = 5
"""Words between what is shared and the name of the employer."""

_TURNING = words_of(
    "before after until then since when while where now later prior but bevor nachdem bis dann seit als jetzt",
    "avant apres puis depuis quand maintenant antes despues luego desde cuando ahora depois quando agora prima",
    "dopo poi adesso voordat nadat toen daarna sinds nu",
)
"""Between two places: the second is another one."""

_JUST = 2
_CLAUSE = 16
"""Words before and behind "we worked together" in which a year is said of it."""


def read(note: Note) -> Claims:
    together = apart(note.found(_TOGETHER))
    taken: set[int] = set()
    elsewhere = [hit for hit in together if _is_another(note, hit)]
    taken.update(note.sentence(hit.first).start for hit in elsewhere)
    for hit in (*together, *note.found(_SHARING), *find(note.words, WORKED_TOGETHER)):
        around = note.sentence(hit.first)
        found = note.called(note.memory.employers, around)
        if around.start in taken or found is None or _between(hit, found[1]) > _NEAR:
            continue
        taken.add(around.start)
        item, name = found
        shown = Hit(min(hit.first, name.first), max(hit.last, name.last), "")
        years = _years(note, hit, around) if hit in together else ()
        if years and _away(note, item, min(years), max(years)):
            yield note.claim("employer", shown, "false", f'you were at "{item.fact}" in other years')
        else:
            yield note.claim("employer", shown, "true", f'where you work or worked, "{evidence(item.fact)}"')
    for hit in together:
        name_of_it = note.name(hit.last + 1)
        if name_of_it is not None and (hit in elsewhere or note.sentence(hit.first).start not in taken):
            shown = Hit(hit.first, name_of_it.last, "")
            yield note.claim("employer", shown, "unknown", "it may be a place that you did not list")


def _is_another(note: Note, hit: Hit) -> bool:
    """Is the place behind "we worked together at" none that is listed, and told apart from one that is named later?

    As in "at Randstad before you went to ...", unlike "at the Bergen office of ...".
    """
    name = note.name(hit.last + 1)
    found = note.called(note.memory.employers, note.sentence(hit.first))
    if name is None or found is None or found[1].first <= name.last:
        return False
    between = range(name.last + 1, found[1].first + 1)
    return any(note.text(at) in _TURNING or breaks(note.words, at) for at in between)


def _between(one: Hit, other: Hit) -> int:
    return max(one.first, other.first) - min(one.last, other.last) - 1


def _years(note: Note, hit: Hit, around: range) -> tuple[int, ...]:
    """The years of the sentence, if one of them is said of the time together: just before it, or in its clause."""
    years = {at: int(note.text(at)) for at in around if len(note.text(at)) == 4 and note.text(at).isdecimal()}
    years = {at: year for at, year in years.items() if 1950 <= year <= 2099}
    of_it = (*range(hit.first - _JUST, hit.first), *note.clause(hit.last + 1, _CLAUSE))
    return tuple(years.values()) if any(at in years for at in of_it) else ()


def _away(note: Note, item: Item, first: int, last: int) -> bool:
    """Was the reader elsewhere in all these years, and those beside? Only if the bounds of every stay tell so."""

    def stayed(tenure: Tenure) -> bool:
        return (tenure.start is None or tenure.start - 1 <= last) and (tenure.end is None or first <= tenure.end + 1)

    stays = [tenure for tenure in note.profile.employers if tenure.name == item.fact]
    return not any(stayed(tenure) for tenure in stays)
