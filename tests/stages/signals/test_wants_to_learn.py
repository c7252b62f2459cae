"""When `wants_to_learn` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "wants_to_learn"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "I am curious how you keep ropes dry in winter storms.", headline="Rope maker at Bow", photo="https://p.test/1"
    )
    assert with_and_without(SIGNAL, asked) == ("good", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Ich möchte von Ihnen lernen.",
        "J'aimerais apprendre de vous.",
        "Quiero aprender de usted.",
        "Quero aprender com você.",
        "Vorrei imparare da lei.",
        "Ik wil van u leren.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "We teach rope work to crews; see for yourself.",
        "Learning about ropes is our product.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "My dissertation is about how small harbours hire pilots.",
        "I am changing careers, from teaching to rope making.",
        "We do a research project on tide gauges at school.",
    ],
)
def test_who_studies_or_changes_careers_wants_to_learn(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


def test_a_question_is_a_hook_where_the_note_sells() -> None:
    assert finding(SIGNAL, request("How do you keep ropes dry in winter storms?")) is not None
    assert finding(SIGNAL, request("Our platform dries ropes. How do you keep ropes dry in winter storms?")) is None


@pytest.mark.parametrize(
    "note",
    [
        "Wir suchen Leute wie Sie.",
        "Trabalho com capitães como você.",
        "We sail with one student at most.",
        "Our research team has a berth for you.",
        "We enjoyed your thoughts on knots.",
    ],
)
def test_people_like_you_is_no_question(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Ich frage mich, wie Sie Taue trocknen.",
        "Ich wüsste gern und will verstehen wie Sie Taue trocknen.",
        "Gostaria de saber como você seca as cordas.",
        "Como você seca as cordas?",
        "Our research is about tides.",
        "I'd like your thoughts on ropes.",
    ],
)
def test_how_you_do_it_is_one(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None
