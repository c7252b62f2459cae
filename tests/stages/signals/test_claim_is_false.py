"""When `claim_is_false` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "claim_is_false"
ABOUT = {
    "roles": ["marketing director"],
    "employers": [{"name": "Kystverket", "from": 2010, "to": 2015}],
    "schools": ["Bergen Nautical College"],
    "tools_used": ["Lensworks"],
    "languages": ["en"],
    "published": [{"kind": "talk", "title": "Regrinding a lens", "points": ["polish the rim before the centre"]}],
    "open_jobs": ["Lamp technician"],
    "wants": ["letters about the old lamps and the people who mend them"],
}


def test_it_alone_changes_the_verdict() -> None:
    asked = request("When you were at Kystverket in 2003 we often had trouble with the pumps. How do you see it now?")
    assert with_and_without(SIGNAL, asked, facts(about=profile(**ABOUT))) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    ("note", "points"),
    [
        ("I really loved your post about hiring.", -3.0),
        ("I applied for the dental hygienist role and would like to talk.", -3.0),
        ("We worked together at Kystverket in 2003.", -3.0),
        ("As a fellow Harvard alum I say hello.", -3.0),
        ("I follow your work as a dental hygienist.", -2.0),
        ("I saw that you use Salesforce.", -2.0),
        ("I see you speak Portuguese.", -1.0),
        ("I see you speak Portuguese and that you use Salesforce.", -2.0),
    ],
)
def test_it_is_graded_and_the_worst_counts(note: str, points: float) -> None:
    found = finding(SIGNAL, request(note), facts(about=profile(**ABOUT)))
    assert found is not None
    assert found.points == points


@pytest.mark.parametrize(
    "note",
    [
        "I really loved your post about lamps.",
        "I applied for the lamp repair role and would like to talk.",
        "We worked together at Kystverket in 2012.",
        "As a fellow Bergen alum I say hello.",
        "As a brand director you must be busy.",
        "Do you use Salesforce?",
        "We met at the Anchor Fair and Boris Tern suggested I write.",
        "Hi Thomas, good morning.",
    ],
)
def test_what_is_near_unknown_or_true_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(**ABOUT))) is None


def test_without_a_profile_nothing_is_false() -> None:
    assert finding(SIGNAL, request("I really loved your post about hiring."), facts()) is None


def test_the_evidence_says_what_is_wrong() -> None:
    found = finding(SIGNAL, request("I saw that you use Salesforce."), facts(about=profile(**ABOUT)))
    assert found is not None
    assert found.evidence == 'you listed "Lensworks": "you use Salesforce"'
