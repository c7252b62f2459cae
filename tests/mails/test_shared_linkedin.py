"""Every LinkedIn mail of the shared collection, against what a person read in it."""

from __future__ import annotations

import pytest

from tests.builders.shared_mails import FOLDER, MISSING, Collection, Deviation, differing, enriched, still_deviates

MAILS = Collection(FOLDER / "linkedin")

pytestmark = pytest.mark.skipif(not MAILS.stems, reason=MISSING)

DEVIATIONS = (
    Deviation(
        "10-inmail-2026-01-de-shortened",
        "language",
        "en",
        "de",
        "the contract gives the language of the mail's frame, and the frame is English; the message is German "
        "(note_language)",
    ),
    Deviation(
        "20-job-alert-2024-05",
        "language",
        None,
        "en",
        "only the header block is there, and a subject of three words; nothing shows the frame's language",
    ),
    Deviation(
        "21-jobs-digest-2017-11",
        "language",
        None,
        "en",
        "only the header block is there, and a subject of two words; nothing shows the frame's language",
    ),
)


@pytest.mark.parametrize("answer", ["temporary", "none"])
@pytest.mark.parametrize("stem", MAILS.stems)
def test_a_shared_mail_is_read_as_a_person_read_it(stem: str, answer: str) -> None:
    assert differing(MAILS, stem, answer, DEVIATIONS) == {}


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: f"{deviation.file}-{deviation.field}")
def test_a_listed_deviation_still_deviates_and_says_why(deviation: Deviation) -> None:
    still_deviates(MAILS, deviation)


@pytest.mark.parametrize("stem", [stem for stem in MAILS.stems if not stem.startswith("5")])
def test_no_genuine_mail_is_taken_for_a_spoof_without_a_resolver(stem: str) -> None:
    assert enriched(MAILS, stem, "temporary").authenticity.verdict in ("temporary", "unverified")


def test_the_inmails_message_is_german_and_holds_no_footer() -> None:
    parsed = enriched(MAILS, "10-inmail-2026-01-de-shortened", "none").parsed
    assert parsed.note_language == "de"
    message = parsed.notices[0].message.value or ""
    assert message.startswith("Hallo Jens")
    assert "Platform Architect" not in message
