"""(ugly, shown, looked, good) -> Estimate: how many good requests the ugly ones may hold, from a sample; and its draw.

What the owner judged of requests drawn at random, without putting any back, is hypergeometric; the bounds are exact,
after Clopper and Pearson (1934): each leaves 5 % on its side. Owners may well answer only where they find a good one.
So whoever was shown and not judged counts as ugly for the lower bound, and not at all for the upper one.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from math import comb

from stages.conversation import Estimate
from stages.durations import DAY

SPAN = 90 * DAY
"""How far back the ugly ones reach."""
_ONE_IN = 20
"""A number of good ones under which what was seen had this chance or less is ruled out."""


def estimate(ugly: int, shown: int, looked: int, good: int) -> Estimate | None:
    """Of `ugly` in all, `shown` were drawn, `looked` of those judged, `good` of those good. None: nobody looked."""
    if not looked:
        return None
    if not 0 <= good <= looked <= shown <= ugly:
        raise ValueError("a sample is a part of what it was drawn from")
    return Estimate(
        ugly=ugly,
        shown=shown,
        looked=looked,
        good=good,
        least=_least(ugly, shown, good),
        most=_most(ugly, looked, good),
    )


def draw(requests: Iterable[str], count: int, seed: str) -> tuple[str, ...]:
    """So many of them, each with the same chance: the same ones for the same seed, which nobody outside knows."""
    return tuple(heapq.nsmallest(count, requests, key=lambda id: hashlib.sha256(f"{seed}\0{id}".encode()).digest()))


def _least(ugly: int, shown: int, good: int) -> int:
    """The fewest of all that are not ruled out: with fewer, so many good ones in the sample were too lucky."""
    low, high = good, ugly - (shown - good)
    while low < high:
        middle = (low + high) // 2
        seen_fewer = _at_most(good - 1, middle, ugly, shown)
        if _ONE_IN * (comb(ugly, shown) - seen_fewer) > comb(ugly, shown):
            high = middle
        else:
            low = middle + 1
    return low


def _most(ugly: int, looked: int, good: int) -> int:
    """The most of all that are not ruled out: with more, so few good ones in the sample were too unlucky."""
    low, high = good, ugly - (looked - good)
    while low < high:
        middle = (low + high + 1) // 2
        if _ONE_IN * _at_most(good, middle, ugly, looked) > comb(ugly, looked):
            low = middle
        else:
            high = middle - 1
    return low


def _at_most(seen: int, good: int, ugly: int, sample: int) -> int:
    """In how many of all samples of this size there are at most so many of the good ones."""
    return sum(comb(good, each) * comb(ugly - good, sample - each) for each in range(seen + 1))
