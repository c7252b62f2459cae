"""When `template_is_showing` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "template_is_showing"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Hi {first_name}, your lighthouse catalogue made me change our lamp order.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Hello [Name], how are things?",
        "Dear %FIRSTNAME%, hello",
        "Hallo <Vorname>, schön von Ihnen zu lesen",
        "Hola [tu empresa], saludos",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I sent the list [see the second page] to your colleague.",
        "We grew by 5% and then 7% in the harbour trade.",
        "a < b and c > d",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Hola «Nombre», ¿qué tal?",
        "Hi «First_Name», ahoy",
        "Dear %LAST_NAME%, ahoy",
        "At [their company] you shine",
        "Ciao {nome}!",
    ],
)
def test_a_slot_of_any_system_shows(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "El artículo «El problema de la marea» me gustó.",
        "La palabra «cliente» no sale en su carta.",
        "Costs fell by 20% in the first 30% of the year.",
        "Costs fell: 20% title work, 30% towing.",
        "The captain [in his last job] kept such a log.",
        "The lamp [my first] burns yet.",
    ],
)
def test_quotations_shares_and_remarks_are_no_slots(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
