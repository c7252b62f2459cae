"""A mail attached to a mail, attached to a mail: which one counts, where its octets lie, and how it came."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import given, settings, strategies as st

from stages.attached import cut
from stages.events import Forwarded, Parsed, Slice
from stages.forwards.way import LEVELS, OPENED
from stages.parse import parse
from stages.settings import Settings
from tests.builders import handed_on, linkedin
from tests.builders.handed_on import USER, attached, wrapped
from tests.builders.letters import mail, received

SETTINGS = Settings()
INVITATION = linkedin.invitation_modern()
OTHER = mail("Nothing of note.\n", line_end="\r\n", subject="lunch")
BY_USER = Forwarded(by=USER, how="attachment")
GMAIL_QUOTE = (
    "For the tray.\r\n\r\n---------- Forwarded message ---------\r\n"
    "From: Bo Lindgren <invitations@linkedin.com>\r\nDate: Tue, Mar 3, 2026 at 10:00\r\n"
    "Subject: Amy, please add me to your LinkedIn network\r\nTo: Amy <amy@home.test>\r\n\r\nHi Amy\r\n"
)


def read(raw: bytes, mail_from: str = USER) -> Parsed:
    told = parse(raw, received(mail_from), SETTINGS)
    assert Parsed.model_validate_json(told.model_dump_json()) == told
    return told


def nested(raw: bytes, levels: int) -> bytes:
    for level in range(levels):
        raw = attached(wrapped(raw), boundary=f"=_level_{level}", by=f"by{level}@home.test")
    return raw


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("message/rfc822", ""),
        ("message/rfc822", "forwarded message.eml"),
        ("message/global", ""),
        ("application/octet-stream", "I want to connect.EML"),
        ("application/octet-stream", "=?utf-8?B?w4lpbnMuZW1s?="),
    ],
)
def test_an_attached_mail_is_read_and_its_very_octets_can_be_cut_out(encoding: str, kind: str, name: str) -> None:
    raw = attached(wrapped(INVITATION, encoding, kind, name))
    told = read(raw)
    assert (told.network, told.claims, told.forwarded, told.depth) == ("linkedin", "invitation", BY_USER, 1)
    assert told.from_address == "invitations@linkedin.com"
    assert told.notices[0].name.value == "Mira Solberg"
    assert told.original[0].encoding == encoding
    assert cut(raw, told.original) == INVITATION


def test_line_ends_of_another_kind_inside_are_kept() -> None:
    inner = INVITATION.replace(b"\r\n", b"\n")
    raw = attached(wrapped(inner))
    assert cut(raw, read(raw).original) == inner


def test_a_mail_that_is_nothing_but_an_attached_mail_is_read() -> None:
    raw = handed_on.above(b"\r\n" + INVITATION, f"From: {USER}", "MIME-Version: 1.0", "Content-Type: message/rfc822")
    told = read(raw)
    assert (told.forwarded, cut(raw, told.original)) == (BY_USER, INVITATION)


@pytest.mark.parametrize("levels", range(1, LEVELS + 1))
def test_a_forward_of_a_forward_is_opened_from_the_outermost_inwards(levels: int) -> None:
    raw = nested(INVITATION, levels)
    told = read(raw)
    assert (told.network, told.depth, len(told.original)) == ("linkedin", levels, levels)
    assert told.forwarded == Forwarded(by=f"by{levels - 1}@home.test", how="attachment"), "who sent it to us"
    assert cut(raw, told.original) == INVITATION


def test_deeper_than_that_nobody_looks_and_the_mail_is_not_lost() -> None:
    told = read(nested(INVITATION, LEVELS + 1))
    assert (told.network, told.claims, told.depth, told.original) == (None, "other", 0, ())
    assert told.forwarded == Forwarded(by=f"by{LEVELS}@home.test", how="attachment")


def test_encodings_within_each_other_are_undone_one_after_the_other() -> None:
    once = attached(wrapped(INVITATION, "quoted-printable"), boundary="=_in")
    raw = attached(wrapped(once, "base64"))
    told = read(raw)
    assert [one.encoding for one in told.original] == ["base64", "quoted-printable"]
    assert cut(raw, told.original) == INVITATION


def test_the_same_mail_attached_twice_is_one_and_taken_in_the_order_of_the_mail() -> None:
    deeper = attached(wrapped(INVITATION), boundary="=_in")
    raw = attached(wrapped(OTHER), wrapped(deeper), wrapped(INVITATION))
    told = read(raw)
    assert (told.depth, told.unread) == (2, None)
    assert cut(raw, told.original) == INVITATION


def test_an_automatic_forward_of_an_attachment_is_an_attachment_and_names_who_sent_it_to_us() -> None:
    sent = handed_on.gmail(attached(wrapped(INVITATION), by="colleague@work.test"))
    told = read(sent.raw, sent.mail_from)
    assert told.forwarded == Forwarded(by="amy@gmail.com", how="attachment")
    assert cut(sent.raw, told.original) == INVITATION


def test_where_the_last_hop_names_nobody_the_one_before_does() -> None:
    sent = handed_on.microsoft_mailbox(attached(wrapped(INVITATION)))
    assert read(sent.raw, sent.mail_from).forwarded == BY_USER


def test_an_attached_mail_that_had_come_by_itself_stays_an_attachment() -> None:
    raw = attached(wrapped(handed_on.gmail(INVITATION).raw))
    assert read(raw).forwarded == BY_USER


def test_a_quote_on_the_way_is_the_weakest_hop_and_nothing_can_be_cut_out() -> None:
    quote = mail(GMAIL_QUOTE.replace("\r\n", "\n"), line_end="\r\n", subject="Fwd: Amy, please add me")
    alone = read(quote)
    assert (alone.network, alone.depth, alone.original) == ("linkedin", 1, ())
    assert alone.forwarded == Forwarded(by="iris@sender.test", how="inline")
    inside = read(attached(wrapped(quote)))
    assert (inside.network, inside.depth, inside.original) == ("linkedin", 2, ())
    assert inside.forwarded == Forwarded(by=USER, how="inline")
    sent = handed_on.gmail(quote)
    automatic = read(sent.raw, sent.mail_from)
    assert (automatic.depth, automatic.forwarded) == (1, Forwarded(by="amy@gmail.com", how="inline"))


def test_a_rule_that_wrote_the_mail_is_named_as_one_unless_it_attached_the_original() -> None:
    mark = f"X-MS-Exchange-Inbox-Rules-Loop: {USER}"
    assert read(attached(wrapped(INVITATION), top=[mark])).forwarded == BY_USER
    quote = mail(GMAIL_QUOTE.replace("\r\n", "\n"), subject="Fwd: x", **{"from": USER})
    told = read(handed_on.above(quote, mark))
    assert (told.network, told.forwarded) == ("linkedin", Forwarded(by=USER, how="rule"))


def test_a_rules_mark_that_the_sender_wrote_into_its_own_mail_makes_no_forward_of_it() -> None:
    raw = handed_on.above(INVITATION, "X-MS-Exchange-Inbox-Rules-Loop: invitations@linkedin.com")
    told = read(raw, "bounce@network.test")
    assert (told.network, told.forwarded) == ("linkedin", None)


# --- what is none -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        attached(wrapped(INVITATION), kind="report"),
        attached(wrapped(INVITATION), kind="report; report-type=delivery-status"),
        attached(wrapped(INVITATION), top=["Auto-Submitted: auto-replied"]),
        attached(wrapped(INVITATION), top=["X-Failed-Recipients: amy@salver.test"]),
        attached(wrapped(INVITATION), by="MAILER-DAEMON@relay.test"),
        attached(
            b'Content-Type: multipart/report; boundary="=_in"\r\n\r\n--=_in\r\n'
            + wrapped(INVITATION)
            + b"\r\n--=_in--\r\n"
        ),
    ],
    ids=["report", "delivery status", "reply", "exim", "daemon", "report inside"],
)
def test_a_bounce_quotes_a_mail_that_nobody_forwarded(raw: bytes) -> None:
    told = read(raw)
    assert (told.network, told.original, told.forwarded) == (None, (), None)


def test_a_bounce_that_was_attached_forwards_nothing_either() -> None:
    told = read(attached(wrapped(attached(wrapped(INVITATION), kind="report", boundary="=_in"))))
    assert (told.network, told.original) == (None, ())


@pytest.mark.parametrize(
    "part",
    [
        wrapped(INVITATION, "base64", "application/octet-stream", "letter.pdf"),
        wrapped(INVITATION, "base64", "application/octet-stream"),
        wrapped(b"%PDF-1.7 From: nobody", "base64", "application/octet-stream", "letter.eml"),
        wrapped(b"From: a@b.test\r\n\r\nno date\r\n", "", "application/octet-stream", "letter.eml"),
    ],
)
def test_a_file_that_is_not_plainly_a_mail_is_none(part: bytes) -> None:
    told = read(attached(part))
    assert (told.network, told.forwarded) == (None, None)


def test_what_stands_below_the_closing_line_is_shown_by_nobody_and_is_not_read() -> None:
    raw = attached(boundary="=_out") + b"--=_out\r\n" + wrapped(INVITATION) + b"\r\n--=_out--\r\n"
    assert (read(raw).network, read(raw).forwarded) == (None, None)


def test_a_mail_of_the_network_is_the_mail_that_counts_whatever_is_attached_to_it() -> None:
    other = linkedin.invitation_modern(linkedin.Person(name="Jon Hale", vanity="jon-hale", number=7))
    raw = attached(wrapped(other), by="invitations@linkedin.com", subject="Amy, please add me to your LinkedIn network")
    told = read(raw)
    assert (told.network, told.forwarded, told.original, told.depth) == ("linkedin", None, (), 0)
    assert told.subject == "Amy, please add me to your LinkedIn network"


# --- half, damaged, hostile -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_half_a_forward_is_read_as_far_as_it_is_certain(encoding: str, share: float) -> None:
    raw = attached(wrapped(INVITATION, encoding))
    told = read(raw[: int(len(raw) * share)])
    assert told.network in (None, "linkedin")
    assert told.subject
    if told.network:
        assert told.from_address == "invitations@linkedin.com"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", "x-uuencode", "no such thing"])
def test_an_encoding_that_is_not_true_loses_no_mail(encoding: str) -> None:
    part = handed_on.above(
        b"\r\n" + INVITATION, "Content-Type: message/rfc822", f"Content-Transfer-Encoding: {encoding}"
    )
    told = read(attached(part))
    assert told.from_address in (USER, "invitations@linkedin.com")


def test_base64_without_its_padding_is_read() -> None:
    part = wrapped(INVITATION + b"x" * (1 + -len(INVITATION) % 3), "base64").rstrip(b"\r\n").rstrip(b"=")
    raw = attached(part)
    told = read(raw)
    assert told.network == "linkedin"
    assert cut(raw, told.original).startswith(INVITATION)


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "x-unknown", "us-ascii"])
def test_a_wrong_charset_of_the_cover_changes_nothing_of_the_original(charset: str) -> None:
    cover = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + "Grüße, für Dich".encode()
    told = read(attached(cover, wrapped(INVITATION)))
    assert told.notices[0].name.value == "Mira Solberg"


def test_an_original_in_a_wrong_charset_is_read_as_far_as_it_is_certain() -> None:
    wrong = INVITATION.replace(b"charset=UTF-8", b"charset=iso-2022-kr")
    told = read(attached(wrapped(wrong)))
    assert (told.network, told.from_address) == ("linkedin", "invitations@linkedin.com")


def test_who_attaches_many_mails_does_not_keep_us_busy() -> None:
    numbers = count()
    many = [wrapped(OTHER.replace(b"lunch", f"lunch {next(numbers)}".encode())) for _ in range(OPENED)]
    assert read(attached(*many, wrapped(INVITATION))).network is None
    assert read(attached(*many[1:], wrapped(INVITATION))).network == "linkedin"


def test_who_attaches_large_pages_does_not_keep_us_busy_either() -> None:
    page = mail("<p>" + "<i>x</i>" * 40_000, line_end="\r\n", content_type="text/html")
    assert read(page).unread is None
    assert read(attached(*[wrapped(page)] * 3, wrapped(INVITATION))).network == "linkedin"
    assert read(attached(*[wrapped(page)] * 4, wrapped(INVITATION))).network is None


def test_a_tree_of_mails_is_opened_to_a_bound_whatever_its_form() -> None:
    raw = OTHER
    for level in range(LEVELS):
        raw = attached(*[wrapped(raw)] * 4, boundary=f"=_tree_{level}")
    begun = time.process_time()
    assert read(raw).network is None
    assert time.process_time() - begun < 5


def test_places_that_are_not_there_are_cut_out_as_nothing() -> None:
    assert cut(b"short", (Slice(start=900, end=1_000), Slice(start=1, end=2, encoding="base64"))) == b""


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "base64", "quoted-printable", "x"]), st.integers(1, 3))
def test_no_bytes_inside_make_it_raise(octets: bytes, encoding: str, levels: int) -> None:
    part = handed_on.above(b"\r\n" + octets, "Content-Type: message/rfc822", f"Content-Transfer-Encoding: {encoding}")
    raw = nested(attached(part, boundary="=_in"), levels - 1)
    told = read(raw)
    cut(raw, told.original)
