"""A running Salver whose network changes its mails: seen at once, told once, nothing ugly for it, nothing guessed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from html import escape
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline import commands
from pipeline.app import App
from stages.events import Enriched, LookedUp
from stages.inspecting import InspectionFiled, InspectionWanted
from tests.builders import linkedin, wellfound
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import NOON, SINGLE, Person
from tests.builders.own_mails import text_of
from tests.builders.running import deliver, filed, running, settled
from tests.builders.signing import LIKE_A_NETWORK, rsa_key, sign
from tests.builders.sink import sink

HOUR = 3_600_000


@pytest.fixture(scope="module")
def resolver() -> Iterator[str]:
    with DnsServer({"key._domainkey.linkedin.com": txt(rsa_key(1024).record)}) as server:
        yield server.endpoint


def signed(raw: bytes) -> bytes:
    return sign(raw, rsa_key(1024), "linkedin.com", signed=LIKE_A_NETWORK)


def person(number: int, **more: object) -> Person:
    return Person(
        name=f"Ann Number{number}", headline=f"Engineer {number} at Harbour Works", location=f"Town {number}",
        vanity=f"ann-{number}", number=7_000_000 + number, note=f"Hi Amy, your talk {number} helped me. Thank you!",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def usual_unsigned(number: int) -> bytes:
    return linkedin.invitation_modern(person(number), at=NOON + number * HOUR)


def usual(number: int) -> bytes:
    return signed(usual_unsigned(number))


def changed(number: int, section: str = "spotlight") -> bytes:
    """The same by a network that moved headline and place above the name, where a note used to stand."""
    at = NOON + number * HOUR
    each = person(number, photo=False)
    bare = Person(name=each.name, headline="", location="", vanity=each.vanity, number=each.number, photo=False)
    words = "".join(f"<p>{escape(line)}</p>" for line in (each.headline, each.location))
    body = words + linkedin._card(bare, SINGLE, section, at)
    head = linkedin.headers(
        linkedin.address(each.name, "invitations@linkedin.com"), "I want to connect", at=at, template=SINGLE
    )
    return signed(linkedin.assemble(head, linkedin.footer_text(SINGLE, at), linkedin.page_modern(body, SINGLE, at)))


async def events_of(app: App, kind: type[Enriched | InspectionWanted | InspectionFiled | LookedUp]) -> list[str]:
    rows = await app.store.read("SELECT body FROM events WHERE kind = ? ORDER BY seq", (kind.__name__,))
    return [str(body) for (body,) in rows]


async def several(app: App, mails: list[bytes], rcpt: str = "amy@salver.test") -> None:
    await asyncio.gather(*(deliver(app, raw, rcpt=rcpt) for raw in mails))
    await settled(app)


async def test_a_new_layout_is_told_of_once_to_whom_it_concerns_and_nothing_in_it_is_guessed(
    tmp_path: Path, resolver: str
) -> None:
    bob = f'\n[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{tmp_path}/bob"\nlanguage = "de"\n'
    with capture_logs() as logged:
        async with running(tmp_path, resolver=resolver, owner=bob) as app:
            for begin in (0, 16):
                await several(app, [usual(number) for number in range(begin, begin + 16)])
            await several(app, [usual(40), changed(41)], "bob@salver.test")  # of whom too little is known
            assert await events_of(app, InspectionWanted) == []
            assert "laid out" not in await commands.status(app.configuration)
            await deliver(app, changed(50))
            await settled(app)
            assert len(await events_of(app, InspectionFiled)) == 1
        async with running(tmp_path, resolver=resolver, owner=bob) as app:
            await several(app, [changed(51), changed(52)])
            (wanted,) = [InspectionWanted.model_validate_json(body) for body in await events_of(app, InspectionWanted)]
            told = await commands.status(app.configuration)
            story = " ".join((await commands.story(app.configuration, wanted.mail)).split())
            odd = [Enriched.model_validate_json(body) for body in await events_of(app, Enriched)][-3:]
            kept = await app.store.read("SELECT strange, count(*) FROM readings WHERE owner = 'amy' GROUP BY strange")
            rows = await app.store.read("SELECT shown, absent FROM readings")
    assert (wanted.owner, wanted.proven, wanted.template) == ("amy", True, SINGLE)
    assert set(wanted.lost) == {"headline", "location", "photo_url", "title", "company"}
    assert [tuple(row) for row in kept] == [(0, 32), (1, 3)]
    for event in odd:
        assert event.authenticity.verdict == "aligned"
        assert not event.layout_known
        (request,) = event.requests
        unsaid = request.notice.model_dump(exclude={"name", "profile_url", "invitation_id"})
        assert all(value is None or value["state"] == "unknown" for value in unsaid.values())
        assert request.notice.profile_url.state == request.notice.invitation_id.state == "shown"
    lies = filed(tmp_path)
    assert not lies["Ugly"]
    assert not any(b"Engineer 5" in mail.partition(b"X-Salver-End")[0] for mail in lies["Good"] + lies["Intriguing"])
    (mail,) = [each for each in lies["INBOX"] if b"mails look different" in each]
    assert message_from_bytes(mail, policy=policy.default)["Subject"] == (
        "LinkedIn's mails look different: Salver reads less in them"
    )
    said = " ".join(text_of(mail).split())
    assert "these could not be read: headline" in said
    assert f" salver fixture make {wanted.mail} " in said
    assert " salver reparse --since 20" in said
    assert f"LinkedIn mail for amy ({SINGLE}): 3 mails are laid out in a way that Salver does not know; since " in told
    assert "for bob" not in told.partition("LinkedIn mail")[2]
    assert "`salver reparse --since 20" in told
    assert "its layout is new to us" in story
    assert "tell you that mails of this kind look different: layout" in story
    assert [(line["log_level"], line["mail"]) for line in logged if line["event"] == "layout_drifted"] == [
        ("warning", wanted.mail)
    ]
    assert not any("Harbour" in text or "Ann" in text for row in rows for text in row)


async def test_two_mails_at_once_announce_it_once_and_the_relay_takes_it(tmp_path: Path, resolver: str) -> None:
    async with sink() as relay:
        more = f'[outgoing]\nrelay = "{relay.url}"\ntls = "off"\n'
        async with running(tmp_path, more, resolver, 'contact = "amy@far.test"\n') as app:
            await several(app, [usual(number) for number in range(30)])
            await several(app, [changed(number) for number in range(50, 58)])
            assert len(await events_of(app, InspectionWanted)) == 1
            assert await events_of(app, InspectionFiled) == []
    told = [kept for kept in relay.mails if b"inspection." in kept.content]
    assert [kept.rcpt_to for kept in told] == [("amy@far.test",)]


async def test_one_mail_to_somebody_else_sent_again_and_again_teaches_nothing(tmp_path: Path, resolver: str) -> None:
    def without_a_note(number: int) -> bytes:
        return linkedin.invitation_modern(replace(person(number), note=""), at=NOON + number * HOUR)

    theirs = signed(usual_unsigned(60).replace(b"To: Amy <amy@salver.test>", b"To: Mallory <mallory@far.test>"))
    forged = [usual_unsigned(number) for number in range(200, 213)]
    one_mail_a_day, home = "[follow_up]\n", 'accounts = ["amy@home.test"]\n'
    async with running(tmp_path, one_mail_a_day, resolver, home) as app:
        for begin in (0, 22):
            await several(app, [signed(without_a_note(number)) for number in range(begin, begin + 22)])
            await several(app, [without_a_note(number) for number in range(100 + begin, 122 + begin)])
        again = [re.sub(rb"Message-ID: <[^>]*>", b"Message-ID: <%d@far.test>" % number, theirs) for number in range(14)]
        await several(app, again)
        await several(app, forged)  # each in another name, with words of their own: where none was proven that is told
        await several(app, [usual(70), usual_unsigned(71)])
        assert await events_of(app, InspectionWanted) == []
        last = [Enriched.model_validate_json(body) for body in await events_of(app, Enriched)]
        (kept,) = await app.store.read("SELECT count(*) FROM readings WHERE proven")
    read = {(each.parsed.message_id, each.authenticity.verdict): each for each in last}
    assert tuple(kept) == (45,)
    assert sum(not each.addressed and each.authenticity.verdict == "aligned" for each in read.values()) == 14
    real = [each for each in read.values() if each.requests[0].notice.name.value in ("Ann Number70", "Ann Number71")]
    real.sort(key=lambda each: each.authenticity.verdict)
    assert [each.authenticity.verdict for each in real] == ["aligned", "unverified"]
    assert all((each.requests[0].notice.note.value or "").startswith("Hi Amy, your talk 7") for each in real)
    assert "default_text" in (real[1].drift.fallen if real[1].drift else ()), "forgers can make it doubted, no more"


async def test_mails_that_prove_nothing_neither_announce_nor_teach_where_others_are_proven(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await several(app, [usual(number) for number in range(3)])
        await several(app, [_unsigned(usual(number)) for number in range(10, 42)])
        await several(app, [_unsigned(changed(number)) for number in range(50, 53)])
        assert await events_of(app, InspectionWanted) == []
        told = await commands.status(app.configuration)
        await several(app, [changed(60)])  # three proven mails are too few to miss anything
        (last,) = [Enriched.model_validate_json(body) for body in await events_of(app, Enriched)][-1:]
    assert f"Unproven LinkedIn mail for amy ({SINGLE}): 3 mails are laid out" in told
    assert last.layout_known


async def test_one_mail_in_a_layout_that_is_not_known_is_no_warning(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with running(tmp_path) as app:
            await several(app, [wellfound.person_to_person()])
    levels = [line["log_level"] for line in logged if line["event"] == "layout_not_known"]
    assert levels == ["info"]


def _unsigned(raw: bytes) -> bytes:
    """Without the signature, which stands on top."""
    lines = raw.split(b"\r\n")
    end = next(n for n, line in enumerate(lines[1:], 1) if not line.startswith((b" ", b"\t")))
    assert lines[0].lower().startswith(b"dkim-signature:")
    return b"\r\n".join(lines[end:])
