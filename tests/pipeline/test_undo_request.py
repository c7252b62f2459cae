"""`salver undo REQUEST` takes the last step of a conversation back, and its mail goes back with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.store.log import Log
from pipeline.undoing import _step, _take_back
from stages.conversation import Conversation
from tests.builders import account, dovecot, linkedin, talked_of
from tests.builders.dovecot import Dovecot
from tests.builders.running import CALM, running, settled
from tests.builders.talked_of import accounts_of, brought, files, known, owners_move, say


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


def salver(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


async def undo(app: App, folder: Path, named: str = "") -> Result:
    """The command, beside the running server."""
    named = named or (await known(app)).request
    told = await asyncio.to_thread(salver, "undo", named, "-c", str(folder / "salver.toml"))
    await settled(app)
    return told


def lies(folder: Path) -> tuple[str, str]:
    """Folder and verdict of the one mail that is not ours."""
    while True:
        try:
            found = [(name, path.read_bytes()) for name, paths in files(folder / "mail").items() for path in paths]
            break
        except FileNotFoundError:  # it was moved between the listing and the reading
            continue
    ((name, content),) = [(name, content) for name, content in found if b"X-Salver-Mail:" in content]
    return name, content.partition(b"X-Salver-Verdict: ")[2].partition(b";")[0].decode()


def told(talk: Conversation) -> dict[str, object]:
    """All of a conversation but what counts its steps and its clock."""
    return talk.model_dump(exclude={"version", "due_at", "mails", "tell_at", "reminders", "reminded_at"})


async def test_steps_are_taken_back_one_by_one_and_the_mail_goes_back_with_each(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        stood = [(await brought(app), lies(tmp_path))]
        for order in ("snooze", "dismiss", "good", "ugly", "intriguing"):
            stood.append((await say(app, order), lies(tmp_path)))
        assert [where[0] for _, where in stood][3:] == ["Good", "Ugly", "Intriguing"]
        for before, where in reversed(stood[:-1]):
            result = await undo(app, tmp_path)
            assert result.exit_code == 0, result.output
            assert "is taken back; now" in result.output
            assert told(await known(app)) == told(before)
            assert lies(tmp_path) == where
        last = await undo(app, tmp_path)
        assert last.exit_code == 1
        assert "can be taken back" in last.output


async def test_after_taking_back_one_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app)
        asked = await say(app, "asked")
        await say(app, "good")
        await undo(app, tmp_path)
        again = await say(app, "ugly")
        assert (again.phase, again.said, lies(tmp_path)) == ("settled", "ugly", ("Ugly", "ugly"))
        await undo(app, tmp_path)
        assert told(await known(app)) == told(asked)
        await undo(app, tmp_path)
        assert (await known(app)).phase == "to_ask"


async def test_what_time_did_since_is_taken_back_with_the_step_before_it(tmp_path: Path) -> None:
    more = CALM + 'answer_within = "1s"\n'
    async with running(tmp_path, more) as app:
        before = await brought(app)
        where = lies(tmp_path)
        await say(app, "asked", wait=False)
        await talked_of.until(lambda: lies(tmp_path) != where)
        await settled(app)
        assert (await known(app)).phase == "silent"
        result = await undo(app, tmp_path)
        assert "you asked them" in result.output
        assert told(await known(app)) == told(before)
        assert lies(tmp_path) == where == ("Intriguing", "follow_up")


async def test_an_answer_is_taken_back_with_the_verdict_it_brought(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app)
        asked = await say(app, "asked")
        where = lies(tmp_path)
        answered = await say(app, "answered")
        assert (answered.phase, answered.verdict != asked.verdict) == ("answered", True)
        assert lies(tmp_path) != where
        await undo(app, tmp_path)
        assert (told(await known(app)), lies(tmp_path)) == (told(asked), where)


async def test_a_move_that_was_heard_is_taken_back_and_so_is_a_later_move(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        before = await brought(app)
        await talked_of.unwatched(app)
        ((path,),) = [paths for name, paths in files(tmp_path / "mail").items() if name == "Intriguing"]
        owners_move(path, "Good", tmp_path / "mail")
        await app.moves.look()
        await settled(app)
        assert lies(tmp_path) == ("Good", "good")
        (path,) = files(tmp_path / "mail")["Good"]
        owners_move(path, "Ugly", tmp_path / "mail")  # it was not noticed yet; the order is newer
        result = await undo(app, tmp_path)
        assert result.exit_code == 0, result.output
        assert (told(await known(app)), lies(tmp_path)) == (told(before), ("Intriguing", "follow_up"))
        await app.moves.look()
        await settled(app)
        assert (await known(app)).phase == "to_ask"


@pytest.mark.parametrize("folder", ["Trash", "Archive"])
async def test_a_mail_that_its_owner_threw_away_or_archived_is_not_fetched_back(tmp_path: Path, folder: str) -> None:
    async with running(tmp_path) as app:
        before = await brought(app)
        await say(app, "good")
        (path,) = files(tmp_path / "mail")["Good"]
        owners_move(path, folder, tmp_path / "mail")
        result = await undo(app, tmp_path)
        assert f"The mail lies in {folder}, where you put it." in result.output
        assert (told(await known(app)), lies(tmp_path)[0]) == (told(before), folder)


async def test_a_mail_of_an_account_goes_back_step_by_step_and_last_into_the_inbox(
    tmp_path: Path, server: Dovecot
) -> None:
    account.put(server, linkedin.invitation_modern(talked_of.ZOE), flags=r"(\Flagged)")
    more = CALM + 'expire_after = "9999d"\n' + accounts_of(server, since="3650d")
    async with running(tmp_path, more) as app:
        watch = app.watcher(app.configuration.account[0])
        await watch.once()
        await watch.stop()
        await settled(app)
        mail = (await known(app)).mail
        await say(app, "good")
        assert where(server) == ("Salver.Good", {r"\Flagged", "Salver-good"})
        await undo(app, tmp_path, mail)
        assert where(server) == ("Salver.Intriguing", {r"\Flagged", "Salver-ask-why"})
        result = await undo(app, tmp_path, mail)
        assert "1 of 1 lie in the inbox again" in result.output
        assert where(server) == ("INBOX", {r"\Flagged"})
        await say(app, "asked")
        assert where(server)[0] == "INBOX"


def where(server: Dovecot) -> tuple[str, set[str]]:
    """Folder and flags of the one mail in the account that is not ours."""
    found = [(folder, each) for folder, mails in account.lying(server).items() for each in mails]
    ((folder, each),) = [(folder, each) for folder, each in found if b"X-Salver-Reminder:" not in each.raw]
    return folder, set(each.flags)


async def test_without_a_running_salver_it_is_noted_and_done_when_it_runs(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        before = await brought(app)
    config = str(tmp_path / "salver.toml")
    assert "Noted" in (await asyncio.to_thread(salver, "ugly", before.request, "-c", config)).output
    noted = await asyncio.to_thread(salver, "undo", before.request[-8:], "-c", config)
    assert (noted.exit_code, "Salver is not running" in noted.output) == (0, True), noted.output
    assert "you said ugly" in noted.output
    async with running(tmp_path) as app:
        await settled(app)
        assert (told(await known(app)), lies(tmp_path)) == (told(before), ("Intriguing", "follow_up"))


async def test_what_happened_since_it_was_looked_at_is_not_taken_back_unseen(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        talk = await brought(app)
        await say(app, "asked")
        seen = await say(app, "snooze")
        assert seen.phase == "asked", "an order that the table refuses is no step"
        last = await _step(app.configuration, app.store, talk.request)
        assert last is not None
        await say(app, "good")
        told_, done = await _take_back(app.store, last, True)
        assert (done, "something else happened" in told_) == (False, True)
        assert (await known(app)).said == "good"


@pytest.mark.parametrize("named", ["zzzzzz", "abc"])
def test_what_is_not_known_is_said(tmp_path: Path, named: str) -> None:
    config = tmp_path / "salver.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8"
    )
    assert "there is no store" in salver("undo", named, "-c", str(config)).output

    async def made() -> None:
        await (await Log.open(tmp_path / "salver.db", 1)).close()

    asyncio.run(made())
    result = salver("undo", named, "-c", str(config))
    assert result.exit_code == 1
    assert f"nothing of {named} can be taken back" in result.output
