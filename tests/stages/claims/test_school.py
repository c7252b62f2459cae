"""Claims of a school in common."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {"schools": ["Bergen Nautical College", "TU Delft"]}


@pytest.mark.parametrize(
    "note",
    [
        "I am a fellow Bergen Nautical alum.",
        "I also studied at TU Delft, some years later.",
        "Ich habe auch an der TU Delft studiert.",
        "Je suis une ancienne étudiante de TU Delft.",
        "Soy egresado de TU Delft.",
        "Estudei na TU Delft.",
        "Ho studiato a TU Delft, anni dopo.",
        "Ik ben afgestudeerd aan de TU Delft.",
    ],
)
def test_a_school_of_the_readers_makes_it_true(note: str) -> None:
    assert truths("school", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    [
        "As a fellow Harvard alum I would like to connect.",
        "We both studied at Harvard, so I say hello.",
        "Wir haben beide an der Sorbonne studiert.",
        "Ambos estudiamos en la Sorbona.",
        "Abbiamo studiato entrambi a Bologna.",
    ],
)
def test_a_school_that_both_are_said_to_share_and_that_is_not_listed_is_false(note: str) -> None:
    assert truths("school", note, ABOUT) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "As a fellow alum I would like to connect.",
        "We were in the same class, were we not?",
        "As a fellow BNC alum I say hello.",
        "We both studied at Delft University.",
        "We both studied at the Kystverket Academy.",
    ],
)
def test_no_name_an_acronym_or_what_is_near_is_never_false(note: str) -> None:
    assert "false" not in truths("school", note, {**ABOUT, "employers": ["Kystverket"]})


def test_where_the_sender_alone_studied_is_no_claim() -> None:
    assert truths("school", "I graduated from Harvard and grind lenses.", ABOUT) == []


def test_without_schools_nothing_is_false() -> None:
    assert truths("school", "As a fellow Harvard alum I would like to connect.", {}) == ["unknown"]


TOWNS = {"schools": ["NTNU Trondheim", "University of Leeds", "TU Berlin", "Universidad de Deusto"]}


@pytest.mark.parametrize(
    "note",
    [
        "I went to Trondheim for fishing last summer, at the same time as you.",
        "A student of life in Trondheim greets you.",
        "We were both at Trondheim cathedral school.",
        "I studied in Trondheim too, the same year.",
        "I also went to Leeds, for a wedding.",
        "As a fellow student in Leeds I greet you.",
        "I also studied at Leeds Beckett.",
        "We are in the same class at Leeds art school.",
        "Los dos estudiamos en la Politécnica de Madrid, no en Berlin.",
        "Ich habe auch in Berlin studiert.",
    ],
)
def test_a_town_alone_is_no_school(note: str) -> None:
    assert "true" not in truths("school", note, TOWNS)


@pytest.mark.parametrize(
    "note",
    [
        "I also studied at NTNU, some years later.",
        "Fellow NTNU Trondheim alum here.",
        "I also studied at Leeds University.",
        "A fellow Leeds graduate greets you.",
        "I study at Leeds, where you were.",
        "Ich habe auch an der TU Berlin studiert.",
        "Estudié en la Universidad de Deusto.",
    ],
)
def test_its_own_word_its_whole_name_or_a_town_that_is_named_as_a_school_is_one(note: str) -> None:
    assert truths("school", note, TOWNS) == ["true"]
