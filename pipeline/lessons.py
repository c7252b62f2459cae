"""Learned weights -> what a person is told of them: what they were made from, and what counts most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipeline.figures import CLASSES
from pipeline.labelled_files import Sample
from pipeline.made_from import count, source_of
from pipeline.table import table
from stages.saying import verdict
from stages.signals import SIGNALS
from stages.weights import Weights

HEAVIEST = 12
"""turns of phrase that are told each way"""


def as_text(samples: Sequence[Sample], weights: Weights) -> str:
    """How many notes, of which labels; the points of signals; of every other table the heaviest each way."""
    notes = [note for sample in samples for note in sample.notes]
    labels = Counter(note.label for note in notes)
    blocks = [
        f"{count(notes, 'note')} of {count({source_of(note) for note in notes}, 'source')}: "
        + ", ".join(f"{verdict(label)} {labels[label]}" for label in CLASSES),
        table(("signal", "by hand", "learned"), list(_points(weights.points))),
    ]
    for name, weighed in _tables(weights.model_dump(exclude={"points"})):
        blocks.append(_heaviest(name, weighed))
    return "\n\n".join(blocks)


def _points(points: Mapping[str, float]) -> Iterator[tuple[str, str, str]]:
    for name, signal in SIGNALS.items():
        learned = points.get(name)
        yield name, f"{signal.points:+g}", "-" if learned is None else f"{learned:+g}"


def _tables(tree: Mapping[str, object], before: str = "") -> Iterator[tuple[str, dict[str, float]]]:
    """Every table of weights, by its dotted name."""
    for name, value in tree.items():
        if isinstance(value, dict):
            weighed = {key: each for key, each in value.items() if isinstance(each, float)}
            if weighed:
                yield f"{before}{name}", weighed
            yield from _tables(value, f"{before}{name}.")


def _heaviest(name: str, weighed: Mapping[str, float]) -> str:
    ranked = sorted(weighed, key=lambda key: (weighed[key], key))
    against = [key for key in ranked[:HEAVIEST] if weighed[key] < 0]
    speaking = [key for key in reversed(ranked[-HEAVIEST:]) if weighed[key] > 0]
    rows = [
        (
            *_cells(speaking[at] if at < len(speaking) else None, weighed),
            *_cells(against[at] if at < len(against) else None, weighed),
        )
        for at in range(max(len(speaking), len(against)))
    ]
    return f"{name}: {len(weighed)} kept, the heaviest each way\n" + table(("", "+", "", "-"), rows)


def _cells(key: str | None, weighed: Mapping[str, float]) -> tuple[str, str]:
    return ("", "") if key is None else (f"{weighed[key]:+.2f}", key)
