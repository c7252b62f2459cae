"""Not kept means not 250; a commit outlives its client; and LMTP's replies for each recipient."""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3

import pytest
from structlog.testing import capture_logs

from tests.builders.smtp_client import Client, listening, until

MAIL = b"Subject: hello\r\n\r\nA word.\r\n"


# --- not kept means not 250 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("no such column: secret"), "451 4.3.0"),
        (OSError(errno.EIO, "secret"), "451 4.3.0"),
        (OSError(errno.ENOSPC, "secret"), "452 4.3.1"),
        (TimeoutError("secret"), "451 4.3.0"),
        (ConnectionResetError("secret"), "451 4.3.0"),
        (EOFError("secret"), "451 4.3.0"),
        (asyncio.CancelledError("secret"), "451 4.3.0"),
    ],
)
async def test_a_mail_that_is_not_kept_is_refused_for_now_without_the_errors_text(
    error: BaseException, code: str
) -> None:
    with capture_logs() as events:
        async with listening() as here:
            client = await here.ready()
            await client.envelope()
            here.kept.error = error
            reply = await client.data(MAIL + b".\r\n")
            assert reply.startswith(code), reply
            assert "secret" not in reply
            here.kept.error = None
            await client.envelope()
            assert (await client.data(MAIL + b".\r\n")).startswith("250")
            assert here.kept.contents == [MAIL]
    (refused,) = [event for event in events if event["event"] == "mail_refused"]
    assert refused["error"] == type(error).__name__
    assert "secret" not in str(refused)


async def test_a_full_database_is_no_room_also_as_the_cause_of_another_error(tmp_path: object) -> None:
    database = sqlite3.connect(f"{tmp_path}/small.db")
    database.execute("pragma max_page_count = 2")
    database.execute("create table mail (content blob)")

    async with listening() as here:

        async def commit(_: object) -> None:
            try:
                database.execute("insert into mail values (zeroblob(100000))")
            except sqlite3.Error as error:
                raise RuntimeError("not written") from error

        here.receiver._commit = commit
        client = await here.ready()
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith("452 4.3.1")
    database.close()


async def test_a_command_that_fails_inside_is_451_and_the_envelope_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise IndexError("string index out of range: secret")

    with capture_logs() as events:
        async with listening() as here:
            client = await here.ready()
            with monkeypatch.context() as patch:
                patch.setattr("pipeline.receiver.smtp.owner_of", broken)
                replies = await client.envelope()
            assert replies[1].startswith("451 4.3.0")
            assert "secret" not in replies[1]
            assert [r[:3] for r in await client.envelope()] == ["250", "250"]
    assert [event["event"] for event in events] == ["command_failed"]
    assert "secret" not in str(events)


async def test_a_client_that_hangs_up_during_the_commit_does_not_stop_it() -> None:
    async with listening() as here:
        here.kept.gate.clear()
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(MAIL + b".\r\n")
        await here.kept.started.wait()
        client.reset()
        await until(lambda: not here.receiver.admission.clients)
        assert here.receiver.admission.octets > 0
        here.kept.gate.set()
        await until(lambda: here.kept.mails)
        assert here.kept.contents == [MAIL]
        await until(lambda: not here.receiver.admission.octets)


async def test_a_client_that_half_closes_hears_the_replies_to_all_it_sent() -> None:
    async with listening() as here:
        here.kept.gate.clear()
        client = await here.connect()
        await client.send(
            b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<mina@tray.example>\r\nDATA\r\n" + MAIL + b".\r\nNOOP\r\n"
        )
        client.writer.write_eof()
        await here.kept.started.wait()
        await asyncio.sleep(0.05)
        here.kept.gate.set()
        assert [(await client.reply())[:3] for _ in range(7)] == ["220", "250", "250", "250", "354", "250", "250"]
        assert await client.ended()
        assert here.kept.contents == [MAIL]


async def test_a_client_that_closes_in_the_middle_of_the_data_leaves_nothing_behind() -> None:
    async with listening() as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(MAIL + b"\r\n.")
        client.writer.write_eof()
        assert await client.ended()
        assert here.kept.mails == []
        assert here.receiver.admission.octets == 0


# --- LMTP -------------------------------------------------------------------------------------------------------


async def test_lmtp_answers_once_for_each_recipient_it_took() -> None:
    async with listening() as here:
        client = await here.ready(lmtp=True)
        replies = await client.envelope("mina@tray.example", "nobody@tray.example", "otto@tray.example")
        assert [reply[:3] for reply in replies] == ["250", "250", "550", "250"]
        assert (await client.data(MAIL + b".\r\n")).startswith("250")
        assert (await client.reply()).startswith("250")
        assert (await client.ask("NOOP")).startswith("250 2.0.0 Here")
        assert here.kept.mails[0].rcpt_to == ("mina@tray.example", "otto@tray.example")


async def test_lmtp_refuses_for_each_recipient_what_is_not_kept_or_too_big() -> None:
    async with listening(size=100) as here:
        client = await here.ready(lmtp=True)
        here.kept.error = OSError("locked")
        await client.envelope("mina@tray.example", "otto@tray.example")
        assert (await client.data(MAIL + b".\r\n")).startswith("451")
        assert (await client.reply()).startswith("451")
        await client.envelope("mina@tray.example", "otto@tray.example")
        assert (await client.data(b"x" * 200 + b"\r\n.\r\n")).startswith("552")
        assert (await client.reply()).startswith("552")
        assert (await client.ask("NOOP")).startswith("250 2.0.0 Here")


async def test_lmtp_says_lhlo_and_smtp_does_not() -> None:
    async with listening() as here:
        front = await here.connect(lmtp=True)
        assert "LMTP" in await front.reply()
        for wrong in ("HELO x", "EHLO x"):
            assert (await front.ask(wrong)).startswith("500 5.5.1")
        assert "PIPELINING" in await front.ask("LHLO x")
        client: Client = await here.ready()
        assert (await client.ask("LHLO x")).startswith("500 5.5.1")


async def test_nothing_a_client_says_reaches_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.DEBUG)
    with capture_logs() as events:
        async with listening() as here:
            client = await here.ready()
            await client.envelope("mina+marker@tray.example", "marker@tray.example", sender="marker@far.example")
            await client.data(b"marker\r\n.\r\n")
            await client.ask("marker marker")
            await client.ask("POST /marker HTTP/1.1")
    assert "marker" not in caplog.text + str(events)
