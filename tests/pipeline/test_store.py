"""The log on real SQLite: what is kept, claimed, finished, joined and rebuilt."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.clock import new_mail_id
from pipeline.store import migrations, model
from pipeline.store.history import history_of
from pipeline.store.log import Conflict, Entry, Log, Output
from pipeline.store.migrations import KINDS, SCHEMA, StoreError, decode, encode
from pipeline.store.writer import Statement
from stages import events
from stages.events import Filed, Parsed, Received, Repeated
from stages.fingerprint import fingerprint
from tests.builders.events import enriched, notice, parsed, received

OLD_ROWS = Path(__file__).with_name("rows_of_0_1_0.jsonl")
EVENTS_OF_0_1_0 = frozenset(
    """Enriched Failed Filed FilingStarted FilingWanted LookedUp LookupWanted Parsed Received ReminderFiled
    ReminderWanted Repeated Routed Scored""".split()  # noqa: SIM905
)
SCHEMA_1 = Path(__file__).with_name("schema_1.sql").read_text("utf-8") + "PRAGMA user_version = 1;"
DAY = 86_400_000
WINDOW = 30 * DAY
NOW = 1_700_000_000_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Log]:
    log = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    yield log
    await log.close()


async def states(store: Log) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in await store.read("SELECT id, state, tries FROM events ORDER BY seq")]


async def test_the_log_syncs_every_commit(store: Log) -> None:
    for connection in (store._writing, store._reading):
        ((mode,),) = await connection.execute_fetchall("PRAGMA journal_mode")
        ((sync,),) = await connection.execute_fetchall("PRAGMA synchronous")
        assert (mode, sync) == ("wal", 2)


async def test_an_appended_mail_is_whole_and_waits(store: Log) -> None:
    raw = bytes(range(256)) * 100
    await store.append([received()], raw, "f1")
    assert await store.load("m1") == (received(), raw)
    assert await states(store) == [("m1", "ready", 0)]


async def test_several_owners_share_one_blob(store: Log) -> None:
    await store.append([received("m1", "amy"), received("m2", "ben")], b"raw", "f1")
    ((blobs,),) = await store.read("SELECT count(*) FROM blobs")
    assert blobs == 1
    assert (await store.load("m1"))[1] == (await store.load("m2"))[1] == b"raw"


async def test_the_same_mail_again_is_noted_and_not_worked_on(store: Log) -> None:
    await store.append([received("m1")], b"raw", "f1")
    await store.append([received("m2", blob="b2")], b"raw again", "f1")
    await store.append([received("m3", "ben", blob="b3")], b"raw for ben", "f1")
    assert await states(store) == [("m1", "ready", 0), ("m2", "done", 0), ("m3", "ready", 0)]
    ((kind, version, body),) = await store.read("SELECT kind, version, body FROM events WHERE id = 'm2'")
    assert decode(kind, version, body) == Repeated(mail="m2", owner="amy", first="m1")
    ((blobs,),) = await store.read("SELECT count(*) FROM blobs")
    assert blobs == 2


async def test_the_same_mail_for_two_owners_of_whom_one_has_it_goes_to_the_other(store: Log) -> None:
    await store.append([received("m1", "amy")], b"raw", "f1")
    await store.append([received("m2", "amy", "b2"), received("m3", "ben", "b2")], b"raw", "f1")
    assert {id: state for id, state, _ in await states(store)} == {"m1": "ready", "m2": "done", "m3": "ready"}
    assert (await store.load("m3"))[1] == b"raw"


async def test_a_claim_is_committed_before_it_is_returned(store: Log, tmp_path: Path) -> None:
    await store.append([received()], b"raw", "f1")
    (entry,) = await store.claim(10)
    assert entry == Entry("m1", received(), 1)
    with sqlite3.connect(tmp_path / "salver.db") as other:
        assert other.execute("SELECT state, tries FROM events").fetchall() == [("claimed", 1)]
    assert await store.claim(10) == []


async def test_claims_of_the_boot_before_are_given_back(tmp_path: Path) -> None:
    log = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    await log.append([received()], b"raw", "f1")
    await log.claim(1)
    await log.close()
    log = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    (entry,) = await log.claim(1)
    await log.close()
    assert entry.tries == 2


async def test_outputs_and_the_end_of_the_input_are_kept_together_or_not_at_all(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    (entry,) = await store.claim(1)
    bad = Output("m1.1", enriched("m1", notice(invitation="7")), "done")
    await store.finish(Entry("x", entry.event), [Output("m0.0", enriched("m0", notice(invitation="7")), "done")])
    with pytest.raises(Conflict):
        await store.finish(entry, [Output("m1.0", parsed(), "done"), bad])
    assert ("m1", "claimed", 1) in await states(store)
    assert "m1.0" not in [id for id, _, _ in await states(store)]


async def test_finishing_twice_changes_nothing(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    (entry,) = await store.claim(1)
    filed = Output("m1.0", Filed(mail="m1", owner="amy", mailbox="maildir:x", folder="Good"), "done")
    await store.finish(entry, [filed])
    await store.finish(entry, [filed])
    assert [id for id, _, _ in await states(store)] == ["m1", "m1.0"]


async def test_a_postponed_entry_is_not_due_before_its_time(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    (entry,) = await store.claim(1)
    await store.postpone(entry, 9_999_999_999_999, "weather")
    assert await store.claim(1) == []
    assert await store.next_due() == 9_999_999_999_999


async def test_dead_letters_wait_for_a_person_and_come_back_when_told(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    (entry,) = await store.claim(1)
    await store.bury(entry, "no good", [])
    assert await store.claim(1) == []
    assert await store.revive("other") == 0
    assert await store.revive("m1") == 1
    assert [entry.id for entry in await store.claim(1)] == ["m1"]


async def test_one_bad_job_of_a_group_does_not_take_the_others_with_it(store: Log) -> None:
    good = [store.append([received(f"g{n}", blob=f"bg{n}")], b"raw", f"f{n}") for n in range(20)]
    bad = store.write([Statement("INSERT INTO mails (id) VALUES ('half')")])
    results = await asyncio.gather(*good[:10], bad, *good[10:], return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [sqlite3.IntegrityError]
    assert len(await states(store)) == 20


async def test_a_cancelled_append_is_written_all_the_same_and_breaks_nobody_elses(store: Log) -> None:
    task = asyncio.create_task(store.append([received("c1", blob="bc1")], b"raw", "fc1"))
    await asyncio.sleep(0)
    task.cancel()
    await store.append([received("c2", blob="bc2")], b"raw", "fc2")
    assert [id for id, _, _ in await states(store)] == ["c1", "c2"]


async def test_lone_surrogates_and_nul_do_not_reach_the_log_as_errors(store: Log) -> None:
    for n, text in enumerate(("caf\udce9", "a\x00b", "'; DROP TABLE events; --")):
        event = received(f"s{n}", blob=f"s{n}").model_copy(update={"helo": text.encode("utf-8", "replace").decode()})
        await store.append([event], b"raw", f"f{n}")
        assert (await store.load(f"s{n}"))[0] == event


async def test_a_second_server_is_refused_with_the_reason(store: Log) -> None:
    with pytest.raises(StoreError, match="another Salver serves"):
        await Log.open(store.path, WINDOW, serve=True)


async def test_a_store_of_a_newer_salver_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(StoreError, match="update Salver"):
        await Log.open(path, WINDOW)


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    path.write_bytes(b"this is no database, it is somebody's letter" * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot be used"):
        await Log.open(path, WINDOW, serve=True)
    assert path.read_bytes() == before


async def test_a_store_that_vanished_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "salver.db"
    log = await Log.open(path, WINDOW, serve=True)
    await log.append([received()], b"raw", "f1")
    await log.close()
    for spoil in (lambda: path.write_bytes(b""), path.unlink):
        spoil()
        with pytest.raises(StoreError, match="was here and is gone"):
            await Log.open(path, WINDOW, serve=True)
    path.with_name("salver.db.lock").unlink()
    await (await Log.open(path, WINDOW, serve=True)).close()


async def test_a_mail_for_a_store_that_was_removed_under_the_server_is_not_answered_250(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    store.path.unlink()
    with pytest.raises(StoreError, match="was removed under the running server"):
        await store.append([received("m2", blob="b2")], b"raw", "f2")


async def test_an_older_store_is_brought_up_to_date_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    log = await Log.open(path, WINDOW)
    await log.append([received()], b"raw", "f1")
    await log.close()
    monkeypatch.setattr(migrations, "SCHEMA", SCHEMA + 2)
    steps = {SCHEMA: "ALTER TABLE mails ADD COLUMN one TEXT;", SCHEMA + 1: "UPDATE mails SET one = 'two';"}
    monkeypatch.setattr(migrations, "STEPS", steps)
    log = await Log.open(path, WINDOW)
    try:
        assert [tuple(row) for row in await log.read("SELECT id, one FROM mails")] == [("m1", "two")]
        assert [tuple(row) for row in await log.read("PRAGMA user_version")] == [(SCHEMA + 2,)]
    finally:
        await log.close()


def test_an_event_of_an_older_version_is_upgraded_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, version, body = encode(received())
    old = body.replace('"helo":""', '"hello":"x"')
    assert old != body
    monkeypatch.setattr(events, "VERSION", version + 1)

    def renamed(fields: dict[str, object]) -> dict[str, object]:
        return {"helo" if name == "hello" else name: value for name, value in fields.items()}

    monkeypatch.setattr(migrations, "UPGRADES", {(kind, version): renamed})
    assert decode(kind, version, old) == received().model_copy(update={"helo": "x"})


async def test_a_locked_store_fails_a_group_at_once_and_not_job_by_job(store: Log) -> None:
    await store._writing.execute_fetchall("PRAGMA busy_timeout = 200")
    with sqlite3.connect(store.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = asyncio.get_running_loop().time()
        jobs = [store.append([received(f"g{n}", blob=f"g{n}")], b"raw", f"g{n}") for n in range(30)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        waited = asyncio.get_running_loop().time() - began
        other.execute("ROLLBACK")
    assert {type(result) for result in results} == {sqlite3.OperationalError}
    assert waited < 30 * 0.2, "each job waited for the lock by itself"


async def test_an_event_of_a_later_version_is_kept_as_a_dead_letter(store: Log) -> None:
    await store.append([received()], b"raw", "f1")
    await store.write([Statement("UPDATE events SET version = 99")])
    assert await store.claim(1) == []
    assert await states(store) == [("m1", "dead", 1)]


async def test_an_old_store_gets_the_same_tables_as_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    with sqlite3.connect(old) as db:
        db.executescript(SCHEMA_1)
    for path in (old, new):
        await (await Log.open(path, WINDOW)).close()
    found = []
    for path in (old, new):
        with sqlite3.connect(path) as db:
            rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
            found.append([(name, " ".join(re.sub("--.*", "", sql).split())) for name, sql in rows])
    assert found[0] == found[1]


def test_one_stored_row_of_every_kind_of_0_1_0_is_still_read() -> None:
    rows = [json.loads(line) for line in OLD_ROWS.read_text("utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {kind for kind in KINDS if kind in EVENTS_OF_0_1_0}
    for row in rows:
        event = decode(row["kind"], row["version"], json.dumps(row["body"]))
        assert event.mail in ("m1", "m2")
        again = json.loads(event.model_dump_json())
        assert_holds(again, row["body"])


def assert_holds(new: Any, old: Any) -> None:
    """Whatever was stored is still said."""
    if isinstance(old, dict):
        for name, value in old.items():
            assert_holds(new[name], value)
    elif isinstance(old, list):
        assert len(new) == len(old)
        for one, other in zip(new, old, strict=True):
            assert_holds(one, other)
    else:
        assert new == old


def test_every_kind_of_event_survives_the_disk() -> None:
    assert {"Received", "Parsed", "Routed", "Filed", "Failed"} <= set(KINDS)
    for event in (received(), parsed("m1", notice(mutual=3)), enriched("m1", notice(note="a\nb"))):
        assert decode(*encode(event)) == event


def test_mail_ids_are_distinct_sortable_uuids_of_version_7() -> None:
    ids = [new_mail_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(len(id) == 32 and id[12] == "7" and id[16] in "89ab" for id in ids)
    assert sorted(id[:12] for id in ids) == [id[:12] for id in ids]


# --- joining


async def open_request(
    store: Log, mail: str, *notices: object, kind: str = "invitation", at: int = NOW, trust: str = "aligned"
) -> None:
    event = enriched(mail, *notices, kind=kind, at=at, trust=trust)  # type: ignore[arg-type]
    job = [
        Statement(
            "INSERT INTO events (id, mail, owner, kind, version, body, created_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'done')",
            (f"{mail}.e", mail, "amy", *encode(event), at),
        )
    ]
    await store.write([*job, *model.rows_of(event, at, WINDOW, store.key)])


async def joined(store: Log, asked: object, at: int = NOW) -> str | None:
    history = await history_of(store, "amy", "linkedin", asked, at, WINDOW)  # type: ignore[arg-type]
    return history.known[0].request if history.known else None


async def test_a_reminder_joins_by_invitation_id_whatever_else_differs(store: Log) -> None:
    await open_request(store, "m1", notice(invitation="7", profile="p1"))
    assert await joined(store, notice("N. Quill", invitation="7")) == "m1"
    assert await joined(store, notice(invitation="8", profile="p1")) is None


async def test_without_an_id_the_profile_joins_and_tells_apart(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    assert await joined(store, notice(profile="p1")) == "m1"
    assert await joined(store, notice(profile="p2")) is None


async def test_a_reminder_without_an_id_joins_an_invitation_that_has_one(store: Log) -> None:
    await open_request(store, "m1", notice(invitation="7", profile="p1"))
    assert await joined(store, notice(profile="p1")) == "m1"


async def test_name_and_headline_join_within_the_window_only(store: Log) -> None:
    await open_request(store, "m1", notice("Nora  QUILL", "Baker"))
    assert await joined(store, notice("nora quill", "baker")) == "m1"
    assert await joined(store, notice("nora quill", "butcher")) is None
    assert await joined(store, notice("nora quill", "baker"), NOW + WINDOW + 1) is None


async def test_a_name_is_handed_to_the_newer_of_two_people_told_apart_by_profile(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    await open_request(store, "m2", notice(profile="p2"))
    assert await joined(store, notice()) == "m2"
    assert await joined(store, notice(profile="p1")) == "m1"


async def test_the_same_invitation_in_a_proven_and_an_unproven_mail_is_two_requests(store: Log) -> None:
    await open_request(store, "m1", notice(invitation="7"), trust="unverified")
    await open_request(store, "m2", notice(invitation="7"), trust="aligned")
    history = await history_of(store, "amy", "linkedin", notice(invitation="7"), NOW, WINDOW)
    assert {known.request: known.proven for known in history.known} == {"m1": False, "m2": True}


async def test_two_mails_of_one_invitation_cannot_open_two_requests(store: Log) -> None:
    await open_request(store, "m1", notice(invitation="7"))
    with pytest.raises(sqlite3.IntegrityError, match="aliases"):
        await open_request(store, "m2", notice(invitation="7"))


async def test_an_invitation_after_the_old_one_settled_is_a_new_request(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    await open_request(store, "m2", notice(profile="p1"), kind="invitation_accepted")
    past = await history_of(store, "amy", "linkedin", notice(profile="p1"), NOW, WINDOW)
    assert past.known == ()
    assert past.accepted
    assert past.requests_before == 1


async def test_requests_of_proven_and_unproven_mails_stand_side_by_side(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"), trust="unverified")
    await open_request(store, "m2", notice(profile="p1"), trust="aligned")
    history = await history_of(store, "amy", "linkedin", notice(profile="p1"), NOW, WINDOW)
    assert {known.request: known.proven for known in history.known} == {"m1": False, "m2": True}


async def test_an_unproven_mail_makes_nobody_known_and_settles_nothing(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    await open_request(store, "m2", notice(profile="p1"), kind="invitation_accepted", trust="unverified")
    await open_request(store, "m3", notice(profile="p1"), kind="message", trust="temporary")
    history = await history_of(store, "amy", "linkedin", notice(profile="p1"), NOW, WINDOW)
    assert [known.request for known in history.known] == ["m1"]
    assert (history.accepted, history.messages) == (False, 0)


async def test_a_spoof_neither_opens_nor_counts_anything_in_the_forged_name(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1", invitation="7"), kind="spoof", trust="forged")
    past = await history_of(store, "amy", "linkedin", notice(profile="p1", invitation="7"), NOW, WINDOW)
    assert (past.known, past.requests_before) == ((), 0)


async def test_requests_of_one_owner_are_unknown_to_another(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    past = await history_of(store, "ben", "linkedin", notice(profile="p1"), NOW, WINDOW)
    assert (past.known, past.requests_before) == ((), 0)


async def test_the_read_model_can_be_rebuilt_from_the_log(store: Log) -> None:
    await open_request(store, "m1", notice(profile="p1"))
    await open_request(store, "m2", notice("Ola Berg", invitation="9"), notice("Ida Falk", profile="p3"), kind="digest")
    await open_request(store, "m3", notice(profile="p1"), kind="message")
    await open_request(store, "m4", notice("Jon Hale", note="We help firms like yours to fill their open jobs soon."))

    async def rows() -> list[list[tuple[object, ...]]]:
        tables = ("requests", "aliases", "people", "wordings")
        found = [await store.read(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables]
        return [[tuple(row) for row in table] for table in found]

    before = await rows()
    await store.write([Statement("DELETE FROM people"), Statement("UPDATE requests SET name = 'wrong'")])
    await store.rebuild()
    assert await rows() == before
    assert all(before)


# --- fingerprints


def test_a_second_way_adds_trace_fields_and_the_mail_stays_the_same() -> None:
    mail = b"From: a@b.test\r\nDate: today\r\nMessage-ID: <1@b>\r\nSubject: hello\r\n there\r\n\r\nbody\r\n"
    other = b"Received: from x\r\nDelivered-To: amy\r\n" + mail.replace(b"hello\r\n there", b"hello there")
    assert fingerprint(mail) == fingerprint(other)
    for changed in (b"today", b"<1@b>", b"hello", b"body", b"a@b.test"):
        assert fingerprint(mail.replace(changed, b"other")) != fingerprint(mail)


def test_without_a_message_id_only_identical_bytes_are_the_same() -> None:
    mail = b"From: a@b.test\r\nSubject: hello\r\n\r\nbody\r\n"
    assert fingerprint(mail) == fingerprint(bytes(mail))
    assert fingerprint(b"Received: from x\r\n" + mail) != fingerprint(mail)


def test_a_message_id_in_the_body_is_no_message_id() -> None:
    mail = b"From: a@b.test\n\nMessage-ID: <1@b>\n"
    assert fingerprint(b"X: 1\n" + mail) != fingerprint(mail)


def test_received_and_parsed_are_events_of_the_log() -> None:
    assert KINDS["Received"] is Received
    assert KINDS["Parsed"] is Parsed
