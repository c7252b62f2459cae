"""When `addressed_to_another` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, owner, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "addressed_to_another"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts for councils changed how I quote them.")
    assert with_and_without(
        SIGNAL, asked, facts(of=owner(accounts=("robin@home.test",)), to=("someone@else.test",))
    ) == ("ugly", "good")


@pytest.mark.parametrize("to", ["robin@home.test", "robin@salver.test", "robin+li@salver.test"])
def test_the_owners_own_addresses_leave_it_silent(to: str) -> None:
    assert finding(SIGNAL, request(), facts(of=owner(accounts=("robin@home.test",)), to=("x@y.test", to))) is None


def test_without_accounts_nothing_is_judged() -> None:
    assert finding(SIGNAL, request(), facts(to=("someone@else.test",))) is None


def test_a_mail_that_names_no_recipient_is_not_judged() -> None:
    assert finding(SIGNAL, request(), facts(of=owner(accounts=("robin@home.test",)), to=())) is None
