"""What is no request makes Salver write to nobody: hostile mails, the corpus, its own mails that come back.

Real SMTP in, a real relay out, reminders one by one and at once. Each run ends with a request that does make Salver
write, or else nothing here could fail.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.app import App
from pipeline.store.migrations import decode
from stages.conversation import Advanced, Opened, Ordered, Refused, SendingStarted
from stages.events import Event
from stages.own_mail import KINDS
from tests.builders import hostile, linkedin
from tests.builders.linkedin import Person
from tests.builders.running import CALM, deliver, filed, running, settled
from tests.builders.sink import Sink, sink
from tests.conftest import ROOT

CORPUS = ROOT / ".." / "shared" / "corpus"
TALK = (Opened, Ordered, Advanced, Refused, SendingStarted, *KINDS)
"""What a conversation begins or moves by, and what becomes a mail of ours."""
ASKED_FOR = [Opened, Advanced, *[kind for kind in KINDS if kind.__name__ == "ReminderWanted"]]


@asynccontextmanager
async def reminding(folder: Path) -> AsyncIterator[tuple[App, Sink]]:
    """Salver, with a relay to which it gives every mail of its own."""
    async with sink() as relay:
        more = f'[log]\nlevel = "error"\n{CALM}[outgoing]\nrelay = "{relay.url}"\ntls = "off"\n'
        async with running(folder, more, owner='contact = "amy@far.test"') as app:
            yield app, relay


async def talk(app: App) -> list[type[Event]]:
    """Kinds of the events that have to do with conversations."""
    rows = await app.store.read("SELECT kind, version, body FROM events ORDER BY seq")
    return [type(event) for event in (decode(*row) for row in rows) if isinstance(event, TALK)]


async def said_nothing(app: App, relay: Sink, folder: Path) -> None:
    """So far; and then, of a request that is one, what is to be said."""
    assert await talk(app) == []
    assert relay.connections == 0
    ours = [raw for mails in filed(folder).values() for raw in mails if b"\r\nX-Salver-End:" not in raw]
    assert ours == [], "what came in has our fields; what is ours has not"
    assert (await deliver(app, linkedin.invitation_modern(Person(vanity="vera-holm", number=99_007)))).startswith("250")
    await settled(app)
    assert set(ASKED_FOR) <= set(await talk(app))
    assert [mail.rcpt_to for mail in relay.mails] == [("amy@far.test",)]


async def test_no_hostile_mail_makes_salver_write(tmp_path: Path) -> None:
    mails = hostile.mails()
    async with reminding(tmp_path) as (app, relay):
        for name, raw in mails.items():
            for sender in ("", "bounce@network.test"):
                assert (await deliver(app, raw, sender)).startswith("250"), name
        await settled(app)
        await said_nothing(app, relay, tmp_path)


@pytest.mark.parametrize("name", ["an order to nobody", "fields of ours", "an automatic reply", "fields injected"])
async def test_nor_does_it_when_sent_to_an_address_for_answers_that_was_never_made(tmp_path: Path, name: str) -> None:
    async with reminding(tmp_path) as (app, relay):
        await deliver(app, hostile.mails()[name], "amy@far.test", answers(name))
        await settled(app)
        await said_nothing(app, relay, tmp_path)


def answers(seed: str) -> str:
    """An address for answers that nobody made, another one for each seed."""
    token = base64.b32encode(sha256(seed.encode()).digest()).decode().lower()[:26]
    assert re.fullmatch("[a-z2-7]{26}", token)
    return f"amy+answer-{token}@salver.test"


def corpus() -> Iterable[tuple[str, bytes]]:
    """Each mail once, with the line ends of SMTP."""
    if not CORPUS.is_dir():
        pytest.skip("../shared/corpus is not here: a user's machine")
    lines = (CORPUS / "manifest.jsonl").read_text("utf-8").splitlines()
    found = {}
    for line in lines:
        name = json.loads(line)["file"]
        raw = re.sub(rb"(?<!\r)\n", b"\r\n", (CORPUS / name).read_bytes())
        found[name] = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    assert len(found) >= 800
    return found.items()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("to_answer", [False, True], ids=["to the owner", "to an address for answers"])
async def test_no_mail_of_the_corpus_makes_salver_write(tmp_path: Path, to_answer: bool) -> None:
    async with reminding(tmp_path) as (app, relay):
        for name, raw in corpus():
            rcpt = answers(name) if to_answer else "amy@salver.test"
            assert (await deliver(app, raw, rcpt=rcpt)).startswith("250"), name
        await settled(app, 240)
        await said_nothing(app, relay, tmp_path)


async def test_a_mail_of_ours_that_comes_back_makes_no_other(tmp_path: Path) -> None:
    """As it was sent, bounced, answered by a machine; and from another Salver, which knows nothing of it."""
    async with reminding(made(tmp_path / "one")) as (one, relay):
        await deliver(one, linkedin.invitation_modern())
        await settled(one)
        before = await talk(one)
        ((ours),) = [mail.content for mail in relay.mails]
        (answer,) = re.findall(rb"amy\+answer-[a-z2-7]{26}@salver\.test", ours.replace(b"=\r\n", b""))[:1]
        back = [ours, hostile.crlf(hostile.bounce(ours)), hostile.crlf(hostile.auto_reply())]
        back.append(re.sub(rb"(?m)^Subject: ", b"Subject: Re: ", ours, count=1))
        for raw in back:
            for rcpt in ("amy@salver.test", answer.decode()):
                await deliver(one, anew(raw, rcpt), "amy@far.test", rcpt)
        await settled(one)
        assert await talk(one) == before
        assert len(relay.mails) == 1
    async with reminding(made(tmp_path / "two")) as (two, other):
        for raw in back:
            for rcpt in ("amy@salver.test", answer.decode()):
                await deliver(two, anew(raw, rcpt), "amy@far.test", rcpt)
        await settled(two)
        await said_nothing(two, other, tmp_path / "two")


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def anew(raw: bytes, seed: str) -> bytes:
    """With another Message-ID, for the same mail again is one with the first."""
    name = sha256(seed.encode()).hexdigest()[:8].encode()
    return re.sub(rb"(?mi)^Message-ID: *<", b"Message-ID: <%b." % name, raw, count=1)
