"""`salver reparse`: what is read otherwise now is shown, and applied only when told; the owner's word stays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.commands import CommandError
from pipeline.moments import instant
from pipeline.store import state
from pipeline.store.log import Log
from stages.events import ABSENT, UNKNOWN, Enriched, Links, Notice, Parsed, Received
from stages.rereading import RereadWanted, changes
from tests.builders import facebook, linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import NOON, Person
from tests.builders.running import below, deliver, filed, running, settled
from tests.builders.signing import rsa_key
from tests.builders.talked_of import files, known, owners_move, say, unwatched

ADA = Person(
    "Ada Fern", "Recruiter at Hireworks", note="Hi Amy, we have a perfect role for you, send me your CV today!"
)
MAIL = linkedin.invitation_modern(ADA)
Older = Callable[[Parsed], Parsed]


def without_note(parsed: Parsed) -> Parsed:
    """As a reader that knows no notes, nor headlines."""
    notices = tuple(
        notice.model_copy(update={"note": ABSENT, "headline": UNKNOWN, "title": UNKNOWN, "company": UNKNOWN})
        for notice in parsed.notices
    )
    return parsed.model_copy(update={"notices": notices, "note_language": None})


def unrecognised(parsed: Parsed) -> Parsed:
    """As a reader that knows no such mail."""
    none = {"network": None, "claims": "other", "template": None, "notices": (), "links": Links()}
    return parsed.model_copy(update=none)


def first_only(parsed: Parsed) -> Parsed:
    """As a reader that finds one person in a collection."""
    return parsed.model_copy(update={"notices": parsed.notices[:1]})


@asynccontextmanager
async def older(folder: Path, reads: Older, resolver: str = "") -> AsyncIterator[App]:
    """A Salver whose reader is of another time."""
    async with running(folder, resolver=resolver) as app:
        real = app.reader.read

        async def read(received: Received, raw: bytes) -> Parsed:
            return reads(await real(received, raw))

        app.reader.read = read  # type: ignore[method-assign]
        yield app


async def brought_by(folder: Path, reads: Older, *mails: bytes) -> None:
    async with older(folder, reads) as app:
        for mail in mails:
            assert (await deliver(app, mail)).startswith("250")
            await settled(app)


async def reparse(folder: Path, *arguments: str, since: str = "1d") -> Result:
    told = ("reparse", "--since", since, "-c", str(folder / "salver.toml"), *arguments)
    return await asyncio.to_thread(CliRunner().invoke, main, told)


async def applied(folder: Path) -> None:
    """A Salver is started, and does what waits."""
    async with running(folder) as app:
        await settled(app)


async def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    store = await Log.open(folder / "salver.db", 1)
    try:
        return [tuple(row) for row in await store.read(sql)]
    finally:
        await store.close()


async def last(folder: Path) -> Enriched:
    store = await Log.open(folder / "salver.db", 1)
    try:
        ((mail,),) = await store.read("SELECT id FROM mails")
        found = await state.last_enriched(store, str(mail))
        assert found is not None
        return found
    finally:
        await store.close()


def theirs(folder: Path) -> tuple[str, bytes]:
    """Folder and content of the one mail that somebody sent; a reminder of ours may lie beside it."""
    (found,) = [
        (name, content)
        for name, contents in filed(folder).items()
        for content in contents
        if not content.startswith(b"From: Salver")
    ]
    return found


def lies(folder: Path) -> str:
    return theirs(folder)[0]


async def test_what_is_read_otherwise_is_shown_and_nothing_is_changed(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    before = (await rows(tmp_path, "SELECT id, state FROM events ORDER BY id"), filed(tmp_path))
    told = await reparse(tmp_path)
    assert told.exit_code == 0, told.output
    assert 'note: (absent) -> "Hi Amy, we have a perfect role for you' in told.output
    assert 'headline: (unknown) -> "Recruiter at Hireworks"' in told.output
    assert "decision: " in told.output
    assert "ugly" in told.output.partition("decision: ")[2]
    assert "1 mail since " in told.output
    assert "1 read otherwise, 1 would lie elsewhere." in told.output
    assert "Nothing was changed" in told.output
    assert (await rows(tmp_path, "SELECT id, state FROM events ORDER BY id"), filed(tmp_path)) == before


async def test_a_network_that_was_not_known_is_proven_when_it_is_applied(tmp_path: Path) -> None:
    friend = facebook.signed(facebook.friend_request(facebook.TOVE))
    with DnsServer({"s2026._domainkey.facebookmail.com": txt(rsa_key(2048).record)}) as dns:
        async with older(tmp_path, unrecognised, dns.endpoint) as app:
            await deliver(app, friend)
            await settled(app)
        assert lies(tmp_path) == "INBOX"
        shown = await reparse(tmp_path)
        assert "its signatures are looked up when this is applied" in shown.output
        assert not dns.asked, "a look asks nobody"
        await reparse(tmp_path, "--apply")
        async with running(tmp_path, resolver=dns.endpoint) as app:
            await settled(app)
    read = await last(tmp_path)
    assert (read.kind, read.authenticity.verdict) == ("invitation", "aligned")
    assert lies(tmp_path) == "Intriguing"


async def test_for_machines_each_change_is_an_object(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    told = await reparse(tmp_path, "--json")
    (line,) = [line for line in told.output.splitlines() if line.startswith("{")]
    found = json.loads(line)
    assert {"person": 1, "field": "note", "old": "(absent)", "new": ADA.note} in found["changes"]
    assert (found["decision"]["new"]["verdict"], found["moves"]) == ("ugly", True)


async def test_applied_it_is_judged_and_filed_anew_with_the_octets_as_they_came(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    assert lies(tmp_path) != "Ugly"
    told = await reparse(tmp_path, "--apply")
    assert "as soon as a Salver runs" in told.output
    await applied(tmp_path)
    assert lies(tmp_path) == "Ugly"
    assert below(theirs(tmp_path)[1]) == MAIL
    ((name, headline, verdict),) = await rows(tmp_path, "SELECT name, headline, verdict FROM requests")
    assert (name, headline, verdict) == ("Ada Fern", "Recruiter at Hireworks", "ugly")
    assert (await rows(tmp_path, "SELECT sum(requests) FROM people WHERE person LIKE 'name:%'")) == [(1,)]
    again = await reparse(tmp_path)
    assert "0 read otherwise" in again.output


async def test_a_running_salver_does_it_at_once(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    async with running(tmp_path) as app:
        await settled(app)
        told = await reparse(tmp_path, "--apply")
        assert "1 is judged anew" in told.output
        assert lies(tmp_path) == "Ugly"
        ((mail,),) = await app.store.read("SELECT id FROM mails")
        await app.store.ask("once more", RereadWanted(mail=str(mail), owner="amy", at=NOON))
        await settled(app)
        assert [tuple(row) for row in await app.store.read("SELECT count(*) FROM events WHERE kind = 'Enriched'")] == [
            (2,)
        ]


async def test_applied_twice_it_is_done_once(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    for _ in range(2):
        assert (await reparse(tmp_path, "--apply")).exit_code == 0
    await applied(tmp_path)
    assert (await reparse(tmp_path, "--apply")).exit_code == 0
    await applied(tmp_path)
    assert await rows(tmp_path, "SELECT count(*) FROM events WHERE kind = 'RereadWanted'") == [(1,)]
    assert await rows(tmp_path, "SELECT count(*) FROM events WHERE kind = 'Enriched'") == [(2,)]
    assert lies(tmp_path) == "Ugly"


async def test_beside_a_salver_of_older_code_it_says_so_and_is_done_by_a_newer_one(tmp_path: Path) -> None:
    async with older(tmp_path, without_note) as app:
        assert (await deliver(app, MAIL)).startswith("250")
        await settled(app)
        before = lies(tmp_path)
        for _ in range(2):
            told = (await reparse(tmp_path, "--apply")).output
            assert "1 is read by the running Salver as before: it runs older code. Stop it, start it again" in told
            assert "judged anew" not in told
        assert lies(tmp_path) == before != "Ugly"
    assert "1 is to be judged anew as soon as a Salver runs" in (await reparse(tmp_path, "--apply")).output
    await applied(tmp_path)
    assert lies(tmp_path) == "Ugly"
    assert "0 read otherwise" in (await reparse(tmp_path)).output


async def test_what_an_older_salver_took_up_can_be_done_by_a_newer_one_that_runs(tmp_path: Path) -> None:
    async with older(tmp_path, without_note) as app:
        assert (await deliver(app, MAIL)).startswith("250")
        await settled(app)
        assert "as before" in (await reparse(tmp_path, "--apply")).output
    async with running(tmp_path) as app:
        await settled(app)
        told = (await reparse(tmp_path, "--apply")).output
        assert "1 is judged anew, and lies where it belongs" in told
        assert "as before" not in told
        assert lies(tmp_path) == "Ugly"


async def test_a_mail_that_only_says_it_is_of_ours_is_read_anew_too(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, b"X-Salver-Reminder: made-up-mark\r\n" + MAIL)
    assert "1 read otherwise" in (await reparse(tmp_path, "--apply")).output
    await applied(tmp_path)
    assert "0 read otherwise" in (await reparse(tmp_path)).output


async def test_where_its_owner_moved_it_it_stays(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    async with running(tmp_path) as app:
        await settled(app)
        await unwatched(app)
        (path,) = [path for path in files(tmp_path / "mail")[lies(tmp_path)] if b"Ada" in path.read_bytes()]
        owners_move(path, "Good", tmp_path / "mail")
        assert (await reparse(tmp_path, "--apply")).exit_code == 0
        await settled(app)
    assert lies(tmp_path) == "Good"


async def test_nobody_is_asked_any_more_whose_reason_was_only_not_read(tmp_path: Path) -> None:
    async with older(tmp_path, without_note) as app:
        await deliver(app, MAIL)
        await settled(app)
        assert (await known(app)).phase == "to_ask"
    await reparse(tmp_path, "--apply")
    async with running(tmp_path) as app:
        await settled(app)
        told = await known(app)
    assert (told.phase, told.verdict, told.due_at) == ("settled", "ugly", None)


async def test_what_its_owner_said_of_it_stays(tmp_path: Path) -> None:
    async with older(tmp_path, without_note) as app:
        assert (await deliver(app, linkedin.invitation_modern(Person()))).startswith("250")
        await settled(app)
        if await app.store.read("SELECT 1 FROM conversations"):
            await say(app, "good")
            assert (await known(app)).said == "good"
    said = (await last(tmp_path)).requests[0].said
    assert (await reparse(tmp_path, "--apply")).exit_code == 0
    await applied(tmp_path)
    after = await last(tmp_path)
    assert after.anew
    assert after.requests[0].notice.headline.value == "Head of Talent at Fjellkraft"
    assert after.requests[0].said == said == "good"
    assert lies(tmp_path) == "Good"


async def test_a_mail_that_was_no_request_becomes_one(tmp_path: Path) -> None:
    await brought_by(tmp_path, unrecognised, MAIL)
    assert lies(tmp_path) == "INBOX"
    told = await reparse(tmp_path, "--apply")
    assert "kind: " in told.output
    await applied(tmp_path)
    assert lies(tmp_path) == "Ugly"
    assert await rows(tmp_path, "SELECT name, verdict FROM requests") == [("Ada Fern", "ugly")]
    async with running(tmp_path) as app:  # and what comes of it joins it
        assert (await deliver(app, linkedin.reminder(ADA))).startswith("250")
        await settled(app)
    assert await rows(tmp_path, "SELECT count(*) FROM requests") == [(1,)]


async def test_a_mail_that_is_none_after_all_goes_to_the_inbox_and_its_request_is_over(tmp_path: Path) -> None:
    await brought_by(tmp_path, lambda parsed: parsed, MAIL)
    assert lies(tmp_path) == "Ugly"
    async with older(tmp_path, unrecognised) as app:  # a newer one, this time
        await settled(app)
        ((mail,),) = await app.store.read("SELECT id FROM mails")
        await app.store.ask("again", RereadWanted(mail=str(mail), owner="amy", at=NOON))
        await settled(app)
    assert lies(tmp_path) == "INBOX"
    assert await rows(tmp_path, "SELECT settled_at IS NOT NULL FROM requests") == [(1,)]
    assert await rows(tmp_path, "SELECT count(*) FROM aliases") == [(0,)]


async def test_people_of_a_digest_who_were_not_read_become_requests(tmp_path: Path) -> None:
    bram = Person("Bram Bos", "Carpenter at Holt", vanity="bram-bos", number=7_398_000_000_000_000_001)
    await brought_by(tmp_path, first_only, linkedin.digest_of_invitations([ADA, bram]))
    assert await rows(tmp_path, "SELECT count(*) FROM requests") == [(1,)]
    told = await reparse(tmp_path, "--apply")
    assert 'person 2, name: (unknown) -> "Bram Bos"' in told.output
    assert "\n  Bram Bos: (not read) -> " in told.output
    assert "\n  Ada Fern: ugly " in told.output
    assert ", best of 2, in " in told.output
    await applied(tmp_path)
    assert await rows(tmp_path, "SELECT name FROM requests ORDER BY name") == [("Ada Fern",), ("Bram Bos",)]
    counted = "SELECT requests FROM people WHERE person LIKE 'name:%' ORDER BY person"
    assert await rows(tmp_path, counted) == [(1,), (1,)]


async def test_octets_that_are_gone_are_counted_and_said(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    store = await Log.open(tmp_path / "salver.db", 1)
    await store._writing.execute_fetchall("PRAGMA foreign_keys = OFF")
    await store._writing.execute_fetchall("DELETE FROM blobs")
    await store.close()
    told = await reparse(tmp_path, "--apply")
    assert told.exit_code == 0, told.output
    assert "Of 1 mail nothing can be said: its octets are no longer in the store." in told.output


async def test_only_one_network_and_only_since_then(tmp_path: Path) -> None:
    await brought_by(tmp_path, without_note, MAIL)
    assert "No mail came since" in (await reparse(tmp_path, "--network", "facebook")).output
    assert "1 read otherwise" in (await reparse(tmp_path, "--network", "linkedin")).output
    wrong = await reparse(tmp_path, "--network", "friendster")
    assert wrong.exit_code == 1
    assert "no network is called friendster; known are" in wrong.output
    await asyncio.sleep(0.01)
    assert "No mail came since" in (await reparse(tmp_path, since="0s")).output


@pytest.mark.parametrize(
    ("text", "ago"), [("7d", 7 * 86_400_000), ("12h", 43_200_000), ("2026-11-09", 7 * 86_400_000 + 43_200_000)]
)
def test_since_is_a_day_or_how_long_ago(text: str, ago: int) -> None:
    assert instant(text, NOON) == NOON - ago


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "7 lightyears", "99999999999999999999d", "2030-01-01"])
def test_another_since_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(CommandError, match="--since"):
        instant(text, NOON)


def test_without_a_store_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "salver.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/none.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8"
    )
    told = CliRunner().invoke(main, ["reparse", "--since", "7d", "-c", str(tmp_path / "salver.toml")])
    assert told.exit_code == 1
    assert "there is no store" in told.output


def test_a_mail_read_alike_has_no_changes() -> None:
    parsed = Parsed(mail="0" * 32, owner="amy", received_at=1, notices=(Notice(),))
    assert changes(parsed, parsed.model_copy(update={"received_at": 2, "layout": "p1", "account": "x"})) == ()
