"""The verdict before a filed mail's subject: nothing else of the mail changes, and it comes off again."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given, settings, strategies as st

from stages.events import Verdict
from stages.fingerprint import fingerprint
from stages.header import prepend
from stages.subject import dressed, prefix, undressed

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
FIELDS = (("X-Salver-Verdict", "good; score=4.5; rule=enough"), ("X-Salver-Request", "r-1"))
WORDS = "[good 4.5]"
PIECES = (
    b"Subject", b"subject:", b"SUBJECT : ", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"\t", b":", b"\0", b"\xff",
    b"hi", b"[good 4.5]", b"[good 4.5] ", b"[good 4.5]\r\n ", b"From: a@b\r\n", b"x" * 70, b"=?utf-8?q?caf=C3=A9?=",
    b"X-Salver-End: -\r\n", b"X-Salver-Subject: [good 4.5]\r\n", b"X-Salver-Mail: 1\r\n",
)  # fmt: skip
mails = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)), max_size=14).map(b"".join)


def filed(raw: bytes, words: str = WORDS) -> bytes:
    fields, below = dressed(FIELDS, raw, words)
    return prepend("from x by y; Mon, 02 Mar 2026 10:00:00 +0000", fields, MAIL, below)


def shown(raw: bytes, words: str = WORDS) -> str:
    """The subject that a reader shows."""
    return str(make_header(decode_header(message_from_bytes(filed(raw, words))["Subject"].replace("\r\n", ""))))


@pytest.mark.parametrize(
    ("verdict", "score", "words"),
    [
        ("good", 4.5, "[good 4.5]"),
        ("intriguing", 0.0, "[intriguing 0]"),
        ("ugly", -8.25, "[ugly -8.25]"),
        ("ugly", None, "[ugly]"),  # of an event from before the score was kept, or a mail that is ugly as a whole
        ("follow_up", 1.0, "[ask why]"),
        (None, None, ""),
        (None, 3.0, ""),
    ],
)
def test_the_words_say_the_verdict_and_the_points(verdict: Verdict | None, score: float | None, words: str) -> None:
    assert prefix(verdict, score) == words


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"From: a@b\r\nSubject: hi there\r\n\r\nbody", "[good 4.5] hi there"),
        (b"Subject:hi\r\n\r\nbody", "[good 4.5] hi"),
        (b"SUBJECT:\t hi\n\nbody", "[good 4.5] hi"),
        (b"Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\n", "[good 4.5] café"),
        (b"Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?_latte?=\r\n\r\n", "[good 4.5] café latte"),
        (b"Subject:\r\n =?utf-8?q?caf=C3=A9?=\r\n\r\n", "[good 4.5]  café"),
        (b"Subject: " + b"long " * 14 + b"\r\n folded\r\n\r\n", "[good 4.5] " + "long " * 14 + " folded"),
        (b"Subject: \r\n\r\nbody", "[good 4.5] "),
        (b"Subject: one\r\nSubject: two\r\n\r\n", "[good 4.5] one"),
        (b"From: a@b\r\n\r\nSubject: in the body\r\n", "[good 4.5]"),
        (b"X-Note: x\r\n subject: of a field's second line\r\n\r\n", "[good 4.5]"),
        (b"\r\nSubject: no header at all\r\n", "[good 4.5]"),
        (b"", "[good 4.5]"),
    ],
)
def test_a_reader_shows_the_words_and_then_the_subject(raw: bytes, subject: str) -> None:
    assert shown(raw) == subject


def test_only_the_first_subject_changes_and_each_line_keeps_its_end() -> None:
    raw = b"A: b\nSubject: hi\nSubject: again\r\nC: d\r\n\r\nSubject: body\n"
    assert dressed((), raw, WORDS)[1] == raw.replace(b"Subject: hi", b"Subject: [good 4.5] hi")
    long = b"x" * 70
    for end in (b"\r\n", b"\n"):
        raw = b"Subject: " + long + end + end
        assert dressed((), raw, WORDS)[1] == b"Subject: [good 4.5]" + end + b" " + long + end + end


@pytest.mark.parametrize("octets", [0, 60, 64, 65, 66, 67, 68, 76, 980, 998 - 9])
def test_no_line_of_a_subject_becomes_longer_than_it_was_or_than_a_short_line_may_be(octets: int) -> None:
    raw = b"Subject: " + b"x" * octets + b"\r\n\r\n"
    lines = dressed((), raw, WORDS)[1].split(b"\r\n")
    assert max(map(len, lines)) <= max(76, len(raw) - 4)
    assert lines[0].startswith(b"Subject: [good 4.5]")
    assert all(line.strip() or not line for line in lines)  # a line of blanks would look like the header's end


def test_a_mail_without_a_verdict_stays_as_it_is() -> None:
    raw = b"Subject: hi\r\n\r\n"
    assert dressed(FIELDS, raw, "") == (FIELDS, raw)


@settings(max_examples=400, deadline=None)
@given(mails)
@example(b" continues\r\nSubject: hi\r\n\r\n")
@example(b" Subject: hi\r\n\r\n")
@example(b"Subject: [good 4.5] their own\r\n\r\n")
@example(b"Subject: [good 4.5]\r\n their own\r\n\r\n")
@example(b"Subject: " + b"x" * 80)
@example(b"Subject: " + b"x" * 80 + b"\r\r\n\r\n")
@example(b"Subject: \0\r\rbare\r\n")
@example(b"X-Salver-Subject: [good 4.5]\r\nX-Salver-End: -\r\nSubject: [good 4.5] from another Salver\r\n\r\n")
def test_any_octets_are_only_added_to_in_one_place_and_come_back_as_they_were(raw: bytes) -> None:
    whole = filed(raw)
    below = whole.partition(b"X-Salver-End: -\r\n")[2]
    more = len(below) - len(raw)
    assert more == 0 or more - len(WORDS) in (1, 2, 3)
    if more:
        at = next(
            at for at in range(len(raw) + 1) if below[:at] + below[at + more :] == raw and below[at : at + 1] == b"["
        )
        assert below[at : at + more] in (b"[good 4.5] ", b"[good 4.5]\r\n ", b"[good 4.5]\n ")
    assert undressed(whole) == raw


@settings(max_examples=200, deadline=None)
@given(mails)
def test_what_was_filed_without_words_is_never_undressed(raw: bytes) -> None:
    whole = prepend("x", FIELDS, MAIL, raw)
    assert undressed(whole) == whole


@pytest.mark.timeout(20)
@pytest.mark.parametrize("long", [b" ", b"a ", b"\t\r", b"\r"])
def test_a_long_field_of_that_name_costs_no_time(long: bytes) -> None:
    for name in (b"X-Salver-Subject:", b"X-Salver-End:", b"Subject"):
        raw = b"Message-ID: <1@b>\r\n" + name + long * 45_000 + b"\rb\r\nX-Salver-End: -\r\n" + b"\r\n"
        assert undressed(filed(raw)) == raw
        assert raw.endswith(undressed(raw))
        assert len(fingerprint(raw)) == 64


@pytest.mark.parametrize(
    "subject",
    [b"Subject: hi\r\n", b"Subject:hi\r\n", b"", b"Subject:\r\n =?utf-8?q?x?=\r\n", b"Subject: " + b"x" * 90 + b"\r\n"],
)
def test_a_copy_that_comes_back_is_the_same_mail_whatever_stands_before_its_subject(subject: bytes) -> None:
    raw = b"From: a@b\r\nMessage-ID: <1@b>\r\n" + subject + b"\r\nbody"
    assert fingerprint(filed(raw)) == fingerprint(raw)
    assert fingerprint(filed(filed(raw), "[ugly -2]")) == fingerprint(raw)  # through two of us
    assert fingerprint(prepend("x", FIELDS, MAIL, filed(raw))) == fingerprint(raw)
    theirs = raw.replace(b"Subject:", b"Subject: [good 4.5]", 1)
    assert not subject or fingerprint(theirs) != fingerprint(raw)  # nothing says that these words are ours
