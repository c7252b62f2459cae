"""Who forwards is remembered; a forwarder never seen before is noted for a person, and counts nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pipeline import commands
from pipeline.settings import load
from pipeline.store.forwarders import forwarded_before, forwarded_before_at
from pipeline.store.log import Log, Output
from stages.enrich import enrich
from stages.events import Enriched, Forwarded, LookedUp, Parsed
from stages.receipt import receipt
from stages.settings import Settings
from tests.builders import handed_on, linkedin
from tests.builders.dns import DnsServer
from tests.builders.events import enriched, parsed, received
from tests.builders.handed_on import HERE
from tests.builders.running import deliver, running, settled
from tests.builders.schema import set_back
from tests.builders.through import enriched_of, routed_of

WINDOW = 30 * 86_400_000
SETTINGS = Settings.model_validate(
    {"owners": [{"id": "amy", "addresses": [HERE], "accounts": ["Amy.Ferrand@gmail.com", "amy@home.test"]}]}
)
NEW = "forwarded by helper@work.test, who has not forwarded to you before"


def by(address: str | None, mail: str = "m1", **more: object) -> Parsed:
    told = Forwarded(by=address, how="auto") if address is not None else None
    return parsed(mail).model_copy(update={"forwarded": told, **more})


def noted(mail: Parsed, before: int | None, settings: Settings = SETTINGS) -> tuple[str, ...]:
    (event,) = enrich(LookedUp(mail=mail.mail, owner="amy", parsed=mail, forwarded_before=before), settings)
    return event.remarks


# --- the remark -------------------------------------------------------------------------------------------------


def test_a_forwarder_never_seen_before_is_noted_once() -> None:
    assert noted(by("helper@work.test"), 0) == (NEW,)
    assert noted(by("helper@work.test"), 1) == ()
    assert noted(by("helper@work.test"), None) == (), "nobody was asked"
    assert noted(by(None), 0) == ()


@pytest.mark.parametrize(
    "own",
    [
        "amy@home.test", "AMY+linkedin@home.test", "amyferrand@gmail.com", "a.m.y.ferrand+x@googlemail.com",
        "amy@salver.test", "amy+u_1@salver.test",
    ],
)  # fmt: skip
def test_an_account_of_the_owner_is_never_new_however_it_is_spelt(own: str) -> None:
    assert noted(by(own), 0) == ()


@pytest.mark.parametrize("other", ["amy@work.test", "a.my@home.test", "amy.ferrand@gmail.com.test", "xamy@home.test"])
def test_an_address_that_only_looks_like_an_account_is_new(other: str) -> None:
    assert noted(by(other), 0) == (f"forwarded by {other}, who has not forwarded to you before",)


def test_it_counts_nothing_and_is_told_in_the_receipt() -> None:
    event = enriched_of(by("helper@work.test"), SETTINGS)
    with_remark = event.model_copy(update={"remarks": (NEW,)})
    assert routed_of(with_remark, SETTINGS) == routed_of(event, SETTINGS)
    assert f"Noted, and not counted: {NEW}." in receipt(routed_of(with_remark, SETTINGS), with_remark)
    assert "Noted" not in receipt(routed_of(event, SETTINGS), event)


# --- what the store remembers -----------------------------------------------------------------------------------


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Log]:
    log = await Log.open(tmp_path / "salver.db", WINDOW)
    yield log
    await log.close()


async def came(store: Log, address: str | None, number: int, **more: object) -> None:
    """A mail that was read and judged."""
    mail = f"{number:032x}"
    event = received(mail, blob=mail, at=1_700_000_000_000 + number)
    await store.append([event], b"raw", mail)
    (entry,) = await store.claim(1)
    told = by(address, mail, **more)
    await store.finish(entry, [Output(f"{mail}.0", enriched(mail).model_copy(update={"parsed": told}), "done")])


async def test_each_mailbox_is_counted_once_a_mail_in_one_spelling(store: Log, tmp_path: Path) -> None:
    assert await forwarded_before(store.read, by("a.b@gmail.com")) == 0
    for number, address in enumerate(("A.B+one@gmail.com", "ab@googlemail.com", "other@work.test", None), 1):
        await came(store, address, number)
    await came(store, "letters@news.test", 9, network=None)
    assert await forwarded_before(store.read, by("a.b@gmail.com")) == 2
    assert forwarded_before_at(tmp_path / "salver.db", by("ab+two@gmail.com")) == 2
    assert await forwarded_before(store.read, by("a.b@gmail.com", owner="bo")) == 0
    assert await forwarded_before(store.read, by(None)) is None
    rows = [tuple(row) for row in await store.read("SELECT address, mails FROM forwarders ORDER BY address")]
    assert rows == [("ab@gmail.com", 2), ("other@work.test", 1)]
    await store.rebuild()
    assert [tuple(row) for row in await store.read("SELECT address, mails FROM forwarders ORDER BY address")] == rows


async def test_a_mail_that_is_judged_again_and_a_spoof_are_not_counted(store: Log) -> None:
    await came(store, "helper@work.test", 1)
    for number, more in ((2, {"again": 1}), (3, {"kind": "spoof"})):
        mail = f"{number:032x}"
        await store.append([received(mail, blob=mail)], b"raw", mail)
        (entry,) = await store.claim(1)
        event = enriched(mail).model_copy(update={"parsed": by("helper@work.test", mail), **more})
        await store.finish(entry, [Output(f"{mail}.0", event, "done")])
    assert await forwarded_before(store.read, by("helper@work.test")) == 1


async def test_a_store_of_before_remembers_who_forwarded_then(tmp_path: Path) -> None:
    path = tmp_path / "salver.db"
    store = await Log.open(path, WINDOW)
    spelt = ("A.B+one@gmail.com", "ab@googlemail.com", "other+x@work.test", "+odd@work.test", None, "no address")
    for number, address in enumerate(spelt, 1):
        await came(store, address, number)
    rows = [tuple(row) for row in await store.read("SELECT * FROM forwarders WHERE address LIKE '_%@_%' ORDER BY 1, 2")]
    await store.close()
    assert [(address, mails) for _, address, _, mails in rows] == [
        ("+odd@work.test", 1), ("ab@gmail.com", 2), ("other@work.test", 1),
    ]  # fmt: skip
    set_back(path, 7)
    assert forwarded_before_at(path, by("ab@gmail.com")) is None, "it keeps none yet"
    store = await Log.open(path, WINDOW)
    try:
        again = await store.read("SELECT * FROM forwarders ORDER BY 1, 2")
        assert [tuple(row) for row in again] == rows
    finally:
        await store.close()


def test_without_a_store_nobody_is_asked_and_none_is_made(tmp_path: Path) -> None:
    assert forwarded_before_at(tmp_path / "none.db", by("a@b.test")) is None
    assert not list(tmp_path.iterdir())


# --- the whole program ------------------------------------------------------------------------------------------


@pytest.fixture
def resolver() -> Iterator[str]:
    with DnsServer() as nobodys_keys:
        yield nobodys_keys.endpoint


async def test_the_running_program_notes_a_new_forwarder_in_the_log_and_explain_says_so(
    tmp_path: Path, resolver: str
) -> None:
    people = [
        linkedin.Person(name=name, vanity=name.lower(), number=n) for n, name in enumerate(("Ada", "Bo", "Cy"), 5)
    ]
    first, second, third = (linkedin.invitation_modern(person, at=linkedin.NOON + person.number) for person in people)
    async with running(tmp_path, resolver=resolver, owner='accounts = ["amy@home.test"]') as app:
        for raw, user in ((first, "helper@work.test"), (second, "helper@work.test"), (third, "amy@home.test")):
            sent = handed_on.gmail(raw, user)
            await deliver(app, sent.raw, sent.mail_from)
            await settled(app)
        rows = await app.store.read("SELECT mail, body FROM events WHERE kind = 'Enriched' ORDER BY seq")
    assert [Enriched.model_validate_json(body).remarks for _, body in rows] == [(NEW,), (), ()]
    configuration = load(tmp_path / "salver.toml", environment={})
    assert NEW in await commands.story(configuration, str(rows[0][0]))
    files = []
    for name, user in (("known.eml", "helper@work.test"), ("new.eml", "far@far.test"), ("own.eml", "amy@home.test")):
        (tmp_path / name).write_bytes(handed_on.gmail(first, user).raw)
        files.append(str(tmp_path / name))
    told = [one.text async for one in commands.explain(configuration, tuple(files), "", "", HERE)]
    assert ["Noted, and not counted: forwarded by " in text for text in told] == [False, True, False]
