"""text -> full names: a name as it is compared, and the people whom a note names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stages.wording.vocabulary import words_of
from stages.wording.words import Words, fold

MOST_NAMES = 20
"""Names that are asked about for one mail."""

_LONG = 200
"""Characters of a name that are read."""

_MOST_WORDS = 8
_RUN = 4
"""Words of the longest name that is looked for in a note."""

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
"""What has no accent to take off, and is written with these letters where a keyboard has no other."""

_TITLES = words_of(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev fr herr frau hr ing eng dipl mag ir drs",
    "monsieur madame mme mlle don dona senor senora sr sra dott dottssa avv arch",
)
_SUFFIXES = words_of(
    "phd ph d dphil md mba emba msc bsc ma ba llm llb jd esq cpa cfa pmp cissp cisa cism rn pe pmi acca fcca aca",
    "frm cphr sphr phr shrm cp scp dds dvm pharmd edd dba mph mpa meng beng ceng peng csm cspo jr sr ii iii iv",
)
_PARTICLES = words_of("van von der den de del della da di do dos das du la le el bin ibn al ter ten zu zur af av y e")


@lru_cache(maxsize=4096)
def full_name(text: str) -> str:
    """A full name as it is compared; empty for what is no full name (a first name alone is nobody's).

    Without case, accents, titles, degrees, nicknames in brackets, emoji and invisible characters; the order of the
    words is kept, but for `Last, First`.
    """
    line = re.split(r"\s[|•·–—-]\s|[|•·]", re.sub(r"[(\[{\"“«][^)\]}\"”»]*[)\]}\"”»]?", " ", text[:_LONG]))[0]
    parts = [_words(part) for part in line.split(",")]
    words = _bare(parts[0])
    if len(words) == 1 and len(parts) > 1 and _length(words[0]) == 1:  # Last, First
        words = _bare(parts[1]) + words
    return " ".join(_joined(words)) if sum(map(_length, words)) >= 2 and len(words) <= _MOST_WORDS else ""


def _words(text: str) -> list[str]:
    """Folded words; an apostrophe joins, everything else that is no letter parts."""
    folded = unicodedata.normalize("NFC", fold(re.sub("['’‘ʼ`]", "", text))).translate(_LETTERS)
    return "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in folded).split()


def _bare(words: list[str]) -> list[str]:
    """Without titles in front and degrees behind."""
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    while len(words) > 2 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return words


def _length(word: str) -> int:
    """How many words a word counts for: scripts that write a whole name without a space count by the sign."""
    return len(word) if all("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in word) else 1


def _joined(words: list[str]) -> list[str]:
    """Such a name is the same with a space in it and without."""
    return ["".join(words)] if all(_length(word) == len(word) for word in words) else words


@lru_cache(maxsize=64)
def named_people(words: Words) -> tuple[str, ...]:
    """Full names that may stand in a note, as spelled: runs of two to four capitalised words, first ones first.

    Of a longer run every part may be the name ("Recruiter Ada Lie"). What begins a sentence has a capital anyway, but
    whether it is a name is not decided here: only names that the owner knows come to anything. A note in capitals
    throughout names nobody, and so does one without any.
    """
    if words.shouts:
        return ()
    found: dict[str, str] = {}
    at = 0
    while at < len(words.words):
        last = _end_of_run(words, at)
        for first, end in _parts(words, at, last) if last > at else ():
            name = " ".join(words.source[words.words[first].start : words.words[end].end].split())
            found.setdefault(full_name(name), name)
        at = max(last, at) + 1
    return tuple(name for folded, name in found.items() if folded)


def _end_of_run(words: Words, at: int) -> int:
    """The last word of the run of names that begins at this word; `at` itself, or less, for none."""
    if not _capital(words, at):
        return at - 1
    last = here = at
    while here + 1 < len(words.words) and _beside(words, here):
        here += 1
        if _capital(words, here):
            last = here
        elif words.words[here].text not in _PARTICLES:
            break
    return last


def _parts(words: Words, first: int, last: int) -> list[tuple[int, int]]:
    """The stretches of a run that may be a name: the whole run, then its parts, longest first."""
    capitals = [at for at in range(first, last + 1) if _capital(words, at)]
    return [
        (capitals[start], capitals[start + size - 1])
        for size in range(min(_RUN, len(capitals)), 1, -1)
        for start in range(len(capitals) - size + 1)
    ]


def _capital(words: Words, at: int) -> bool:
    word = words.words[at]
    return words.source[word.start].isupper() and not any(c.isdecimal() for c in word.text)


def _beside(words: Words, at: int) -> bool:
    """Whether only what may stand within a name lies between this word and the next one."""
    between = words.source[words.words[at].end : words.words[at + 1].start]
    initial = words.words[at].text in _TITLES or words.words[at].end - words.words[at].start == 1
    return between in (" ", "-", "'", "’", "‐") or (between in (".", ". ") and initial)
