"""Labelled notes -> judged by weights that were learned without them: no source both teaches and is judged."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pipeline.judging import Judged, for_others, judge, judge_for_others
from pipeline.labelled import Labelled
from pipeline.labelled_files import EvaluationError, Sample
from pipeline.made_from import POINTS_FROM, Fold, Validation, made_from, named_in, source_of
from pipeline.training import Example, examples, learn
from stages.settings import Settings
from stages.weights import Weights

SEED = 1
LEARNING = 2
"""What it takes to learn from a note, where to look at it, or to judge it, takes 1; so that the bar goes evenly."""
Tick = Callable[[int], None]


def check_learner() -> None:
    """Raises EvaluationError where what learning needs is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        raise EvaluationError(
            "to learn weights takes scikit-learn, which is not installed: pip install 'salver[train]'"
        )


def folds_of(notes: Iterable[Labelled], number: int) -> tuple[tuple[Labelled, ...], ...]:
    """The notes in at most `number` parts of about the same size. All notes of a source are in one part.

    Raises EvaluationError where they have one source only. The order of the notes changes nothing.
    """
    groups: dict[str, list[Labelled]] = {}
    for note in notes:
        groups.setdefault(source_of(note), []).append(note)
    if len(groups) < 2:
        raise EvaluationError("--cross-validate: these notes have one source only, so none would be left to learn from")
    names = sorted(groups)
    random.Random(SEED).shuffle(names)  # noqa: S311 - a draw, no secret
    names.sort(key=lambda name: -len(groups[name]))
    parts: list[list[Labelled]] = [[] for _ in range(min(number, len(groups)))]
    for name in names:
        min(parts, key=len).extend(groups[name])
    return tuple(tuple(part) for part in parts)


def beside(sample: Sample, training: Sample | None) -> Sample | None:
    """The notes of `training` that are not in the sample too: else these would teach twice. None if there are none."""
    known = {(note.id, note.text) for note in sample.notes}
    files = training.files.items() if training else ()
    new = {file: tuple(note for note in notes if (note.id, note.text) not in known) for file, notes in files}
    kept = {file: notes for file, notes in new.items() if notes}
    return training._replace(files=kept) if training and kept else None


def steps(sample: Sample, training: Sample | None, number: int) -> int:
    """How far `cross_validated` will tick in all."""
    training = beside(sample, training)
    taught = len(sample.notes) + len(training.notes if training else ())
    judged = len(sample.notes) + sum(map(len, for_others(sample.notes, sample.owners).values()))
    return taught + LEARNING * taught * len(folds_of(sample.notes, number)) + judged


def cross_validated(
    sample: Sample, training: Sample | None, settings: Settings, number: int, tick: Tick
) -> tuple[list[Judged], list[Judged], Validation]:
    """Every note judged for its own owner, in the order of the sample; for the others; and how that was done."""
    training = beside(sample, training)
    shown = _shown(sample, settings, tick)
    beside_it = _shown(training, settings, tick) if training else []
    in_use = _readings_of_others(sample, settings.weights)
    plain = settings.model_copy(update={"weights": in_use})
    judged: dict[str, Judged] = {}
    others: list[Judged] = []
    folds: list[Fold] = []
    served = False
    for part in folds_of(sample.notes, number):
        held_out = {source_of(note) for note in part}
        kept = [each for each in shown if each.source not in held_out]
        taught = [*kept, *(each for each in beside_it if each.source not in held_out)]
        weights = learned(taught, plain, points_from=kept)
        served |= bool(weights.readings) and weights.readings == in_use.readings
        told = settings.model_copy(update={"weights": weights})
        tick(LEARNING * sum(each.notes for each in (*shown, *beside_it)))
        for each in judge(part, sample.owners, told):
            judged[each.note.id] = each
            tick(1)
        for each in judge_for_others(part, sample.owners, told):
            others.append(each)
            tick(1)
        folds.append(Fold(len(part), len(held_out), sum(each.notes for each in taught)))
    return (
        [judged[note.id] for note in sample.notes],
        others,
        Validation(SEED, tuple(folds), made_from([training]) if training else None, in_use.made_from if served else ""),
    )


def _readings_of_others(sample: Sample, weights: Weights) -> Weights:
    """The readings in use, for where none is taught; nothing if notes of these very files taught them."""
    told = weights.made_from.split(POINTS_FROM)[0]
    if not weights.readings or named_in(sample, told):
        return Weights()
    return Weights(made_from=told or "notes they do not name", readings=weights.readings)


class Shown(NamedTuple):
    """What the notes of one source show to the learner."""

    source: str
    notes: int
    examples: list[Example]


def _shown(sample: Sample, settings: Settings, tick: Tick) -> list[Shown]:
    """Source by source; weights that are in use have no part in it."""
    plain = settings.model_copy(update={"weights": Weights()})
    groups: dict[str, list[Labelled]] = {}
    for note in sample.notes:
        groups.setdefault(source_of(note), []).append(note)
    found: list[Shown] = []
    for source, notes in groups.items():
        found.append(Shown(source, len(notes), examples(notes, sample.owners, plain)))
        tick(len(notes))
    return found


def learned(
    taught: Iterable[Shown], settings: Settings, told: str = "", points_from: Iterable[Shown] | None = None
) -> Weights:
    """The weights of these, with the points of some of them, if told. The readings in use serve where none is taught.

    Raises EvaluationError where they are too few to tell labels apart.
    """
    given = _examples(taught)
    try:
        return learn(
            given,
            settings.rules.thresholds,
            told,
            points_from=None if points_from is None else _examples(points_from),
            readings=settings.weights.readings,
        )
    except ValueError as error:
        raise EvaluationError(f"{len(given)} notes are too few, or too much alike, to learn from: {error}") from None


def _examples(shown: Iterable[Shown]) -> list[Example]:
    return [example for each in shown for example in each.examples]


def trained(samples: Sequence[Sample], points_from: Sequence[Sample], settings: Settings, tick: Tick) -> Weights:
    """What `salver train` learns: readings from all notes of `samples`, points from `points_from`, or else from all."""
    shown = [each for sample in samples for each in _shown(sample, settings, tick)]
    judged = [each for sample in points_from for each in _shown(sample, settings, tick)]
    told = made_from(samples) + (f"{POINTS_FROM}{made_from(points_from)}" if points_from else "")
    weights = learned(shown, settings, told, judged or None)
    tick(LEARNING * sum(each.notes for each in shown))
    return weights
