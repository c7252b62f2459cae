"""When `hides_its_purpose` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "hides_its_purpose"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "I have an urgent matter and a business proposal for you. Kindly answer, your harbour chart of Kiel in hand."
    )
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Strictly confidential: a lucrative deal, please respond.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "It is urgent: the crane in your photo leans.",
        "The tax on lucrative fishing grounds is your subject, I hear.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "God bless you, dear one, I have a confidential matter for you and wait for it.",
        "Für weitere Einzelheiten antworten Sie dringend.",
        "An urgent matter, Dr Ferrand. Did you get my previous message?",
        "A private matter. Did you get my previous message?",
        "I am Mr Bruun with a private matter to tell.",
    ],
)
def test_a_blessing_that_asks_is_bait(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Dear Mr Holm, the buoy by the pier lost its light again. God bless, Ida Bruun",
        "Thanks for the tide table. God bless.",
        "Dear Dr Ferrand, did you get my mail about the tide tables?",
        "Did you receive my drawing of the bridge project?",
        "Haben Sie weitere Einzelheiten zum Projekt am Kai?",
        "Ihr Vortrag über lukrative Fischgründe im Projekt war klar.",
    ],
)
def test_a_goodbye_a_reminder_or_a_title_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
