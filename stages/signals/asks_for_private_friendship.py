"""The note courts the reader: private friendship, pictures, loneliness."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, apart, find, read
from stages.wording.quoting import said
from stages.wording.vocabulary import words_of

POINTS = -4.0

_COURTING = Phrases(
    "make friends with you|friendship with you|looking for friendship|send you pictures|send you photos",
    "more about myself",
    "be friends|be my friend|good friendship",
    "long term relationship|serious relationship",
    "soulmate|soul mate|i am lonely|i am so lonely|i am very lonely|i am a lonely|i m lonely|i m so lonely",
    "im lonely|feel ~ lonely|feeling lonely|but rather lonely|life is ~ lonely|lonely man|lonely woman",
    "am a single mother|m a single mother",
    "are you married|are you single|you live alone|hello handsome|hi handsome|hey handsome|handsome man|so handsome",
    "you are handsome|you are so handsome|you are very handsome|hello gorgeous|hi gorgeous|hey gorgeous",
    "you are gorgeous|you are so gorgeous|you look gorgeous|beautiful smile",
    "your smile|my heart beats|stole my heart|won my heart|melted my heart|fall in love|beautiful eyes",
    "ask you out|take you out|date with you|your beauty",
    "get to know you better",
    "know you better|know each other better",
    "ich bin einsam|ich bin so einsam|ich bin sehr einsam|ich bin oft einsam|ich bin ein einsamer",
    "ich bin eine einsame|ich fuhle mich ~ einsam*|meine einsamkeit|neue freunde|freundschaft mit dir",
    "freundschaft mit ihnen",
    "du bist hubsch|du bist so hubsch|du bist sehr hubsch|sie sind so hubsch|sie sind sehr hubsch|hubsche frau",
    "ihr lacheln|dein lacheln|bist du ~ single|besser kennenlernen",
    "je suis celibataire|etes vous celibataire|tu es celibataire|tu vis seul|vous vivez seul*|seul et|votre sourire",
    "ton sourire|mieux vous connaitre|mieux te connaitre|faire connaissance ~ amitie|une amitie sincere",
    "une belle amitie",
    "debuter une amitie|nouer une amitie|soy soltera|soy soltero|eres soltera|eres soltero|tu sonrisa|su sonrisa",
    "conocerte mejor|una amistad sincera|una bonita amistad|iniciar una amistad|empezar una amistad",
    "sou solteira|sou solteiro|voce e solteira|voce e solteiro|seu sorriso|te conhecer melhor|uma amizade sincera",
    "uma bela amizade|comecar uma amizade|iniciar uma amizade|tuo sorriso|suo sorriso|conoscerti meglio",
    "un amicizia sincera|iniziare un amicizia|ik ben eenzaam|ik ben zo eenzaam|voel me ~ eenzaam|je glimlach",
    "beter leren kennen",
    "vriendschap met jou|vriendschap met je|vriendschap met u",
)
_PICTURES = Phrases(
    "my pictures|my photos|my pics|meine bilder|meine fotos|mes photos|mis fotos|minhas fotos|le mie foto|mijn foto s",
)
_SHOWING = words_of(
    "of from in on at are were was show showing with for that which by taken von vom aus der des zur zum im",
    "de du sur prises del da do dos das no na di della dal sul van uit zijn",
)
"""After these pictures comes what they show; a person who courts shows the person."""


_MILD = ("interesting", "seem", "get", "know", "besser")
_HINTS = (
    Phrases(
        "hi dear|hello dear|hey dear|hi my dear|hello my dear|my dear|dear one|dearest|hi sweet*|hello sweet*|honey",
        "hello beautiful|hi beautiful|hey beautiful|hallo schatz|coucou toi|ciao bella|bella signora",
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
        "votre visage|ton visage|tu mirada|il tuo volto|il suo volto|jouw gezicht|your kindness|touched by your face",
    ),
    Phrases(
        "i am widowed|i m widowed|am a widower|m a widower|i am divorced|i m divorced|bin witwer|bin verwitwet",
        "je suis veuf|je suis veuve|soy viudo|soy viuda|sou viuvo|sou viuva|sono vedovo|sono vedova|ben weduwnaar",
    ),
    Phrases(
        "serving in|army doctor|military doctor|military surgeon|oil rig|offshore platform|peacekeeping|on contract in",
        "militararzt*|bohrinsel|friedensmission|medecin militaire|plateforme petroliere|casque bleu|medico militar*",
        "plataforma petrolera|plataforma de petroleo|mision de paz|missao de paz|piattaforma petrolifera",
        "missione di pace|legerarts|booreiland|vredesmissie",
    ),
)
"""What courts in company only, two kinds and not one.

An endearment, a wish for friends, praise of the person, a lost partner, a service that keeps the writer far away.
"""


def _shows(words: Words, hit: Hit) -> bool:
    after = words.texts[hit.last + 1 : hit.last + 2]
    return bool(after) and after[0] in _SHOWING


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    pictures = (hit for hit in find(words, _PICTURES) if not _shows(words, hit))
    hits = apart(tuple(sorted((*find(words, _COURTING), *pictures))))
    hints = [found[0] for phrases in _HINTS if (found := find(words, phrases))]
    if not hits and len(hints) < 2:
        return None
    strong = len(hints) > 1 or len(hits) > 1 or words.words[hits[0].first].text not in _MILD
    return Finding(points=POINTS if strong else POINTS / 2, evidence=said(words, *hits[:4], *hints))
