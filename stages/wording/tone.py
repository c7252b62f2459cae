"""(Words, what is known of the reader) -> Features: the turns of phrase and the shape that learned weights speak of.

What names this reader or this sender is told by its kind ("<fact>", "<you>", "<name>"), so that a weight is about
the way a thing is said and never about whom or what it was said of.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple
from unicodedata import category

from stages.wording import Hit, Words, find, read
from stages.wording.vocabulary import CONNECTING, GREETINGS

LONGEST = 3
"""Words a turn of phrase has at most."""

LOOKED_AT = 400
"""Words of a text that are looked at."""

_STEM = 7
"""Letters by which the forms of a longer word count as one."""

_REPEATED = 3
"""Times a word is said in the mean, above which a text only repeats itself and is no longer for it."""

_CURRENCY = frozenset("$€£¥")


class Feature(NamedTuple):
    """One turn of phrase, or one trait of the shape, where it stands in the text, and how much of the text it is."""

    name: str
    share: float
    at: Hit | None = None


@dataclass(frozen=True)
class Reader:
    """What is known of both, as texts: what is true of the reader alone, what a bot has too, and names."""

    facts: tuple[Hit, ...] = ()
    employers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()


def features(words: Words, reader: Reader, wanted: Container[str] | None = None) -> tuple[Feature, ...]:
    """Every turn of phrase of up to LONGEST words of one sentence, once, then the traits of the shape.

    `wanted`: of the turns of phrase only those of these names; what their shares are does not depend on it.
    The shares of the turns of phrase are such that their squares sum to one, whatever the text's length.
    """
    spoken = _tokens(words, reader)
    turns: dict[str, tuple[int, int]] = {}
    for name, at, last in _turns(words, spoken):
        if name not in turns:
            turns[name] = (at, last)
    share = 1 / sqrt(len(turns)) if turns else 0.0
    told = turns if wanted is None else [name for name in turns if name in wanted]
    return (*(Feature(name, share, Hit(*turns[name], name)) for name in told), *_shape(words, spoken))


def _turns(words: Words, spoken: list[str]) -> Iterator[tuple[str, int, int]]:
    """The turns of phrase that begin at each word, with their first and last words; a long word by its stem too."""
    sentences = [word.sentence for word in words.words[: len(spoken)]]
    for at, name in enumerate(spoken):
        yield name, at, at
        if len(name) > _STEM and not name.startswith("<"):
            yield name[:_STEM] + "*", at, at
        for last in range(at + 1, min(at + LONGEST, len(spoken))):
            if sentences[last] != sentences[at]:
                break
            name += " " + spoken[last]
            yield name, at, last


def _tokens(words: Words, reader: Reader) -> list[str]:
    """Each word as it is compared, or the kind of thing it names."""
    spoken = list(words.texts[:LOOKED_AT])
    for at, word in enumerate(words.words[:LOOKED_AT]):
        if word.text[:1].isdigit():
            spoken[at] = "<number>"
        elif _like_a_name(words, at):
            spoken[at] = "<name>"
    for kind, texts in (("<employer>", reader.employers), ("<me>", reader.sender), ("<you>", reader.names)):
        known = {part for text in texts for part in read(text).texts if len(part) > 2}
        for at, spelled in enumerate(words.texts[:LOOKED_AT]) if not known.isdisjoint(words.texts) else ():
            if spelled in known:
                spoken[at] = kind
    for phrases in (GREETINGS, CONNECTING):
        for hit in find(words, phrases):
            for at in range(hit.first, min(hit.last + 1, len(spoken))):
                spoken[at] = "<polite>"
    for at in _greeted(words):
        spoken[at] = "<you>"
    for hit in reader.facts:
        for at in range(hit.first, min(hit.last + 1, len(spoken))):
            spoken[at] = "<fact>"
    return spoken


def _like_a_name(words: Words, at: int) -> bool:
    """A capital inside a sentence, in a text that does not shout and is not in German."""
    word = words.words[at]
    if at == 0 or not words.source[word.start].isupper() or len(word.text) < 2:
        return False
    before = words.words[at - 1]
    between = words.source[before.end : word.start]
    return before.sentence == word.sentence and "\n" not in between and ":" not in between


_NAMES = 3
"""Words a name behind a greeting has at most."""
_AFTER_NAME = frozenset(",!.:\n-–—")


def _greeted(words: Words) -> tuple[int, ...]:
    """The name behind the greeting the text opens with: up to the sign that ends it, if one does."""
    opening = [hit for hit in find(words, GREETINGS)[:1] if hit.first <= 1]
    if not opening or _ends_at(words, opening[0].last):
        return ()
    first = opening[0].last + 1
    for last in range(first, min(first + _NAMES, len(words.words), LOOKED_AT)):
        if _ends_at(words, last):
            return tuple(range(first, last + 1))
    return ()


def _ends_at(words: Words, at: int) -> bool:
    """Does a sign, or the text's end, stand between this word and the next?"""
    end = words.words[at].end
    until = words.words[at + 1].start if at + 1 < len(words.words) else len(words.source)
    return at + 1 == len(words.words) or any(char in _AFTER_NAME for char in words.source[end:until])


_UP_TO = ((12, "<short>"), (40, "<brief>"), (80, "<middling>"))
SIZES = (*(name for _, name in _UP_TO), "<long>")
"""Of these every text has exactly one."""


def _is_emoji(char: str) -> bool:
    """A picture. Signs of East Asian scripts, blanks and what nobody sees (variation selectors) are none."""
    return char >= "\u2600" and char != "\u2800" and category(char) == "So"


def _shape(words: Words, spoken: list[str]) -> Iterator[Feature]:
    """Length, signs and capitals."""
    size = min(len(words), _REPEATED * len(set(words.texts)))
    yield Feature(next((name for most, name in _UP_TO if size <= most), SIZES[-1]), 1.0)
    source = words.source
    for name, count in (
        ("<question>", source.count("?")),
        ("<exclamation>", source.count("!")),
        ("<percent>", source.count("%")),
        ("<money>", sum(source.count(sign) for sign in _CURRENCY)),
        ("<lines>", max(0, source.count("\n") - 4)),
        ("<link>", source.count("http") + source.count("www.")),
        ("<emoji>", 0 if source.isascii() else sum(map(_is_emoji, source))),
    ):
        if count:
            yield Feature(name, min(1.0, sqrt(count) / 2))
    if words.letters[0] > 20 and words.shouts:
        yield Feature("<capitals>", 1.0)
    own = spoken.count("<name>")
    if own:
        yield Feature("<names>", min(1.0, sqrt(own) / 3))
