"""When `hides_its_purpose` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "hides_its_purpose"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "I have an urgent matter and a business proposal for you. Kindly answer, your harbour chart of Kiel in hand."
    )
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Strictly confidential: a lucrative deal, please respond.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "It is urgent: the crane in your photo leans.",
        "The tax on lucrative fishing grounds is your subject, I hear.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
