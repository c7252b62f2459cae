"""`salver fixture make`: nothing of the mail is left in its copy, and the copy is read as the mail is."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import json
import quopri
import re
import subprocess
import sys
from dataclasses import replace
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline import fixtures
from pipeline.commands import CommandError
from pipeline.settings import load_rules, shipped
from stages.events import Received
from stages.parse import parse
from stages.settings import Owner, Settings
from tests.builders import linkedin
from tests.builders.linkedin import NOON, Person
from tests.conftest import ROOT

SETTINGS = Settings(
    owners=(Owner(id="owner", addresses=("owner@salver.test",)),), rules=load_rules(shipped("rules.toml"))
)
SHARED = ROOT / ".." / "shared"
OTHER = Person("Quixo Zyx", "Vvvv", "Wwww", "xxxx", number=7_000_000_000_000_000_001)
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzäöüéèñçøåßœ",
    "абвгдежзиклмнопрстуфхцчшщыэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "山田太郎李明王芳中国东京北",
    "あかさたなはまやらわアカサタナ",
    "가나다라마바사김이박최",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "אבגדהוזחטיכלמנ",
)


def read(raw: bytes) -> fixtures.Read:
    received = Received(
        mail="0" * 32, owner="owner", blob="", size=len(raw), mail_from="", rcpt_to=(), received_at=NOON
    )
    return fixtures.judged(parse(raw, received, SETTINGS), SETTINGS)


def copy_of(raw: bytes) -> bytes:
    return fixtures.copy_of(raw, read(raw).parsed, SETTINGS)


def everything_in(raw: bytes) -> str:
    """All that a mail shows or hides, decoded by the standard library alone, and its octets."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    told = [raw.decode("latin-1")]
    for part in mail.walk():
        told += [str(value) for _, value in part.items()]
        if not part.is_multipart():
            octets = part.get_payload(decode=True)
            assert isinstance(octets, bytes)
            told.append(octets.decode(part.get_content_charset() or "utf-8", "replace"))
    return unquote("\n".join(told)).lower()


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}|\d{4,}", text.lower()))


@lru_cache
def always_there() -> set[str]:
    """Words that stand in such a mail whoever it is of."""
    return words(everything_in(linkedin.invitation_2016(OTHER))) | words(
        everything_in(linkedin.invitation_modern(OTHER))
    )


def left_of(values: list[str], copy: bytes) -> set[str]:
    """The words and numbers of these values that a copy holds, and that no such mail holds anyhow."""
    there = words(everything_in(copy))
    return {word for value in values for word in words(value) if word in there} - always_there()


@st.composite
def people(draw: st.DrawFn) -> Person:
    letters = draw(st.sampled_from(LETTERS))
    word = st.text(letters, min_size=1, max_size=9)
    spelled = draw(st.sampled_from([str.title, str.upper, str.lower]))
    name = spelled(" ".join(draw(st.lists(word, min_size=1, max_size=4))))
    line = st.lists(word, min_size=1, max_size=6).map(" ".join)
    punctuated = st.text(letters + " .,!?'’-()&<>\"1234567890", max_size=150)
    note = draw(st.one_of(st.just(""), line, punctuated, st.lists(punctuated, max_size=3).map("\n".join)))
    return Person(
        name=name,
        headline=draw(line),
        location=draw(line),
        vanity=draw(st.from_regex(r"[a-z]{3,9}-[a-z]{3,9}-[0-9a-f]{4,9}", fullmatch=True)),
        photo=draw(st.booleans()),
        number=draw(st.integers(7_000_000_000_000_000_000, 7_400_000_000_000_000_000)),
        note=" ".join(note.split(" ")).strip(),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(person=people(), layout=st.sampled_from([linkedin.invitation_2016, linkedin.invitation_modern]))
def test_nothing_of_whoever_writes_is_left_and_it_is_read_alike(person: Person, layout) -> None:  # type: ignore[no-untyped-def]
    raw = layout(person)
    copy = copy_of(raw)
    values = [person.name, person.headline, person.location, person.vanity, person.note, str(person.number), "Ferrand"]
    assert left_of(values, copy) == set()
    assert fixtures.differences(read(raw), read(copy)) == ()


def test_a_copy_keeps_its_shape() -> None:
    raw = linkedin.invitation_modern(Person("Zoë McÅllan", note="Hello Amy, I saw you in Ulm. Zoë"))
    copy = copy_of(raw)
    before, after = (email.message_from_bytes(each) for each in (raw, copy))
    assert [name for name, _ in before.items()] == [name for name, _ in after.items()]
    assert [part.get_content_type() for part in before.walk()] == [part.get_content_type() for part in after.walk()]
    assert [part["content-transfer-encoding"] for part in before.walk()] == [
        part["content-transfer-encoding"] for part in after.walk()
    ]
    name = read(copy).parsed.notices[0].name.value or ""
    assert [len(word) for word in name.split()] == [3, 7]
    assert [letter.isupper() for letter in name] == [letter.isupper() for letter in "Zoë McÅllan"]
    assert b"=?utf-8?" in copy.split(b"\r\n\r\n")[0]


def test_the_same_name_is_the_same_everywhere_and_another_one_in_another_copy() -> None:
    raw = linkedin.invitation_modern(Person(note="I am Mira Solberg of Fjellkraft, and MIRA writes to you."))
    parsed = [read(copy_of(raw)).parsed for _ in range(2)]
    for each in parsed:
        (notice,) = each.notices
        assert notice.name.value == each.from_name
        first = (notice.name.value or "").split()[0]
        assert first in (notice.note.value or "")
        assert first.upper() in (notice.note.value or "")
        assert first.lower() in (notice.profile_url.value or "")
        assert (notice.company.value or "?") in (notice.note.value or "")
    assert parsed[0].from_name != parsed[1].from_name


def test_times_move_together_within_the_day() -> None:
    raw = linkedin.invitation_2016(at=NOON)
    told = read(copy_of(raw)).parsed
    assert told.date is not None
    assert told.date != NOON
    assert told.date // 86_400_000 == NOON // 86_400_000
    assert told.mail_time == told.date
    moved = int(told.notices[0].invitation_id.value or 0) >> 22
    assert moved - (linkedin.MIRA.number >> 22) == told.date - NOON
    assert str(told.date) in (told.message_id or "")


def test_the_networks_own_words_and_structure_stay() -> None:
    copy = everything_in(copy_of(linkedin.invitation_2016()))
    for kept in (
        "you are receiving invitation emails",
        "this email was intended for",
        "linkedin corporation",
        "x-linkedin-template: email_m2m_invite_single_01",
        "trk=eml-email_m2m_invite_single_01-",
        "hero-2-prof~name",
        "/comm/people/invite-accept?",
        "invitations@linkedin.com",
    ):
        assert kept in copy
    default = read(copy_of(linkedin.invitation_2016())).parsed.notices[0]
    assert (default.note.state, default.default_text) == ("absent", "attested")


def test_a_person_whose_name_is_made_of_the_networks_words_is_replaced_all_the_same() -> None:
    raw = linkedin.invitation_modern(Person("Friend Hiring", note="Best, Friend", vanity="hiring-friend-1"))
    copy = copy_of(raw)
    assert read(copy).parsed.from_name != "Friend Hiring"
    assert not {"friend", "hiring"} & words(everything_in(copy))


def test_mails_inside_a_mail_are_anonymised_too() -> None:
    inner = linkedin.invitation_modern(Person(note="Hello from Fjellkraft, shall we meet in Hammerfest?"))
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "Amy Ferrand <amy@ferrand.example>", "in@salver.test", "FW: see Mira"
    outer.set_content("Hi Salver, Hammerfest is far away. Amy Ferrand\n")
    outer.add_attachment(email.message_from_bytes(inner, policy=email.policy.default))
    raw = outer.as_bytes()
    assert read(raw).parsed.notices, "the builder's mail is read"
    copy = copy_of(raw)
    assert left_of(["Hammerfest Fjellkraft Solberg mira-solberg"], copy) == set()
    assert fixtures.differences(read(raw), read(copy)) == ()


def test_attachments_become_filler_of_their_size_and_trackers_other_addresses() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Secretary <ann@secret.example>", "in@salver.test", "Papers"
    mail.set_content("Call +49 30 9876543 or see https://ann.secret.example/papers?who=annsecretary\n")
    mail.add_attachment(b"Secretary" * 500, maintype="application", subtype="pdf", filename="annsecretary.pdf")
    mail.add_attachment("Secretary," * 50, subtype="csv", filename="secretaries.csv")
    raw = mail.as_bytes()
    copy = copy_of(raw)
    assert left_of(["Secretary annsecretary secretaries 9876543 secret papers"], copy) == set()
    assert b"U2VjcmV0" not in copy  # the same, in base64
    assert abs(len(copy) - len(raw)) < len(raw) // 20


@pytest.mark.parametrize("charset", ["iso-8859-1", "iso-8859-2", "koi8-r", "shift_jis", "windows-1252", "utf-16"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_any_character_set_and_encoding_stays_what_it_was(charset: str, encoding: str) -> None:
    text = {"koi8-r": "Привет, пишет Светлана", "shift_jis": "山田花子太郎です", "iso-8859-2": "Zdeňka Růžičková"}.get(
        charset, "Süßholz von Märthe Söderström"
    )
    octets = f"{text}\n".encode(charset)
    if encoding == "8bit" and charset == "utf-16":
        octets = f"{text}".encode(charset)
    body = {
        "base64": lambda: base64.encodebytes(octets),
        "quoted-printable": lambda: quopri.encodestring(octets),
        "8bit": lambda: octets,
    }[encoding]()
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    copy = copy_of(head.encode() + body)
    shown = email.message_from_bytes(copy).get_payload(decode=True)
    assert isinstance(shown, bytes)
    said = shown.decode(charset)
    assert words(text) & words(said) == set()
    assert [len(word) for word in re.findall(r"\w+", said)] == [len(word) for word in re.findall(r"\w+", text)]


def test_html_that_hides_a_name_in_attributes_comments_scripts_and_references_is_read_through() -> None:
    html = (
        '<html><head><title>Hammerfest</title><style>.x{background:url("https://hammerfest.example/hammerfest")}</style>'
        "</head><body><!-- Hammerfest --><!--[if mso]><p title='Hammerfest'>Hammerfest</p><![endif]-->"
        "<img alt=Hammerfest src='http://hammerfest.example/hammerfest.png?u=hammerfest'>"
        "<p data-x='Hammerfest' onclick='hammerfest()'>Ha&#109;merf&#x65;st</p><script>var hammerfest</script>"
        "<a href='mailto:hammerfest@hammerfest.example?subject=Hammerfest'>x</a> Hammer\u00adfest "
        '<p title="a > Hammerfest">'
    )
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "x@y.example", "x"
    mail.set_content(html, subtype="html")
    copy = everything_in(copy_of(mail.as_bytes()))
    assert "hammerfest" not in copy.replace("\u00ad", "")


def test_what_would_be_left_is_refused_by_kind_and_place_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixtures, "anonymised", lambda raw, disguise, limits: raw)
    with pytest.raises(CommandError) as refused:
        copy_of(linkedin.invitation_modern())
    told = str(refused.value)
    assert "nothing was written" in told
    assert "a word of" in told
    assert "the field from" in told
    assert not re.search(r"mira|solberg|fjell|amy|ferrand", told, re.IGNORECASE)


def test_a_copy_that_is_read_otherwise_says_in_what() -> None:
    one, other = linkedin.invitation_modern(), linkedin.invitation_modern(replace(OTHER, photo=False))
    told = fixtures.differences(read(one), read(other))
    assert any(line.startswith("photo url of person 1: shown of the mail") for line in told)


# --- the command --------------------------------------------------------------------------------------------------


def salver(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip


def test_the_command_writes_a_mail_and_what_explain_says_of_it(tmp_path: Path) -> None:
    done = salver("fixture", "make", "-", "--out", "there", cwd=tmp_path, stdin=linkedin.invitation_modern())
    assert done.returncode == 0, done.stderr
    (mail,), (expected,) = (list((tmp_path / "there").glob(f"*{end}")) for end in (".eml", ".expected.json"))
    assert b"read as the mail is" in done.stdout
    told = json.loads(expected.read_text("utf-8"))
    assert told["file"] == mail.name
    assert told["kind"] == "invitation"
    assert told["sender"]["name"] == read(mail.read_bytes()).parsed.notices[0].name.value
    explained = salver("explain", str(mail), "--json", cwd=tmp_path)
    assert set(json.loads(explained.stdout)) == set(told)


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        (b"", "nothing in that mail"),
        (b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 2_000, "was not read"),
    ],
)
def test_a_mail_that_cannot_be_made_into_one_is_refused_in_plain_words(tmp_path: Path, mail: bytes, says: str) -> None:
    done = salver("fixture", "make", "-", cwd=tmp_path, stdin=mail)
    assert done.returncode == 1
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.eml"))


def test_what_salver_put_before_a_filed_mail_does_not_go_into_its_copy() -> None:
    raw = linkedin.invitation_modern()
    ours = b"Received: from x\r\nX-Salver-Verdict: good\r\nX-Salver-Reason: knows Hammerfest\r\nX-Salver-End: -\r\n"
    filed = ours + raw
    assert fixtures._as_received(filed) == raw


# --- mails of others ----------------------------------------------------------------------------------------------


def shared(folder: str) -> list[Path]:
    found = [path for path in sorted((SHARED / folder).rglob("*")) if path.suffix in (".eml", ".html", ".txt")]
    return [path for path in found if "LICENSE" not in path.name]


def test_the_mails_that_others_published_can_be_copied_and_are_read_alike() -> None:
    if not (found := shared("mails/linkedin") + shared("mails/networks") + shared("mails/forwarding")):
        pytest.skip("../shared/mails is not there")
    refused, differ = [], []
    for path in found:
        raw = path.read_bytes()
        try:
            copy = copy_of(raw)
        except CommandError as error:
            refused.append((path.name, str(error)))
            continue
        if told := fixtures.differences(read(raw), read(copy)):
            differ.append((path.name, told))
    assert refused == []
    assert differ == []


@pytest.mark.nightly
def test_hostile_mails_are_copied_or_refused_and_never_crash_it() -> None:
    if not (found := shared("corpus")):
        pytest.skip("../shared/corpus is not there")
    copied = 0
    for path in found:
        raw = path.read_bytes()
        if read(raw).parsed.unread is not None:
            continue
        with contextlib.suppress(CommandError):
            copy_of(raw)
            copied += 1
    assert copied > len(found) // 2
