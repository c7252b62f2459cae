"""When `photo_is_missing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "photo_is_missing"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "Could you tell me where your old survey maps of Kiel are kept?", headline="Rope maker", photo=False
    )
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    ("headline", "photo"), [("Rope maker", None), ("Rope maker", "https://p.test/1"), (False, False)]
)
def test_an_unknown_photo_or_an_empty_profile_leaves_it_silent(headline: str | bool, photo: str | bool | None) -> None:
    assert finding(SIGNAL, request(headline=headline, photo=photo)) is None
