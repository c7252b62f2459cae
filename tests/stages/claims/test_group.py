"""Claims of a group in common: never false."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {"groups": ["Nordic Lens Grinders"]}


@pytest.mark.parametrize(
    "note",
    [
        "We share the group Nordic Lens Grinders.",
        "I am a fellow member of Nordic Lens Grinders.",
        "Wir sind beide in der Gruppe Nordic Lens Grinders.",
        "Nous sommes dans le groupe Nordic Lens Grinders.",
        "Estamos en el grupo Nordic Lens Grinders.",
        "Estamos no grupo Nordic Lens Grinders.",
        "Siamo nel gruppo Nordic Lens Grinders.",
        "We zitten in de groep Nordic Lens Grinders.",
    ],
)
def test_a_group_of_the_readers_makes_it_true(note: str) -> None:
    assert truths("group", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note", ["We are in the same group.", "I am a fellow member of Anchor Makers.", "Nous sommes dans le même groupe."]
)
def test_another_group_or_none_named_is_unknown(note: str) -> None:
    assert truths("group", note, ABOUT) == ["unknown"]


def test_a_group_of_people_is_no_claim() -> None:
    assert truths("group", "The whole group liked the lamp.", ABOUT) == []
