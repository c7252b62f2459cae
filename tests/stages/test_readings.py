"""What is read between the lines: by weights alone, traced to the words, and whatever the text is."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import pytest
from hypothesis import given, settings, strategies as st

from stages.readings import READINGS, SURE, Reading, heard, voice
from stages.wording import EVIDENCE, Hit, read
from stages.wording.tone import Feature
from tests.builders.asking import answered
from tests.builders.facts import facts, owner, profile, request
from tests.builders.weights import as_shipped, readings, shipped, spoken, weighing

CRANE = "Your old crane in Kiel harbour has lost its brass plate."
PITCH = "Hi Robin, we help firms like yours fill their pipeline. Shall I book you a free demo this week?"
UNSEEN = st.text("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202d\u202c\ufe0f\u00ad", min_size=1, max_size=40)
PLACEHOLDERS = st.sampled_from(["{first_name}", "[Name]", "%%COMPANY%%", "{{ x }}", "<insert>", "${you}", "[[", "%s"])
STRANGE = st.one_of(
    st.text(max_size=400),
    st.text("aeb .,!?\n\u200b\u200f\u202e😀👩‍👩‍👧שלם日。", max_size=400),
    st.lists(PLACEHOLDERS, max_size=60).map(" ".join),
    st.tuples(st.text(min_size=1, max_size=5), st.integers(1_000, 6_500)).map(lambda made: made[0] * made[1]),
)
SIGNALS_THAT_READ = (
    "seems_to_offer_something",
    "seems_to_want_nothing",
    "seems_written_for_you",
    "seems_written_for_anybody",
)


# --- what a reading is ----------------------------------------------------------------------------------------------


def test_a_logit_is_the_sum_of_weight_times_share() -> None:
    one = readings(request("Cranes rust"), weighing(offer={"cranes rust": 3.0, "rust": -1.0, "<short>": 0.5, "x": 9.0}))
    share = 3**-0.5  # three turns of phrase: each word, and both
    assert set(one) == {"offer"}
    assert one["offer"].logit == pytest.approx(3.0 * share - 1.0 * share + 0.5)
    assert {feature.name: points for points, feature in one["offer"].parts} == {
        "cranes rust": pytest.approx(3.0 * share),
        "rust": pytest.approx(-share),
        "<short>": 0.5,
    }


@pytest.mark.parametrize("note", [CRANE, PITCH, "Who painted it?", "Wer hat den Kran gestrichen?"])
def test_with_the_shipped_weights_the_parts_sum_to_the_logit_and_each_is_its_weight_times_its_share(note: str) -> None:
    found = readings(request(note), as_shipped())
    assert set(found) == set(READINGS)
    for name, reading in found.items():
        assert reading.logit == sum(points for points, _ in reading.parts)
        assert all(points == shipped().readings[name][each.name] * each.share for points, each in reading.parts)


@pytest.mark.parametrize(("logit", "measure"), [(0.0, 0.0), (SURE / 2, 0.5), (SURE, 1.0), (99.0, 1.0), (-99.0, -1.0)])
def test_a_measure_is_the_logit_up_to_where_one_is_sure(logit: float, measure: float) -> None:
    assert Reading(logit, ()).measure == measure


@pytest.mark.parametrize("note", [None, False, "\u200b\u200f\ufeff", "😀", "...", " \n ", "\u202e"])
def test_without_a_word_there_are_no_readings_and_no_signal_that_reads_speaks(note: str | bool | None) -> None:
    assert readings(request(note), as_shipped()) == {}
    assert not {*SIGNALS_THAT_READ, "reason_is_missing"} & set(spoken(request(note), as_shipped()))


def test_without_weights_there_are_no_readings() -> None:
    assert readings(request(CRANE), facts()) == {}
    assert readings(request(CRANE), weighing(silence={"base": 5.0})) == {}


def test_a_reading_of_which_nothing_was_learned_is_undecided() -> None:
    assert readings(request(CRANE), weighing(offer={}, tie={"crane": 1.0}))["offer"] == Reading(0, ())


@pytest.mark.parametrize(
    "note", ["ロープを修理します。" * 30, "שלום לכולם " * 40, "Naprawiamy liny okrętowe. " * 9, "zyx " * 300]
)
def test_a_language_of_which_nothing_was_learned_is_not_read_by_its_length(note: str) -> None:
    assert readings(request(note), as_shipped()) == {}


@pytest.mark.parametrize("words", [10, 11])
def test_one_known_word_among_twelve_different_ones_is_enough(words: int) -> None:
    note = "crane " + " ".join(f"z{letter * 3}" for letter in "abcdefghijkl"[: words + 1])
    assert bool(readings(request(note), weighing(offer={"crane": 1.0}))) == (words == 10)


def test_names_and_numbers_are_known_in_any_language_and_so_in_none() -> None:
    note = "lin Kiel wer 40 zab Oslo mor 50"
    assert readings(request(note), weighing(offer={"<name>": 1.0, "<number>": 1.0})) == {}


# --- what is read ---------------------------------------------------------------------------------------------------


def test_an_answer_is_read_with_the_note_and_alone_where_there_is_none() -> None:
    known = weighing(offer={"lamps": 4.0}, tie={"crane": 0.0})
    assert not readings(request(CRANE), known)["offer"].parts
    assert readings(answered(request(CRANE), "We mend lamps."), known)["offer"].parts
    assert readings(answered(request(False), "We mend lamps."), known)["offer"].parts


def test_a_direct_message_is_known_as_one() -> None:
    known = weighing(offer={"<direct message>": 4.0, "crane": 0.0})
    assert readings(request(message=CRANE), known)["offer"].logit == 4.0
    assert readings(request(CRANE), known)["offer"].logit == 0


def test_what_other_signals_observed_is_weighed_by_their_share_of_full_measure() -> None:
    known = weighing(offer={"<sells_a_service>": 2.0}, tie={"firms": 0.0})
    found = readings(request("We help firms like yours fill their pipeline."), known)["offer"]
    assert [feature.name for _, feature in found.parts] == ["<sells_a_service>"]
    assert found.logit > 0


def test_facts_names_and_employers_are_read_by_their_kind() -> None:
    about = profile(schools=["Kiel School of Rigging"], employers=["Nordlys"])
    known = weighing(facts(about=about), tie={"<fact>": 1.0, "<employer>": 1.0, "<you>": 1.0, "<me>": 1.0})
    note = "Dear Robin, Tamsin here, once of Nordlys and of the Kiel School of Rigging."
    found = readings(request(note), known)["tie"]
    assert {feature.name for _, feature in found.parts} == {"<fact>", "<employer>", "<you>", "<me>"}


def test_the_same_words_to_another_reader_are_read_alike_though_the_names_differ() -> None:
    one, two = (
        readings(
            request(f"Dear {name}, your old crane has lost its brass plate."), as_shipped(facts(of=owner(name=name)))
        )
        for name in ("Robin", "Ingeborg")
    )
    assert {name: each.logit for name, each in one.items()} == {name: each.logit for name, each in two.items()}


# --- traced to the words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "note", [CRANE, PITCH, "Hi {first_name}, I sell {product} ;-)", "Ihr Kran in Kiel, Herr Ashe?"]
)
def test_every_turn_of_phrase_that_moved_a_reading_stands_in_the_text(note: str) -> None:
    for reading in readings(request(note), as_shipped()).values():
        for _, feature in reading.parts:
            if feature.at is None:
                assert feature.name.startswith("<")
            else:
                quoted = read(note).quote(feature.at.first, feature.at.last)
                assert quoted
                assert quoted in note


@pytest.mark.parametrize("note", [CRANE, PITCH])
def test_every_word_that_is_shown_is_quoted_from_the_text(note: str) -> None:
    shown = 0
    for name, found in spoken(request(note), as_shipped()).items():
        if name in SIGNALS_THAT_READ:
            quotes = found.evidence.split('"')[1::2]
            shown += len(quotes)
            assert all(quote in note for quote in quotes)
            assert len(quotes) <= 3
    assert shown


def test_the_longest_words_leave_the_evidence_short() -> None:
    note = " ".join(letter * 180 for letter in "abc")
    known = weighing(offer={letter * 180: 30.0 for letter in "abc"})
    assert len(spoken(request(note), known)["seems_to_offer_something"].evidence) <= EVIDENCE


def test_evidence_says_how_sure_it_is_where_no_words_can_be_shown() -> None:
    assert (
        spoken(request(CRANE), weighing(offer={"<short>": 4.0, "crane": 0.0}))["seems_to_offer_something"].evidence
        == "surely"
    )


# --- for the signals ------------------------------------------------------------------------------------------------


def test_a_voice_is_the_mean_of_what_is_known_and_never_below_nothing() -> None:
    assert voice({"tie": 1.0, "hint": 0.5}, ("tie", "hint"), "yes") == 0.75
    assert voice({"tie": 1.0, "hint": 0.5}, ("tie", "hint"), "no") == 0.0
    assert voice({"tie": -1.0, "hint": 0.5}, ("tie", "hint"), "no") == 0.25
    assert voice({"hint": 0.5}, ("tie", "hint"), "yes") == 0.5
    assert voice({}, ("tie", "hint"), "yes") == 0.0


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=2), st.sampled_from([-4.0, 3.5, -0.25, 2.0]))
def test_what_is_heard_goes_in_quarter_steps_up_to_its_full_measure(logits: list[float], full: float) -> None:
    turn = Feature("crane", 1.0, Hit(2, 2, "crane"))
    told = {name: Reading(logit, ((logit, turn),)) for name, logit in zip(("tie", "hint"), logits, strict=True)}
    known = replace(facts(), readings=told)
    yes, no = (heard(request(CRANE), known, ("tie", "hint"), answer, full) for answer in ("yes", "no"))
    assert yes is None or no is None
    for found in (yes, no):
        if found is not None:
            assert 0 < found.points / full <= 1
            assert found.points * 4 == int(found.points * 4)


# --- whatever the text ----------------------------------------------------------------------------------------------


@given(STRANGE, STRANGE)
@settings(max_examples=80, deadline=None)
def test_any_text_is_read_and_every_measure_lies_between_surely_not_and_surely(note: str, answer: str) -> None:
    asked = request(note or None)
    known = as_shipped(facts(about=profile(schools=["Kiel School of Rigging"], employers=["Nordlys"])))
    for each in (asked, answered(asked, answer), request(message=note or None)):
        for reading in readings(each, known).values():
            assert isfinite(reading.logit)
            assert -1.0 <= reading.measure <= 1.0
        assert all(len(found.evidence) <= EVIDENCE for found in spoken(each, known).values())


@given(st.sampled_from([CRANE, PITCH, "Crane", "Pourquoi pas ?"]), UNSEEN, UNSEEN)
@settings(max_examples=60, deadline=None)
def test_what_nobody_sees_around_a_text_does_not_change_a_reading(note: str, before: str, after: str) -> None:
    plain = readings(request(note), as_shipped())
    told = readings(request(before + note + after), as_shipped())
    assert {name: each.logit for name, each in told.items()} == {name: each.logit for name, each in plain.items()}


@given(UNSEEN, st.integers(1, len("Crane plates")))
@settings(deadline=None)
def test_what_nobody_sees_inside_a_word_does_not_change_a_reading(unseen: str, at: int) -> None:
    note = "Crane plates of Kiel"
    plain, told = (readings(request(text), as_shipped()) for text in (note, note[:at] + unseen + note[at:]))
    assert {name: each.logit for name, each in told.items()} == {name: each.logit for name, each in plain.items()}


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u202f", "\u2800", "\t", "  "])
def test_blanks_that_look_like_a_space_are_spaces(blank: str) -> None:
    plain, told = (readings(request(text), as_shipped()) for text in (PITCH, PITCH.replace(" ", blank)))
    assert told["offer"].measure == plain["offer"].measure == 1.0
    assert told["tie"].measure == plain["tie"].measure == -1.0
