"""The reminder: one mail to the owner that no stranger's text can bend."""

from __future__ import annotations

import quopri
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import mailparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stages.conversation import ReminderWanted
from stages.events import Notice, Seen, counted, shown
from stages.own_mail import own_id
from stages.reminder import compose
from stages.settings import Owner

FIELDS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Salver-Reminder",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
ROBIN = Notice(
    name=shown("Zoë Okonjo"),
    headline=shown("Buyer at Tidewater Rope"),
    profile_url=shown("https://www.linkedin.com/in/zoe-okonjo"),
    mutual_connections=counted(1),
)
AMY = Owner(addresses=("amy@salver.test",), name="Amy", time_zone="Asia/Tokyo")
anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)


def wanted(about: Notice = ROBIN, **changes: object) -> ReminderWanted:
    told = {
        "mail": "0192f3a4b5c6d7e8f90123456789abcd",
        "owner": "amy",
        "mailbox": "maildir:x",
        "request": "r-1",
        "about": about,
        "known": ("You have one connection in common.",),
        "message_id": "<abc.123@example.org>",
        "at": 1_764_150_000_000,
    }
    return ReminderWanted.model_validate(told | changes)


def text_of(octets: bytes) -> str:
    return quopri.decodestring(octets.partition(b"\r\n\r\n")[2]).decode()


def test_the_reminder_names_the_person_the_facts_the_question_and_the_link() -> None:
    text = text_of(compose(wanted(), AMY))
    assert text.startswith("Hello Amy,\r\n\r\nZoë Okonjo would like to connect with you on LinkedIn")
    assert "\r\n  - Buyer at Tidewater Rope\r\n" in text
    assert "\r\n  - 1 connection in common with you\r\n" in text
    assert "\r\n  - You have one connection in common.\r\n" in text
    assert re.search(r"\r\nHi Zoë, .*\?.* Amy\r\n", text)
    assert "\r\n\r\nhttps://www.linkedin.com/in/zoe-okonjo\r\n\r\n" in text


def test_what_the_notice_says_and_what_we_know_beside_it_are_each_said_once() -> None:
    text = text_of(compose(wanted(known=("Photo: yes", "Asked before: 2 times")), AMY))
    assert text.count("Buyer at Tidewater Rope") == 1
    assert text.count("1 connection in common") == 1
    assert "\r\n  - Photo: yes\r\n  - Asked before: 2 times\r\n" in text


def test_the_header_is_automatic_threaded_addressed_to_the_owner_alone_and_dated_where_they_live() -> None:
    mail = message_from_bytes(compose(wanted(), AMY))
    assert mail.keys() == FIELDS
    assert mail["To"] == "amy@salver.test"
    assert mail["From"] == "Salver <salver@salver.test>"
    assert str(make_header(decode_header(mail["Subject"]))) == "Zoë Okonjo would like to connect: ask why?"
    assert mail["In-Reply-To"] == mail["References"] == "<abc.123@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Date"].endswith("+0900")
    assert parsedate_to_datetime(mail["Date"]).timestamp() == 1_764_150_000


def test_every_attempt_gives_the_same_octets_and_another_request_another_message() -> None:
    assert compose(wanted(), AMY) == compose(wanted(), AMY)
    assert own_id(wanted()) != own_id(wanted(request="r-2"))
    assert re.fullmatch("[0-9a-f]{32}", own_id(wanted()))
    assert f"<reminder.{own_id(wanted())}@salver.test>" in compose(wanted(), AMY).decode()


@pytest.mark.parametrize(
    "bad", ["", "abc", "<a b@c>", "<a@b>\r\nBcc: <x@y>", "<é@b>", "<a@b> <c@d>", "<" + "a" * 900 + "@b>"]
)
def test_a_message_id_that_is_none_is_not_threaded_under(bad: str) -> None:
    mail = message_from_bytes(compose(wanted(message_id=bad), AMY))
    assert mail.keys() == [name for name in FIELDS if name not in ("In-Reply-To", "References")]


@settings(max_examples=200, deadline=None)
@given(anything, anything, anything)
@example("=?utf-8?q?a=0D=0ABcc:_x=40y?=", "x\r\n\r\n.\r\nMAIL FROM:<a@b>", "https://x.test/\r\nhi")
@example("\r\nBcc: x\x0b\x0c\x1c\x85\u2028", "\udcff\u202e", "javascript:alert(1)")
@example("a" * 2000, ".\r\n.", "https://" + "a" * 3000)
def test_nothing_a_stranger_writes_adds_a_field_a_bare_line_end_or_a_long_line(
    name: str, headline: str, link: str
) -> None:
    def seen(value: str) -> Seen[str]:
        return Seen[str].model_construct(state="shown", value=value)

    about = Notice.model_construct(name=seen(name), headline=seen(headline), profile_url=seen(link))
    event = wanted().model_copy(update={"about": about, "known": (headline, name), "subject": name})
    octets = compose(event, AMY)
    assert message_from_bytes(octets).keys() == FIELDS
    assert mailparser.parse_from_bytes(octets).message.keys() == FIELDS
    assert octets.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f]", octets)
    assert all(len(line) <= 78 for line in octets.split(b"\r\n"))
    assert text_of(octets).rstrip().endswith("Salver")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text_of(octets))


@pytest.mark.parametrize("name", ["http://evil.test Bob", "50% off", "Call+49301234", "x" * 40])
def test_only_what_looks_like_a_first_name_is_put_into_the_owners_mouth(name: str) -> None:
    text = text_of(compose(wanted(Notice(name=shown(name))), AMY))
    assert "\r\nHello, thanks for reaching out!" in text


def test_a_link_that_is_no_plain_web_address_is_left_out() -> None:
    assert "Their profile" not in text_of(compose(wanted(Notice(profile_url=shown("javascript:x"))), AMY))


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("ämy@salver.test", "undisclosed-recipients:;"),
        ("amy@münchen.test", "amy@xn--mnchen-3ya.test"),
        ("a,b@salver.test", '"a,b"@salver.test'),
        ("x@" + "a" * 300, "x@localhost"),
    ],
)
def test_any_owner_address_makes_a_sound_header(address: str, to: str) -> None:
    octets = compose(wanted(), Owner(id="amy", addresses=(address,)))
    assert message_from_bytes(octets).keys() == FIELDS
    assert message_from_bytes(octets)["To"] == to
    assert octets.isascii()


def test_without_a_name_the_reminder_still_reads_well() -> None:
    text = text_of(compose(wanted(Notice(), known=()), Owner(addresses=("amy@salver.test",))))
    assert text.startswith("Hello,\r\n\r\nSomebody would like to connect with you, and")
    assert "What we know" not in text
    assert "Who it is" not in text
