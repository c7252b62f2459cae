"""When `seems_to_offer_something` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without
from tests.builders.weights import as_shipped, weighing

SIGNAL = "seems_to_offer_something"
CRANE = "Your old crane in Kiel harbour has lost its brass plate."
LIKE_AN_OFFER = weighing(offer={"old crane": 60.0, "brass plate": 30.0, "harbour": -1.0})


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, request(CRANE), LIKE_AN_OFFER) == ("ugly", "intriguing")


def test_it_speaks_and_shows_what_moved_it_most_first() -> None:
    found = finding(SIGNAL, request(CRANE), LIKE_AN_OFFER)
    assert found is not None
    assert (found.points, found.evidence) == (-4.0, 'surely: "old crane", "brass plate"')


@pytest.mark.parametrize(
    ("weight", "points", "how"), [(3.0, -3.0, "likely"), (2.0, -2.0, "likely"), (1.0, -1.0, "perhaps")]
)
def test_the_surer_it_is_the_more_it_costs(weight: float, points: float, how: str) -> None:
    found = finding(SIGNAL, request(CRANE), weighing(offer={"<short>": weight, "crane": 0.0}))
    assert found is not None
    assert (found.points, found.evidence) == (points, how)


@pytest.mark.parametrize(
    "note",
    [
        "Your old lamp in Kiel harbour has lost its brass plaque.",
        "The crane is old. Crane of old, in brass; a plate.",
        None,
        False,
    ],
)
def test_a_near_miss_leaves_it_silent(note: str | bool | None) -> None:
    assert finding(SIGNAL, request(note), LIKE_AN_OFFER) is None


def test_what_moves_it_the_other_way_is_no_evidence() -> None:
    mixed = weighing(offer={"old crane": 60.0, "harbour": -30.0})
    found = finding(SIGNAL, request(CRANE), mixed)
    assert found is not None
    assert "harbour" not in found.evidence


def test_as_shipped_a_sales_pitch_is_an_offer_and_a_personal_note_is_none() -> None:
    pitch = request("Hi Robin, we help firms like yours fill their pipeline. Shall I book you a free demo this week?")
    personal = request("Robin, your talk in Bergen stayed with me: the third tuck was the weak one on our ferry too.")
    assert finding(SIGNAL, pitch, as_shipped()) is not None
    assert finding(SIGNAL, personal, as_shipped()) is None
