"""Note -> Claims that the two met, or that the sender heard the reader speak.

True is only that the named event is one of the reader's. A meeting is never false: people meet in more places than
they write down.
"""

from __future__ import annotations

import re

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart
from stages.wording.mentions import Item
from stages.wording.vocabulary import words_of

_MET = Phrases(
    "saw you at|saw you speak|saw you present|saw you on stage|we met|we spoke|we talked|we chatted|we sat|met you",
    "i heard you|i watched you|heard you",
    "sat next",
    "sat behind|ran into you|bumped into you|nice meeting you|great meeting you|good meeting you|enjoyed meeting",
    "pleasure meeting you|good to meet you at|nice to meet you at|great to meet you at|we were both|we both attended",
    "both attended|both at|both speaking at|you spoke at|you presented at|you gave at|your ~ talk at|your ~ talk from",
    "your ~ session at|your ~ keynote at|your ~ panel at|your ~ workshop at|your ~ presentation at|i attended your",
    "i was at your|in the audience|in the front row|in your session|our conversation at|our chat at",
    "our chat after|our talk at|our conversation after|following up from|attended your",
    "we shared a|see you at|was also at|were also at|i was at|after your talk|after your session|after the session",
    "shared a table at|shared the table|lovely to meet you at|fun to meet you at|you told me at|you said at",
    "you asked at|you mentioned at|you complained at|i asked you at|we stood",
    "haben uns auf|haben uns in der|haben uns bei|haben uns beim|haben uns im|haben uns am|war nett auf|war nett bei",
    "war nett beim|war nett am|war schon auf|war schon bei|war schon beim|war schon am|war schon sie|war schon dich",
    "kennen gelernt|kennengelernt zu haben|ich war auch auf|ich war auch beim|sassen nebeneinander",
    "wir haben uns ~ getroffen|wir haben uns ~ kennengelernt|haben uns ~ getroffen|haben uns ~ kennengelernt",
    "haben uns ~ unterhalten|haben uns ~ gesehen|wir sprachen|wir sassen|wir standen|unser gesprach|ihr ~ vortrag auf",
    "ihr ~ vortrag bei|ihrem ~ vortrag auf|ihrem ~ vortrag bei|ihren ~ vortrag auf|ihren ~ vortrag bei",
    "ich war in ihrem",
    "habe sie ~ gehort|habe sie ~ gesehen|hab dich ~ gehort|hab dich ~ gesehen|habe dich ~ gehort|im publikum",
    "waren beide|war auch auf|war auch beim|nach ihrem vortrag|nach deinem vortrag|nebeneinander",
    "wir haben ~ gesprochen",
    "nous nous sommes ~ rencontres|nous nous sommes ~ croises|nous nous sommes ~ parle|on s est ~ croises",
    "on s est ~ rencontres|on s est ~ parle|on s est vus|notre echange|notre conversation|j ai assiste a|j etais a",
    "j etais au|dans le public|dans la salle|votre ~ intervention a|votre ~ intervention au|votre ~ intervention de",
    "votre ~ conference a|votre ~ conference au|je vous ai ~ entendu*|je vous ai vu|je t ai ~ entendu*|apres votre",
    "ravi* de vous avoir rencontre*|content* de vous avoir rencontre*|nous etions a|nous etions au",
    "nous etions ensemble",
    "nous avons discute|nous avions discute|on a discute|vous m avez dit a|vous disiez a|croises a|croises au",
    "haberte conocido|haberlo conocido|haberla conocido|fue un gusto conocer*|fue un placer conocer*",
    "estuvimos en|hablamos ~ en|me dijiste en|me preguntaste|yo tambien estuve|falamos ~ na|falamos ~ no",
    "foi um prazer conhece*|gostei de conhece*|estivemos na|estivemos no|voce disse na|voce disse no|conheci voce",
    "nos conocimos|coincidimos|nos vimos|nos cruzamos|hablamos en|platicamos|nuestra conversacion|nuestra charla",
    "estuve en|asisti a|te escuche|lo escuche|la escuche|te vi en|la vi en|lo vi en|su ~ ponencia en|tu ~ charla en",
    "su ~ charla en|tu ~ ponencia en|despues de tu|despues de su|entre el publico",
    "nos conhecemos|nos cruzamos|nossa conversa|conversamos|falamos no|falamos na|assisti|estive no|estive na",
    "te vi no|te vi na|vi voce|ouvi voce|sua ~ palestra no|sua ~ palestra na|seu ~ talk no|na plateia|sua talk no",
    "piacere di averti|piacere di averla|piacere averti|piacere averla|c ero anch io|c ero anche io|eravamo a",
    "eravamo al",
    "al ~ ero quello|al ~ ero quella|ero quello|ero quella|abbiamo parlato|mi avevi|mi aveva detto",
    "ci siamo ~ conosciuti|ci siamo ~ incontrati|ci siamo ~ visti|ci siamo ~ parlati|nostra conversazione",
    "nostra chiacchierata",
    "ho assistito|ero a|ero al|l ho sentita|l ho sentito|ti ho sentito|ti ho visto|suo ~ intervento al",
    "suo ~ intervento a",
    "tuo ~ intervento al|tuo ~ intervento a|tuo ~ talk al|tuo ~ talk a|in sala|tra il pubblico|dopo il suo|dopo il tuo",
    "we spraken|we hebben elkaar|hebben elkaar ~ gesproken|hebben elkaar ~ ontmoet|elkaar ontmoet|ons gesprek",
    "stonden we|zaten we|liepen we|leuk je gesproken|leuk je ontmoet|fijn je gesproken|goed je gesproken",
    "ook op ~ geweest",
    "leuk u gesproken|leuk u ontmoet|je ~ gesproken op|u ~ gesproken op|je vroeg me|u vroeg me|ik sprak je op",
    "ik sprak u",
    "ik was bij",
    "ik zat bij|ik zat in|je sprak op|u sprak op|je ~ praatje op|uw ~ presentatie op|je ~ presentatie op|je ~ talk op",
    "zag je op|hoorde je op|hoorde u op|zag u op|in de zaal|na je praatje|na uw presentatie|we zaten",
)
_KINDS = words_of(
    "conference conferencia conferenza konferenz conferentie meetup forum foro congress congreso congresso kongress",
    "day",
    "days tag tage dia giornata dag convention summit expo messe salon feria fiera fair beurs meeting bijeenkomst",
    "breakfast fruhstuck dinner rencontres encontro encuentro incontro festival week woche semaine semana assembly",
    "workshop camp nuit forum apero stammtisch symposium annual international national exchange users",
)
"""Words that tell no event from another."""

_YEAR = re.compile(r"(19|20)\d\d")


def read(note: Note) -> Claims:
    events = note.known("event")
    taken: list[int] = []
    for hit in apart(note.found(_MET)):
        around = note.sentence(hit.first)
        if around.start in taken:
            continue
        taken.append(around.start)
        shown = Hit(hit.first, max(hit.last, note.says(hit.last + 1, 8).stop - 1), hit.phrase)
        event = next((event for event in events if _is_named(note, event, around)), None)
        if event:
            spoken = [at for word in event.content for at in note.said.get(word, ()) if at in around]
            whole = Hit(min(shown.first, *spoken), max(hit.last, *spoken), "")
            yield note.claim("met", whole if spoken else shown, "true", event.called + f' "{event.fact}"')
        else:
            yield note.claim("met", shown, "unknown", "people meet in more places than they write down")


def _is_named(note: Note, event: Item, around: range) -> bool:
    """By all that tells it from others, or by its first word if that is spelled like no other ("TDC", "PyData")."""
    telling = [word for word in event.content if word not in _KINDS and not _YEAR.fullmatch(word)]
    spoken = [word for word in telling if any(at in around for at in note.said.get(word, ()))]
    if not spoken:
        return note.fact((event,), around) is not None
    if len(spoken) >= 2 or len(telling) == 1:
        return True
    first = event.fact.split()[0]
    return spoken[0] == telling[0] and sum(c.isupper() for c in first) > 1
