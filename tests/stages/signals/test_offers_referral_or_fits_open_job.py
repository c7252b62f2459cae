"""When `offers_referral_or_fits_open_job` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "offers_referral_or_fits_open_job"
JOBS = [{"title": "Lamp Technician", "place": "Bergen", "for": "Fyr AS"}]


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Is the lamp technician job still open? I mend lenses.")
    assert with_and_without(SIGNAL, asked, facts(about=profile(open_jobs=JOBS))) == ("good", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "I would like to refer you a lamp technician, he is free for the job.",
        "I applied for the lamp technician post as a job for life.",
    ],
)
def test_it_speaks_of_an_open_job(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(open_jobs=JOBS))) is not None


@pytest.mark.parametrize(
    "note", ["I am interested in a welder job.", "A lamp technician lives next door.", "Is it still open?"]
)
def test_another_job_or_no_interest_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(open_jobs=JOBS))) is None


def test_without_open_jobs_it_is_silent() -> None:
    assert finding(SIGNAL, request("Is the lamp technician job still open?"), facts(about=profile())) is None


REFERRALS = [
    "A friend from my old yard, Tor, would be great for your lamp technician opening. Happy to make the introduction.",
    "I am settled where I am. Ada mends lenses and is a strong fit for your lamp technician role.",
    "Your lamp technician job in Bergen: shall I introduce you to Ada, who mends lenses?",
]


@pytest.mark.parametrize("note", REFERRALS)
def test_somebody_else_named_for_the_job_is_a_referral_and_no_job_pitch(note: str) -> None:
    about = facts(about=profile(open_jobs=[{**JOBS[0], "referrals_welcome": True}]))
    found = finding(SIGNAL, request(note), about)
    assert found is not None
    assert found.evidence.startswith('your open job "Lamp Technician" (referrals welcome): "')
    assert finding("pitches_a_job", request(note), about) is None
    assert decision(request(note), about).rule == "fits-open-job"


def test_a_job_pitched_to_the_reader_is_no_interest_in_theirs() -> None:
    pitch = (
        "You would be a perfect fit for an exciting opportunity with my client: Lamp Technician job, competitive pay."
    )
    next_one = "This lamp technician job is a perfect fit for your next role. We are hiring!"
    for note in (pitch, next_one):
        assert finding(SIGNAL, request(note), facts(about=profile(open_jobs=JOBS))) is None
        assert finding("mentions_owners_facts", request(note), facts(about=profile(open_jobs=JOBS))) is None
        assert finding("pitches_a_job", request(note)) is not None
