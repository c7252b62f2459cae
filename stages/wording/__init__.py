"""text -> Words -> Hits: reads what a person wrote, through look-alike letters, and finds phrases in linear time.

There are no regular expressions over a stranger's text here: words are cut in one pass, and a phrase is looked up by
its first word, so the work is proportional to the length of the text whatever the text is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

EVIDENCE = 200
"""Characters of evidence a reason may carry (CONTRACT: reasons in header fields)."""

GAP = 4
"""`~` in a phrase stands for up to this many words of the same sentence."""

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
        return self.skeleton or _skeleton(self.text)


@dataclass(frozen=True, eq=False)
class Words:
    """A text cut into words. `source` keeps the person's own spelling, for evidence.

    Compared by identity: `read` gives the same object for the same text, so what was found in it can be remembered.
    """

    source: str
    words: tuple[Word, ...]

    @cached_property
    def starts(self) -> dict[str, tuple[int, ...]]:
        """Where each word, by its key, stands; and where words of the same first three letters do."""
        at: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            key = word.key
            at.setdefault(key, []).append(index)
            at.setdefault(key[:3] + "*", []).append(index)
        return {key: tuple(indexes) for key, indexes in at.items()}

    def __len__(self) -> int:
        return len(self.words)

    def quote(self, first: int, last: int) -> str:
        """The source from word `first` up to and including word `last`, fit for evidence."""
        return evidence(self.source[self.words[first].start : self.words[last].end])


@dataclass(frozen=True)
class Hit:
    """A phrase found: indexes of its first and last word."""

    first: int
    last: int
    phrase: str


class Phrases:
    """A set of phrases. `stem*` matches every word that begins so; ` ~ ` up to GAP words of the same sentence."""

    def __init__(self, *lines: str) -> None:
        self._heads: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            for phrase in line.split("|"):
                pattern = _pattern(phrase)
                head = _skeleton(pattern[0])
                self._heads.setdefault(head[:3] + "*" if head.endswith("*") else head, []).append(pattern)

    def starting_in(self, words: Words) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Every place where a phrase may begin, with the phrase: by its first word, so that others cost nothing."""
        for head in self._heads.keys() & words.starts.keys():
            for at in words.starts[head]:
                for pattern in self._heads[head]:
                    yield at, pattern


def _pattern(phrase: str) -> tuple[str, ...]:
    parts: list[str] = []
    for raw in phrase.split():
        if raw == "~":
            parts.append("~")
            continue
        stem = raw.endswith("*")
        cut = [word.text for word in read(raw.rstrip("*")).words]
        if not cut or (stem and len(cut[-1]) < 3):
            raise ValueError(f'"{raw}" in "{phrase}" is no word, or a stem below three letters')
        parts += [*cut[:-1], cut[-1] + "*" if stem else cut[-1]]
    if not parts or parts[0] == "~" or parts[-1] == "~":
        raise ValueError(f'"{phrase}" must begin and end with a word')
    return tuple(parts)


@lru_cache(maxsize=512)
def find(words: Words, phrases: Phrases) -> tuple[Hit, ...]:
    """Every place where a phrase begins, in order; the longest phrase at each place."""
    best: dict[int, Hit] = {}
    for at, pattern in phrases.starting_in(words):
        last = _match(words.words, at, pattern)
        if last is None:
            continue
        hit = Hit(at, last, " ".join(pattern))
        if at not in best or (hit.last, hit.phrase) > (best[at].last, best[at].phrase):
            best[at] = hit
    return tuple(best[at] for at in sorted(best))


def apart(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits that do not overlap an earlier one."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.first > kept[-1].last:
            kept.append(hit)
    return tuple(kept)


def near(words: Words, one: tuple[Hit, ...], other: tuple[Hit, ...], reach: int) -> tuple[Hit, Hit] | None:
    """The first two hits, one of each kind, with at most `reach` words of the same sentence between them."""
    for a in one:
        for b in other:
            between = max(a.first, b.first) - min(a.last, b.last) - 1
            if between <= reach and words.words[a.first].sentence == words.words[b.first].sentence:
                return a, b
    return None


def _match(words: tuple[Word, ...], at: int, pattern: tuple[str, ...]) -> int | None:
    """Index of the last word if `pattern` matches from `at`, else None."""
    for done, part in enumerate(pattern):
        if part == "~":
            rest = pattern[done + 1 :]
            for skip in range(GAP + 1):
                here = at + skip
                if here >= len(words) or words[here].sentence != words[at - 1].sentence:
                    return None
                last = _match(words, here, rest)
                if last is not None:
                    return last
            return None
        if at >= len(words) or not _same(words[at], part):
            return None
        at += 1
    return at - 1


def _same(word: Word, part: str) -> bool:
    if part.endswith("*"):
        return word.text.startswith(part[:-1]) or word.skeleton.startswith(_skeleton(part[:-1]))
    return word.text == part or (word.skeleton != "" and word.skeleton == _skeleton(part))


@lru_cache(maxsize=8192)
def _skeleton(word: str) -> str:
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
    return _skeleton(text) if mixed else ""


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
