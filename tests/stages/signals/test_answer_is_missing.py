"""When `answer_is_missing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.asking import DAY, HOUR, answered, silent_since
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "answer_is_missing"


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, silent_since(request(False), 8 * DAY)) == ("intriguing", "follow_up")


@pytest.mark.parametrize(
    ("waited", "evidence"),
    [
        (8 * DAY, "8 days since you asked"),
        (2 * DAY - 1, "1 day since you asked"),
        (HOUR, "0 days since you asked"),
    ],
)
def test_it_speaks_and_tells_how_long_it_has_been(waited: int, evidence: str) -> None:
    found = finding(SIGNAL, silent_since(request("Hello"), waited))
    assert found is not None
    assert (found.points, found.evidence) == (-0.5, evidence)


def test_it_stays_silent_about_somebody_who_was_never_asked() -> None:
    assert finding(SIGNAL, request()) is None


@pytest.mark.parametrize("answer", ["Your crane has lost its plate, and I found it.", None])
def test_an_answer_leaves_it_silent_even_where_the_mail_hides_its_text(answer: str | None) -> None:
    assert finding(SIGNAL, answered(request(), answer, 40 * DAY)) is None
