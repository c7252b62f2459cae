"""Claims of a meeting: true is the event alone, and nothing is false."""

from __future__ import annotations

import pytest

from tests.builders.claims import claims, truths

ABOUT = {"events": ["RoboMeet Bergen 2026", "TKD Tromsø", "Annual Lens Forum"]}


@pytest.mark.parametrize(
    "note",
    [
        "We met at RoboMeet in Bergen, by the coffee.",
        "I heard you at TKD last year.",
        "We spoke after lunch at the Annual Lens Forum.",
        "Wir haben uns auf der RoboMeet Bergen kennengelernt.",
        "Nous nous sommes croisés à RoboMeet Bergen.",
        "Nos conocimos en RoboMeet Bergen.",
        "Nos conhecemos na RoboMeet Bergen.",
        "Ci siamo conosciuti a RoboMeet Bergen.",
        "We hebben elkaar op RoboMeet Bergen ontmoet.",
        "Wir haben uns auf der RoboMeet Bergen am letzten Abend lange über Linsen unterhalten.",
        "Es war schön, Sie auf der RoboMeet Bergen zu sehen.",
        "War nett auf der RoboMeet Bergen!",
        "You asked at RoboMeet Bergen who grinds them.",
        "Falámos dez minutos na RoboMeet Bergen.",
        "C'ero anch'io al RoboMeet Bergen.",
        "Op RoboMeet Bergen stonden we bij de lamp.",
    ],
)
def test_an_event_of_the_readers_makes_it_true(note: str) -> None:
    assert truths("met", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    [
        "We met at the Chicago Anchor Fair.",
        "We spoke on the train to Bergen.",
        "Wir haben uns auf der Ankermesse kennengelernt.",
        "Nous nous sommes croisés dans le train.",
    ],
)
def test_any_other_meeting_is_unknown_and_never_false(note: str) -> None:
    assert truths("met", note, ABOUT) == ["unknown"]


def test_an_event_without_a_meeting_is_no_claim() -> None:
    assert truths("met", "RoboMeet Bergen has a new hall.", ABOUT) == []


def test_the_words_hold_the_event() -> None:
    (claim,) = claims("We met at RoboMeet in Bergen, by the coffee.", ABOUT)
    assert (claim.words, claim.fact) == ("We met at RoboMeet in Bergen", 'an event of yours, "RoboMeet Bergen 2026"')


@pytest.mark.parametrize(
    "note",
    [
        "Es wäre schön, Sie auf der RoboMeet Bergen kennenzulernen.",
        "Será un placer conocerle en RoboMeet Bergen.",
        "I read about RoboMeet Bergen.",
    ],
)
def test_a_meeting_that_is_wished_for_is_no_claim(note: str) -> None:
    assert truths("met", note, ABOUT) == []
