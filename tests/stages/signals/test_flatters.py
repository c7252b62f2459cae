"""When `flatters` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "flatters"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Impressive! Your article about pricing stairlifts is wrong.")
    assert with_and_without(SIGNAL, asked) == ("intriguing", "good")


@pytest.mark.parametrize(
    "note",
    [
        "I am impressed by your career.",
        "Ihr Werdegang ist toll.",
        "Votre parcours est beau.",
        "Admiro tu trayectoria",
        "Sua trajetória é linda",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "The second chart in your article has its axes swapped.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
