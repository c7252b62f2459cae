"""When `fits_what_you_want` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "fits_what_you_want"
ABOUT = facts(
    about=profile(
        wants=["sailmakers who teach", "candidates for open jobs"],
        does_not_want=["pier insurance"],
        industry=["lighthouse engineering"],
        roles=["harbour master"],
    )
)


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I teach two young sailmakers. How do you keep canvas dry in winter storms?")
    assert with_and_without(SIGNAL, asked, ABOUT) == ("good", "intriguing")


@pytest.mark.parametrize(
    ("note", "points"),
    [
        ("I am a sailmaker and teaching is half of my week.", 1.0),
        ("I have one good candidate for the position you have open.", 1.0),
        ("I was an engineer of lighthouses for ten years.", 0.5),
    ],
)
def test_it_goes_by_words_in_any_form_and_order(note: str, points: float) -> None:
    found = finding(SIGNAL, request(note), ABOUT)
    assert found is not None
    assert found.points == points


def test_a_headline_tells_that_somebody_works_in_the_field() -> None:
    found = finding(SIGNAL, request("A question about tides, if I may.", headline="Harbour Master, Kiel"), ABOUT)
    assert found is not None
    assert found.evidence.startswith('your role "harbour master"; the headline: "Harbour Master')


@pytest.mark.parametrize(
    "note",
    [
        "I make sails.",
        "Do candidates pay a fee?",
        "We help sailmakers who teach: book a demo.",
        "I teach sailmakers all about pier insurance.",
        "I am growing my network with sailmakers who teach.",
    ],
)
def test_a_near_miss_a_pitch_and_a_form_letter_leave_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), ABOUT) is None


def test_without_a_profile_it_is_silent() -> None:
    assert finding(SIGNAL, request("I am a sailmaker who teaches.")) is None
