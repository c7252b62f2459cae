"""When `note_says_nothing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_says_nothing"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Hi Robin, let us connect!")
    assert with_and_without(SIGNAL, asked) == ("follow_up", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Hi",
        "👋",
        "Hello Robin, I would like to connect.",
        "Guten Tag, gerne vernetzen!",
        "Bonjour, j'aimerais rejoindre votre réseau.",
        "Hola, me gustaría conectar.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Hello Robin, the second volume of your harbour atlas has a wrong tide table on page nine.",
        "",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_a_short_question_that_is_about_something_says_something() -> None:
    assert finding(SIGNAL, request("Warum Hanf, nicht Nylon?")) is None
    assert finding(SIGNAL, request("¿Cáñamo o nailon?")) is None
    assert finding(SIGNAL, request("Hi, how are you doing today?")) is not None
    assert finding(SIGNAL, request("Hi Robin, fine week?")) is not None
    assert finding(SIGNAL, request("Hi Robin, can we connect?")) is not None
