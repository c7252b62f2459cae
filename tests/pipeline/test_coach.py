"""`salver coach`: the owner's own draft through the stages of live mail, with the roles swapped."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings, strategies as st

from pipeline.cli import main
from pipeline.coach import ORDER, SAYS_NOTHING, TIES, Receiver, Sender, headline_of, receive, receiver_of
from pipeline.coach.changes import EMPTY, OPPOSITE, advise
from pipeline.coach.drafts import sentences, without
from pipeline.coach.fill import filled, fixed, slots_of
from pipeline.coach.hints import ADD, REWORD
from pipeline.settings import load, shipped, stage_settings
from stages.settings import Profile
from stages.signals import SIGNALS

DEFAULTS = [
    "I'd like to add you to my professional network on LinkedIn.",
    "Ich möchte gerne Ihrem LinkedIn Netzwerk beitreten.",
    "J'aimerais vous ajouter à mon réseau professionnel sur LinkedIn",
    "Jag skulle vilja lägga till dig i mitt professionella nätverk på LinkedIn",
    "LinkedInで私のプロフェッショナルネットワークに追加したいと思います",
]
SILENT = ["", "   ", "\u200b\u2060", "\u3164", "👍👍", "Hi!", "...", "\u202e\u202c", *DEFAULTS]
WARM = "Your talk on parcel lockers at the Fernhill Expo changed how we count failed drops."
CHAT = "Add me on WhatsApp +49 171 1234567."
SELLS = "We help founders book 30 meetings a month."
LAZY = "Hi {first_name}, I came across your profile and would love to connect about {company}."
OTTILIE = Profile.model_validate(
    {"name": "Ottilie Marsh", "published": [{"kind": "talk", "title": "Parcel lockers that pay"}],
     "events": ["Fernhill Expo"], "groups": ["Last Mile Circle"], "open_jobs": ["Depot planner"]}
)  # fmt: skip
TOLD = stage_settings(load(shipped("example.toml"), environment={}))


def coach(*arguments: str, given: bytes | None = None, code: int = 0) -> str:
    done: Result = CliRunner().invoke(main, ["coach", *arguments], input=given)
    assert not done.exception or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.output
    return done.output


def told(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(coach("--json", *arguments))
    return found


def rank(verdict: str) -> int:
    return ORDER.index(verdict)  # type: ignore[arg-type]


def stranger(profile: Profile | None = None) -> Receiver:
    return receiver_of(TOLD, profile)


def written(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


# --- blank notes


@pytest.mark.parametrize("text", SILENT)
def test_a_blank_note_is_never_good_and_never_praised(text: str) -> None:
    found = told("--mutual", "40", "--headline", "Head of Depots at Marsh", "--", text)
    assert found["verdict"] != "good"
    assert found["blank"]
    said = coach("--", text)
    assert "No praise" in said
    assert "ignored" in said
    assert "always answer" in said
    assert "One sentence changes that" in said


def test_a_blank_note_that_is_let_in_by_acquaintance_is_not_praised_for_it(tmp_path: Path) -> None:
    profile = written(tmp_path / "to.toml", 'name = "Ottilie Marsh"\nknown_people = ["Bram Kuiper"]')
    mine = written(tmp_path / "me.toml", 'name = "Bram Kuiper"')
    config = written(tmp_path / "salver.toml", f'[[owner]]\naddresses = ["bram@salver.test"]\nprofile = "{mine}"')
    said = coach("", "--to", profile, "--from", config)
    assert "No praise" in said
    assert "What lets it in is not the note" in said


def test_the_advice_for_a_blank_note_leads_upwards() -> None:
    advice = advise("", lambda text: receive(text, Sender(), stranger()), Sender(), stranger())
    assert not advice.drops
    assert max(change.rank for change in advice.adds) > advice.now.rank


# --- what to drop, reword and add


def test_removing_the_named_sentence_gives_the_stated_verdict() -> None:
    text = f"Hi Ottilie, {WARM} {CHAT} {SELLS}"
    found = told(text)
    assert found["verdict"] == "ugly"
    assert {CHAT, SELLS} <= {sentence for drop in found["drops"] for sentence in drop["sentences"]}
    for drop in found["drops"]:
        left = text
        for sentence in drop["sentences"]:
            assert sentence in left
            left = " ".join(left.replace(sentence, "").split())
        again = told(left)
        assert (again["verdict"], again["score"]) == (drop["verdict"], drop["score"])
    after = told(found["after_drops"]["text"])
    assert (after["verdict"], after["score"]) == (found["after_drops"]["verdict"], found["after_drops"]["score"])
    assert rank(after["verdict"]) > rank(found["verdict"])
    assert WARM in found["after_drops"]["text"]


def test_a_signal_that_two_sentences_bring_is_undone_by_dropping_both() -> None:
    found = told(f"{WARM} {CHAT} Or text me on Telegram: reach me on Telegram any time.")
    both = [drop for drop in found["drops"] if len(drop["sentences"]) == 2]
    assert both
    assert rank(both[0]["verdict"]) > rank("ugly")


def test_what_cannot_be_dropped_without_dropping_all_is_to_be_reworded() -> None:
    found = told("We help founders book 30 meetings a month, add me on WhatsApp for that")
    assert not found["drops"]
    assert {name for each in found["rewords"] for name in each["signals"]} >= {"moves_off_platform", "sells_a_service"}
    after = found["after_rewords"]
    assert (rank(after["verdict"]), after["score"]) > (rank(found["verdict"]), found["score"])


def test_no_advice_leads_downwards_and_the_strongest_comes_first() -> None:
    for text in (WARM, f"{WARM} {SELLS}", f"{SELLS} {CHAT}", "I came across your profile. Let us connect!"):
        advice = advise(text, lambda text: receive(text, Sender(), stranger()), Sender(), stranger())
        for changes in (advice.drops, advice.adds):
            ranks = [change.rank for change in changes]
            assert ranks == sorted(ranks, reverse=True)
        assert all(change.rank > advice.now.rank for change in advice.drops)
        assert advice.rest.rank >= advice.now.rank
        assert all(change.points > 0 for change in advice.adds)


def test_points_of_an_addition_are_those_of_the_signal_as_the_owner_set_it() -> None:
    plain = {change["signals"][0]: change for change in told(SELLS)["adds"]}
    set_to_nine = told(SELLS, "--set", "points.claim_is_true=9")["adds"]
    checked = next(change for change in set_to_nine if change["signals"] == ["claim_is_true"])
    assert checked["points"] == 9
    assert checked["score"] > plain["claim_is_true"]["score"]


def test_facts_are_named_only_from_the_two_profiles_and_only_if_unsaid() -> None:
    mine = Sender(profile=Profile.model_validate({"groups": ["last mile circle", "Other"]}))
    reader = stranger(OTTILIE)

    def hints(text: str) -> str:
        advice = advise(text, lambda each: receive(each, mine, reader), mine, reader)
        return "\n".join(hint for change in advice.adds for hint in change.hints)

    assert "Last Mile Circle" in hints("Could we connect?")
    assert "Parcel lockers that pay" in hints("Could we connect?")
    assert "Other" not in hints("Could we connect?")
    assert "Last Mile Circle" not in hints("We are both in the Last Mile Circle. Could we connect?")


@pytest.mark.parametrize("name", sorted({*ADD, *REWORD, *EMPTY, *SAYS_NOTHING, *TIES, *OPPOSITE.values()}))
def test_every_signal_that_is_advised_on_exists(name: str) -> None:
    assert name in SIGNALS


def test_the_verdict_is_that_of_live_mail_with_its_sum_and_thresholds() -> None:
    found = told(f"{WARM} {SELLS}")
    assert sum(reason["points"] for reason in found["reasons"]) == found["score"]
    assert found["thresholds"]["good"] == TOLD.rules.thresholds.good
    said = coach(f"{WARM} {SELLS}")
    assert "in all" in said
    assert "good begins at" in said


# --- who writes, who reads


def test_the_same_note_is_received_better_by_whom_it_fits(tmp_path: Path) -> None:
    fits = written(tmp_path / "fits.json", OTTILIE.model_dump_json(by_alias=True))
    other = written(tmp_path / "other.toml", 'name = "Bram Kuiper"\nindustry = ["dental supplies"]')
    lines = [json.loads(line) for line in coach("--json", WARM, "--to", fits, "--to", other).splitlines()]
    assert [each["to"] for each in lines] == ["Ottilie Marsh", "Bram Kuiper"]
    assert lines[0]["score"] > lines[1]["score"]
    said = coach(WARM, "--to", fits, "--to", other)
    assert sum(line.startswith(("Ottilie", "Bram")) for line in said.splitlines()) == 2


def test_the_owner_appears_as_the_profile_says() -> None:
    profile = {"roles": ["Planner"], "employers": [{"name": "Gone", "from": 2001, "to": 2009}, "Marsh"]}
    assert headline_of(Profile.model_validate(profile)) == "Planner at Marsh"
    assert headline_of(Profile()) == headline_of(None) == ""
    shown = receive(WARM, Sender("Bram Kuiper", "Planner at Marsh", 7), stranger()).decision.judgement.request.notice
    assert (shown.name.value, shown.company.value, shown.mutual_connections.value) == ("Bram Kuiper", "Marsh", 7)


def test_connections_in_common_count() -> None:
    assert told(WARM, "--mutual", "12")["score"] > told(WARM)["score"]


def test_length_is_held_against_what_linkedin_takes() -> None:
    long = f"{WARM} " * 4
    assert "Too long" in coach(long)
    assert "Too long" not in coach(long, "--inmail")
    assert "free account" in coach((WARM + " ") * 3)
    assert told(long)["limit"] < told(long, "--inmail")["limit"]


# --- templates


@pytest.mark.parametrize("slot", ["{first_name}", "{{company}}", "[topic]", "%NAME%", "<company>", "«Name»", "${name}"])
def test_a_slot_is_found_filled_and_taken_out(slot: str) -> None:
    text = f"Hello {slot}, well met"
    (found,) = slots_of(text)
    assert filled(text, {found.key: "Ada"}) == "Hello Ada, well met"
    assert fixed(text) == "Hello, well met"


@pytest.mark.parametrize(
    "text", ["50% of us and 30% of you", "a < b > c", "[1] [sic] <b>x</b> {} [] %%", "<a@b.example>"]
)
def test_what_only_looks_like_a_slot_is_none(text: str) -> None:
    assert [slot.name for slot in slots_of(text) if slot.name != "b"] == []


def test_a_template_with_open_slots_is_ugly_and_its_fixed_words_are_judged_apart() -> None:
    found = told(LAZY)
    assert found["slots"] == ["first_name", "company"]
    assert found["sent_as_it_is"]["verdict"] == "ugly"
    said = coach(LAZY)
    assert "A slot left open is ugly" in said
    assert "The words that everybody gets" in said


def test_a_template_of_slots_alone_says_nothing() -> None:
    assert told("[first_name] {{company}}")["blank"] == "empty"


SPECIFIC = "Hi {first_name}, your talk on {point} at the Fernhill Expo changed how we count failed drops."
ROWS = """first_name,company,point
Ada,Marsh,"lockers, counted twice"
Bo,Kuiper,routes without depots
Cy,Hale,drivers who choose their shifts
"""


def test_the_specific_template_is_received_better_than_the_lazy_one(tmp_path: Path) -> None:
    table = written(tmp_path / "rows.csv", ROWS)
    lazy, specific = told(LAZY, "--fill", table), told(SPECIFIC, "--fill", table)
    assert lazy["counts"]["good"] == 0
    for poor, rich in zip(lazy["notes"], specific["notes"], strict=True):
        assert (rank(rich["counts_as"]), rich["score"]) > (rank(poor["counts_as"]), poor["score"])
    assert specific["same_words"] < 1
    assert specific["unused_columns"] == ["company"]


def test_the_same_text_to_everybody_cannot_be_good(tmp_path: Path) -> None:
    table = written(tmp_path / "rows.csv", "first_name,point\n" + "".join(f"Ada{n},parcel lockers\n" for n in range(9)))
    found = told(SPECIFIC, "--fill", table)
    assert found["counts"]["good"] == 0
    assert sum(found["counts"].values()) == 9
    assert found["same_words"] > 0.9
    assert "cannot be good" in coach(SPECIFIC, "--fill", table)


def test_a_campaign_that_says_nothing_is_not_praised(tmp_path: Path) -> None:
    table = written(tmp_path / "rows.csv", "first_name\nAda\nBo\n")
    said = coach("Hi {first_name}, let us connect", "--fill", table)
    assert "No praise: 2 of them say nothing" in said
    assert "always answer" in said


def test_what_a_bot_has_is_not_written_for_one_person(tmp_path: Path) -> None:
    table = written(
        tmp_path / "rows.csv", "name,Company,job title,City\nAda A,Red Fox,Big Boss,Oslo\nBo B,Ibis,Chief,Rome"
    )
    template = f"Hi {{name}} of {{company}}, {{Job Title}} in {{city}}. {WARM}"
    assert told(template, "--fill", table)["counts"]["good"] == 0


@pytest.mark.parametrize(
    "raw",
    [
        ROWS.encode(),
        ROWS.replace("\n", "\r\n").encode("utf-8-sig"),
        ROWS.replace("\n", "\r\n").encode("utf-16"),
        ROWS.replace('"lockers, counted twice"', "lockers, counted twice").replace("lockers,", "lockers").encode(),
        b'First Name;COMPANY;point\nAda;Marsh;"lockers; counted\r\ntwice"\n\n\nBo;Kuiper;routes\nCy;Hale;drivers\n',
        b"first-name\tcompany\tpoint\nAda\tMarsh\ta\nBo\tKuiper\tb\nCy\tHale\tc",
    ],
)
def test_tables_are_read_as_programs_write_them(tmp_path: Path, raw: bytes) -> None:
    found = told(SPECIFIC, "--fill", written(tmp_path / "rows.csv", raw))
    assert [note["who"] for note in found["notes"]] == ["Ada", "Bo", "Cy"]
    assert all("{" not in note["text"] for note in found["notes"])


def test_an_empty_cell_is_told_with_its_row(tmp_path: Path) -> None:
    table = written(tmp_path / "rows.csv", "first_name,point\nAda,\nBo,routes without depots\n")
    assert told(SPECIFIC, "--fill", table)["notes"][0]["empty_slots"] == ["point"]
    assert "point is empty" in coach(SPECIFIC, "--fill", table)


# --- what cannot be read


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "nothing in it"),
        (b"first_name,point\n", "no rows"),
        (b"first_name\nAda\n", "line 1: point"),
        (b"first_name,First Name,point\nA,B,c\n", "twice"),
        (b"first_name,,point\nA,B,c\n", "column 2 has no name"),
        (b"first_name,point\nA,b\nA,b,c\n", "line 3: 3 cells below 2 columns"),
        (b"first_name,point\nA\n", "line 2: point"),
        (b'first_name,point\nA,"b\n', "line 2: this is no CSV"),
        (b"first_name,point\nA,b\nM\xfcller,b\n", "line 3: this is no UTF-8"),
        (b"first_name,point\nA,b\x00\n", "line 2, point, column 2: a control character (U+0000)"),
        (b"PK\x03\x04" + b"x" * 50, "CSV UTF-8"),
        (b"first_name,point\n" + b"A,b\n" * 2_000, "split it"),
        (b"first_name,point\n" + b"A," + b"b" * 140_000 + b"\n", "no CSV"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, raw: bytes, told: str) -> None:
    path = written(tmp_path / "rows.csv", raw)
    said = coach(SPECIFIC, "--fill", path, code=1)
    assert told in said
    assert path in said


@pytest.mark.parametrize(
    ("raw", "told"),
    [(b"a\nb\x00", "line 2, column 2"), (b"a\n\xff\xfa", "line 2: this is no UTF-8"), (b"a" * 102_400, "no note"),
     (b"%PDF-1.7", "no plain text"), (b"\xff\xfea", "no UTF-8")],
)  # fmt: skip
def test_a_draft_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, raw: bytes, told: str) -> None:
    path = written(tmp_path / "draft.txt", raw)
    said = coach("--file", path, code=1)
    assert path in said
    assert told.replace("no plain text", "not plain text") in said


def test_a_draft_comes_from_a_file_or_from_standard_input_alike(tmp_path: Path) -> None:
    raw = f"\ufeffHi Ottilie,\r\n{WARM}\r\n".encode()
    path = written(tmp_path / "draft.txt", raw)
    plain = coach(f"Hi Ottilie,\n{WARM}")
    assert coach("--file", path) == coach("--file", "-", given=raw) == plain


def test_a_call_that_says_too_little_or_too_much_is_told_what_to_give(tmp_path: Path) -> None:
    path = written(tmp_path / "to.toml", "")
    assert "give your draft" in coach(code=2)
    assert "give your draft" in coach("x", "--file", path, code=2)
    assert "one --to" in coach("x", "--to", path, "--to", path, "--to-name", "Ada", code=2)
    assert "there is no such file" in coach("x", "--to", str(tmp_path / "nobody.toml"), code=1)
    assert "there is no such file" in coach("--file", str(tmp_path / "no.txt"), code=1)
    assert "belongs to no owner" in coach("x", "-c", str(shipped("example.toml")), "--owner", "no@where.test", code=1)


def test_what_cannot_be_seen_neither_steers_the_terminal_nor_goes_untold() -> None:
    said = coach(f"{WARM} Wh\u200bats\u202eApp me")
    assert "\u202e" not in said
    assert "U+202E" in said


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300) | st.sampled_from(SILENT), slot=st.text("{}[]<>%«»$|* aé\n", max_size=30))
def test_no_draft_raises(text: str, slot: str) -> None:
    done = CliRunner().invoke(main, ["coach", "--", text + slot])
    assert done.exit_code in (0, 1), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


@settings(max_examples=60, deadline=None)
@given(
    raw=st.binary(max_size=200) | st.text(',;"\n\r\tab é\ufeff', max_size=200).map(lambda text: f"a,b\n{text}".encode())
)
def test_no_table_raises(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = written(tmp_path_factory.mktemp("t") / "rows.csv", raw)
    done = CliRunner().invoke(main, ["coach", "Hi {a} of {b}", "--fill", path])
    assert done.exit_code in (0, 1), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


@settings(max_examples=200, deadline=None)
@given(text=st.text("Ab.!?。 \n\"'é", max_size=80))
def test_sentences_lie_in_order_within_the_text_and_leave_it_when_taken_out(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert len(without(text, *spans)) <= len(text) - sum(end - start for start, end in spans)
