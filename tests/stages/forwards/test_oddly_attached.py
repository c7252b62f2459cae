"""Mails attached in odd ways that still plainly are mails: read, and cut so that their signatures can be checked."""

from __future__ import annotations

import pytest

from stages.attached import cut
from stages.events import Parsed
from stages.letter import read_letter
from stages.parse import parse
from stages.settings import Limits, Settings
from tests.builders import linkedin
from tests.builders.handed_on import USER, attached, wrapped
from tests.builders.letters import mail, received

INVITATION = linkedin.invitation_modern()


def read(raw: bytes) -> Parsed:
    return parse(raw, received(USER), Settings())


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: message/rfc822\r\n\r\n\r\n" + INVITATION,
        b"Content-Type: message/rfc822\r\n\r\n\r\n\r\n" + INVITATION,
        wrapped(b"\r\n" + INVITATION, "base64"),
        wrapped(INVITATION, "base64").replace(b"Encoding: base64", b"Encoding: base64 (as ever)"),
        wrapped(INVITATION, "base64").replace(b"Encoding: base64", b"Encoding: (as ever) BASE64"),
        wrapped(INVITATION, "base64").replace(b"Encoding: base64", b'Encoding: "base64"'),
        wrapped(INVITATION, "base64", "application/eml", "x.eml"),
        wrapped(INVITATION, "base64", "text/plain", "x.eml"),
        wrapped(INVITATION, "", "text/plain", "x.eml"),
        wrapped(INVITATION, "base64", "application/pdf", "X.EML"),
    ],
)
def test_it_is_read_and_its_octets_are_those_that_were_signed(part: bytes) -> None:
    raw = attached(part)
    told = read(raw)
    assert (told.network, told.claims) == ("linkedin", "invitation")
    assert told.forwarded is not None
    assert (told.forwarded.by, told.forwarded.how) == (USER, "attachment")
    assert cut(raw, told.original).rstrip(b"\r\n") == INVITATION.rstrip(b"\r\n")


@pytest.mark.parametrize(
    "part",
    [
        wrapped(b"Words about From: and Date: only\r\n", "", "text/plain", "x.eml"),
        wrapped(INVITATION, "base64", "application/eml"),
        wrapped(INVITATION, "base64", "text/plain", "x.txt"),
        wrapped(INVITATION, "x-uuencode", "message/rfc822"),
    ],
)
def test_what_is_not_plainly_a_mail_stays_closed(part: bytes) -> None:
    assert read(attached(part)).network is None


def test_a_comment_beside_the_encoding_hides_no_words() -> None:
    raw = mail("SGkgQW15LCBzaGFsbCB3ZSB0YWxrPw==\n", content_type="text/plain", content_transfer_encoding="base64 (x)")
    assert read_letter(raw, "", (), Limits()).text.strip() == "Hi Amy, shall we talk?"
