"""An evaluation -> what is printed: one object with all figures, or text for a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pipeline.evaluate import Evaluation, Judged
from pipeline.figures import CLASSES, INTERVAL, RESAMPLES, SEED, Class, Figures, Lost, Measured, Score, Weighted
from pipeline.table import table
from stages.events import Verdict
from stages.header import clean
from stages.receipt import receipt

NEVER_CUT = 10_000
"""columns: a figure without its end would be another figure"""
SHOWN = 300
"""characters of a note beside its receipt"""
DIGITS = 6
"""after the point, in the object: far more than any number of notes can tell"""


def as_object(found: Evaluation) -> dict[str, Any]:
    """Everything, for `--json`."""
    sample = found.sample
    plain: dict[str, Any] = {
        "notes": str(sample.path),
        "owners": str(sample.owners_path) if sample.owners_path else None,
        "count": len(sample.notes),
        "method": {
            "lenient": "the verdict is the label, or the alternative of an ambiguous note",
            "macro_f1": "mean over the classes that occur as a label or as a verdict",
            "interval": INTERVAL,
            "resamples": RESAMPLES,
            "seed": SEED,
            "threads": "judged by their first text, in no other part",
        },
        "headline": found.headline,
        "parts": found.parts,
        "languages": found.languages,
        "source_kinds": found.source_kinds,
        "weighted": found.weighted,
        "mistaken": found.mistaken,
        "mistakes": [_mistake(each) for each in found.mistakes],
    }
    return {key: _plain(value) for key, value in plain.items()}


def _mistake(each: Judged) -> dict[str, Any]:
    judgement = each.decision.judgement
    return {
        "id": each.note.id,
        "language": each.note.language,
        "source_kind": each.note.source_kind,
        "core": each.note.core,
        "label": each.label,
        "alt_label": each.note.alt_label,
        "verdict": each.decision.verdict,
        "rule": each.decision.rule,
        "score": judgement.score,
        "veto": judgement.veto,
        "reasons": [reason.model_dump(include={"signal", "points", "evidence"}) for reason in judgement.reasons],
        "receipt": receipt(each.routed, each.enriched),
    }


def _plain(value: Any) -> Any:
    """Dataclasses as objects, and no more digits than mean something."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return round(value, DIGITS) if isinstance(value, float) else value


# --- as text ------------------------------------------------------------------------------------------------------


def as_text(found: Evaluation) -> str:
    """Everything, for a person."""
    blocks = [_about(found)]
    names = {"core": "Core", "not_core": "Not core", "all": "Core and not core", "threads": "Threads, by first text"}
    for part, title in names.items():
        figures = found.parts[part]
        if figures is None or (part == "all" and found.parts["core"] is None):
            continue
        blocks.append(
            f"{title}: {_notes(figures.notes)}\n{_scores(figures.strict, figures.lenient)}\n{_safety(figures)}"
        )
        if part != "not_core":
            blocks.append(_confusion(figures.confusion, figures.classes, "label (down), verdict (across)"))
    of = "core" if found.headline == "core" else "all notes"
    blocks.append(_groups(f"Languages ({of}), in percent", found.languages))
    blocks.append(_groups(f"Kinds of source ({of}), in percent", found.source_kinds))
    if found.weighted is not None:
        blocks.append(_weighted(found.weighted, of))
    if found.mistaken:
        blocks.append(f"Mistakes (lenient, threads apart): {found.mistaken}; the hardest {len(found.mistakes)}:")
    blocks += [_told(number, each) for number, each in enumerate(found.mistakes, 1)]
    return "\n\n".join(blocks)


def _about(found: Evaluation) -> str:
    sample = found.sample
    owners = (
        f"with the profiles in {sample.owners_path}" if sample.owners_path else "relevance not judged (no --owners)"
    )
    threads = found.parts["threads"]
    lines = [
        f"{_notes(len(sample.notes))} of {sample.path}, {owners}.",
        "Judged by the stages of live mail, as if verified, by what a mail shows and nothing else.",
        "Strict: the verdict is the label. Lenient: or the alternative of an ambiguous note.",
        f"Behind each figure its {INTERVAL:.0%} interval (bootstrap, {RESAMPLES} resamples, seed {SEED}).",
    ]
    if threads is not None:
        lines.append(
            f"Threads ({threads.notes}) are judged by their first text and stand apart: their labels are about answers,"
            " which are not read."
        )
    return "\n".join(lines)


def _notes(count: int) -> str:
    return f"{count} note{'' if count == 1 else 's'}"


def _scores(strict: Score, lenient: Score) -> str:
    rows = [(name, _exact(s.accuracy), _exact(s.macro_f1)) for name, s in (("strict", strict), ("lenient", lenient))]
    return table(("", "accuracy", "macro-F1"), rows, NEVER_CUT)


def _exact(figure: Measured) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f})"


def _safety(figures: Figures) -> str:
    return f"good filed as ugly: {_lost(figures.good_as_ugly)}\nscam filed as good: {_lost(figures.scam_as_good)}"


def _lost(lost: Lost) -> str:
    ids = ", ".join(clean(id, 40) for id in lost.ids)
    return f"{lost.count} of {lost.of}" + (f" ({ids})" if ids else "")


def _confusion(rows: Mapping[Verdict, Mapping[Verdict, float]], classes: Mapping[Verdict, Class], head: str) -> str:
    def line(label: Verdict) -> tuple[str, ...]:
        known = classes[label]
        counts = [f"{count:g}" if count == int(count) else f"{count:.1f}" for count in rows[label].values()]
        return (label, *counts, _or_none(known.recall), _or_none(known.precision), _or_none(known.f1))

    return table((head, *CLASSES, "recall", "precision", "F1"), [line(label) for label in CLASSES], NEVER_CUT)


def _or_none(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _groups(title: str, groups: Mapping[str, Figures]) -> str:
    def percent(figure: Measured) -> str:
        return f"{100 * figure.value:.0f} ({100 * figure.low:.0f}-{100 * figure.high:.0f})"

    rows = [
        (
            clean(name, 40),
            str(found.notes),
            *(percent(part) for score in (found.strict, found.lenient) for part in (score.accuracy, score.macro_f1)),
        )
        for name, found in groups.items()
    ]
    head = ("", "notes", "strict", "strict F1", "lenient", "lenient F1")
    return f"{title}\n{table(head, rows, NEVER_CUT)}"


def _weighted(found: Weighted, of: str) -> str:
    mix = ", ".join(f"{label} {share:g}" for label, share in found.mix.items())
    return f"Weighted to the mix {mix} ({of})\n{_scores(found.strict, found.lenient)}\n\n" + _confusion(
        found.confusion, found.classes, "of 100 such requests"
    )


def _told(number: int, each: Judged) -> str:
    """A mistake with its receipt."""
    note, verdict = each.note, each.decision.verdict.replace("_", " ")
    or_else = f" (or {note.alt_label.replace('_', ' ')})" if note.ambiguous and note.alt_label else ""
    lines = [
        f"{number}. {clean(note.id, 40)}, {clean(note.language, 20)}: is {each.label.replace('_', ' ')}{or_else},"
        f" was judged {verdict}",
        f'"{clean(note.first_text, SHOWN)}"',
        *(line for line in receipt(each.routed, each.enriched).splitlines() if line),
    ]
    return "\n   ".join(lines)
