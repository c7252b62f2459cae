"""What a relay may do wrong at any moment: each mail of ours is sent at most once, and what is not sent is known."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import Busy, NotSent
from pipeline.retry import LONGEST_MILLISECONDS, SENDING_TRIES, next_try
from pipeline.sender import AT_ONCE, Kept
from stages.conversation import SendingRefused, Sent
from stages.events import Event
from tests.builders.sending import EVENT, outbox
from tests.builders.sink import CUT, HANG, sink
from tests.builders.smtp_client import until

BEFORE = ("greeting", "EHLO", "MAIL", "RCPT", "DATA")


@pytest.mark.parametrize("command", [*BEFORE, "."])
async def test_a_temporary_refusal_is_tried_again_and_then_sent_once(tmp_path: Path, command: str) -> None:
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        relay.script(command, "451 later, please")
        with pytest.raises(NotSent, match="451 later, please"):
            await sending.send()
        assert isinstance(await sending.last(), SendingRefused)
        assert isinstance(await sending.send(), Sent)
    assert len(relay.mails) == (2 if command == "." else 1), "one of them was refused"


@pytest.mark.parametrize("command", [*BEFORE, "."])
async def test_a_refusal_for_good_is_filed_instead_and_never_tried_again(tmp_path: Path, command: str) -> None:
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        relay.script(command, "554 never")
        assert await sending.send() == (told := await sending.send())
        assert isinstance(told, Kept)
        assert not told.unsure
        assert "554 never" in told.why
    assert relay.connections == 1


@pytest.mark.parametrize("what", [CUT, HANG])
@pytest.mark.parametrize("command", BEFORE)
async def test_what_breaks_before_the_mail_went_out_is_tried_again(tmp_path: Path, command: str, what: str) -> None:
    async with sink() as relay, outbox(tmp_path, relay, time="1s" if what == HANG else "20s") as sending:
        relay.script(command, what)
        with pytest.raises(NotSent):
            await sending.send()
        sending.outbox.outgoing = sending.outbox.outgoing.model_copy(update={"time": 20_000})
        assert isinstance(await sending.send(), Sent)
    assert len(relay.mails) == 1


@pytest.mark.parametrize("what", [CUT, HANG, "250", "no number", "199 odd"])
async def test_what_breaks_after_the_mail_went_out_is_never_sent_again(tmp_path: Path, what: str) -> None:
    async with sink() as relay, outbox(tmp_path, relay, time="3s" if what == HANG else "20s") as sending:
        relay.script(".", what)
        told = await sending.send()
        if what == "250":
            assert isinstance(told, Sent)
            return
        assert isinstance(told, Kept)
        assert told.unsure
        again = await sending.send()
        assert isinstance(again, Kept)
        assert again.unsure
    assert (relay.connections, len(relay.mails)) == (1, 1)


async def test_that_a_mail_goes_out_is_on_disk_before_its_first_octet(tmp_path: Path) -> None:
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        record = sending._record

        async def looking(id: str, event: Event) -> None:
            assert b"Ask why?" not in relay.wire
            await record(id, event)
            with contextlib.closing(sqlite3.connect(f"file:{tmp_path}/salver.db?mode=ro", uri=True)) as other:
                assert other.execute("SELECT id FROM events").fetchall() == [("m1.1.sending1",)]
            assert b"Ask why?" not in relay.wire

        sending.outbox._record = looking
        assert isinstance(await sending.send(), Sent)


async def test_the_tries_are_bounded_and_their_pauses_grow_up_to_an_hour(tmp_path: Path) -> None:
    pauses = []
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        relay.always("RCPT", "450 later")
        for _ in range(SENDING_TRIES - 1):
            with pytest.raises(NotSent) as caught:
                await sending.send()
            pauses.append((next_try("ReminderWanted", caught.value, 99, 7) or 0) - 7)
        assert isinstance(await sending.send(), Kept)
        assert isinstance(await sending.send(), Kept)
    assert relay.connections == SENDING_TRIES
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (30_000, LONGEST_MILLISECONDS)


async def test_a_relay_that_hangs_holds_a_few_mails_and_no_more(tmp_path: Path) -> None:
    async with sink() as relay, outbox(tmp_path, relay, time="60s") as sending:
        relay.always("greeting", HANG)
        events = [EVENT.model_copy(update={"mail": f"m{number}"}) for number in range(AT_ONCE)]
        tasks = [asyncio.create_task(sending.send(event=event)) for event in events]
        await until(lambda: relay.connections == AT_ONCE)
        with pytest.raises(Busy):
            await sending.send(event=EVENT.model_copy(update={"mail": "late"}))
        for task in tasks:
            task.cancel()
        assert all(
            isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*tasks, return_exceptions=True)
        )
        relay.usual()
        assert isinstance(await sending.send(event=events[0]), Sent), "what was cut before the mail went out is sent"
