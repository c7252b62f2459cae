"""When `asks_for_private_friendship` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "asks_for_private_friendship"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I am lonely, and your photo at the pier in Kiel looks kind.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I want to send you photos and get to know you better.",
        "Ich bin einsam und suche Freundschaft mit dir.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "The friends of the harbour museum meet on Monday.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Hello my dear, I want new friends here.",
        "You seem a nice person. I am looking to make friends.",
        "Hola querida, busco hacer amigos.",
    ],
)
def test_two_kinds_of_hints_court(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Hello dear, is the lamp technician job open?",
        "I moved to Bergen and want to make friends in the trade.",
        "A kind person at the pier gave me your name.",
    ],
)
def test_one_kind_alone_does_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "I feel so lonely on this ship.",
        "Ich bin eine einsame Lotsin.",
        "You are very handsome in the fog.",
        "I could send you my pictures",
        "Busco una amistad sincera",
        "Ciao bella, sono vedovo.",
        "Hello beautiful, I am a widower on an oil rig.",
    ],
)
def test_the_writer_or_the_reader_is_courted(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Being a harbour master can be lonely; your newsletter helps.",
        "Gründen auf einer Insel ist einsam, schreiben Sie.",
        "I work on a lonely quay.",
        "Ich bin auf einer einsamen Insel Lotsin.",
        "Sie sind hübsch untergebracht am Kai.",
        "I took my photos of the lock gate in the fog.",
        "This cause is close to my heart: the lifeboats.",
        "A handsome fee for a gorgeous crane, you wrote.",
        "Nos une una amistad con Carla, la jefa del varadero.",
        "Eine hübsche Grafik der Gezeiten!",
        "I was serving in the navy with your brother.",
    ],
)
def test_a_trade_a_picture_or_a_cause_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
