"""When `note_fits_anybody` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_fits_anybody"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Ropes, knots and splices since 1998: quality without compromise.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Hi!",
        "Your old crane in Kiel harbour has lost its brass plate.",
        "Your article about pricing stairlifts for councils changed how I quote them.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
