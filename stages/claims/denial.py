"""(Words, Hit) -> denied: is what is claimed there taken back? "I never met you at RoboMeet" names it, and says no.

A negation counts in the sentence of the claim, before it or in it, up to where the sender turns to something else:
"but", a semicolon, a dash, or a comma before a new subject. Behind it counts a short answer: "... group? Not me."
"""

from __future__ import annotations

from functools import lru_cache

from stages.language import detect
from stages.wording import Hit, Phrases, Words, find
from stages.wording.vocabulary import words_of

_NO = words_of(
    "hardly barely kaum nauwelijks",
    "not never cannot without neither nor nobody dont didnt doesnt wasnt werent havent hasnt hadnt isnt arent wont",
    "cant couldnt wouldnt nope nicht niemals kein keine keinen keinem keiner keines weder ohne nein jamais aucun",
    "aucune nunca jamas tampoco nadie ningun ninguna sin nao nem nenhum nenhuma ninguem sem non nessun nessuno",
    "nessuna neanche nemmeno senza niet nooit geen nimmer niemand zonder",
)
_ONLY_IN = {"no": ("en", "es", "it"), "mai": ("it",), "pas": ("fr",), "rien": ("fr",), "sans": ("fr",), "nie": ("de",)}
"""Words that deny in these languages, and are others elsewhere: Portuguese "no", German "Mai", Dutch "pas"."""

_NOTHING_DENIED = Phrases(
    "not only|not just|not merely|not least|not to mention|can t wait|cant wait|cannot wait|couldn t agree more",
    "could not agree more|couldn t help|can t stop|couldn t stop|never forget|never forgot|not forgotten",
    "haven t forgotten|can t thank you enough|why not|don t worry|don t hesitate|no agenda|no pitch|no sales",
    "no strings|no doubt|no wonder|no worries|no pressure|no rush|no hurry|no problem|no spam|no offer|no obligation",
    "no need|no ask|no hard feelings|without doubt|without question|without obligation|not selling",
    "don t agree|do not agree|don t fully agree|not agree|nicht einverstanden|pas d accord|pas tout a fait d accord",
    "no estoy de acuerdo|nao concordo|non sono d accordo|niet mee eens|niet eens met",
    "not a pitch|not a recruiter|not a salesperson|not a bot|not spam",
    "nicht nur|nicht zuletzt|nicht vergessen|nie vergessen|kein zweifel|ohne zweifel|keine werbung|kein verkauf",
    "noch immer|nach wie vor|keine sorge|pas seulement|non seulement|pas oublie|jamais oublie|pas de pub|sans doute",
    "sans engagement|no solo|no solamente|no olvido|nunca olvid*|sin duda|sin compromiso|sin publicidad",
    "nao so|nao apenas|nunca esquec*|sem duvida|sem compromisso|non solo|non soltanto|non dimentic*|senza dubbio",
    "senza impegno|niet alleen|niet alleen maar|niet vergeten|zonder twijfel|geen verkoop|geen reclame",
)
"""Where a negation takes nothing back."""

_UNKNOWN = Phrases(
    "nicht gehort|nicht gelesen|nicht gesehen|nicht besucht|nie gehort|nie gelesen|nie gesehen|nie besucht",
    "kenne ich ~ nicht|kenn ich ~ nicht|noch nicht ~ gelesen|noch nicht ~ gehort",
    "niet gehoord|niet gelezen|niet gezien|niet bijgewoond|nooit gehoord|nooit gelezen|nooit gezien|ken ik ~ niet",
)
"""What German and Dutch say behind that which they deny."""

_BUT = words_of("but however though aber sondern jedoch mais cependant pero sino aunque mas porem ma pero maar echter")
_SUBJECTS = words_of(
    "i we my our your you ich wir mein meine unser ihr ihre dein deine je j nous mon notre votre ton yo mi nos",
    "nuestro tu su eu meu minha seu sua io mio mia suo ik wij mijn uw jouw jullie",
)
_DOUBTS = words_of(
    "sure certain think believe remember recall sicher glaube denke erinnere sur sure crois pense rappelle seguro",
    "segura creo pienso recuerdo certeza acho lembro sicuro sicura credo penso ricordo zeker denk geloof herinner",
)
"""Behind a negation these govern what comes after a comma, too."""

_RELATIVES = words_of("that who which whom die der das welche dass qui que dont che cui quien wat dat")
_NOBODY = words_of("nobody niemand personne nadie ninguem nessuno")
_WITHOUT = words_of("without ohne sans sin sem senza zonder")
_AND = words_of("and und et y e ed en")
_DOUBTED = 3
_ENDS = frozenset(";:—–()")
_ANSWER = 4
"""Words up to which a sentence behind a question is its answer."""


def denied(words: Words, hit: Hit, inside: bool = True) -> bool:
    """Is the claim of these words denied? `inside`: by a negation within it, too, unless that is the reader's own."""
    number = words.words[hit.first].sentence
    start = hit.first
    while start and words.words[start - 1].sentence == number:
        start -= 1
    until = hit.last + 1 if inside else hit.first
    said = (at for at in _negations(words) if start <= at < until and not (at >= hit.first and words.texts[at] == "no"))
    if any(not _aside(words, at, hit.first) if at >= hit.first else not _turns(words, at, hit.first) for at in said):
        return True
    behind = (at for at in find(words, _UNKNOWN) if words.words[at.first].sentence == number)
    return any(at.last >= hit.first for at in behind) or _answered(words, hit.last)


@lru_cache(maxsize=64)
def _negations(words: Words) -> tuple[int, ...]:
    """Where the note says no."""
    harmless = {at for hit in find(words, _NOTHING_DENIED) for at in range(hit.first, hit.last + 1)}
    language = detect(words.source)
    return tuple(at for at in range(len(words)) if at not in harmless and _is_no(words, at, language))


def _is_no(words: Words, at: int, language: str | None) -> bool:
    word = words.words[at]
    if word.text in _ONLY_IN:
        return (language is None or language in _ONLY_IN[word.text]) and words.source[word.end : word.end + 1] != "-"
    if word.text == "t" and at:  # "didn't"
        before = words.words[at - 1]
        return before.text.endswith("n") and word.start - before.end == 1
    return word.text in _NO and words.source[word.end : word.end + 1] != "-"


def _turns(words: Words, no: int, claim: int) -> bool:
    """Does the sender turn to something else between the negation and the claim?"""
    doubted = any(word in _DOUBTS for word in words.texts[no + 1 : no + 1 + _DOUBTED])
    for at in range(no + 1, claim + 1):
        between = words.source[words.words[at - 1].end : words.words[at].start]
        if words.texts[at] in _BUT or any(char in _ENDS for char in between) or " - " in between:
            return True
        if words.texts[at] in _AND:
            if words.texts[no] in _WITHOUT:
                return True
            if "," in between and at < claim and words.texts[at + 1] in _SUBJECTS:
                return True
        if "," in between and not doubted and (words.texts[at] in _SUBJECTS or at == claim):
            return True
    return words.texts[no] in _NOBODY and no > 0 and words.texts[no - 1] in _RELATIVES


def _aside(words: Words, no: int, claim: int) -> bool:
    """Is a negation within a claim said of something else: "in the group about those who don't want to ..."?"""
    relative = next((at for at in range(no - 1, claim, -1) if words.texts[at] in _RELATIVES), None)
    return relative is not None and words.texts[relative + 1] not in _SUBJECTS


def _answered(words: Words, last: int) -> bool:
    """Is it a question with a short answer that says no, or does the sentence end so ("we met at ... - not")?"""
    number = words.words[last].sentence
    end = last
    while end + 1 < len(words) and words.words[end + 1].sentence == number:
        end += 1
    if end > last and words.texts[end] == "not":
        return True
    begin = behind = end + 1
    while behind < len(words) and words.words[behind].sentence == words.words[begin].sentence:
        behind += 1
    if begin == behind or behind - begin > _ANSWER:
        return False
    asks = "?" in words.source[words.words[end].end : words.words[begin].start]
    return (asks or words.texts[begin:behind] == ("not",)) and any(begin <= at < behind for at in _negations(words))
