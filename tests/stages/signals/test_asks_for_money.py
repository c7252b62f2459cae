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


@pytest.mark.parametrize(
    "note",
    [
        "Please note that our IBAN has changed; pay the open invoice there today.",
        "Unsere Bankverbindung hat sich geändert. Zahlung bitte nur noch dort.",
        "Notre RIB a changé ce mois-ci, merci de régler la facture là-bas.",
        "Nuestro IBAN ha cambiado, rogamos pagar la factura en él.",
        "O nosso novo IBAN segue, pague a fatura hoje.",
        "Il nostro IBAN è cambiato: fattura e bonifico vanno lì.",
        "Onze IBAN is gewijzigd, betalen kan alleen daar.",
    ],
)
def test_an_account_that_changed_is_to_be_paid(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Our bank account app is new; how did you test payments with blind users?",
        "Your article on suppliers whose bank details change before an invoice helped our yard.",
        "Quien llega a tu cuenta por los mapas se queda por las mareas.",
        "Drei der fünf Tore am Kai gehen auf Ihr Konto, sagt unser Wirt.",
        "Ho sentito parlare bene sul suo conto dai piloti di Trieste.",
        "Volgens mij mag het wachtlopen op je rekening, schreef jij.",
    ],
)
def test_an_account_of_another_kind_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Un client sans héritiers laisse 9 millions, et votre part serait belle.",
        "Ein Nachlass von 9.000.000 liegt bereit, Ihr Anteil ist groß.",
        "Hay 9 millones que nadie reclama y su parte sería grande.",
        "Há 9 milhões de herança e você fica com metade.",
        "Ci sono 9 milioni senza eredi, dividiamo con riservatezza.",
        "Er ligt 9 miljoen zonder erfgenaam, u houdt de helft.",
        "I have a business proposal of 24 million.",
    ],
)
def test_a_part_of_a_hidden_fortune_is_offered(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "We raised 4 million, keep it confidential please; how did you price the moorings?",
        "Our proposal of 3 million for the quay was refused, and your article says why.",
        "In confidence: a shipyard worth 9 million looks for a buyer of your share, and it is confidential.",
        "Je houdt van sluizen, schrijf je; de vertrouwelijke en discretie vragende raming was 9 miljoen.",
        "Strictly speaking the quay cost 9 million, and I have a question for you.",
        "The inheritance law of islands is my field; a case of 9 million made me read you.",
    ],
)
def test_a_large_sum_kept_quiet_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "You have won the lottery of our harbour club, claim it today.",
        "Hai vinto alla lotteria del porto, rispondi per riscuotere.",
        "Do you need a loan of 5000 euros?",
        "Send me some money, the boat is stuck.",
        "You can apply for a loan here.",
    ],
)
def test_a_prize_to_be_claimed_is_a_lure(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "I am a widow and run the ferry alone; your guide on funds for small boats helped me.",
        "Seit mein verstorbener Mann die Werft übergab, suche ich Arbeit; Ihr Rat zum Geld im Podcast half.",
        "My late father left no money, only his logbooks, which I read with you in mind.",
        "I read that you have won the two million euro grant for the tide mill, congratulations!",
        "Ho letto che ha vinto il premio per il faro, complimenti!",
        "My thesis is on advance fee fraud in shipping, and your paper helps me.",
        "When do the sailing clubs receive the money from the city?",
        "No need to send me money, the lamp was a gift.",
        "Please do not send any money; do not send us any money.",
        "Your bank account opening flow is the clearest on the quay.",
        "Students who apply for a loan of charts get them within a week.",
        "We need a loan of your tide gauge for the museum.",
    ],
)
def test_a_prize_won_or_a_fraud_studied_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
