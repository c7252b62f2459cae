"""A source that goes quiet is told of once: in the log, in its owner's INBOX and in `status`; never too soon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import structlog

from pipeline import clock, commands, quiet
from pipeline.app import App
from pipeline.configuration import Configuration
from pipeline.filing import Filing
from pipeline.settings import load
from pipeline.store import sources
from pipeline.store.log import Log, Output
from stages.alarm import compose
from stages.events import AlarmWanted, Received
from stages.rhythm import DAY, HOUR
from stages.settings import Owner
from tests.builders import dovecot
from tests.builders.events import enriched, received
from tests.builders.own_mails import JUNE, TOLD
from tests.builders.running import filed, settled
from tests.builders.schema import set_back

NOW = 1_764_150_000_000
WINDOW = 30 * DAY
AMY = Owner(addresses=("amy@salver.test",), name="Amy", time_zone="Europe/Paris")


def configuration(folder: Path, more: str = "") -> Configuration:
    config = folder / "salver.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{folder}/salver.db"\n[dns]\nresolvers = ["127.0.0.1:9"]\n[smtp]\n'
        'listen = "127.0.0.1:0"\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n{more}',
        "utf-8",
    )
    return load(config, environment={})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Log]:
    log = await Log.open(tmp_path / "salver.db", WINDOW)
    yield log
    await log.close()


async def came(store: Log, at: int, network: str = "linkedin", **more: object) -> str:
    """A mail of a network that was read and judged; its id."""
    trust = str(more.pop("trust", "aligned"))
    ((count,),) = await store.read("SELECT count(*) FROM mails")
    mail = f"{count + 1:032x}"
    event = Received.model_validate({**received(mail, blob=mail, at=at).model_dump(), **more})
    await store.append([event], b"raw", mail)
    entries = {entry.id: entry for entry in await store.claim(100)}
    for other in entries.keys() - {mail}:  # an alarm: as if it were filed
        await store.finish(entries[other], [])
    told = enriched(mail, at=at, trust=trust)
    told = told.model_copy(update={"parsed": told.parsed.model_copy(update={"network": network})})
    await store.finish(entries[mail], [Output(f"{mail}.0", told, "done")])
    return mail


async def a_month(store: Log, network: str = "linkedin", until: int = NOW, **more: object) -> None:
    """Three mails a day for thirty days, the last one at `until`."""
    for number in range(90, -1, -1):
        await came(store, until - number * 8 * HOUR, network, **more)


async def listen(store: Log, found: Configuration, begin: int, days: float, **accounts: int) -> None:
    """A server that looks every hour. `accounts`: 1, where their server answered just before each look."""
    for hour in range(int(days * 24) + 1):
        at = begin + hour * HOUR
        await quiet.look(store, found, {name: at - 1000 for name, answers in accounts.items() if answers}, at)


async def alarms(store: Log) -> list[AlarmWanted]:
    rows = await store.read("SELECT body FROM events WHERE kind = 'AlarmWanted' ORDER BY seq")
    return [AlarmWanted.model_validate_json(body) for (body,) in rows]


async def test_a_forward_that_stops_is_told_of_once_and_neither_at_once_nor_too_late(
    store: Log, tmp_path: Path
) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    with structlog.testing.capture_logs() as logged:
        await listen(store, found, NOW, 1)
        assert await alarms(store) == []
        await listen(store, found, NOW + 1 * DAY, 20)
    (alarm,) = await alarms(store)
    assert (alarm.network, alarm.account, alarm.mailbox) == ("linkedin", "", f"maildir:{tmp_path}/mail")
    assert alarm.heard_at == NOW
    assert alarm.usual == 8 * HOUR
    assert 1 * DAY < alarm.silence == alarm.at - NOW < 6 * DAY
    (line,) = [line for line in logged if line["event"] == "source_went_quiet"]
    assert (line["source"], line["usual_pause"]) == ("forward:amy/linkedin", "8 hours")


async def test_a_second_alarm_comes_only_after_mail_came_and_stopped_again(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    await listen(store, found, NOW, 20)
    again = await came(store, NOW + 20 * DAY)
    with structlog.testing.capture_logs() as logged:
        await listen(store, found, NOW + 20 * DAY, 1)
    assert [line["event"] for line in logged] == ["source_heard_again"]
    assert len(await alarms(store)) == 1
    await listen(store, found, NOW + 21 * DAY, 20)
    assert [alarm.mail for alarm in await alarms(store)][1:] == [again]


async def test_time_in_which_nobody_listened_is_no_silence(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    await listen(store, found, NOW, 1)
    for month in range(1, 6):  # it ran an hour a month
        await listen(store, found, NOW + month * 30 * DAY, 0.05)
    assert await alarms(store) == []
    ((_, silence),) = (await sources.silences(store.read)).items()
    assert silence.lasted <= 30 * HOUR


async def test_a_clock_that_jumps_makes_no_silence(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    for at in (NOW, NOW + 400 * DAY, NOW, NOW + HOUR, NOW - 400 * DAY):
        await quiet.look(store, found, {}, at)
    assert await alarms(store) == []


async def test_a_fresh_installation_and_a_source_with_few_mails_have_nothing_to_report(
    store: Log, tmp_path: Path
) -> None:
    found = configuration(tmp_path)
    await listen(store, found, NOW, 2)
    for number in range(9):
        await came(store, NOW + number * DAY)
    await listen(store, found, NOW + 9 * DAY, 60)
    assert await alarms(store) == []
    assert await quiet.lines(store, found) == []


async def test_what_was_imported_or_forged_is_no_sign_of_life(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store, "facebook", imported="judge")
    await a_month(store, "wellfound", protocol="import")
    await listen(store, found, NOW, 20)
    assert await sources.heard(store.read, 0) == {}
    await a_month(store)
    await listen(store, found, NOW, 3)
    await came(store, NOW + 3 * DAY, trust="forged")
    await listen(store, found, NOW + 3 * DAY, 5)
    (alarm,) = await alarms(store)
    assert alarm.heard_at == NOW


async def test_nobody_is_told_while_mails_wait_to_be_read(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    await store.append([received("f" * 32, blob="waiting")], b"raw", "waiting")
    await listen(store, found, NOW, 20)
    assert await alarms(store) == []


async def test_an_account_is_silent_only_as_far_as_its_server_answered(store: Log, tmp_path: Path) -> None:
    found = configuration(
        tmp_path, '[[account]]\nname = "work"\nhost = "127.0.0.1:1"\ntls = "none"\nuser = "amy"\nsecret = "env:NONE"\n'
    )
    await a_month(store, account="work", protocol="IMAP")
    await listen(store, found, NOW, 20)  # it was never reached
    for hour in range(20 * 24):  # the server died a day after the last mail
        await quiet.look(store, found, {"work": NOW + DAY}, NOW + hour * HOUR)
    assert await alarms(store) == []
    await quiet.look(store, found, {"work": NOW + 20 * DAY}, NOW + 20 * DAY)  # and was back
    (alarm,) = await alarms(store)
    assert (alarm.account, alarm.network, alarm.mailbox) == ("work", None, "account:work")


async def test_a_forward_that_still_brings_another_network_is_said_to_be_open(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store)
    await a_month(store, "facebook", until=NOW + 20 * DAY)
    await listen(store, found, NOW, 20)
    (alarm,) = await alarms(store)
    assert alarm.others == ("facebook",)
    told = text(compose(alarm, AMY, TOLD))
    assert "Mail from Facebook still comes in" in told
    assert told.index("LinkedIn: do its notification settings") < told.index("Your mail provider")


async def test_an_owner_or_account_that_is_no_longer_configured_is_not_missed(store: Log, tmp_path: Path) -> None:
    found = configuration(tmp_path)
    await a_month(store, account="gone", protocol="IMAP")
    await a_month(store, owner="bob")
    await listen(store, found, NOW, 20, gone=1)
    assert await alarms(store) == []


# --- the mail


def text(mail: bytes) -> str:
    part = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def alarm(**more: object) -> AlarmWanted:
    told = {
        "mail": "0192f3a4b5c6d7e8f90123456789abcd", "owner": "amy", "mailbox": "maildir:x", "network": "linkedin",
        "heard_at": NOW, "usual": 8 * HOUR, "longest": 3 * DAY, "silence": 5 * DAY, "years": 71.0,
        "port": "127.0.0.1:2525", "at": NOW + 5 * DAY,
    }  # fmt: skip
    return AlarmWanted.model_validate({**told, **more})


def test_the_alarm_says_since_when_how_sure_and_what_to_check() -> None:
    whole = compose(alarm(), AMY, TOLD)
    head = message_from_bytes(whole, policy=policy.default)
    assert head["Subject"] == "No LinkedIn mail since Wednesday, 26 November 2025"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Salver-Reminder"] == head["Message-ID"].split(".")[1].split("@")[0]
    told = text(whole)
    for words in (
        "5 days of silence", "A usual pause is 8 hours", "about once in 70 years",
        "forward to Salver still switched on", "LinkedIn: do its notification settings",
        "Salver listens on 127.0.0.1:2525", "`salver doctor`", "says this once",
    ):  # fmt: skip
        assert words in told


def test_the_alarm_about_an_account_names_it_and_its_checks() -> None:
    told = text(compose(alarm(account="work", network=None), AMY, TOLD))
    assert "in your account work since Wednesday" in told
    assert "does a filter now move such mail" in told
    assert "port" not in told


def test_a_german_owner_reads_the_alarm_in_german() -> None:
    whole = compose(alarm(others=("facebook", "wellfound")), JUNE, TOLD)
    assert message_from_bytes(whole, policy=policy.default)["Subject"] == (
        "Keine Mail von LinkedIn seit Mittwoch, 26. November 2025"
    )
    told = text(whole)
    for words in (
        "Das sind 5 Tage Stille. Eine gewöhnliche Pause dauert 8 Stunden", "etwa einmal in 70 Jahren",
        "Mails von Facebook und Wellfound kommen noch an", "`salver doctor`",
    ):  # fmt: skip
        assert words in told
    account = text(compose(alarm(account="work", network=None), JUNE, TOLD))
    assert "in Ihrem Konto work keine Mail" in account


async def test_an_alarm_whose_record_was_lost_is_found_and_not_filed_again(tmp_path: Path) -> None:
    begun: list[str] = []

    async def record(event: object) -> None:
        begun.append(str(getattr(event, "mailbox", "")))

    async def started(mail: str, mailbox: str) -> bool:
        return mailbox in begun

    async def load(mail: str) -> tuple[Received, bytes]:
        raise KeyError(mail)

    wanted = alarm(mailbox=f"maildir:{tmp_path}/mail")
    first = await Filing(load, record, started, "h").write(
        wanted, wanted.mailbox, compose(wanted, AMY, TOLD), wanted.at
    )
    (path,) = (tmp_path / "mail" / "new").iterdir()
    path.rename(tmp_path / "mail" / "cur" / "1.M1.host:2,S")  # as a client renames what was read
    second = await Filing(load, record, started, "h").write(
        wanted, wanted.mailbox, compose(wanted, AMY, TOLD), wanted.at
    )
    assert (first[1], second[1]) == (False, True)
    assert len([each for part in ("new", "cur") for each in (tmp_path / "mail").rglob(f"{part}/*")]) == 1


# --- the whole


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


async def test_a_running_salver_files_the_alarm_in_the_inbox_once_and_tells_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = configuration(tmp_path)
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    await a_month(store)
    await store.close()
    at = [NOW]

    def now() -> int:
        at[0] += HOUR
        return at[0]

    monkeypatch.setattr(quiet, "now", now)
    monkeypatch.setattr(quiet, "EVERY_SECONDS", 0.001)
    for start in range(2):
        at[0] = NOW + start * 15 * DAY
        app = App(found)
        async with app.running():
            end = NOW + (start + 1) * 15 * DAY

            async def reached(end: int = end) -> bool:
                return at[0] > end

            await until(reached)
            await settled(app)
    (mail,) = filed(tmp_path)["INBOX"]
    assert b"Subject: No LinkedIn mail since" in mail
    assert "LinkedIn mail for amy went quiet: nothing since 2025-11-26 09:40 UTC" in await commands.status(found)


async def test_an_alarm_about_an_account_lies_in_that_accounts_inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot.running() as server:
        account = server.account(sort=True)
        found = configuration(tmp_path).model_copy(update={"account": (account,)})
        store = await Log.open(tmp_path / "salver.db", WINDOW)
        await a_month(store, until=clock.now() - 20 * DAY, account="work", protocol="IMAP")
        await store.close()
        monkeypatch.setattr(quiet, "EVERY_SECONDS", 0.02)
        app = App(found)
        async with app.running():

            async def told() -> bool:
                return bool(await alarms(app.store))

            await until(told)
            await settled(app)
        client = server.client()
        client.select("INBOX", readonly=True)
        _, (uids,) = client.search(None, "SUBJECT", '"No new mail in your account work"')
        client.logout()
        assert len(uids.split()) == 1


async def test_a_store_of_before_learns_the_new_table(tmp_path: Path) -> None:
    await (await Log.open(tmp_path / "salver.db", WINDOW)).close()
    set_back(tmp_path / "salver.db", 3)
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    try:
        await quiet.look(store, configuration(tmp_path), {}, NOW)
        assert await sources.silences(store.read) == {}
    finally:
        await store.close()
