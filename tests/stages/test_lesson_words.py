"""What an answer says of proposed lessons, and that it takes nothing from what else it says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from stages.instructions import instructions_in
from stages.lesson_words import lessons_in


def said(*lines: str) -> list[tuple[str, str]]:
    return [(each.lesson, each.answer) for each in lessons_in(lines, "Amy Stone").said]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("accept k204981", "accept"),
        ("Accept: K204981.", "accept"),
        ("please accept “k204981”".replace("“", '"').replace("”", '"'), "accept"),
        ("annehmen k204981", "accept"),
        ("ja k204981", "accept"),
        ("no k204981", "decline"),
        ("nein k204981", "decline"),
        ("decline k204981", "decline"),
    ],
)
def test_a_word_and_a_code_answer_a_proposal_in_both_languages(line: str, answer: str) -> None:
    assert said(line) == [("k204981", answer)]
    assert lessons_in([line]).lines == ()


@pytest.mark.parametrize(
    "line",
    [
        "accept",
        "accept 2",
        "2 accept",
        "accept 204981",
        "accept k12",
        "k204981",
        "do not accept k204981",
        "I would accept k204981 if it were not for Bo",
        "not k204981",
        "accept k204981x",
        "no 1",
        "accept k204981?",
    ],
)
def test_anything_less_or_more_answers_none_and_is_left_to_be_read_as_ever(line: str) -> None:
    assert lessons_in([line]) == ((), (line,), "")


def test_numbers_of_requests_and_codes_stand_in_one_line_and_each_is_read_as_itself() -> None:
    told = lessons_in(["1 asked, accept k204981, 2 good", "no k000017"])
    assert [(each.lesson, each.answer) for each in told.said] == [("k204981", "accept"), ("k000017", "decline")]
    read = instructions_in(told.lines)
    assert [(each.number, each.order) for each in read.instructions] == [(1, "asked"), (2, "good")]
    assert not read.unclear


def test_greetings_and_signatures_around_it_do_no_harm() -> None:
    told = lessons_in(["Hi,", "", "accept k204981", "", "Thanks,", "Amy"], "Amy")
    assert [each.lesson for each in told.said] == ["k204981"]
    assert not instructions_in(told.lines, "Amy").unclear


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Good morning,", "accept k204981", "2 never, 3 asked", "all the others good"), ""),
        (("accept k204981", "", "Best regards,", "Amy Stone", "Head of Glass, Northwind", "+1 555 0100"), "Amy Stone"),
        (("accept k204981", "Thanks,", "Amy Stone"), ""),
        (("Hallo Salver,", "annehmen k204981", "Viele Grüße", "Amy", "Nordwind GmbH"), "Amy Stone"),
    ],
)
def test_other_answers_courtesies_and_a_signature_may_stand_beside_it(lines: tuple[str, ...], name: str) -> None:
    told = lessons_in(lines, name)
    assert [each.lesson for each in told.said] == ["k204981"]
    assert not told.unclear


@pytest.mark.parametrize(
    "lines",
    [
        ("I think that you should not", "accept k204981"),
        ("By no means would I want to", "accept k204981"),
        ("accept k204981", "is not what I want"),
        ("accept k204981, but not for Bo",),
        ("ich werde das nicht", "annehmen k204981"),
        ("accept k204981", "never"),
        ("Please don't.", "accept k204981"),
        ("I do not want to:", "accept k204981"),
        ("You proposed:", "accept k204981", "or", "no k204981"),
        ("accept k204981.", "Not!"),
        ("accept k204981", "", "Thanks", "but I would rather wait"),
        ("accept k204981", "Thanks,", "Not That"),
        ("accept k204981", "Thanks,", "Never"),
        ("accept k204981", "Thanks,", "Amy", "Only if Bo agrees"),
        ("accept k204981", "Thanks,", "Amy", "I was joking."),
        ("2 good", "", "no k204981", "", "is what I would never say"),
        ("2 good", "accept k204981", "asked"),
    ],
)
def test_a_sentence_that_goes_over_lines_is_no_answer(lines: tuple[str, ...]) -> None:
    assert said(*lines) == []
    told = lessons_in(lines, "Amy Stone")
    assert told.lines == lines
    assert told.unclear in lines, "so that the owner hears of it"
    assert "k204981" in told.unclear


def test_of_very_many_no_more_are_taken_than_can_be_answered() -> None:
    line = ", ".join(f"accept k{number:06d}" for number in range(1_000))
    assert len(said(*[line] * 3)) <= 50


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="accept nok204981,;. jaund-é\t", max_size=80), max_size=6))
def test_no_line_is_lost_and_only_codes_are_answered(lines: list[str]) -> None:
    told = lessons_in([line.strip() for line in lines])
    assert all(each.lesson.startswith("k") and each.lesson[1:].isdigit() for each in told.said)
    if not told.said:
        assert told.lines == tuple(line.strip() for line in lines)


@pytest.mark.parametrize(
    "hostile", ["accept " * 9_000, "accept k1" * 9_000, ", " * 9_000 + "k", "k204981 and " * 9_000]
)
def test_a_line_without_end_is_left_alone(hostile: str) -> None:
    assert lessons_in([hostile, "accept k204981."]).lines[0] == hostile
