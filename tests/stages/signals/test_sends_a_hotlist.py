"""When `sends_a_hotlist` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "sends_a_hotlist"
BLAST = "Please find our updated bench list of welders, all of them on C2C, and send us your client requirements."


def test_it_alone_changes_the_verdict() -> None:
    asked = request(BLAST, headline="Account lead at Ropeworks", photo="https://p.test/1", mutual=180)
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")
    assert decision(asked).rule == "vendor-blast"


@pytest.mark.parametrize(
    "note",
    [
        BLAST,
        "Kindly include us in your vendor list; twelve consultants are available immediately.",
        "Two crane drivers on our bench. Corp to corp only, please share your requirements.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert found.points == -4.0
    assert 0 < len(found.evidence) <= 200


def test_one_such_word_is_enough_beside_such_a_headline() -> None:
    asked = "Do you have any daily requirements?"
    assert finding(SIGNAL, request(asked, headline="US IT Recruiter | C2C")) is not None
    assert finding(SIGNAL, request(asked, headline="Harbour master")) is None


@pytest.mark.parametrize(
    "note",
    [
        "We sat on the bench by the pier in Kiel and you told me about gaskets.",
        "Are your requirements for the lamp technician final? I would like to apply.",
        "Your post on bench sales made me rethink how we staff the yard.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_a_vendor_who_really_met_the_reader_is_worth_a_look_and_one_who_says_so_is_not() -> None:
    met = request("We met at the harbour fair by the rope stand. " + BLAST)
    assert decision(met, facts(about=profile(events=["Harbour Fair"]))).verdict == "intriguing"
    assert decision(met, facts(about=profile(events=["Lamp Days"]))).verdict == "ugly"


def test_a_vendor_whom_one_knows_is_worth_a_look_and_no_more() -> None:
    known = facts(about=profile(known_people=["Tamsin Hale"]))
    assert decision(request(BLAST), known).verdict == "intriguing"
    assert decision(request(False), known).verdict == "good"
