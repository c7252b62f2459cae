"""The network's own sentence is no note; a word more makes one."""

from __future__ import annotations

import pytest

from stages.sources.linkedin.default_texts import default_text, greeted


@pytest.mark.parametrize(
    "text",
    [
        "I'd like to add you to my professional network on LinkedIn.",
        "Amy,\n\nI\u2019d like to add you to my professional network on LinkedIn.\n\n- Mira",
        "Hi Amy Jo, I'd like to join your LinkedIn network.",
        "HI AMY, I'D LIKE TO JOIN YOUR LINKEDIN NETWORK",
    ],
)
def test_attested_sentences_are_known_in_any_dress(text: str) -> None:
    assert default_text(text) == "attested"


@pytest.mark.parametrize(
    "text",
    [
        "Ich m\u00f6chte mich gerne mit Ihnen vernetzen.",
        "Bonjour, je souhaiterais rejoindre votre r\u00e9seau professionnel.",
        "Hola Amy, me gustar\u00eda unirme a tu red profesional.",
        "Ol\u00e1, gostaria de fazer parte da sua rede profissional.",
        "Ciao Amy, vorrei unirmi alla tua rete professionale.",
        "Hallo Amy, ik wil graag deel uitmaken van je professionele netwerk.",
    ],
)
def test_our_own_renderings_are_called_guesses(text: str) -> None:
    assert default_text(text) == "guess"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi Amy,",
        "I'd like to join your LinkedIn network because of your post on ramp times.",
        "Great talk, I'd like to join your LinkedIn network.",
        "Hi Amy, I'd like to join your LinkedIn network. " * 20,
    ],
)
def test_anything_more_is_somebodys_own_text(text: str) -> None:
    assert default_text(text) is None


def test_a_greeting_names_the_one_who_is_greeted() -> None:
    assert greeted("Hi Amy, how are you?") == "Amy"
    assert greeted("Amy,\n\nwe met") == "Amy"
    assert greeted("Hi there, how are you?") is None
    assert greeted("We met, remember?") is None
