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


@pytest.mark.parametrize(
    "note",
    [
        "Bitte laden Sie ein Foto Ihres Personalausweises hoch.",
        "Indiquez votre numéro de carte.",
        "Indique los datos de la tarjeta, por favor.",
        "Digite sua senha para confirmar.",
        "Inserisca i dati della carta entro oggi.",
        "Vul uw kaartgegevens in.",
        "I texted a six digit code to your phone, forward it quickly.",
        "Enter your card details in all fields.",
        "What is your OTP code? Give me your OTP.",
    ],
)
def test_papers_are_asked_for_in_many_ways(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "I can share the OTP supervision tree of our tide gauge.",
        "Send me your password reset survey again.",
        "Could you share your IBAN validator? Ours fails for boat yards.",
        "Please send the passport control figures of the ferry port.",
        "Mi mandi il capitolo sulla carta d'identità dei marittimi?",
        "Schicken Sie mir Ihren Aufsatz zum Personalausweis auf See?",
        "Stuur me je stuk over het paspoort van zeelui?",
        "If you gave a talk on password resets, forward it.",
    ],
)
def test_what_is_made_for_secrets_is_none(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
