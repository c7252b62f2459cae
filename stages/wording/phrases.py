"""Words -> Hits: finds phrases by their first word, so that the work is that of one pass whatever the text is."""

from __future__ import annotations

from collections.abc import Iterator
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


class Phrases:
    """A set of phrases. `stem*` matches every word that begins so; ` ~ ` up to GAP words of the same sentence."""

    def __init__(self, *lines: str) -> None:
        self._heads: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            for phrase in line.split("|"):
                pattern = _pattern(phrase)
                head = skeleton(pattern[0])
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
        return word.text.startswith(part[:-1]) or word.skeleton.startswith(skeleton(part[:-1]))
    return word.text == part or (word.skeleton != "" and word.skeleton == skeleton(part))


def quoted(words: Words, *hits: Hit) -> str:
    """The hits as the person spelled them, for evidence."""
    return evidence("; ".join(words.quote(hit.first, hit.last) for hit in hits))
