"""How a mail was forwarded, what lies inside it, and requests to confirm a forwarding."""

from __future__ import annotations

import pytest

from stages.events import Confirmation
from stages.forwards.handshakes import confirmation, language_of as confirmation_language
from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.settings import Limits
from tests.builders.letters import mail


def read(raw: bytes, mail_from: str = "") -> Letter:
    return read_letter(raw, mail_from, ("amy@salver.test",), Limits())


# --- inline -----------------------------------------------------------------------------------------------------

GMAIL = """For the tray.

---------- Forwarded message ---------
Von: Bo Lindgren <bo@there.test>
Date: Di., 3. März 2026 um 10:00 Uhr
Subject: Old words
To: <amy@owner.test>

The original text.
"""
OUTLOOK = """________________________________
From: Bo Lindgren <bo@there.test>
Sent: Tuesday, March 3, 2026 10:00
To: amy@owner.test <amy@owner.test>
Subject: Old words

The original text.
"""


def test_a_gmail_forward_shows_the_original_sender_subject_and_text() -> None:
    original = quoted(read(mail(GMAIL, subject="Fwd: Old words")))
    assert original is not None
    assert (original.from_name, original.from_address) == ("Bo Lindgren", "bo@there.test")
    assert original.subject == "Old words"
    assert original.text.strip() == "The original text."


def test_a_gmail_forward_in_a_language_we_have_no_labels_for_shows_its_sender() -> None:
    original = quoted(read(mail(GMAIL.replace("Von:", "Saatja:"))))
    assert original is not None
    assert original.from_address == "bo@there.test"


def test_an_outlook_block_is_a_forward_only_if_the_subject_says_so() -> None:
    original = quoted(read(mail(OUTLOOK, subject="WG: Old words")))
    assert original is not None
    assert original.from_address == "bo@there.test"
    assert quoted(read(mail("Yes!\n\n" + OUTLOOK, subject="Re: Old words"))) is None


def test_an_answer_that_quotes_is_no_forward() -> None:
    answer = "Thanks.\n\nOn Tue, Bo wrote:\n> ---\n> The original text.\n"
    assert quoted(read(mail(answer, subject="Re: Old words"))) is None


# --- confirmations ----------------------------------------------------------------------------------------------

LINK = "https://mail-settings.google.com/mail/vf-%5BABC%5D-xyz_1"
CANCEL = LINK.replace("/vf-", "/uf-")
TEAM = {"from": "Gmail Team <forwarding-noreply@google.com>", "to": "in@salver.test"}
ASKS = (
    "amy@owner.test asks to forward mail to your address in@salver.test.\n{code}\n"
    f"Confirm:\n\n{LINK}\n\nCancel:\n{CANCEL}\n"
)


def test_a_confirmation_with_a_code_is_read() -> None:
    subject = "(#123456789) Gmail Forwarding Confirmation - Receive Mail from amy@owner.test"
    letter = read(mail(ASKS.format(code="Confirmation code: 123456789"), subject=subject, **TEAM))
    assert confirmation(letter) == Confirmation(
        requester="amy@owner.test", destination="in@salver.test", code="123456789", confirm_url=LINK
    )
    assert confirmation_language(letter) == "en"


def test_a_confirmation_without_a_code_is_normal() -> None:
    letter = read(mail(ASKS.format(code=""), subject="(Gmail Forwarding Confirmation", **TEAM))
    found = confirmation(letter)
    assert found is not None
    assert (found.code, found.confirm_url) == (None, LINK)


@pytest.mark.parametrize(
    ("subject", "code", "language"),
    [
        ("(n° 1234567) Confirmation de transfert Gmail - Recevoir des messages de amy@owner.test", "1234567", "fr"),
        ("(#12345678) Gmail 转发确认 - 从 amy@owner.test 接收邮件", "12345678", "zh-CN"),
        ("(#12345678) Gmail の転送の確認 - amy@owner.test からメールを受信", "12345678", "ja"),
        ("(#1234567) Gmail Forwarding Confirmation - Receive Emails from amy@owner.test", "1234567", "en-GB"),
        ("Gmail-Weiterleitungsbestätigung", None, "de"),
    ],
)
def test_the_language_and_code_of_a_confirmation_are_those_of_its_subject(
    subject: str, code: str | None, language: str
) -> None:
    letter = read(mail(f"amy@owner.test in@salver.test {LINK}", subject=subject, **TEAM))
    found = confirmation(letter)
    assert found is not None
    assert found.code == code
    assert confirmation_language(letter) == language


@pytest.mark.parametrize(
    "link",
    [
        CANCEL,
        LINK.replace("https", "http"),
        LINK.replace("google.com", "google.com.evil.test"),
        LINK.replace("mail-settings", "evil"),
        "https://evil.test/?u=" + LINK.replace("https://", ""),
    ],
)
def test_only_a_confirming_link_at_google_is_told(link: str) -> None:
    found = confirmation(read(mail(f"amy@owner.test asks.\n{link}\n", **TEAM)))
    assert found is not None
    assert found.confirm_url is None


def test_a_mailing_list_that_took_over_from_leaves_reply_to_and_the_link() -> None:
    fields = {"from": "Gmail via List <list@lists.test>", "reply_to": "forwarding-noreply@google.com"}
    assert confirmation(read(mail(ASKS.format(code=""), **fields))) is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"x_google_address_confirmation": "abc"},
        {"reply_to": "forwarding-noreply@google.com"},
        {"from": "forwarding-noreply@google.com.evil.test"},
        {"from": '"forwarding-noreply@google.com" <x@evil.test>'},
    ],
)
def test_one_mark_that_anybody_can_write_makes_no_confirmation(fields: dict[str, str]) -> None:
    assert confirmation(read(mail("Please look at my offer.\n", **fields))) is None


def test_a_bare_body_with_the_link_is_a_confirmation() -> None:
    found = confirmation(read(f"amy@owner.test wants to forward\n{LINK}\n".encode()))
    assert found is not None
    assert (found.requester, found.confirm_url) == ("amy@owner.test", LINK)
