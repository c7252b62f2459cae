"""When `profile_is_empty` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "profile_is_empty"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(False, headline=False, photo=False)
    assert with_and_without(SIGNAL, asked) == ("ugly", "follow_up")


@pytest.mark.parametrize(
    ("headline", "photo"),
    [(None, None), (None, False), (False, None), ("Rope maker", False), (False, "https://p.test/1")],
)
def test_unknown_is_not_empty(headline: str | bool | None, photo: str | bool | None) -> None:
    assert finding(SIGNAL, request(headline=headline, photo=photo)) is None
