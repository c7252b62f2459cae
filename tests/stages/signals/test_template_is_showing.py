"""When `template_is_showing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "template_is_showing"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Hi {first_name}, your lighthouse catalogue made me change our lamp order.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Hello [Name], how are things?",
        "Dear %FIRSTNAME%, hello",
        "Hallo <Vorname>, schön von Ihnen zu lesen",
        "Hola [tu empresa], saludos",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I sent the list [see the second page] to your colleague.",
        "We grew by 5% and then 7% in the harbour trade.",
        "a < b and c > d",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
