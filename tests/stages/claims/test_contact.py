"""Claims of an earlier contact, against what passed through here."""

from __future__ import annotations

import pytest

from stages.events import Past
from tests.builders.claims import truths
from tests.builders.facts import request

NOTES = [
    "As discussed, here is the drawing.",
    "Did you get my last message?",
    "Wie besprochen sende ich die Zeichnung.",
    "Comme convenu, voici le dessin.",
    "Como quedamos, le mando el dibujo.",
    "Conforme combinado, segue o desenho.",
    "Come promesso, ecco il disegno.",
    "Zoals besproken, hierbij de tekening.",
]


@pytest.mark.parametrize("note", NOTES)
def test_nothing_seen_before_is_unknown_for_calls_do_not_pass_through_here(note: str) -> None:
    assert truths("contact", note, {}) == ["unknown"]


@pytest.mark.parametrize("past", [Past(messages=2), Past(requests_before=1), Past(accepted=True)])
def test_what_was_seen_before_makes_it_true(past: Past) -> None:
    assert truths("contact", request(NOTES[0], past=past), {}) == ["true"]


def test_a_plain_greeting_claims_no_contact() -> None:
    assert truths("contact", "Good morning, I mend lamps.", {}) == []
