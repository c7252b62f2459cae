"""When `wording_came_before` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import Echo, Past
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "wording_came_before"
NOTE = "I attended your talk at the Bergen HR Day last week and loved what you said about pay bands."


@pytest.mark.parametrize(("others", "points"), [(1, -1.0), (2, -2.0), (3, -3.0), (40, -3.0)])
def test_the_more_others_wrote_it_the_more_it_weighs(others: int, points: float) -> None:
    found = finding(SIGNAL, request(NOTE, past=Past(echo=Echo(others=others, share=0.75))))
    assert found is not None
    assert found.points == points
    assert found.evidence == ("another person" if others == 1 else f"{others} others") + " wrote nearly the same before"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(NOTE, past=Past(echo=Echo(others=3, share=1.0)))
    assert with_and_without(SIGNAL, asked) == ("intriguing", "good")


def test_what_nobody_else_wrote_is_left_alone() -> None:
    assert finding(SIGNAL, request(NOTE)) is None
    assert finding(SIGNAL, request(NOTE, past=Past(requests_before=3, echo=Echo()))) is None
