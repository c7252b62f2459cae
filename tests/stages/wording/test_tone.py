"""Turns of phrase and the shape of a text: what learned weights speak of."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given, settings, strategies as st

from stages.wording import Hit, read
from stages.wording.tone import LONGEST, SIZES, Feature, Reader, features

LATIN = st.text("abcdefg ABC.,!?\n-'0123é", max_size=300)


def of(text: str, reader: Reader | None = None) -> tuple[Feature, ...]:
    return features(read(text), reader or Reader())


def turns(text: str, reader: Reader | None = None) -> list[str]:
    """Names of the turns of phrase, in the order in which they stand there."""
    return [feature.name for feature in of(text, reader) if feature.at is not None]


def shape(text: str) -> dict[str, float]:
    return {feature.name: feature.share for feature in of(text) if feature.at is None}


# --- turns of phrase ------------------------------------------------------------------------------------------------


def test_turns_of_phrase_are_of_one_to_three_words() -> None:
    assert turns("old cranes rust fast") == [
        "old", "old cranes", "old cranes rust",
        "cranes", "cranes rust", "cranes rust fast",
        "rust", "rust fast",
        "fast",
    ]  # fmt: skip


@pytest.mark.parametrize("end", [". ", "! ", "? ", "\n\n", "… ", "。"])
def test_they_stay_inside_a_sentence(end: str) -> None:
    assert turns(f"they rust{end}we paint") == ["they", "they rust", "rust", "we", "we paint", "paint"]


def test_what_is_said_twice_counts_once_where_it_first_stands() -> None:
    (rust,) = (feature for feature in of("they rust. they rust. they rust.") if feature.name == "they rust")
    assert rust.at == Hit(0, 1, "they rust")


def test_a_long_word_counts_by_its_stem_too_so_that_its_forms_are_one() -> None:
    assert "recruit*" in turns("recruiting")
    assert "recruit*" in turns("recruiters")
    assert turns("recruit") == ["recruit"]


def test_case_accents_and_what_nobody_sees_make_no_difference() -> None:
    assert turns("caf\u00e9 cr\u200beme") == turns("cafe\u0301 cre\ufeffme") == turns("cafe creme")


def test_a_script_without_spaces_is_read_sign_by_sign() -> None:
    assert turns("船長") == ["船", "船 長", "長"]


@given(LATIN | st.text(max_size=300))
@settings(deadline=None)
def test_every_turn_of_phrase_lies_in_one_sentence_of_the_text_and_is_told_once(text: str) -> None:
    words = read(text).words
    found = [feature for feature in of(text) if feature.at is not None]
    assert len({feature.name for feature in found}) == len(found)
    for feature in found:
        assert feature.at is not None
        spoken = words[feature.at.first : feature.at.last + 1]
        assert 1 <= len(spoken) <= LONGEST
        assert len({word.sentence for word in spoken}) == 1


@given(LATIN | st.text(min_size=1, max_size=300))
@settings(deadline=None)
def test_squares_of_shares_sum_to_one_whatever_the_length(text: str) -> None:
    shares = [feature.share for feature in of(text) if feature.at is not None]
    assert not shares or isclose(sum(share * share for share in shares), 1.0)


def test_only_the_beginning_of_a_very_long_text_is_looked_at() -> None:
    found = turns(" ".join(f"w{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(600)))
    assert len([name for name in found if " " not in name]) == 400


# --- what is masked -------------------------------------------------------------------------------------------------


def test_numbers_are_told_by_their_kind() -> None:
    assert turns("save 40 or 4,000") == turns("save 7 or 9,999")
    assert "<number>" in turns("save 40")


def test_a_capital_inside_a_sentence_is_a_name_and_at_its_beginning_is_none() -> None:
    assert turns("Cranes in Kiel rust.") == turns("Cranes in Oslo rust.")
    assert "<name>" in turns("Cranes in Kiel rust.")
    assert "<name>" not in turns("Cranes rust. Lamps rust.")
    assert "<name>" not in turns("They say:\nCranes rust")


def test_reader_sender_and_employer_are_told_by_their_kind() -> None:
    reader = Reader(employers=("Nordlys Shipping",), names=("Robin Ashe",), sender=("Tamsin Hale",))
    told = turns("with nordlys, said tamsin to robin and not to ashe", reader)
    assert {"<employer>", "<me>", "<you>"} <= set(told)
    assert not {"nordlys", "tamsin", "robin", "ashe"} & {part for name in told for part in name.split()}


def test_a_name_of_two_letters_is_too_common_a_word_to_be_masked() -> None:
    assert "do" in turns("what do they want", Reader(names=("Do Minh",)))


def test_a_fact_of_the_reader_is_told_as_one_whatever_it_is() -> None:
    reader = Reader(facts=(Hit(2, 4, "school"),))
    assert turns("i left kiel rigging school in may", reader) == turns("i left oslo sewing college in may", reader)
    assert "left <fact> <fact>" in turns("i left kiel rigging school in may", reader)


def test_a_fact_beyond_what_is_looked_at_is_no_error() -> None:
    assert turns("rust " * 600, Reader(facts=(Hit(398, 405, "x"), Hit(590, 591, "y"))))


@pytest.mark.parametrize("greeting", ["Hi Amy, ", "Dear Ms Ferrand, ", "hello amy! ", "Hallo Amy,\n", "Bonjour Zoé, "])
def test_the_greeting_is_told_by_its_kind_and_so_is_who_is_greeted(greeting: str) -> None:
    told = turns(f"{greeting}they rust.")
    assert {"<polite>", "<you>"} <= {part for name in told for part in name.split()}
    assert not {"amy", "ferrand", "zoe", "hi", "hello"} & {part for name in told for part in name.split()}
    assert "they rust" in told


def test_nobody_is_greeted_in_the_middle_of_a_text() -> None:
    assert "amy" in turns("they rust and so they said hello amy")


# --- the shape ------------------------------------------------------------------------------------------------------


@given(LATIN | st.text(max_size=300) | st.integers(0, 400).map(lambda count: "rust " * count))
@settings(deadline=None)
def test_every_text_has_exactly_one_size(text: str) -> None:
    assert [name in SIZES for name in shape(text)].count(True) == 1


@pytest.mark.parametrize(
    ("words", "size"),
    [(0, "<short>"), (12, "<short>"), (13, "<brief>"), (40, "<brief>"), (80, "<middling>"), (81, "<long>"),
     (1_000, "<long>")],
)  # fmt: skip
def test_sizes_go_by_words(words: int, size: str) -> None:
    assert shape(" ".join(f"rust{at}" for at in range(words)))[size] == 1.0


def test_a_text_that_only_repeats_itself_is_no_longer_for_it() -> None:
    assert "<short>" in shape("rust " * 1_000)
    assert "<middling>" in shape("all the old cranes rust in the salt wind of the bay, so we paint them. " * 30)


def test_an_empty_text_is_short_and_nothing_else() -> None:
    assert of("") == of("\u200b\u200f") == (Feature("<short>", 1.0),)


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("rust?", "<question>"),
        ("rust!", "<exclamation>"),
        ("40%", "<percent>"),
        ("€40", "<money>"),
        ("a\nb\nc\nd\ne\nf", "<lines>"),
        ("see www.rust.example", "<link>"),
        ("rust 😀", "<emoji>"),
        ("❤", "<emoji>"),
        ("THEY ALL RUST AND NOBODY PAINTS", "<capitals>"),
        ("cranes in Kiel", "<names>"),
    ],
)
def test_traits_of_the_shape(text: str, trait: str) -> None:
    assert 0 < shape(text)[trait] <= 1.0
    assert trait not in shape("they rust")


@pytest.mark.parametrize(
    "text", ["船長、錆。", "rust\ufeff", "rust\ufe0f", "rust\u3000more", "rust\u2800more", "锈，漆！", "م\ufd3e"]
)
def test_signs_of_a_script_and_what_nobody_sees_are_no_emoji(text: str) -> None:
    assert "<emoji>" not in shape(text)


@given(st.text("?!%$€\n😀A", max_size=2_000))
@settings(deadline=None)
def test_no_trait_ever_weighs_more_than_one(text: str) -> None:
    assert all(0 < share <= 1.0 for share in shape(text).values())
