"""When `note_is_blank` speaks, and when it stays silent."""

from __future__ import annotations

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_is_blank"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(False, default_text="attested")
    assert with_and_without(SIGNAL, asked) == ("follow_up", "intriguing")


def test_the_evidence_says_how_sure_it_is() -> None:
    attested = finding(SIGNAL, request(False, default_text="attested"))
    guessed = finding(SIGNAL, request(False, default_text="guess"))
    assert attested is not None
    assert guessed is not None
    assert "guess" not in attested.evidence
    assert "guess" in guessed.evidence


def test_a_layout_that_shows_no_notes_leaves_it_silent() -> None:
    assert finding(SIGNAL, request(None)) is None


def test_a_note_leaves_it_silent() -> None:
    assert finding(SIGNAL, request("Hello")) is None


def test_a_direct_message_is_no_blank_note() -> None:
    assert finding(SIGNAL, request(False, message="About the boat you sold")) is None
