"""The filing edge: it notes that it begins, files, and after a cut looks before it files again."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from pipeline.filing import Filing, own_mailbox
from pipeline.mailboxes.maildir import Maildir
from stages.conversation import ReminderWanted
from stages.events import (
    Event,
    Filed,
    FilingStarted,
    FilingWanted,
    Notice,
    Received,
    shown,
)
from stages.own_mail import own_id
from stages.placing import Step
from stages.reminder import compose
from stages.settings import Owner
from tests.builders.own_mails import TOLD

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
RAW = b"From: Robin <robin@example.org>\r\nSubject: hi\r\n\r\nbare \n and \0 and \xff\r\n"
AT = 1_764_150_000_123
AMY = Owner(addresses=("amy@salver.test",), name="Amy")
FIELDS = (("X-Salver-Verdict", "good; score=6.5; rule=enough"), ("X-Salver-Request", "r-1"))


class Log:
    """What the store would remember, in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def load(self, mail: str) -> tuple[Received, bytes]:
        return Received(
            mail=mail, owner="amy", blob="b", size=len(RAW), mail_from="", rcpt_to=("amy@salver.test",), received_at=AT
        ), RAW

    async def record(self, event: Event) -> None:
        self.events.append(event)

    async def started(self, mail: str, mailbox: str) -> bool:
        return any(isinstance(e, FilingStarted) and (e.mail, e.mailbox) == (mail, mailbox) for e in self.events)

    async def steps(self, mail: str) -> tuple[Step, ...]:
        return tuple(Step(str(at), "done", event) for at, event in enumerate(self.events) if event.mail == mail)


def edge(log: Log) -> Filing:
    return Filing(log.load, log.record, log.started, "mx.salver.test", log.steps)


def wanted(root: Path, folder: str = "Good") -> FilingWanted:
    return FilingWanted(mail=MAIL, owner="amy", mailbox=f"maildir:{root}", folder=folder, fields=FIELDS)


def reminder(root: Path) -> ReminderWanted:
    about = Notice(name=shown("Robin"))
    return ReminderWanted(mail=MAIL, owner="amy", mailbox=f"maildir:{root}", request="r-1", about=about, at=AT)


async def remind(filing: Filing, event: ReminderWanted) -> tuple[str, bool]:
    return await filing.write(event, event.mailbox, compose(event, AMY, TOLD), event.at)


def mails(root: Path) -> list[Path]:
    return sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))


async def test_a_mail_is_filed_with_our_fields_above_its_own_octets(tmp_path: Path) -> None:
    log = Log()
    (filed,) = await edge(log).file(wanted(tmp_path))
    assert filed == Filed(
        mail=MAIL, owner="amy", mailbox=f"maildir:{tmp_path}", folder="Good", name=f"1764150000.{MAIL}.salver"
    )
    (path,) = mails(tmp_path)
    whole = path.read_bytes()
    assert whole.endswith(b"X-Salver-End: -\r\n" + RAW)
    ours = ["Received", "X-Salver-Verdict", "X-Salver-Request", "X-Salver-Mail", "X-Salver-End"]
    assert message_from_bytes(whole).keys() == [*ours, "From", "Subject"]


async def test_the_beginning_is_on_record_before_the_mailbox_is_touched(tmp_path: Path) -> None:
    log = Log()
    seen: list[list[str]] = []

    async def record(event: Event) -> None:
        seen.append(os.listdir(tmp_path))
        await log.record(event)

    await Filing(log.load, record, log.started, "h").file(wanted(tmp_path))
    assert seen == [[]]
    assert [type(event) for event in log.events] == [FilingStarted]


async def test_a_beginning_that_cannot_be_recorded_files_nothing(tmp_path: Path) -> None:
    async def record(event: Event) -> None:
        raise OSError(errno.ENOSPC, "full")

    log = Log()
    with pytest.raises(OSError, match="full"):
        await Filing(log.load, record, log.started, "h").file(wanted(tmp_path))
    assert mails(tmp_path) == []


async def test_after_a_cut_the_mail_is_found_where_the_owner_moved_it(tmp_path: Path) -> None:
    log = Log()
    await edge(log).file(wanted(tmp_path))  # Filed is lost: the process died before it was recorded
    path = tmp_path / ".Ugly" / "cur" / f"{mails(tmp_path)[0].name}:2,S"
    path.parent.mkdir(parents=True)
    os.rename(mails(tmp_path)[0], path)
    (again,) = await edge(log).file(wanted(tmp_path))
    assert isinstance(again, Filed)
    assert (again.found, again.folder, again.name) == (True, "Ugly", path.name)
    assert mails(tmp_path) == [path]
    assert sum(isinstance(event, FilingStarted) for event in log.events) == 1


async def test_a_first_filing_does_not_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr(Maildir, "_find", never)
    log = Log()
    await edge(log).file(wanted(tmp_path))
    await remind(edge(log), reminder(tmp_path))  # a filed mail does not make its reminder a second attempt
    assert len(mails(tmp_path)) == 2


async def test_a_mail_filed_raw_moves_to_its_folder_when_it_is_retried(tmp_path: Path) -> None:
    log = Log()
    log.events += await edge(log).file(wanted(tmp_path, "INBOX"))
    (again,) = await edge(log).file(wanted(tmp_path, "Good"))
    assert isinstance(again, Filed)
    assert (again.found, again.folder) == (False, "Good")
    assert mails(tmp_path) == [tmp_path / ".Good" / "new" / again.name]


async def test_a_reminder_is_filed_in_the_inbox_once_whatever_the_attempts(tmp_path: Path) -> None:
    log = Log()
    first = await remind(edge(log), reminder(tmp_path))
    second = await remind(edge(log), reminder(tmp_path))
    assert (first[1], second) == (False, (first[0], True))
    (path,) = mails(tmp_path)
    assert path == tmp_path / "new" / first[0]
    assert path.read_bytes() == compose(reminder(tmp_path), AMY, TOLD)
    assert own_id(reminder(tmp_path)) in first[0]
    begun = own_mailbox(reminder(tmp_path), reminder(tmp_path).mailbox)
    assert log.events == [FilingStarted(mail=MAIL, owner="amy", mailbox=begun, folder="INBOX")]


async def test_a_reminder_a_client_copied_elsewhere_is_found_by_its_mark(tmp_path: Path) -> None:
    log = Log()
    await remind(edge(log), reminder(tmp_path))
    os.rename(mails(tmp_path)[0], tmp_path / "cur" / "1.M2P3.host:2,S")
    again = await remind(edge(log), reminder(tmp_path))
    assert again == ("1.M2P3.host:2,S", True)


async def test_the_successor_of_a_cancelled_filing_waits_for_its_thread_and_finds_what_it_filed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log()
    one = edge(log)
    inside, go_on = threading.Event(), threading.Event()
    deliver = Maildir._deliver

    def slow(*args: Any) -> None:
        inside.set()
        go_on.wait(20)
        deliver(*args)

    monkeypatch.setattr(Maildir, "_deliver", slow)
    first = asyncio.create_task(one.file(wanted(tmp_path)))
    assert await asyncio.to_thread(inside.wait, 20)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(one.file(wanted(tmp_path)))
    await asyncio.sleep(0.05)  # lets it reach the mailbox; were it not to wait, it would not find the mail
    go_on.set()
    (filed,) = await second
    assert isinstance(filed, Filed)
    assert filed.found
    assert len(mails(tmp_path)) == 1


@pytest.mark.parametrize("spec", ["", "maildir", "maildir:", "imap://x", "/var/mail", "mbox:x", "maildir:a\0b"])
def test_a_target_we_cannot_file_into_is_named(spec: str) -> None:
    with pytest.raises(ValueError, match="maildir:PATH"):
        edge(Log()).target(spec)


def test_a_target_is_made_once(tmp_path: Path) -> None:
    one = edge(Log())
    assert one.target(f"maildir:{tmp_path}") is one.target(f"maildir:{tmp_path}")


async def test_a_disk_fault_reaches_the_caller_and_the_next_attempt_files_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log()
    one = edge(log)
    with monkeypatch.context() as patched:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patched.setattr(Maildir, "_deliver", full)
        with pytest.raises(OSError, match="No space"):
            await one.file(wanted(tmp_path))
    await one.file(wanted(tmp_path))
    assert len(mails(tmp_path)) == 1


async def test_the_sweep_clears_every_mailbox_in_use(tmp_path: Path) -> None:
    one = edge(Log())
    for name in ("a", "b"):
        await one.file(wanted(tmp_path / name))
        old = tmp_path / name / "tmp" / "old"
        old.touch()
        os.utime(old, (0, 0))
    assert await one.sweep() == 2
