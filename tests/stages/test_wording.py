"""Words are cut in one pass, look-alikes are seen through, and phrases are found on whole words only."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.wording import EVIDENCE, GAP, Phrases, apart, evidence, find, near, read


def found(text: str, *phrases: str) -> bool:
    return bool(find(read(text), Phrases(*phrases)))


@pytest.mark.parametrize(
    "text",
    [
        "Telegram",
        "TELEGRAM",
        "te1egram",
        "te!egram",
        "Tеlеgrаm",  # Cyrillic e and a
        "Ｔｅｌｅｇｒａｍ",
        "T e l e g r a m",
        "t.e.l.e.g.r.a.m",
        "tele\u200bgram",
        "tele\u00adgram",
        "télégràm",
    ],
)
def test_disguised_spellings_read_as_the_word(text: str) -> None:
    assert found(f"see {text} now", "telegram")


@pytest.mark.parametrize("text", ["telegrams", "atelegram", "tele gram", "teiegram"])
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert not found(text, "telegram")


def test_a_stem_matches_inflections_and_nothing_before_it() -> None:
    assert found("investing", "invest*")
    assert not found("reinvest", "invest*")


def test_a_gap_holds_a_few_words_of_one_sentence() -> None:
    assert found("send me all your " + "old " * (GAP - 3) + "money", "send me ~ money")
    assert not found("send me " + "old " * (GAP + 1) + "money", "send me ~ money")
    assert not found("send me. Old money", "send me ~ money")
    assert found("send me money", "send me ~ money")


def test_hits_quote_the_spelling_of_the_person() -> None:
    words = read("My fav: Te1e­gram!")
    hit = find(words, Phrases("telegram"))[0]
    assert words.quote(hit.first, hit.last) == "Te1e­gram"


def test_ordinary_digits_in_words_stay_what_they_are() -> None:
    assert not found("b2b and k8s and 100 euros", "bzb|kbs|loo")


def test_an_address_is_cut_at_its_at_sign() -> None:
    assert found("ann@gmail.com", "gmail com")


def test_characters_of_scripts_without_spaces_are_words() -> None:
    assert found("すぐに送金してください", "送金")


def test_near_wants_the_same_sentence_and_a_short_way() -> None:
    words = read("Red roof one two three blue door. Green")
    red, blue, green = (find(words, Phrases(word)) for word in ("red", "blue", "green"))
    assert near(words, red, blue, 4) is not None
    assert near(words, red, blue, 3) is None
    assert near(words, blue, green, 9) is None


def test_overlapping_hits_count_once() -> None:
    hits = find(read("big red big red"), Phrases("big red big", "red big"))
    assert len(hits) == 2
    assert len(apart(hits)) == 1


@pytest.mark.parametrize("phrase", ["", "~ a", "a ~", "ab*", "*"])
def test_a_phrase_that_could_match_anything_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Phrases(phrase)


@given(st.text(max_size=400))
def test_any_text_is_cut_into_ordered_words_of_its_own(text: str) -> None:
    words = read(text).words
    assert all(word.text and 0 <= word.start < word.end <= len(text) for word in words)
    assert all(a.end <= b.start and a.sentence <= b.sentence for a, b in pairwise(words))


@given(st.text(max_size=600))
def test_evidence_is_one_short_line(text: str) -> None:
    assert len(evidence(text)) <= EVIDENCE
    assert "\n" not in evidence(text)


@pytest.mark.parametrize("piece", ["a!", "a@", "a ", "send ", "send me ", "(", "\u0301", "your account ", "é", "1,"])
def test_work_grows_with_the_length_of_the_text_only(piece: str) -> None:
    """Counted in steps of the matcher, not in seconds: each start of a phrase costs at most a fixed number."""
    phrases = Phrases("send me ~ money ~ now", "your account ~ number")
    steps = []
    for size in (500, 1000):
        words = read(piece * size)
        steps.append(len(words) + sum(1 for _ in phrases.starting_in(words)))
        find(words, phrases)
    assert steps[1] <= 2 * steps[0] + 4
