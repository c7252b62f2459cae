"""text -> its language, or None when unsure: scripts first, then stop words. Short notes are what it is made for."""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("kana", re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]+")),
    ("hangul", re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]+")),
    ("han", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")),
    ("cyrillic", re.compile("[\u0400-\u04ff]+")),
    ("arabic", re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f]+")),
    ("hebrew", re.compile("[\u05d0-\u05ea]+")),
    ("greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f]+")),
)
_ASCII = re.compile("[\x00-\x7f]+")
_ASCII_LETTERS = re.compile("[A-Za-z]+")
_NOT_RUSSIAN = re.compile(
    "[\u0404\u0406\u0407\u0454\u0456\u0457\u0490\u0491\u040e\u045e\u0402-\u0403\u0408-\u040c\u0452-\u0453\u0458-\u045c]"
)
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06af\u06a9\u06cc\u0679\u0688\u0691\u06ba\u06d2]")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_LINK_OR_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_STOP_WORDS = {
    "en": "the and you your i i'm i'd i've my me we our us is are was were be been have has had will would could "
    "should can do does did not of to in on at for from with by about into this that these those it its it's "
    "there here what when where who how why if or but so as an a let's let hello hi hey dear thanks thank "
    "please love loved looking forward connect connecting more some any just also am your you're",
    "de": "der die das den dem des ein eine einen einem einer und oder aber ich du er sie es wir ihr mir mich dir "
    "dich uns ihnen sich ist sind war waren bin bist habe hat haben hatte wird werden würde würden kann "
    "können möchte nicht kein keine mit von zu zum zur im in am auf für bei nach aus über unter vor wie was "
    "wenn dass auch nur noch schon sehr hallo guten liebe lieber viele grüße danke bitte gerne ihre ihren "
    "mein meine dein deine hier",
    "fr": "le la les un une des du de et ou mais je j'ai tu il elle nous vous ils elles mon ma mes votre vos notre "
    "nos est sont suis êtes était avoir être ai avez avons pas ne que qui quoi dans sur pour avec par sans "
    "chez aux au en ce cette ces cet comme plus très aussi bonjour salut merci bien cordialement c'est d'un "
    "d'une souhaite votre",
    "es": "el la los las un una unos unas y o pero yo tú usted él ella nosotros ellos mi mis tu tus su sus es son "
    "soy está están era fue ser estar he ha hemos tengo no que qué quien en por para con sin sobre del al de "
    "se me te nos le como más muy también hola gracias buenos buenas días saludos este esta esto hay cuando "
    "porque",
    "pt": "o os as um uma uns umas e ou mas eu tu você vocês ele ela nós eles meu minha seu sua seus suas é são sou "
    "está estão era foi ser estar tenho tem temos não que quem em no na nos nas por para com sem sobre do da "
    "dos das ao à de se me te lhe como mais muito também olá oi obrigado obrigada bom boa dia este esta isso "
    "há quando porque",
    "it": "il lo la i gli le un uno una e o ma io tu lei lui noi voi loro mio mia miei suo sua tuo tua è sono sei "
    "siamo era essere avere ho ha abbiamo non che chi cosa in su per con senza da dal dalla del della dei "
    "delle di nel nella al alla ai si mi ti ci vi come più molto anche ciao salve grazie buongiorno questo "
    "questa quando perché piacere",
    "nl": "de het een en of maar ik jij je u hij zij ze wij we jullie mijn jouw uw zijn haar onze ons is bent ben "
    "was waren heb heeft hebben had wordt worden zou kan kunnen niet geen met van te ten ter in op aan voor "
    "bij naar uit over als dat dit die deze er hier wat wie waar hoe ook nog wel zeer heel hallo dag graag "
    "groeten bedankt dank",
}  # fmt: skip
_STOP = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_SHARED = Counter(word for words in _STOP.values() for word in words)
_POINTS = {
    word: tuple((language, 2 if often == 1 else 1) for language, words in _STOP.items() if word in words)
    for word, often in _SHARED.items()
}
"""stop word -> what it says for which language: a word that only one language has counts double"""
_LETTERS = {"de": "ß", "es": "ñ¿¡", "pt": "ãõ", "fr": "œ"}
_LOOKED_AT = 20_000


def detect(text: str) -> str | None:
    """The language of a text as a BCP 47 code (en de fr es pt it nl ja zh ko ru ar he el), or None if unsure."""
    text = text[:_LOOKED_AT]
    text = (_LINK_OR_ADDRESS if "@" in text else _LINK).sub(" ", text)
    odd = _ASCII.sub("", text)  # mostly little or nothing, and all that the other scripts need to look at
    counts = {script: len("".join(letters.findall(odd))) for script, letters in _SCRIPTS}
    counts["latin"] += len("".join(_ASCII_LETTERS.findall(text)))
    total = sum(counts.values())
    if not total:
        return None
    # A character of these scripts says as much as two or three Latin letters.
    east_asian = counts["kana"] + counts["han"] + counts["hangul"]
    if 2 * east_asian >= counts["latin"] and east_asian >= 2:
        if counts["kana"] * 10 >= counts["han"] and counts["kana"]:
            return "ja"
        return "ko" if counts["hangul"] >= counts["han"] else "zh"
    script = max(counts, key=lambda name: counts[name])
    if 2 * counts[script] < total:
        return None
    if script == "latin":
        return _of_latin(text)
    if counts[script] < 3:
        return None
    if script == "cyrillic":
        return None if _NOT_RUSSIAN.search(text) else "ru"
    if script == "arabic":
        return None if _NOT_ARABIC.search(text) else "ar"
    return {"hebrew": "he", "greek": "el"}.get(script)


def _of_latin(text: str) -> str | None:
    """By stop words. The winner must lead clearly."""
    points: Counter[str] = Counter()
    lower = text.lower().replace("’", "'")
    for word in _WORDS.findall(lower):
        for form in {word, *word.split("'")} if "'" in word else (word,):
            for language, worth in _POINTS.get(form, ()):
                points[language] += worth
    for language, letters in _LETTERS.items():
        points[language] += 2 * any(letter in lower for letter in letters)
    ranked = points.most_common(2)
    if not ranked or ranked[0][1] < 3:
        return None
    if len(ranked) > 1 and ranked[0][1] < 1.4 * ranked[1][1]:
        return None
    return ranked[0][0]


def stop_words() -> frozenset[str]:
    """The function words of every language that is told by them."""
    return frozenset(part for words in _STOP.values() for word in words for part in word.split("'"))
