"""Folders of an owner's own, in whole Salvers: whose doing a move is, what follows it, what is declared no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import commands
from pipeline.app import App
from pipeline.cli import main
from pipeline.clock import now
from pipeline.dovecot.configuration import Plan, text_of
from pipeline.filing import Filing
from stages.conversation import Advanced, RejudgingWanted
from stages.events import FilingStarted, Moved, Routed, Verdict
from tests.builders import linkedin, served, talked_of
from tests.builders.linkedin import NOON
from tests.builders.ruled import BAKER, FOLDER, HIRES, RULES, lies, path_of, ruled
from tests.builders.running import deliver, settled
from tests.builders.talked_of import owners_move, unwatched
from tests.pipeline.test_move_verdicts import cues, looked
from tests.pipeline.test_served_configuration import doveconf, installed
from tests.pipeline.test_shown_to_clients import Log as Remembered, received

QUIETLY = RULES.replace("notify = true\n", "")


def where(root: Path) -> dict[str, int]:
    """Mails of others, by folder."""
    found = {folder: sum(b"X-Salver-Mail:" in mail for mail in mails) for folder, mails in lies(root).items()}
    return {folder: count for folder, count in found.items() if count}


async def corrections(app: App) -> list[tuple[str, str]]:
    """(what we said, what the owner says) of those that count."""
    rows = await app.store.read("SELECT was, said FROM corrections WHERE taken_back_at IS NULL")
    return [(str(was), str(said)) for was, said in rows]


async def test_where_a_rule_put_it_is_our_place_and_from_there_to_ugly_is_a_correction(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await unwatched(app)
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        assert where(root) == {FOLDER: 1}
        await looked(app)
        assert not await talked_of.events(app, Moved)
        owners_move(path_of(root, FOLDER), "Ugly", root)
        await looked(app)
        assert await corrections(app) == [("good", "ugly")]
        assert where(root) == {"Ugly": 1}


async def test_moved_back_to_where_the_rule_had_put_it_nothing_is_left_but_the_story(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await unwatched(app)
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        owners_move(path_of(root, FOLDER), "Ugly", root)
        await looked(app)
        owners_move(path_of(root, "Ugly"), FOLDER, root)
        await looked(app)
        assert await cues(app) == ["ugly", "undo"]
        talk = await talked_of.known(app)
        assert (talk.said, talk.verdict, talk.folder) == (None, "good", FOLDER)
        assert await corrections(app) == []
    assert where(root) == {FOLDER: 1}
    assert b"X-Salver-Verdict: good;" in path_of(root, FOLDER).read_bytes()


async def test_after_other_words_it_is_taken_back_too_and_stays_where_its_owner_put_it(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await unwatched(app)
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        for folder in ("Ugly", "Intriguing"):
            owners_move(next(path_of(root, each) for each in where(root)), folder, root)
            await looked(app)
        owners_move(path_of(root, "Intriguing"), FOLDER, root)
        await looked(app)
        assert await cues(app) == ["ugly", "intriguing", "forget"]
        assert await corrections(app) == []
    assert where(root) == {FOLDER: 1}


async def test_to_a_folder_of_rules_where_we_never_put_it_is_no_verdict_and_later_mails_follow(tmp_path: Path) -> None:
    for verdict in ("good", "ugly"):
        rules = QUIETLY.replace('verdict = "intriguing"\nfolder = "INBOX"', f'verdict = "{verdict}"')
        folder = tmp_path / verdict
        folder.mkdir()
        root = folder / "mail"
        async with ruled(folder, rules=rules) as app:
            await unwatched(app)
            await deliver(app, linkedin.invitation_modern(BAKER))
            await settled(app)
            owners_move(path_of(root, verdict.capitalize()), FOLDER, root)
            await looked(app)
            assert not await talked_of.events(app, Moved, Advanced)
            await deliver(app, linkedin.reminder(BAKER, at=NOON + 9_000))
            await settled(app)
            routed = [each for each in await talked_of.events(app, Routed) if isinstance(each, Routed)]
            assert (routed[-1].verdict, routed[-1].rule, routed[-1].folder) == (verdict, "joins-request", FOLDER)
        assert where(root) == {FOLDER: 2}


async def test_a_reminder_lies_beside_its_request_in_a_declared_folder_and_moved_nobody(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        await deliver(app, linkedin.reminder(HIRES, at=NOON + 9_000))
        await settled(app)
        routed = [each for each in await talked_of.events(app, Routed) if isinstance(each, Routed)]
        past = routed[-1].decisions[0].judgement.request.past
    assert (routed[-1].verdict, routed[-1].folder, past.folder, past.placed) == ("good", FOLDER, FOLDER, FOLDER)
    assert where(root) == {FOLDER: 2}


async def test_the_owners_word_puts_it_into_that_verdicts_folder_and_undo_brings_it_back(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        ((request,),) = await app.store.read("SELECT id FROM requests")
        for order, folder in (("ugly", "Ugly"), ("undo", FOLDER), ("good", "Good"), ("forget", FOLDER)):
            await say(app, tmp_path, order, str(request))
            assert where(root) == {folder: 1}, order


async def say(app: App, folder: Path, order: str, request: str) -> None:
    """The command, beside the running server."""
    said = await asyncio.to_thread(CliRunner().invoke, main, [order, request, "-c", str(folder / "salver.toml")])
    assert said.exit_code == 0, said.output
    await settled(app)


async def test_what_lay_in_a_folder_that_is_declared_no_more_is_found_moved_and_followed(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, rules=QUIETLY) as app:
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        ((request,),) = await app.store.read("SELECT id FROM requests")
    plain = QUIETLY.replace(f'folder = "{FOLDER}"\n', "").replace('folder = "Quiet"\n', "")
    async with ruled(tmp_path, "", plain) as app:
        await deliver(app, linkedin.reminder(HIRES, at=NOON + 9_000))
        await settled(app)
        assert where(root) == {FOLDER: 1, "Good": 1}
        routed = [each.folder for each in await talked_of.events(app, Routed) if isinstance(each, Routed)]
        assert routed[-1] == "Good", "what is told of it is true"
        again = RejudgingWanted(mail=str(request), owner="amy", request=str(request), at=now())
        await app.store.ask(f"{request}.again", again)
        await settled(app)
    assert where(root) == {"Good": 2}


@pytest.mark.parametrize(("verdict", "folder"), [("good", "Good"), ("follow_up", "Intriguing"), (None, "INBOX")])
async def test_a_filing_into_a_folder_that_is_declared_no_more_goes_where_its_verdict_belongs(
    tmp_path: Path, verdict: Verdict | None, folder: str
) -> None:
    log = Remembered(received())
    filing = Filing(log.load, log.record, log.started, "h", log.steps, keywords=True)
    filed = await log.file(filing, f"maildir:{tmp_path}", "Recruiters", verdict, 4.5)
    assert (filed.folder, filed.left) == (folder, False)
    assert {name: len(mails) for name, mails in lies(tmp_path).items()} == {folder: 1}
    (started,) = [event for event in log.events if isinstance(event, FilingStarted)]
    assert started.folder == folder, "where it lies after a crash"


async def test_declared_folders_are_told_of_in_status_and_made_and_subscribed_at_the_start(tmp_path: Path) -> None:
    async with ruled(tmp_path, rules=QUIETLY) as app:
        assert await app.prepare() == []
        assert f"{FOLDER}\n" in (tmp_path / "mail" / "subscriptions").read_text()
        await deliver(app, linkedin.invitation_modern(HIRES))
        await settled(app)
        assert f"{FOLDER} 1" in await commands.status(app.configuration)


def test_the_server_that_salver_runs_shows_and_subscribes_declared_folders(tmp_path: Path) -> None:
    served.require()
    version, folders = (int(installed()[0]), int(installed()[2:])), ("Hiring people", "Archive")
    plan = Plan(
        version, tmp_path, tmp_path / "run", "nobody", "nogroup", "127.0.0.1", 1993, buttons=(), folders=folders
    )
    for name in ("certificate.pem", "key.pem"):
        (tmp_path / name).write_text("")
    plan.file.write_text(text_of(plan))
    told = doveconf(plan.file)
    for name, use in (('"Hiring people"', ""), ("Archive", "special_use = \\Archive")):
        box = told.partition(f"mailbox {name} {{")[2].partition("}")[0]
        assert "auto = subscribe" in box
        assert use in box
