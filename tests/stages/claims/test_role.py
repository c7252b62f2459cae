"""Claims about what the reader does and where."""

from __future__ import annotations

import pytest

from tests.builders.claims import truths

ABOUT = {"roles": ["marketing director"], "industry": ["advertising"], "employers": ["Fyr Lamps"]}


@pytest.mark.parametrize(
    "note",
    [
        "As the marketing director at Fyr Lamps you must be busy.",
        "I follow your work as a marketing director.",
        "I saw that you are now at Fyr Lamps.",
        "Ihre Rolle als Marketing Director ist spannend.",
    ],
)
def test_a_role_or_employer_of_the_readers_makes_it_true(note: str) -> None:
    assert truths("role", note, ABOUT) == ["true"]


@pytest.mark.parametrize(
    "note",
    [
        "As Head of IT at Solane you must be busy.",
        "Your work as a dental hygienist is important.",
        "Ihre Rolle als Krankenpfleger ist wichtig.",
        "En tant que comptable vous savez cela.",
        "Su trabajo como abogado me interesa.",
        "O seu trabalho como advogado interessa-me.",
        "Il suo lavoro come avvocato mi interessa.",
        "Uw rol als verpleegkundige is belangrijk.",
        "I saw that you joined Solane last month.",
    ],
)
def test_another_trade_or_employer_is_false(note: str) -> None:
    assert truths("role", note, ABOUT) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "As a lawyer, I work with people like you.",
        "As a leader you know this.",
        "I write to you as an accountant.",
        "As a brand strategist you know this.",
    ],
)
def test_the_senders_own_trade_general_words_and_the_readers_field_are_never_false(note: str) -> None:
    assert "false" not in truths("role", note, ABOUT)
