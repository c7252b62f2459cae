"""Claims that the reader speaks a language."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {"languages": ["en", "no"]}


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("I see you speak Norwegian.", ["true"]),
        ("Sie sprechen Englisch, sehe ich.", ["true"]),
        ("Vous parlez anglais, je crois.", ["true"]),
        ("I see you speak Portuguese.", ["false"]),
        ("Vous parlez portugais, je vois.", ["false"]),
        ("Do you speak Portuguese?", ["unknown"]),
        ("I wonder if you speak Portuguese.", ["unknown"]),
        ("I speak Portuguese.", []),
    ],
)
def test_it_is_checked_against_the_languages_of_the_profile(note: str, found: list[str]) -> None:
    assert truths("language", note, ABOUT) == found


def test_without_languages_it_is_unknown() -> None:
    assert truths("language", "I see you speak Portuguese.", {}) == ["unknown"]
