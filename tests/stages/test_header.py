"""Header fields we write: whatever text comes in, a reader finds our fields and no others."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import mailparser
import pytest
from hypothesis import example, given, settings, strategies as st

from stages.events import Received
from stages.header import clean, field, plain_field, prepend, trace, when

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)  # surrogates, controls and all


def received(**changes: object) -> Received:
    told = {
        "mail": MAIL,
        "owner": "amy",
        "blob": "b",
        "size": 1,
        "mail_from": "a@example.org",
        "rcpt_to": ("amy@salver.test",),
        "helo": "mx.example.org",
        "peer": "192.0.2.7",
        "received_at": 1_764_150_000_123,
    }
    return Received.model_validate(told | changes)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@settings(max_examples=300, deadline=None)
@given(anything)
@example("=?utf-8?q?a=0D=0ABcc:_x=40y?=")
@example("=?utf-8?q?a=0D=0A two words?=")
@example("a\r\nBcc: x@y")
@example("\u2028Bcc: x\x85Bcc: y\x0bBcc: z\x1cBcc: w")
@example("é" * 300)
@example("a" * 3000)
@example("\udcff\u202eevil\u2066")
def test_any_text_becomes_one_folded_ascii_field_that_reads_back_as_its_clean_form(text: str) -> None:
    octets = field("X-Salver-Reason", text)
    lines = octets.split(b"\r\n")
    assert octets.isascii()
    assert lines.pop() == b""
    assert all(len(line) <= 76 for line in lines)
    assert all(line.startswith(b" ") and line.strip() for line in lines[1:])
    assert not set(octets.replace(b"\r\n", b"")) & set(range(32))
    mail = message_from_bytes(octets + b"\r\nbody")
    assert mail.keys() == ["X-Salver-Reason"]
    assert decoded(mail["X-Salver-Reason"].replace("\r\n", "")) == clean(text)


@settings(max_examples=150, deadline=None)
@given(anything, anything)
@example("=?utf-8?b?DQpGcm9tOiB4?=", "x\r\n\r\nbody")
def test_both_parsers_find_our_fields_and_no_injected_ones(first: str, second: str) -> None:
    raw = b"Subject: hi\r\nFrom: a@example.org\r\n\r\nbody\r\n"
    whole = prepend(
        trace(received(), "mx.salver.test"), (("X-Salver-Verdict", first), ("X-Salver-Reason", second)), MAIL, raw
    )
    ours = ["Received", "X-Salver-Verdict", "X-Salver-Reason", "X-Salver-Mail", "X-Salver-End"]
    assert message_from_bytes(whole).keys() == [*ours, "Subject", "From"]
    assert mailparser.parse_from_bytes(whole).message.keys() == [*ours, "Subject", "From"]
    assert whole.endswith(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b" continued: x\r\nSubject: s\r\n\r\nb",
        b"\tmore\r\n\r\nb",
        b"\r\nbody at once",
        b"\nbody at once",
        b"From a@example.org Thu Jan  1 00:00:00 2026\nSubject: s\n\nb",
        b"no header at all",
        b": nameless\r\n\r\nb",
        b"",
        b"\0\xff\r bare \n",
    ],
)
def test_however_a_mail_begins_the_last_field_with_a_meaning_stays_whole(raw: bytes) -> None:
    whole = prepend(trace(received(), "mx.salver.test"), (("X-Salver-Verdict", "none; kind=other"),), MAIL, raw)
    assert whole.endswith(b"\r\nX-Salver-End: -\r\n" + raw)
    for mail in (message_from_bytes(whole), mailparser.parse_from_bytes(whole).message):
        assert mail["X-Salver-Mail"] == MAIL
        assert mail["X-Salver-Verdict"] == "none; kind=other"
        assert mail.get_all("X-Salver-Mail") == [MAIL]


def test_trace_says_from_whom_by_whom_with_what_for_whom_and_when() -> None:
    assert trace(received(), "mx.salver.test") == (
        f"from mx.example.org ([192.0.2.7]) by mx.salver.test with ESMTP id {MAIL} for <amy@salver.test>; "
        "Wed, 26 Nov 2025 09:40:00 +0000"
    )


def test_a_received_date_reads_back_to_the_second() -> None:
    date = parsedate_to_datetime(trace(received(), "h").rpartition(";")[2])
    assert int(date.timestamp()) == 1_764_150_000


def test_one_of_several_recipients_is_never_told_of_the_others_or_named() -> None:
    assert " for " not in trace(received(recipients=2), "h")
    assert " for " not in trace(received(rcpt_to=("amy@salver.test", "amy+x@salver.test"), recipients=2), "h")


def test_an_ipv6_client_is_written_as_an_address_literal_and_anything_else_is_unknown() -> None:
    assert "([IPv6:2001:db8::1])" in trace(received(peer="2001:db8::1"), "h")
    assert "([IPv6:fe80::1])" in trace(received(peer="fe80::1%eth0"), "h")
    assert "(unknown)" in trace(received(peer="/run/x\r\nBcc: y"), "h")
    assert "(" not in trace(received(peer=""), "h")


@settings(max_examples=150, deadline=None)
@given(helo=anything, peer=anything, recipient=anything, protocol=anything, host=anything)
def test_no_greeting_makes_a_second_field(helo: str, peer: str, recipient: str, protocol: str, host: str) -> None:
    told = {"helo": helo, "peer": peer, "rcpt_to": (recipient,), "protocol": protocol}
    octets = plain_field("Received", trace(received().model_copy(update=told), host))
    assert message_from_bytes(octets + b"\r\n").keys() == ["Received"]
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))


def test_a_name_or_an_id_that_could_break_out_is_refused() -> None:
    with pytest.raises(ValueError, match="name"):
        field("X-A\r\nBcc", "x")
    with pytest.raises(ValueError, match="mail id"):
        prepend("x", (), "a\r\nBcc: b", b"")


def test_words_a_language_needs_survive_cleaning() -> None:
    assert clean("می\u200cخواهم  👩\u200d💻\tok") == "می\u200cخواهم 👩\u200d💻 ok"
    assert clean("x\u202e\u2066\u200b\ufeffy") == "xy"
    assert clean("abcdef", 4) == "abc…"


def test_times_beyond_the_calendar_do_not_raise() -> None:
    assert when(-5).year == 1970
    assert when(10**20).year == 9999
