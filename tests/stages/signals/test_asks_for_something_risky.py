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
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
