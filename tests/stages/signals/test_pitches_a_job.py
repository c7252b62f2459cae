"""When `pitches_a_job` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "pitches_a_job"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We are hiring a rigger; your rope bridge in Kiel came up over lunch.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I am recruiting for a client in Kiel.",
        "Wir suchen einen Takler.",
        "Nous recrutons un gréeur.",
        "Buscamos un aparejador.",
        "Temos uma vaga para armador.",
        "Stiamo cercando un attrezzista.",
        "Wij zoeken een tuiger.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I applied for the rigger role you posted.",
        "My job at the yard ends in May; how did you find yours?",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Vi la vacante de aparejador y mandé mis papeles el martes.",
        "Me inscribí en la vacante del astillero.",
        "Vi a vaga do estaleiro e me inscrevi ontem.",
        "Candidatei-me à vaga do estaleiro.",
        "Ho risposto all'annuncio del cantiere: serve la patente nautica?",
        "Ik zag jullie vacature voor een tuiger en heb een vraag.",
        "Je recherche une alternance de gréeur près du port.",
        "Ich suche eine neue Stelle als Takler.",
        "I am open to other opportunities on tall ships.",
        "Ada said you were looking for someone to mend the lens.",
        "O seu estaleiro fechou a vaga de armador?",
    ],
)
def test_who_looks_for_a_job_pitches_none(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Tenemos una vacante de aparejador en Bergen.",
        "Abrimos uma vaga de armador.",
        "We hebben een mooie vacature als tuiger.",
        "Our client, a yard in Bergen, is hiring.",
        "Would you be open to new opportunities afloat?",
        "I'm looking for someone who splices.",
        "Ich suche für meinen Kunden einen Takler.",
        "Für eine Werft suchen wir einen Takler.",
        "An exciting junior rigger opportunity awaits.",
    ],
)
def test_who_offers_one_does(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None
