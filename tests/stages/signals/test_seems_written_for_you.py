"""When `seems_written_for_you` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.signals import Facts
from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without
from tests.builders.weights import as_shipped, weighing

SIGNAL = "seems_written_for_you"
CRANE = "Your old crane in Kiel harbour has lost its brass plate."
FOR_ROBIN = weighing(tie={"your old crane": 60.0}, hint={"brass plate": 60.0, "lost": -1.0})


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, request(CRANE), FOR_ROBIN) == ("good", "intriguing")


def test_it_speaks_and_shows_the_words_of_both_readings() -> None:
    found = finding(SIGNAL, request(CRANE), FOR_ROBIN)
    assert found is not None
    assert found.points == 3.5
    assert found.evidence.startswith("surely: ")
    assert all(quote in found.evidence for quote in ('"Your old crane"', '"brass plate"'))


@pytest.mark.parametrize(
    ("note", "known"),
    [
        ("The old crane in Kiel harbour has lost its brass lamp.", FOR_ROBIN),
        (CRANE, weighing(tie={"<short>": 2.0, "crane": 0.0}, hint={"<short>": -2.0})),
        (CRANE, weighing(offer={"<short>": -4.0, "crane": 0.0})),
        (None, FOR_ROBIN),
    ],
)
def test_a_near_miss_leaves_it_silent(note: str | None, known: Facts) -> None:
    assert finding(SIGNAL, request(note), known) is None


def test_one_reading_of_the_two_is_enough_where_only_one_was_learned() -> None:
    found = finding(SIGNAL, request(CRANE), weighing(hint={"<short>": 2.0, "crane": 0.0}))
    assert found is not None
    assert found.points == 1.75


def test_words_inside_a_longer_turn_of_phrase_are_not_shown_twice() -> None:
    found = finding(SIGNAL, request(CRANE), weighing(tie={"old crane": 60.0, "crane": 50.0, "old": 40.0}))
    assert found is not None
    assert found.evidence == 'surely: "old crane"'


def test_a_fact_of_the_reader_is_weighed_as_such_and_shown_as_it_was_written() -> None:
    known = weighing(facts(about=profile(schools=["Kiel School of Rigging"])), tie={"<fact>": 60.0})
    found = finding(SIGNAL, request("The Kiel School of Rigging taught me to splice."), known)
    assert found is not None
    assert '"Kiel"' in found.evidence
    assert finding(SIGNAL, request("The Oslo College of Sewing taught me to splice."), known) is None


def test_as_shipped_a_personal_note_is_written_for_its_reader_and_a_sales_pitch_is_not() -> None:
    pitch = request("Our agency cuts your hiring costs by 40%. Are you open to a quick call on Thursday?")
    personal = request("Robin, your talk in Bergen stayed with me: the third tuck was the weak one on our ferry too.")
    assert finding(SIGNAL, personal, as_shipped()) is not None
    assert finding(SIGNAL, pitch, as_shipped()) is None
