"""What is told of each owner, of the weights in use and of the time taken, held against tiny sets counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline import scorecard, scorecard_text
from pipeline.cli import main
from pipeline.evaluate import Evaluation, evaluate
from pipeline.figures import share
from pipeline.judging import Judged, judge, judge_for_others
from pipeline.labelled_files import Sample, read
from pipeline.made_from import fingerprint, made_from, named_in
from stages.events import Verdict
from stages.settings import Settings
from stages.weights import Weights
from tests.builders.labelled import OWNERS, WARM, WIRE, in_folder, labelled, note, plain_settings, written

BOTH = {"lockers": {"label": "good"}, "teeth": {"label": "ugly"}}
SAME = {"lockers": {"label": "good"}, "teeth": {"label": "good"}}
READ_BY_TWO = [
    note("one", reference_owner="lockers", relevance=BOTH),
    note("two", reference_owner="lockers", relevance=BOTH, ambiguous=True, alt_label="intriguing", tags=["scam"]),
    note("three", reference_owner="teeth", relevance=SAME),
    note("four", reference_owner="teeth"),
    note("five", label="intriguing"),
]


def sample_of(tmp_path: Path, notes: list[dict[str, Any]]) -> Sample:
    path, owners = written(tmp_path, notes)
    return read(Path(path), Path(owners))


def said(judged: Judged, verdict: Verdict) -> Judged:
    """The same, had this been the verdict."""
    decision = judged.decision.model_copy(update={"verdict": verdict})
    return judged._replace(routed=judged.routed.model_copy(update={"decisions": (decision,)}))


def told(tmp_path: Path, verdicts: dict[tuple[str, str], Verdict], settings: Settings | None = None) -> Evaluation:
    """The evaluation of READ_BY_TWO, had (note, owner) been given these verdicts, and all others `good`."""
    sample, settings = sample_of(tmp_path, READ_BY_TWO), settings or plain_settings()

    def changed(some: Any) -> list[Judged]:
        return [said(each, verdicts.get((each.note.id, each.owner or ""), "good")) for each in some]

    judged = changed(judge(sample.notes, sample.owners, settings))
    others = changed(judge_for_others(sample.notes, sample.owners, settings))
    return evaluate(sample, judged, others, settings, most=3, timing=True)


def test_each_owner_reads_every_note_that_has_a_label_for_them_with_their_own_profile(tmp_path: Path) -> None:
    sample = sample_of(tmp_path, READ_BY_TWO)
    others = list(judge_for_others(sample.notes, sample.owners, plain_settings()))
    assert [(each.note.id, each.owner, each.label) for each in others] == [
        ("one", "teeth", "ugly"), ("two", "teeth", "ugly"), ("three", "lockers", "good")
    ]  # fmt: skip
    spoke = {each.note.id: {reason.signal for reason in each.decision.judgement.reasons} for each in others}
    assert "mentions_owners_facts" in spoke["three"] - spoke["one"], "the same words, read by the one they are about"


def test_figures_of_each_owner_equal_those_done_by_hand(tmp_path: Path) -> None:
    found = told(
        tmp_path, {("one", "lockers"): "ugly", ("two", "lockers"): "intriguing", ("one", "teeth"): "intriguing"}
    )
    lockers, teeth = found.owners["lockers"], found.owners["teeth"]
    assert list(found.owners) == ["lockers", "teeth"], "note four says nothing of relevance, note five names nobody"
    assert (lockers.notes, teeth.notes) == (3, 3)
    # lockers: one is lost in ugly, two is intriguing (its alternative), three is right.
    assert lockers.strict.accuracy.value == pytest.approx(1 / 3)
    assert lockers.lenient.accuracy.value == pytest.approx(2 / 3)
    assert (lockers.good_as_ugly.count, lockers.good_as_ugly.of) == (1, 3)
    # teeth: one is intriguing, which nobody accepts; two, a scam, is let in as good; three is right.
    assert teeth.strict.accuracy.value == teeth.lenient.accuracy.value == pytest.approx(1 / 3)
    assert (teeth.scam_as_good.count, teeth.scam_as_good.of) == (1, 1)


def test_an_alternative_is_not_accepted_for_an_owner_it_is_not_about(tmp_path: Path) -> None:
    found = told(tmp_path, {("two", "teeth"): "intriguing", ("one", "teeth"): "ugly"})
    teeth = found.owners["teeth"]
    assert teeth.strict.accuracy.value == teeth.lenient.accuracy.value == pytest.approx(2 / 3)


def test_of_notes_that_owners_label_differently_it_counts_those_that_all_owners_got_right(tmp_path: Path) -> None:
    found = told(tmp_path, {("one", "teeth"): "ugly", ("two", "lockers"): "ugly", ("two", "teeth"): "ugly"}).depends
    assert found is not None
    assert (found.notes, found.right, found.right_share.value) == (2, 1, 0.5)
    assert (found.readings, found.readings_right) == (4, 3)
    assert found.blind == 1, "note two is ugly for both"


def test_without_owners_nothing_is_told_of_them(tmp_path: Path) -> None:
    path, _ = written(tmp_path, READ_BY_TWO)
    sample = read(Path(path))
    judged = list(judge(sample.notes, None, plain_settings()))
    others = list(judge_for_others(sample.notes, None, plain_settings()))
    found = evaluate(sample, judged, others, plain_settings())
    assert (found.owners, found.depends, others) == ({}, None, [])
    assert "For each owner" not in scorecard_text.as_text(found)


def test_the_headline_is_the_label_of_the_notes_own_owner_and_no_reading_more(tmp_path: Path) -> None:
    found = told(tmp_path, {("one", "teeth"): "intriguing", ("two", "teeth"): "intriguing"})
    core = found.parts["core"]
    assert core is not None
    assert (core.notes, core.strict.accuracy.value) == (5, pytest.approx(4 / 5)), "note five is called good"


def test_text_and_object_tell_of_owners_and_time_alike(tmp_path: Path) -> None:
    found = told(tmp_path, {("one", "lockers"): "ugly", ("one", "teeth"): "ugly"})
    text, plain = scorecard_text.as_text(found), json.loads(json.dumps(scorecard.as_object(found)))
    row = next(line for line in text.splitlines() if line.startswith("lockers "))
    assert row.split()[:2] == ["lockers", "3"]
    assert row.endswith("1 of 3        1 of 1")
    assert plain["owners_apart"]["lockers"]["good_as_ugly"] == {"count": 1, "of": 3, "ids": ["one"]}
    assert "Notes whose label depends on the owner: 2\nright for every owner: 0 of 2, 0.000" in text
    assert plain["depends_on_owner"]["right"] == 0
    assert plain["depends_on_owner"]["blind"] == 2
    times = plain["cpu_milliseconds_a_note"]
    assert list(times) == ["enrich", "score", "route", "all"]
    assert all(0 < each["median"] <= each["p95"] for each in times.values())
    assert "CPU milliseconds a note" in text


def test_a_mistake_in_a_thread_is_told_apart_with_the_answer(tmp_path: Path) -> None:
    thread = [{"from": "sender", "text": ""}, {"from": "owner", "text": "Why?"},
              {"from": "sender", "text": WARM, "delay_hours": 3}]  # fmt: skip
    sample = sample_of(tmp_path, [note("t", "", "good", thread=thread), note("x", WIRE, "ugly")])
    judged = [said(each, "ugly") for each in judge(sample.notes, sample.owners, plain_settings())]
    found = evaluate(sample, judged, [], plain_settings(), most=5)
    assert (found.mistaken, [each.note.id for each in found.thread_mistakes]) == (0, ["t"])
    text = scorecard_text.as_text(found)
    assert f'asked why; answered after 3 h: "{WARM}"' in text
    assert "Threads, with their answers: 1 note" in text


def test_a_share_has_an_interval_around_it_and_of_nothing_there_is_none() -> None:
    found = share([True] * 30 + [False] * 10)
    assert found.low < found.value == 0.75 < found.high
    assert share([False, *[True] * 3]) == share([*[True] * 3, False])
    assert (share([]).low, share([]).value, share([]).high) == (0, 0, 0)


# --- what the weights were learned from


def test_a_weights_file_names_the_notes_it_was_made_of_by_file_in_whatever_order_they_come(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=[note("a", source="s"), note("b", source="s")], b=[note("c")])
    sample = read(folder)
    line = made_from([sample])
    assert line.startswith("3 notes of 2 sources: a.jsonl 2 #")
    assert named_in(sample, line) == tuple(sample.files)
    assert fingerprint([labelled("a"), labelled("b")]) == fingerprint([labelled("b"), labelled("a")])
    assert fingerprint([labelled("a")]) != fingerprint([labelled("a", text="Other words")])
    one = read(folder / "notes" / "b.jsonl")
    assert named_in(one, line) == (folder / "notes" / "b.jsonl",), "one file of a folder is named, too"


def test_it_is_said_whether_the_weights_in_use_were_learned_from_these_very_notes(tmp_path: Path) -> None:
    line = made_from([sample_of(tmp_path, READ_BY_TWO)])

    def text(weights: Weights) -> str:
        found = told(tmp_path, {}, plain_settings().model_copy(update={"weights": weights}))
        assert scorecard.as_object(found)["weights"]["made_from"] == found.basis.made_from
        return scorecard_text.as_text(found)

    assert "Weights: none were learned" in text(Weights())
    these = text(Weights(made_from=line))
    assert f"learned from {line}." in these
    assert "CAREFUL: these very notes are among them" in these
    others = text(Weights(made_from="7 notes of 2 sources: own.jsonl 7 #0123456789ab"))
    assert "These notes are not named there." in others
    assert "learned from notes they do not name" in text(Weights(points={"flatters": -1.0}))


def test_a_folder_is_evaluated_with_its_owners_by_the_command(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=READ_BY_TWO[:2], b=READ_BY_TWO[2:])
    done = CliRunner().invoke(main, ["evaluate", str(folder), "--json", "--timing"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["count"], found["owners"]) == (5, str(folder / "owners"))
    assert found["owners_apart"]["teeth"]["notes"] == 3
    assert found["weights"]["validation"] is None
    assert "score" in found["cpu_milliseconds_a_note"]
