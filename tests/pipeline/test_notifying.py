"""News at once, through a whole Salver: by the relay or into the INBOX, each once, and never more than was agreed."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from pathlib import Path

import pytest

from pipeline import commands
from pipeline.app import App
from pipeline.clock import now
from pipeline.errors import Later
from pipeline.retry import next_try
from pipeline.store import due, notified
from pipeline.store.log import Entry, Log, Output
from pipeline.telling import FULL
from stages.calm import FollowUp
from stages.conversation import Sent
from stages.durations import DAY, HOUR
from stages.events import Event
from stages.notifying import NotificationDropped, NotificationFiled, NotificationStarted, NotificationWanted
from stages.own_mail import own_id
from tests.builders import linkedin, talked_of
from tests.builders.linkedin import Person
from tests.builders.own_mails import notification
from tests.builders.ruled import DECLARED, HIRES, lies, ruled
from tests.builders.running import deliver, settled
from tests.builders.sink import sink

CALM = '[follow_up]\nquiet_hours = ""\ndigest = "off"\n'


def wanted(number: int, folder: Path) -> NotificationWanted:
    return notification(mail=f"{number:032x}", request=f"{number:032x}", mailbox=f"maildir:{folder}/mail")


async def kinds(app: App, *of: type[Event]) -> list[str]:
    return [type(each).__name__ for each in await talked_of.events(app, *of)]


async def flood(app: App, folder: Path, count: int) -> None:
    await app.store.put([Output(f"{number:032x}.news", wanted(number, folder), "ready") for number in range(count)])


def news(root: Path) -> list[bytes]:
    return [mail for mail in lies(root).get("INBOX", []) if b"X-Salver-Reminder:" in mail]


async def test_it_goes_to_the_contact_by_the_relay_and_nowhere_else(tmp_path: Path) -> None:
    async with sink() as relay:
        more = f'{DECLARED}[outgoing]\nrelay = "{relay.url}"\ntls = "off"\n{CALM}'
        async with ruled(tmp_path, more, owner='contact = "amy@far.test"\n') as app:
            await deliver(app, linkedin.invitation_modern(HIRES))
            await settled(app)
            assert await kinds(app, Sent, NotificationFiled) == ["Sent"]
        ((_, rcpt_to, content, _, _),) = relay.mails
    assert rcpt_to == ("amy@far.test",)
    assert "Mira Solberg would like to reach you: good" in str(message_from_bytes(content)["Subject"])
    assert news(tmp_path / "mail") == []


async def test_a_flood_brings_as_many_mails_as_were_agreed_and_the_story_says_so_of_the_rest(
    tmp_path: Path,
) -> None:
    async with ruled(tmp_path, DECLARED + CALM + "per_hour = 3\n") as app:
        for number in range(6):
            person = Person(f"Ada Fern{number}", "Talent scout", vanity=f"ada-{number}", number=70_000 + number)
            await deliver(app, linkedin.invitation_modern(person))
        await settled(app)
        assert len(await kinds(app, NotificationWanted)) == 6
        assert len(await kinds(app, NotificationStarted)) == 3
        dropped = await talked_of.events(app, NotificationDropped)
        assert all(each.why == FULL for each in dropped if isinstance(each, NotificationDropped))
        assert len(dropped) == 3
        told = await commands.status(app.configuration)
    assert len(news(tmp_path / "mail")) == 3
    assert "waits" not in told


async def test_many_at_the_same_time_are_measured_one_by_one(tmp_path: Path) -> None:
    async with ruled(tmp_path, DECLARED + CALM + "per_hour = 5\n") as app:
        await flood(app, tmp_path, 300)
        await settled(app)
        assert len(await kinds(app, NotificationDropped)) == 295
        assert await due.mailed(app.store.read, "amy", now() - HOUR) == 5
        assert await due.room(app.store.read, "amy", app.settings.follow_up, now()) == 0, "for reminders neither"
        assert await due.full_until(app.store.read, "amy", now(), HOUR, 5) is not None
    assert len(news(tmp_path / "mail")) == 5


async def test_an_attempt_that_was_cut_is_finished_and_counts_once(tmp_path: Path) -> None:
    event = wanted(1, tmp_path)
    async with ruled(tmp_path, DECLARED + CALM + "per_hour = 1\n") as app:
        entry = Entry("one.news", event, 1)
        first, again = await app.telling.tell(entry), await app.telling.tell(entry)
        assert [(each.name, each.found) for (each,) in (first, again) if isinstance(each, NotificationFiled)] == [
            (first[0].name, False), (first[0].name, True),
        ]  # fmt: skip
        assert await due.mailed(app.store.read, "amy", now() - HOUR) == 1
        (dropped,) = await app.telling.tell(Entry("two.news", wanted(2, tmp_path), 1))
        assert isinstance(dropped, NotificationDropped)
    ((mail,),) = (news(tmp_path / "mail"),)
    assert message_from_bytes(mail)["X-Salver-Reminder"] == own_id(event)


async def test_in_quiet_hours_it_waits_for_their_end(tmp_path: Path) -> None:
    quiet = '[follow_up]\nquiet_hours = "00:00-23:59"\ndigest = "off"\n'
    async with ruled(tmp_path, DECLARED + quiet) as app:
        with pytest.raises(Later) as caught:
            await app.telling.tell(Entry("one.news", wanted(1, tmp_path), 1))
        assert now() < caught.value.at <= now() + DAY
        assert next_try("NotificationWanted", caught.value, 50, now()) == caught.value.at
        assert await due.mailed(app.store.read, "amy", now() - HOUR) == 0
    assert next_try("NotificationWanted", Later("x", 0), 1, 5) == 1_005, "a clock that was set back brings no storm"


async def test_one_mail_a_day_is_left_for_the_digest(tmp_path: Path) -> None:
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        for digest, left in (("off", 2), ("daily", 1)):
            calm = FollowUp.model_validate({"per_hour": 2, "per_day": 2, "digest": digest})
            assert await notified.room(store.read, "amy", calm, now()) == left
    finally:
        await store.close()


async def test_the_measure_of_a_flood_is_taken_from_a_small_index(tmp_path: Path) -> None:
    store = await Log.open(tmp_path / "salver.db", 0)
    try:
        plan = await store.read(f"EXPLAIN QUERY PLAN SELECT count(*) {due.TOLD_AT_ONCE}", ("amy", 0))
        assert "events_told_at_once" in str([tuple(row) for row in plan])
    finally:
        await store.close()


@pytest.mark.nightly
async def test_ten_thousand_bring_no_more_than_a_hundred_would(tmp_path: Path) -> None:
    async with ruled(tmp_path, DECLARED + CALM) as app:
        await flood(app, tmp_path, 10_000)
        await asyncio.wait_for(settled(app, 500), 500)
        assert len(await kinds(app, NotificationStarted)) == 20
    assert len(news(tmp_path / "mail")) == 20
