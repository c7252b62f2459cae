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


@pytest.mark.parametrize(
    "note",
    ["I applied for the technician post in Bergen on Monday.", "Ich habe mich bei Fyr AS auf Ihre Anzeige beworben."],
)
def test_an_application_that_names_the_job_by_a_part_of_it_counts(note: str) -> None:
    found = finding(SIGNAL, request(note), facts(about=profile(open_jobs=JOBS)))
    assert found is not None
    assert found.evidence.startswith('your open job "Lamp Technician": "')


FIRMWARE = {
    "open_jobs": ["Firmware engineer", "Perception engineer"],
    "published": [{"kind": "article", "title": "Stop whiteboarding firmware engineers"}],
}


@pytest.mark.parametrize(
    "note",
    [
        "Hi, your piece on not whiteboarding firmware engineers made us buy eight dev boards.",
        "Your article Stop whiteboarding firmware engineers is a fit for my course on hiring. Thank you!",
        "Since you are hiring firmware engineers, our assessment platform for firmware engineers can halve your time to"
        " hire. Demo?",
        "You are hiring a firmware engineer. We place engineers and know a great candidate for the role. Book a call?",
        "I see you are hiring a firmware engineer. We have three who could start on Monday.",
        "Might you be interested in a list of firmware engineer candidates?",
    ],
)
def test_words_of_a_job_in_a_work_or_an_offer_leave_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(**FIRMWARE))) is None


@pytest.mark.parametrize(
    "note",
    [
        "Your article Stop whiteboarding firmware engineers is why I write. Is the firmware engineer role still open?",
        "I applied for the firmware engineer role on Monday. At work I show our platform to customers and do the demo.",
        "You are hiring a perception engineer: my student Aisha is better at it than I am. Can I refer her to you?",
        "I saw the firmware engineer job. Eight years of C. Who may I ask about it? It would suit me.",
    ],
)
def test_a_candidate_or_a_referral_counts_beside_a_work_and_wares(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(**FIRMWARE))) is not None


def test_a_wish_far_from_the_words_of_the_job_is_not_for_it() -> None:
    note = "A firmware engineer sat beside me. It rained. We spoke of birds. He left. My resume is a job."
    assert finding(SIGNAL, request(note), facts(about=profile(**FIRMWARE))) is None


ABROAD = [
    {"title": "Técnico(a) noturno(a) de faróis", "place": "Bergen", "for": "Fyr AS"},
    {"title": "Leuchtturmwart (m/w/d)", "place": "Bergen", "for": "Fyr AS"},
    {"title": "Linsenslijper", "place": "Bergen", "for": "Fyr AS"},
    {"title": "Tecnico lampade", "place": "Bergen", "for": "Fyr AS"},
]


@pytest.mark.parametrize(
    "note",
    [
        "Vi a vaga de técnica noturna de faróis e me inscrevi.",
        "Enviei ontem o currículo para técnico noturno de faróis.",
        "Ich habe die Ausschreibung Leuchtturmwart gelesen und bringe Seefestigkeit mit.",
        "Für den Leuchtturmwart: Im Inserat steht Nachtdienst. Reicht das Patent?",
        "Ik heb gereageerd op Linsenslijper.",
        "Ho risposto all'annuncio per tecnico lampade.",
        "I saw the Linsenslijper vacancy. Would my bad Dutch rule me out?",
        "Meine Schwester wäre Leuchtturmwart von Beruf. Ich hätte da einen Kandidaten für die Stelle.",
    ],
)
def test_candidates_and_referrers_are_heard_in_every_language(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(open_jobs=ABROAD))) is not None


@pytest.mark.parametrize(
    "note",
    [
        "Vi a vaga de cozinheira e me inscrevi.",
        "For your Linsenslijper vacancy our bench has three people. Fee applies.",
        "A keeper's wage and a Linsenslijper's curriculum differ.",
    ],
)
def test_another_job_or_who_serves_those_who_hire_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note), facts(about=profile(open_jobs=ABROAD))) is None
