"""How a mail was forwarded, what lies inside it, and requests to confirm a forwarding."""

from __future__ import annotations

import pytest

from stages.events import Confirmation, Forwarded
from stages.forwards import forwarded, inner, rewritten_by
from stages.forwards.handshakes import confirmation
from stages.forwards.handshakes import language_of as confirmation_language
from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.settings import Limits
from tests.builders.letters import mail, multipart, part


def read(raw: bytes, mail_from: str = "") -> Letter:
    return read_letter(raw, mail_from, ("amy@salver.test",), Limits())


# --- shapes -----------------------------------------------------------------------------------------------------


def test_a_plain_mail_is_no_forward() -> None:
    letter = read(mail(delivered_to="amy@owner.test"), "iris@sender.test")
    assert forwarded(letter) is None
    assert rewritten_by(letter) is None
    assert inner(letter) is None
    assert quoted(letter) is None
    assert confirmation(letter) is None


@pytest.mark.parametrize(
    ("mail_from", "by"),
    [
        ("amy+caf_=in=salver.test@owner.test", "amy@owner.test"),
        ("Amy+caf_=in=salver.test@Owner.test", "amy@owner.test"),
        ("amy+work+caf_=in+u_1=salver.test@owner.test", "amy+work@owner.test"),
        ("amy+caf_=x+caf_=y=salver.test@owner.test", "amy@owner.test"),
        ("bounces+SRS=44ldt=IX@tenant.test", None),
        ("SRS0=abcd=ef=sender.test=iris@relay.test", None),
        ("srs0+abcd=ef=sender.test=iris@relay.test", None),
        ("SRS1=abcd=relay.test==ef=gh=sender.test=iris@second.test", None),
    ],
)
def test_the_envelope_shows_an_automatic_forward(mail_from: str, by: str | None) -> None:
    assert forwarded(read(mail(), mail_from)) == Forwarded(by=by, how="auto")


@pytest.mark.parametrize(
    "mail_from", ["+caf_=in=salver.test@owner.test", "bounces+other=1@x.test", "srs@x.test", "caf_"]
)
def test_envelopes_that_only_look_alike_show_nothing(mail_from: str) -> None:
    assert forwarded(read(mail(), mail_from)) is None


def test_a_stored_mail_without_envelope_shows_it_by_its_fields() -> None:
    gmail = mail(x_forwarded_to="in@salver.test", x_forwarded_for="amy@owner.test in@salver.test")
    assert forwarded(read(gmail)) == Forwarded(by="amy@owner.test", how="auto")
    web = mail(x_forwarded_for="192.0.2.1, 192.0.2.2")
    assert forwarded(read(web)) is None
    spf = mail(received_spf="pass client-ip=192.0.2.1; envelope-from=bounces+srs=a1b2c=d3@tenant.test; helo=x")
    assert forwarded(read(spf)) == Forwarded(by=None, how="auto")
    assert forwarded(read(spf, "iris@sender.test")) is None, "the real envelope counts where there is one"


def test_an_exchange_rule_shows_its_mailbox_but_an_out_of_office_reply_does_not() -> None:
    loop = {"x_ms_exchange_inbox_rules_loop": "amy@owner.test"}
    assert forwarded(read(mail(**loop))) == Forwarded(by="amy@owner.test", how="auto")
    assert forwarded(read(mail(**loop, auto_submitted="auto-generated"))) is None
    assert forwarded(read(mail(**loop, x_ms_exchange_generated_message_source="Mailbox Rules Agent"))) is None
    mine = read(mail(**loop, **{"from": "Amy <amy@owner.test>"}))
    assert forwarded(mine) == Forwarded(by="amy@owner.test", how="rule")


def test_an_attached_mail_is_the_original_but_a_bounce_forwards_nothing() -> None:
    original = mail("inner words\n", subject="inner")
    attached = multipart(part("see below"), part(original, "message/rfc822"), kind="mixed")
    assert inner(read(attached)) == original
    assert forwarded(read(attached)) == Forwarded(by="iris@sender.test", how="attachment")
    bounce = multipart(part("undeliverable"), part(original, "message/rfc822"), kind="report")
    assert inner(read(bounce)) is None
    assert forwarded(read(bounce)) is None


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


# --- hops that may have changed the text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"list_id": "<sailing.lists.test>"}, "mailing list"),
        ({"list_post": "<mailto:sailing@lists.test>"}, "mailing list"),
        ({"subject": "[EXTERNAL] A few words"}, "[EXTERNAL]"),
        ({"subject": "Fwd: A few words"}, "Fwd:"),
        ({"x_ms_exchange_crosstenant_id": "1"}, "Exchange"),
    ],
)
def test_a_hop_that_may_have_rewritten_is_named(fields: dict[str, str], words: str) -> None:
    assert words in (rewritten_by(read(mail(**fields))) or "")


def test_a_gmail_forward_and_a_way_to_unsubscribe_rewrite_nothing() -> None:
    raw = mail(x_forwarded_to="in@salver.test", x_forwarded_for="amy@owner.test in@salver.test", list_unsubscribe="<x>")
    assert rewritten_by(read(raw, "amy+caf_=in=salver.test@owner.test")) is None


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
