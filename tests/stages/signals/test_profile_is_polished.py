"""When `profile_is_polished` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "profile_is_polished"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We met at the harbour fair last week.", headline="Rope maker at Bow", photo="https://p.test/1")
    assert with_and_without(SIGNAL, asked) == ("good", "intriguing")


@pytest.mark.parametrize(
    ("headline", "photo"),
    [("Rope maker", None), (None, "https://p.test/1"), (False, "https://p.test/1"), ("Student", "https://p.test/1")],
)
def test_what_is_not_shown_leaves_it_silent(headline: str | bool | None, photo: str | None) -> None:
    assert finding(SIGNAL, request(headline=headline, photo=photo)) is None
