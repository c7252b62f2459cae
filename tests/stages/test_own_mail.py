"""Every mail of ours to an owner: whatever strangers wrote, the octets are ours, and no markup of theirs is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.utils import parsedate_to_datetime

import mailparser
import pytest
from hypothesis import example, given, settings, strategies as st

from stages.compose import compose
from stages.drift import FIELDS
from stages.events import Notice
from stages.field_words import named
from stages.fill_rates import Doubt
from stages.own_mail import KINDS, Wanted, own_id
from stages.settings import Owner
from tests.builders.own_mails import (
    AMY,
    ANSWER,
    JUNE,
    TOLD,
    alarm,
    full_digest,
    hrefs,
    html_of,
    inspection,
    notification,
    opened,
    reminder,
    reply,
    seen,
    tags,
    text_of,
    words,
)

BEFORE = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID"]
THREAD = ["In-Reply-To", "References"]
AFTER = ["Auto-Submitted", "X-Auto-Response-Suppress", "X-Salver-Reminder", "MIME-Version", "Content-Type"]
UNANSWERED = ("alarm", "inspection", "notification")
anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)
asking = ("ask", "second", "maybe", "unseen", "owed")


def every(about: Notice, said: str, answers: str | None = None) -> list[Wanted]:
    """A mail of ours of each kind, with a stranger's words wherever some can be."""
    mails: list[Wanted] = [
        reminder(about, asking=each, known=(said, "Photo: yes"), subject=said, reason=said, message_id=answers)
        for each in asking
    ]
    told = {"said": said, "troubles": (said, "x"), "done": (said,), "answers": answers}
    drifted = inspection().model_copy(update={"template": said[:100], "lost": (said,), "network": "linkedin"})
    at_once = notification(about, known=(said, "Photo: yes"), rule=said[:64], folder=said[:64], message_id=answers)
    more = [reply().model_copy(update=told), alarm(account=said[:50]), drifted, at_once]
    return [*mails, full_digest(about, (said, "Photo: yes")), *more]


def harmless(wanted: Wanted) -> Wanted:
    about = notice("Zoe", "Buyer", "https://www.linkedin.com/in/zoe", "Nice to meet you")
    kinds = {(each.__class__, getattr(each, "asking", "")): each for each in every(about, "said")}
    return kinds[type(wanted), getattr(wanted, "asking", "")]


def notice(name: str, headline: str, link: str, note: str) -> Notice:
    return Notice.model_construct(name=seen(name), headline=seen(headline), profile_url=seen(link), note=seen(note))


@pytest.mark.parametrize("owner", [AMY, JUNE], ids=["en", "de"])
@settings(max_examples=40, deadline=None)
@given(anything, anything, anything, anything)
@example(
    "=?utf-8?q?a=0D=0ABcc:_x=40y?=", "x\r\n\r\n.\r\nMAIL FROM:<a@b>", "https://x.test/\r\nhi", "\r\nBcc: x\x1f\r\n"
)
@example("\r\nBcc: x\x0b\x0c\x1c\x85\u2028", "\udcff\u202e", "javascript:alert(1)", "\ud800")
@example("a" * 2000, ".\r\n.", "https://www.linkedin.com/" + "a" * 3000, "--=_salver_" + "0" * 32 + "--")
@example("<script>alert(1)</script>", '"><img src=x onerror=y>', "https://www.linkedin.com/in/x\"onclick='y", "<!--")
@example("${who} $x $$ ${", "</p><h1 style=a>b</h1>", "https://www.linkedin.com/in/<b>", "]]><![CDATA[<a href=b>")
@example("", "", "", "")
def test_nothing_a_stranger_writes_bends_a_mail_of_ours(
    owner: Owner, name: str, headline: str, link: str, said: str
) -> None:
    for wanted in every(notice(name, headline, link, said), said, f"<{said}@x>"):
        octets = compose(wanted, owner, TOLD, ANSWER)
        names = message_from_bytes(octets).keys()
        before = [each for each in BEFORE if each != "Reply-To" or KINDS[type(wanted)] not in UNANSWERED]
        assert names in (before + AFTER, before + THREAD + AFTER)
        assert mailparser.parse_from_bytes(octets).message.keys() == names
        assert octets.isascii()
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", octets)
        assert all(len(row) <= 76 for row in octets.split(b"\r\n") if not row.startswith((b"In-Reply", b"References")))
        parts = message_from_bytes(octets).get_payload()
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
        assert [part.keys() for part in parts] == [["Content-Type", "Content-Transfer-Encoding"]] * 2
        assert text_of(octets).rstrip().endswith("Salver")
        told = text_of(octets) + html_of(octets)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\x00-\x09\x0b\x0c\x0e-\x1f]", told)
        assert set(tags(html_of(octets))) <= set(tags(html_of(compose(harmless(wanted), owner, TOLD, ANSWER))))
        assert all(re.fullmatch(r"https?://([a-z]+\.)*linkedin\.com(/.*)?", href) for href in hrefs(html_of(octets)))


@pytest.mark.parametrize("wanted", every(notice("${who} $x $$", "$y", "", "${words} $z"), "${count} $q"), ids=repr)
def test_what_looks_like_a_placeholder_in_their_words_is_shown_as_it_is(wanted: Wanted) -> None:
    told = text_of(compose(wanted, AMY, TOLD, ANSWER))
    assert "${count} $q" in told
    assert ("${who} $x $$" in told) == (KINDS[type(wanted)] in ("reminder", "digest", "notification"))


def test_an_address_in_their_words_is_left_out_so_that_no_program_makes_a_link_of_it() -> None:
    said = "see HTTPS://evil.test/x, www.evil.test or mailto:a@b now"
    octets = compose(full_digest(notice("Zoe http://evil.test", said, "", said), (said,)), AMY, TOLD, ANSWER)
    for told in (text_of(octets), html_of(octets)):
        assert "evil.test" not in told
        assert "see [link left out] [link left out] or [link left out] now" in " ".join(told.split())


@pytest.mark.parametrize("said", ["http\u200b://evil.test", "ww\u00adw.evil.test", "https:\u2060//evil.test"])
def test_an_address_with_invisible_characters_in_it_is_none_the_less_one(said: str) -> None:
    assert "evil.test" not in text_of(compose(reminder(notice("Zoe", said, "", "")), AMY, TOLD, ANSWER))


def test_the_owners_own_name_is_no_markup_either() -> None:
    owner = AMY.model_copy(update={"name": '<b class="x">Amy</b> & Co'})
    for wanted in (reminder(), full_digest(), reply()):
        html = html_of(compose(wanted, owner, TOLD, ANSWER))
        assert tags(html) == tags(html_of(compose(wanted, AMY, TOLD, ANSWER)))
        assert '<b class="x">Amy</b> & Co' in words(html)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:x",
        "https://evil.test/in/zoe",
        "https://linkedin.com.evil.test/in/zoe",
        "https://www.linkedin.com@evil.test/in/zoe",
        "https://evil.test\\@www.linkedin.com/in/zoe",
        "https://www.linkedin.com:8080/in/zoe",
        "https://www.facebook.com/zoe",
        "//www.linkedin.com/in/zoe",
        "https://www.linkedin.com/in/zoe onclick=x",
    ],
)
def test_only_a_plain_address_of_the_network_is_a_link(link: str) -> None:
    octets = compose(reminder(notice("Zoe", "", link, "")), AMY, TOLD, ANSWER)
    assert hrefs(html_of(octets)) == []
    assert "://" not in text_of(octets)


@pytest.mark.parametrize("wanted", every(Notice(), "said"), ids=lambda each: f"{KINDS[type(each)]}")
def test_a_mail_is_automatic_for_the_owner_alone_and_dated_where_they_live(wanted: Wanted) -> None:
    mail = message_from_bytes(compose(wanted, AMY, TOLD, ANSWER))
    assert mail["To"] == "amy@salver.test"
    assert mail["From"] == "Salver <salver@salver.test>"
    assert mail["Reply-To"] == (ANSWER if KINDS[type(wanted)] not in UNANSWERED else None)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Message-ID"] == f"<{KINDS[type(wanted)]}.{own_id(wanted)}@salver.test>"
    assert mail["X-Salver-Reminder"] == own_id(wanted)
    assert mail["Date"].endswith("+0900")
    assert parsedate_to_datetime(mail["Date"]).timestamp() * 1000 == wanted.at
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("wanted", every(notice("Zoe", "Buyer", "", "Hi"), "said"), ids=lambda each: KINDS[type(each)])
def test_the_page_says_what_the_text_says(wanted: Wanted) -> None:
    octets = compose(wanted, AMY, TOLD, ANSWER)
    text = re.sub(r"^-+$|^ +- ", "", text_of(octets).replace("\r", ""), flags=re.MULTILINE)
    assert words(html_of(octets)).endswith(" ".join(text.split()))
    assert opened(octets)["Subject"] in words(html_of(octets)), "the title, for who hears the page read"


@pytest.mark.parametrize("wanted", every(Notice(), "said"), ids=lambda each: KINDS[type(each)])
def test_the_page_fetches_nothing_and_runs_nothing(wanted: Wanted) -> None:
    html = html_of(compose(wanted, AMY, TOLD, ANSWER))
    assert not re.search(r"<(?:img|script|link|iframe|object|form|input|base|svg)|url\(|@import|src=|\bon\w+=", html)
    assert html.startswith('<!DOCTYPE html>\r\n<html lang="en">')


def test_every_attempt_gives_the_same_octets_and_no_body_can_hold_the_boundary() -> None:
    boundary = f"=_salver_{own_id(full_digest())}"
    wanted = full_digest(notice(f"--{boundary}--", f"--{boundary}", "", f"\r\n--{boundary}--\r\n"), (boundary,))
    octets = compose(wanted, AMY, TOLD, ANSWER)
    assert octets == compose(wanted, AMY, TOLD, ANSWER)
    assert octets.count(f"--{boundary}".encode()) == 3
    assert len(message_from_bytes(octets).get_payload()) == 2
    assert f"--{boundary}" in text_of(octets), "it is shown, only written otherwise"


def test_without_an_address_for_answers_there_is_no_reply_to() -> None:
    assert "Reply-To" not in message_from_bytes(compose(reminder(), AMY, TOLD, ""))


@pytest.mark.parametrize("make", [reminder, reply])
@pytest.mark.parametrize(
    "bad", ["", "abc", "<a b@c>", "<a@b>\r\nBcc: <x@y>", "<é@b>", "<a@b> <c@d>", "<" + "a" * 900 + "@b>"]
)
def test_a_message_id_that_is_none_is_not_threaded_under(make: Callable[..., Wanted], bad: str) -> None:
    wanted = make().model_copy(update={"message_id" if make is reminder else "answers": bad})
    assert message_from_bytes(compose(wanted, AMY, TOLD, ANSWER)).keys() == BEFORE + AFTER


@pytest.mark.parametrize("make", [reminder, reply])
def test_a_message_id_is_threaded_under(make: Callable[..., Wanted]) -> None:
    wanted = make().model_copy(update={"message_id" if make is reminder else "answers": "<a.1@example.org>"})
    mail = message_from_bytes(compose(wanted, AMY, TOLD, ANSWER))
    assert mail["In-Reply-To"] == mail["References"] == "<a.1@example.org>"


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
    octets = compose(reminder(), Owner(id="amy", addresses=(address,)), TOLD, "")
    assert [name for name in BEFORE + THREAD + AFTER if name != "Reply-To"] == message_from_bytes(octets).keys()
    assert message_from_bytes(octets)["To"] == to
    assert octets.isascii()


def test_text_that_became_a_field_would_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second line of defence: a writer of fields that lets line ends through stands in for a bug of ours."""

    def careless(name: str, text: str) -> bytes:
        return f"{name}: {text}\r\n".encode()

    monkeypatch.setattr("stages.own_mail.field", careless)
    monkeypatch.setattr("stages.asking.clean", lambda text, limit=None: text)
    octets = compose(reminder(notice("Zoe\r\nBcc: x@y", "", "", "")), AMY, TOLD, ANSWER)
    mail = message_from_bytes(octets)
    assert mail.keys() == BEFORE + AFTER
    assert mail["Subject"] == "Somebody would like to connect: ask why?"


@pytest.mark.parametrize(
    ("owner", "proven", "subject", "said"),
    [
        (AMY, True, "LinkedIn's mails look different: Salver reads less in them", ""),
        (AMY, False, "Mails that say they are from LinkedIn look different", "anybody can write such mails"),
        (JUNE, True, "Die Mails von LinkedIn sehen anders aus: Salver liest darin weniger", ""),
        (
            JUNE,
            False,
            "Mails, die angeblich von LinkedIn kommen, sehen anders aus",
            "solche Mails kann jeder schreiben",
        ),
    ],
)
def test_of_mails_that_prove_nothing_it_is_only_said_what_they_claim(
    owner: Owner, proven: bool, subject: str, said: str
) -> None:
    octets = compose(inspection(proven=proven), owner, TOLD)
    told = " ".join(text_of(octets).split())
    assert opened(octets)["Subject"] == subject
    assert said in told
    assert proven is not any(word in told for word in ("says it is from LinkedIn", "angeblich von LinkedIn"))


@pytest.mark.parametrize("owner", [AMY, JUNE], ids=["en", "de"])
def test_commands_stand_alone_with_the_mail_and_the_day_in_them(owner: Owner) -> None:
    octets = compose(inspection(mail="c" * 32, since=1_763_769_600_000), owner, TOLD)  # 22 November 2025, 00:00 UTC
    for command in (f"salver fixture make {'c' * 32}", "salver reparse --since 2025-11-22", "salver status"):
        assert f"    {command}\n" in text_of(octets).replace("\r\n", "\n")
        assert f"<code>{command}</code>" in html_of(octets)
    assert "`" not in text_of(octets) + html_of(octets)


@pytest.mark.parametrize("owner", [AMY, JUNE], ids=["en", "de"])
def test_no_field_goes_by_the_name_it_has_in_the_code(owner: Owner) -> None:
    for field in FIELDS:
        doubt = Doubt(what=field, read=0, of=9, before=40, before_of=40)
        told = text_of(
            compose(
                inspection(doubts=(doubt, Doubt(what="layout", read=0, of=1, before=40, before_of=40)), lost=(field,)),
                owner,
                TOLD,
            )
        )
        assert "_" not in told.replace("email_m2m_invite_single_01", ""), field
        assert "_" not in named(field)
    both = inspection(lost=("headline", "layout_known"))
    assert "could not be read: headline." in " ".join(text_of(compose(both, AMY, TOLD)).split())
