"""When `asks_for_money` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "asks_for_money"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "Please let us transfer 2.5 million to your account.  Your article about stairlifts changed my quotes."
    )
    assert with_and_without(SIGNAL, asked) == ("ugly", "good")


@pytest.mark.parametrize(
    "note",
    [
        "I need your account to transfer 2,500,000 dollars.",
        "I m@nage an inher!tance fund and look for the next of k1n.",
        "Bitte überweisen Sie die Gebühr, dann folgt der Rest.",
        "Nous pouvons virer 4 millions sur votre compte.",
        "Transferiremos los fondos a su cuenta bancaria.",
        "Vamos depositar tudo na sua conta bancária, é rápido.",
        "Il denaro arriva sul suo conto in un giorno.",
        "Wij maken het bedrag over naar uw rekening.",
        "Do you need a business loan? Answer today.",
        "My late husband left a sum of money.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I lead the funding desk at Harbour Bank and read your article.",
        "We raised 4 million in our seed round and your talk on pricing helped.",
        "I move two billion a day as treasurer at a shipping line; your post on netting was spot on.",
        "My father had cancer, and your charity run in Kiel raised funds for the ward.",
        "As a private investor I liked how you described the sale of the yard.",
        "Ich leite die Kreditabteilung einer Landesbank und habe Ihren Vortrag gehört.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
