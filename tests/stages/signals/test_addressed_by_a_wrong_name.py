"""When `addressed_by_a_wrong_name` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "addressed_by_a_wrong_name"
ROBIN = facts(about=profile(name="Robin Ashe"))
EMPTY_GREETINGS = ["Hi Thomas!", "Dear Mr Smith, good morning.", "Bonjour Sandrine, bonne journée."]


def test_it_alone_changes_the_verdict() -> None:
    asked = request(
        "Hi Thomas, I restore lighthouse lamps too and read your notes on salt in the gears; they saved us a winter."
    )
    assert with_and_without(SIGNAL, asked, ROBIN) == ("ugly", "intriguing")
    assert decision(asked, ROBIN).rule == "score-ugly", "by its points"


@pytest.mark.parametrize("note", EMPTY_GREETINGS)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note), ROBIN)
    assert found is not None
    assert found.points == -2.5
    assert found.evidence.startswith('your name is "Robin Ashe": "')


@pytest.mark.parametrize("note", EMPTY_GREETINGS)
def test_an_empty_greeting_to_a_wrong_name_is_not_good_whatever_the_profile(note: str) -> None:
    asked = request(note, headline="Lamp maker at the Old Pier", photo="https://p.test/1", mutual=180)
    told = decision(asked, ROBIN)
    assert told.verdict == "follow_up"
    assert told.judgement.score < 0, "nor would the points alone let it in"


@pytest.mark.parametrize("note", ["Hi Robin!", "Hi Rob!", "Hi Mr Ashe!", "Hi all!", "Hi there!", "Hi, Thomas sent me."])
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), ROBIN) is None


def test_without_a_profile_it_is_not_judged() -> None:
    assert finding(SIGNAL, request("Hi Thomas!"), facts()) is None


def test_a_known_person_may_slip() -> None:
    about = facts(about=profile(name="Robin Ashe", known_people=["Tamsin Hale"]))
    assert decision(request("Hi Thomas!"), about).verdict == "good"
