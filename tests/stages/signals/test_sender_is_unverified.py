"""When `sender_is_unverified` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import Trust
from tests.builders.facts import facts, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "sender_is_unverified"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts is wrong.")
    assert with_and_without(SIGNAL, asked, facts(trust="unverified")) == ("intriguing", "good")


@pytest.mark.parametrize("trust", ["aligned", "forged", "temporary"])
def test_dns_trouble_costs_nothing(trust: Trust) -> None:
    assert finding(SIGNAL, request(), facts(trust=trust)) is None
