"""(the owner's words, what they left) -> candidates that promise something: counted first, then decided anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from stages.events import JUDGED
from stages.proposing.candidates import SHIFTS, STEPS, Candidate, within_bounds
from stages.proposing.traits import Trait, traits_of
from stages.proposing.weighing import BROKEN, CHANCE, Silent, Spoken, Weighed, apart, silence, weighed
from stages.replay import Recorded
from stages.rules.language import Rules
from stages.values import Verdict

VERDICTS: tuple[Verdict, ...] = ("good", "intriguing", "ugly")
MOST_TRAITS = 60
"""that are put together in pairs"""
MOST_TRIED = 40
"""candidates with a verdict that are decided anew about the owner's words and a sample of what they left"""
SAMPLE = 1_000
"""decisions the owner left, the latest"""


def supported(words: Iterable[Spoken], least: int) -> dict[Verdict, tuple[Trait, ...]]:
    """By what the owner said, the traits that enough wrongly decided people share; those of most people first."""
    people: dict[Verdict, dict[Trait, set[str]]] = {said: defaultdict(set) for said in VERDICTS}
    for each in words:
        if not each.right:
            for trait in each.traits:
                people[each.correction.said][trait].add(each.correction.person)
    return {
        said: tuple(sorted((trait for trait in by if len(by[trait]) >= least), key=lambda t: (-len(by[t]), t)))
        for said, by in people.items()
    }


def left_alone(
    decisions: Iterable[tuple[Recorded, Verdict]], said: Collection[str], asked: frozenset[Trait]
) -> tuple[Silent, ...]:
    """The decisions about requests of which the owner said nothing; of each, the traits that are asked about."""
    return tuple(
        Silent(each, now, traits_of(each) & asked)
        for each, now in decisions
        if each.request not in said and each.enriched.kind in JUDGED | {"digest"}
    )


def found(
    words: tuple[Spoken, ...], silents: tuple[Silent, ...], rules: Rules, least: int, owner: str
) -> list[Weighed]:
    """What promises something, best first. Silence is sampled here; a replay of the past has the last word."""
    traits = supported(words, least)
    sample = silents[-SAMPLE:]
    scale = len(silents) / len(sample) if sample else 1.0
    promising = [
        *_with_verdict(words, silents, traits),
        *_with_points(traits),
        *_with_threshold(words, least),
    ]
    tried = (
        weighed(each, words, sample, rules, owner, least) for each in promising if within_bounds(each, rules, owner)
    )
    scaled = (each._replace(silent=each.silent * scale) for each in tried if each is not None)
    tests = _tests(traits)
    return ranked(
        each for each in scaled if each.teaches(least) and each.chance(tests[len(each.candidate.traits) == 2]) < CHANCE
    )


def _tests(traits: dict[Verdict, tuple[Trait, ...]]) -> tuple[int, int]:
    """How many candidates there could be, of one trait and of two: the more are tried, the more look good by chance."""
    pairs = 0
    for some in traits.values():
        signals = sum(trait.kind == "signal" for trait in some)
        pairs += signals * (len(some) - signals) + signals * (signals - 1) // 2
    return sum(map(len, traits.values())), pairs


def ranked(some: Iterable[Weighed]) -> list[Weighed]:
    """The best first; of equal ones the simplest, then what agrees with the signal's own points, the smallest step."""
    return sorted(some, key=lambda each: (-each.value, *_order(each.candidate)))


def _order(candidate: Candidate) -> tuple[tuple[int, int], bool, float, str]:
    return candidate.simplicity, candidate.against_its_points, abs(candidate.points), candidate.what


# --- a verdict ----------------------------------------------------------------------------------------------------


def _with_verdict(
    words: Sequence[Spoken], silents: Sequence[Silent], traits: dict[Verdict, tuple[Trait, ...]]
) -> Iterator[Candidate]:
    """One trait, or two of which one is a signal: those that would do most by count."""
    scored: list[tuple[float, Candidate]] = []
    for said in VERDICTS:
        useful = [each for each in traits[said] if said == "good" or each.accuses][:MOST_TRAITS]
        where = {trait: (_has(trait, words), _has(trait, silents)) for trait in useful}
        mend, spoil = _mended(words, said), _spoilt(words, said)
        left = _by_weight(silents, said)
        pairs = (pair for pair in combinations(useful, 2) if any(trait.kind == "signal" for trait in pair))
        for some in (*((trait,) for trait in useful), *pairs):
            spoken_of, left_of = where[some[0]]
            if len(some) == 2:
                spoken_of, left_of = spoken_of & where[some[1]][0], left_of & where[some[1]][1]
                if spoken_of in (where[some[0]][0], where[some[1]][0]) and left_of in (
                    where[some[0]][1],
                    where[some[1]][1],
                ):
                    continue  # one of them says it all
            value = (spoken_of & mend).bit_count() - BROKEN * (spoken_of & spoil).bit_count()
            value -= sum(weight * (left_of & mask).bit_count() for weight, mask in left)
            if value > 0:
                candidate = Candidate(some, verdict=said)
                scored.append((-value, candidate))
    scored.sort(key=lambda each: (each[0], *_order(each[1])))
    yield from (candidate for _, candidate in scored[:MOST_TRIED])


def _bits(flags: Iterable[bool]) -> int:
    """As bits of one number, so that sets of many cases are cut in one step."""
    return int("0" + "".join("1" if flag else "0" for flag in flags), 2)


def _has(trait: Trait, some: Sequence[Spoken] | Sequence[Silent]) -> int:
    return _bits(trait in each.traits for each in some)


def _mended(words: Iterable[Spoken], said: Verdict) -> int:
    return _bits(not each.right and each.correction.said == said for each in words)


def _spoilt(words: Iterable[Spoken], said: Verdict) -> int:
    return _bits(apart(said, each.correction.said) > apart(each.live, each.correction.said) for each in words)


def _by_weight(silents: Sequence[Silent], said: Verdict) -> list[tuple[float, int]]:
    """What it would weigh to decide so, and about which of them it would."""
    weights = [silence(each.decision.verdict, each.live, said) for each in silents]
    return [(weight, _bits(each == weight for each in weights)) for weight in sorted({*weights} - {0.0})]


# --- points, and thresholds ---------------------------------------------------------------------------------------


def _with_points(traits: dict[Verdict, tuple[Trait, ...]]) -> Iterator[Candidate]:
    """A signal that counts more, or less if it may speak against somebody."""
    signals = dict.fromkeys(trait for said in VERDICTS for trait in traits[said] if trait.kind == "signal")
    for trait in signals:
        ways = (1, -1) if trait.accuses else (1,)
        yield from (Candidate((trait,), points=way * step) for way in ways for step in STEPS)


def _with_threshold(words: Iterable[Spoken], least: int) -> Iterator[Candidate]:
    if sum(not each.right for each in words) >= least:
        for name in ("good", "intriguing"):
            yield from (Candidate(threshold=name, points=way * step) for way in (1, -1) for step in SHIFTS)
