"""text -> Words: what a person wrote, cut into words in one pass, through look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

EVIDENCE = 200
"""Characters of evidence a reason may carry (CONTRACT: reasons in header fields)."""

MOST_READ = 6_000
"""Characters of a text that are read; a note has at most 300, a direct message about 2,000."""

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters to Unicode, blanks to the eye (Hangul fillers)."""
_LEET = str.maketrans("013457!@$|l", "oieastiasii")
_LATIN = re.compile("[a-z]")
_LETTER, _SIGN, _UNSEEN = "a", "i", "x"
_REMEMBERED = 4096
"""Characters whose folding is remembered; more than any text has, unless it means to."""
CONFUSABLE = str.maketrans(
    "авсдеёһіјкмнорѕтухԁԛԝӏαβεζηικμνορτυχω",
    "abcdeehijkmhopstyxdqwlabezhikmvoptuxw",
)
"""Folded letters of Cyrillic and Greek -> those of Latin that look like them."""


class Word(NamedTuple):
    """One word: as folded, its skeleton if look-alike digits or signs stand in it (else empty), and its place."""

    text: str
    skeleton: str
    start: int
    end: int
    sentence: int

    @property
    def key(self) -> str:
        """The word through its disguise, if it wears one: what names are looked up by."""
        return self.skeleton or skeleton(self.text)


@dataclass(frozen=True, eq=False)
class Words:
    """A text cut into words. `source` keeps the person's own spelling, for evidence.

    Compared by identity: `read` gives the same object for the same text, so what was found in it can be remembered.
    """

    source: str
    words: tuple[Word, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of each word."""
        return tuple(word.text for word in self.words)

    @cached_property
    def letters(self) -> tuple[int, int]:
        """How many letters the text has, and how many of them are capitals."""
        letters = "".join(filter(str.isalpha, self.source))
        return len(letters), sum(map(str.isupper, letters))

    @property
    def shouts(self) -> bool:
        """Whether most of it is in capitals."""
        letters, capitals = self.letters
        return capitals * 2 > letters

    @cached_property
    def starts(self) -> dict[str, tuple[int, ...]]:
        """Where each word, by its key, stands."""
        at: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            at.setdefault(word.key, []).append(index)
        return {key: tuple(indexes) for key, indexes in at.items()}

    def __len__(self) -> int:
        return len(self.words)

    def quote(self, first: int, last: int) -> str:
        """The source from word `first` up to and including word `last`, fit for evidence."""
        return evidence(self.source[self.words[first].start : self.words[last].end])


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """`word` with look-alike digits and signs as letters; l and i are one, for 1, ! and | stand for either."""
    return word.translate(_LEET)


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """One character without accents, case and width; empty for marks and invisible characters."""
    if char in _FILLERS:
        return " "
    kept = (c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(kept).casefold()


class _Folds(dict[int, str]):
    """Characters -> what each is compared as: a table for `str.translate` that fills itself, and stays small."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[point] = told = self.of(chr(point))
        return told

    def of(self, char: str) -> str:
        return _fold(char)


class _Kinds(_Folds):
    """Characters -> of what kind each is: letter or digit, a sign that is a word, unseen, or anything else."""

    def of(self, char: str) -> str:
        folded = _fold(char)
        if not folded and unicodedata.category(char) in ("Mn", "Cf"):
            return _UNSEEN
        if _ideograph(char):
            return _SIGN
        return _LETTER if folded and all(c.isalnum() for c in folded) else " "


_FOLDS, _KINDS = _Folds(), _Kinds()


def fold(text: str) -> str:
    """`text` without accents, case, width and invisible characters."""
    text = text[:MOST_READ]
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def evidence(text: str) -> str:
    """`text` on one line and at most EVIDENCE characters long."""
    line = " ".join(text.split())
    return line if len(line) <= EVIDENCE else line[: EVIDENCE - 1] + "…"


_MARK = "\u200b"
"""Stands for every character that is not seen, while the ends of sentences are looked for."""
_RUN = re.compile(f"{_LETTER}[{_LETTER}{_UNSEEN}]*|{_SIGN}")
_SENTENCE_ENDS = re.compile(f"[。！？]|[.!?;…](?={_MARK}*(?:\\s|\\Z))|\\n(?={_MARK}*\\n)")
_BETWEEN_LETTERS = re.compile(f"[!@$|](?={_MARK}*([^\\W\\d_]))")
_SPACE = re.compile("\\s")


@lru_cache(maxsize=64)
def read(text: str) -> Words:
    """Cut `text` into words, in one pass."""
    source = text[:MOST_READ]
    kinds = source.translate(_KINDS)
    seen = source
    if _UNSEEN in kinds:
        seen = "".join(_MARK if kind == _UNSEEN else char for char, kind in zip(source, kinds, strict=True))
    if _BETWEEN_LETTERS.search(seen):
        kinds = _with_signs(seen, kinds)
    ends = [*(end.start() for end in _SENTENCE_ENDS.finditer(seen)), len(source)]
    words: list[Word] = []
    sentence = 0
    for run in _RUN.finditer(kinds):
        start, end = run.span()
        while ends[sentence] < start:
            sentence += 1
        text = _compared(source[start:end])
        words.append(Word(text, _disguise(text), start, end, sentence))
    return Words(source, tuple(_joined(words)))


def _compared(spelled: str) -> str:
    """A word as it is compared: folded, and in Latin letters if some of it is."""
    if spelled.isascii():
        return spelled.lower()
    text = spelled.translate(_FOLDS)
    return text.translate(CONFUSABLE) if _LATIN.search(text) else text


def _with_signs(seen: str, kinds: str) -> str:
    """The kinds, where a sign between two letters is one too; an at sign only if no dot follows, as in an address."""
    kept = list(kinds)
    chunk_end, address = -1, False
    for sign in _BETWEEN_LETTERS.finditer(seen):
        at = sign.start()
        before = at - 1
        while before >= 0 and kinds[before] == _UNSEEN:
            before -= 1
        if before < 0 or kinds[before] != _LETTER or not (_fold(seen[before]).isalpha() and sign[1].isalpha()):
            continue
        if sign[0] == "@" and at >= chunk_end:
            space = _SPACE.search(seen, at)
            chunk_end = space.start() if space else len(seen)
            address = "." in seen[at:chunk_end]
        if sign[0] != "@" or not address:
            kept[at] = _LETTER
    return "".join(kept)


def _disguise(text: str) -> str:
    """The skeleton of a word that mixes letters with look-alike digits or signs; empty for any other word."""
    if text.isalpha():
        return ""
    mixed = any(c.isalpha() for c in text) and any(c in "013457!@$|" for c in text)
    return skeleton(text) if mixed else ""


def _ideograph(char: str) -> bool:
    """Scripts written without spaces: each character is a word."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _joined(words: list[Word]) -> list[Word]:
    """Letters written apart ("w h a t s a p p") read as one word, from five letters on."""
    if sum(len(word.text) == 1 for word in words) < 5:
        return words
    out: list[Word] = []
    run: list[Word] = []
    for word in [*words, None]:
        single = word is not None and len(word.text) == 1 and word.text.isalnum() and word.text.isascii()
        if word is not None and single and (not run or word.start - run[-1].end <= 2):
            run.append(word)
            continue
        if len(run) >= 5:
            text = "".join(w.text for w in run)
            out.append(Word(text, _disguise(text), run[0].start, run[-1].end, run[0].sentence))
        else:
            out += run
        run = [word] if word is not None and single else []
        if word is not None and not single:
            out.append(word)
    return out
