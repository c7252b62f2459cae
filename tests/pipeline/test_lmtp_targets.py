"""Whole Salvers that hand mail over to a real Dovecot by LMTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import commands, sample, sieve
from pipeline.app import App
from pipeline.doctor import lmtp as doctor_lmtp
from pipeline.doctor.finding import Case
from pipeline.lookups.resolver import Resolver
from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.settings import load
from pipeline.store import state
from pipeline.store.log import Output
from stages.events import Filed, FilingWanted
from tests.builders import account, dovecot_lmtp, linkedin, lmtp_proxy
from tests.builders.dovecot_lmtp import Lmtp
from tests.builders.running import deliver, filed, running, settled
from tests.builders.smtp_client import until


@pytest.fixture(scope="module")
def started() -> Iterator[Lmtp]:
    with dovecot_lmtp.running() as server:
        yield server


@pytest.fixture
def server(started: Lmtp) -> Lmtp:
    started.empty()
    return started


def both(folder: Path, target: str) -> str:
    """The server first: what is behind it must not wait."""
    return f'mailboxes = ["{target}", "maildir:{folder}/mail"]'


def use_script(server: Lmtp, app: App) -> None:
    """Give the server what `salver sieve` prints for this Salver."""
    server.script(sieve.script(sieve.places_of(app.settings.owners[0]), app.store.key))


def lying(server: Lmtp) -> dict[str, int]:
    return {folder: len(lies) for folder, lies in account.lying(server.server).items()}


async def has(folder: Path, number: int) -> None:
    """Until so many mails lie in the Maildir."""
    async with asyncio.timeout(60):
        while True:
            if sum(map(len, filed(folder).values())) == number:
                return
            await asyncio.sleep(0.02)


async def what_waits(app: App, count: int = 1) -> str:
    """What `salver status` says when so much waits to be tried again."""
    async with asyncio.timeout(60):
        while True:
            if sum(waiting for _, _, waiting in await state.waiting(app.store)) == count:
                return await commands.status(app.configuration)
            await asyncio.sleep(0.02)


def again(app: App) -> None:
    target = app.filing.target(app.settings.owners[0].targets[0])
    assert isinstance(target, LmtpMailbox)
    target.again()


@pytest.mark.parametrize("more", ["", "?folder=detail"])
async def test_mails_of_every_verdict_lie_in_the_same_folders_as_in_a_maildir_whole(
    tmp_path: Path, server: Lmtp, more: str
) -> None:
    async with running(tmp_path, owner=both(tmp_path, server.target + more)) as app:
        use_script(server, app)
        assert await app.prepare() == []
        for each in sample.samples():
            await deliver(app, each.read_bytes())
        await settled(app)
        told = await commands.status(app.configuration)
    there = {
        folder: [lies.raw for lies in mails if b"\r\nX-Salver-Reminder: " not in lies.raw]  # in the first mailbox alone
        for folder, mails in account.lying(server.server).items()
    }
    here = filed(tmp_path)
    assert {folder: len(mails) for folder, mails in there.items()} == {
        folder: len(mails) for folder, mails in here.items()
    }
    assert min(map(len, there.values())) > 0
    for folder, mails in here.items():
        for mail in mails:
            assert any(
                raw.endswith(b"\r\n" + mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) for raw in there[folder]
            )
    assert "LMTP" not in told


async def test_a_reminder_of_ours_comes_the_same_way_into_the_inbox(tmp_path: Path, server: Lmtp) -> None:
    async with running(tmp_path, owner=f'mailboxes = ["{server.target}"]') as app:
        use_script(server, app)
        await deliver(app, linkedin.invitation_modern())
        await settled(app)
    there = account.lying(server.server)
    assert {folder: len(lies) for folder, lies in there.items()} == {"INBOX": 1, "Intriguing": 1}
    assert b"\r\nX-Salver-Reminder: " in there["INBOX"][0].raw


async def test_the_doctor_asks_each_server_for_each_recipient(server: Lmtp, tmp_path: Path) -> None:
    config = tmp_path / "salver.toml"
    config.write_text(
        f'[[owner]]\naddresses = ["a@x.test"]\nmailbox = "{server.target}"\n'
        f'[[owner]]\naddresses = ["b@x.test"]\nmailbox = "lmtp://127.0.0.1:{server.port}/bert@x.test"\n'
    )
    case = Case(load(config, environment={}), config, Resolver((), 1.0), 0)
    well, ill = await doctor_lmtp.check(case)
    assert (well.level, ill.level) == ("ok", "fault")
    assert "takes mail for amy@salver.test; `salver sieve a` prints its script" in well.what
    assert "takes no mail for bert@x.test (550" in ill.what
    assert lying(server) == {}


async def test_a_server_that_is_down_holds_up_no_other_and_gets_its_mail_later_once(
    tmp_path: Path, server: Lmtp
) -> None:
    with lmtp_proxy.between(server.port) as proxy:
        port = proxy.port
    target = f"lmtp://127.0.0.1:{port}/amy@salver.test"
    async with running(tmp_path, owner=both(tmp_path, target)) as app:
        use_script(server, app)
        ((mailbox, trouble),) = await app.prepare()
        assert (mailbox, trouble) == (target, f"127.0.0.1:{port} cannot be reached: Connection refused")
        for person in (linkedin.spoof_look_alike(), linkedin.spoof_by_name()):
            await deliver(app, person)
        await has(tmp_path, 2)
        told = await what_waits(app, 2)
        assert f"  2 x FilingWanted wait: 127.0.0.1:{port} cannot be reached: Connection refused\n" in told
        with lmtp_proxy.between(server.port, port) as proxy:
            proxy.at("mail", "unanswered")
            again(app)
            await until(lambda: proxy.done)
            again(app)
            await settled(app)
    assert sum(lying(server).values()) == 2


async def test_a_server_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"lmtp://127.0.0.1:{silent.getsockname()[1]}/amy@salver.test"
        async with running(tmp_path, owner=both(tmp_path, target)) as app:
            await deliver(app, linkedin.spoof_look_alike())
            connection, _ = await asyncio.to_thread(silent.accept)
            await has(tmp_path, 1)
            await deliver(app, linkedin.spoof_by_name())
            await has(tmp_path, 2)
            assert not await state.waiting(app.store), "the second mail waited until the first call gave up"
            connection.close()


async def test_a_wrong_address_is_told_by_status_in_one_line_and_nothing_is_dropped(
    tmp_path: Path, server: Lmtp
) -> None:
    target = f"lmtp://127.0.0.1:{server.port}/bert@salver.test"
    async with running(tmp_path, owner=f'mailboxes = ["{target}"]') as app:
        ((_, trouble),) = await app.prepare()
        why = f"127.0.0.1:{server.port} takes no mail for bert@salver.test (550 5.1.1 User doesn't exist:"
        assert trouble.startswith(why)
        for person in (linkedin.spoof_look_alike(), linkedin.spoof_by_name()):
            await deliver(app, person)
        told = await what_waits(app, 2)
        (line,) = [line for line in told.splitlines() if "takes no mail" in line]
        assert line.startswith(f"  2 x FilingWanted wait: {why}")
        assert "dead letter" not in told


async def test_a_full_mailbox_is_told_by_status_in_one_line_and_gets_its_mail_once_there_is_room(
    tmp_path: Path,
) -> None:
    with dovecot_lmtp.running(quota=64) as full:
        account.put(full.server, b"Subject: large\r\n\r\n" + b"x" * 65_000 + b"\r\n")
        async with running(tmp_path, owner=f'mailboxes = ["{full.target}"]') as app:
            use_script(full, app)
            for person in (linkedin.spoof_look_alike(), linkedin.spoof_foreign_links()):
                await deliver(app, person)
            told = await what_waits(app, 2)
            (line,) = [line for line in told.splitlines() if "has no room left" in line]
            assert line.startswith("  2 x FilingWanted wait: the mailbox of amy@salver.test at 127.0.0.1:")
            account.do(full.server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)")
            account.do(full.server, "expunge")
            again(app)
            await settled(app)
        assert sum(lying(full).values()) == 2


async def test_a_verdict_that_changes_later_moves_the_mail_in_the_maildir_and_is_told_of_for_the_other(
    tmp_path: Path, server: Lmtp
) -> None:
    async with running(tmp_path, owner=both(tmp_path, server.target)) as app:
        use_script(server, app)
        await deliver(app, linkedin.spoof_look_alike())
        await settled(app)
        assert "LMTP" not in await commands.status(app.configuration)
        ((mail,),) = await app.store.read("SELECT id FROM mails")
        for number, folder in enumerate(("Good", "Ugly", "Good")):
            for at, mailbox in enumerate(app.settings.owners[0].targets):
                wanted = FilingWanted(mail=mail, owner="amy", mailbox=mailbox, folder=folder, firmly=True)
                await app.store.put([Output(f"{mail}.again{number}.{at}", wanted, "ready")])
            await settled(app)
            told = await commands.status(app.configuration)
            lines = [line for line in told.splitlines() if "LMTP" in line]
            assert len(lines) == (folder == "Good")
        assert lines[0].startswith("amy: 1 mail lies where LMTP first put it, though it belongs elsewhere now")
        rows = await app.store.read("SELECT body FROM events WHERE kind = 'Filed' ORDER BY seq")
        ours = [Filed.model_validate_json(body) for (body,) in rows]
    assert lying(server) == {"Ugly": 1}
    assert {folder for folder, mails in filed(tmp_path).items() if mails} == {"Good"}
    theirs = [event for event in ours if event.mailbox.startswith("lmtp")]
    assert [(event.folder, event.left) for event in theirs] == [("Ugly", False), *[("Ugly", True)] * 3]
