"""When `offers_referral_or_fits_open_job` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

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
