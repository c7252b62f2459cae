"""A whole Salver takes mail out of Ugly after a digest named it, tells of it, and brings it back when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.clock import now
from pipeline.emptying import Emptying
from pipeline.store import digests
from pipeline.store.writer import Statement
from stages.conversation import DigestWanted, ReminderFiled
from stages.durations import DAY
from stages.emptying import terms_of
from stages.keeping import Removed
from tests.builders import account, dovecot, linkedin
from tests.builders.dovecot import Dovecot
from tests.builders.running import deliver, filed, running, settled
from tests.builders.talked_of import accounts_of, events, owners_move

EMPTIES = '[follow_up]\nquiet_hours = ""\nsample = 0\ndigest = "{digest}"\n[filing]\nugly_after = "30d"\n'
SELLER = linkedin.Person(
    name="Ines Karlow", vanity="ines-karlow", number=88_003,
    note="We cut your payroll costs by 40 %. Book a call: do you have 15 minutes on Thursday?",
)  # fmt: skip
BIN = "namespace inbox {\n  mailbox Trash {\n    auto = subscribe\n    special_use = \\Trash\n  }\n}\n"


def salver(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "-c", str(folder / "salver.toml")])


async def asked(folder: Path, *arguments: str) -> str:
    """What a command says beside the running server."""
    result = await asyncio.to_thread(salver, folder, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


async def ages(app: App, by: int) -> None:
    """All of it happened so much earlier, and Salver ran ever since."""
    await app.store.write(
        [
            Statement("UPDATE places SET since = since - ?", (by,)),
            Statement("UPDATE going SET listed_at = listed_at - ?1, leaves_at = leaves_at - ?1", (by,)),
            Statement("UPDATE events SET created_at = created_at - ?", (by,)),
            Statement("UPDATE ran SET began = began - ?", (by,)),
        ]
    )


async def named(app: App) -> None:
    """The digest is made and filed."""
    owner, at = app.settings.owners[0], now()
    assert await app.timers._make(owner, at, await digests.last_of(app.store.read, owner.id), at)
    await settled(app)


async def look(app: App) -> int:
    terms = terms_of(app.settings)
    assert terms is not None
    count = await Emptying(app.store, app.settings, app.moves.before_mail).look(terms, now())
    await settled(app)
    return count


async def emptied(app: App) -> str:
    """The one mail in Ugly comes, lies there for a month, is named, and goes a day later. Returns its id."""
    await deliver(app, linkedin.invitation_modern(SELLER))
    await settled(app)
    ((mail,),) = await app.store.read("SELECT id FROM mails")
    await ages(app, 31 * DAY)
    await named(app)
    assert await look(app) == 0
    await ages(app, DAY + 1)
    assert await look(app) == 1
    return str(mail)


async def test_from_the_digest_to_the_empty_folder_and_back(tmp_path: Path) -> None:
    async with running(tmp_path, EMPTIES.format(digest="daily")) as app:
        mail = await emptied(app)
        lies = filed(tmp_path)
        assert (len(lies["Ugly"]), len(lies["INBOX"])) == (0, 1)
        assert b"Ines Karlow" in lies["INBOX"][0]
        assert b"ugly mail goes soon" in lies["INBOX"][0]
        story = " ".join((await asked(tmp_path, "log", mail)).split())
        assert f"taken out of Ugly; `salver undo {mail[-8:]}` brings it back" in story
        assert "goes out of Ugly, as a digest told you on" in story
        assert await look(app) == 0
        told = await asked(tmp_path, "undo", mail)
        assert told.endswith("Ines Karlow: the mail is back. The mail lies in Ugly.\n")
        await settled(app)
        (back,) = filed(tmp_path)["Ugly"]
        assert b"X-Salver-Verdict: ugly" in back
        assert f"X-Salver-Mail: {mail}".encode() in back
        for _ in range(2):
            await ages(app, 20 * DAY)
            assert await look(app) == 0, "not without being named anew"
        again = await asyncio.to_thread(salver, tmp_path, "undo", mail)
        assert again.exit_code == 1
        assert len(filed(tmp_path)["Ugly"]) == 1
        await named(app)
        await ages(app, DAY + 1)
        assert await look(app) == 1
        assert filed(tmp_path)["Ugly"] == []
        assert len(await events(app, DigestWanted, ReminderFiled)) == 4
        assert "the mail is back" in await asked(tmp_path, "undo", mail), "a second time"
        assert len(await events(app, Removed)) == 2


async def test_a_removed_mail_comes_back_when_its_owner_says_that_its_request_is_good(tmp_path: Path) -> None:
    async with running(tmp_path, EMPTIES.format(digest="daily")) as app:
        mail = await emptied(app)
        told = await asked(tmp_path, "good", mail)
        await settled(app)
        assert len(filed(tmp_path)["Good"]) == 1, told
        assert filed(tmp_path)["Ugly"] == []


async def test_a_move_is_heard_before_anything_goes(tmp_path: Path) -> None:
    async with running(tmp_path, EMPTIES.format(digest="daily")) as app:
        await deliver(app, linkedin.invitation_modern(SELLER))
        await settled(app)
        await ages(app, 31 * DAY)
        await named(app)
        await ages(app, DAY + 1)
        (path,) = (tmp_path / "mail" / ".Ugly").glob("*/*.salver*")
        owners_move(path, "Good", tmp_path / "mail")
        await look(app)
        assert (len(filed(tmp_path)["Good"]), len(filed(tmp_path)["Ugly"])) == (1, 0)
        assert not [event for event in await events(app, Removed) if isinstance(event, Removed) and not event.kept]


async def test_the_commands_tell_what_goes_and_why_nothing_does(tmp_path: Path) -> None:
    async with running(tmp_path, EMPTIES.format(digest="daily")) as app:
        await deliver(app, linkedin.invitation_modern(SELLER))
        await settled(app)
        assert "to go soon" not in await asked(tmp_path, "status")
        assert "Ugly ones that go soon" not in await asked(tmp_path, "digest")
        await ages(app, 29 * DAY + 1)
        assert "amy: 1 mail in Ugly is to go soon, not before " in await asked(tmp_path, "status")
        preview = await asked(tmp_path, "digest")
        assert "Ugly ones that go soon" in preview
        assert "Ines Karlow" in preview
        assert "ugly_after" not in await asked(tmp_path, "check")
    off = EMPTIES.format(digest="off")
    async with running(tmp_path, off):
        for command in ("check", "status"):
            assert "ugly_after has no effect" in await asked(tmp_path, command)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running(more=BIN) as started:
        yield started


@pytest.mark.parametrize("how", ["appended", "in place", "beside a copy"])
async def test_out_of_an_account_and_back(tmp_path: Path, server: Dovecot, how: str) -> None:
    raw = linkedin.invitation_modern(SELLER)
    target = 'mailboxes = ["imap://work"]\n' if how == "appended" else ""
    table = accounts_of(server, since="3650d")
    table += "copies = true\n" if how == "beside a copy" else ""
    ours, folder = how == "appended", "Salver.Originals" if how == "beside a copy" else "Salver.Ugly"
    async with running(tmp_path, EMPTIES.format(digest="daily") + table, owner=target) as app:
        if ours:
            await deliver(app, raw)
        else:
            await asyncio.to_thread(account.put, server, raw)
            watch = app.watcher(app.configuration.account[0])
            await watch.once()
            await watch.stop()
        await settled(app)
        ((mail,),) = await app.store.read("SELECT id FROM mails")
        assert folder in account.folders(server)
        before = {where: len(lies) for where, lies in account.lying(server).items() if where.startswith("Salver")}
        assert before == {"Salver.Ugly": 1, **({"Salver.Originals": 1} if how == "beside a copy" else {})}
        await ages(app, 31 * DAY)
        await named(app)
        await ages(app, DAY + 1)
        assert await look(app) == 1
        lying = {where: len(lies) for where, lies in account.lying(server).items()}
        lying.pop("INBOX", None)  # the digest
        assert lying == ({} if ours else {"Trash": 1})
        assert "the mail is back" in await asked(tmp_path, "undo", str(mail))
        await settled(app)
        back = {where: len(lies) for where, lies in account.lying(server).items()}
        back.pop("INBOX", None)
        assert back == before


async def test_without_a_running_server_a_mail_is_brought_back_at_the_next_start(tmp_path: Path) -> None:
    more = EMPTIES.format(digest="daily")
    async with running(tmp_path, more) as app:
        mail = await emptied(app)
    result = await asyncio.to_thread(salver, tmp_path, "undo", mail[-8:])
    assert "is brought back as soon as it can be. Salver is not running" in result.output
    async with running(tmp_path, more) as app:
        await settled(app)
        assert len(filed(tmp_path)["Ugly"]) == 1
