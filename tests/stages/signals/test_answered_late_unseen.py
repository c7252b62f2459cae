"""When `answered_late_unseen` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from stages.events import Asked, Request
from tests.builders.asking import DAY, HOUR, answered, silent_since
from tests.builders.facts import request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "answered_late_unseen"


def late(asked: Request, after: int = 60 * HOUR, told: bool = True) -> Request:
    """Asked why, they answered late, in a mail that hides what."""
    return asked.model_copy(update={"asked": Asked(waited=after, answered=True, told=told)})


def test_it_alone_changes_the_verdict() -> None:
    assert with_and_without(SIGNAL, late(request(False))) == ("intriguing", "good")


@pytest.mark.parametrize(
    ("after", "told", "evidence"),
    [
        (5 * DAY, True, "5 days after you asked; text not shown"),
        (90 * DAY, False, "90 days after their request came; text not shown"),
    ],
)
def test_it_tells_how_long_it_took_and_from_when(after: int, told: bool, evidence: str) -> None:
    found = finding(SIGNAL, late(request(False), after, told))
    assert found is not None
    assert found.evidence == evidence


@pytest.mark.parametrize(
    "asked",
    [
        request(False),
        silent_since(request(False), 8 * DAY),
        answered(request(False), "Because of the crane.", 8 * DAY),
        late(request(False)).model_copy(update={"asked": Asked(waited=HOUR, answered=True, quick=True)}),
    ],
)
def test_it_is_silent_without_a_late_answer_that_nobody_saw(asked: Request) -> None:
    assert finding(SIGNAL, asked) is None


@pytest.mark.parametrize("after", [60 * HOUR, 5 * DAY, 90 * DAY])
@pytest.mark.parametrize("known", [request(False), request(False, mutual=40, headline="Buyer at Ivory", photo="p")])
def test_late_and_unseen_is_intriguing_whoever_it_is(known: Request, after: int) -> None:
    assert decision(late(known, after)).verdict == "intriguing"
