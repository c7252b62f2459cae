"""When `asks_for_private_friendship` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "asks_for_private_friendship"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I am lonely, and your photo at the pier in Kiel looks kind.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I want to send you photos and get to know you better.",
        "Ich bin einsam und suche Freundschaft mit dir.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "The friends of the harbour museum meet on Monday.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
