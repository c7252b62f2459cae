"""Labelled notes -> Weights: what `salver train` learns, by the signals of live mail and linear models.

First the readings (`stages.readings`), one logistic regression each, from notes that say what their writers want
(`asks`, `tie`, `reason`). Then the points: an ordinal logistic regression (proportional odds) over what the signals
found, with the readings as they come out for notes of sources that were not learned from. Each note is asked twice:
does its sum of points lie above the threshold of intriguing, and above that of good? Last, the readings of notes
without a reason.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.judging import settings_of
from pipeline.labelled import Labelled, looked_up, with_answer
from stages.enrich import enrich
from stages.events import Verdict
from stages.readings import READINGS, Voice, features_of, measured, voice
from stages.score import facts_of, observe, shares
from stages.settings import Profile, Settings, Thresholds
from stages.signals import SIGNALS
from stages.weights import Weights
from stages.wording.tone import SIZES

ANSWERS: dict[str, Callable[[Labelled], bool]] = {
    "offer": lambda note: note.asks != "none",
    "tie": lambda note: (note.tie or 0) > 1,
    "hint": lambda note: (note.tie or 0) > 0,
    "reason": lambda note: (note.reason or 0) > 1,
    "excuse": lambda note: (note.reason or 0) > 0,
}
"""By reading: what is "yes"."""
MADE_OF_READINGS: dict[str, tuple[tuple[str, ...], Voice]] = {
    "seems_to_offer_something": (("offer",), "yes"),
    "seems_to_want_nothing": (("offer",), "no"),
    "seems_written_for_anybody": (("tie", "hint"), "no"),
    "seems_written_for_you": (("tie", "hint"), "yes"),
}
"""Signals that tell readings, and the answer that makes them speak."""
LEARNED = frozenset({
    "flatters", "note_fits_anybody", "note_is_personal", "pitches_a_job", "seems_to_offer_something",
    "seems_to_want_nothing", "seems_written_for_anybody", "seems_written_for_you", "sells_a_service",
    "sends_a_hotlist", "wants_to_learn",
    "wording_is_canned",
})  # fmt: skip
"""Signals about wording: their points are learned. Those of safety, facts and profile are given by hand, and count
beside them: what few labelled notes happen to show of photos or claims is no reason to change what these mean."""
DECIDED = frozenset({
    "answer_is_missing", "asks_for_private_friendship", "hides_its_purpose", "note_is_blank", "note_says_nothing",
    "template_is_showing",
})  # fmt: skip
"""Signals that decide by a rule of their own: such notes teach nothing about the points of others."""

LEAST_NOTES = 3
"""Notes a feature must stand in, of two sources at least, to be weighed."""
MOST_FEATURES = 2_000
"""Features a reading keeps: the file is to be read."""
SCALE = 3.0
"""How much more freely turns of phrase are fitted than observations; there are many, each a small share of a text."""
READING_STRENGTH = 0.3
"""How far answers may pull weights of readings away from zero; there are many features, and few notes for each."""
FOLDS = 5
STRENGTH = 1.0
"""How far labels may pull points away from zero (scikit-learn's C)."""
SECOND = 0.5
"""How much of an ambiguous note counts for its second label."""
OTHER_OWNER = 0.5
"""How much a note counts for an owner it was not written to."""
SILENT = 2.0
"""How much more a note without a reason counts in the silence: there are few, and to ask costs little."""
LEAST_POINTS = 0.25
LOST = 5.0
"""How much more a good note counts where the question is whether it is lost in ugly, the worst mistake there is."""
_MEASURE = {"ugly": 0, "intriguing": 1, "good": 2}
_BALANCE = {"ugly": 1.0, "intriguing": 1.3, "good": 1.8}


class TrainingError(ValueError):
    """Nothing can be learned; the text says why and what to do."""


class Example(NamedTuple):
    """What one note shows, for one reader."""

    note: Labelled
    own: bool
    """for the owner it was written to"""
    signals: Mapping[str, float]
    """shares of full measure"""
    features: Mapping[str, float]
    label: Verdict
    decided: bool
    """by a veto, or a rule of its own"""

    @property
    def second(self) -> Verdict | None:
        return self.note.alt_label if self.note.ambiguous and self.own else None


def examples(notes: Iterable[Labelled], owners: Mapping[str, Profile] | None, settings: Settings) -> list[Example]:
    """Each note as the signals see it, for every owner it has a label for."""
    found: list[Example] = []
    told: dict[str | None, Settings] = {}
    for note in notes:
        for whose, label in note.readings(owners):
            if whose not in told:
                told[whose] = settings_of((owners or {}).get(whose or ""), settings)
            found.append(_example(note, label, told[whose], whose == note.reference_owner))
    return found


def _example(note: Labelled, label: Verdict, settings: Settings, own: bool) -> Example:
    enriched = with_answer(note, *enrich(looked_up(note), settings))
    request = enriched.requests[0]
    facts, findings = observe(request, facts_of(enriched, settings), SIGNALS)
    observed = shares({name: each for name, each in findings.items() if not SIGNALS[name].reads}, SIGNALS)
    features = features_of(request, facts, observed) if request.words else ()
    return Example(
        note=note,
        own=own,
        signals={name: share for name, share in observed.items() if not SIGNALS[name].veto},
        features={feature.name: feature.share for feature in features},
        label=label,
        decided=bool(DECIDED & findings.keys()) or any(SIGNALS[name].veto for name in findings),
    )


def learn(
    given: Sequence[Example],
    thresholds: Thresholds,
    made_from: str = "",
    *,
    points_from: Sequence[Example] | None = None,
    readings: Mapping[str, Mapping[str, float]] | None = None,
) -> Weights:
    """The weights that fit these notes: readings from those that say what they want, points from `points_from`.

    Where no note says what it wants, `readings` are taken as they are. Reproducible: the same notes in any order give
    the same weights. Raises TrainingError.
    """
    taught = sorted((each for each in given if _teaches(each)), key=_order)
    known = learn_readings(taught) if taught else {name: dict(each) for name, each in (readings or {}).items()}
    judged = sorted((each for each in points_from or given if not each.decided), key=_order)
    if not judged:
        raise TrainingError("there are no notes to learn points from")
    measured = _measured(judged, taught, known)
    return Weights(
        made_from=made_from,
        points=learn_points(judged, measured, thresholds),
        silence=learn_silence(judged, measured),
        readings=known,
    )


def _teaches(each: Example) -> bool:
    """Whether it teaches readings: what it wants is said of its first text, to the owner it was written to."""
    return each.own and each.note.asks is not None and not each.note.thread and bool(each.features)


def _order(each: Example) -> tuple[str, bool, str]:
    return each.note.id, not each.own, each.label


# --- readings -----------------------------------------------------------------------------------------------------


def learn_readings(taught: Sequence[Example]) -> dict[str, dict[str, float]]:
    """By reading, the weights of the features that move it most."""
    known = _common(taught)
    found: dict[str, dict[str, float]] = {}
    for name in READINGS:
        answers = [ANSWERS[name](each.note) for each in taught]
        weights = _logistic(taught, known, answers)
        kept = sorted(weights, key=lambda feature: (-abs(weights[feature]) * known.get(feature, 0) ** 0.5, feature))
        chosen = {feature: known.get(feature, 0) for feature in (*kept[:MOST_FEATURES], *SIZES)}
        weights = _logistic(taught, chosen, answers)
        found[name] = {feature: round(value, 2) for feature, value in sorted(weights.items()) if round(value, 2)}
    return found


def _common(taught: Sequence[Example]) -> dict[str, int]:
    """Features that stand in several notes, of more than one source, and in how many."""
    count: Counter[str] = Counter()
    sources: dict[str, set[str]] = {}
    for each in taught:
        count.update(each.features.keys())
        for name in each.features:
            sources.setdefault(name, set()).add(each.note.source)
    return {name: times for name, times in count.items() if times >= LEAST_NOTES and len(sources[name]) > 1}


def _logistic(taught: Sequence[Example], known: Mapping[str, int], answers: Sequence[bool]) -> dict[str, float]:
    """By feature; the base is part of every size, of which each text has exactly one."""
    rows = [{name: share * SCALE for name, share in each.features.items() if name in known} for each in taught]
    found = _fitted(rows, answers, None, READING_STRENGTH)
    base = found.pop("base")
    weights = {name: value * SCALE for name, value in found.items()}
    return weights | {size: weights.get(size, 0.0) + base for size in SIZES}


# --- points -------------------------------------------------------------------------------------------------------


def _measured(
    judged: Sequence[Example], taught: Sequence[Example], readings: Mapping[str, Mapping[str, float]]
) -> list[dict[str, float]]:
    """What each reading says of each note; where its source was learned from, learned anew without that source."""
    learned = {each.note.source for each in taught}
    folds = folds_of(learned, FOLDS)
    wanted = {folds[each.note.source] for each in judged if each.note.source in folds}
    without = {
        fold: learn_readings([each for each in taught if folds[each.note.source] != fold]) for fold in sorted(wanted)
    }
    return [_answers(each, without.get(folds.get(each.note.source, -1), readings)) for each in judged]


def folds_of(sources: Iterable[str], folds: int, seed: int = 1) -> dict[str, int]:
    """Each source's fold."""
    shuffled = sorted(set(sources))
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - which notes are held out is no secret
    return {source: at % folds for at, source in enumerate(shuffled)}


def _answers(each: Example, readings: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The measure of each reading, as `stages.readings` takes it; none where nothing was written."""
    if not each.features:
        return {}
    return {
        name: measured(sum(weights.get(feature, 0.0) * share for feature, share in each.features.items()))
        for name, weights in readings.items()
    }


def learn_points(
    judged: Sequence[Example], measured: Sequence[Mapping[str, float]], thresholds: Thresholds
) -> dict[str, float]:
    """Points of the LEARNED signals at full measure, in quarter steps, so that the sum lies where labels want it."""
    rows: list[dict[str, float]] = []
    above: list[bool] = []
    counts: list[float] = []
    for each, answers in zip(judged, measured, strict=True):
        shown = {name: share for name, share in each.signals.items() if name in LEARNED}
        given = sum(share * SIGNALS[name].points for name, share in each.signals.items() if name not in LEARNED)
        for signal, (names, answer) in MADE_OF_READINGS.items():
            shown[signal] = READ_SCALE * voice(answers, names, answer)
        for label, counted in _labels(each):
            if label in _MEASURE:
                for bound, threshold in enumerate((thresholds.intriguing, thresholds.good)):
                    rows.append(shown | {"scale": given - threshold})
                    above.append(_MEASURE[label] > bound)
                    counts.append(counted * _BALANCE[label] * (LOST if label == "good" and bound == 0 else 1.0))
    found = _meant(rows, above, counts)
    scale = found.pop("scale")
    if scale <= 0:
        raise TrainingError("good notes look no better than ugly ones in these; give more notes, or others")
    points = {name: value / scale * (READ_SCALE if name in MADE_OF_READINGS else 1.0) for name, value in found.items()}
    return {name: _spoken(name, round(value * 4) / 4) for name, value in sorted(points.items())}


def _spoken(name: str, points: float) -> float:
    """At least LEAST_POINTS towards what the signal means: what is worth nothing never speaks, and rules ask for it."""
    return points or math.copysign(LEAST_POINTS, SIGNALS[name].points)


def _meant(rows: Sequence[Mapping[str, float]], above: Sequence[bool], counts: Sequence[float]) -> dict[str, float]:
    """As fitted, but no signal ever speaks against what it means: such are left out until there are none."""
    against: set[str] = set()
    while True:
        left = [{name: share for name, share in row.items() if name not in against} for row in rows]
        found = _fitted(left, above, counts, STRENGTH, base=False)
        turned = {name for name, value in found.items() if name in SIGNALS and value * SIGNALS[name].points < 0}
        if not turned:
            return found | dict.fromkeys(against, 0.0)
        against |= turned


def _labels(each: Example) -> list[tuple[Verdict, float]]:
    """The labels of a note, and how much each counts."""
    whole = 1.0 if each.own else OTHER_OWNER
    if each.second is None:
        return [(each.label, whole)]
    return [(each.label, whole * (1 - SECOND)), (each.second, whole * SECOND)]


def learn_silence(judged: Sequence[Example], measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """By reading, and `base`: what notes without a reason have in common."""
    rows: list[Mapping[str, float]] = []
    silent: list[bool] = []
    counts: list[float] = []
    for each, answers in zip(judged, measured, strict=True):
        for label, counted in _labels(each) if answers and each.own else ():
            rows.append({name: READ_SCALE * value for name, value in answers.items()})
            silent.append(label == "follow_up")
            counts.append(counted * (SILENT if label == "follow_up" else 1.0))
    found = _fitted(rows, silent, counts, 1.0)
    return {name: round(value * (1.0 if name == "base" else READ_SCALE), 2) for name, value in sorted(found.items())}


READ_SCALE = 2.0
"""How much more freely the points of readings are fitted than those of single observations."""


def _fitted(
    rows: Sequence[Mapping[str, float]],
    answers: Sequence[bool],
    counts: Sequence[float] | None,
    strength: float,
    base: bool = True,
) -> dict[str, float]:
    """Weights by name, with `base` for the intercept."""
    from sklearn.feature_extraction import DictVectorizer  # only here: nothing else needs it
    from sklearn.linear_model import LogisticRegression

    table = DictVectorizer(sort=True)
    shown: Any = table.fit_transform(rows)
    shown.indices, shown.indptr = shown.indices.astype("int32"), shown.indptr.astype("int32")  # as liblinear wants it
    model = LogisticRegression(C=strength, max_iter=2_000, tol=1e-5, fit_intercept=base, solver="liblinear")
    model.fit(shown, answers, counts)
    found = dict(zip(table.get_feature_names_out(), (float(value) for value in model.coef_[0]), strict=True))
    return found | ({"base": float(model.intercept_[0])} if base else {})
