"""When `mentions_owners_facts` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "mentions_owners_facts"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("I rebuilt a lamp after the Beacon Days in Bergen, thinking of yours.")
    assert with_and_without(SIGNAL, asked, facts(about=profile(events=["Beacon Days"]))) == ("good", "intriguing")


ABOUT = {
    "published": [
        {"kind": "article", "title": "Why lamps fail at sea", "points": ["salt creeps under the gasket first"]}
    ],
    "schools": ["Bergen Nautical College"],
    "employers": [{"name": "Kystverket", "from": 2010}],
    "groups": ["Keepers' Guild"],
}


@pytest.mark.parametrize(
    "note",
    [
        "Why lamps fail is on the wall of our workshop.",
        "I learned splicing near Bergen Nautical College.",
        "The Keepers Guild sent me here.",
    ],
)
def test_it_finds_what_is_named_of_the_owners(note: str) -> None:
    found = finding(SIGNAL, request(note), facts(about=profile(**ABOUT)))
    assert found is not None
    assert found.points < 3.0


@pytest.mark.parametrize(
    "note",
    [
        "Your article on why lamps fail at sea is on our wall.",
        "You are right that salt creeps under gaskets before anything else.",
        "I am also from Kystverket, the northern office.",
        "I also studied at Bergen Nautical College.",
        "We share the group Keepers' Guild.",
    ],
)
def test_what_is_claimed_is_counted_once(note: str) -> None:
    assert finding("claim_is_true", request(note), facts(about=profile(**ABOUT))) is not None
    assert finding(SIGNAL, request(note), facts(about=profile(**ABOUT))) is None


def test_a_job_that_somebody_is_interested_in_is_counted_once() -> None:
    about = facts(about=profile(open_jobs=["Lamp technician"]))
    applied = request("I applied for the lamp technician role.")
    assert finding("offers_referral_or_fits_open_job", applied, about) is not None
    assert finding(SIGNAL, applied, about) is None
    assert finding(SIGNAL, request("The lamp technician job has been on my desk."), about) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Your work at Kystverket is known.",
        "Your article on hiring was great.",
        "Salt is my trade.",
        "I went to college.",
    ],
)
def test_what_a_bot_has_or_what_is_not_true_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(**ABOUT))) is None


def test_without_a_profile_relevance_is_not_judged() -> None:
    assert finding(SIGNAL, request("Why lamps fail at sea"), facts()) is None


def test_the_evidence_names_the_fact_and_quotes_the_sentence() -> None:
    about = facts(about=profile(open_jobs=[{"title": "Senior Lamp Technician", "place": "Bergen"}]))
    found = finding(SIGNAL, request("Hello Robin, the senior lamp technician job in Bergen is mine, I hope."), about)
    assert found is not None
    assert found.evidence == (
        'your open job "Senior Lamp Technician": "the senior lamp technician job in Bergen is mine, I hope."'
    )


def test_a_first_name_counts_where_work_was_done_together_and_an_employer_in_their_headline() -> None:
    about = facts(about=profile(employers=["Kystverket"], known_people=["Nils Aker"]))
    placed = finding(SIGNAL, request("You placed our pilot Nils with us in spring."), about)
    assert placed is not None
    assert 'perhaps somebody you know, "Nils Aker"' in placed.evidence
    assert finding(SIGNAL, request("My pilot Nils likes Kystverket lamps."), about) is None
    assert finding(SIGNAL, request("Kystverket lamps are ours.", headline="Pilot at Kystverket"), about) is not None


def test_common_words_of_a_point_far_from_its_sense_are_no_mention() -> None:
    about = facts(about=profile(published=[{"title": "Pilots", "points": ["never let people row down alone"]}]))
    assert finding(SIGNAL, request("Two people sat down with us."), about) is None
