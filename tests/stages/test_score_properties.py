"""Whatever a note is, it is judged, its reasons sum to its score, and tricks with signs never make it good."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings, strategies as st

from stages.events import Decision, Request
from stages.values import NOTE
from tests.builders.asking import answered, silent_since
from tests.builders.facts import facts, profile, request
from tests.builders.weights import decided_as_shipped

ABOUT = facts(about=profile(schools=["Kiel School of Rigging"], employers=["Nordlys"], open_jobs=["Rope maker"]))
PITCHES = (
    "Hi Robin, we help firms like yours fill their pipeline. Shall I book you a free demo this week?",
    "Our agency cuts your hiring costs by 40%. Are you open to a quick call on Thursday?",
    "I run a lead generation agency and can deliver 30 booked meetings a month to your sales team.",
)
SCAMS = (
    "Dear friend, my late client left 8.5 million dollars. Please send your bank account details for the transfer.",
    "Your account is on hold. Reply with the verification code we have sent to your phone.",
)
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"
BLANKS = "\u00a0\u2002\u2003\u2007\u2009\u202f\u205f\u3000\u2800\u3164"
PERSONAL = "Robin, your talk in Bergen stayed with me: the third tuck was the weak one on our ferry too."

notes = st.one_of(
    st.none(),
    st.just(False),
    st.text(min_size=1, max_size=500),
    st.text("abc ABC.,!?%€\n" + INVISIBLE + BLANKS + "\u202e\u200f😀שלום日。{}[]", min_size=1, max_size=500),
    st.sampled_from((*PITCHES, *SCAMS, PERSONAL)),
)
spots = st.lists(st.integers(0, 200), min_size=1, max_size=60)


@cache
def decided(note: str) -> Decision:
    return decided_as_shipped(request(note))


def sprinkled(note: str, at: list[int], unseen: str) -> str:
    """The note with characters that nobody sees before some of its letters, but not between a sign and a blank."""
    inside = {spot % len(note) for spot in at}
    return "".join((unseen if spot in inside and char.isalpha() else "") + char for spot, char in enumerate(note))


# --- every note is judged -------------------------------------------------------------------------------------------


@given(notes, st.sampled_from([None, False, "Rope maker"]), st.integers(0, 3), st.text(max_size=80))
@settings(max_examples=120, deadline=None)
def test_reasons_always_sum_to_the_score_and_every_one_of_them_counts(
    note: str | bool | None, headline: str | bool | None, asked: int, answer: str
) -> None:
    plain = request(note, headline=headline)
    made: Request = (plain, silent_since(plain, 9), answered(plain, answer), answered(plain, None))[asked]
    judgement = decided_as_shipped(made, ABOUT).judgement
    assert sum(reason.points for reason in judgement.reasons) == judgement.score
    assert all(reason.points or reason.veto for reason in judgement.reasons)
    assert all(0 < len(reason.evidence) <= 200 for reason in judgement.reasons)


HUGE = {
    "one word": "a" * 6_500,
    "words": "rope " * 1_300,
    "sentences": "Rope. " * 1_000,
    "signs": "?!" * 3_000,
    "lines": "a\n" * 3_000,
    "emoji": "😀" * 3_000,
    "zero-width": "\u200b" * 6_500,
    "placeholders": "{first_name} [Company] %%ROLE%% " * 190,
    "right-to-left": "שלום לכולם " * 550,
    "overrides": "\u202eepor\u202c " * 900,
    "braces": "{[<" * 2_000,
    "quotation marks": '"' * 6_000,
    "a million": "rope " * 200_000,
}


@pytest.mark.parametrize("note", HUGE.values(), ids=HUGE.keys())
def test_a_huge_note_is_judged_and_is_never_good(note: str) -> None:
    for made in (request(note), request(message=note), answered(request(), note)):
        told = decided_as_shipped(made, ABOUT)
        assert sum(reason.points for reason in told.judgement.reasons) == told.judgement.score
        assert all(len(reason.evidence) <= 200 for reason in told.judgement.reasons)
    assert decided_as_shipped(request(note), ABOUT).verdict != "good"


@pytest.mark.parametrize(
    "note", ["😀", "👩‍👩‍👧‍👦", "🇳🇴", "❤\ufe0f", "\u200b", "\u200b" * 300, "\u200f\u202e\ufeff", "\u2800", "."]
)
def test_a_note_without_a_word_counts_as_one_that_says_nothing(note: str) -> None:
    told = decided(note)
    assert [reason.signal for reason in told.judgement.reasons] == ["note_says_nothing"]
    assert told.verdict == "follow_up"


# --- tricks with signs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("note", PITCHES)
def test_the_pitches_of_these_tests_are_ugly(note: str) -> None:
    assert decided(note).verdict == "ugly"


@pytest.mark.parametrize("note", SCAMS)
def test_the_scams_of_these_tests_are_vetoed(note: str) -> None:
    assert decided(note).judgement.veto


@given(st.sampled_from((*PITCHES, *SCAMS)), spots, st.text(INVISIBLE, min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_what_nobody_sees_inside_a_note_changes_neither_verdict_nor_score(
    note: str, at: list[int], unseen: str
) -> None:
    told, plain = decided(sprinkled(note, at, unseen)), decided(note)
    assert (told.verdict, told.judgement.veto) == (plain.verdict, plain.judgement.veto)
    assert told.judgement.score == plain.judgement.score


@given(st.sampled_from((*PITCHES, *SCAMS)), spots, st.sampled_from((*INVISIBLE, *BLANKS)))
@settings(max_examples=80, deadline=None)
def test_signs_that_nobody_sees_beside_blanks_never_save_a_pitch_or_a_scam(note: str, at: list[int], sign: str) -> None:
    inside = {spot % len(note) for spot in at}
    mixed = "".join(char + (sign if spot in inside and char in " .,?!" else "") for spot, char in enumerate(note))
    told, plain = decided(mixed), decided(note)
    assert (told.verdict, told.judgement.veto) == (plain.verdict, plain.judgement.veto)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("note", [*PITCHES, *SCAMS, PERSONAL])
def test_blanks_that_look_like_a_space_save_nobody_and_harm_nobody(note: str, blank: str) -> None:
    told, plain = decided(note.replace(" ", blank)), decided(note)
    assert (told.verdict, told.judgement.veto) == (plain.verdict, plain.judgement.veto)


PADDING = {
    "1,000 emoji": "😀" * 1_000,
    "900 hearts": "❤\ufe0f" * 900,
    "1,500 zero-width characters": "\u200b" * 1_500,
    "1,500 lines": "\n" * 1_500,
    "1,500 blanks": "\u3000" * 1_500,
    "overrides": "\u202e\u202d\u202c" * 300,
    "placeholders": " {first_name} [Company]" * 40,
    "marks": "?!" * 500,
    "right-to-left": " שלום" * 200,
    "dashes": " - " * 400,
}


@pytest.mark.parametrize("padding", PADDING.values(), ids=PADDING.keys())
@pytest.mark.parametrize("note", [*PITCHES, *SCAMS])
def test_padding_before_or_behind_never_saves_a_pitch_or_a_scam(note: str, padding: str) -> None:
    for padded in (note + padding, padding + " " + note, f"{padding}\n\n{note}"):
        told = decided(padded)
        assert told.verdict == "ugly"
        assert (told.judgement.veto is None) == (decided(note).judgement.veto is None)


@pytest.mark.parametrize("around", ["\u202e{}\u202c", "\u200f{}\u200f", "\u2067{}\u2069", "\ufeff{}", "{}\u200b"])
@pytest.mark.parametrize("note", [*PITCHES, *SCAMS, PERSONAL])
def test_marks_of_direction_around_a_note_change_nothing(note: str, around: str) -> None:
    told, plain = decided(around.format(note)), decided(note)
    assert (told.verdict, told.judgement.score) == (plain.verdict, plain.judgement.score)


@pytest.mark.parametrize("padding", ["\u200b", "\u3000", "\n", "😀"])
@pytest.mark.parametrize("note", [*PITCHES, *SCAMS])
def test_what_is_pushed_out_of_sight_by_padding_is_not_good_either(note: str, padding: str) -> None:
    assert decided(padding * NOTE + note).verdict != "good"


@pytest.mark.parametrize("padding", ["\u200b" * 300, " " * 300, "\u202e\u202c" * 50])
def test_a_personal_note_stays_good_between_what_nobody_sees(padding: str) -> None:
    assert decided(PERSONAL).verdict == "good"
    assert decided(padding + PERSONAL + padding).verdict == "good"
