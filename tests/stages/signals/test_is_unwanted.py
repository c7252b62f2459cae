"""When `is_unwanted` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "is_unwanted"
ABOUT = facts(about=profile(does_not_want=["pier insurance", "people who collect antique lamps", "drones"]))


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I would gladly hear what insurance you have for the pier in Kiel.")
    assert with_and_without(SIGNAL, asked, ABOUT) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Insurances are dear; this one is made for a pier as long as yours.",
        "My uncle was a collector of lamps, many of them antique.",
        "Have you ever flown a drone over the quay?",
    ],
)
def test_it_goes_by_words_in_any_form_and_order(note: str) -> None:
    found = finding(SIGNAL, request(note), ABOUT)
    assert found is not None
    assert 'you do not want "' in found.evidence


def test_a_headline_alone_counts_half() -> None:
    found = finding(SIGNAL, request("Hello there, harbour master.", headline="Pier Insurance since 1990"), ABOUT)
    assert found is not None
    assert found.points == -1.0
    assert "headline" in found.evidence


@pytest.mark.parametrize(
    "note",
    [
        "The pier in Kiel needs paint.",
        "I collect ropes.",
        "This is not about pier insurance; I want to learn splicing.",
        "My insurance ended. Now the weather is fair, the ropes are dry, the crew is rested and we see your pier.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), ABOUT) is None


def test_without_a_profile_it_is_silent() -> None:
    assert finding(SIGNAL, request("We insure piers.")) is None
