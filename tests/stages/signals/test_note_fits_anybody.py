"""When `note_fits_anybody` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_fits_anybody"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Ropes, knots and splices since 1998: quality without compromise.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Hi!",
        "Your old crane in Kiel harbour has lost its brass plate.",
        "Your article about pricing stairlifts for councils changed how I quote them.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "From May I keep the old light; its brass lens leaks oil at night. You kept one for years. What do I clean?",
        "Vou cuidar do farol velho em maio e a lente perde óleo à noite. O senhor já cuidou. Que limpo primeiro?",
    ],
)
def test_who_tells_of_themselves_and_asks_the_reader_writes_to_one(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "From May the old light has a keeper again, its brass lens leaks oil at night, and rain floods stairs.",
        "Brass lens leaking oil at night? Rust on stairs? Salt on panes? Ropes frayed, hinges stuck?",
        "Brass lenses leaking oil at night, rust on stairs, salt on panes, frayed ropes. Is it yours?",
        "My team dries ropes, sails, nets, coils. Our platform books sheds. Will you?",
    ],
)
def test_who_only_tells_or_only_asks_or_sells_does_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Bei euch am Steg hängt ein Schild mit falschen Tidezeiten.",
        "A senhora escreveu no mapa do porto uma profundidade errada.",
        "En vuestro mapa del puerto hay una sonda equivocada.",
        "Nella vostra carta del porto un fondale risulta sbagliato.",
        "Op jullie havenkaart staat een verkeerde diepte bij steiger zeven.",
    ],
)
def test_it_knows_every_word_for_the_reader(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
