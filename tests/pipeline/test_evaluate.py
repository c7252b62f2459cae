"""`salver evaluate`: labelled notes of our own through the live stages, and the figures of it."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.judging import Judged, judge
from pipeline.labelled import Labelled, looked_up
from pipeline.labelled_files import EvaluationError, read, read_notes, read_owners
from stages.events import Notice
from stages.settings import Profile
from tests.builders.labelled import DEFAULT, WARM, WIRE, note, plain_settings, written
from tests.builders.server import ROOT

SHARED = ROOT / ".." / "shared" / "notes"
NOTES = [
    note("warm", reference_owner="lockers", relevance={"lockers": {"label": "good"}, "teeth": {"label": "ugly"}}),
    note("elsewhere", reference_owner="teeth", relevance={"teeth": {"label": "ugly"}}),
    note("blank", "", "follow_up", profile={"photo": True, "headline_filled": True}),
    note("default", DEFAULT, "follow_up", source_kind="network"),
    note("empty", "", "ugly", profile={"photo": False, "headline_filled": False}),
    note("wire", WIRE, "ugly", tags=["polite_scam"], language="nl"),
    note("more", WIRE, "ugly", core=False, tags=["scam"]),
    note("talk", DEFAULT, "good", thread=[{"from": "sender", "text": DEFAULT}, {"from": "owner", "text": "Why?"},
                                          {"from": "sender", "text": WARM, "delay_hours": 2}]),
]  # fmt: skip


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline.cli", "evaluate", *arguments]


def salver(*arguments: str) -> str:
    done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"", "a progress bar is for terminals"
    return done.stdout.decode()


def judged(tmp_path: Path, *notes: dict[str, Any], owners: bool = True) -> list[Judged]:
    path, known = written(tmp_path, list(notes))
    sample = read(Path(path), Path(known) if owners else None)
    return list(judge(sample.notes, sample.owners, plain_settings()))


def shows(**given: Any) -> Notice:
    (notice,) = looked_up(Labelled.model_validate_json(json.dumps(note(**given)))).parsed.notices
    return notice


# --- what is judged


def test_nothing_that_a_mail_does_not_show_enters() -> None:
    hidden = {"connections": 3, "about": True, "experience_entries": 9, "posts_last_year": 50, "account_age_months": 1}
    mail = {"photo": True, "headline_filled": True, "mutual_connections": 4}
    plain, more = note(profile=mail), note(profile={**mail, **hidden}, context="a scam", why="UGLY", template="Hi {x}")
    first, second = (looked_up(Labelled.model_validate_json(json.dumps(each))) for each in (plain, more))
    assert first == second
    assert first.parsed.notices[0].mutual_connections.value == 4


def test_what_a_mail_shows_is_told_apart_from_what_it_leaves_empty_and_what_it_has_no_place_for() -> None:
    full = shows(
        sender_name="Ida Rook", sender_headline="Buyer at Nordvik", sender_location="Umeå", profile={"photo": True}
    )
    assert (full.name.value, full.headline.value, full.location.value) == ("Ida Rook", "Buyer at Nordvik", "Umeå")
    assert (full.title.value, full.company.value, full.photo_url.state) == ("Buyer", "Nordvik", "shown")
    empty = shows(profile={"photo": False, "headline_filled": False, "mutual_connections": 0})
    assert (empty.headline.state, empty.photo_url.state) == ("absent", "absent")
    assert empty.mutual_connections.state == "unknown", "no mail says that there are none"
    bare = shows()
    assert (bare.headline.state, bare.photo_url.state, bare.name.state) == ("unknown", "unknown", "unknown")
    assert shows(profile={"headline_filled": True}).headline.state == "unknown", "some headline, but which?"


@pytest.mark.parametrize("text", [DEFAULT, "Ich möchte mich gerne mit Ihnen vernetzen.", "", " \n "])
def test_default_text_and_an_empty_note_are_blank(text: str) -> None:
    assert shows(text=text).note.state == "absent"


def test_an_inmail_is_judged_as_one() -> None:
    for given in ({"kind": "inmail"}, {"tags": ["inmail"]}):
        event = looked_up(Labelled.model_validate_json(json.dumps(note(profile={"photo": False}, **given))))
        (notice,) = event.parsed.notices
        assert event.parsed.claims == "inmail"
        assert (notice.message.value, notice.note.state, notice.photo_url.state) == (WARM, "unknown", "unknown")


def test_every_note_counts_as_verified_and_goes_through_the_live_stages(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, note(text=WIRE))
    assert found.enriched.authenticity.verdict == "aligned"
    assert (found.decision.verdict, found.decision.judgement.veto) == ("ugly", "asks_for_money")


def test_the_label_and_the_profile_are_those_of_the_notes_own_owner(tmp_path: Path) -> None:
    warm, elsewhere, blank = judged(tmp_path, *NOTES[:3])
    assert [each.label for each in (warm, elsewhere, blank)] == ["good", "ugly", "follow_up"]
    spoke = [{reason.signal for reason in each.decision.judgement.reasons} for each in (warm, elsewhere)]
    assert "mentions_owners_facts" in spoke[0] - spoke[1]


def test_without_owners_the_plain_label_counts_and_no_profile_is_used(tmp_path: Path) -> None:
    warm, elsewhere = judged(tmp_path, *NOTES[:2], owners=False)
    assert [warm.label, elsewhere.label] == ["good", "good"]
    assert warm.decision.judgement.score == elsewhere.decision.judgement.score


def test_an_alternative_counts_only_leniently_and_only_where_the_note_is_ambiguous(tmp_path: Path) -> None:
    sure, unsure, other = judged(
        tmp_path,
        note("a", WIRE, "good", alt_label="ugly"),
        note("b", WIRE, "good", alt_label="ugly", ambiguous=True),
        note("c", WIRE, "good", alt_label="intriguing", ambiguous=True),
    )
    assert [each.outcome.accepted for each in (sure, unsure, other)] == [False, True, False]


@pytest.mark.parametrize(
    ("tags", "scam"),
    [(["scam"], True), (["polite_scam"], True), (["scam/bank"], True), (["pig_butchering"], True),
     (["scampi"], False), (["trap_polite"], False), ([], False)],
)  # fmt: skip
def test_a_scam_is_told_by_its_tags(tags: list[str], scam: bool) -> None:
    assert Labelled.model_validate_json(json.dumps(note(tags=tags))).is_scam is scam


# --- what is told


def test_one_object_holds_figures_that_add_up_and_is_the_same_each_time(tmp_path: Path) -> None:
    path, owners = written(tmp_path, NOTES)
    arguments = (path, "--owners", owners, "--json", "--mix", "good=5,ugly=25,follow_up=70", "--mistakes", "1")
    out = salver(*arguments)
    assert salver(*arguments) == out
    found = json.loads(out)
    assert found["count"] == 8
    assert {name: part["notes"] for name, part in found["parts"].items()} == {
        "core": 6, "not_core": 1, "all": 7, "threads": 1
    }  # fmt: skip
    core = found["parts"]["core"]
    assert sum(sum(row.values()) for row in core["confusion"].values()) == 6
    right = sum(core["confusion"][label][label] for label in core["confusion"])
    assert core["strict"]["accuracy"]["value"] == pytest.approx(right / 6, abs=1e-6)
    for groups, names in (("languages", {"en": 5, "nl": 1}), ("source_kinds", {"own": 5, "network": 1})):
        assert {name: group["notes"] for name, group in found[groups].items()} == names
    assert (core["scam_as_good"]["of"], core["good_as_ugly"]["of"]) == (1, 1)
    assert found["weighted"]["mix"] == {"good": 5, "intriguing": 0, "ugly": 25, "follow_up": 70}
    assert len(found["mistakes"]) == min(1, found["mistaken"])


def test_a_person_reads_every_part_and_the_receipt_of_a_mistake(tmp_path: Path) -> None:
    lost = note("lost", WIRE, "good")
    path, owners = written(tmp_path, [*NOTES, note("meh", WIRE, "intriguing"), lost])
    out = salver(path, "--owners", owners, "--mix", "good=1,ugly=1", "--mistakes", "1")
    for words in ("Core: 8 notes", "Not core: 1 note\n", "Threads, with their answers: 1 note", "strict", "lenient",
                  "good filed as ugly: 1 of 2 (lost)", "scam filed as good: 0 of 1", "Languages", "Kinds of source",
                  "Weighted to the mix good 50"):  # fmt: skip
        assert words in out
    hardest = out[out.index("1. ") :]
    assert hardest.startswith("1. lost, en: is good, was judged ugly"), "a good request that is lost comes first"
    assert "decides alone" in hardest
    assert "in all" in hardest
    assert "2. " not in hardest


def test_a_lost_good_request_is_the_hardest_mistake_then_a_scam_let_in_then_what_is_far_off(tmp_path: Path) -> None:
    worse = f"{WIRE} Send me a copy of your passport and the code you get, and write to me on WhatsApp."
    path, owners = written(
        tmp_path,
        [
            note("far", worse, "intriguing"),
            note("near", WIRE, "intriguing"),
            note("let in", WARM, "ugly", tags=["scam"], reference_owner="lockers"),
            note("lost", "We offer cheap web design. Book a call!", "good"),
        ],
    )
    found = json.loads(salver(path, "--owners", owners, "--json"))
    assert [each["id"] for each in found["mistakes"]] == ["lost", "let in", "far", "near"]
    lost, let_in, far = (each["score"] for each in found["mistakes"][:3])
    assert -far > let_in + 0.75, "else this test proves nothing: by points alone far comes first"
    assert far < lost < -0.75


def test_the_rules_of_the_configuration_decide(tmp_path: Path) -> None:
    path, _ = written(tmp_path, NOTES[:1])
    (tmp_path / "rules.toml").write_text("[thresholds]\ngood = 90\nintriguing = 80\n", "utf-8")
    found = json.loads(salver(path, "--json", "--set", f"rules={tmp_path / 'rules.toml'}"))
    assert found["parts"]["core"]["good_as_ugly"]["ids"] == ["warm"]


def test_a_terminal_gets_a_progress_bar_and_the_object_stays_clean(tmp_path: Path) -> None:
    path, _ = written(tmp_path, NOTES)
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(command(path, "--json"), cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, timeout=100)
        written_there, _, _ = select.select([ours], [], [], 0)  # a plain read would wait for ever where nothing was
        shown = os.read(ours, 100_000).decode() if written_there else ""
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Judging" in shown
    assert "100%" in shown
    assert json.loads(done.stdout)["count"] == 8


# --- what is refused


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{no json", "line 2: this is no JSON"),
        (json.dumps([1]), "line 2: this must be an object"),
        (json.dumps({**note("b"), "label": "nice"}), 'line 2: label: "nice" is none of good, intriguing, ugly,'),
        (json.dumps({k: v for k, v in note("b").items() if k != "text"}), "line 2: text: this field is missing"),
        (json.dumps({**note("b"), "core": "yes"}), 'line 2: core: "yes" is neither true nor false'),
        (json.dumps(note("b", ambiguous=True)), "line 2: ambiguous is true, so alt_label"),
        (json.dumps(note("b", reference_owner="who")), 'line 2: reference_owner: "who" is no owner; known are lockers'),
        (json.dumps(note("b", relevance={"x": {"label": "ugly"}})), 'line 2: relevance: "x" is no owner'),
        (json.dumps(note("b", relevance={"x": {"label": "bad"}})), 'line 2: relevance.x.label: "bad" is none of'),
        (json.dumps(note("b", profile={"mutual_connections": -1})), "line 2: profile.mutual_connections: -1"),
        (json.dumps(note("a")), 'line 2: id: "a" stands on an earlier line too'),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_field(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps(note()) + "\n" + line + "\n", "utf-8")
    owners = {"lockers": Profile(), "teeth": Profile()}
    with pytest.raises(EvaluationError) as error:
        read_notes(path, owners)
    assert f"{path}, {told}" in str(error.value)


def test_bytes_that_are_no_text_are_refused_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(json.dumps(note()).encode() + b'\n{"id": "\xff"}\n')
    with pytest.raises(EvaluationError, match="line 2: this is no JSON"):
        read_notes(path)


def test_only_a_line_feed_ends_a_line_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    text = json.dumps(note(text="one\u2028two\x85three"), ensure_ascii=False)
    path.write_text(f"\ufeff{text}\r\n\n   \n{json.dumps(note('b'))}", "utf-8")
    assert [each.text for each in read_notes(path)] == ["one\u2028two\x85three", WARM]


@pytest.mark.parametrize(
    ("owners", "told"),
    [
        ('{"owners": [\n{"id": "a"},\n{"id": "b",\n "hobby": 1}]}', "line 4: hobby: there is no such field"),
        ('{"owners": [\n{"id": "a", "events": "x"}]}', "line 2: events: this must be a list"),
        ('{"owners": [{"name": "x"}]}', "id: owner 1 needs an id"),
        ('{"owners": [{"id": "a"}, {"id": "a"}]}', "id: owner 2 needs an id of its own"),
        ("[]", "owners: write an object with a list"),
        ("{\n,", "line 2: this is no JSON"),
    ],
)
def test_bad_owners_are_refused_with_file_and_field(tmp_path: Path, owners: str, told: str) -> None:
    path = tmp_path / "owners.json"
    path.write_text(owners, "utf-8")
    with pytest.raises(EvaluationError) as error:
        read_owners(path)
    assert str(error.value).startswith(str(path))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.jsonl",), "nowhere.jsonl: there is no such file"),
        (("NOTES", "--mix", "lovely=3"), '"lovely" is none of good'),
        (("NOTES", "--mix", "good=many"), 'not "many"'),
        (("NOTES", "--mix", "good=1,good=2"), "good is given twice"),
        (("NOTES", "--mix", "good=0"), "above 0"),
        (("NOTES", "--mix", "good=1,intriguing=1"), "no note is labelled intriguing"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_a_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    path, _ = written(tmp_path, NOTES)
    given = [path if each == "NOTES" else each for each in arguments]
    done = subprocess.run(command(*given), cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


# --- the notes of the workplace


@pytest.mark.skipif(not (SHARED / "notes.jsonl").is_file(), reason="../shared/notes is absent: nothing to measure")
def test_the_shared_notes_are_measured_and_add_up() -> None:
    out = salver(str(SHARED / "notes.jsonl"), "--owners", str(SHARED / "owners.json"), "--json", "--mistakes", "500")
    found = json.loads(out)
    parts = {name: part["notes"] for name, part in found["parts"].items()}
    assert parts["core"] + parts["not_core"] == parts["all"]
    assert parts["all"] + parts["threads"] == found["count"]
    for part in found["parts"].values():
        assert sum(sum(row.values()) for row in part["confusion"].values()) == part["notes"]
        for score in (part["strict"], part["lenient"]):
            for figure in score.values():
                assert figure["low"] <= figure["value"] <= figure["high"]
    for groups in ("languages", "source_kinds"):
        assert sum(group["notes"] for group in found[groups].values()) == parts["core"]
    wrong = round((1 - found["parts"]["all"]["lenient"]["accuracy"]["value"]) * parts["all"])
    assert wrong == found["mistaken"] == len(found["mistakes"])
    for mistake in found["mistakes"]:
        assert sum(reason["points"] for reason in mistake["reasons"]) == mistake["score"]
