"""What people write in a mail leaves nothing in its copy: no digits, no words of theirs, no names in the markup."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline import fixtures
from pipeline.commands import CommandError
from tests.builders import facebook, linkedin, wellfound
from tests.builders.linkedin import Person
from tests.pipeline.test_fixture_make import copy_of, everything_in, read, salver

TELEPHONE = "06 12 34 56 78"


def plain(body: str, subject: str = "hello") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Tor Vik <tor@vik.example>", "in@salver.test", subject
    mail["Date"] = "Fri, 27 Nov 2026 04:00:00 +0000"
    mail.set_content(body, cte="8bit")
    return mail.as_bytes()


def shown(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def groups(text: str) -> list[str]:
    return re.findall(r"\d+", text)


@pytest.mark.parametrize(
    "body",
    [
        "Ring mig på 22 33 44 55.",
        f"Call me on {TELEPHONE}.",
        "born 14.03.79, age 47, flat 12, PIN 88 17",
        "account 12-34-56 and 11 22 33 44 55",
        "I have 3 children, 1 dog, and live at 7/9 Elm.",
        "22 33 44 55 connections",
    ],
)
def test_no_number_that_somebody_wrote_stays(body: str) -> None:
    raw = plain(body, subject=f"on {TELEPHONE}")
    copy = shown(copy_of(raw))
    made = copy.get_content().strip()
    assert len(made) == len(body)
    kept = [one for one, other in zip(groups(body), groups(made), strict=True) if one == other]
    assert kept in ([], ["55"])  # what counts `connections` may be a network's
    assert re.sub(r"[\w]", "x", made) == re.sub(r"[\w]", "x", body)
    assert not set(groups(TELEPHONE)) & set(groups(copy["Subject"])) or TELEPHONE not in copy["Subject"]


def test_numbers_go_from_every_place_that_somebody_writes_to() -> None:
    friend = facebook.Friend("Sunniva Hauge", "sunniva.hauge.12")
    comment = f"<td><span class='mb_text'>my number is {TELEPHONE}</span></td>"
    for raw in (
        linkedin.inmail("Marek Hu", f"A job, call {TELEPHONE}", f"Hi Amy,\n\ncall me: {TELEPHONE}\n\nMarek"),
        linkedin.invitation_modern(Person(headline=f"CFO, tel {TELEPHONE}"), subject=f"hello {TELEPHONE}"),
        wellfound.person_to_person(name="Marek H via Wellfound", words=f"Hi Amy,\n\ncall me: {TELEPHONE}.\n\nMarek"),
        facebook.told("Sunniva Hauge commented on your post", facebook.face(friend), comment, kind="feed_comment"),
    ):
        assert TELEPHONE in everything_in(raw)
        copy = copy_of(raw)
        assert TELEPHONE not in everything_in(copy)
        assert fixtures.differences(read(raw), read(copy)) == ()


def test_ordinary_words_that_somebody_wrote_go_and_function_words_stay() -> None:
    body = "Please call me about the message on your profile, my recruiter and our company moved to Ulm."
    made = shown(copy_of(plain(body))).get_content().strip()
    stayed = [word for word, new in zip(body.split(), made.split(), strict=True) if word == new]
    assert {"me", "the", "on", "your", "my", "and"} <= set(stayed)
    assert not {"call", "message", "profile,", "recruiter", "company", "moved", "Ulm."} & set(stayed)


def test_a_networks_sentences_stay_with_what_they_count() -> None:
    raw = linkedin.invitation_modern(Person(mutual="4 mutual connections", note="I count 4 mutual dogs."))
    copy = everything_in(copy_of(raw))
    assert "4 mutual connections" in copy
    assert "mutual dogs" not in copy
    assert read(copy_of(raw)).parsed.notices[0].mutual_connections.value == 4


def test_the_day_that_a_forward_shows_stays_and_its_time_does_not() -> None:
    head = "---------- Forwarded message ---------\nFrom: Mira Solberg <invitations@linkedin.com>\n"
    body = (
        f"Flat 26, since 2026.\n\n{head}Date: Thu, Nov 26, 2026 at 9:31 AM\nSubject: I want to connect\n\nHello there\n"
    )
    made = shown(copy_of(plain(body, subject="Fwd: I want to connect"))).get_content()
    date = re.search(r"^Date: Thu, Nov 26, 2026 at (\d{1,2}):(\d\d) AM$", made, re.MULTILINE)
    assert date is not None
    assert (date[1], date[2]) != ("9", "31")
    assert 1 <= int(date[1]) <= 12
    assert "Subject: I want to connect" in made
    assert not {"26", "2026"} & set(groups(made.splitlines()[0]))


def test_a_company_named_with_a_networks_words_goes_everywhere_with_its_form_or_without() -> None:
    company = Person("Grace Ng", "Head of Mail at View Connect GmbH", note="We at View Connect build mail.")
    made = copy_of(linkedin.invitation_modern(company, subject="Grace from View Connect invited you"))
    assert not {"View", "Connect"} & set(shown(made)["Subject"].split())
    copy = everything_in(made)
    assert "view connect" not in copy
    assert "gmbh" in copy


def test_names_of_classes_that_somebody_made_up_are_others_and_the_same_in_styles() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "x@y.example", "x"
    mail.set_content(
        "<html><head><style>@media (max-width:480.5px){.torbjorn, #vik-home > td.gmail_quote{color:#fff}}"
        "[class=torbjorn]{width:.5em}</style></head>"
        "<body><p class='torbjorn gmail_quote' id=vik-home>Hi</p></body></html>",
        subtype="html",
    )
    copy = everything_in(copy_of(mail.as_bytes()))
    assert "torbjorn" not in copy
    called = re.search(r"<p class='(\w+) gmail_quote' id=([^\s>]+)>", copy)
    assert called is not None
    assert f"(max-width:480.5px){{.{called[1]}, #{called[2]} > td.gmail_quote{{color:#fff}}}}" in copy
    assert f"[class={called[1]}]{{width:.5em}}" in copy


@pytest.mark.parametrize("number", ["22 33 44 55", "22.33.44.55.66", "14.3.79", "12-34-56", "(030) 12 34", "22/33/44"])
def test_the_check_finds_numbers_that_are_written_in_groups(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = plain(f"Kolme {number} seljak.")
    left = plain(f"Bedri {number} vopsat.", subject="x").replace(b"tor@vik", b"bis@dal").replace(b"Tor Vik", b"Bis Dal")
    monkeypatch.setattr(fixtures, "anonymised", lambda raw, disguise, limits: left.replace(b"04:00", b"05:00"))
    with pytest.raises(CommandError, match="digits in groups in the text"):
        copy_of(raw)


def test_what_is_no_mail_is_refused_and_a_mail_of_no_network_is_said_to_be_none(tmp_path: Path) -> None:
    done = salver("fixture", "make", "-", cwd=tmp_path, stdin=b"# A page\n\nNote: this is no mail.\n")
    assert done.returncode == 1
    assert "that is no mail" in done.stderr.decode()
    assert not list(tmp_path.iterdir())
    done = salver("fixture", "make", "-", cwd=tmp_path, stdin=plain("Lunch?"))
    assert done.returncode == 0
    assert "no mail of a network that Salver reads" in done.stdout.decode()
    assert "the day in its dates" in done.stdout.decode()
    done = salver("fixture", "make", "-", cwd=tmp_path, stdin=linkedin.invitation_modern())
    assert "no mail of a network" not in done.stdout.decode()


@pytest.mark.parametrize("again", ["12:30 ", "2026 ", "you connect message ", "4 mutual connections ", "22-", "a: "])
def test_long_lines_of_anything_are_looked_at_once(again: str) -> None:
    """Would hang if each word were looked at from each other."""
    body = again * 8_000
    made = shown(copy_of(plain(body))).get_content()
    assert len(made) == len(shown(plain(body)).get_content())
