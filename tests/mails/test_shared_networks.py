"""Every mail of the shared collection that another network than LinkedIn sent, against what a person read in it."""

from __future__ import annotations

import pytest

from tests.builders.shared_mails import FOLDER, MISSING, Collection, Deviation, differing, enriched, still_deviates

MAILS = Collection(FOLDER / "networks")

pytestmark = pytest.mark.skipif(not MAILS.stems, reason=MISSING)

DEVIATIONS = (
    Deviation(
        "facebook-spoof-2010-09-copied-headers",
        "kind",
        "digest",
        "spoof",
        "it copies every header of a genuine mail; only the host it came from gave it away, and that is not in the "
        "mail: without a signature it is unverified, and no evidence makes it forged",
    ),
)


@pytest.mark.parametrize("answer", ["temporary", "none"])
@pytest.mark.parametrize("stem", MAILS.stems)
def test_a_shared_mail_is_read_as_a_person_read_it(stem: str, answer: str) -> None:
    assert differing(MAILS, stem, answer, DEVIATIONS) == {}


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: f"{deviation.file}-{deviation.field}")
def test_a_listed_deviation_still_deviates_and_says_why(deviation: Deviation) -> None:
    still_deviates(MAILS, deviation)


@pytest.mark.parametrize("stem", MAILS.stems)
def test_none_of_them_is_taken_for_a_forgery_without_a_resolver(stem: str) -> None:
    assert enriched(MAILS, stem, "temporary").authenticity.verdict in ("temporary", "unverified")


@pytest.mark.parametrize("stem", [stem for stem in MAILS.stems if stem.startswith("instagram-")])
def test_no_login_code_is_kept(stem: str) -> None:
    raw = MAILS.raw(stem).decode()
    code = next(line for line in raw.splitlines() if line.startswith("Subject:")).split()[1]
    assert code.isdigit()
    assert code not in enriched(MAILS, stem, "none").model_dump_json()


@pytest.mark.parametrize("stem", [stem for stem in MAILS.stems if stem.startswith("facebook-")])
def test_no_personal_token_of_a_link_is_kept(stem: str) -> None:
    kept = enriched(MAILS, stem, "none").model_dump_json()
    assert not [word for word in ("bcode", "n_m=", "a1b2c3", "ABCxyz", "mailid") if word in kept]
