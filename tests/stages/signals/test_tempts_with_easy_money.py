"""When `tempts_with_easy_money` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "tempts_with_easy_money"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Crypto brings a fine profit per month; let me tell you how your crew in Kiel starts.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I will share my forex signals with you",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I write custody software for a crypto exchange and read your post on key rotation.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "I mentor beginners; start earning extra income while you sleep.",
        "I can show you how to make money online, two hours a week.",
        "Ich zeige Ihnen, wie ein Nebenverdienst von zu Hause entsteht.",
        "Je montre aux gens des revenus passifs.",
        "Enseño a ganar dinero desde casa.",
    ],
)
def test_an_easy_income_offered_to_people_is_enough(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Your article on why passive income is a myth made our union laugh.",
        "Could you share the study on financial freedom and age?",
        "I teach statistics in Kiel. Our pension fund pays no extra income.",
    ],
)
def test_who_only_writes_about_incomes_is_not_tempting(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_a_romance_with_a_fortune_would_be_ugly_without_the_veto_too() -> None:
    note = "Hello dear, you have a kind face. I help people earn from home with trading profits. Your Telegram?"
    asked = request(note, headline="Investor", photo="https://p.test/1")
    told = decision(asked)
    assert {"moves_off_platform", SIGNAL, "asks_for_private_friendship"} <= {r.signal for r in told.judgement.reasons}
    assert "note_is_personal" not in {r.signal for r in told.judgement.reasons}
    assert (told.verdict, told.without_veto) == ("ugly", "ugly")


@pytest.mark.parametrize(
    "note",
    [
        "Earn 250 a day counting gulls.",
        "Verdienen Sie 250 Euro am Tag mit Möwen.",
        "Gagnez 250 euros par jour sur votre quai.",
        "8 % pro Monat garantiert, Startkapital ist klein.",
        "8% per week, guaranteed by our trading robot.",
        "Lust auf Nebenverdienst?",
    ],
)
def test_a_daily_wage_or_a_sure_rate_tempts(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Pilots in Kiel earn 250 a day, says your table.",
        "Our moorings grow by 9% per month since your article.",
        "As a crypto sceptic I share your doubts about daily returns.",
        "Guaranteed berths grew the club by 9 boats a week.",
    ],
)
def test_what_others_earn_or_a_firm_grows_by_does_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
