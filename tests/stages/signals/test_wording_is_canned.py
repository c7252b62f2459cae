"""When `wording_is_canned` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "wording_is_canned"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I saw your profile; tell me where the crane maps of Kiel are, if you can.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Ich bin auf Ihr Profil aufmerksam geworden.",
        "Je souhaite élargir mon réseau.",
        "Quiero ampliar mi red.",
        "Quero expandir minha rede.",
        "Vorrei ampliare la mia rete.",
        "Ik wil mijn netwerk uitbreiden.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Your profile picture shows the old crane in Kiel; I took one from the same spot.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_every_further_formula_costs_more() -> None:
    one = finding(SIGNAL, request("I came across your profile."))
    three = finding(SIGNAL, request("I came across your profile, seek synergies and want to expand my network."))
    assert one is not None
    assert three is not None
    assert (one.points, three.points) == (-1.0, -3.0)
