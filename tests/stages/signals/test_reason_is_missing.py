"""When `reason_is_missing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.signals import Facts
from tests.builders.asking import answered
from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without
from tests.builders.weights import as_shipped, weighing

SIGNAL = "reason_is_missing"
CRANE = "Your old crane in Kiel harbour has lost its brass plate."
ASKS_WHY = weighing(reason={"crane": -9.0, "lamps": 40.0}, silence={"base": 0.25, "reason": -1.0})
"""Silence is likely; more so beside a crane, and less so beside lamps."""


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, request(CRANE), ASKS_WHY) == ("follow_up", "intriguing")


def test_it_speaks_and_quotes_the_note_from_its_beginning() -> None:
    found = finding(SIGNAL, request(CRANE), ASKS_WHY)
    assert found is not None
    assert (found.points, found.evidence) == (-0.25, f'"{CRANE}"')


def test_a_near_miss_leaves_it_silent() -> None:
    assert finding(SIGNAL, request(CRANE.replace("crane", "lamps")), ASKS_WHY) is None


def test_nothing_above_zero_is_needed_for_a_reason_to_be_there() -> None:
    even = weighing(reason={"crane": 1.0}, silence={"base": 0.0})
    assert finding(SIGNAL, request(CRANE), even) is None


@pytest.mark.parametrize(
    "known",
    [
        weighing(reason={"crane": -9.0}),
        weighing(silence={"base": 5.0}),
        weighing(),
    ],
)
def test_where_nothing_was_learned_it_stays_silent(known: Facts) -> None:
    assert finding(SIGNAL, request(CRANE), known) is None


def test_no_note_at_all_is_for_another_signal_to_say() -> None:
    assert finding(SIGNAL, request(), ASKS_WHY) is None
    assert finding(SIGNAL, request(False), ASKS_WHY) is None


def test_an_answer_to_the_question_why_is_read_as_well() -> None:
    assert finding(SIGNAL, answered(request(CRANE), "I mend lamps."), ASKS_WHY) is None


def test_as_shipped_a_bare_wish_gives_no_reason_and_a_question_does() -> None:
    bare = request("Hello Robin, I would be glad to have you among my contacts here. Many thanks!")
    asks = request("Hi Robin, which of the two splices in your talk held longer in salt water? Ours slipped in May.")
    assert finding(SIGNAL, bare, as_shipped()) is not None
    assert finding(SIGNAL, asks, as_shipped()) is None
