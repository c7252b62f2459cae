"""Whole conversations "why would you like to connect?": requests, questions and answers over SMTP, signed and filed."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from pipeline.app import App
from stages.conversation import Conversation
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.running import deliver, filed, running, settled
from tests.builders.signing import rsa_key, sign
from tests.builders.talking import reminders, say_asked, steps, told, verdicts

LATER = NOON + 3_600_000
NAMESAKE = Person(vanity="mira-solberg-of-oslo", number=81, headline="Baker in Oslo")
PITCH = "We help search firms to book 30 more meetings a month with our software. Shall I book you a free demo?"
REASON = "I heard your talk on pay bands at the Bergen HR day. How did you handle the people already above the band?"
AWAY = "Thank you for your message. I am out of the office until 30 November and will get back to you when I return."


def signed(raw: bytes) -> bytes:
    return sign(raw, rsa_key(2048), "linkedin.com", "s1")


@pytest.fixture
def resolver() -> Iterator[str]:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


async def sent(app: App, *mails: bytes) -> None:
    """Mails that the network signed, one after the other."""
    for raw in mails:
        assert (await deliver(app, signed(raw))).startswith("250 ")
        await settled(app)


async def asked(app: App, *people: Person, hours_ago: float = 4) -> list[Conversation]:
    """Blank requests of these people, about whom the owner said so long ago that they asked."""
    for number, person in enumerate(people):
        await sent(app, linkedin.invitation_modern(person, at=NOON + number * 1_000))
    for each in await told(app):
        await say_asked(app, each, hours_ago)
    await settled(app)
    assert {each.phase for each in await told(app)} == {"asked"}
    return await told(app)


def receipt(folder: Path, where: str) -> str:
    """The verdict and the reasons of the one request in a folder."""
    (mail,) = (message_from_bytes(content) for content in filed(folder)[where])
    fields = [mail["X-Salver-Verdict"], *mail.get_all("X-Salver-Reason", [])]
    return "\n".join(" ".join(field.split()) for field in fields)


async def test_a_quick_answer_without_text_is_good_and_the_receipt_says_what_is_known(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        (before,) = await asked(app, MIRA, hours_ago=4)
        assert before.verdict == "follow_up"
        await sent(app, linkedin.message(at=LATER))
        (now,) = await told(app)
        assert (now.phase, now.pace, now.unseen, now.verdict) == ("answered", "quickly", True, "good")
        assert [step.reason for step in await steps(app)][-3] == "answered 4 h after you asked; text not shown"
        assert [each.asking for each in await reminders(app)] == ["ask", "unseen"]
    assert [len(filed(tmp_path)[name]) for name in ("Good", "Intriguing", "Ugly")] == [1, 0, 0]
    told_of_it = receipt(tmp_path, "Good")
    assert "rule=answered-quickly-unseen" in told_of_it
    assert "4 h after you asked; text not shown" in told_of_it


async def test_a_late_answer_without_text_stays_intriguing(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA, hours_ago=72)
        await sent(app, linkedin.message(at=LATER))
        (now,) = await told(app)
        assert (now.phase, now.pace, now.unseen, now.verdict) == ("answered", "late", True, "intriguing")
        assert await verdicts(app) == ["follow_up", "intriguing"]


async def test_an_answer_while_nobody_said_to_have_asked_is_quick_from_when_the_request_came(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await sent(app, linkedin.invitation_modern(MIRA), linkedin.message(at=LATER))
        (now,) = await told(app)
        assert (now.phase, now.pace, now.asked_at, now.verdict) == ("answered", "quickly", None, "good")
    assert "after their request came; text not shown" in receipt(tmp_path, "Good")


@pytest.mark.parametrize(
    ("says", "verdict", "pitch"), [(PITCH, "ugly", True), (REASON, "good", False), ("Just so.", "intriguing", False)]
)
async def test_an_answer_that_is_shown_is_judged_like_a_note(
    tmp_path: Path, resolver: str, says: str, verdict: str, pitch: bool
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.message(at=LATER, says=says))
        (now,) = await told(app)
        assert (now.phase, now.words, now.unseen) == ("answered", says, False)
        assert (now.verdict, now.pitch) == (verdict, pitch)
        assert await verdicts(app) == ["follow_up", verdict]


async def test_text_that_comes_after_an_unseen_answer_decides(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.message(at=LATER), linkedin.message(at=LATER + 60_000, says=PITCH))
        (now,) = await told(app)
        assert await verdicts(app) == ["follow_up", "good", "ugly"]
        assert (now.unseen, now.pitch, now.pace) == (False, True, "quickly")


async def test_an_automatic_reply_is_no_answer(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.message(at=LATER, says=AWAY))
        (now,) = await told(app)
        assert (now.phase, now.answered_at) == ("asked", None)
        assert (await steps(app))[-1].cue == "automatic"
        await sent(app, linkedin.message(at=LATER + 60_000, says=REASON))
        assert [each.verdict for each in await told(app)] == ["good"]


async def test_a_message_of_somebody_else_by_the_same_name_means_nothing(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        before = await asked(app, MIRA)
        await sent(app, linkedin.message(NAMESAKE, at=LATER))
        assert await told(app) == before


async def test_of_two_people_of_one_name_the_profile_tells_who_answered(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA, NAMESAKE)
        await sent(app, linkedin.message(NAMESAKE, at=LATER))
        phases = {each.about.headline.value: each.phase for each in await told(app)}
        assert phases == {MIRA.headline: "asked", NAMESAKE.headline: "answered"}


async def test_where_a_message_of_one_name_may_be_of_two_people_the_owner_is_asked_about_each(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA, NAMESAKE)
        await sent(app, linkedin.message(at=LATER, linked=False))
        assert {each.phase for each in await told(app)} == {"asked"}
        assert all(each.maybe_at is not None for each in await told(app))
        assert [each.asking for each in await reminders(app)] == ["ask", "ask", "maybe", "maybe"]


async def test_a_name_that_one_person_has_is_enough(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA, Person("Jon Hale", "Baker", vanity="jon-hale", number=7))
        await sent(app, linkedin.message(at=LATER, linked=False))
        assert {each.about.name.value: each.phase for each in await told(app)} == {
            "Mira Solberg": "answered",
            "Jon Hale": "asked",
        }


async def test_a_message_that_a_person_who_was_not_asked_may_have_sent_is_not_taken_for_an_answer(
    tmp_path: Path, resolver: str
) -> None:
    good = Person(vanity="mira-solberg-of-oslo", number=81, headline="Baker in Oslo", note=REASON)
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.invitation_modern(good, at=NOON + 1_000), linkedin.message(at=LATER, linked=False))
        (now,) = await told(app)
        assert (now.phase, now.maybe_at is not None) == ("asked", True)


async def test_a_message_that_is_not_proven_is_asked_about_and_a_forged_one_means_nothing(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        before = await asked(app, MIRA)
        forged = linkedin.message(at=LATER).replace(b"messaging-digest-noreply@linkedin.com", b"m@linkedln.com")
        await deliver(app, forged)
        await settled(app)
        assert await told(app) == before
        await deliver(app, linkedin.message(at=LATER))
        await settled(app)
        (now,) = await told(app)
        assert (now.phase, now.maybe_at is not None) == ("asked", True)
        assert [each.asking for each in await reminders(app)] == ["ask", "maybe"]


async def test_a_message_to_somebody_else_that_was_sent_on_means_nothing(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver, owner='accounts = ["amy@salver.test"]') as app:
        before = await asked(app, MIRA)
        await sent(app, linkedin.message(at=LATER, to="Eve <eve@else.test>"))
        assert await told(app) == before


async def test_one_notice_may_tell_of_the_messages_of_several_people(tmp_path: Path, resolver: str) -> None:
    jon = Person("Jon Hale", "Baker", vanity="jon-hale", number=7)
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA, jon, Person("Ada Ek", "Cook", vanity="ada-ek", number=8))
        await sent(app, linkedin.message(MIRA, others=[jon], at=LATER))
        phases = {each.about.name.value: (each.phase, each.verdict) for each in await told(app)}
        assert phases == {
            "Mira Solberg": ("answered", "good"),
            "Jon Hale": ("answered", "good"),
            "Ada Ek": ("asked", "follow_up"),
        }


async def test_a_connection_made_closes_the_question_and_a_message_after_it_still_counts(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await sent(app, linkedin.invitation_modern(MIRA), linkedin.accepted(MIRA, at=LATER))
        (now,) = await told(app)
        assert (now.phase, now.verdict) == ("accepted", "follow_up")
        await sent(app, linkedin.message(at=LATER + 60_000))
        (now,) = await told(app)
        assert (now.phase, now.verdict) == ("answered", "good")


async def test_a_connection_made_is_no_answer_to_a_question(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.accepted(MIRA, at=LATER))
        (now,) = await told(app)
        assert (now.phase, now.answered_at, now.verdict) == ("asked", None, "follow_up")


async def test_who_was_invited_and_writes_is_to_be_answered_once(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await sent(app, linkedin.accepted(MIRA), linkedin.message(at=LATER), linkedin.message(at=LATER + 60_000))
        (now,) = await told(app)
        assert (now.phase, now.about.name.value) == ("owed", "Mira Solberg")
        assert [each.asking for each in await reminders(app)] == ["owed"]


async def test_who_was_not_invited_and_writes_asks_for_nothing_unless_the_words_do(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await sent(app, linkedin.message(), linkedin.message(at=LATER, says="Thanks for the report on Monday."))
        assert await told(app) == []
        await sent(app, linkedin.message(at=LATER + 60_000, says="Hello Amy, do we know each other?"))
        assert [each.phase for each in await told(app)] == ["owed"]


async def test_shown_words_of_somebody_invited_that_ask_nothing_are_not_owed(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await sent(app, linkedin.accepted(MIRA), linkedin.message(at=LATER, says="Happy to be connected."))
        assert await told(app) == []


async def test_who_wrote_first_and_asks_back_has_answered_and_no_more(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await asked(app, MIRA)
        await sent(app, linkedin.message(at=LATER, says="Hello Amy, do we know each other?"))
        assert [each.phase for each in await told(app)] == ["answered"]
