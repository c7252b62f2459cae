"""When `claim_is_true` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "claim_is_true"
ABOUT = {
    "name": "Robin Ashe",
    "roles": ["keeper"],
    "employers": ["Kystverket"],
    "events": ["RoboMeet Bergen"],
    "known_people": ["Ada Quist"],
    "tools_used": ["Lensworks"],
    "published": [{"kind": "talk", "title": "Regrinding a lens", "points": ["polish the rim before the centre"]}],
    "open_jobs": ["Lamp technician"],
}


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Polish the rim before the centre: I should have known that a year ago.")
    assert with_and_without(SIGNAL, asked, facts(about=profile(**ABOUT))) == ("good", "intriguing")


@pytest.mark.parametrize(
    ("note", "points"),
    [
        ("Your talk on regrinding a lens is on our wall.", 3.0),
        ("We met at RoboMeet Bergen.", 3.0),
        ("Ada Quist suggested I write.", 3.0),
        ("I also worked at Kystverket.", 1.5),
        ("I also worked at Kystverket, and I saw that you use Lensworks.", 2.0),
        ("I saw that you use Lensworks.", 0.5),
    ],
)
def test_it_is_graded_by_what_a_bot_cannot_know(note: str, points: float) -> None:
    found = finding(SIGNAL, request(note), facts(about=profile(**ABOUT)))
    assert found is not None
    assert found.points == points


@pytest.mark.parametrize(
    "note",
    [
        "As a keeper you know this.",
        "You are now at Kystverket, I see.",
        "I applied for the lamp technician role.",
        "Your article was great.",
        "We met at the Anchor Fair.",
        "Boris Tern suggested I write.",
        "Hi Robin, good morning.",
    ],
)
def test_what_a_bot_has_what_others_count_and_what_is_unknown_leave_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(**ABOUT))) is None


def test_without_a_profile_nothing_is_true() -> None:
    assert finding(SIGNAL, request("Your talk on regrinding a lens is on our wall."), facts()) is None


def test_the_evidence_is_the_fact_and_the_words() -> None:
    found = finding(SIGNAL, request("Ada Quist suggested I write."), facts(about=profile(**ABOUT)))
    assert found is not None
    assert found.evidence == 'somebody you know, "Ada Quist": "Ada Quist suggested I"'


def test_a_pitch_that_knows_the_reader_is_worth_a_look() -> None:
    pitch = "Polish the rim before the centre, you say. We help keepers to sell: book a demo of our platform this week."
    assert decision(request(pitch), facts(about=profile(**ABOUT))).verdict == "intriguing"
    assert decision(request(pitch), facts(about=profile())).verdict == "ugly"
