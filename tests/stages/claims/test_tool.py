"""Claims that the reader uses a tool."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {"tools_used": ["Lensworks", "QuickBooks"], "published": ["Moving to Plumbline"]}


@pytest.mark.parametrize(
    "note",
    [
        "I saw that you use Lensworks.",
        "Ich sehe, dass Sie Lensworks nutzen; Sie nutzen Lensworks schon lange.",
        "J'ai vu que vous utilisez Lensworks.",
        "Vi que usted usa Lensworks.",
        "Vi que você usa Lensworks.",
        "Ho visto che usate Lensworks.",
        "Ik zag dat je Lensworks gebruikt; je gebruikt Lensworks al lang.",
    ],
)
def test_a_listed_tool_makes_it_true(note: str) -> None:
    assert truths("tool", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    ["I saw that you use Salesforce.", "J'ai vu que vous utilisez Salesforce.", "Ho visto che usate Salesforce."],
)
def test_a_tool_that_the_sender_saw_and_the_reader_does_not_list_is_false(note: str) -> None:
    assert truths("tool", note, ABOUT) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "Do you use Salesforce?",
        "I saw that you use Plumbline.",
        "If you use Salesforce, ask us.",
        "I saw that you use the word often.",
    ],
)
def test_a_question_a_guess_or_what_is_near_is_never_false(note: str) -> None:
    assert "false" not in truths("tool", note, ABOUT)


def test_without_tools_nothing_is_false() -> None:
    assert truths("tool", "I saw that you use Salesforce.", {}) == ["unknown"]
