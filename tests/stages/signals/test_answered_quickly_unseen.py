"""When `answered_quickly_unseen` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import ABSENT, Asked, Request
from tests.builders.asking import DAY, HOUR, answered, silent_since
from tests.builders.facts import facts, request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "answered_quickly_unseen"
PITCH = "We help search firms to book 30 more meetings a month with our software. Shall I book you a free demo?"


def quickly(asked: Request, after: int = 4 * HOUR, told: bool = True) -> Request:
    """Asked why, they answered quickly, in a mail that hides what."""
    return asked.model_copy(update={"asked": Asked(waited=after, answered=True, quick=True, told=told)})


def test_it_alone_changes_the_verdict() -> None:
    """Five days are quick where the owner says so; the points of an answer have fallen by then."""
    assert with_and_without(SIGNAL, quickly(request(False), 5 * DAY)) == ("good", "intriguing")


@pytest.mark.parametrize(
    ("after", "told", "evidence"),
    [
        (4 * HOUR, True, "4 h after you asked; text not shown"),
        (HOUR // 2, False, "30 min after their request came; text not shown"),
    ],
)
def test_it_tells_how_long_it_took_and_from_when(after: int, told: bool, evidence: str) -> None:
    found = finding(SIGNAL, quickly(request(False), after, told))
    assert found is not None
    assert found.evidence == evidence


@pytest.mark.parametrize(
    "asked",
    [
        request(False),
        silent_since(request(False), HOUR),
        answered(request(False), None),
        quickly(request(False)).model_copy(update={"asked": Asked(waited=1, answered=True, quick=True, answer=ABSENT)}),
        answered(request(False), "Because of the crane.").model_copy(
            update={"asked": answered(request(), "So.").asked.model_copy(update={"quick": True})}  # type: ignore[union-attr]
        ),
    ],
)
def test_it_is_silent_without_a_quick_answer_that_nobody_saw(asked: Request) -> None:
    assert finding(SIGNAL, asked) is None


def test_a_few_words_of_greeting_do_not_speak_against_an_answer() -> None:
    assert decision(quickly(request("Hello"))).verdict == "good"
    assert decision(quickly(request(False, headline="Buyer at Ivory", photo="p"))).rule == "answered-quickly-unseen"


@pytest.mark.parametrize(
    ("against", "trust"),
    [
        (request(False, headline=False, photo=False), "aligned"),
        (request("Hello", headline=False, photo=False), "aligned"),
        (request(False, headline="Bank Executive", photo=False), "aligned"),
        (request(False), "unverified"),
    ],
)
def test_other_signs_speak_against_it(against: Request, trust: str) -> None:
    made = decision(quickly(against), facts(trust=trust))  # type: ignore[arg-type]
    assert made.verdict == "intriguing"


def test_a_pitch_in_the_note_is_not_good_for_being_answered() -> None:
    assert decision(quickly(request(PITCH))).verdict in ("intriguing", "ugly")


def test_a_veto_decides_whatever_was_answered() -> None:
    note = "I am a director at a bank and need your account to transfer 4.5 million dollars. You keep thirty percent."
    made = decision(quickly(request(note)))
    assert (made.verdict, made.judgement.veto) == ("ugly", "asks_for_money")


def test_nothing_known_or_written_is_good_without_an_answer() -> None:
    assert decision(silent_since(request(False), 8 * DAY)).verdict == "intriguing"
