"""Whole Salvers and a real relay: what is sent is not filed, what is not sent is, and nothing goes round."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline import commands, retry
from pipeline.app import App
from pipeline.settings import load
from pipeline.store import state
from stages.events import AlarmWanted
from tests.builders import linkedin
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.running import CALM, below, deliver, filed, running, settled
from tests.builders.server import free_port
from tests.builders.sink import HANG, Sink, sink
from tests.builders.smtp_client import until

CONTACT = 'contact = "amy@far.test"\n'


def relayed(relay: Sink, more: str = "") -> str:
    return f'[outgoing]\nrelay = "{relay.url}"\ntls = "off"\n{more}'


async def kinds(app: App, *wanted: str) -> list[str]:
    rows = await app.store.read("SELECT kind FROM events ORDER BY seq")
    return [str(kind) for (kind,) in rows if kind in wanted]


async def come(app: App, kind: str, count: int) -> None:
    """Until so many of them happened."""
    while True:
        if len(await kinds(app, kind)) >= count:
            return
        await asyncio.sleep(0.02)


async def test_a_reminder_goes_to_the_contact_and_nowhere_else(tmp_path: Path) -> None:
    named = 'sender = "notes@far.test"\n'
    async with sink() as relay, running(tmp_path, relayed(relay, named), owner=CONTACT) as app:
        await deliver(app, linkedin.invitation_modern(MIRA))
        await settled(app)
        assert await kinds(app, "SendingStarted", "Sent", "ReminderFiled") == ["SendingStarted", "Sent"]
        told = await commands.status(app.configuration)
    ((mail_from, rcpt_to, content, _, _),) = relay.mails
    mail = message_from_bytes(content, policy=policy.default)
    assert (mail_from, rcpt_to) == ("notes@far.test", ("amy@far.test",))
    assert (mail["From"], mail.get_all("To")) == ("Salver <notes@far.test>", ["amy@far.test"])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<reminder.{mail['X-Salver-Reminder']}@salver.test>"
    assert {folder: len(mails) for folder, mails in filed(tmp_path).items() if mails} == {"Intriguing": 1}
    assert "INBOX since last week" not in told


async def test_an_alarm_goes_the_same_way(tmp_path: Path) -> None:
    alarm = AlarmWanted(
        mail="m1", owner="amy", mailbox=f"maildir:{tmp_path}/mail", network="linkedin", heard_at=NOON, usual=1,
        longest=2, silence=3, years=4, at=NOON,
    )  # fmt: skip
    async with sink() as relay, running(tmp_path, relayed(relay), owner=CONTACT) as app:
        await app.store.ask("m1.quiet", alarm)
        await settled(app)
        assert await kinds(app, "Sent", "AlarmFiled") == ["Sent"]
    assert [kept.rcpt_to for kept in relay.mails] == [("amy@far.test",)]
    assert not filed(tmp_path)["INBOX"]


async def test_without_a_contact_it_is_filed_as_before_and_that_is_said_once(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with sink() as relay, running(tmp_path, relayed(relay)) as app:
            await deliver(app, linkedin.invitation_modern(MIRA))
            await settled(app)
            assert await kinds(app, "SendingStarted", "SendingRefused", "Sent", "ReminderFiled") == ["ReminderFiled"]
    assert (relay.connections, len(filed(tmp_path)["INBOX"])) == (0, 1)
    assert [(line["owner"], line["event"]) for line in logged if line["event"] == "contact_doubted"] == [
        ("amy", "contact_doubted")
    ]


async def test_nothing_that_a_stranger_writes_gives_the_mail_another_recipient(tmp_path: Path) -> None:
    evil = "Mira\r\nBcc: evil@far.test\r\n"
    hostile = [
        Person(name="=?utf-8?q?a=0D=0ABcc:_evil=40far.test?=", vanity="a", number=1),
        Person(name=f"{evil}Solberg", vanity="b", number=2),
        Person(headline=f"Head{evil}\r\n.\r\nRCPT TO:<evil@far.test>\r\n", vanity="c", number=3),
        Person(name="evil@far.test, amy@far.test", vanity="d", number=4),
    ]
    async with sink() as relay, running(tmp_path, relayed(relay), owner=CONTACT) as app:
        for at, person in enumerate(hostile):
            await deliver(app, linkedin.invitation_modern(person, at=NOON + 1000 * at), mail_from="evil@far.test")
        await settled(app)
        asked = len(await kinds(app, "ReminderWanted"))
    assert len(relay.mails) == asked >= 2
    assert {kept.rcpt_to for kept in relay.mails} == {("amy@far.test",)}
    assert {command for command in relay.commands if command.startswith("RCPT")} == {"RCPT TO:<amy@far.test>"}
    for kept in relay.mails:
        mail = message_from_bytes(kept.content)
        assert (mail.get_all("To"), mail["Cc"], mail["Bcc"]) == (["amy@far.test"], None, None)


async def test_what_the_relay_refuses_for_good_lies_in_the_inbox_and_status_says_why(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with sink() as relay, running(tmp_path, relayed(relay), owner=CONTACT) as app:
            relay.always("RCPT", "550 no such user")
            await deliver(app, linkedin.invitation_modern(MIRA))
            await settled(app)
            told = await commands.status(app.configuration)
    (mail,) = filed(tmp_path)["INBOX"]
    assert b"X-Salver-Reminder: " in mail
    assert "1 mail of Salver's own lies in the INBOX since last week, not sent: " in told
    assert "550 no such user" in told
    assert [line["log_level"] for line in logged if line["event"] == "sending_given_up"] == ["warning"]


async def test_a_relay_that_is_down_gets_the_mail_when_it_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "SENDING_MILLISECONDS", 50)
    port = free_port()
    down = f'[outgoing]\nrelay = "smtp://127.0.0.1:{port}"\ntls = "off"\n'
    async with running(tmp_path, down, owner=CONTACT) as app:
        await deliver(app, linkedin.invitation_modern(MIRA))
        await come(app, "SendingRefused", 1)
        async with asyncio.timeout(30):  # while it is tried once more, nothing is told of it
            while "cannot be reached" not in await commands.status(app.configuration):
                pass
        async with sink(port=port) as relay:
            await settled(app)
    assert len(relay.mails) == 1
    assert not filed(tmp_path)["INBOX"]


async def test_a_relay_that_hangs_keeps_no_other_mail_waiting(tmp_path: Path) -> None:
    calm = '[follow_up]\ndigest = "off"\nquiet_hours = ""\nper_hour = 100\n'
    async with sink() as relay:
        relay.always("greeting", HANG)
        async with running(tmp_path, relayed(relay) + calm, owner=CONTACT) as app:
            for number in range(40):
                person = Person(name=f"Mira {chr(65 + number)}berg", vanity=f"mira-{number}", number=number + 1)
                await deliver(app, linkedin.invitation_modern(person, at=NOON + number))
            await come(app, "ReminderWanted", 40)
            await deliver(app, linkedin.news())
            await until(lambda: len(filed(tmp_path)["INBOX"]) == 1)
            assert len(filed(tmp_path)["Intriguing"]) == 40
            assert not relay.mails


# --- round and round


async def test_a_mail_of_ours_that_comes_back_lies_in_the_inbox_and_means_nothing(tmp_path: Path) -> None:
    async with sink() as relay, running(tmp_path, relayed(relay), owner=CONTACT) as app:
        await deliver(app, linkedin.invitation_modern(MIRA))
        await settled(app)
        mark = message_from_bytes(relay.mails[0].content)["X-Salver-Reminder"]
        assert await state.wrote(app.store, mark), "so it is no new mail where an account is read either"
        other = linkedin.invitation_modern(Person(name="Jon Hale", vanity="jon-hale", number=7))
        back = f"X-Salver-Reminder: {mark}\r\n".encode() + other
        forged = b"X-Salver-Reminder: 0123456789abcdef0123456789abcdef\r\n" + other
        await deliver(app, relay.mails[0].content)
        await deliver(app, back)
        await settled(app)
        assert len(await kinds(app, "Opened")) == 1
        assert [below(mail) for mail in filed(tmp_path)["INBOX"]] == [relay.mails[0].content, back]
        await deliver(app, forged.replace(b"Message-ID: <", b"Message-ID: <again."))
        await settled(app)
        assert len(await kinds(app, "Opened")) == 2, "anybody can write such a field: the log knows"
    assert len(relay.mails) == 2


@asynccontextmanager
async def salver(folder: Path, name: str, contact: str, listen: int, relay: int) -> AsyncIterator[App]:
    config = folder.with_suffix(".toml")
    config.write_text(
        f'[smtp]\nlisten = "127.0.0.1:{listen}"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'[dns]\nresolvers = ["127.0.0.1:9"]\ntime = 1\n{CALM}'
        f'[outgoing]\nrelay = "smtp://127.0.0.1:{relay}"\ntls = "off"\n'
        f'[[owner]]\naddresses = ["{name}@{name}.test"]\nmailbox = "maildir:{folder}/mail"\ncontact = "{contact}"\n'
    )
    async with App(load(config, environment={})).running() as app:
        yield app


async def test_two_salvers_that_tell_each_other_tell_nothing_more(tmp_path: Path) -> None:
    one, two = free_port(), free_port()
    async with (
        salver(tmp_path / "amy", "amy", "bert@bert.test", one, two) as amy,
        salver(tmp_path / "bert", "bert", "amy@amy.test", two, one) as bert,
    ):
        await deliver(amy, linkedin.invitation_modern(MIRA), rcpt="amy@amy.test")
        await deliver(bert, linkedin.invitation_modern(MIRA), rcpt="bert@bert.test")
        for _ in range(3):  # what one sends, the other has to settle
            await settled(amy)
            await settled(bert)
        for app in (amy, bert):
            assert sorted(await kinds(app, "Received", "Opened", "ReminderWanted", "ReplyWanted", "Sent")) == [
                "Opened", "Received", "Received", "ReminderWanted", "Sent",
            ]  # fmt: skip
    for name in ("amy", "bert"):
        told = {folder: len(mails) for folder, mails in filed(tmp_path / name).items() if mails}
        assert told == {"INBOX": 1, "Intriguing": 1}
