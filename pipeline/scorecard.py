"""An evaluation -> one object with all figures, for `--json`."""

from __future__ import annotations

import dataclasses
from typing import Any

from pipeline.evaluate import Evaluation
from pipeline.figures import INTERVAL, RESAMPLES, SEED
from pipeline.judging import Judged
from stages.receipt import receipt

DIGITS = 6
"""after the point, in the object: far more than any number of notes can tell"""


def as_object(found: Evaluation) -> dict[str, Any]:
    """Everything. New keys may come; those that are here keep their meaning."""
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
            "threads": "judged with the answer to the owner's question; in no other part, but in `owners_apart`",
            "owners_apart": "every note whose relevance names the owner, with that owner's profile and label; the "
            "alternative of an ambiguous note counts for its reference owner only",
            "depends_on_owner": "strict; blind: one and the same verdict for all owners",
        },
        "weights": found.basis,
        "headline": found.headline,
        "parts": found.parts,
        "languages": found.languages,
        "source_kinds": found.source_kinds,
        "weighted": found.weighted,
        "owners_apart": found.owners,
        "depends_on_owner": found.depends,
        "mistaken": found.mistaken,
        "mistakes": [_mistake(each) for each in found.mistakes],
        "thread_mistakes": [_mistake(each) for each in found.thread_mistakes],
        "cpu_milliseconds_a_note": found.timing,
    }
    return {key: _plain(value) for key, value in plain.items()}


def _mistake(each: Judged) -> dict[str, Any]:
    judgement = each.decision.judgement
    return {
        "id": each.note.id,
        "language": each.note.language,
        "source_kind": each.note.source_kind,
        "core": each.note.core,
        "owner": each.owner,
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
