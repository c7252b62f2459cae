"""Does a message ask its reader why they wanted to connect?"""

from __future__ import annotations

from stages.wording.phrases import Hit, Phrases, find
from stages.wording.vocabulary import words_of
from stages.wording.words import Words, read

_ASKS = Phrases(
    "why did you want to connect|why do you want to connect|why you want to connect|why you wanted to connect",
    "why would you like to connect|why you would like to connect|why you d like to connect|why did you connect",
    "why are you connecting|why did you add me|why you added me|why did you invite me|why you invited me",
    "why did you reach out|why you reached out|why did you contact me|why you contacted me|why did you write to me",
    "why did you send me|why you sent me|why are you contacting me|why are you reaching out",
    "what made you ~ connect|what made you reach out|what made you add me|what made you invite me|what made you write",
    "what made you think of me|what made you contact me|what prompted you|what prompted your|what led you to",
    "what brings you|what brought you|how did you find me|how did you come across ~ profile|what is this about",
    "what s this about|what is it about|what do you have in mind|what did you have in mind",
    "do we know each other|do i know you|how do we know each other|how do i know you|how do you know me",
    "remind me how we|remind me where we|remind me who you|where do we know each other",
    "the reason for your request|the reason for your invitation|the purpose of your request",
    "the purpose of your invitation|reason for connecting|reason for reaching out",
    "warum wollten sie|warum mochten sie sich|warum mochtest du dich|warum wolltest du|wieso wollten sie",
    "wieso wolltest du|wieso mochten sie sich|wieso mochtest du dich|weshalb wollten sie|weshalb mochten sie",
    "warum haben sie mich|warum hast du mich|wieso haben sie mich|wieso hast du mich|weshalb haben sie mich",
    "warum haben sie mir|warum hast du mir|wie sind sie auf mich|wie bist du auf mich|wie kommen sie auf mich",
    "wie kommst du auf mich|was hat sie ~ bewogen|was hat dich ~ bewogen|was fuhrt sie|was fuhrt dich",
    "was hat sie ~ veranlasst|kennen wir uns|woher kennen wir uns|woher kennen sie mich|woher kennst du mich",
    "grund ihrer anfrage|grund deiner anfrage|grund ihrer kontaktanfrage|grund fur ihre anfrage|worum geht es",
    "grund fur ihre kontaktanfrage|grund fur deine anfrage|anlass ihrer anfrage",
    "pourquoi vouliez vous|pourquoi voulez vous|pourquoi souhaitez vous|pourquoi souhaitiez vous|pourquoi voulais tu",
    "pourquoi veux tu|pourquoi souhaites tu|pourquoi m avez vous",
    "pourquoi m as tu|pourquoi tu m as|pourquoi vous m avez",
    "pourquoi cette invitation|pourquoi cette demande|pourquoi votre invitation|pourquoi ton invitation",
    "qu est ce qui vous a ~ donne|qu est ce qui vous amene|qu est ce qui t amene|qu est ce qui vous a amene",
    "qu est ce qui vous a pousse|qu est ce qui t a pousse|est ce que nous nous connaissons|est ce qu on se connait",
    "on se connait|nous connaissons nous|nous nous connaissons|se connait on|d ou nous connaissons|comment avez vous",
    "la raison de votre invitation|la raison de votre demande|l objet de votre demande|que puis je faire pour vous",
    "waarom wilde je|waarom wil je ~ connecten|waarom wilt u",
    "waarom wilde u|waarom wil je contact|waarom wil je verbinden",
    "waarom wil je linken|waarom heb je me|waarom heb je mij|waarom heeft u mij|waarom nodigde je|waarom voeg je",
    "wat bracht je|wat brengt je|wat brengt u|wat deed je besluiten|wat was de aanleiding|hoe kwam je bij mij",
    "hoe kom je bij mij|kennen we elkaar|kennen wij elkaar|waar kennen we elkaar|waar ken ik je|waar ken ik u",
    "reden van je verzoek|reden van uw verzoek|reden voor je uitnodiging|reden van je uitnodiging",
    "por que querias|por que queria|por que quieres|por que quiere conectar|por que quisiste|por que me agregaste",
    "por que me anadiste|por que me invitaste|por que me contactaste|por que me contacta|por que me escribiste",
    "por que te gustaria|por que le gustaria|que te llevo a",
    "que le llevo a|que te hizo|que le hizo|que te trae|que le trae",
    "que te motivo|que le motivo|nos conocemos|de donde nos conocemos|de que nos conocemos|como me encontraste",
    "el motivo de tu|el motivo de su|la razon de tu|la razon de su",
    "por que voce quis|por que quis|por que voce quer|por que quer conectar|por que me adicionou|por que voce me",
    "por que me convidou|por que me enviou|porque me adicionaste|porque quiseste|por que gostaria|por que quiseste",
    "o que te levou|o que o levou|o que a levou|o que te fez|o que fez voce|o que te traz|o que o traz|o que motivou",
    "a gente se conhece|nos nos conhecemos|de onde nos conhecemos|de onde voce me|ja nos conhecemos",
    "o motivo do seu|o motivo do teu|o motivo da sua|a razao do seu|a razao da sua",
    "perche volevi|perche voleva|perche vuoi|perche vuole|perche vorresti|perche vorrebbe|perche mi hai|perche mi ha",
    "perche hai voluto|perche ha voluto|perche desideri|perche desidera|cosa ti ha spinto|cosa l ha spinta",
    "cosa l ha spinto|che cosa ti ha|cosa ti porta|cosa la porta|cosa ti ha portato|cosa l ha portata|ci conosciamo",
    "ci siamo gia conosciuti|dove ci siamo|come mi hai trovato|come mi ha trovato|il motivo della tua",
    "il motivo della sua|la ragione della",
)
"""A question why, by its words alone: many people write it without a question mark."""

_ONLY_AS_A_QUESTION = Phrases(
    "have we met|did we meet|have we spoken|how can i help|how may i help|what can i do for you|any particular reason",
    "any specific reason|to what do i owe|what is your interest|who are you|nos connaissons|we know each other",
    "sind wir uns ~ begegnet|haben wir uns|wie kann ich ~ helfen|was kann ich fur sie|was kann ich fur dich",
    "wer sind sie|wer bist du|comment puis je|en quoi puis je|qui etes vous|nous sommes nous",
    "waarmee kan ik|wat kan ik voor|hoe kan ik ~ helpen|hebben wij elkaar|hebben we elkaar|wie ben je|wie bent u",
    "en que puedo|como puedo ayudar*|nos hemos|quien eres|em que posso|como posso ajudar*|nos conhecemos|quem e voce",
    "come posso aiutar*|in cosa posso|chi sei|chi e lei|ci siamo visti|ci siamo incontrati",
)
"""What asks why where a question mark follows, and may say anything else where none does."""

_NOT_ASKED = Phrases(
    "i know why you|i see why you|i saw why you",
    "i understand why you|i can see why you|you asked why|you asked what|you asked how",
    "you may wonder|you might wonder|you wonder|you are wondering",
    "you must be wondering|you re wondering|that s why you",
    "that is why you|which is why you|i will tell you why|i ll tell you why|tell you what made|if you wonder",
    "ich weiss warum|ich verstehe warum|sie fragten|du fragtest|sie haben gefragt|du hast gefragt|sie fragen sich",
    "du fragst dich|ihre frage|deine frage",
    "vous demandiez|vous m avez demande|tu m as demande|vous vous demandez|tu te demandes|je comprends pourquoi",
    "votre question",
    "je vroeg|u vroeg|je vraagt je ~ af|u vraagt zich|ik begrijp waarom|je vraag|uw vraag",
    "me preguntaste|me pregunto usted|preguntabas|entiendo por que|tu pregunta|su pregunta|te preguntaras",
    "voce perguntou|perguntaste|entendo por que|sua pergunta|tua pergunta|deve estar se perguntando",
    "mi hai chiesto|mi ha chiesto|ti starai chiedendo|si stara chiedendo|capisco perche|la sua domanda|la tua domanda",
)
"""Somebody who repeats the question, or knows the answer."""

_NO = words_of("no not nope nein noch nicht non nee niet nog nao ancora aun todavia ainda pas yes ja oui si sim")
"""Whoever answers their own question did not ask it."""


def asks_why(text: str) -> bool:
    """True if some sentence of it asks the reader why they wanted to connect, or who they are to each other."""
    words = read(text)
    told = {words.words[hit.first].sentence for hit in find(words, _NOT_ASKED)}
    asked = (*find(words, _ASKS), *(hit for hit in find(words, _ONLY_AS_A_QUESTION) if _is_question(words, hit)))
    return any(words.words[hit.first].sentence not in told and not _answers_itself(words, hit.last) for hit in asked)


def _is_question(words: Words, hit: Hit) -> bool:
    """Whether a question mark ends the sentence."""
    end = _end(words, hit.last)
    after = words.words[end + 1].start if end + 1 < len(words.words) else len(words.source)
    return "?" in words.source[words.words[end].end : after]


def _answers_itself(words: Words, at: int) -> bool:
    after = _end(words, at) + 1
    return after < len(words.words) and words.words[after].text in _NO


def _end(words: Words, at: int) -> int:
    """The last word of the sentence."""
    sentence = words.words[at].sentence
    while at + 1 < len(words.words) and words.words[at + 1].sentence == sentence:
        at += 1
    return at
