"""The owner answers a mail of ours by mail: over a real socket, through the real store, into a real Maildir."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

from pipeline.app import App
from pipeline.store.conversations import answer_token, conversation_of
from pipeline.store.log import Conflict, Entry, Output
from stages.conversation import Answered, Conversation, DigestWanted, Line, Ordered, Refused, ReplyWanted, Week
from stages.events import Event, Notice
from stages.recipients import answer_address
from tests.builders import linkedin
from tests.builders.dns import DnsServer, delayed, txt
from tests.builders.linkedin import MIRA, Person
from tests.builders.replies import CLIENTS, answer_to, reply, text_of
from tests.builders.running import CALM, below, deliver, filed, running, settled
from tests.builders.signing import rsa_key, sign

E = TypeVar("E", bound=Event)
JON = Person("Jon Hale", "Baker", vanity="jon-hale", number=7)
OWNER = "amy@mail.test"
"""Whom the owner writes as."""
BOB = '[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{folder}/bob"\n'


@pytest.fixture
def resolver() -> Iterator[str]:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


def signed(raw: bytes) -> bytes:
    return sign(raw, rsa_key(2048), "linkedin.com", "s1")


async def reminded(app: App, person: Person = MIRA, rcpt: str = "amy@salver.test") -> None:
    """A blank request of this person comes in, and the owner is reminded to ask."""
    await deliver(app, signed(linkedin.invitation_modern(person)), rcpt=rcpt)
    await settled(app)


def ours(folder: Path, what: str = "reminder") -> list[bytes]:
    """Our own mails in the owner's INBOX, oldest first."""
    return [raw for raw in filed(folder)["INBOX"] if f"\r\nMessage-ID: <{what}.".encode() in raw]


def answers(folder: Path) -> list[bytes]:
    """What the owner wrote, as it lies in the INBOX."""
    return [raw for raw in filed(folder)["INBOX"] if b"X-Salver-Mail:" in raw]


async def events(app: App, kind: type[E]) -> list[E]:
    rows = await app.store.read("SELECT body FROM events WHERE kind = ? ORDER BY seq", (kind.__name__,))
    return [kind.model_validate_json(str(body)) for (body,) in rows]


async def talks(app: App) -> list[Conversation]:
    rows = await app.store.read("SELECT request FROM conversations ORDER BY request")
    found = [await conversation_of(app.store.read, str(request)) for (request,) in rows]
    return [each for each in found if each is not None]


async def phases(app: App) -> list[str]:
    return [each.phase for each in await talks(app)]


async def say(app: App, said: str, to: bytes, client: str = "gmail", rcpt: str = "", **fields: str) -> bytes:
    """Answer a mail of ours. Returns what was sent."""
    raw = reply(said, to, client, **fields)
    assert (await deliver(app, raw, OWNER, rcpt or answer_to(to))).startswith("250 ")
    await settled(app)
    return raw


async def listing(app: App, people: list[Person]) -> tuple[str, list[Conversation]]:
    """A digest of these people, all to be asked; the first is drawn at random, too. Returns where to answer it."""
    for person in people:
        await deliver(app, signed(linkedin.invitation_modern(person)))
    await settled(app)
    known = sorted(await talks(app), key=lambda each: each.came_at)
    at = known[-1].came_at
    lines = tuple(
        Line(
            number=number, request=each.request, mail=each.mail, asking="ask", about=each.about, verdict="follow_up",
            at=at,
        )
        for number, each in enumerate(known, 1)
    )  # fmt: skip
    wanted = DigestWanted(
        mail="0" * 32, owner="amy", mailbox=app.settings.owners[0].targets[0], asks=lines,
        week=Week(requests=2, needed=2), answer_until=at + 10**9, at=at,
    )  # fmt: skip
    await app.store.put([Output("digest-of-a-test", wanted, "ready")])
    await settled(app)
    return answer_address(app.settings.owners[0], answer_token(app.store.key, wanted)), known


OFTEN = frozenset({"gmail", "outlook", "outlook, page alone", "thunderbird, below", "bare"})
"""Shapes of a reply that every run sends through a whole Salver; all are read in tests/stages/test_answer_text.py."""


def shapes(*without: str) -> list[object]:
    return [
        pytest.param(name, id=name, marks=() if name in OFTEN else pytest.mark.nightly)
        for name in CLIENTS
        if name not in without
    ]


@pytest.mark.parametrize("client", shapes())
async def test_one_word_from_any_client_moves_the_conversation(tmp_path: Path, client: str) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        sent = await say(app, "asked", mail, client)
        assert await phases(app) == ["asked"]
        assert not ours(tmp_path, "reply")
    (kept,) = answers(tmp_path)
    assert below(kept) == sent
    assert b"X-Salver-Reason: answer_by_mail; points=0; Mira Solberg: asked" in kept


@pytest.mark.parametrize("client", shapes("bare"))
async def test_our_own_words_sent_back_do_nothing(tmp_path: Path, client: str) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "", mail, client)
        assert await phases(app) == ["to_ask"]
        assert not await events(app, Ordered)


async def test_the_clock_starts_when_the_answer_reached_us_and_the_reason_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        await say(app, "gefragt", ours(tmp_path)[0], "gmail in German")
        ((at,),) = await app.store.read("SELECT received_at FROM mails ORDER BY received_at DESC LIMIT 1")
        (known,) = await talks(app)
        assert known.asked_at == at
        rows = await app.store.read("SELECT body FROM events WHERE kind = 'Advanced' ORDER BY seq DESC LIMIT 1")
        assert '"by":"mail"' in rows[0][0]


async def test_a_verdict_by_mail_moves_the_request(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        await say(app, "good", ours(tmp_path)[0])
        assert await phases(app) == ["settled"]
    assert len(filed(tmp_path)["Good"]) == 1
    assert not filed(tmp_path)["Intriguing"]


async def test_a_number_can_be_used_once_and_a_second_answer_is_told_how_it_stands(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "asked", mail)
        await say(app, "ugly", mail)
        assert await phases(app) == ["asked"]
        (told,) = ours(tmp_path, "reply")
        assert "already" in text_of(told)
        assert message_from_bytes(told)["Auto-Submitted"] == "auto-generated"
        await say(app, "ugly", told)
        assert await phases(app) == ["settled"]
    assert len(filed(tmp_path)["Ugly"]) == 1


async def test_what_was_said_by_mail_can_be_taken_back_by_mail(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "good", mail)
        await say(app, "undo", mail)
        (told,) = ours(tmp_path, "reply")
        assert await phases(app) == ["settled"], "that mail was answered"
        await say(app, "rückgängig", told, "iphone")
        (known,) = await talks(app)
        assert (known.phase, known.said) == ("to_ask", None)
    assert len(filed(tmp_path)["Intriguing"]) == 1
    assert not filed(tmp_path)["Good"]


async def test_the_same_mail_delivered_twice_is_one_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        raw = reply("asked", mail)
        for _ in range(2):
            await deliver(app, raw, OWNER, answer_to(mail))
        await settled(app)
        assert len(await events(app, Ordered)) == 1
        assert not await events(app, ReplyWanted)


async def test_two_answers_at_once_use_the_number_once(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        words = ["asked", "good", "ugly", "dismiss", "snooze"]
        await asyncio.gather(*(deliver(app, reply(word, mail), OWNER, answer_to(mail)) for word in words))
        await settled(app)
        assert len(await events(app, Ordered)) == 1
        assert len(await events(app, ReplyWanted)) <= len(words) - 1
        (known,) = await talks(app)
        assert known.phase != "to_ask"
        ((dead,),) = await app.store.read("SELECT count(*) FROM events WHERE state = 'dead'")
        assert dead == 0
    assert len(answers(tmp_path)) == len(words)


async def test_a_number_that_was_used_meanwhile_is_looked_up_anew(tmp_path: Path) -> None:
    """Mails are looked up one after the other; should two steps use one number all the same, the store tells."""
    async with running(tmp_path) as app:
        order = Ordered(mail="m", owner="amy", request="r", order="good", by="mail", at=1, token="f" * 64, number=1)
        await app.store.finish(Entry("a", order), [Output("a.0", order, "done")])
        with pytest.raises(Conflict):
            await app.store.finish(Entry("b", order), [Output("b.0", order, "done")])
        other = order.model_copy(update={"number": 2})
        await app.store.finish(Entry("c", order), [Output("c.0", other, "done")])


async def test_the_address_may_come_in_capitals(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "asked", mail, rcpt=answer_to(mail).upper())
        assert await phases(app) == ["asked"]


async def test_an_address_in_to_alone_does_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "asked", mail, rcpt="amy@salver.test")
        assert await phases(app) == ["to_ask"]
        assert not await events(app, Ordered)
        assert not await events(app, ReplyWanted)
    (kept,) = answers(tmp_path)
    assert b"answer_by_mail" not in kept


@pytest.mark.parametrize(
    "forge",
    [
        lambda address: re.sub("answer-.", "answer-a" if "answer-a" not in address else "answer-b", address),
        lambda address: re.sub("answer-[a-z2-7]+", "answer-" + "a" * 26, address),
    ],
)
async def test_a_forged_token_does_nothing_gets_nothing_and_the_filed_mail_says_so(
    tmp_path: Path, forge: object
) -> None:
    assert callable(forge)
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        with structlog.testing.capture_logs() as logs:
            await say(app, "asked", mail, rcpt=forge(answer_to(mail)))
        assert await phases(app) == ["to_ask"]
        assert not await events(app, ReplyWanted)
        assert [each["event"] for each in logs if each["log_level"] == "warning"] == ["answer_not_known"]
        assert not any("answer-" in str(each) for each in logs), "no token in a log"
    (kept,) = answers(tmp_path)
    assert b"nothing was done" in kept.replace(b"\r\n ", b" ")


async def test_the_token_of_another_owner_does_nothing_for_either(tmp_path: Path) -> None:
    more = BOB.format(folder=tmp_path)
    async with running(tmp_path, more) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "asked", mail, rcpt=answer_to(mail).replace("amy+", "bob+"))
        assert await phases(app) == ["to_ask"]
        assert not await events(app, ReplyWanted)
    assert len(list((tmp_path / "bob").glob("new/*"))) == 1


async def test_a_late_answer_does_nothing_and_is_told_where_to_answer_now(tmp_path: Path) -> None:
    """Late, because the store is told so: the mail's own time cannot be set from outside."""
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await app.store._writing.execute_fetchall("UPDATE tokens SET expires_at = 1")
        await say(app, "asked", mail)
        assert await phases(app) == ["to_ask"]
        (told,) = ours(tmp_path, "reply")
        assert "too old" in text_of(told)
        await say(app, "asked", told)
        assert await phases(app) == ["asked"]


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X-Auto-Response-Suppress": "All"},
        {"List-Id": "<list.test>"},
        {"Subject": "Out of office: your mail"},
    ],
)
async def test_a_machines_answer_does_nothing_gets_nothing_and_the_token_stays_good(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "asked", mail, **fields)
        assert await phases(app) == ["to_ask"]
        assert not await events(app, ReplyWanted)
        await say(app, "asked", mail)
        assert await phases(app) == ["asked"]


async def test_a_bounce_does_nothing_and_gets_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await deliver(app, reply("asked", mail), "", answer_to(mail))
        await settled(app)
        assert await phases(app) == ["to_ask"]
        assert not await events(app, ReplyWanted)


async def test_a_machine_that_marks_nothing_is_soon_answered_no_more(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        seen: set[bytes] = set()
        for _ in range(12):
            new = [raw for raw in (*ours(tmp_path), *ours(tmp_path, "reply")) if raw not in seen]
            for mail in new:
                seen.add(mail)
                await say(app, "I am at the sea until Monday and read no mail.", mail, "bare")
            if not new:
                break
        assert len(await events(app, ReplyWanted)) == 3
        assert await phases(app) == ["to_ask"]


async def test_who_sends_nonsense_to_one_address_all_day_gets_few_replies(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        for number in range(8):
            await say(app, f"what is number {number}?", mail, "bare")
        assert len(await events(app, ReplyWanted)) == 3
    assert len(answers(tmp_path)) == 8


async def test_replies_count_among_the_owners_mails_and_what_is_clear_is_done_all_the_same(tmp_path: Path) -> None:
    calm = CALM + "per_hour = 2\n"
    async with running(tmp_path, calm) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        await say(app, "huh?", mail, "bare")
        await say(app, "what?", mail, "bare")
        assert len(await events(app, ReplyWanted)) == 1
        await say(app, "asked", mail)
        assert await phases(app) == ["asked"]


async def test_nothing_is_changed_by_fetching_or_by_a_scanner_that_follows_every_link(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        links = re.findall(r"https?://[^\s\"<>]+", text_of(mail))
        assert links, "the profile's"
        assert all("linkedin.com" in link for link in links), "none leads to us"
        assert app.receiver.smtp_address is not None
        reader, writer = await asyncio.open_connection(*app.receiver.smtp_address)
        await reader.readline()
        writer.write(f"GET /{answer_to(mail)}?asked HTTP/1.1\r\nHost: salver.test\r\n\r\n".encode())
        await reader.read()
        writer.close()
        await settled(app)
        assert await phases(app) == ["to_ask"]


async def test_asked_and_the_answer_that_comes_right_behind_it_are_read_in_that_order(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        theirs = signed(linkedin.message(MIRA))
        await deliver(app, reply("asked", mail), OWNER, answer_to(mail))
        await deliver(app, theirs)
        await settled(app)
        kinds = await app.store.read("SELECT kind FROM events WHERE kind IN ('Ordered', 'Answered') ORDER BY seq")
        assert [str(kind) for (kind,) in kinds] == ["Ordered", "Answered"]
        (known,) = await talks(app)
        (answered,) = await events(app, Answered)
        assert (known.phase, known.pace) == ("answered", "quickly")
        assert known.asked_at is not None
        assert known.asked_at <= answered.at


async def test_an_answer_of_theirs_that_came_before_is_read_before_what_the_owner_says(tmp_path: Path) -> None:
    """Theirs takes longer to be looked up, for its signature is asked about."""
    slow = {"s1._domainkey.linkedin.com": delayed(0.4, txt(rsa_key(2048).record))}
    with DnsServer(slow) as server:
        async with running(tmp_path, resolver=server.endpoint) as app:
            await deliver(app, linkedin.invitation_modern(MIRA))
            await settled(app)
            (mail,) = ours(tmp_path)
            await deliver(app, signed(linkedin.message(MIRA)))
            await deliver(app, reply("asked", mail), OWNER, answer_to(mail))
            await settled(app)
            kinds = await app.store.read("SELECT kind FROM events WHERE kind IN ('Ordered', 'Answered') ORDER BY seq")
            assert [str(kind) for (kind,) in kinds][:1] == ["Answered"]


async def test_one_mail_about_several_is_answered_by_number_and_the_rest_is_told_once(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        address, known = await listing(app, [MIRA, JON])
        raw = reply("1 good, 2 aksed", None, "bare")
        await deliver(app, raw, OWNER, address)
        await settled(app)
        now = {each.request: each for each in await talks(app)}
        assert now[known[0].request].said == "good"
        assert now[known[1].request].phase == "to_ask"
        (told,) = ours(tmp_path, "reply")
        assert "1 (Mira Solberg): good" in text_of(told)
        assert "aksed" in text_of(told)
        await say(app, "2 asked", told)
        now = {each.request: each for each in await talks(app)}
        assert now[known[1].request].phase == "asked"


async def test_what_another_order_overtook_is_refused_in_words(tmp_path: Path) -> None:
    """The reminder and a digest name the same request; both answers are read before either is done."""
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        (known,) = await talks(app)
        orders = [
            Ordered(
                mail=known.mail, owner="amy", request=known.request, order="asked", by="mail", at=known.came_at,
                token=str(number) * 64, number=1, mailbox=known.mailbox,
            )
            for number in (1, 2)
        ]  # fmt: skip
        await app.store.put([Output(f"order-of-a-test{n}", each, "ready") for n, each in enumerate(orders)])
        await settled(app)
        assert [each.order for each in await events(app, Refused)] == ["asked"]
        (told,) = ours(tmp_path, "reply")
        assert "you said that you asked already" in " ".join(text_of(told).split())
        await say(app, "good", told)
        assert await phases(app) == ["settled"]
        assert mail


async def test_a_verdict_on_a_request_that_nobody_talks_of_is_taken(tmp_path: Path) -> None:
    """Such as one that was drawn at random from the ugly ones."""
    scam = Person(note="Dear friend, I am a director at a bank and need your account to transfer money. Confidential.")
    async with running(tmp_path) as app:
        await deliver(app, linkedin.invitation_modern(scam))
        await settled(app)
        assert not await talks(app)
        ((request, mail),) = await app.store.read("SELECT id, mail FROM requests")
        line = Line(number=1, request=str(request), mail=str(mail), about=Notice(), verdict="ugly", at=1)
        wanted = DigestWanted(
            mail="0" * 32, owner="amy", mailbox=app.settings.owners[0].targets[0], sample=(line,),
            week=Week(requests=1, needed=0), answer_until=10**14, at=1_800_000_000_000,
        )  # fmt: skip
        await app.store.put([Output("digest-of-a-test", wanted, "ready")])
        await settled(app)
        address = answer_address(app.settings.owners[0], answer_token(app.store.key, wanted))
        await deliver(app, reply("fine", None, "bare"), OWNER, address)
        await settled(app)
        (known,) = await talks(app)
        assert (known.said, known.phase) == ("ugly", "settled")


async def test_the_store_keeps_no_token_and_the_read_model_can_be_rebuilt_with_them(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await reminded(app)
        (mail,) = ours(tmp_path)
        token = re.findall("answer-([a-z2-7]{26})@", answer_to(mail))[0]
        rows = await app.store.read("SELECT * FROM tokens")
        assert len(rows) == 1
        assert not any(token in str(value) for value in rows[0])
        await app.store.rebuild()
        assert [tuple(row) for row in await app.store.read("SELECT * FROM tokens")] == [tuple(row) for row in rows]
        await say(app, "asked", mail)
        assert await phases(app) == ["asked"]
        bodies = await app.store.read("SELECT kind, CAST(body AS TEXT) FROM events")
        assert {kind for kind, body in bodies if token in body} == {"Received"}, (
            "to whom it was sent is kept as it came"
        )


async def test_who_is_asked_whether_a_message_was_theirs_says_yes_or_no(tmp_path: Path) -> None:
    """The message that may be theirs is put in by hand; everything else is as ever."""
    for said, phase in (("no, that was somebody else", "to_ask"), ("yes", "answered")):
        (folder := tmp_path / phase).mkdir()
        async with running(folder) as app:
            await reminded(app)
            (mail,) = ours(folder)
            (known,) = await talks(app)
            at = known.came_at + 1
            doubt = Answered(mail=known.mail, owner="amy", request=known.request, sure=False, at=at)
            await app.store.put([Output("doubt-of-a-test", doubt, "ready")])
            await settled(app)
            assert (await talks(app))[0].maybe_at == at
            await say(app, said, mail)
            (after,) = await talks(app)
            assert (after.phase, after.maybe_at) == (phase, None)


async def test_an_owner_whose_address_has_a_detail_of_its_own_is_answered_too(tmp_path: Path) -> None:
    more = "".join(
        f'[[owner]]\nid = "{id}"\naddresses = ["{address}@salver.test"]\nmailbox = "maildir:{tmp_path}/{id}"\n'
        for id, address in (("plain", "eve"), ("eve", "eve+salver"))
    )
    async with running(tmp_path, more) as app:
        await reminded(app, rcpt="eve+salver@salver.test")
        mails = [path.read_bytes() for path in (tmp_path / "eve").glob("new/*")]
        (mail,) = [raw for raw in mails if b"\r\nMessage-ID: <reminder." in raw]
        assert answer_to(mail).startswith("eve+salver+answer-")
        await deliver(app, reply("asked", mail), OWNER, answer_to(mail))
        await settled(app)
        assert await phases(app) == ["asked"]
