"""What weights were learned from: the line of a weights file that names its notes, and whether it names these."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path

from pipeline.labelled import Labelled
from pipeline.labelled_files import Sample
from stages.weights import Weights

POINTS_FROM = "; points from "
"""Stands between the notes that taught readings and those that taught points, where these are others."""


@dataclass(frozen=True)
class Fold:
    """How many notes were judged, of how many sources, and how many others taught."""

    notes: int
    sources: int
    learned_from: int


@dataclass(frozen=True)
class Validation:
    """How a cross-validation was done. `training`: the notes that teach only, if any. `readings`: what the readings in
    use were learned from, where they served because no note that was left says what its writer wants."""

    seed: int
    folds: tuple[Fold, ...]
    training: str | None
    readings: str = ""


@dataclass(frozen=True)
class Basis:
    """The weights that decided; `made_from` is empty where there are none. `names`: files of the sample that they were
    learned from. With `validation` they were learned anew for each fold."""

    made_from: str
    names: tuple[str, ...]
    validation: Validation | None


def basis_of(sample: Sample, weights: Weights, validation: Validation | None) -> Basis:
    if validation is not None:
        return Basis("", (), validation)
    told = weights.made_from or ("notes they do not name" if weights != Weights() else "")
    return Basis(told, tuple(str(file) for file in named_in(sample, told)), None)


def made_from(samples: Sequence[Sample]) -> str:
    """How many notes and sources, then each file with its number of notes and what names them."""
    notes = [note for sample in samples for note in sample.notes]
    files = [
        f"{file.name} {len(some)} #{fingerprint(some)}" for sample in samples for file, some in sample.files.items()
    ]
    sources = {source_of(note) for note in notes}
    return f"{count(notes, 'note')} of {count(sources, 'source')}: {', '.join(sorted(files))}"


def named_in(sample: Sample, told: str) -> tuple[Path, ...]:
    """The files of the sample whose notes `told` names."""
    return tuple(file for file, notes in sample.files.items() if f"#{fingerprint(notes)}" in told)


def fingerprint(notes: Iterable[Labelled]) -> str:
    """Names these notes, in whatever order and file, however they are labelled: 12 hex digits of SHA-256."""
    told = json.dumps(sorted([note.id, note.text] for note in notes))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def source_of(note: Labelled) -> str:
    """Where a note comes from; one that does not tell is a source of its own."""
    return note.source or f"note {note.id}"


def count(some: Sized, noun: str) -> str:
    return f"{len(some)} {noun}{'' if len(some) == 1 else 's'}"
