"""Claims about a job that the reader fills, and of having applied for it."""

from __future__ import annotations

import pytest

from tests.builders.claims import claims, truths

ABOUT = {
    "open_jobs": [{"title": "Senior Lamp Technician", "for": "Fyr AS", "place": "Bergen"}],
    "wants": ["letters from people who know the old lamps and how to mend them"],
}


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("job", "Is your lamp technician opening still there?"),
        ("job", "I saw your posting for a technician in Bergen."),
        ("application", "I applied for the lamp technician role on Monday."),
        ("application", "I have applied at Fyr AS."),
        ("application", "Ich habe mich als Lamp Technician beworben."),
        ("job", "Votre offre de Lamp Technician m'intéresse."),
        ("job", "Su vacante de Lamp Technician me interesa."),
        ("job", "A sua vaga de Lamp Technician interessa-me."),
        ("job", "Ho visto il vostro annuncio per Lamp Technician."),
        ("job", "Ik zag uw vacature voor Lamp Technician."),
    ],
)
def test_an_open_job_of_the_readers_makes_it_true(kind: str, note: str) -> None:
    assert truths(kind, note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("job", "I would like to talk about your dental hygienist opening."),
        ("application", "I applied for the dental hygienist role and would like to talk."),
        ("application", "I have just applied for your position as a dental hygienist."),
    ],
)
def test_a_job_from_elsewhere_is_false(kind: str, note: str) -> None:
    assert truths(kind, note, ABOUT) == ["false"]


OTHERS = {
    "de": (
        "Ich suche Leute, die mit den alten Lampen umgehen und sie auch reparieren können.",
        "Ihre Stelle als Zahnarzthelferin ist genau das, was ich seit Jahren suche und nicht finde.",
    ),
    "fr": (
        "Je cherche des gens qui connaissent les vieilles lampes et qui savent les réparer.",
        "Votre offre de dentiste est ce que je cherche depuis des années dans la région.",
    ),
    "es": (
        "Busco gente que conozca las lámparas antiguas y que las sepa reparar en el taller.",
        "Su vacante de dentista es lo que estoy buscando desde hace años en la ciudad.",
    ),
    "nl": (
        "Ik zoek mensen die de oude lampen kennen en die ze ook kunnen repareren in de werkplaats.",
        "Uw vacature voor tandarts is wat ik al jaren zoek en niet kan vinden in de stad.",
    ),
}


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_false_in_other_languages_too(language: str) -> None:
    wants, note = OTHERS[language]
    assert truths("job", note, {"open_jobs": ["Lampiste"], "wants": [wants]}) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "I applied last week and would like to introduce myself.",
        "I am applying for any suitable job in your organisation.",
        "I applied for the welder role at Fyr AS and would like to talk.",
        "Your Bergen opening is what I have been looking for.",
        "I applied for the welder role at Kystverket and would like to talk.",
        "I saw that you are hiring for the dental hygienist role and would like to talk.",
    ],
)
def test_no_title_or_one_at_the_readers_own_place_is_never_false(note: str) -> None:
    about = {**ABOUT, "employers": ["Kystverket"]}
    assert not {"false"} & set(truths("job", note, about) + truths("application", note, about))


@pytest.mark.parametrize(
    "note",
    [
        "Congratulations on your new role as a dental hygienist, and I would like to talk.",
        "Your position on this is clear to me.",
    ],
)
def test_the_readers_own_role_is_no_opening(note: str) -> None:
    assert truths("job", note, ABOUT) == []


def test_without_open_jobs_nothing_is_false() -> None:
    assert truths("application", "I applied for the dental hygienist role.", {}) == ["unknown"]


def test_a_word_for_a_job_names_none() -> None:
    about = {"open_jobs": ["PhD position, optics"]}
    assert truths("application", "I am applying for the open position in Stockholm.", about) == ["unknown"]


def test_the_fact_is_the_job_as_the_owner_wrote_it() -> None:
    (claim,) = claims("Is your lamp technician opening still there?", ABOUT)
    assert claim.fact == 'your open job "Senior Lamp Technician"'
