"""Cross-validation: whatever is judged, no note of its source has taught."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline import cross_validation
from pipeline.cli import main
from pipeline.cross_validation import cross_validated, folds_of, steps
from pipeline.labelled import Labelled
from pipeline.labelled_files import EvaluationError, read
from pipeline.made_from import POINTS_FROM, made_from, source_of
from pipeline.settings import shipped
from pipeline.weights_file import load_weights
from stages.settings import Settings
from stages.weights import Weights
from tests.builders.labelled import OWNERS, in_folder, labelled, note, plain_settings, some_of_each, written
from tests.builders.server import ROOT

TRAINING = ROOT / "training"


def notes_of(**sizes: int) -> list[Labelled]:
    return [labelled(f"{source}-{at}", source=source) for source, size in sizes.items() for at in range(size)]


# --- folds


def test_all_notes_of_a_source_are_in_one_fold_and_every_note_is_in_one() -> None:
    notes = notes_of(a=7, b=3, c=3, d=1, e=1, f=1)
    folds = folds_of(notes, 3)
    assert sorted(each.id for fold in folds for each in fold) == sorted(each.id for each in notes)
    sources = [{each.source for each in fold} for fold in folds]
    assert sum(len(some) for some in sources) == len(set.union(*sources))


def test_folds_are_about_as_large_as_each_other() -> None:
    assert sorted(len(fold) for fold in folds_of(notes_of(a=7, b=3, c=3, d=1, e=1, f=1), 3)) == [4, 5, 7]
    even = folds_of(notes_of(**{f"s{n}": 1 + n % 4 for n in range(80)}), 8)
    assert {len(fold) for fold in even} == {25}


def test_folds_do_not_depend_on_the_order_of_the_notes_and_are_always_the_same() -> None:
    notes = notes_of(a=2, b=2, c=2, d=2)

    def told(some: Iterable[Labelled]) -> list[list[str]]:
        return [sorted(each.id for each in fold) for fold in folds_of(some, 2)]

    assert told(notes) == told(reversed(notes)) == told(notes)


def test_a_note_that_names_no_source_is_one_of_its_own() -> None:
    assert sorted(len(fold) for fold in folds_of([labelled(str(n)) for n in range(6)], 3)) == [2, 2, 2]


def test_there_are_no_more_folds_than_sources_and_one_source_is_refused() -> None:
    assert len(folds_of(notes_of(a=2, b=2), 8)) == 2
    with pytest.raises(EvaluationError, match="one source only"):
        folds_of(notes_of(a=5), 8)


# --- who teaches


class Watched:
    """In place of the learner and the judge: they write down who taught whom, and the weights carry it across."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.taught: list[set[tuple[str, str]]] = []
        self.pointed: list[set[tuple[str, str]]] = []
        self.in_use: list[Any] = []
        self.pairs: list[tuple[int, Labelled]] = []
        judge = cross_validation.judge
        patch.setattr(cross_validation, "examples", self.examples)
        patch.setattr(cross_validation, "learn", self.learn)

        def judging(notes: Iterable[Labelled], owners: Any, settings: Settings) -> Any:
            for each in (notes := list(notes)):
                self.pairs.append((int(settings.weights.made_from), each))
            return judge(notes, owners, settings)

        patch.setattr(cross_validation, "judge", judging)

    def examples(self, notes: list[Labelled], owners: Any, settings: Settings) -> list[tuple[str, str]]:
        assert settings.weights == Weights(), "weights in use must not leak into what is learned"
        return [(source_of(note), note.id) for note in notes]

    def learn(
        self, given: list[tuple[str, str]], thresholds: Any, told: str, *, points_from: Any, readings: Any
    ) -> Weights:
        """`given` teaches readings, `points_from` points."""
        self.taught.append(set(given))
        self.pointed.append(set(points_from))
        self.in_use.append(readings)
        return Weights(made_from=str(len(self.taught) - 1))


def test_no_source_is_both_in_training_and_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    own = [note(f"own-{s}-{n}", source=f"page {s}") for s in range(5) for n in range(3)] + [note("alone")]
    path, _ = written(tmp_path, own)
    shared = [note(f"more-{n}", source=f"page {n % 3}" if n < 6 else "elsewhere") for n in range(9)]
    teachers = read(in_folder(tmp_path / "teachers", OWNERS, x=[*shared, note("alone")]))
    settings = plain_settings().model_copy(update={"weights": Weights(made_from="in use", points={"flatters": -9.0})})
    sample, ticks = read(Path(path)), list[int]()
    judged, _, done = cross_validated(sample, teachers, settings, 4, ticks.append)
    assert [each.note.id for each in judged] == [each["id"] for each in own], "in the order of the file"
    assert len(watched.pairs) == 16
    for fold, tested in watched.pairs:
        reading, pointing = ({source for source, _ in some[fold]} for some in (watched.taught, watched.pointed))
        assert source_of(tested) not in reading
        assert source_of(tested) not in pointing
        assert "elsewhere" in reading, "what is never judged always teaches"
        assert watched.pointed[fold] <= watched.taught[fold]
    assert {id for pointed in watched.pointed for _, id in pointed} == {each["id"] for each in own}
    assert {id for taught in watched.taught for _, id in taught} >= {"more-0", "own-0-0", "own-4-2", "alone"}
    assert sum(ticks) == steps(sample, teachers, 4), "the bar ends at its end"
    assert [(fold.notes, fold.learned_from) for fold in done.folds] == [
        (sum(at == fold for at, _ in watched.pairs), len(taught)) for fold, taught in enumerate(watched.taught)
    ]


def test_the_other_notes_of_the_same_file_do_teach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    path, _ = written(tmp_path, [note(str(n), source=str(n % 4)) for n in range(8)])
    cross_validated(read(Path(path)), None, plain_settings(), 4, lambda _: None)
    assert [len(taught) for taught in watched.taught] == [6, 6, 6, 6]
    assert watched.pointed == watched.taught


def test_a_note_that_stands_in_the_training_folder_too_teaches_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    own = [note(str(n), source=str(n)) for n in range(6)]
    folder = in_folder(tmp_path / "all", None, a=own, b=[note("more")])
    _, _, done = cross_validated(read(folder / "notes" / "a.jsonl"), read(folder), plain_settings(), 3, lambda _: None)
    assert [(fold.notes, fold.learned_from) for fold in done.folds] == [(2, 5)] * 3
    assert all(len(taught) == 5 for taught in watched.taught)
    assert all(len(pointed) == 4 for pointed in watched.pointed)
    assert done.training is not None
    assert done.training.startswith("1 note of 1 source: b.jsonl 1 #")


def test_readings_in_use_serve_only_where_other_notes_taught_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    mine = read(Path(written(tmp_path, [note(str(n), source=str(n)) for n in range(6)])[0]))
    folder = in_folder(tmp_path / "all", None, b=[note("more")])
    readings = {"offer": {"free": 1.0}}

    def given(told: str) -> Any:
        weights = Weights(made_from=told, readings=readings, points={"flatters": -9.0})
        cross_validated(mine, None, plain_settings().model_copy(update={"weights": weights}), 3, lambda _: None)
        return watched.in_use[-1]

    others, ours = made_from([read(folder)]), made_from([mine])
    assert given(others) == readings
    assert given(f"{others}{POINTS_FROM}{ours}") == readings, "points of theirs are learned anew, and not read"
    assert given(ours) == given(f"{ours}{POINTS_FROM}{others}") == {}


# --- the command


def test_a_small_set_is_cross_validated_and_the_head_says_so(tmp_path: Path) -> None:
    path, _ = written(tmp_path, some_of_each())
    extra = in_folder(tmp_path / "more", None, x=[{**each, "id": f"x{each['id']}"} for each in some_of_each(8)])
    arguments = ["evaluate", path, "--cross-validate", "--folds", "3", "--training", str(extra)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "cross-validated in 3 folds of 16 notes (by source, seed 1)" in done.stdout
    assert "learned from 80 other notes; no source both teaches and is judged." in done.stdout
    assert "64 notes of 8 sources: x.jsonl 64 #" in done.stdout
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)
    assert found["weights"]["validation"]["folds"] == [{"notes": 16, "sources": 2, "learned_from": 80}] * 3
    assert found["parts"]["core"]["notes"] == 48
    assert found["parts"]["core"]["strict"]["accuracy"]["value"] > 0.5, "it is made to be learned"


def test_where_no_note_says_what_its_writer_wants_the_head_names_whose_readings_served(tmp_path: Path) -> None:
    silent = [{name: each[name] for name in each if name not in ("asks", "tie", "reason")} for each in some_of_each()]
    path, _ = written(tmp_path, silent)
    done = CliRunner().invoke(main, ["evaluate", path, "--cross-validate", "--folds", "3"])
    assert done.exit_code == 0, done.output
    taught = load_weights(shipped("weights.toml")).made_from.split(POINTS_FROM)[0]
    assert f"the weights in use served. They were learned from {taught}." in done.stdout


@pytest.mark.parametrize(
    ("notes", "arguments", "told"),
    [
        (some_of_each(), ["--training", "x"], "it goes with --cross-validate"),
        ([note("a", source="s"), note("b", source="s")], ["--cross-validate"], "one source only"),
        ([note("a", source="s"), note("b", source="t")], ["--cross-validate"], "too few, or too much alike"),
        (some_of_each(), ["--cross-validate", "--training", "nowhere"], "nowhere: there is no such file"),
    ],
)
def test_what_cannot_be_cross_validated_is_refused_in_words(
    tmp_path: Path, notes: list[dict[str, Any]], arguments: list[str], told: str
) -> None:
    path, _ = written(tmp_path, notes)
    done = CliRunner().invoke(main, ["evaluate", path, *arguments])
    assert done.exit_code != 0
    assert told in done.stderr


@pytest.mark.parametrize("command", [["evaluate", "--cross-validate"], ["train"]])
def test_without_scikit_learn_it_says_what_to_install_and_plain_measuring_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    path, _ = written(tmp_path, some_of_each(2))
    done = CliRunner().invoke(main, [*command, path])
    assert done.exit_code == 1
    assert "pip install 'salver[train]'" in done.stderr
    assert CliRunner().invoke(main, ["evaluate", path]).exit_code == 0


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not TRAINING.is_dir(), reason="training/ is absent: nothing to learn from")
def test_the_projects_own_notes_are_cross_validated_and_beat_the_commonest_label() -> None:
    done = CliRunner().invoke(main, ["evaluate", str(TRAINING), "--cross-validate", "--folds", "4", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    part = found["parts"]["all"]
    commonest = max(sum(row.values()) for row in part["confusion"].values()) / part["notes"]
    assert part["strict"]["accuracy"]["low"] > commonest
    assert len(found["weights"]["validation"]["folds"]) == 4
