"""When `pitches_a_job` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "pitches_a_job"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We are hiring a rigger; your rope bridge in Kiel came up over lunch.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I am recruiting for a client in Kiel.",
        "Wir suchen einen Takler.",
        "Nous recrutons un gréeur.",
        "Buscamos un aparejador.",
        "Temos uma vaga para armador.",
        "Stiamo cercando un attrezzista.",
        "Wij zoeken een tuiger.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I applied for the rigger role you posted.",
        "My job at the yard ends in May; how did you find yours?",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
