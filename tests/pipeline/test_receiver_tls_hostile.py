"""STARTTLS in the receiver: commands that are slipped in, and handshakes that are none."""

from __future__ import annotations

import asyncio
import random
import ssl
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.receiver.certificate import read_pair
from pipeline.receiver.smtp import GuardedSMTP
from pipeline.receiver.tls import HANDSHAKE, Opened, Tls
from tests.builders.certificates import Certificate, loopback
from tests.builders.smtp_client import until
from tests.builders.tls_client import (
    TlsClient,
    asked,
    closed,
    encrypted,
    handshake_fails,
    offering,
    sends_a_mail,
    trusting,
)

ONE = b"MAIL FROM:<a@far.example>\r\nRCPT TO:<mina@tray.example>\r\nDATA\r\ninjected\r\n.\r\n"


@pytest.fixture
def pair(tmp_path: Path) -> Certificate:
    return loopback(tmp_path)


# --- what came in clear -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", [ONE, b"NOOP\r\n", b"\r\n", b"x"], ids=["a mail", "a command", "a line", "an octet"])
async def test_whatever_is_sent_behind_starttls_in_one_packet_is_refused_and_cut(
    pair: Certificate, behind: bytes
) -> None:
    with capture_logs() as events:
        async with offering(pair) as here:
            client = await here.ready()
            await client.send(b"STARTTLS\r\n" + behind)
            assert await closed(client) == b"554 5.5.0 Nothing may follow STARTTLS before our reply, closing\r\n"
            assert here.kept.mails == []
            await until(lambda: not here.receiver.admission.clients)
    assert [event["why"] for event in events if event["event"] == "client_dropped"] == ["sent behind STARTTLS"]


async def test_a_handshake_in_the_same_packet_as_starttls_is_refused(pair: Certificate) -> None:
    async with offering(pair) as here:
        client = await here.ready()
        await client.send(b"STARTTLS\r\n" + TlsClient(client, trusting(pair)).hello_octets())
        assert (await closed(client)).startswith(b"554 5.5.0 ")


@pytest.mark.parametrize("when", ["before the reply", "after the reply"])
@pytest.mark.parametrize("injected", [ONE, b"RSET\r\n", b"EHLO evil.example\r\n" + ONE])
async def test_what_is_slipped_in_as_a_second_packet_is_never_a_command(
    pair: Certificate, when: str, injected: bytes
) -> None:
    """The victim, who knows nothing of it, turns to TLS: that must fail, and nothing of the attacker's be done."""
    async with offering(pair) as here:
        client = await here.ready()
        if when == "before the reply":
            client.writer.write(b"STARTTLS\r\n")
            client.writer.write(injected)  # a second packet, which is there before the server looks
            assert (await client.reply())[:4] in ("220 ", "554 ")
        else:
            await client.ask("STARTTLS")
            client.writer.write(injected)
        assert await handshake_fails(client, trusting(pair))
        assert b"250" not in await closed(client)
        assert here.kept.mails == []
        await until(lambda: not here.receiver.admission.clients)


async def test_octets_that_wait_in_the_stream_when_tls_begins_are_no_commands(
    pair: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second packet surely lies there: the server's own 220 waits until it came."""
    async with offering(pair) as here:
        client = await here.ready()
        push = GuardedSMTP.push

        async def slow(server: GuardedSMTP, status: Any) -> None:
            await push(server, status)
            if status.startswith("220 2.0.0"):
                client.writer.write(ONE)
                await until(lambda: b"injected" in vars(server._reader)["_buffer"])

        monkeypatch.setattr(GuardedSMTP, "push", slow)
        assert (await client.ask("STARTTLS")).startswith("220")
        assert await handshake_fails(client, trusting(pair))
        assert here.kept.mails == []


async def test_nothing_that_was_said_in_clear_holds_within_tls(pair: Certificate) -> None:
    async with offering(pair) as here:
        client = await here.ready()
        await client.envelope("otto@tray.example", sender="attacker@far.example")
        await client.ask("STARTTLS")
        inside = await TlsClient(client, trusting(pair)).shake()
        assert (await inside.ask("RCPT TO:<mina@tray.example>")).startswith("503 5.5.1")
        assert (await inside.ask("DATA")).startswith("503 5.5.1")
        assert (await inside.ask("MAIL FROM:<a@far.example>")).startswith("503 5.5.1 Say hello")
        await inside.ask("HELO inside.example")
        assert (await inside.ask("MAIL FROM:<a@far.example> SIZE=3")).startswith("555"), "EHLO was said in clear only"
        await sends_a_mail(inside)
        (mail,) = here.kept.mails
        assert (mail.helo, mail.mail_from, mail.rcpt_to) == (
            "inside.example",
            "robin@far.example",
            ("mina@tray.example",),
        )


async def test_what_is_counted_against_a_client_is_counted_on(pair: Certificate) -> None:
    async with offering(pair, errors=4) as here:
        client = await here.ready()
        for _ in range(3):
            await client.ask("WHAT")
        await client.ask("STARTTLS")
        inside = await TlsClient(client, trusting(pair)).shake()
        assert (await inside.ask("WHAT")).startswith("500")
        assert (await inside.reply()).startswith("421 4.7.0")
        assert await inside.ended()
    async with offering(pair, junk_commands=4) as here:
        client = await here.ready()
        for _ in range(3):
            await client.ask("NOOP")
        await client.ask("STARTTLS")
        inside = await TlsClient(client, trusting(pair)).shake()
        assert (await inside.ask("NOOP")).startswith("250")
        assert (await inside.reply()).startswith("421 4.7.0")


# --- handshakes that are none -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 1000, random.Random(3).randbytes(1000), b"EHLO relay.example\r\n" * 50, b"\x16\x03\x01\x02\x00" * 200],
    ids=["zeros", "noise", "commands in clear", "heads of records"],
)
async def test_garbage_instead_of_a_handshake_is_cut_without_a_word_in_clear(pair: Certificate, garbage: bytes) -> None:
    with capture_logs() as events:
        async with offering(pair) as here:
            client = await asked(here)
            await client.send(garbage)
            said = await closed(client)
            assert said == b"" or said[0] == 0x15, "a TLS alert, or nothing"
            await until(lambda: not here.receiver.admission.clients)
            await sends_a_mail(await here.ready())
    (dropped,) = [event for event in events if event["event"] == "client_dropped"]
    assert (dropped["why"], dropped["log_level"]) == ("tls", "info")
    assert dropped["fault"].replace("_", "").isalnum()


async def test_a_client_that_hangs_in_the_handshake_is_cut_and_others_are_served_meanwhile(pair: Certificate) -> None:
    async with offering(pair, idle="400ms") as here:
        silent = await asked(here)
        half = await asked(here)
        await half.send(TlsClient(half, trusting(pair)).hello_octets()[:100])
        waiting = await asked(here)
        await waiting.send(TlsClient(waiting, trusting(pair)).hello_octets())  # takes the answer, and says no more
        await sends_a_mail(await encrypted(await here.connect(), pair))
        assert here.receiver.admission.clients >= 3, "they hang still"
        assert await closed(silent) == await closed(half) == b""
        assert b"421" not in await closed(waiting)
        await until(lambda: not here.receiver.admission.clients)


async def test_a_handshake_that_drips_is_cut_though_it_is_never_silent(pair: Certificate) -> None:
    async with offering(pair, idle="10s", command="200ms") as here:
        client = await asked(here)
        ended = asyncio.create_task(closed(client))
        for octet in TlsClient(client, trusting(pair)).hello_octets():
            if ended.done():
                break
            client.writer.write(bytes([octet]))
            await asyncio.sleep(0.02)
        else:
            pytest.fail("it had all the time it wanted")
        await until(lambda: not here.receiver.admission.clients)


async def test_under_stress_a_handshake_has_less_time(pair: Certificate) -> None:
    async with offering(pair, connections=4, idle="1h", command="1h", stress="100ms") as here:
        for _ in range(2):
            await here.ready()
        assert await closed(await asked(here)) == b""


async def test_a_handshake_without_end_is_cut_and_never_held(
    pair: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ClientHello of the greatest length OpenSSL takes, in records as they should be."""
    most = 0
    more = Opened._more

    async def measured(opened: Opened) -> int:
        nonlocal most
        came = await more(opened)
        most = max(most, opened._tls._in.pending)
        return came

    monkeypatch.setattr(Opened, "_more", measured)
    hello = b"\x01" + (131_390).to_bytes(3, "big") + b"\x03\x03" + b"x" * 131_300
    records = [hello[at : at + 16_000] for at in range(0, len(hello), 16_000)]
    with capture_logs() as events:
        async with offering(pair) as here:
            client = await asked(here)
            await client.send(b"".join(b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part for part in records))
            await closed(client)
            await until(lambda: not here.receiver.admission.clients)
    assert [event["why"] for event in events if event["event"] == "client_dropped"] == ["flood"]
    assert 0 < most < HANDSHAKE


@pytest.mark.parametrize("how", ["closes", "resets", "half-closes"])
async def test_a_client_that_leaves_in_the_handshake_is_gone(pair: Certificate, how: str) -> None:
    with capture_logs() as events:
        async with offering(pair) as here:
            client = await asked(here)
            await client.send(TlsClient(client, trusting(pair)).hello_octets()[:50])
            if how == "resets":
                client.reset()
            elif how == "closes":
                client.writer.close()
            else:
                client.writer.write_eof()
            await until(lambda: not here.receiver.admission.clients)
    assert events == []


async def test_limits_of_connections_hold_for_clients_in_the_handshake(pair: Certificate) -> None:
    async with offering(pair, connections=2, stress="20s") as here:
        first, _second = await asked(here), await asked(here)
        third = await here.connect()
        assert (await third.reply()).startswith("421 4.3.2")
        first.reset()
        await until(lambda: here.receiver.admission.clients < 2)
        await here.ready()


async def test_records_of_one_octet_leave_others_their_turn(pair: Certificate) -> None:
    """From a stream that never makes its reader wait, as when a client sends faster than we read."""
    server = Tls(read_pair(*pair).context)
    client, to_client, to_server = in_memory(trusting(pair))
    while not server.shake() or not done(client):
        to_client.write(server.pending())
        done(client)
        server.feed(to_server.read())
    packets = []
    for _ in range(50):
        for _ in range(100):
            client.write(b"x")
        packets.append(to_server.read())

    class Ready:
        async def read(self, most: int = 0) -> bytes:
            return packets.pop(0) if packets else b""

    async def nothing() -> None:
        pass

    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    opened = Opened(server, Ready(), lambda octets: None, nothing)
    read = 0
    while plain := await opened.read():
        read += len(plain)
    task.cancel()
    assert read == 5_000
    assert turns >= 50


def in_memory(context: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    return context.wrap_bio(to_client, to_server, server_hostname="localhost"), to_client, to_server


def done(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
