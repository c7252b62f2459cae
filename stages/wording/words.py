"""text -> Words: what a person wrote, cut into words in one pass, through look-alike letters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

EVIDENCE = 200
"""Characters of evidence a reason may carry (CONTRACT: reasons in header fields)."""

_MAX = 6_000
"""Characters of a text that are read; a note has at most 300, a direct message about 2,000."""

_ENDS = ".!?;。！？…"
_LEET = str.maketrans("013457!@$|l", "oieastiasii")
_SYMBOLS = frozenset("!@$|")
_CONFUSABLE = str.maketrans(
    "авсдеёһіјкмнорѕтухԁԛԝӏαβεζηικμνορτυχω",
    "abcdeehijkmhopstyxdqwlabezhikmvoptuxw",
)


@dataclass(frozen=True)
class Word:
    """One word: as folded, its skeleton if look-alike digits or signs stand in it (else empty), and its place."""

    text: str
    skeleton: str
    start: int
    end: int
    sentence: int

    @property
    def key(self) -> str:
        """What phrases are looked up by."""
        return self.skeleton or skeleton(self.text)


@dataclass(frozen=True, eq=False)
class Words:
    """A text cut into words. `source` keeps the person's own spelling, for evidence.

    Compared by identity: `read` gives the same object for the same text, so what was found in it can be remembered.
    """

    source: str
    words: tuple[Word, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key of each word."""
        return tuple(word.key for word in self.words)

    @cached_property
    def starts(self) -> dict[str, tuple[int, ...]]:
        """Where each word, by its key, stands; and where words of the same first three letters do."""
        at: dict[str, list[int]] = {}
        for index, key in enumerate(self.keys):
            at.setdefault(key, []).append(index)
            at.setdefault(key[:3] + "*", []).append(index)
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
    kept = (c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(kept).casefold()


def fold(text: str) -> str:
    """`text` without accents, case, width and invisible characters."""
    return "".join(_fold(char) for char in text[:_MAX])


def evidence(text: str) -> str:
    """`text` on one line and at most EVIDENCE characters long."""
    line = " ".join(text.split())
    return line if len(line) <= EVIDENCE else line[: EVIDENCE - 1] + "…"


@lru_cache(maxsize=64)
def read(text: str) -> Words:
    """Cut `text` into words, in one pass."""
    source = text[:_MAX]
    cut = _Cutter(source)
    for at, char in enumerate(source):
        cut.take(at, char)
    cut.close(len(source))
    return Words(source, tuple(_joined(cut.words)))


class _Cutter:
    """Collects folded characters into words and counts sentences."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.words: list[Word] = []
        self.letters: list[str] = []
        self.start = 0
        self.sentence = 0
        self.chunk_end = -1
        self.address = False

    def take(self, at: int, char: str) -> None:
        folded = _fold(char)
        if not folded and unicodedata.category(char) in ("Mn", "Cf"):
            return
        if _ideograph(char):
            self.close(at)
            self.words.append(Word(folded, "", at, at + 1, self.sentence))
        elif folded and all(c.isalnum() for c in folded):
            if not self.letters:
                self.start = at
            self.letters.append(folded)
        elif char in _SYMBOLS and self._inside_word(at, char):
            self.letters.append(char)
        else:
            self.close(at)
            self._maybe_end(at, char)

    def _inside_word(self, at: int, char: str) -> bool:
        """A sign between two letters; an at sign only where no dot follows it, as in an address."""
        if not self.letters or not self.letters[-1].isalpha() or not self.source[at + 1 : at + 2].isalpha():
            return False
        if char != "@":
            return True
        if at >= self.chunk_end:
            rest = range(at, len(self.source))
            self.chunk_end = next((i for i in rest if self.source[i].isspace()), len(self.source))
            self.address = "." in self.source[at : self.chunk_end]
        return not self.address

    def _maybe_end(self, at: int, char: str) -> None:
        following = self.source[at + 1 : at + 2]
        ends = char in _ENDS and (not following or following.isspace() or char in "。！？")
        if ends or (char == "\n" and following == "\n"):
            self.sentence += 1

    def close(self, end: int) -> None:
        if not self.letters:
            return
        text = "".join(self.letters)
        if any("a" <= c <= "z" for c in text):
            text = text.translate(_CONFUSABLE)
        self.words.append(Word(text, _disguise(text), self.start, end, self.sentence))
        self.letters = []


def _disguise(text: str) -> str:
    """The skeleton of a word that mixes letters with look-alike digits or signs; empty for any other word."""
    mixed = any(c.isalpha() for c in text) and any(c in "013457!@$|" for c in text)
    return skeleton(text) if mixed else ""


def _ideograph(char: str) -> bool:
    """Scripts written without spaces: each character is a word."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _joined(words: list[Word]) -> list[Word]:
    """Letters written apart ("w h a t s a p p") read as one word, from five letters on."""
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
