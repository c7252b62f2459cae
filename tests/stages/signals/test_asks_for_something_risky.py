"""Frauds need something to answer to; so do some honest people. It is no veto, and such a note is never good."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "asks_for_something_risky"
PERSONAL = "We worked together on the ferry plans in Kiel, and your talk there on tidal gates stayed with me. "


def test_it_alone_changes_the_verdict() -> None:
    asked = request(PERSONAL + "Could you lend me two hundred euros until Monday?")
    assert with_and_without(SIGNAL, asked) == ("intriguing", "good")


def test_what_the_points_make_ugly_stays_ugly() -> None:
    assert decision(request("We help firms like yours. Book a demo: www.gates.shop")).verdict == "ugly"


@pytest.mark.parametrize(
    "note",
    [
        "Ring me any evening, 0049 431 555 0133.",
        "Write to ola.gate77 (at) inbox (dot) com please",
        "You find me as @tidalgates over there",
        "The drawings are at tidal-gates.top/plans",
        "Open gates.xlsm and tell me where I am wrong",
        "What s App is where I read, ola.berg",
        "I am on watsapp every day",
        "Could you read me the code by text?",
        "Können Sie mir bitte 400 Euro überweisen?",
        "Pouvez-vous me prêter 400 euros jusqu'à lundi ?",
        "¿Me puedes prestar 400 euros hasta el lunes?",
        "Me faz um pix de 400 reais?",
        "Può fare un bonifico di 400 euro?",
        "Kun je een tikkie van 400 euro betalen?",
        "word " * 500,
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "We moved 4,500,000 euros of gates last year; your post on tenders helped.",
        "Since 2009 I have built 14 locks, the last one for 1.2 million.",
        "See you at linkedin.com/events then, on 12 November 2026 at 10:30.",
        "I signalled a code smell in your library, issue 1432.",
        "Your article on what lenders pay for was the best of 2025.",
        "The telegraph museum in Kiel has your gate drawings.",
        "I was at the lock works too, 2018-2020, in the pump hall.",
        "We met on 12.05.2025 in Kiel, and again 2026-01-14.",
        "You write Vue.js and Node.js by day and ASP.NET by night?",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "You must buy 40 euros of stamps for me",
        "Please wire 400 dollars",
        "Pay for my ticket: a flight ticket to Kiel, would you buy it?",
        "Your account will be suspended tonight.",
        "Ihr Konto wird morgen gesperrt.",
        "Votre compte sera suspendu ce soir.",
        "Su cuenta será bloqueada hoy.",
        "Sua conta será bloqueada hoje.",
        "Il suo conto verrà sospeso.",
        "Uw rekening wordt morgen geblokkeerd.",
        "Please enable content to view my drawings.",
        "Please clone the chart tool and run it.",
        "The keys come by courier once the deposit is there.",
        "Die Schlüssel kommen nach der Kaution.",
        "No interview, 400 euros for a week.",
        "Напиши мне в телеграм, брат.",
        "Folgen Sie dem Link.",
        "Wats App is best",
    ],
)
def test_a_wish_a_trap_or_a_threat_is_risky(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Twenty firms buy tide tables from us. Your post put the market at €4m.",
        "Our smallest boat would buy your whole fleet, for 40 euros of fuel.",
        "No need to send me 40 euros.",
        "Nous pourrions acheter la carte de 1900 pour 400 euros.",
        "Podemos comprar la boya por 400 euros.",
        "We pay for the lamp, 40 euros a night.",
        "Could you send me your tide chart? It hung in the pilots' room for many years. "
        "I would like to see it before they build the new quay beside the lock for €4m.",
        "Knowledge transfer cost us 40 euros a head.",
        "My account was limited as well; how did you get yours back?",
        "I applied forty times, no interview yet, and your column on pilots' exams gave me hope.",
        "Leí su telegrama al puerto de 1931 en el archivo.",
        "Discordo da sua tese sobre os faróis, mas gostei do mapa.",
        "If we chat on the quay again, bring the drawings.",
        "I wonder what app shows the tides.",
        "Our crew swap chat is full of tides.",
        "Messenger RNA in mussels is my subject.",
        "Faire vibrer un quai est votre thème.",
        "Gracias por adelantado por el mapa de mareas.",
        "La versione 3 eredita dalla classe Faro.",
        "Ihr Paket auf CRAN bricht bei Sommerzeit ab.",
        "Als ik op opslaan klik, verdwijnt het peil.",
        "I wrote the token wallet of a ferry line.",
    ],
)
def test_the_same_words_of_other_things_are_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
