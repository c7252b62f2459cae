"""When `asks_for_identity_or_codes` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "asks_for_identity_or_codes"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Please send me the verification code you get. Your article about stairlifts changed my quotes.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")  # good, but for `asks_for_something_risky`


@pytest.mark.parametrize(
    "note",
    [
        "Kindly provide your bank details.",
        "Send me a copy of your passport",
        "Schicken Sie mir bitte Ihre Ausweiskopie",
        "Envoyez votre carte d'identité",
        "Envíeme su número de cuenta",
        "Me envie seu CPF",
        "Mi mandi il suo codice fiscale",
        "Stuur mij uw rekeningnummer",
        "Please share your p@ssw0rd",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I work on passport control gates; your article on queues was useful.",
        "Send me your article on verification codes.",
        "Could you share your password manager policy talk?",
        "The code review you posted helped us.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
