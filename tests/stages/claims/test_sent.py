"""Claims that somebody sent the sender: true for a full name the reader knows, never false."""

from __future__ import annotations

import pytest

from stages.events import Acquaintance
from tests.builders.claims import claims, truths
from tests.builders.facts import request

ABOUT = {"known_people": ["Nils Åker-Lund", "Ada Quist", "Bert Laskar"]}


@pytest.mark.parametrize(
    "note",
    [
        "Ada Quist suggested I ask you about lenses.",
        "Nils Aker-Lund told me that you mend lamps.",
        "Mr Quist recommended you.",
        "Mr Laskar recommended you.",
        "Ada Quist hat mich auf Sie aufmerksam gemacht.",
        "Ada Quist m'a conseillé de vous écrire.",
        "Ada Quist me recomendó hablar con usted.",
        "A Ada Quist me indicou o seu nome.",
        "Ada Quist mi ha parlato di lei.",
        "Ada Quist raadde me aan om u te schrijven.",
    ],
)
def test_somebody_the_reader_knows_makes_it_true(note: str) -> None:
    assert truths("sent", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    [
        "Boris Tern suggested I ask you.",
        "A mutual friend thought of you.",
        "Nils suggested I ask you.",
        "Our mutual connection says hello.",
        "Nils hat mich auf Sie aufmerksam gemacht.",
    ],
)
def test_a_first_name_a_stranger_or_nobody_is_unknown(note: str) -> None:
    assert truths("sent", note, ABOUT) == ["unknown"]


@pytest.mark.parametrize("note", ["My doctor says I walk too little.", "Everybody told me to write shorter notes."])
def test_what_anybody_says_is_no_claim(note: str) -> None:
    assert truths("sent", note, ABOUT) == []


def test_a_first_name_is_told_as_perhaps() -> None:
    (claim,) = claims("Nils suggested I ask you.", ABOUT)
    assert claim.fact == 'a first name alone; perhaps somebody you know, "Nils Åker-Lund"'


def test_people_from_the_owners_books_count_too() -> None:
    told = request("Boris Tern suggested I ask you.").model_copy(
        update={"acquaintances": (Acquaintance(name="Boris Tern", tier="contact"),)}
    )
    assert truths("sent", told, ABOUT) == ["true"]
    assert truths("sent", told) == ["unknown"]


@pytest.mark.parametrize(
    ("person", "note"),
    [
        ("A", "A friend told me that you mend lamps."),
        ("I", "I was sent by nobody, but he told me about you."),
        ("The", "The keeper suggested I ask you."),
        ("You", "You told me that lamps are hard."),
        ("Der", "Der Wärter hat mich auf Sie aufmerksam gemacht."),
        ("Mark", "They gave me a mark, and somebody suggested I ask you."),
    ],
)
def test_a_listed_letter_or_small_word_is_nobody(person: str, note: str) -> None:
    assert "true" not in truths("sent", note, {"known_people": [person]})


def test_a_letter_in_the_owners_books_is_nobody() -> None:
    told = request("A friend suggested I ask you.").model_copy(
        update={"acquaintances": (Acquaintance(name="A", tier="contact"),)}
    )
    assert truths("sent", told) == ["unknown"]
