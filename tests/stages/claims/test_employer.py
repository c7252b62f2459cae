"""Claims of an employer in common."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {
    "employers": [{"name": "Kystverket", "from": 2010, "to": 2015}, {"name": "Fyr Lamps", "from": 2016}],
    "open_jobs": [{"title": "Diver", "for": "Brisk Marine"}],
}


@pytest.mark.parametrize(
    "note",
    [
        "I also worked at Kystverket, in the north.",
        "We overlapped at Kystverket in 2012.",
        "You trained our crew in your Kystverket years.",
        "Your time at Fyr taught us much.",
        "Ich bin eine ehemalige Kollegin von Kystverket.",
        "Je suis une ancienne de Kystverket.",
        "Soy ex colega de Kystverket.",
        "Trabalhei na Kystverket antes.",
        "Ho lavorato in Kystverket anni fa.",
        "Ik ben een oud-collega van Kystverket.",
    ],
)
def test_an_employer_of_the_readers_makes_it_true(note: str) -> None:
    assert truths("employer", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    [
        "We worked together at Oracle, do you remember?",
        "I think of your time at Oracle.",
        "Als Sie noch bei Oracle waren, sprachen wir oft.",
        "Quand vous étiez chez Oracle, nous parlions souvent.",
        "Cuando usted estaba en Oracle hablamos mucho.",
        "Toen u bij Oracle werkte, spraken we vaak.",
        "Hi, we worked together at Oracle in 2003 on the Philips account, before you went to Kystverket.",
        "We worked together at Oracle in 2003 before Kystverket.",
        "We overlapped at Oracle until 2003, then Kystverket took you.",
    ],
)
def test_an_employer_that_is_not_listed_is_unknown(note: str) -> None:
    assert truths("employer", note, ABOUT) == ["unknown"]


@pytest.mark.parametrize(
    "note",
    [
        "We worked together at Kystverket in 2003.",
        "In 2003 we worked together at Kystverket.",
        "When you were at Kystverket in 2003 and 2004, the pumps failed.",
    ],
)
def test_years_that_are_not_the_readers_at_a_listed_employer_are_false(note: str) -> None:
    assert truths("employer", note, ABOUT) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "We worked together at Kystverket from 2005 to 2020.",
        "We worked together at Kystverket before I left for Oslo in 2019.",
        "We worked together at the Bergen office of Kystverket.",
    ],
)
def test_years_that_overlap_or_belong_to_something_else_are_not_false(note: str) -> None:
    assert truths("employer", note, ABOUT) == ["true"]


def test_one_year_that_fits_is_enough() -> None:
    note = "We worked together at Kystverket in 2012 and my son was born in 2003."
    assert truths("employer", note, ABOUT) == ["true"]


@pytest.mark.parametrize("note", ["We worked together at Brisk, do you remember?", "your time at the fair was short"])
def test_what_may_be_a_client_or_is_no_name_is_never_false(note: str) -> None:
    assert "false" not in truths("employer", note, ABOUT)


@pytest.mark.parametrize(("year", "truth"), [(2009, "true"), (2016, "true"), (2008, "false"), (2017, "false")])
def test_years_beside_a_stay_still_fit(year: int, truth: str) -> None:
    assert truths("employer", f"We worked together at Kystverket in {year}.", ABOUT) == [truth]


@pytest.mark.parametrize(("year", "truth"), [(1990, "true"), (2015, "true"), (2018, "false")])
def test_without_a_first_year_no_early_year_is_wrong(year: int, truth: str) -> None:
    about = {"employers": [{"name": "Kystverket", "to": 2015}]}
    assert truths("employer", f"We worked together at Kystverket in {year}.", about) == [truth]


def test_naming_where_somebody_works_is_no_claim_to_have_been_there() -> None:
    assert truths("employer", "Kystverket must be proud of you.", ABOUT) == []
