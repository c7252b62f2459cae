"""text -> as rules compare it: without case, accents and unseen characters, look-alike letters as the Latin ones.

Both sides are folded alike, so a text in Cyrillic finds Cyrillic. What was folded last is remembered: a thousand rules
ask about the same few texts, and what would change a decision asks them again and again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stages.wording import CONFUSABLE, MOST_READ, fold

_REMEMBERED = 128
"""texts of requests; one has a dozen at most"""
_MOST_POINTS = 4096
"""characters whose meaning is remembered"""

_BLANKS = frozenset("\u2800")
"""Signs to Unicode, blanks to the eye (the pattern of Braille without dots); the fillers `fold` knows."""
_IGNORED = ((0x2065, 0x2065), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
"""Code points that stand for nothing yet, and which no program draws (Unicode: Default_Ignorable_Code_Point)."""

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts written without spaces: each character is a word, as in `stages.wording`."""
_WORD = re.compile(rf"(?=[^\W_])[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_SPACE = re.compile(r"\s+")


class _Seen(dict[int, str]):
    """Folded characters -> what is seen of each: a table for `str.translate` that fills itself, and stays small."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _MOST_POINTS:
            self.clear()
        self[point] = told = _seen(point)
        return told


def _seen(point: int) -> str:
    char = chr(point)
    if char in _BLANKS:
        return " "
    kind = unicodedata.category(char)
    if kind == "Me" or (kind == "Cc" and not char.isspace()):  # drawn around a letter; not drawn at all
        return ""
    if kind == "Cn" and any(first <= point <= last for first, last in _IGNORED):
        return ""
    return char.translate(CONFUSABLE)


_SEEN = _Seen()


def compared(text: str) -> str:
    """A text that is looked for: as it is compared, one blank where it has white space."""
    folded = fold(text)
    return _SPACE.sub(" ", folded if folded.isascii() and folded.isprintable() else folded.translate(_SEEN))


def whole(text: str) -> str:
    """A text of a request as it is compared: the same, without blanks at its ends."""
    return _whole(text[:MOST_READ])


def in_words(text: str) -> str:
    """`Café-au-lait!` -> ` cafe au lait `: the words as they are compared, one blank apart and at both ends."""
    return _in_words(text[:MOST_READ])


def words_of(text: str) -> list[str]:
    """The words as they are shown to people: folded, in the letters of their script."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=_REMEMBERED)
def _whole(text: str) -> str:
    return compared(text)[:MOST_READ].strip()


@lru_cache(maxsize=_REMEMBERED)
def _in_words(text: str) -> str:
    return f" {' '.join(_WORD.findall(compared(text)[:MOST_READ]))} "
