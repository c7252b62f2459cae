"""(times of the mails of one source) -> its rhythm; (rhythm, silence) -> is the silence unlike it?

Mails that come close together are heard as one. The pauses between such hearings are taken as the sums of a number of
waits of a Poisson process (an Erlang distribution): one wait for a source that comes at random, several for one that is
regular. Its rate is not known but learned from the pauses, so that few of them make a longer silence bearable.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import comb
from typing import NamedTuple

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365.25 * DAY
TOGETHER = 6 * HOUR
"""Mails within this time of the first of them are one hearing: a burst says no more about a rhythm than one mail."""
LOOKED_AT = 180 * DAY
"""How far before the last mail: what a source was like long ago says little."""
FEWEST = 10
"""Pauses below which nothing can be told."""
SHORTEST = 21 * DAY
"""A source is known when it was heard for three weeks: two weekends, and one more pause as long that is set aside."""
MOST = 100
YEARS = 50
"""A pause is unlike the rhythm when one this long would come by chance less often than once in so many years."""
LONGER = 1.5
"""... and when it is as many times longer than any before."""
SOONEST = 2 * DAY
"""... and never before: mail may be late by a day, and nobody need be called for that."""
_MOST_WAITS = 6


class Rhythm(NamedTuple):
    """How a source was heard so far. Times and spans in ms."""

    heard_at: int
    """when its last mail came"""
    pauses: int
    usual: int
    """a pause in the middle of all"""
    longest: int
    """but for one: a single break is forgiven, so that it does not hide the next"""
    mean: float
    waits: int
    """of which a pause is the sum: 1 where mails come at random, more where they come regularly"""

    def chance(self, silence: int) -> float:
        """How likely one pause is to be at least this long: from 1, for none, down towards 0.

        The chance that in the silence less than `waits` events come, whose rate was learned from `pauses` pauses
        (a negative binomial distribution).
        """
        seen = self.pauses * self.waits
        share = max(0, silence) / (self.mean * self.pauses + max(0, silence))
        return float((1 - share) ** seen * sum(comb(seen - 1 + k, k) * share**k for k in range(self.waits)))

    def years(self, silence: int) -> float:
        """In how many years one pause at least this long would come by chance: the more, the surer it is none."""
        return (self.mean + TOGETHER) / YEAR / max(self.chance(silence), 1e-12)

    def is_quiet(self, silence: int) -> bool:
        """Is a silence of so many ms, since the last mail, unlike this rhythm?"""
        return silence > max(SOONEST, LONGER * self.longest) and self.years(silence) > YEARS


def rhythm_of(times: Iterable[int]) -> Rhythm | None:
    """The rhythm of mails that came at these times, in any order; None where they are too few to tell."""
    came = sorted(times)
    hearings: list[int] = []
    for at in came:
        if at >= came[-1] - LOOKED_AT and (not hearings or at - hearings[-1] >= TOGETHER):
            hearings.append(at)
    hearings = hearings[-MOST - 1 :]
    if len(hearings) <= FEWEST or hearings[-1] - hearings[0] < SHORTEST:
        return None
    pauses = sorted(later - earlier for earlier, later in pairwise(hearings))
    pauses[-1] = pauses[-2]
    # What is left of a pause after the hearing it begins with: of a source that comes at random this is the plain wait.
    left = [pause - TOGETHER + MINUTE for pause in pauses]
    mean = sum(left) / len(left)
    unevenness = sum((each - mean) ** 2 for each in left) / len(left) / mean**2
    # An uneven source has long pauses more often than its mean tells: it is taken for a rarer one.
    return Rhythm(
        heard_at=came[-1],
        pauses=len(pauses),
        usual=pauses[len(pauses) // 2],
        longest=pauses[-1],
        mean=mean * max(1.0, unevenness),
        waits=_waits(len(pauses), unevenness),
    )


def _waits(pauses: int, unevenness: float) -> int:
    """1 / unevenness, as of an Erlang distribution; less, since few pauses look more even than they are."""
    return max(1, int(min(_MOST_WAITS, pauses / 6, 0.7 / max(unevenness, 0.01))))


def span(milliseconds: int) -> str:
    """For a person: "40 minutes", "5 hours", "3 days"."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count = round(milliseconds / unit)
        if milliseconds >= 2 * unit or name == "minute":
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError


def likelihood(years: float) -> str:
    """For a person: "once in 120 years"."""
    if years >= 1000:
        return "less than once in a thousand years"
    return f"about once in {years:.2g} years" if years < 10 else f"about once in {10 * round(years / 10)} years"
