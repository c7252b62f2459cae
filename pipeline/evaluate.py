"""Judged notes -> how well they were judged: figures, and the mistakes that matter most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import NamedTuple

from pipeline.figures import CLASSES, Figures, Measured, Weighted, figures, share, weighted
from pipeline.judging import Judged
from pipeline.labelled_files import EvaluationError, Sample
from pipeline.made_from import Basis, Validation, basis_of
from stages.events import Verdict
from stages.settings import Settings, Thresholds


@dataclass(frozen=True)
class Depends:
    """Notes whose label depends on the owner. `right`: for every owner, strictly; `blind`: one verdict for them all."""

    notes: int
    right: int
    right_share: Measured
    blind: int
    readings: int
    readings_right: int


@dataclass(frozen=True)
class Took:
    """CPU milliseconds of one stage for one note."""

    median: float
    p95: float


class Evaluation(NamedTuple):
    """All that is told. `headline` names the part that languages, kinds and the mix are figures of."""

    sample: Sample
    headline: str
    parts: dict[str, Figures | None]
    languages: dict[str, Figures]
    source_kinds: dict[str, Figures]
    weighted: Weighted | None
    owners: dict[str, Figures]
    depends: Depends | None
    mistakes: tuple[Judged, ...]
    mistaken: int
    thread_mistakes: tuple[Judged, ...]
    basis: Basis
    timing: dict[str, Took] | None


def evaluate(
    sample: Sample,
    judged: Sequence[Judged],
    others: Sequence[Judged],
    settings: Settings,
    *,
    mix: Mapping[Verdict, float] | None = None,
    most: int = 0,
    validation: Validation | None = None,
    timing: bool = False,
) -> Evaluation:
    """The figures of `judged`, each note for its own owner, and `others`, the same notes for the other owners."""
    single = [each for each in judged if not each.note.thread]
    threads = [each for each in judged if each.note.thread]
    core = [each for each in single if each.note.core]
    some = core or single
    wrong = _wrong(single, settings.rules.thresholds)
    return Evaluation(
        sample=sample,
        headline="core" if core else "all",
        parts=_parts(single, threads),
        languages=_by(some, lambda each: each.note.language),
        source_kinds=_by(some, lambda each: each.note.source_kind),
        weighted=_weighted(some, mix) if mix else None,
        owners=_by(_read([*judged, *others]), lambda each: each.owner or ""),
        depends=_depends(_read([*judged, *others])),
        mistakes=tuple(wrong[:most]),
        mistaken=len(wrong),
        thread_mistakes=tuple(_wrong(threads, settings.rules.thresholds)[:most]),
        basis=basis_of(sample, settings.weights, validation),
        timing=_timing(judged) if timing else None,
    )


def _parts(single: Sequence[Judged], threads: Sequence[Judged]) -> dict[str, Figures | None]:
    return {
        "core": _figures(each for each in single if each.note.core),
        "not_core": _figures(each for each in single if not each.note.core),
        "all": _figures(single),
        "threads": _figures(threads),
    }


def _weighted(some: Iterable[Judged], mix: Mapping[Verdict, float]) -> Weighted:
    try:
        return weighted([each.outcome for each in some], mix)
    except ValueError as error:
        raise EvaluationError(f"--mix: {error}") from None


def _read(judged: Iterable[Judged]) -> list[Judged]:
    """Those whose `relevance` tells how this very owner would have them sorted."""
    return [each for each in judged if each.owner is not None and each.owner in (each.note.relevance or {})]


def _depends(judged: Iterable[Judged]) -> Depends | None:
    """None if no note's label differs between its owners."""
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(each.note.id, []).append(each)
    differing = [group for group in groups.values() if len({each.label for each in group}) > 1]
    if not differing:
        return None
    right = [all(each.decision.verdict == each.label for each in group) for group in differing]
    readings = [each.decision.verdict == each.label for group in differing for each in group]
    return Depends(
        notes=len(differing),
        right=sum(right),
        right_share=share(right),
        blind=sum(len({each.decision.verdict for each in group}) == 1 for group in differing),
        readings=len(readings),
        readings_right=sum(readings),
    )


def _timing(judged: Sequence[Judged]) -> dict[str, Took]:
    """By stage, and all of them together."""
    columns = {name: sorted(each.took[name] / 1e6 for each in judged) for name in judged[0].took}
    columns["all"] = sorted(sum(each.took.values()) / 1e6 for each in judged)
    return {name: Took(median(took), took[ceil(0.95 * len(took)) - 1]) for name, took in columns.items()}


def _wrong(judged: Iterable[Judged], thresholds: Thresholds) -> list[Judged]:
    """Mistakes, leniently, hardest first."""
    return sorted((each for each in judged if not each.outcome.accepted), key=lambda each: _hardness(each, thresholds))


def _figures(some: Iterable[Judged]) -> Figures | None:
    return figures([each.outcome for each in some])


def _by(some: Sequence[Judged], of: Callable[[Judged], str]) -> dict[str, Figures]:
    """Figures a group, the largest first."""
    groups: dict[str, list[Judged]] = {}
    for each in some:
        groups.setdefault(of(each), []).append(each)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return {name: found for name, members in ordered if (found := _figures(members)) is not None}


def _hardness(each: Judged, thresholds: Thresholds) -> tuple[int, float, str]:
    """Hardest first: a good request lost in ugly, a scam let in as good, then by how far the points lie off."""
    verdict, score = each.decision.verdict, each.decision.judgement.score
    lost = each.label == "good" and verdict == "ugly"
    let_in = each.note.is_scam and verdict == "good"
    bounds: dict[Verdict, tuple[float, float]] = {
        "good": (thresholds.good, float("inf")),
        "ugly": (float("-inf"), thresholds.intriguing),
    }
    low, high = bounds.get(each.label, (thresholds.intriguing, thresholds.good))
    return (0 if lost else 1 if let_in else 2), -max(low - score, score - high, 0.0), each.note.id


def mix_of(text: str) -> dict[Verdict, float] | None:
    """`good=5,ugly=95` -> shares by label; None for an empty text. Raises EvaluationError."""
    if not text.strip():
        return None
    shares: dict[Verdict, float] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        label = next((known for known in CLASSES if known == name), None)
        if label is None:
            raise EvaluationError(f'--mix: "{name}" is none of {", ".join(CLASSES)}')
        if label in shares:
            raise EvaluationError(f"--mix: {label} is given twice")
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", number):
            raise EvaluationError(f'--mix: the share of {label} is a number such as 25, not "{number}"')
        shares[label] = float(number)
    if not sum(shares.values()):
        raise EvaluationError("--mix: at least one share must be above 0")
    return shares
