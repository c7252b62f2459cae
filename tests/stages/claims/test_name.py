"""Claims about the reader's name: only a greeting that is surely somebody else's is false."""

from __future__ import annotations

import pytest

from tests.builders.claims import claims, truths
from tests.builders.facts import request

JONAS = "Jonas van der Meulen"


@pytest.mark.parametrize(
    "note",
    [
        "Hi Thomas, great profile.",
        "Hello Mr Smith, great profile.",
        "Thomas, I liked your lamp.",
        "Sehr geehrte Frau Schneider, guten Tag.",
        "Lieber Herr Dr. Schneider, guten Tag.",
        "Bonjour Sandrine, ravie de vous lire.",
        "Hola Jorge, un gusto.",
        "Olá Beatriz, tudo bem?",
        "Buongiorno Stefano, piacere.",
        "Hoi Mirjam, leuk!",
        "Beste mevrouw Bakker, goedendag.",
    ],
)
def test_a_greeting_to_somebody_else_is_false(note: str) -> None:
    assert truths("name", note, {"name": JONAS}, name=JONAS) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "Hi Jonas, great profile.",
        "Hi jonas!",
        "Dear Mr van der Meulen,",
        "Hi Meulen, how are you?",
        "Hi Joonas, how are you?",
        "Hi Jon, how are you?",
        "Hi all, great group.",
        "Hi there, great group.",
        "Hi team, great work.",
        "Hello everyone!",
        "Dear Hiring Manager, I mend lamps.",
        "Dear Mr President, hello.",
        "Hi Thomas here, we met in Kiel.",
        "Hello from Thomas, who mends lamps.",
        "Hi, Thomas told me about you.",
        "Hi {first_name}, great profile.",
        "Sehr geehrte Damen und Herren, guten Tag.",
        "Liebe Kollegen, guten Tag.",
        "Hello Anna and Jonas, great work.",
        "Frank, honest words are rare.",
        "Hi, I am Thomas.",
        "Hello neighbour, the lamp is lit.",
    ],
)
def test_the_readers_name_what_is_near_it_and_no_name_are_no_claim(note: str) -> None:
    assert truths("name", note, {"name": JONAS}, name=JONAS) == []


@pytest.mark.parametrize(
    ("owner", "greeting"),
    [
        ("Robert Tern", "Hi Bob,"),
        ("José Ángel Núñez", "Hola Pepe,"),
        ("Müller, Katharina", "Liebe Kathi,"),
        ("Katharina Müller", "Hi Mueller Katharina,"),
        ("Zoë Marsh", "Hi Zoe,"),
        ("Tomás Queirós", "Hi Thomas,"),
        ("Giuseppe Riva", "Ciao Beppe,"),
        ("Anna-Lena Brandt", "Hi Lena,"),
    ],
)
def test_short_forms_accents_and_other_orders_are_near(owner: str, greeting: str) -> None:
    assert truths("name", f"{greeting} how are you?", {"name": owner}, name=owner) == []


def test_who_writes_is_not_who_is_greeted() -> None:
    assert truths("name", request("Hello Thomas!", name="Thomas Bell"), {"name": JONAS}, name=JONAS) == []


def test_without_a_name_of_the_reader_nothing_is_false() -> None:
    assert truths("name", "Hi Thomas, great profile.", {}, name="") == []


def test_the_fact_is_the_readers_name() -> None:
    (claim,) = claims("Hi Thomas, great profile.", {"name": JONAS}, name=JONAS)
    assert (claim.words, claim.fact) == ("Thomas", f'your name is "{JONAS}"')
