"""When `seems_to_want_nothing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.signals import Facts
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without
from tests.builders.weights import as_shipped, weighing

SIGNAL = "seems_to_want_nothing"
ROPES = "Ropes, knots and splices since 1998: quality without compromise."
NO_OFFER = weighing(offer={"knots and splices": -60.0, "without": 1.0})


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, request(ROPES), NO_OFFER) == ("intriguing", "ugly")


def test_it_speaks_and_shows_the_words_that_moved_it() -> None:
    found = finding(SIGNAL, request(ROPES), NO_OFFER)
    assert found is not None
    assert (found.points, found.evidence) == (2.0, 'surely: "knots and splices"')


@pytest.mark.parametrize(
    ("note", "known"),
    [
        (ROPES.replace("and", "or"), NO_OFFER),
        (ROPES, weighing(offer={"<short>": 2.0, "knots": 0.0})),
        (ROPES, weighing(offer={"<short>": -0.2, "knots": 0.0})),
        (ROPES, weighing(tie={"<short>": -4.0, "knots": 0.0})),
        (None, NO_OFFER),
    ],
)
def test_a_near_miss_leaves_it_silent(note: str | None, known: Facts) -> None:
    assert finding(SIGNAL, request(note), known) is None


@pytest.mark.parametrize("weight", [-4.0, -2.0, -0.5, 0.5, 2.0, 4.0])
def test_a_note_that_seems_to_want_nothing_never_seems_to_offer_something(weight: float) -> None:
    known = weighing(offer={"<short>": weight, "knots": 0.0})
    assert (finding(SIGNAL, request(ROPES), known) is None) == (weight > 0)
    assert (finding("seems_to_offer_something", request(ROPES), known) is None) == (weight < 0)


def test_as_shipped_a_personal_note_wants_nothing_and_a_sales_pitch_does() -> None:
    pitch = request("Our agency cuts your hiring costs by 40%. Are you open to a quick call on Thursday?")
    personal = request("Robin, your talk in Bergen stayed with me: the third tuck was the weak one on our ferry too.")
    assert finding(SIGNAL, pitch, as_shipped()) is None
    assert finding(SIGNAL, personal, as_shipped()) is not None
