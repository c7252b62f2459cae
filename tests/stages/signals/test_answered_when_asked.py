"""When `answered_when_asked` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import Request
from tests.builders.asking import DAY, HOUR, answered, silent_since
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "answered_when_asked"
ANSWER = "Tell me where the crane maps of Kiel are, if you can."


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, answered(request(), ANSWER)) == ("good", "intriguing")


def test_an_answer_that_says_nothing_is_not_asked_about_again() -> None:
    assert with_and_without(SIGNAL, answered(request(), "Hello")) == ("intriguing", "follow_up")


@pytest.mark.parametrize(
    ("after", "points"),
    [(0, 3.0), (3 * DAY, 3.0), (3 * DAY + 1, 1.5), (10 * DAY, 1.5), (10 * DAY + 1, 0.5), (400 * DAY, 0.5)],
)
def test_the_sooner_the_answer_the_more_it_is_worth(after: int, points: float) -> None:
    found = finding(SIGNAL, answered(request(), ANSWER, after))
    assert found is not None
    assert found.points == points


@pytest.mark.parametrize(
    ("after", "answer", "evidence"),
    [
        (HOUR, "Because of the crane.", 'after 1 hour: "Because of the crane."'),
        (26 * HOUR, "Because of\nthe crane.", 'after 26 hours: "Because of the crane."'),
        (5 * DAY, None, "after 5 days: text not shown"),
    ],
)
def test_it_tells_when_the_answer_came_and_what_it_says(after: int, answer: str | None, evidence: str) -> None:
    found = finding(SIGNAL, answered(request(), answer, after))
    assert found is not None
    assert found.evidence == evidence


def test_a_letter_for_an_answer_is_cut_to_what_a_reason_may_carry() -> None:
    found = finding(SIGNAL, answered(request(), "crane " * 1_000))
    assert found is not None
    assert len(found.evidence) <= 200


@pytest.mark.parametrize("asked", [request(ANSWER), silent_since(request(ANSWER), DAY)])
def test_a_note_is_no_answer(asked: Request) -> None:
    assert finding(SIGNAL, asked) is None
