"""When `sells_a_service` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "sells_a_service"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We help harbours with cranes; your pier in Kiel has four old ones.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Our platform finds berths. Book a demo.",
        "Wir helfen Häfen.",
        "Notre solution range les bateaux.",
        "Ofrecemos grúas.",
        "Oferecemos guindastes.",
        "Offriamo gru.",
        "Wij bieden kranen.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Could you help me find the tide table?",
        "I bought the crane you described and it holds.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
