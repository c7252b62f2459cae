"""A mail and its envelope become one Parsed, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from stages.events import Forwarded, Parsed
from stages.parse import parse
from stages.settings import Limits, Settings
from tests.builders.letters import mail, multipart, part, received

SETTINGS = Settings()
CAF = "amy+caf_=in=salver.test@owner.test"
NETWORK = {
    "from": "Bo Lindgren <invitations@linkedin.com>",
    "subject": "Amy, please add me to your LinkedIn network",
    "dkim_signature": "v=1; a=rsa-sha256; d=LinkedIn.com; s=x; h=from; bh=; b=\n\tabc",
}


def parsed(raw: bytes, mail_from: str = "") -> Parsed:
    told = parse(raw, received(mail_from), SETTINGS)
    assert Parsed.model_validate_json(told.model_dump_json()) == told
    return told


def test_a_mail_of_no_network_says_who_wrote_and_nothing_more() -> None:
    told = parsed(mail("Would you like to see the tide tables that I have made?\n"))
    assert (told.network, told.claims, told.notices) == (None, "other", ())
    assert (told.from_address, told.subject, told.message_id) == (
        "iris@sender.test",
        "A few words",
        "<one@sender.test>",
    )
    assert (told.mail, told.owner, told.received_at) == ("0" * 31 + "1", "amy", 1_772_532_000_000)
    assert told.language == "en"
    assert told.forwarded is None
    assert told.unread is None


def test_a_network_is_recognised_through_an_automatic_forward() -> None:
    told = parsed(mail("Hello\n", **NETWORK), CAF)
    assert told.network == "linkedin"
    assert told.forwarded == Forwarded(by="amy@owner.test", how="auto")
    assert told.signed_by == ("linkedin.com",)
    assert told.rewritten_by is None


def test_a_forward_of_no_network_says_only_that_it_was_forwarded() -> None:
    told = parsed(mail(), CAF)
    assert (told.network, told.claims) == (None, "other")
    assert told.forwarded == Forwarded(by="amy@owner.test", how="auto")


def test_a_network_mail_forwarded_as_an_attachment_is_read_instead_of_its_cover() -> None:
    cover = multipart(part("for the tray"), part(mail("Hello\n", **NETWORK), "message/rfc822"), kind="mixed")
    told = parsed(cover)
    assert told.network == "linkedin"
    assert told.from_address == "invitations@linkedin.com"
    assert told.forwarded == Forwarded(by="iris@sender.test", how="attachment")
    assert told.rewritten_by is not None


def test_an_attached_mail_says_where_it_lies_and_how_deep_and_a_mail_itself_says_neither() -> None:
    original = mail("Hello\n", **NETWORK)
    cover = multipart(part("for the tray"), part(original, "message/rfc822"), kind="mixed")
    told = parsed(cover)
    ((start, end),) = [(one.start, one.end) for one in told.original]
    assert cover[start:end] == original
    assert told.depth == 1
    assert told.signed_by == ("linkedin.com",)
    direct = parsed(original)
    assert (direct.original, direct.depth) == ((), 0)


def test_who_signed_the_cover_is_not_said_of_what_is_attached_to_it() -> None:
    unsigned = {name: value for name, value in NETWORK.items() if name != "dkim_signature"}
    cover = multipart(part("see"), part(mail("Hello\n", **unsigned), "message/rfc822"), kind="mixed")
    field = f"DKIM-Signature: {NETWORK['dkim_signature']}\n"
    assert parsed(field.encode() + cover).network == "linkedin"
    assert parsed(field.encode() + cover).signed_by == ()


def test_any_other_attached_mail_stays_an_attachment() -> None:
    told = parsed(multipart(part("see"), part(mail(subject="inner"), "message/rfc822"), kind="mixed"))
    assert (told.network, told.subject) == (None, "A few words")
    assert told.forwarded == Forwarded(by="iris@sender.test", how="attachment")


def test_a_network_mail_that_carries_a_mail_is_no_forward() -> None:
    told = parsed(multipart(part("see"), part(mail(), "message/rfc822"), kind="mixed", **NETWORK))
    assert told.network == "linkedin"
    assert told.forwarded is None


def test_a_network_mail_forwarded_inline_is_recognised_and_counts_as_rewritten() -> None:
    body = (
        "---------- Forwarded message ---------\nFrom: Bo Lindgren <invitations@linkedin.com>\n"
        "Date: Tue, Mar 3, 2026\nSubject: Amy, please add me to your LinkedIn network\nTo: Amy <amy@owner.test>\n\n"
        "Hi Amy\n"
    )
    told = parsed(mail(body, subject="Fwd: Amy, please add me to your LinkedIn network"))
    assert told.network == "linkedin"
    assert told.forwarded == Forwarded(by="iris@sender.test", how="inline")
    assert told.rewritten_by is not None
    assert told.signed_by == ()


def test_a_confirmation_comes_before_everything_else() -> None:
    link = "https://mail-settings.google.com/mail/vf-abc"
    told = parsed(mail(f"amy@owner.test asks\n{link}", **{"from": "forwarding-noreply@google.com"}), CAF)
    assert told.claims == "forwarding_confirmation"
    assert told.confirmation is not None
    assert told.confirmation.confirm_url == link
    assert told.forwarded is None


def test_a_mail_beyond_the_limits_says_why_and_is_of_no_network() -> None:
    told = parsed(mail("x", x_padding="y" * 200_000, **NETWORK), CAF)
    assert told.unread == "its header block is larger than 100 kB"
    assert (told.network, told.claims) == (None, "other")
    small = parse(mail("<p>x</p>", content_type="text/html"), received(), Settings(limits=Limits(html_bytes=5)))
    assert small.unread is not None


def test_two_from_fields_are_counted() -> None:
    assert parsed(b"From: x@evil.test\n" + mail(**NETWORK)).from_count == 2


def test_an_event_stays_small_whatever_the_header() -> None:
    told = parsed(
        mail(
            subject="s" * 20_000,
            to=", ".join(f"a{number}@b.test" for number in range(1_000)),
            message_id="<" + "m" * 20_000,
        )
    )
    assert len(told.model_dump_json()) < 10_000


def test_the_same_mail_gives_the_same_answer() -> None:
    raw = multipart(
        part("one"), part("<p>two</p>", "text/html; name=x"), part(b"\xff", "application/pdf"), kind="mixed"
    )
    assert parsed(raw) == parsed(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\0", b"\r", b"From ", b"From \n", b":", b"<", b"\xef\xbb\xbf", b"--", b"a:" * 9]
)
def test_hardly_a_mail_is_still_an_answer(raw: bytes) -> None:
    assert parsed(raw).claims == "other"


@given(st.binary(max_size=300), st.sampled_from(["", CAF, "\udcff@x", "bounces+srs=@x"]))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_it_raise_nor_leave_an_event_that_cannot_be_written(raw: bytes, mail_from: str) -> None:
    envelope = received(mail_from)
    for whole in (raw, mail(raw), mail(raw, **{"from": raw.replace(b"\n", b"") + b" <invitations@linkedin.com>"})):
        parse(whole, envelope, SETTINGS).model_dump_json().encode("utf-8")
