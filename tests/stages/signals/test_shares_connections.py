"""When `shares_connections` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "shares_connections"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We met at the harbour fair.", mutual=12)
    assert with_and_without(SIGNAL, asked) == ("good", "intriguing")


@pytest.mark.parametrize(("mutual", "points"), [(1, 0.5), (2, 1.0), (5, 1.5), (10, 2.0), (400, 2.0)])
def test_it_is_graded(mutual: int, points: float) -> None:
    found = finding(SIGNAL, request(mutual=mutual))
    assert found is not None
    assert found.points == points
    assert str(mutual) in found.evidence


@pytest.mark.parametrize("mutual", [None, 0])
def test_none_or_unknown_leaves_it_silent(mutual: int | None) -> None:
    assert finding(SIGNAL, request(mutual=mutual)) is None
