"""Labelled notes -> through the stages of live mail -> how well they were judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.figures import CLASSES, Figures, Outcome, Weighted, figures, weighted
from pipeline.labelled import OWNER, Labelled, looked_up
from pipeline.labelled_files import EvaluationError, read_notes, read_owners
from stages.events import Decision, Enriched, Routed, Verdict
from stages.flow import follow
from stages.settings import Owner, Profile, Settings, Thresholds


class Sample(NamedTuple):
    """What is to be judged."""

    path: Path
    owners_path: Path | None
    notes: tuple[Labelled, ...]
    owners: dict[str, Profile] | None


class Judged(NamedTuple):
    """One note, the label it is held against, and what was decided."""

    note: Labelled
    label: Verdict
    routed: Routed
    enriched: Enriched

    @property
    def decision(self) -> Decision:
        return self.routed.decisions[0]

    @property
    def outcome(self) -> Outcome:
        verdict = self.decision.verdict
        return Outcome(
            self.note.id, self.label, verdict, self.note.accepts(verdict, self.label), scam=self.note.is_scam
        )


class Evaluation(NamedTuple):
    """All that is told. `headline` names the part that languages, kinds and the mix are figures of."""

    sample: Sample
    headline: str
    parts: dict[str, Figures | None]
    languages: dict[str, Figures]
    source_kinds: dict[str, Figures]
    weighted: Weighted | None
    mistakes: tuple[Judged, ...]
    mistaken: int


def read(path: Path, owners_path: Path | None) -> Sample:
    """The files. Raises EvaluationError."""
    owners = read_owners(owners_path) if owners_path else None
    return Sample(path, owners_path, read_notes(path, owners), owners)


def judge(sample: Sample, settings: Settings) -> Iterator[Judged]:
    """Each note in turn, decided by the stages with the rules and points of `settings`, for its own owner."""
    told: dict[str | None, Settings] = {}
    for note in sample.notes:
        whose = note.reference_owner if sample.owners is not None else None
        if whose not in told:
            told[whose] = _settings_of((sample.owners or {}).get(whose or ""), settings)
        made = tuple(follow(looked_up(note), told[whose]))
        (enriched,) = (event for event in made if isinstance(event, Enriched))
        (routed,) = (event for event in made if isinstance(event, Routed))
        yield Judged(note, note.label_for(sample.owners), routed, enriched)


def _settings_of(profile: Profile | None, settings: Settings) -> Settings:
    owner = Owner(id=OWNER, name=profile.name if profile else "", addresses=("owner@salver.test",))
    return settings.model_copy(update={"owners": (owner,), "profiles": {OWNER: profile} if profile else {}})


def evaluate(
    sample: Sample, judged: Sequence[Judged], mix: Mapping[Verdict, float] | None, most: int, thresholds: Thresholds
) -> Evaluation:
    """The figures. Threads are judged by their first text only, so they count in a part of their own."""
    single = [each for each in judged if not each.note.thread]
    core = [each for each in single if each.note.core]
    some = core or single
    wrong = sorted((each for each in single if not each.outcome.accepted), key=lambda each: _hardness(each, thresholds))
    try:
        shares = weighted([each.outcome for each in some], mix) if mix else None
    except ValueError as error:
        raise EvaluationError(f"--mix: {error}") from None
    return Evaluation(
        sample=sample,
        headline="core" if core else "all",
        parts={
            "core": _figures(core),
            "not_core": _figures(each for each in single if not each.note.core),
            "all": _figures(single),
            "threads": _figures(each for each in judged if each.note.thread),
        },
        languages=_by(some, lambda note: note.language),
        source_kinds=_by(some, lambda note: note.source_kind),
        weighted=shares,
        mistakes=tuple(wrong[:most]),
        mistaken=len(wrong),
    )


def _figures(some: Iterable[Judged]) -> Figures | None:
    return figures([each.outcome for each in some])


def _by(some: Sequence[Judged], of: Callable[[Labelled], str]) -> dict[str, Figures]:
    """Figures a group, the largest first."""
    groups: dict[str, list[Judged]] = {}
    for each in some:
        groups.setdefault(of(each.note), []).append(each)
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
