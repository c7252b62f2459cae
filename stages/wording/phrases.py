"""Words -> Hits: finds phrases by their first word, so that the work is that of one pass whatever the text is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from stages.wording.words import Word, Words, evidence, read, skeleton

GAP = 4
"""`~` in a phrase stands for up to this many words of the same sentence."""


@dataclass(frozen=True)
class Hit:
    """A phrase found: indexes of its first and last word."""

    first: int
    last: int
    phrase: str


class _Node:
    """What may follow the words of a phrase so far. Phrases that begin alike share their nodes."""

    __slots__ = ("exact", "gap", "phrase", "stems")

    def __init__(self) -> None:
        self.exact: dict[str, list[tuple[str, _Node]]] = {}
        """by the skeleton of the next word"""
        self.stems: dict[str, list[tuple[str, _Node]]] = {}
        """by the first three letters of the skeleton of the next word"""
        self.gap: _Node | None = None
        self.phrase: str | None = None
        """the phrase that ends here"""

    def grown(self, part: str) -> _Node:
        """The node behind `part`, made where there is none."""
        if part == "~":
            self.gap = self.gap or _Node()
            return self.gap
        stem = part.endswith("*")
        key = skeleton(part.rstrip("*"))
        edges = self.stems.setdefault(key[:3], []) if stem else self.exact.setdefault(key, [])
        node = next((node for known, node in edges if known == part), None)
        if node is None:
            node = _Node()
            edges.append((part, node))
        return node

    def goes_on(self, key: str) -> bool:
        """Whether a word with this key may come next; a gap aside."""
        return key in self.exact or key[:3] in self.stems


class Phrases:
    """A set of phrases. `stem*` matches every word that begins so; ` ~ ` up to GAP words of the same sentence."""

    def __init__(self, *lines: str) -> None:
        self._root = _Node()
        for line in lines:
            for phrase in line.split("|"):
                pattern = _pattern(phrase)
                node = self._root
                for part in pattern:
                    node = node.grown(part)
                node.phrase = " ".join(pattern)
        self._heads = frozenset((*self._root.exact, *(f"{stem}*" for stem in self._root.stems)))

    def starts(self, words: Words) -> list[int]:
        """Every place where a phrase may begin, in order: by its first word, so that others cost nothing."""
        return sorted({at for head in self._heads & words.starts.keys() for at in words.starts[head]})

    def longest(self, words: Words, at: int) -> Hit | None:
        """The longest phrase that begins at word `at`, each with its gaps as short as they can be.

        All phrases are followed at once, word by word, so the work depends on their gaps and not on their number.
        """
        ends: dict[str, int] = {}
        _follow(words, at, self._root, ends)
        if not ends:
            return None
        last, phrase = max((last, phrase) for phrase, last in ends.items())
        return Hit(at, last, phrase)


def _follow(words: Words, at: int, node: _Node, ends: dict[str, int]) -> None:
    """Put into `ends` where each phrase behind `node` ends, if it goes on with word `at`; the first end counts."""
    if node.phrase is not None:
        ends.setdefault(node.phrase, at - 1)
    if at >= len(words.words):
        return
    if node.goes_on(key := words.keys[at]):
        for part, behind in (*node.exact.get(key, ()), *node.stems.get(key[:3], ())):
            if _same(words.words[at], part):
                _follow(words, at + 1, behind, ends)
    if (gap := node.gap) is not None:
        sentence = words.words[at - 1].sentence
        for here in range(at, min(at + GAP + 1, len(words.words))):
            if words.words[here].sentence != sentence:
                break
            if gap.gap is not None or gap.goes_on(words.keys[here]):
                _follow(words, here, gap, ends)


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
    return tuple(hit for at in phrases.starts(words) if (hit := phrases.longest(words, at)) is not None)


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


def _same(word: Word, part: str) -> bool:
    if part.endswith("*"):
        return word.text.startswith(part[:-1]) or word.skeleton.startswith(skeleton(part[:-1]))
    return word.text == part or (word.skeleton != "" and word.skeleton == skeleton(part))


def quoted(words: Words, *hits: Hit) -> str:
    """The hits as the person spelled them, for evidence."""
    return evidence("; ".join(words.quote(hit.first, hit.last) for hit in hits))
