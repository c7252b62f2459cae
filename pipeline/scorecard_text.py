"""An evaluation -> text for a person."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.evaluate import Depends, Evaluation, Took
from pipeline.figures import CLASSES, INTERVAL, RESAMPLES, SEED, Class, Figures, Lost, Measured, Score, Weighted
from pipeline.judging import Judged
from pipeline.made_from import Basis, Validation
from pipeline.table import table
from stages.events import Asked, Verdict
from stages.header import clean
from stages.receipt import receipt
from stages.saying import verdict

NEVER_CUT = 10_000
"""columns: a figure without its end would be another figure"""
SHOWN = 300
"""characters of a note beside its receipt"""

_NO_MAIL = "Really from"
"""a line of receipts that only a mail can answer"""


def as_text(found: Evaluation) -> str:
    """Everything, for a person."""
    blocks = [_about(found)]
    names = {
        "core": "Core",
        "not_core": "Not core",
        "all": "Core and not core",
        "threads": "Threads, with their answers",
    }
    for part, title in names.items():
        figures = found.parts[part]
        if figures is None or (part == "all" and None in (found.parts["core"], found.parts["not_core"])):
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
    blocks += _owners(found)
    if found.timing:
        blocks.append(_timing(found.timing))
    if found.mistaken:
        shown = f"; the hardest {len(found.mistakes)}:" if found.mistakes else "."
        blocks.append(f"Mistakes (lenient, threads apart): {found.mistaken}{shown}")
    blocks += [_told(number, each) for number, each in enumerate(found.mistakes, 1)]
    if found.thread_mistakes:
        blocks.append(f"Mistakes in threads; the hardest {len(found.thread_mistakes)}:")
    blocks += [_told(number, each) for number, each in enumerate(found.thread_mistakes, 1)]
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
            f"Threads ({threads.notes}) are judged as when the owner has asked why: with the answer, or after the"
            " silence. They stand apart."
        )
    return "\n".join([*lines, *_basis(found.basis)])


def _basis(basis: Basis) -> list[str]:
    """What the weights were learned from, and whether that flatters these figures."""
    if basis.validation is not None:
        return _validation(basis.validation)
    if not basis.made_from:
        return ["Weights: none were learned; every signal has the points it was given by hand."]
    told = f"Weights: learned from {clean(basis.made_from, NEVER_CUT)}."
    if basis.names:
        names = ", ".join(clean(name, 100) for name in basis.names)
        return [told, f"CAREFUL: these very notes are among them ({names}), which flatters; use --cross-validate."]
    return [told, "These notes are not named there."]


def _validation(done: Validation) -> list[str]:
    sizes = [fold.notes for fold in done.folds]
    taught = [fold.learned_from for fold in done.folds]
    lines = [
        f"Weights: cross-validated in {len(sizes)} folds of {_range(sizes)} notes (by source, seed {done.seed}). Each"
        f" is judged by weights learned from {_range(taught)} other notes; no source both teaches and is judged.",
    ]
    if done.training:
        lines.append(f"Among those that teach, where their source is not judged: {clean(done.training, NEVER_CUT)}.")
    if done.readings:
        lines.append(
            "What stands between the lines was not learned anew, for no note that was left says what its writer wants;"
            f" the weights in use served. They were learned from {clean(done.readings, NEVER_CUT)}."
        )
    return lines


def _range(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


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


def _groups(
    title: str,
    groups: Mapping[str, Figures],
    more: tuple[str, ...] = (),
    columns: Mapping[str, list[str]] | None = None,
) -> str:
    """A row a group; `more` are the heads of further columns."""

    def percent(figure: Measured) -> str:
        return f"{100 * figure.value:.0f} ({100 * figure.low:.0f}-{100 * figure.high:.0f})"

    rows = [
        (
            clean(name, 40),
            str(found.notes),
            *(percent(part) for score in (found.strict, found.lenient) for part in (score.accuracy, score.macro_f1)),
            *(columns or {}).get(name, ()),
        )
        for name, found in groups.items()
    ]
    head = ("", "notes", "strict", "strict F1", "lenient", "lenient F1", *more)
    return f"{title}\n{table(head, rows, NEVER_CUT)}"


def _owners(found: Evaluation) -> list[str]:
    """How each owner fares with their own profile, and the notes on which owners disagree."""
    blocks = []
    if found.owners:
        lost = ("good as ugly", "scam as good")
        columns = {
            name: [_of(figures.good_as_ugly), _of(figures.scam_as_good)] for name, figures in found.owners.items()
        }
        title = "For each owner (every note labelled for them, threads too), in percent"
        blocks.append(_groups(title, found.owners, lost, columns))
    if found.depends is not None:
        blocks.append(_depends(found.depends))
    return blocks


def _of(lost: Lost) -> str:
    return f"{lost.count} of {lost.of}"


def _depends(found: Depends) -> str:
    return (
        f"Notes whose label depends on the owner: {found.notes}\n"
        f"right for every owner: {found.right} of {found.notes}, {_exact(found.right_share)}\n"
        f"right for one owner: {found.readings_right} of {found.readings} readings\n"
        f"one verdict for all owners, so wrong for some: {found.blind} of {found.notes}"
    )


def _timing(stages: Mapping[str, Took]) -> str:
    rows = [(name, f"{took.median:.2f}", f"{took.p95:.2f}") for name, took in stages.items()]
    return "CPU milliseconds a note\n" + table(("", "median", "p95"), rows, NEVER_CUT)


def _weighted(found: Weighted, of: str) -> str:
    mix = ", ".join(f"{label} {share:g}" for label, share in found.mix.items())
    return f"Weighted to the mix {mix} ({of})\n{_scores(found.strict, found.lenient)}\n\n" + _confusion(
        found.confusion, found.classes, "of 100 such requests"
    )


def _told(number: int, each: Judged) -> str:
    """A mistake with its receipt."""
    note = each.note
    or_else = f" (or {verdict(note.alt_label)})" if note.ambiguous and note.alt_label else ""
    lines = [
        f"{number}. {clean(note.id, 40)}, {clean(note.language, 20)}: is {verdict(each.label)}{or_else},"
        f" was judged {verdict(each.decision.verdict)}",
        f'"{clean(note.first_text, SHOWN)}"',
        *_answer(note.asked),
        *(line for line in receipt(each.routed, each.enriched).splitlines() if line and not line.startswith(_NO_MAIL)),
    ]
    return "\n   ".join(lines)


def _answer(asked: Asked | None) -> list[str]:
    if asked is None:
        return []
    hours = f"{asked.waited / 3_600_000:g} h"
    if not asked.answered:
        return [f"asked why; no answer in {hours}"]
    return [f'asked why; answered after {hours}: "{clean(asked.answer.value or "", SHOWN)}"']
