"""When `sender_is_forged` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import Trust
from tests.builders.facts import facts, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "sender_is_forged"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts for councils changed how I quote them.")
    assert with_and_without(SIGNAL, asked, facts(trust="forged", detail="sent from a look-alike domain")) == (
        "ugly",
        "good",
    )


def test_the_evidence_is_what_showed_it() -> None:
    found = finding(SIGNAL, request(), facts(trust="forged", detail="sent from a look-alike domain"))
    assert found is not None
    assert found.evidence == "sent from a look-alike domain"


@pytest.mark.parametrize("trust", ["aligned", "unverified", "temporary"])
def test_without_positive_evidence_it_is_silent(trust: Trust) -> None:
    assert finding(SIGNAL, request(), facts(trust=trust)) is None
