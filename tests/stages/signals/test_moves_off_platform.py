"""When `moves_off_platform` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "moves_off_platform"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Write to me on WhatsApp, please. Your article about stairlifts changed my quotes.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")  # good, but for `asks_for_something_risky`


@pytest.mark.parametrize(
    "note",
    [
        "Let us continue on Telegram.",
        "Add me on Wh4tsApp",
        "Please chat with me via W h a t s A p p",
        "My WhatsApp is +44 7700 900123",
        "Reply to rosa.finch@gmail.com",
        "What is your number?",
        "Text me at +44 7700 900123",
        "Schreiben Sie mir auf WhatsApp",
        "Écrivez-moi sur WhatsApp",
        "Escríbeme por WhatsApp",
        "Me chama no WhatsApp",
        "Scrivimi su Telegram",
        "Stuur me een bericht via WhatsApp",
        "Give me your private email",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I built the WhatsApp bot of our harbour office.",
        "My field is signal processing, on ferries mostly.",
        "Your talk on Telegram bots was clear.",
        "I do not know what others can reach on signal towers alone.",
        "My signal lamps came from your yard.",
        "They can't me.",
        "I read your post on email deliverability.",
        "You can find the maps at https://harbour.test/maps.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
