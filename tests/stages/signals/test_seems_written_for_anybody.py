"""When `seems_written_for_anybody` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.signals import Facts
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without
from tests.builders.weights import as_shipped, weighing

SIGNAL = "seems_written_for_anybody"
CRANE = "Your old crane in Kiel harbour has lost its brass plate."
FOR_ALL = weighing(tie={"has lost": -60.0}, hint={"has lost": -60.0, "crane": 2.0})


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, request(CRANE), FOR_ALL) == ("ugly", "intriguing")


def test_it_speaks_and_shows_the_words_that_fit_anybody() -> None:
    found = finding(SIGNAL, request(CRANE), FOR_ALL)
    assert found is not None
    assert (found.points, found.evidence) == (-3.5, 'surely: "has lost"')


@pytest.mark.parametrize(
    ("note", "known"),
    [
        ("Your old crane in Kiel harbour had lost its brass plate.", FOR_ALL),
        (CRANE, weighing(tie={"<short>": 2.0, "crane": 0.0}, hint={"<short>": -2.0})),
        (CRANE, weighing(offer={"<short>": 4.0, "crane": 0.0})),
        (None, FOR_ALL),
    ],
)
def test_a_near_miss_leaves_it_silent(note: str | None, known: Facts) -> None:
    assert finding(SIGNAL, request(note), known) is None


@pytest.mark.parametrize("tie", [-3.0, -1.0, 1.0, 3.0])
def test_a_note_seems_written_for_you_or_for_anybody_but_never_both(tie: float) -> None:
    known = weighing(tie={"<short>": tie, "crane": 0.0}, hint={"<short>": tie})
    spoke = [name for name in (SIGNAL, "seems_written_for_you") if finding(name, request(CRANE), known)]
    assert spoke == [SIGNAL if tie < 0 else "seems_written_for_you"]


def test_as_shipped_a_sales_pitch_fits_anybody_and_a_personal_note_does_not() -> None:
    pitch = request("Our agency cuts your hiring costs by 40%. Are you open to a quick call on Thursday?")
    personal = request("Robin, your talk in Bergen stayed with me: the third tuck was the weak one on our ferry too.")
    assert finding(SIGNAL, pitch, as_shipped()) is not None
    assert finding(SIGNAL, personal, as_shipped()) is None
