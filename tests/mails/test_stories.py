"""Whole mails in, whole stories out: over SMTP, through DNS, into the Maildir; and compared with golden stories.

`SALVER_GOLDEN=write` writes the golden files anew; read the difference before you keep it.
"""

from __future__ import annotations

import json
import mailbox
import os
import re
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from stages.conversation import ReminderFiled
from stages.events import Enriched, Routed
from stages.report import report
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.running import below, deliver, filed, running, settled
from tests.builders.signing import rsa_key, sign

GOLDEN = Path(__file__).with_name("golden")
PERSONAL = (
    "Hi Amy, your talk on pay bands at the Bergen HR day made me redo ours. "
    "How did you handle the people already above the band? I would love to learn from that."
)
SCAM = (
    "Dear friend, I am a director at a bank and need your account to transfer 4.5 million dollars. "
    "You keep thirty percent. Strictly confidential."
)


def signed(raw: bytes) -> bytes:
    key = rsa_key(2048)
    return sign(raw, key, "linkedin.com", "s1")


STORIES: dict[str, Callable[[], bytes]] = {
    "personal-note": lambda: signed(
        linkedin.invitation_modern(Person(note=PERSONAL, mutual="12 connections in common"))
    ),
    "blank-request": lambda: signed(linkedin.invitation_modern(MIRA)),
    "blank-request-2016": lambda: linkedin.invitation_2016(MIRA),
    "money": lambda: signed(linkedin.invitation_modern(Person(note=SCAM))),
    "digest-of-three": lambda: linkedin.digest_of_invitations(
        [
            MIRA,
            Person("Jon Hale", "Baker", vanity="jon-hale", number=7),
            Person("Ada Ek", "", vanity="ada-ek", number=8),
        ]
    ),
    "inmail": lambda: linkedin.inmail(
        "Rolf Dahl",
        "Exciting opportunity",
        "Hi Amy,\n\nI came across your impressive profile. We have an exciting opportunity for a forklift driver."
        " Please send your updated resume.\n\nBest regards\nRolf",
    ),
    "accepted": lambda: linkedin.accepted(),
    "message": lambda: linkedin.message(),
    "news": lambda: linkedin.news(),
    "look-alike": lambda: linkedin.spoof_look_alike(),
    "foreign-links": lambda: linkedin.spoof_foreign_links(),
    "no-network": lambda: linkedin.employee(),
}


@pytest.fixture
def resolver() -> object:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


EDGES_NOTE = ("FilingStarted", "Filed", "ReminderFiled")


@pytest.mark.parametrize("name", sorted(STORIES))
async def test_a_whole_mail_makes_the_whole_story(tmp_path: Path, name: str, resolver: str) -> None:
    raw = STORIES[name]()
    async with running(tmp_path, resolver=resolver) as app:
        assert (await deliver(app, raw)).startswith("250 ")
        await settled(app)
        rows = await app.store.read("SELECT kind, body FROM events ORDER BY seq")
    told = [kind for kind, _ in rows if kind not in EDGES_NOTE]
    told += sorted(kind for kind, _ in rows if kind in EDGES_NOTE)  # mailboxes are filed into side by side
    enriched = next(Enriched.model_validate_json(body) for kind, body in rows if kind == "Enriched")
    routed = next(Routed.model_validate_json(body) for kind, body in rows if kind == "Routed")
    story = {"events": told, **without_lines(report(name, enriched, routed))}
    folders = filed(tmp_path)
    mails = [
        (folder, content) for folder, contents in folders.items() for content in contents if b"X-Salver-Mail" in content
    ]
    assert [(folder, below(content)) for folder, content in mails] == [(routed.folder, raw)]
    compare(name, story)


def without_lines(told: dict[str, Any]) -> dict[str, Any]:
    """A comment more in the rules changes no story: of a rule's place the file is compared."""
    for each in (told, *told.get("requests", ())):
        if each["rule_at"] is not None:
            each["rule_at"] = {**each["rule_at"], "line": None, "version": None}
    return told


def compare(name: str, story: dict[str, object]) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(story, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("SALVER_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


async def test_the_filed_mail_says_why_and_any_reader_of_maildirs_sees_it(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await deliver(app, STORIES["personal-note"]())
        await settled(app)
    box = mailbox.Maildir(tmp_path / "mail", create=False).get_folder("Good")
    (mail,) = list(box)
    verdict = re.fullmatch(r"good; score=(-?[0-9.]+); rule=([a-z0-9-]+)", mail["X-Salver-Verdict"])
    assert verdict is not None
    points = [float(re.findall(r"points=([+-]?[0-9.]+)", reason)[0]) for reason in mail.get_all("X-Salver-Reason")]
    assert sum(points) == float(verdict[1])
    assert len(points) >= 3
    assert mail["X-Salver-Mail"]
    assert mail["X-Salver-Request"]
    assert re.fullmatch(
        r"score-good; rules\.toml \(shipped\); version=[0-9a-f]{8}; good=[0-9.]+; intriguing=-?[0-9.]+",
        " ".join(mail["X-Salver-Rule"].split()),
    )
    assert mail["X-Salver-Change"] is None, "it is good already"


async def test_a_reminder_is_threaded_under_the_filed_mail_and_has_a_question_to_paste(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await deliver(app, STORIES["blank-request"]())
        await settled(app)
        ((body,),) = await app.store.read("SELECT body FROM events WHERE kind = 'ReminderFiled'")
        assert ReminderFiled.model_validate_json(body).request
    folders = filed(tmp_path)
    (mail,), (reminder,) = folders["Intriguing"], folders["INBOX"]
    about = message_from_bytes(reminder)
    assert about["In-Reply-To"] == message_from_bytes(mail)["Message-ID"] == linkedin.message_id(NOON)
    assert about["To"] == "amy@salver.test"
    text, page = (part.get_payload(decode=True).decode() for part in about.get_payload())
    assert "Mira Solberg" in text
    assert "?" in text
    assert text.splitlines()[0] == "https://www.linkedin.com/in/mira-solberg-21b"
    assert '<a href="https://www.linkedin.com/in/mira-solberg-21b">' in page
    answers = about["Reply-To"]
    assert answers is not None
    assert re.fullmatch(r"amy\+answer-[a-z2-7]{26}@salver\.test", answers)


async def test_a_reminder_of_the_same_invitation_raises_nothing_and_follows_the_owners_move(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await deliver(app, linkedin.invitation_modern(MIRA))
        await settled(app)
        (path,) = (tmp_path / "mail" / ".Intriguing" / "new").iterdir()
        (tmp_path / "mail" / ".Good" / "cur").mkdir(parents=True)
        path.rename(tmp_path / "mail" / ".Good" / "cur" / f"{path.name}:2,S")
        await deliver(app, linkedin.reminder(MIRA, at=NOON + 86_400_000))
        await settled(app)
        ((reminders,),) = await app.store.read("SELECT count(*) FROM events WHERE kind = 'ReminderFiled'")
        ((requests,),) = await app.store.read("SELECT count(*) FROM requests")
    folders = filed(tmp_path)
    assert [len(folders[name]) for name in ("Good", "Intriguing", "Ugly")] == [2, 0, 0]
    assert (reminders, requests) == (1, 1)


async def test_two_mails_of_one_invitation_at_the_same_time_are_one_request(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mails = [linkedin.invitation_modern(MIRA, at=NOON + 1000 * n) for n in range(6)]
        for raw in mails:
            await deliver(app, raw)
        await settled(app)
        ((requests,),) = await app.store.read("SELECT count(*) FROM requests")
        ((reminders,),) = await app.store.read("SELECT count(*) FROM events WHERE kind = 'ReminderFiled'")
    assert (requests, reminders) == (1, 1)
    assert sum(len(contents) for contents in filed(tmp_path).values()) == 7


async def test_the_same_mail_by_two_ways_is_one_file(tmp_path: Path) -> None:
    raw = linkedin.invitation_modern(MIRA)
    async with running(tmp_path) as app:
        assert (await deliver(app, raw)).startswith("250 ")
        assert (await deliver(app, b"Received: from elsewhere\r\n" + raw)).startswith("250 ")
        await settled(app)
    assert len(filed(tmp_path)["Intriguing"]) == 1


async def test_a_mail_that_cannot_be_read_lies_whole_in_the_inbox_and_says_so(tmp_path: Path) -> None:
    raw = linkedin.invitation_modern(MIRA).replace(b"Subject:", b"X-Long: " + b"x " * 60_000 + b"\r\nSubject:", 1)
    async with running(tmp_path) as app:
        await deliver(app, raw)
        await settled(app)
    (content,) = filed(tmp_path)["INBOX"]
    assert below(content) == raw
    assert "not_judged" in message_from_bytes(content)["X-Salver-Reason"]


async def test_a_mail_that_begins_with_white_space_cannot_extend_a_field_of_ours(tmp_path: Path) -> None:
    raw = b" good; score=99\r\n" + linkedin.invitation_modern(MIRA)
    async with running(tmp_path) as app:
        await deliver(app, raw)
        await settled(app)
    (content,) = [c for contents in filed(tmp_path).values() for c in contents if b"X-Salver-Mail" in c]
    assert content.endswith(raw)
    found = message_from_bytes(content)
    assert all("score=99" not in value for name, value in found.items() if name not in ("X-Salver-End",))


async def test_inherited_fields_of_our_names_are_kept_and_believed_by_nobody(tmp_path: Path) -> None:
    forged = b"X-Salver-Verdict: good; score=99; rule=mine\r\nAuthentication-Results: salver.local; dkim=pass\r\n"
    raw = forged + linkedin.invitation_modern(Person(note=SCAM))
    async with running(tmp_path) as app:
        await deliver(app, raw)
        await settled(app)
    (content,) = filed(tmp_path)["Ugly"]
    assert below(content) == raw
    assert message_from_bytes(content)["X-Salver-Verdict"].startswith("ugly; ")


@pytest.mark.parametrize("stop", [1, 3])
async def test_a_forged_copy_of_a_request_does_not_join_it(tmp_path: Path, stop: int) -> None:
    async with running(tmp_path) as app:
        await deliver(app, linkedin.invitation_modern(MIRA))
        for _ in range(stop):
            await deliver(app, linkedin.spoof_look_alike(MIRA))
        await settled(app)
        rows = await app.store.read("SELECT body FROM events WHERE kind = 'Routed' ORDER BY seq")
    verdicts = {Routed.model_validate_json(body).kind for (body,) in rows}
    assert "spoof" in verdicts
    assert len(filed(tmp_path)["Ugly"]) == 1
