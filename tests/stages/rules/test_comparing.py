"""Texts of rules see through what is not seen; other scripts stay what they are; and each text is folded once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.rules import comparing
from stages.rules.comparing import in_words, whole
from stages.rules.conditions import Condition, Sought
from stages.rules.language import Rules
from stages.rules.matching import holds, read_through
from stages.wording import MOST_READ
from tests.builders.asked_about import case

TESTS = ("is", "contains", "word")
HIDDEN = {
    "a code point that stands for nothing": "\u2065", "another": "\ufff0", "a tag": "\U000e0041",
    "one of tags that is none": "\U000e0002", "a circle drawn around a letter": "\u20dd", "crossed out": "\u20e0",
    "a zero-width space": "\u200b", "a joiner of graphemes": "\u034f", "a soft hyphen": "\u00ad",
    "a vowel of Khmer that is not drawn": "\u17b4", "a variation": "\ufe0f", "another variation": "\U000e0100",
    "a control": "\x01", "another control": "\x9f",
}  # fmt: skip
BLANKS = {
    "Hangul": "\u3164", "narrow Hangul": "\uffa0", "Braille": "\u2800", "that does not break": "\u00a0",
    "two": "  ", "a line": "\n", "ideographic": "\u3000", "a tab": "\t",
}  # fmt: skip


def found(sought: str, text: str, *tests: str) -> set[str]:
    """By which tests `sought` is found in the headline `text`."""
    asked = case(headline=text)
    return {
        test for test in tests or TESTS if holds(Condition.model_validate({"field": "headline", test: sought}), asked)
    }


@pytest.mark.parametrize("unseen", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_seen_hides_no_text(unseen: str) -> None:
    for at in range(len("Baker of ropes") + 1):
        text = "Baker of ropes"[:at] + unseen + "Baker of ropes"[at:]
        assert found("baker of ropes", text) == set(TESTS), at
        assert found(text, "BAKER OF ROPES") == set(TESTS), at


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
def test_what_looks_like_a_blank_is_one_and_at_the_ends_nothing(blank: str) -> None:
    for text in (f"Baker{blank}of ropes", f"{blank}Baker of ropes", f"Baker of ropes{blank}"):
        assert found("Baker of ropes", text) == set(TESTS), text
        assert found(text, "Baker of ropes", "is", "word") == {"is", "word"}, text
    assert not found("baker", f"Ba{blank}ker")


def test_a_blank_that_is_looked_for_at_an_end_stands_between_words() -> None:
    assert found(" hr ", "Head of HR at large", "contains")
    assert not found(" hr ", "Chris at large", "contains")


def test_letters_that_look_like_latin_ones_are_those() -> None:
    for text in ("Bаker of rоpes", "Вaker of ropes", "Βaκer οf ropes", "ВАКЕR оf rорeѕ"):
        assert text.casefold() != "baker of ropes"
        assert found("baker of ropes", text) == set(TESTS), text
        assert found(text, "Baker of ropes") == set(TESTS), text


@pytest.mark.parametrize(
    ("sought", "text", "apart"),
    [
        ("Москва", "МОСКВА", "Минск"),
        ("продажи", "Продажи", "продукты"),
        ("Αθήνα", "ΑΘΗΝΑ", "Αθηνών"),
        ("ναύτης", "ΝΑΥΤΗΣ", "ναυτική"),
        ("数据", "数据", "数学"),
        ("データ", "データ", "テープ"),
        ("데이터", "데이터", "데이트"),
        ("سفن", "سفن", "سفر"),
    ],
)
def test_every_script_finds_itself_and_no_other_word(sought: str, text: str, apart: str) -> None:
    assert found(sought, text) == found(sought, f"  {text} ") == set(TESTS)
    assert not found(sought, apart)
    assert found(sought, f"Ida, {text}.", "contains", "word") == {"contains", "word"}


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_and_every_text_is_itself(text: str) -> None:
    assert whole(whole(text)) == whole(text)
    assert in_words(whole(text)) == in_words(text)
    if whole(text):
        assert found(text, text, "is") == {"is"}
        assert Sought(texts=(text,)).whole == {whole(text)}


@pytest.mark.parametrize("unseen", ["\u2065", "\u200b\u20dd", "\u2800", "\u3164 "])
def test_what_is_not_seen_alone_cannot_be_looked_for(unseen: str) -> None:
    with pytest.raises(ValueError, match="a text to look for has 1 to 300 characters"):
        Sought(texts=(unseen,))


def test_a_text_is_folded_once_however_many_rules_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []
    real = comparing.fold

    def fold(text: str) -> str:
        folded.append(text)
        return real(text)

    tests: list[dict[str, Any]] = [
        {"field": "headline", test: f"{test} {at}"} for at in range(300) for test in ("is", "contains", "word")
    ]
    rules = Rules.model_validate({"rule": [{"name": f"r{at}", "points": 1, "all": [t]} for at, t in enumerate(tests)]})
    read_through(rules.rule, case(headline="Baker"))  # what is looked for is folded once and for all
    monkeypatch.setattr(comparing, "fold", fold)
    text = "Ĕxcellent öpportunity, " * 400
    for _ in range(5):
        read_through(rules.rule, case(headline=text))
    assert [each[:20] for each in folded] == [text[:20]] * 2, "as a whole, and in words"
    assert all(len(each) == MOST_READ for each in folded), "nor is more of it kept"
