"""(Words, what bots know) -> the ties between a note and its reader, weighed: the swap test.

A tie is something that is true between two people and not between one and a hundred. First name, employer,
title and city
are none, for a bot has them; names, dates and questions make a tie more concrete and are none by themselves.
"""

from __future__ import annotations

from stages.wording import Hit, Phrases, Words, find
from stages.wording.vocabulary import words_of

Weighed = tuple[float, Hit]
"""Points, and the words that earned them."""

_WORKS = Phrases(
    "your ~ article|your ~ post|your ~ talk|your ~ comment|your ~ paper|your ~ blog|your ~ podcast|your ~ book",
    "your ~ video|your ~ webinar|your ~ tutorial",
    "your ~ story|your ~ thread|your ~ series|your ~ portfolio|your ~ column|your ~ course|your ~ essay",
    "your ~ newsletter|your ~ presentation|your ~ session|your ~ question|your ~ answer|your ~ library",
    "your ~ repo|your ~ essay|your ~ interview|your ~ panel",
    "your point about|your point on|your line about|your idea of|you wrote|you said|you argued|you spoke",
    "you mentioned|you presented|you posted|you published",
    "ihr ~ artikel|ihr ~ vortrag|ihr ~ beitrag|ihren ~ artikel|ihren ~ vortrag|ihren ~ beitrag|ihrem ~ artikel",
    "ihrem ~ vortrag|ihrem ~ beitrag|dein ~ artikel",
    "dein ~ vortrag|dein ~ beitrag|deinen ~ artikel|deinen ~ vortrag|deinen ~ beitrag|deinem ~ vortrag",
    "ihre frage|deine frage|ihr kommentar|ihr podcast",
    "votre ~ article|votre ~ intervention|votre ~ conference|votre ~ publication|votre ~ post|votre ~ tribune",
    "votre commentaire|ton ~ article|ton ~ post",
    "tu ~ articulo|su ~ articulo|tu ~ charla|su ~ charla|tu ~ publicacion|su ~ publicacion|tu ~ post",
    "tu ~ comentario|su ~ ponencia",
    "seu ~ artigo|seu ~ post|sua ~ palestra|sua ~ publicacao|seu ~ comentario|sua ~ pergunta|seu ~ podcast",
    "seu ~ video",
    "tu ~ ensayo|su ~ ensayo|tu ~ libro|su ~ libro|tu ~ video|su ~ video|tu ~ podcast",
    "su ~ podcast|seu ~ texto|seu ~ livro|seu ~ curso|sua ~ aula|sua ~ apresentacao|suo ~ libro|tuo ~ libro",
    "suo ~ corso|tuo ~ corso|suo ~ podcast|tuo ~ podcast|sua ~ presentazione",
    "tua ~ presentazione|votre ~ livre|votre ~ etude|votre ~ texte|votre ~ podcast|ton ~ livre",
    "ihr ~ buch|ihrem ~ buch|ihr ~ text|ihren ~ text|ihrem ~ text|dein ~ text|deinen ~ text|deinem ~ text|dein ~ buch",
    "uw ~ lezing|je ~ lezing|jouw ~ lezing|uw ~ boek|jouw ~ boek|je ~ boek|uw ~ praatje|je ~ praatje|jouw ~ praatje",
    "uw ~ stuk|jouw ~ stuk|uw ~ blog|jouw ~ blog|je ~ blog",
    "tuo ~ articolo|suo ~ articolo|tuo ~ intervento|suo ~ intervento|tuo ~ post|suo ~ post|uw ~ artikel",
    "je ~ artikel|jouw ~ artikel|uw ~ presentatie|je ~ presentatie|je ~ post",
)
_NO_WORKS = Phrases("your story as|your ~ success story|your growth story|your story will|your story is inspiring")
"""What the reader has done, told like something they wrote."""

_MET = Phrases(
    "we both lost|we both spoke|we both sat|we both heard|we both answered|we both met|we both taught|we both trained",
    "we both know|we both knew|we met|we spoke|we talked|we chatted|we sat|we worked|we shared|we were both",
    "we both attended",
    "nice meeting you|nice to meet you at|good to meet you|good meeting you",
    "great meeting you|met you at|met at|sat next to|sat behind|spoke after|our conversation|our chat|our talk",
    "as discussed|as promised|following up on our|both at the",
    "i was at your|i attended your|i heard you|i heard your|i watched your|i listened to your|i used to work",
    "we overlapped|we studied|same class|same cohort|classmate|wir haben uns|haben uns ~ getroffen",
    "haben uns ~ kennengelernt|haben uns ~ unterhalten|unser gesprach",
    "wir sprachen|auf der messe|ich war in ihrem|habe sie ~ gehort|nous nous sommes|on s est|notre echange",
    "notre conversation|notre discussion|j ai assiste a|j etais a",
    "nos conocimos|coincidimos|nuestra conversacion|nuestra charla|estuve en|asisti a|nos conhecemos",
    "nossa conversa|assisti|assistimos|estive no|estive na|conversamos",
    "ci siamo|nostra conversazione|ho assistito|ero a|we spraken|we hebben elkaar|ons gesprek|elkaar ontmoet",
    "ik was bij",
)
_OF_A_KIND = Phrases(
    "we both|both of us|like me you|you and i|wir beide|nous avons tous deux|ambos|nos dois|entrambi|wij allebei",
    "fellow|i m also|i am also|you re also|you are also|like you i|alum*",
)
"""What the two have in common, and so have hundreds: a trade, a town, a school (which a claim checks)."""

_SENT = Phrases(
    "suggested i|recommended i|told me|pointed me|mentioned you|mentioned your|sent me your|introduced me",
    "put me in touch|gave me your name|said you|says you|spoke highly",
    "suggested that|passed on your|recommended you|recommended your|referred me|hat mich auf sie",
    "hat sie empfohlen|hat mir ihren|empfahl mir|hat mir von|m a recommande",
    "m a parle de|m a conseille|me recomendo|me hablo de|me sugirio|me indicou|me falou|comentou sobre",
    "mi ha parlato|mi ha consigliato|raadde me|tipte me|vertelde me|noemde je",
)
WORKED_TOGETHER = Phrases(
    "you placed me|you placed us|you placed our|you placed my|you placed two|you placed three|you placed ~ with us",
    "you placed ~ for us|you placed ~ at our|you hired me|you recruited me|you recruited our|you recruited ~ for us",
    "you filled our|you filled ~ for us|you found us a|you found us our|you found me a|you found me my",
    "you helped us|you helped me|you helped our|you advised us|you advised me|you trained our|you coached me",
    "you interviewed me|you built our|you designed our|you wrote our|you ran our|you did our|you fixed our",
    "you worked for us|you worked with us|you worked with me|you worked on our|you were my|you used to be my",
    "you were our recruiter|you were our consultant|you were our lead|you were our client",
    "i worked with you|i worked for you|i worked under you|i worked alongside you|i reported to you",
    "we were your client*|i was your client|i was your candidate|former client of yours|past client of yours",
    "old client of yours|former candidate of yours|hired through you|hired ~ through you|found ~ through you",
    "we hired ~ from you|since you placed|worked together|work together again|work with you again|hire you again",
    "sie haben uns ~ vermittelt|sie haben mich ~ vermittelt|sie haben unseren|sie haben unsere|uber sie eingestellt",
    "haben uns vor ~ vermittelt|haben uns vor ~ geholfen|haben mich vor ~ vermittelt|haben fur uns ~ gefunden",
    "sie haben fur uns|zusammengearbeitet|sie haben uns ~ geholfen|sie haben mir ~ geholfen|uns ~ vermittelt haben",
    "vous nous avez ~ trouve|vous nous avez ~ aide*|vous m avez ~ place*|vous aviez recrute|vous avez recrute notre",
    "vous avez place|travaille ensemble|travaille avec vous|travailler ~ a nouveau avec vous",
    "usted nos ayudo|nos ayudaste|nos encontraste|nos encontro|trabajamos juntos|trabajamos juntas|trabaje con usted",
    "trabaje contigo|trabalhamos juntos|trabalhamos juntas|trabalhei com voce|voce nos ajudou|voce contratou",
    "abbiamo lavorato insieme|ho lavorato con lei|ho lavorato con te|ci ha aiutato|ci hai aiutato|ci ha trovato",
    "samengewerkt|u heeft ons ~ geholpen|je hebt ons ~ geholpen|via u aangenomen|via jou aangenomen",
)
"""Work the two of them did: a client, a candidate, a colleague of before. The reader knows whether it is true."""

_DEEDS = Phrases(
    "i read your|i ve read|i just read|i tried|i used your|we used your|we use your|i built|we built|i rebuilt",
    "i moved|we moved|i ran|we ran|i had this|we had this|we solved",
    "i solved|i switched|i wrote|i m writing|i organise|i organize|i maintain|i lead the|i run the|i teach",
    "i translated|i quoted|i disagree|i agree with|we re seeing|i m seeing",
    "ich habe ihren|ich habe ihr|habe ihren|habe deinen|ich leite|wir haben|ich arbeite an|j ai lu",
    "je travaille sur|nous avons|lei|lei tu|lei el|lei un articulo|lei una|li seu|li o|li sua",
    "implementamos|ho letto|lavoro su|ik las|ik heb uw|ik heb je|ik werk aan|wij gebruiken",
)
_NO_DEEDS = Phrases(
    "i read your profile|i read your ~ profile|i ve read your profile|i m writing to you|i m writing as|i m writing in",
    "i m writing since|i m writing because|i m writing to|nous avons le plaisir|nous avons l honneur|wir haben da",
    "wir haben genau|wir haben einen weg|wir haben eine losung|wir haben die losung|wir haben das richtige",
    "lei tu perfil|lei su perfil|li seu perfil|li o seu perfil|i tried you|i tried to reach|i tried calling",
)
"""Begin like a deed, and are a courtesy, a promise or how the profile was found."""

_NOBODY = Phrases(
    "nice meeting you virtually|nice meeting you here|nice meeting you on linkedin|great meeting you here",
    "great meeting you virtually|good meeting you here|good meeting you virtually|suggested i connect with more",
    "suggested i network|suggested i expand|suggested i build|suggested i grow|told me to network",
)
_WHEN = Phrases(
    "yesterday|this morning|last night|last week|last month|last year|last spring|last summer|last autumn",
    "last winter|on monday|on tuesday|on wednesday|on thursday|on friday",
    "two weeks ago|weeks ago|months ago|years ago|gestern|letzte woche|letzten monat|am montag|am dienstag",
    "am mittwoch|am donnerstag|am freitag|vor zwei|hier soir|la semaine derniere",
    "lundi|mardi|mercredi|jeudi|vendredi|ayer|la semana pasada|el lunes|el martes|el miercoles|el jueves",
    "el viernes|ontem|semana passada|na segunda|na terca|na quarta|na quinta",
    "na sexta|ieri|la settimana scorsa|gisteren|vorige week|maandag|dinsdag|woensdag|donderdag|vrijdag",
)
_READER = Phrases(
    "you|your|yours|we both|us both|sie|ihr|ihre|ihren|ihrem|ihnen|du|dein|deine|deinen|dir|dich|vous|votre|vos",
    "tu|ton|ta|toi",
    "te|ti|usted|ustedes|su|sus|tus|vuestro|vuestra|vuestros|vuestras|vosotros|vosotras|vos|contigo|euch|euer|eure",
    "euren|eurem|eurer|ihrer|deiner|deinem|voce|voces|seu|sua|seus|suas|o senhor|a senhora|lhe|lhes|vosso|vossa|vossos",
    "vossas|convosco|consigo|teu|lei|tuo|tua|suo|tuoi|tue|suoi|sue|voi|vostro|vostra|vostri|vostre|je|jij|jou|jouw",
    "uw|u",
    "jullie|tes",
)
_GERMAN = ("ich", "und", "sie", "der")
_HOLLOW = words_of(
    "innovation growth success leadership business industry companies company experience background career",
    "work profile",
    "team professional professionals opportunities network strategy technology digital space field area market",
    "solutions",
    "value people leaders insights thinking problems similar resonated enjoyed loved liked inspiring helpful",
    "useful follow",
    "learn topic post article talk",
)
"""Category words: a subject made of these fits anybody."""


def _subject(words: Words, hits: tuple[Hit, ...], left: tuple[int, ...]) -> Hit | None:
    """The first hit that is followed, or filled, by words of substance: what the post was about."""
    solid = [at for at in left if words.words[at].text not in _HOLLOW]
    for hit in hits:
        sentence = words.words[hit.last].sentence
        near = [at for at in solid if hit.first <= at <= hit.last + 10 and words.words[at].sentence == sentence]
        if len([at for at in near if at != hit.last]) >= 2:
            return hit
    return None


def _names(words: Words, left: tuple[int, ...], german: bool) -> list[int]:
    """Words of substance written like names: a capital inside a sentence, several capitals, or digits."""
    found: list[int] = []
    for at in left:
        word = words.words[at]
        spelling = words.source[word.start : word.end]
        opens = at == 0 or words.words[at - 1].sentence != word.sentence or _after_break(words, at)
        capital = spelling[:1].isupper() and not opens and not german
        mixed = sum(c.isupper() for c in spelling) > 1 and not spelling.isupper()
        letters = spelling.isupper() and 2 <= len(spelling) <= 6 and not opens
        if capital or mixed or letters or spelling[:1].isdecimal():
            found.append(at)
    return found


def _after_break(words: Words, at: int) -> bool:
    between = words.source[words.words[at - 1].end : words.words[at].start]
    return "\n" in between or ":" in between


def to_reader(words: Words) -> frozenset[int]:
    """Sentences that speak to the reader."""
    return frozenset(words.words[hit.first].sentence for hit in find(words, _READER))


def _reads(words: Words, hit: Hit) -> bool:
    """Is it the Spanish "leí", and not the Italian "Lei", which only says "you"?"""
    word = words.words[hit.first]
    return "í" in words.source[word.start : word.end]


def _but(hits: tuple[Hit, ...], exceptions: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits, but for those that an exception begins with."""
    begun = {hit.first for hit in exceptions}
    return tuple(hit for hit in hits if hit.first not in begun) if begun else hits


def anchors(words: Words, left: tuple[int, ...]) -> list[Weighed]:
    """What ties the note to this reader: each is true between two people, not between one and a hundred."""
    said: list[Weighed] = []
    if works := _but(find(words, _WORKS), find(words, _NO_WORKS)):
        subject = _subject(words, works, left)
        said.append((3.0, subject) if subject else (0.5, works[0]))
    for weight, phrases in ((3.0, WORKED_TOGETHER), (2.0, _MET), (0.5, _OF_A_KIND), (3.0, _SENT)):
        if hits := _but(find(words, phrases), find(words, _NOBODY)):
            said.append((weight, hits[0]))
    addressed = to_reader(words)
    # what they do is no tie by itself: it must stand in a sentence to the reader, or beside a tie
    did = [
        hit for hit in _but(find(words, _DEEDS), find(words, _NO_DEEDS)) if hit.phrase != "lei" or _reads(words, hit)
    ]
    if deeds := [hit for hit in did if said or words.words[hit.first].sentence in addressed]:
        said.append((1.0, deeds[0]))
    return said


def kinds(words: Words, left: tuple[int, ...]) -> dict[str, Hit]:
    """Which ties a text speaks of, by name, with the words that do: what weights can be learned for."""
    works = _but(find(words, _WORKS), find(words, _NO_WORKS))
    subject = _subject(words, works, left) if works else None
    spoken = {
        "your work": works,
        "your work and its subject": (subject,) if subject else (),
        "work done together": find(words, WORKED_TOGETHER),
        "we met": find(words, _MET) or find(words, _OF_A_KIND),
        "somebody sent me": find(words, _SENT),
        "what I did": find(words, _DEEDS),
        "when": find(words, _WHEN),
    }
    return {name: hits[0] for name, hits in spoken.items() if hits}


def details(words: Words, left: tuple[int, ...], language: str | None) -> list[Weighed]:
    """What makes an anchored note more concrete; alone it may be about the sender's own wares."""
    addressed = to_reader(words)
    german = language == "de" or any(word.text in _GERMAN for word in words.words)
    names = [] if words.shouts else _names(words, left, german)
    said = [(0.5, Hit(at, at, "")) for at in names if words.words[at].sentence in addressed][:2]
    if hits := find(words, _WHEN):
        said.append((0.5, hits[0]))
    asks = next((at for at in left if "?" in words.source[words.words[at].end : words.words[at].end + 2]), None)
    if asks is not None and words.words[asks].sentence in addressed:
        said.append((0.5, Hit(asks, asks, "")))
    if len(left) >= 8:
        said.append((0.5, Hit(left[0], left[0], "")))
    return said
