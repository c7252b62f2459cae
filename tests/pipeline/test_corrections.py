"""`salver corrections`, `salver forget` and `--always`, with a Salver that runs and without; real mails, real files."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings, strategies as st

from pipeline.app import App
from pipeline.cli import main
from pipeline.store.conversations import conversation_of
from pipeline.store.corrections import corrections
from pipeline.store.log import Log, Output
from pipeline.store.remembered import memories_of, words
from stages.conversation import Conversation
from stages.events import Event, Notice, shown
from stages.keeping import Forgotten, Remembered
from stages.steps import last_step, last_words
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import Person
from tests.builders.running import deliver, running, settled
from tests.builders.signing import rsa_key, sign
from tests.builders.talk import HOUR, T0, Talk, opened, ordered, rejudged, told
from tests.builders.talked_of import events, files

NOTE = "Your talk on pay bands in Oslo changed how we set ours. Could we compare notes on levelling some time?"
MORE = "I also read your piece on levelling. Which of the two would you start with in a team of twelve?"
ZOE = Person(name="Zoe Marsh", vanity="zoe-marsh", number=77_002)
NINA = Person(name="Nina Note", vanity="nina-note", number=77_004, headline="Baker", note=NOTE)
COLLEAGUE = Person(name="Per Lie", vanity="per-lie", number=77_003, headline="Recruiter at FJELLKRAFT")


@pytest.fixture
def resolver() -> Iterator[str]:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


def salver(folder: Path, *arguments: str, code: int = 0) -> str:
    done: Result = CliRunner().invoke(main, [*arguments, "-c", str(folder / "salver.toml")])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


async def command(app: App, folder: Path, *arguments: str, code: int = 0) -> str:
    """Beside the running server."""
    said = await asyncio.to_thread(salver, folder, *arguments, code=code)
    await settled(app)
    return said


async def brought(app: App, person: Person, signed: bool = False) -> str:
    """A mail of theirs comes in. Returns the mail's id."""
    raw = linkedin.invitation_modern(person)
    await deliver(app, sign(raw, rsa_key(2048), "linkedin.com", "s1") if signed else raw)
    await settled(app)
    ((mail,),) = await app.store.read("SELECT id FROM mails ORDER BY id DESC LIMIT 1")
    return str(mail)


def lies(folder: Path, mail: str) -> tuple[str, str]:
    """Folder and rule of a filed mail."""
    found = [(name, path.read_bytes()) for name, paths in files(folder / "mail").items() for path in paths]
    mark = f"X-Salver-Mail: {mail}".encode()
    ((name, content),) = [(name, content) for name, content in found if mark in content]
    return name, content.partition(b"; rule=")[2].partition(b"\r\n")[0].partition(b";")[0].decode()


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- what is listed -----------------------------------------------------------------------------------------------


async def test_a_correction_is_listed_with_the_decision_that_it_corrected(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        assert "You corrected no verdict." in await command(app, tmp_path, "corrections")
        mail = await brought(app, NINA)
        was = lies(tmp_path, mail)
        assert was[0] == "Intriguing"
        await command(app, tmp_path, "ugly", mail)
        text = await command(app, tmp_path, "corrections")
        row = next(line for line in text.splitlines() if mail[-8:] in line)
        for part in ("Nina Note", "intriguing -> ugly", "terminal", was[1]):
            assert part in row, text
        assert "seems to want nothing +" in " ".join(text.split()), "one of the strongest reasons then"
        assert f"`salver forget {mail[-8:]}` takes the first one back" in text
        (told_,) = objects(await command(app, tmp_path, "corrections", "--json"))
        assert (told_["kind"], told_["request"], told_["was"], told_["said"], told_["by"]) == (
            "correction", mail, "intriguing", "ugly", "terminal",
        )  # fmt: skip
        receipt = told_["receipt"]
        assert (receipt["verdict"], receipt["rule"], receipt["sender"]["name"]) == ("intriguing", was[1], "Nina Note")
        assert receipt["score"] == sum(reason["points"] for reason in receipt["reasons"]) != 0
        status = await command(app, tmp_path, "status")
        assert "amy: verdicts you corrected in the last 7 days: 1 (`salver corrections` lists them)" in status


async def test_what_agrees_with_salver_is_no_correction(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        await command(app, tmp_path, "intriguing", mail)
        assert "You corrected no verdict." in await command(app, tmp_path, "corrections")
        await command(app, tmp_path, "ugly", mail)
        await command(app, tmp_path, "good", mail)
        (told_,) = objects(await command(app, tmp_path, "corrections", "--json"))
        assert (told_["was"], told_["said"]) == ("intriguing", "good"), "Salver's verdict, not what was said between"
        assert told_["receipt"]["verdict"] == "intriguing"
        await command(app, tmp_path, "intriguing", mail)
        assert "You corrected no verdict." in await command(app, tmp_path, "corrections")
        everything = objects(await command(app, tmp_path, "corrections", "--json", "--all"))
        assert [(each["said"], each["taken_back_at"] is None) for each in everything] == [
            ("good", False), ("ugly", False),
        ]  # fmt: skip
        assert "(taken back)" in await command(app, tmp_path, "corrections", "--all")


async def test_only_those_of_one_owner_are_listed_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        await command(app, tmp_path, "ugly", mail)
        assert mail[-8:] in await command(app, tmp_path, "corrections", "--owner", "amy@salver.test")
        assert "there is no owner bob" in await command(app, tmp_path, "corrections", "--owner", "bob", code=1)


# --- forget -------------------------------------------------------------------------------------------------------


async def test_all_that_is_forgotten_lies_where_salver_alone_would_put_it(tmp_path: Path) -> None:
    people = (NINA, ZOE, replace(COLLEAGUE, headline="Recruiter"))
    async with running(tmp_path) as app:
        mails = [await brought(app, person) for person in people]
        alone = [lies(tmp_path, mail) for mail in mails]
        for mail, orders in zip(mails, (("ugly",), ("good", "ugly"), ("good",)), strict=True):
            for order in orders:
                await command(app, tmp_path, order, mail)
        assert [lies(tmp_path, mail) for mail in mails] == [
            ("Ugly", "you-said"), ("Ugly", "you-said"), ("Good", "you-said"),
        ]  # fmt: skip
        for mail in mails:
            said = await command(app, tmp_path, "forget", mail[-8:])
            assert "counts no more, and Salver judges it itself. The mail lies in " in said
            assert "salver undo" not in said
        assert [lies(tmp_path, mail) for mail in mails] == alone
        assert "You corrected no verdict." in await command(app, tmp_path, "corrections")
        talked = await conversation_of(app.store.read, mails[1])
        assert talked is not None
        assert (talked.phase, talked.said) == ("to_ask", None), "the question is open again"
        again = await command(app, tmp_path, "forget", mails[0], code=1)
        assert "you said nothing of it that could be taken back" in again
        assert "can be taken back" in await command(app, tmp_path, "undo", mails[0], code=1)


async def test_a_name_will_do_where_one_verdict_is_on_somebody_of_that_name(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        unknown = await command(app, tmp_path, "forget", "nina", code=1)
        assert "`salver corrections` lists what you said" in unknown
        await command(app, tmp_path, "ugly", mail)
        assert "Nina Note's request counts no more" in await command(app, tmp_path, "forget", "nina")
        assert lies(tmp_path, mail)[0] == "Intriguing"


async def test_without_a_running_salver_it_is_noted_and_done_when_it_runs(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        was = lies(tmp_path, mail)
    await asyncio.to_thread(salver, tmp_path, "ugly", mail, "--always", "person")
    noted = await asyncio.to_thread(salver, tmp_path, "forget", mail[-8:])
    assert "Noted: forget, Nina Note. Salver is not running" in noted
    assert "You corrected no verdict." in await asyncio.to_thread(salver, tmp_path, "corrections")
    async with running(tmp_path) as app:
        await settled(app)
        assert lies(tmp_path, mail) == was
        assert await words(app.store.read, None) == []
        assert [type(each) for each in await events(app, Remembered, Forgotten)] == [Remembered, Forgotten]


async def test_the_log_tells_it_in_words(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        await command(app, tmp_path, "ugly", mail, "--always", "person")
        await command(app, tmp_path, "forget", mail)
        text = " ".join((await command(app, tmp_path, "log", mail)).split())
        for part in (
            "all requests of Nina Note are ugly from now on", "all their requests counts no more",
            "you took back what you said", "of all requests of this person in the terminal",
        ):  # fmt: skip
            assert part in text, text


# --- of all requests ----------------------------------------------------------------------------------------------


async def test_what_was_said_of_a_person_holds_for_what_they_send_later(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        first = await brought(app, NINA)
        said = await command(app, tmp_path, "ugly", first, "--always", "person")
        assert "So is every further request from Nina Note; what came before stays where it lies." in said
        again = await brought(app, replace(NINA, number=90_001, note=MORE))
        assert lies(tmp_path, again) == ("Ugly", "never-again")
        namesake = await brought(app, replace(NINA, number=90_002, vanity="another-nina"))
        assert lies(tmp_path, namesake)[0] == "Intriguing", "a name alone says nothing"
        text = await command(app, tmp_path, "corrections")
        assert "never again  person Nina Note" in text
        (word,) = [
            each
            for each in objects(await command(app, tmp_path, "corrections", "--json"))
            if each["kind"] == "standing"
        ]
        assert (word["scope"], word["said"], word["request"]) == ("person", "ugly", first)
        await command(app, tmp_path, "forget", first)
        third = await brought(app, replace(NINA, number=90_003, note=f"{MORE} {NOTE}"))
        assert lies(tmp_path, third)[1] != "never-again"
        assert lies(tmp_path, again) == ("Ugly", "never-again"), "what came in because of it stays"


async def test_what_was_said_of_a_company_holds_for_everybody_from_it_whose_mail_is_proven(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        first = await brought(app, ZOE, signed=True)
        assert lies(tmp_path, first)[0] == "Intriguing"
        await command(app, tmp_path, "good", first, "--always", "company")
        colleague = await brought(app, COLLEAGUE, signed=True)
        assert lies(tmp_path, colleague) == ("Good", "always-good")
        assert await conversation_of(app.store.read, colleague) is None, "nothing is asked"
        other = replace(COLLEAGUE, vanity="un-proven", number=91_000)
        assert lies(tmp_path, await brought(app, other))[1] != "always-good", "who proves nothing borrows nothing"


async def test_a_request_that_a_word_decided_is_judged_without_it_once_the_word_is_gone(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        first = await brought(app, ZOE, signed=True)
        await command(app, tmp_path, "good", first, "--always", "company")
        colleague = await brought(app, COLLEAGUE, signed=True)
        await command(app, tmp_path, "ugly", colleague)
        await command(app, tmp_path, "forget", first)
        await command(app, tmp_path, "forget", colleague)
        assert lies(tmp_path, colleague)[1] not in ("always-good", "you-said")


async def test_where_the_mail_shows_no_company_that_is_said(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        error = await command(app, tmp_path, "good", mail, "--always", "company", code=1)
        assert "Nina Note: this mail does not show their company, so `good` is all that can be said" in error
        assert await conversation_of(app.store.read, mail) is None
        assert "No such option" in await command(app, tmp_path, "asked", mail, "--always", "person", code=2)


async def test_of_a_mail_that_its_owner_deleted_nothing_is_said_to_lie_anywhere(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        (path,) = (tmp_path / "mail").rglob(f"*{mail}*")
        path.unlink()
        for order in (("ugly", mail, "--always", "person"), ("forget", mail)):
            said = await command(app, tmp_path, *order)
            assert "The mail is in none of the folders any more: you deleted it" in " ".join(said.split()), said
            assert "The mail lies in" not in said


async def test_a_move_back_after_a_word_about_all_ends_that_word(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        mail = await brought(app, NINA)
        await command(app, tmp_path, "ugly", mail, "--always", "person")
        assert len(await words(app.store.read, "amy")) == 1
        await command(app, tmp_path, "good", mail)
        assert await words(app.store.read, "amy") == []


async def test_a_word_about_a_forgery_takes_nothing_from_the_word_about_the_person(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        real = await brought(app, NINA, signed=True)
        await command(app, tmp_path, "ugly", real, "--always", "person")
        forged = await brought(app, replace(NINA, number=92_001, note=MORE))
        assert lies(tmp_path, forged) == ("Ugly", "never-again")
        await command(app, tmp_path, "good", forged, "--always", "person")
        standing = [each.memory.proven for each in await words(app.store.read, "amy")]
        assert standing == [False, True], "both are listed, and either can be taken back"
        later = await brought(app, replace(NINA, number=92_002, note=f"{MORE} {NOTE}"), signed=True)
        assert lies(tmp_path, later) == ("Ugly", "never-again")
        await command(app, tmp_path, "good", real, "--always", "person")
        await command(app, tmp_path, "ugly", forged, "--always", "person")
        last = await brought(app, replace(NINA, number=92_003, note=f"{NOTE} {MORE}"), signed=True)
        assert lies(tmp_path, last) == ("Good", "always-good")


# --- any history, in a real store -----------------------------------------------------------------------------------

REQUESTS = ("0192f3a4b5c6d7e8f90123456789aaaa", "0192f3a4b5c6d7e8f90123456789bbbb")
steps = st.lists(
    st.tuples(
        st.sampled_from(REQUESTS),
        st.sampled_from(["good", "ugly", "intriguing", "good person", "ugly person", "undo", "forget", "asked"]),
    ),
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@example([(REQUESTS[0], "good"), (REQUESTS[0], "ugly"), (REQUESTS[0], "undo")])
@example([(REQUESTS[0], "good person"), (REQUESTS[1], "ugly person")])
@example([(REQUESTS[0], "good person"), (REQUESTS[1], "ugly person"), (REQUESTS[1], "forget")])
@given(steps)
def test_what_counts_is_what_the_owner_says_otherwise_than_salver_after_any_history(
    history: list[tuple[str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_kept(Path(folder), history))


async def _kept(folder: Path, history: list[tuple[str, str]]) -> None:
    log = await Log.open(folder / "salver.db", 0)
    about = Notice(name=shown("Zoe"), profile_url=shown("https://www.linkedin.com/in/zoe"))
    talks = {request: Talk(told()) for request in REQUESTS}
    last: list[str] = []
    """requests of which something was said of all, in that order"""
    try:
        for count, (request, name) in enumerate([*((each, "opened") for each in REQUESTS), *history]):
            made = talks[request]
            for event in _happening(made, request, name, T0 + count * HOUR, about):
                outcomes = made.hears(event)
                last += [each.request for each in outcomes if isinstance(each, Remembered)]
                await log.put([Output(f"{count}.{n}.{event.at}", each, "done") for n, each in enumerate(outcomes)])  # type: ignore[attr-defined]
        now = {request: made.now for request, made in talks.items()}
        counting = await corrections(log.read, "amy", False)
        assert {(each.request, each.said, each.was) for each in counting} == {
            (request, known.said, known.ours) for request, known in now.items() if known.said not in (None, known.ours)
        }
        await _standing(log, now, about, last)
    finally:
        await log.close()


async def _standing(log: Log, now: dict[str, Conversation], about: Notice, last: list[str]) -> None:
    """Of what is said of the same person in two places, the last word counts, and it comes back with forgetting."""
    held = {request: known.said for request, known in now.items() if known.always is not None}
    found = await memories_of(log.read, "amy", "linkedin", about)
    assert len(found) == len(await words(log.read, None)) == (1 if held else 0)
    for memory in found:
        assert held[memory.request] == memory.verdict
        assert memory.request == next(request for request in reversed(last) if request in held)
    assert await memories_of(log.read, "bob", "linkedin", about) == ()
    assert await memories_of(log.read, "amy", "facebook", about) == ()
    assert await memories_of(log.read, "amy", "linkedin", Notice(name=shown("Zoe"))) == ()


def _happening(made: Talk, request: str, name: str, at: int, about: Notice) -> list[Event]:
    ids = {"request": request, "mail": request}
    if name == "opened":
        return [opened(at, about=about, verdict="intriguing", **ids)]
    if name in ("undo", "forget"):
        last = last_step(made.steps) if name == "undo" else last_words(made.steps)
        event = ordered(name, at, before=last.before if last is not None else None, **ids)
        return [event]
    order, _, scope = name.partition(" ")
    said = ordered(order, at, always=scope or None, **ids)
    verdict = order if order in ("good", "ugly", "intriguing") else made.now.said or "intriguing"
    return [said, rejudged(verdict, at + 1).model_copy(update=ids)]
