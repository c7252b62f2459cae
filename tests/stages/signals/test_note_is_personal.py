"""When `note_is_personal` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_is_personal"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts for councils changed how I quote them.")
    assert with_and_without(SIGNAL, asked) == ("good", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "We met at the harbour fair on Tuesday, by the rope stand.",
        "Ingrid told me you know how to store sails in winter.",
        "Ihr Vortrag über Dachbegrünung in Kiel hat mir geholfen.",
        "Votre article sur la taille des oliviers m'a servi hier.",
        "Tu charla sobre faros antiguos me dejó una duda.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Your background in marketing is impressive, let us connect.",
        "I would love to add you to my network.",
        "I sell ropes in Kiel and Lübeck since 1998.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_a_subject_makes_praise_of_a_post_worth_more() -> None:
    vague = finding(SIGNAL, request("Your post was great and we both know it."))
    exact = finding(SIGNAL, request("Your post about salt corrosion on ferry hinges was great and we both know it."))
    assert vague is not None
    assert exact is not None
    assert vague.points < exact.points
