"""LinkedIn's news of messages: who wrote, and their words only where a mail shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stages.events import Notice
from stages.letter import read_letter
from stages.settings import Limits
from stages.sources import linkedin
from tests.builders import linkedin as mails
from tests.builders.linkedin import MIRA, Person

JON = Person("Jon Hale", "Baker", vanity="jon-hale", number=7)
SAYS = "Hello Amy, your talk on pay bands made me redo ours. How did you handle the people above the band?"


def written_by(raw: bytes) -> tuple[Notice, ...]:
    reading = linkedin.read(read_letter(raw, "", ("amy@salver.test",), Limits()))
    assert reading.claims == "message"
    return reading.notices


def test_a_notice_of_a_message_names_its_writer_and_shows_no_text() -> None:
    (notice,) = written_by(mails.message())
    assert (notice.name.value, notice.profile_url.value) == (
        "Mira Solberg",
        "https://www.linkedin.com/in/mira-solberg-21b",
    )
    assert (notice.message.state, notice.note.state, notice.headline.state) == ("unknown", "unknown", "unknown")


def test_without_a_link_the_writers_name_is_all_there_is() -> None:
    (notice,) = written_by(mails.message(linked=False))
    assert (notice.name.value, notice.profile_url.state, notice.message.state) == ("Mira Solberg", "unknown", "unknown")


@pytest.mark.parametrize("headline", [False, True])
def test_words_that_a_notice_shows_are_the_message(headline: bool) -> None:
    (notice,) = written_by(mails.message(says=SAYS, headline=headline))
    assert notice.message.value == SAYS
    assert notice.headline.value == (MIRA.headline if headline else None)


@pytest.mark.parametrize(
    "headline",
    ["Head of Talent at Fjellkraft", "Need more leads? I help founders to get 30 calls a month.", "Dad. Baker. Tea."],
)
def test_a_headline_is_no_message_whatever_it_says(headline: str) -> None:
    (notice,) = written_by(mails.message(replace(MIRA, headline=headline), headline=True))
    assert (notice.headline.value, notice.message.state) == (headline, "unknown")


@pytest.mark.parametrize("line", ["Mira sent you a message", "You have 2 new messages.", "Mira just messaged you!"])
def test_what_the_network_says_of_a_message_is_no_message(line: str) -> None:
    raw = mails.message(says="PLACE", headline=True).replace("“PLACE”".encode(), line.encode())
    raw = raw.replace(b"=E2=80=9CPLACE=E2=80=9D", line.encode())
    assert line.encode() in raw
    (notice,) = written_by(raw)
    assert notice.message.state == "unknown"


def test_one_notice_may_tell_of_several_writers() -> None:
    notices = written_by(mails.message(MIRA, others=[JON]))
    assert [(each.name.value, each.profile_url.value) for each in notices] == [
        ("Mira Solberg", "https://www.linkedin.com/in/mira-solberg-21b"),
        ("Jon Hale", "https://www.linkedin.com/in/jon-hale"),
    ]
    assert {each.message.state for each in notices} == {"unknown"}


def test_who_stands_in_the_page_and_not_in_the_subject_wrote_nothing() -> None:
    raw = mails.message(MIRA, others=[JON]).replace(b"Mira and Jon sent new messages", b"Mira just messaged you")
    assert [each.name.value for each in written_by(raw)] == ["Mira Solberg"]


def test_an_answer_to_an_inmail_shows_its_words() -> None:
    (notice,) = written_by(mails.inmail("Rolf Dahl", "Message replied: A role", SAYS, headline="Recruiter"))
    assert (notice.name.value, notice.message.value) == ("Rolf Dahl", SAYS)
