"""Words -> Hits: finds all phrases there are in one pass over a text, whose cost is that of its words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from stages.wording.words import Words, evidence, read, skeleton

GAP = 4
"""`~` in a phrase stands for up to this many words of the same sentence."""


class Hit(NamedTuple):
    """A phrase found: indexes of its first and last word."""

    first: int
    last: int
    phrase: str


class Phrases:
    """A set of phrases. `stem*` matches every word that begins so; ` ~ ` up to GAP words of the same sentence."""

    def __init__(self, *lines: str) -> None:
        self.patterns = tuple(_pattern(phrase) for line in lines for phrase in line.split("|"))
        _ALL.add(self)


class _Node:
    """What may follow the words of a phrase so far. Phrases that begin alike share their nodes."""

    __slots__ = ("gap", "next", "phrase", "sets")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        """by the next part of a phrase: a word, or a stem with its star"""
        self.gap: _Node | None = None
        self.phrase = ""
        """the phrase that ends here, if one does"""
        self.sets: list[Phrases] = []
        """those that have it"""


class _All:
    """All sets of phrases, looked up together: a set costs a text nothing of which it has no word."""

    def __init__(self) -> None:
        self.sets = 0
        self._root = _Node()
        self._parts: dict[str, list[str]] = {}
        """each word of the phrases by its skeleton, each stem by the first three letters of its own, with a star"""

    def add(self, phrases: Phrases) -> None:
        self.sets += 1
        for pattern in dict.fromkeys(phrases.patterns):
            node = self._root
            for part in pattern:
                node = self._grown(node, part)
            node.phrase = " ".join(pattern)
            node.sets.append(phrases)

    def _grown(self, node: _Node, part: str) -> _Node:
        """The node behind `part`, made where there is none."""
        if part == "~":
            node.gap = node.gap or _Node()
            return node.gap
        key = skeleton(part)
        known = self._parts.setdefault(key[:3] + "*" if part.endswith("*") else key, [])
        if part not in known:
            known.append(part)
        return node.next.setdefault(part, _Node())

    def find(self, words: Words) -> dict[Phrases, tuple[Hit, ...]]:
        """For each set that has any every place where a phrase of it begins, in order; the longest at each place."""
        parts = [self._parts_of(word.text, word.skeleton) for word in words.words]
        found: dict[Phrases, list[Hit]] = {}
        for at, begins in enumerate(parts):
            ends: dict[_Node, int] = {}
            for part in begins:
                if (node := self._root.next.get(part)) is not None:
                    _follow(words, parts, at + 1, node, ends)
            longest: dict[Phrases, Hit] = {}
            for node, last in ends.items():
                hit = Hit(at, last, node.phrase)
                for each in node.sets:
                    if each not in longest or hit > longest[each]:
                        longest[each] = hit
            for each, hit in longest.items():
                found.setdefault(each, []).append(hit)
        return {each: tuple(hits) for each, hits in found.items()}

    def _parts_of(self, text: str, disguise: str) -> list[str]:
        """The words and stems that a word may be: as it is spelled, or through its disguise."""
        key = disguise or skeleton(text)
        return [
            part
            for part in (*self._parts.get(key, ()), *self._parts.get(key[:3] + "*", ()))
            if _same(text, disguise, part)
        ]


_ALL = _All()


def _same(text: str, disguise: str, part: str) -> bool:
    if part.endswith("*"):
        return text.startswith(part[:-1]) or disguise.startswith(skeleton(part[:-1]))
    return text == part or (disguise != "" and disguise == skeleton(part))


def _follow(words: Words, parts: list[list[str]], at: int, node: _Node, ends: dict[_Node, int]) -> None:
    """Put into `ends` where each phrase behind `node` ends, if it goes on with word `at`; the first end counts.

    All phrases are followed at once, word by word, so the work depends on their gaps and not on their number.
    """
    if node.sets:
        ends.setdefault(node, at - 1)
    if at >= len(parts):
        return
    for part in parts[at]:
        if (behind := node.next.get(part)) is not None:
            _follow(words, parts, at + 1, behind, ends)
    if (gap := node.gap) is not None:
        sentence = words.words[at - 1].sentence
        for here in range(at, min(at + GAP + 1, len(parts))):
            if words.words[here].sentence != sentence:
                break
            _follow(words, parts, here, gap, ends)


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


def find(words: Words, phrases: Phrases) -> tuple[Hit, ...]:
    """Every place where a phrase begins, in order; the longest phrase at each place."""
    return _found(words, _ALL.sets).get(phrases, ())


@lru_cache(maxsize=64)
def _found(words: Words, sets: int) -> Mapping[Phrases, tuple[Hit, ...]]:
    """What a text has of all phrases, once for each text; with so many sets of them, for more may be made later."""
    return _ALL.find(words)


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


def quoted(words: Words, *hits: Hit) -> str:
    """The hits as the person spelled them, for evidence."""
    return evidence("; ".join(words.quote(hit.first, hit.last) for hit in hits))
