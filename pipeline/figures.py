"""Outcomes -> figures: accuracy, macro-F1 and their intervals, who was filed as what, and the same for a stated mix.

Strict: a verdict is right if it is the label. Lenient: if it is the label or the accepted alternative; the alternative
then stands in the label's place. Macro-F1 is the plain mean of the F1 of every class that occurs, as a label or as a
verdict. Intervals are percentiles of a bootstrap with a fixed seed, so the same notes always give the same figures.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from stages.events import Verdict

CLASSES: tuple[Verdict, ...] = get_args(Verdict)
RESAMPLES = 1000
SEED = 1
INTERVAL = 0.95


class Outcome(NamedTuple):
    """What was said about one note, and what should have been."""

    id: str
    label: Verdict
    verdict: Verdict
    accepted: bool
    """the verdict is the label, or the alternative to it"""
    scam: bool = False


class Cell(NamedTuple):
    """What outcomes are counted by. `lenient` is what the label becomes when alternatives are accepted."""

    label: Verdict
    lenient: Verdict
    verdict: Verdict


@dataclass(frozen=True)
class Measured:
    """A figure between 0 and 1 with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """How often verdicts are right, and how well every class is told from the others."""

    accuracy: Measured
    macro_f1: Measured


@dataclass(frozen=True)
class Class:
    """One class, strictly. None where nothing has this label, or this verdict. Counts, or parts of a hundred."""

    labels: float
    verdicts: float
    right: float
    recall: float | None
    precision: float | None
    f1: float | None


@dataclass(frozen=True)
class Lost:
    """Notes of one kind that were filed where they never must be."""

    count: int
    of: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """All figures of some notes. `confusion`: label -> verdict -> how many."""

    notes: int
    strict: Score
    lenient: Score
    classes: dict[Verdict, Class]
    confusion: dict[Verdict, dict[Verdict, int]]
    good_as_ugly: Lost
    scam_as_good: Lost


@dataclass(frozen=True)
class Weighted:
    """The figures that the same judge would have where requests come in this mix; `confusion` in parts of a hundred."""

    mix: dict[Verdict, float]
    strict: Score
    lenient: Score
    classes: dict[Verdict, Class]
    confusion: dict[Verdict, dict[Verdict, float]]


Table = Mapping[tuple[Verdict, Verdict], float]
"""(label, verdict) -> how many."""


def cell_of(outcome: Outcome) -> Cell:
    return Cell(outcome.label, outcome.verdict if outcome.accepted else outcome.label, outcome.verdict)


def accuracy(table: Table) -> float:
    """The share on the diagonal; 0 for an empty table."""
    total = sum(table.values())
    return sum(count for (label, verdict), count in table.items() if label == verdict) / total if total else 0.0


def macro_f1(table: Table) -> float:
    """The mean F1 of the classes that occur; 0 for an empty table."""
    scores = [known.f1 for known in classes(table).values() if known.f1 is not None]
    return sum(scores) / len(scores) if scores else 0.0


def classes(table: Table) -> dict[Verdict, Class]:
    """Recall = right / labels, precision = right / verdicts, F1 = 2 right / (labels + verdicts)."""
    labels, verdicts, right = dict.fromkeys(CLASSES, 0.0), dict.fromkeys(CLASSES, 0.0), dict.fromkeys(CLASSES, 0.0)
    for (label, verdict), count in table.items():
        labels[label] += count
        verdicts[verdict] += count
        if label == verdict:
            right[label] += count
    return {
        name: Class(
            labels[name],
            verdicts[name],
            right[name],
            _share(right[name], labels[name]),
            _share(right[name], verdicts[name]),
            _share(2 * right[name], labels[name] + verdicts[name]),
        )
        for name in CLASSES
    }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def figures(outcomes: Sequence[Outcome]) -> Figures | None:
    """The figures of these outcomes, in whatever order they come; None if there are none."""
    if not outcomes:
        return None
    cells = sorted(map(cell_of, outcomes))  # so that the order of the lines does not move the intervals
    strict, lenient = _scores([cells], dict.fromkeys(CLASSES, 1.0))
    table = Counter((cell.label, cell.verdict) for cell in cells)
    return Figures(
        notes=len(outcomes),
        strict=strict,
        lenient=lenient,
        classes=classes(table),
        confusion={label: {verdict: table[label, verdict] for verdict in CLASSES} for label in CLASSES},
        good_as_ugly=_lost((o for o in outcomes if o.label == "good"), "ugly"),
        scam_as_good=_lost((o for o in outcomes if o.scam), "good"),
    )


def share(right: Sequence[bool]) -> Measured:
    """How often something holds, in whatever order it comes; 0 if there is nothing."""
    cells = sorted(right)
    draw = random.Random(SEED)  # noqa: S311 - a bootstrap, no secret
    size = len(cells) or 1
    runs = sorted(sum(draw.choices(cells, k=len(cells))) / size if cells else 0.0 for _ in range(RESAMPLES))
    return _measured(sum(cells) / size, runs)


def _lost(some: Iterable[Outcome], verdict: Verdict) -> Lost:
    found = list(some)
    ids = tuple(sorted(outcome.id for outcome in found if outcome.verdict == verdict))
    return Lost(len(ids), len(found), ids)


def weighted(outcomes: Sequence[Outcome], mix: Mapping[Verdict, float]) -> Weighted:
    """The figures if labels came in this mix: each class's notes share its weight evenly.

    Raises ValueError for a class that has a share of the mix, and no note to tell how it would fare.
    """
    total = sum(mix.values())
    parts = {label: 100 * share / total for label, share in mix.items() if share > 0}
    cells = sorted(cell_of(outcome) for outcome in outcomes if outcome.label in parts)
    groups = {label: [cell for cell in cells if cell.label == label] for label in parts}
    for label, group in groups.items():
        if not group:
            raise ValueError(f"no note is labelled {label}, so nothing can be said of a mix with {label} in it")
    weights = {label: part / len(groups[label]) for label, part in parts.items()}
    strict, lenient = _scores([groups[label] for label in sorted(groups)], weights)
    table = Counter((cell.label, cell.verdict) for cell in cells)
    shares = {pair: weights[pair[0]] * count for pair, count in table.items()}
    return Weighted(
        mix={label: parts.get(label, 0.0) for label in CLASSES},
        strict=strict,
        lenient=lenient,
        classes=classes(shares),
        confusion={label: {verdict: shares.get((label, verdict), 0.0) for verdict in CLASSES} for label in CLASSES},
    )


def _scores(groups: Sequence[Sequence[Cell]], weights: Mapping[Verdict, float]) -> tuple[Score, Score]:
    """(strict, lenient). Each group is drawn from anew, as many as it has: one group, or one a class for a mix."""
    point = _four(Counter(cell for group in groups for cell in group), weights)
    draw = random.Random(SEED)  # noqa: S311 - a bootstrap, no secret
    runs = [
        _four(Counter(cell for group in groups for cell in draw.choices(group, k=len(group))), weights)
        for _ in range(RESAMPLES)
    ]
    found = [_measured(value, sorted(column)) for value, column in zip(point, zip(*runs, strict=True), strict=True)]
    return Score(found[0], found[1]), Score(found[2], found[3])


def _four(counts: Mapping[Cell, int], weights: Mapping[Verdict, float]) -> tuple[float, float, float, float]:
    """Strict accuracy and macro-F1, lenient accuracy and macro-F1."""
    strict: dict[tuple[Verdict, Verdict], float] = defaultdict(float)
    lenient: dict[tuple[Verdict, Verdict], float] = defaultdict(float)
    for cell, count in counts.items():
        weight = count * weights[cell.label]
        strict[cell.label, cell.verdict] += weight
        lenient[cell.lenient, cell.verdict] += weight
    return accuracy(strict), macro_f1(strict), accuracy(lenient), macro_f1(lenient)


def _measured(value: float, runs: Sequence[float]) -> Measured:
    tail = round(len(runs) * (1 - INTERVAL) / 2)
    low, high = runs[tail], runs[len(runs) - 1 - tail]
    return Measured(value, low, high)
