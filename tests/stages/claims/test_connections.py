"""Claims of connections in common, against what the network shows."""

from __future__ import annotations

import pytest

from tests.builders.claims import claims, truths
from tests.builders.facts import request


@pytest.mark.parametrize(
    ("note", "shown", "truth"),
    [
        ("We have 3 mutual connections.", 5, "true"),
        ("We have mutual connections.", 2, "true"),
        ("We have 8 mutual connections.", 6, "unknown"),
        ("We have 3 mutual connections.", None, "unknown"),
        ("We have 40 mutual connections.", 2, "false"),
        ("Wir haben drei gemeinsame Kontakte.", 3, "true"),
        ("Nous avons trois relations en commun.", 3, "true"),
        ("Tenemos tres contactos en común.", 3, "true"),
        ("Temos três conexões em comum.", 3, "true"),
        ("Abbiamo tre contatti in comune.", 3, "true"),
        ("We hebben drie gemeenschappelijke connecties.", 3, "true"),
    ],
)
def test_only_far_more_than_the_network_shows_is_false(note: str, shown: int | None, truth: str) -> None:
    assert truths("connections", request(note, mutual=shown), {}) == [truth]


def test_the_claim_is_quoted_with_its_number() -> None:
    (claim,) = claims(request("We have 3 mutual connections.", mutual=5), {})
    assert (claim.words, claim.fact) == ("3 mutual connections", "the network shows 5 in common")
