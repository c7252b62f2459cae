"""Words are cut in one pass, look-alikes are seen through, and phrases are found on whole words only."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from stages.events import Notice, shown
from stages.values import NOTE
from stages.wording import EVIDENCE, GAP, Hit, Phrases, Word, Words, apart, evidence, find, near, read
from stages.wording.quoting import said, whole


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


class Looked(tuple[Word, ...]):
    """Words that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        Looked.looks += 1
        return super().__getitem__(at)


def looks(text: str, phrases: Phrases) -> int:
    """How often the matcher looks at a word of `text`."""
    words = read(text)
    Looked.looks = 0
    find(Words(words.source, Looked(words.words)), phrases)
    return Looked.looks


@pytest.mark.parametrize("piece", ["a!", "a@", "a ", "send ", "send me ", "(", "\u0301", "your account ", "é", "1,"])
def test_work_grows_with_the_length_of_the_text_only(piece: str) -> None:
    """Counted in looks at a word, not in seconds: each start of a phrase costs at most a fixed number."""
    phrases = Phrases("send me ~ money ~ now", "your account ~ number")
    assert looks(piece * 1000, phrases) <= 2 * looks(piece * 500, phrases) + 20


def test_work_does_not_grow_with_the_number_of_phrases_that_begin_alike() -> None:
    few, many = (
        Phrases(*(f"your ~ thing{'abcdefghij'[n % 10] * (n // 10 + 1)}" for n in range(size))) for size in (1, 90)
    )
    text = "your " * 300 + "thinga thingb thingjjjjjjjjj"
    assert found(text, "your ~ thinga", "your ~ thingjjjjjjjjj")
    assert looks(text, few) <= looks(text, many) <= looks(text, few) + 20


def test_of_a_note_the_beginning_is_read_and_of_a_message_more() -> None:
    text = "word " * 1_000
    assert Notice(note=shown(text)).words == text[:NOTE]
    assert Notice(message=shown(text)).words == text
    assert Notice(note=shown(text[:300])).words == text[:300]


def test_phrases_that_begin_alike_are_told_apart_and_the_longest_counts() -> None:
    phrases = Phrases("your ~ post", "your post", "your ~ post office", "your postal*", "your ~ old ~ office")
    told = [
        (hit.first, hit.last, hit.phrase)
        for hit in find(read("your post. Your old post office. Your postals"), phrases)
    ]
    assert told == [(0, 1, "your ~ post"), (2, 5, "your ~ post office"), (6, 7, "your postal*")]


def quoted(text: str, *phrases: str, about: str = "") -> str:
    words = read(text)
    return said(words, *(hit for phrase in phrases for hit in find(words, Phrases(phrase))), about=about)


def test_evidence_quotes_the_sentence_without_its_address() -> None:
    note = "Dear Ms Ferrand, the red boat (ours) sank! It was a fair day. Nobody cried."
    assert quoted(note, "boat") == '"the red boat (ours) sank!"'
    assert quoted(note, "fair", "boat") == '"It was a fair day."; "the red boat (ours) sank!"'
    assert quoted(note, "boat", "sank") == '"the red boat (ours) sank!"'
    assert quoted(note, "dear") == '"Dear Ms Ferrand, the red boat (ours) sank!"'


def test_evidence_names_the_fact_first() -> None:
    assert quoted("My boat leaks.", "boat", about='your boat "Ada"') == 'your boat "Ada": "My boat leaks."'


def test_a_dot_inside_a_sentence_does_not_cut_it() -> None:
    assert (
        quoted("I asked Dr. Moe about berth no. 7 today. Thanks.", "berth")
        == '"I asked Dr. Moe about berth no. 7 today."'
    )


def test_a_sentence_too_long_is_cut_to_whole_clauses_around_the_words_that_showed_it() -> None:
    clause = "and the sea was as calm as it ever is"
    cut = quoted(f"First {', '.join([clause] * 4)}, my red boat sank, {', '.join([clause] * 5)}.", "boat")
    assert len(cut) <= EVIDENCE
    assert cut.startswith(('"…and the sea', '"…my red boat'))
    assert "my red boat sank" in cut
    assert cut.endswith('is…"')
    endless = quoted("lamp " * 80 + "boat " + "rope " * 80, "boat")
    assert "boat" in endless
    assert len(endless) <= EVIDENCE


def test_the_whole_note_is_cut_inside_its_quotation_marks() -> None:
    assert whole(read("Hi.\nHow are you?")) == '"Hi. How are you?"'
    assert whole(read("word " * 80)).endswith('…"')
    assert len(whole(read("word " * 80))) <= EVIDENCE


@given(st.text(max_size=500), st.integers(0, 80), st.integers(0, 6), st.text(max_size=300))
def test_any_quotation_is_one_short_line(text: str, at: int, more: int, about: str) -> None:
    words = read(text)
    if at + more < len(words):
        told = said(words, Hit(at, at + more, ""), Hit(0, 0, ""), about=about)
        assert 0 < len(told) <= EVIDENCE
        assert "\n" not in told
