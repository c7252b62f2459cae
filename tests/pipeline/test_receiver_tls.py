"""STARTTLS in the receiver, over real sockets and with real clients: what it promises."""

from __future__ import annotations

import asyncio
import random
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.receiver.smtp import GuardedSMTP
from pipeline.receiver.tls import Opened
from stages.events import Received
from stages.header import trace
from tests.builders.certificates import Certificate, loopback
from tests.builders.smtp_client import Client, listening, until
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


async def sends_until_cut(client: TlsClient, piece: bytes) -> None:
    """Many records at once."""
    with suppress(ConnectionError):
        while True:
            await Client.send(client, b"".join(client.seal(piece) for _ in range(20)))
            await asyncio.sleep(0)


# --- what it promises -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lmtp", [False, True])
async def test_starttls_is_announced_in_clear_and_neither_announced_nor_taken_again(
    pair: Certificate, lmtp: bool
) -> None:
    hello = "LHLO front.example" if lmtp else "EHLO relay.example"
    async with offering(pair) as here:
        client = await here.connect(lmtp=lmtp)
        assert "STARTTLS" in [line[4:] for line in (await client.hello(hello)).splitlines()]
        assert (await client.ask("STARTTLS now")).startswith("501 5.5.4")
        assert (await client.ask("starttls")).startswith("220")
        inside = await TlsClient(client, trusting(pair)).shake()
        told = await inside.ask(hello)
        assert "STARTTLS" not in told
        assert "SMTPUTF8" in told
        assert (await inside.ask("STARTTLS")).startswith("503 5.5.1")
        await sends_a_mail(inside)


async def test_without_a_certificate_there_is_no_starttls() -> None:
    async with listening() as here:
        client = await here.connect()
        assert "STARTTLS" not in await client.hello()
        assert (await client.ask("STARTTLS")).startswith("500 5.5.1")
        await sends_a_mail(client)


@pytest.mark.parametrize(
    ("greeting", "parameters", "protocol"),
    [
        ("EHLO new.example", "", "ESMTPS"),
        ("EHLO new.example", " SMTPUTF8", "UTF8SMTPS"),
        ("HELO old.example", "", "ESMTPS"),
        ("LHLO front.example", "", "LMTPS"),
        ("LHLO front.example", " SMTPUTF8", "UTF8LMTPS"),
    ],
)
async def test_received_says_that_the_mail_came_encrypted(
    pair: Certificate, greeting: str, parameters: str, protocol: str
) -> None:
    async with offering(pair) as here:
        inside = await encrypted(await here.connect(lmtp=greeting.startswith("LHLO")), pair, greeting)
        assert (await inside.ask(f"MAIL FROM:<a@far.example>{parameters}")).startswith("250")
        assert (await inside.ask("RCPT TO:<mina@tray.example>")).startswith("250")
        assert (await inside.data(b".\r\n")).startswith("250")
        (mail,) = here.kept.mails
    assert mail.protocol == protocol
    received = Received(
        mail="m", owner="mina", blob="b", size=0, mail_from="", rcpt_to=mail.rcpt_to, received_at=0,
        helo=mail.helo, peer=mail.peer, protocol=mail.protocol,
    )  # fmt: skip
    assert f" with {protocol} id " in trace(received, "tray.example")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_tls_1_2_and_1_3_are_spoken(pair: Certificate, version: ssl.TLSVersion) -> None:
    context = trusting(pair)
    context.minimum_version = context.maximum_version = version
    async with offering(pair) as here:
        inside = await TlsClient(await asked(here), context).shake()
        await inside.ask("EHLO relay.example")
        await sends_a_mail(inside)
        assert (inside.tls.version() or "").replace("v1", "v1_").replace(".", "") in version.name


async def test_older_versions_are_refused(pair: Certificate) -> None:
    context = trusting(pair)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with capture_logs() as events:
        async with offering(pair) as here:
            assert await handshake_fails(await asked(here), context)
            await until(lambda: not here.receiver.admission.clients)
    assert [event["fault"] for event in events if event["event"] == "client_dropped"] == ["unsupported_protocol"]


async def test_a_large_mail_comes_whole(pair: Certificate) -> None:
    chance = random.Random(5)
    lines = [
        chance.choice([b"", b".", b"..", b"x\r", b"y\n"]) + chance.randbytes(70).hex().encode() for _ in range(35_000)
    ]
    content = b"\r\n".join(lines) + b"\r\n"
    assert len(content) > 5_000_000
    async with offering(pair) as here:
        inside = await encrypted(await here.connect(), pair)
        await inside.envelope()
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
        assert (await inside.data(stuffed + b".\r\n")).startswith("250")
        assert here.kept.contents == [content]
        assert here.receiver.admission.octets == 0


@pytest.mark.parametrize("records", [1, 7, 250], ids=["one record", "records of 7 octets", "long records"])
@pytest.mark.parametrize("packets", [1, 13, 70_000])
async def test_pipelined_commands_are_understood_however_records_and_packets_cut_them(
    pair: Certificate, records: int, packets: int
) -> None:
    talk = b"EHLO x.example\r\n" + ONE + ONE + b"NOOP\r\nQUIT\r\n"
    size = {1: len(talk)}.get(records, records)
    async with offering(pair) as here:
        inside = await TlsClient(await asked(here), trusting(pair)).shake()
        sealed = b"".join(inside.seal(talk[at : at + size]) for at in range(0, len(talk), size))
        await inside.send_apart(sealed[at : at + packets] for at in range(0, len(sealed), packets))
        replies = [await inside.reply() for _ in range(11)]
        assert [reply[:3] for reply in replies] == ["250", *["250", "250", "354", "250"] * 2, "250", "221"]
        assert here.kept.contents == [b"injected\r\n"] * 2
        assert await inside.ended()
        assert inside.said_goodbye


async def test_commands_in_the_same_packet_as_the_end_of_the_handshake_are_understood(pair: Certificate) -> None:
    async with offering(pair) as here:
        client = await asked(here)
        inside = TlsClient(client, trusting(pair))
        await client.send(inside.hello_octets())
        while not await _finished(inside):
            pass
        await client.send(inside.seal(b"EHLO x.example\r\nNOOP\r\n"))  # the end of the handshake goes with it
        assert (await inside.reply()).startswith("250-")
        assert (await inside.reply()).startswith("250 2.0.0")


async def _finished(inside: TlsClient) -> bool:
    """The client's handshake is done, and its last flight not sent yet."""
    inside._in.write(await inside.raw.read(65_536))
    try:
        inside.tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


# --- within TLS -------------------------------------------------------------------------------------------------


async def test_a_mail_whose_client_is_cut_off_is_not_kept_and_one_that_came_whole_is(pair: Certificate) -> None:
    async with offering(pair) as here:
        cut, whole = [await encrypted(await here.connect(), pair) for _ in range(2)]
        for client, content in ((cut, b"half a mail\r\n."), (whole, b"a whole mail\r\n.\r\n")):
            await client.envelope()
            await client.ask("DATA")
            await client.send(content)
        assert (await whole.reply()).startswith("250")
        for client in (cut, whole):
            client.writer.write_eof()  # the TCP connection ends, and TLS was not ended before
            assert await client.ended()
        await until(lambda: not here.receiver.admission.clients)
        assert here.kept.contents == [b"a whole mail\r\n"]
        assert here.receiver.admission.octets == 0


async def test_a_client_that_ends_tls_behind_its_last_command_still_hears_every_reply(pair: Certificate) -> None:
    async with offering(pair) as here:
        here.kept.gate.clear()
        inside = await encrypted(await here.connect(), pair)
        inside.writer.write(inside.seal(ONE + b"QUIT\r\n") + inside.goodbye())
        inside.writer.write_eof()
        await here.kept.started.wait()
        await asyncio.sleep(0.05)
        here.kept.gate.set()
        assert [(await inside.reply())[:3] for _ in range(5)] == ["250", "250", "354", "250", "221"]
        assert here.kept.contents == [b"injected\r\n"]


async def test_a_record_that_was_tampered_with_is_cut_and_what_came_before_it_is_answered(pair: Certificate) -> None:
    with capture_logs() as events:
        async with offering(pair) as here:
            inside = await encrypted(await here.connect(), pair)
            good, bad = inside.seal(ONE), bytearray(inside.seal(ONE))
            bad[40] ^= 1
            inside.writer.write(good + bad)
            replies = [(await inside.reply())[:3] for _ in range(4)]
            assert replies == ["250", "250", "354", "250"]
            with pytest.raises(ssl.SSLError, match="BAD_RECORD_MAC"):  # our alert
                await inside.more()
            assert here.kept.contents == [b"injected\r\n"]
            await until(lambda: not here.receiver.admission.clients)
    assert [event["why"] for event in events if event["event"] == "client_dropped"] == ["tls"]


async def test_a_silent_client_hears_why_it_is_cut(pair: Certificate) -> None:
    async with offering(pair, idle="300ms") as here:
        inside = await encrypted(await here.connect(), pair)
        assert (await inside.reply()).startswith("421 4.4.2")
        assert await inside.ended()
        assert inside.said_goodbye


async def test_octets_that_open_no_record_do_not_count_as_a_sign_of_life(pair: Certificate) -> None:
    async with offering(pair, idle="300ms", command="300ms") as here:
        inside = await encrypted(await here.connect(), pair)
        reply = asyncio.create_task(inside.reply())
        for octet in inside.seal(b"x" * 10_000):  # one great record, drop by drop
            if reply.done():
                break
            inside.writer.write(bytes([octet]))
            await asyncio.sleep(0.02)
        assert reply.result().startswith("421 4.4.2")


async def test_a_client_that_takes_no_replies_is_cut(pair: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.receiver.conversation.FAREWELL", 0.05)
    async with offering(pair, idle="1h", command="400ms", junk_commands=10**9) as here:
        inside = await encrypted(await here.connect(limit=1024), pair)
        await sends_until_cut(inside, b"EHLO x\r\n" * 1000)
        await until(lambda: not here.receiver.admission.clients)


@pytest.mark.parametrize("piece", [b"z" * 16_000, b"z\n.\n" * 4_000, b"\r\n" * 8_000], ids=["z", "bare", "lines"])
async def test_data_without_end_is_cut_and_was_never_held(
    pair: Certificate, piece: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = inside_tls = 0
    received = GuardedSMTP.data_received

    def data_received(server: GuardedSMTP, data: bytes) -> None:
        nonlocal most
        received(server, data)
        most = max(most, len(vars(server._reader)["_buffer"]) + len(server._inlet._held))

    more = Opened._more

    async def measured(opened: Opened) -> int:
        nonlocal inside_tls
        came = await more(opened)
        inside_tls = max(inside_tls, opened._tls._in.pending)
        return came

    monkeypatch.setattr(GuardedSMTP, "data_received", data_received)
    monkeypatch.setattr(Opened, "_more", measured)
    async with offering(pair, size=100_000, drain=400_000, in_flight=200_000) as here:
        inside = await encrypted(await here.connect(), pair)
        await inside.envelope()
        await inside.ask("DATA")
        await sends_until_cut(inside, piece)
        await until(lambda: not here.receiver.admission.clients)
        assert here.receiver.admission.octets == 0
        assert here.kept.mails == []
    assert most < 2 * 65_536 + 262_144 + 65_536
    assert 0 < inside_tls < 2 * 17_000, "two records"


# --- stopping ---------------------------------------------------------------------------------------------------


async def test_stopping_answers_within_tls_and_says_nothing_in_clear_to_a_handshake(pair: Certificate) -> None:
    async with offering(pair) as here:
        here.kept.gate.clear()
        idle, sending = [await encrypted(await here.connect(), pair) for _ in range(2)]
        shaking = await asked(here)
        await sending.envelope()
        await sending.ask("DATA")
        await sending.send(b"the last mail\r\n.\r\n")
        await here.kept.started.wait()
        stopping = asyncio.create_task(here.receiver.stop(0.05))
        assert (await idle.reply()).startswith("421 4.3.2")
        assert await idle.ended()
        assert idle.said_goodbye
        assert await closed(shaking) == b""
        assert not stopping.done()
        here.kept.gate.set()
        assert (await sending.reply()).startswith("250")
        assert (await sending.reply()).startswith("421 4.3.2")
        await asyncio.wait_for(stopping, 10)
        assert here.kept.contents == [b"the last mail\r\n"]


async def test_stopping_does_not_wait_for_who_is_still_in_the_handshake(pair: Certificate) -> None:
    async with offering(pair) as here:
        shaking = await asked(here)
        await shaking.send(TlsClient(shaking, trusting(pair)).hello_octets()[:50])
        await asyncio.wait_for(here.receiver.stop(60), 20)
        assert await closed(shaking) == b""


# --- other people's clients -------------------------------------------------------------------------------------


async def test_smtplib_and_its_lmtp_deliver_over_verified_tls(pair: Certificate) -> None:
    async with offering(pair) as here:

        def deliver(kind: type[smtplib.SMTP], address: tuple[str, int] | None) -> None:
            assert address is not None
            with kind("localhost", address[1]) as client:
                client.starttls(context=trusting(pair))
                client.sendmail("robin@far.example", ["mina@tray.example"], b"Subject: x\r\n\r\nA word.\r\n")

        await asyncio.to_thread(deliver, smtplib.SMTP, here.receiver.smtp_address)
        await asyncio.to_thread(deliver, smtplib.LMTP, here.receiver.lmtp_address)
        assert [mail.protocol for mail in here.kept.mails] == ["ESMTPS", "LMTPS"]
        assert here.kept.contents == [b"Subject: x\r\n\r\nA word.\r\n"] * 2
