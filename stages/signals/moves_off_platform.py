"""The note wants to move the talk off the platform: to a messenger, a phone or a private mailbox.

Naming a messenger decides nothing (people build them); an invitation to go there does.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, find, near, read
from stages.wording.quoting import breaks, said
from stages.wording.vocabulary import MESSENGERS, STOP, words_of

POINTS = -8.0
VETO = True

_APPS = Phrases("|".join((*MESSENGERS, "snap", "insta")))
_LEADS = words_of(
    "on via over through by to uber per auf sur par por en pelo no su tramite op al ao zu naar vers",
)
_MINE = words_of("my your meine deine mein dein mon votre ton mi tu su meu seu mio tuo mijn je uw ihre ihr own")
_DIRECT = Phrases(
    *(f"{mine} {app}" for app in MESSENGERS if app != "signal" for mine in sorted(_MINE)),
    "whatsapp number|whatsapp nummer|numero whatsapp|numero de whatsapp|numero do whatsapp|telegram id",
    "telegram handle",
    "wa me|t me|telegram me|whatsapp me|text me at|text me on|sms me",
    "mon snap|ton snap|seu zap|meu zap|teu zap|chama no zap|fala no zap|falar no zap|manda no zap|pelo zap",
    "nomor wa|加 微 信|加 我 微 信|微 信 号",
)  # fmt: skip
_VERBS = Phrases(
    "write|text|message|add me|contact|reach|chat|call|continue|talk|ping|reply|move|find me|speak|connect",
    "catch me|hit me",
    "schreib*|kontaktier*|erreich*|melden|melde|chatten|reden|sprechen|weiter|anrufen|hinzufugen",
    "ecri*|contact*|joindre|discuter|parler|continuer|ajout*|repond*|escrib*|escriba*|contacta*|hablar|hablemos",
    "habla",
    "agreg*|anadi*|seguir|continuar|conversar|escreva|fale|falar|chama|chame|adicion*|scriv*|contatt*|parlare",
    "parliamo",
    "aggiung*|continuare|sentirci|schrijf*|bereik*|stuur|praten|verder|toevoegen|voeg|bellen",
)
_MAILBOXES = Phrases(
    "gmail com|googlemail com|yahoo com|yahoo fr|yahoo de|yahoo es|yahoo it|hotmail com|hotmail fr|hotmail it",
    "outlook com|live com",
    "aol com|icloud com|proton me|protonmail com|gmx de|gmx net|web de|yandex com|yandex ru|mail ru|mail com",
    "libero it|orange fr",
    "laposte net|zoho com|tutanota com|uol com br|ziggo nl|kpnmail nl",
)
_PRIVATE = Phrases(
    "private email|personal email|private e mail|personal e mail|private mail|personal mail|private mailbox",
    "email me directly at",
    "meine private mail|private e mail|private mailadresse|privaten e mail|mail personnel|email personnel",
    "adresse personnelle",
    "boite mail personnelle|correo personal|correo privado|email pessoal|e mail pessoal|email privato",
    "email personale|mail privata",
    "prive mail|prive e mail|personlijke mail|privemail|private box|mon adresse privee",
    "correo particular|correo personal|email particular|e mail particular|casella privata|casella personale",
    "mio indirizzo yahoo|mio indirizzo gmail",
)
_ASKS = Phrases(
    "your|my|me|send|give|leave|share|write|reply|at|contact|reach|mail|ihre|deine|meine|mir|votre|mon|moi|su",
    "tu|mi|seu|meu|tuo|suo|mio|uw|je|mijn",
)
_TEXTS = Phrases("text me|text|sms|message me")
_ITS = words_of("the a this that your my our full whole same der die das den dem ihr ihren le la ce el il o de het")
"""Before "text": then it is something to read, and nothing to do."""
_NUMBERS = Phrases(
    "your number|your phone|your cell|phone number|mobile number|cell number|handynummer"
    "|telefonnummer|ihre nummer|deine nummer|votre numero|ton numero|numero de telephone|su numero|tu numero"
    "|numero de telefono"
    "|seu numero|numero de telefone|tuo numero|suo numero|numero di telefono|uw nummer|je nummer|telefoonnummer"
    "|direct number|direct telephone|contact phone|numero direct|numero de portable|numero de mobile|numero de movil"
    "|numero directo|numero direto|numero de celular|numero di cellulare|mobiele nummer|mobilnummer"
    "|numero dove chiamar*|numero a cui chiamar*|numero para llamar*|numero pour vous appeler"
)
_GIVE = Phrases(
    "send|give|share|leave|drop|what is|whats|may i have|can i have|could i have|schick*|geben|gib|sende*",
    "envoy*|donn*|laiss*|communiq*|indiqu*|envi*|dame|deme|comparte|passa|passe|mande|manda*|dammi|lasci*|stuur",
    "geef|deel",
    "geven|doorgeven|weitergeben|pass",
)
_OFFERS = Phrases(
    "may i|shall i|should i|could i|can i|darf ich|durfte ich|soll ich|kann ich|konnte ich|puis je|dois je|puedo",
    "podria",
    "posso|potrei|mag ik|zal ik|kan ik",
)
_US = words_of("me us mir uns moi nous mi mij ons")
_FAR = 6
"""Words an offer may stand before what it offers to give."""
_DIALLED = words_of("de di del da telephone portable mobile whatsapp telefono telefone tel gsm celular movil cell")


_OWNED = frozenset(
    [
        "your",
        "a",
        "the",
        "this",
        "that",
        "ihr",
        "ihre",
        "dein",
        "deine",
        "votre",
        "ton",
        "tu",
        "su",
        "seu",
        "sua",
        "tuo",
        "suo",
        "uw",
        "je",
        "een",
        "der",
        "die",
        "das",
    ]
)
"""Before a word such as "talk" or "post": then it is a thing and no request."""

_POLITE = words_of("please instead later today tomorrow bitte lieber")
_THINGS = frozenset(
    [
        "bot",
        "bots",
        "api",
        "apis",
        "integration",
        "integrations",
        "marketing",
        "clone",
        "export",
        "data",
        "app",
        "apps",
        "business",
        "team",
    ]
)


def _meant(words: Words, hit: Hit) -> bool:
    """Is the messenger itself meant, not what it only describes ("Telegram bots"), nor an ordinary word ("signal")?"""
    word = words.words[hit.last]
    after = words.words[hit.last + 1 : hit.last + 2]
    if after and after[0].text in _THINGS:
        return False
    if word.text not in ("signal", "snap"):
        return True
    ends = not after or after[0].sentence != word.sentence or after[0].text in STOP or after[0].text in _POLITE
    return ends and (word.text == "snap" or words.source[word.start].isupper())


def _linked(words: Words, hit: Hit) -> bool:
    """The short links t.me and wa.me need their dot: "don't me" has the same words."""
    if hit.phrase not in ("t me", "wa me"):
        return True
    return words.source[words.words[hit.first].end : words.words[hit.last].start] == "."


def _messenger(words: Words) -> Hit | None:
    direct = [hit for hit in find(words, _DIRECT) if _meant(words, hit) and _linked(words, hit)]
    apps = tuple(
        hit
        for hit in find(words, _APPS)
        if hit.first and words.words[hit.first - 1].text in _LEADS and _meant(words, hit)
    )
    verbs = tuple(hit for hit in find(words, _VERBS) if not hit.first or words.words[hit.first - 1].text not in _OWNED)
    if apps and (pair := near(words, verbs, apps, 6)):
        return Hit(min(pair[0].first, pair[1].first), max(pair[0].last, pair[1].last), "")
    return direct[0] if direct else None


def _mailbox(words: Words) -> Hit | None:
    for hit in find(words, _MAILBOXES):
        at = words.source[: words.words[hit.first].start].endswith("@")
        if at and hit.first:
            return Hit(hit.first - 1, hit.last, "")
    private = find(words, _PRIVATE)
    pair = near(words, find(words, _ASKS), private, 4)
    return pair[1] if pair else None


def _offered(words: Words, give: Hit, numbers: tuple[Hit, ...]) -> bool:
    """Does the writer ask to pass the number on to somebody ("May I give him your number?")?"""
    if give.phrase.startswith(("what", "may", "can", "could")):
        return False
    for offer in find(words, _OFFERS):
        between = range(offer.last + 1, give.first)
        if offer.last >= give.first or len(between) > _FAR or any(breaks(words, at) for at in (*between, give.first)):
            continue
        others = [at for at in between if not any(hit.first <= at <= hit.last for hit in numbers)]
        around = words.texts[offer.last + 1 : give.last + 2]
        if len(others) <= 2 and _US.isdisjoint(around):
            return True
    return False


def _to_call(words: Words, hit: Hit) -> bool:
    """Is it a number to call, not "your number one" or the number of something, nor "your phone photos"?"""
    after = words.words[hit.last + 1 : hit.last + 2]
    if not after or after[0].sentence != words.words[hit.last].sentence or breaks(words, hit.last + 1):
        return True
    if hit.phrase in ("your phone", "your cell"):
        return after[0].text in STOP or after[0].text in _POLITE or after[0].text in ("number", "no")
    if hit.phrase.endswith(("number", "nummer", "numero")):
        if after[0].text in ("one", "1", "two", "eins", "uno", "een"):
            return False
        of = after[0].text in ("of", "de", "di", "del", "da", "des", "van", "vom", "von")
        return not of or bool(_DIALLED.intersection(words.texts[hit.last + 2 : hit.last + 3]))
    return True


def _phone(words: Words) -> Hit | None:
    """A number asked for, or one of nine digits and more to write to."""
    numbers = tuple(hit for hit in find(words, _NUMBERS) if _to_call(words, hit))
    gives = tuple(hit for hit in find(words, _GIVE) if not _offered(words, hit, numbers)) if numbers else ()
    texts = (hit for hit in find(words, _TEXTS) if not hit.first or words.words[hit.first - 1].text not in _ITS)
    wanted = (*numbers, *texts)
    if pair := near(words, gives, numbers, 4):
        return Hit(min(pair[0].first, pair[1].first), max(pair[0].last, pair[1].last), "")
    digits = 0
    for at, word in enumerate(words.words):
        digits = digits + len(word.text) if word.text.isdecimal() else 0
        if digits >= 9 and any(0 <= at - hit.last <= 8 for hit in wanted):
            return Hit(at, at, "")
    return None


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hit = _messenger(words) or _mailbox(words) or _phone(words)
    return Finding(points=POINTS, evidence=said(words, hit)) if hit else None
