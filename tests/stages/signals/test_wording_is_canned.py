"""When `wording_is_canned` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "wording_is_canned"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I saw your profile; tell me where the crane maps of Kiel are, if you can.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Ich bin auf Ihr Profil aufmerksam geworden.",
        "Je souhaite élargir mon réseau.",
        "Quiero ampliar mi red.",
        "Quero expandir minha rede.",
        "Vorrei ampliare la mia rete.",
        "Ik wil mijn netwerk uitbreiden.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Your profile picture shows the old crane in Kiel; I took one from the same spot.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_every_further_formula_costs_more() -> None:
    one = finding(SIGNAL, request("I came across your profile."))
    three = finding(SIGNAL, request("I came across your profile, seek synergies and want to expand my network."))
    assert one is not None
    assert three is not None
    assert (one.points, three.points) == (-1.0, -3.0)


@pytest.mark.parametrize(
    "note",
    [
        "I came across your profile and your article about splicing wet hemp answered what my crew asks.",
        "Ich bin auf Ihr Profil gestoßen: Wir haben uns auf der Hafenmesse in Kiel getroffen.",
        "We have mutual connections; one of them, Ada, told me you know the old crane.",
    ],
)
def test_one_formula_is_courtesy_where_the_note_goes_on_with_a_point_of_its_own(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "I came across your profile and your article about splicing wet hemp. Our platform helps yards. Book a demo.",
        "I came across your profile. Your article about splicing wet hemp shows synergies; let us grow together.",
        "I came across your profile. Ropes are my trade, too.",
    ],
)
def test_it_is_none_where_the_note_sells_or_says_several_or_goes_on_with_nothing(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Open networker: all invitations welcome.",
        "LinkedIn keeps suggesting you.",
        "Looking for fellow rope professionals.",
        "Gemeinsam wachsen, das ist mein Ziel.",
        "LinkedIn hat mir Sie vorgeschlagen, ich nehme alle Anfragen an.",
        "J'accepte toutes les invitations, grandir ensemble !",
        "LinkedIn me sugiere tu nombre; acepto todas las invitaciones.",
        "O LinkedIn sugeriu o seu nome. Vamos crescer juntos!",
        "LinkedIn mi suggerisce il suo nome, accetto tutti.",
        "LinkedIn suggereert je. Samen groeien!",
    ],
)
def test_collecting_contacts_without_a_reason_is_canned_in_every_language(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Die Masten wachsen nicht zusammen mit dem Steg, wer prüft das bei Ihnen?",
        "The ship's suggestion box is full: who empties it?",
    ],
)
def test_like_words_about_things_are_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    ["Any suitable vacancy at your reputed yard company, please.", "Cualquier vacante me sirve.", "Qualquer vaga."],
)
def test_any_job_anywhere_is_canned(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


def test_one_job_is_not() -> None:
    assert finding(SIGNAL, request("Is there a vacancy for a rigger at your yard in Kiel?")) is None
