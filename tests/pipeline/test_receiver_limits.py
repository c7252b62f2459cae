"""What one client may ask of the receiver: octets, time, commands."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.configuration import SmtpSettings
from pipeline.receiver.admission import Admission, Hold
from pipeline.receiver.smtp import GuardedSMTP
from tests.builders.smtp_client import Client, listening, until

END = b"\r\n.\r\n"


class Watch:
    """How many octets came in, and the most that lay in a stream's buffer at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.octets = self.most = 0
        original = GuardedSMTP.data_received

        def data_received(protocol: GuardedSMTP, data: bytes) -> None:
            original(protocol, data)
            self.octets += len(data)
            self.most = max(self.most, len(vars(protocol._reader)["_buffer"]) + len(protocol._inlet._held))

        monkeypatch.setattr(GuardedSMTP, "data_received", data_received)


async def flood(client: Client, octets: int, piece: bytes = b"z" * 50_000) -> bool:
    """Send this much, or until the server cuts; True if it cut."""
    try:
        for _ in range(octets // len(piece)):
            await client.send(piece)
            await asyncio.sleep(0)
    except ConnectionError:
        return True
    return client.writer.transport.is_closing()


# --- size -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [b"x", b"."], ids=["plain", "lines that start with a dot, which counts once"])
async def test_a_mail_of_exactly_size_is_kept_and_one_octet_more_is_552(first: bytes) -> None:
    lines = [first + b"x" * 97] * 10
    async with listening(size=1000) as here:
        client = await here.ready()
        for content, code in ((lines, "250"), ([*lines[:-1], lines[-1] + b"+"], "552 5.3.4")):
            await client.envelope()
            sent = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in content)
            await client.ask("DATA")
            await client.send_apart([sent, b".\r\n"])
            assert (await client.reply()).startswith(code)
        assert here.kept.contents == [b"".join(line + b"\r\n" for line in lines)]


async def test_a_mail_of_exactly_size_is_kept_when_its_end_comes_octet_by_octet() -> None:
    async with listening(size=1000) as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send_apart([b"x" * 998, b"\r", b"\n", b".", b"\r", b"\n"])
        assert (await client.reply()).startswith("250")


async def test_too_big_a_mail_is_read_to_its_end_refused_and_the_connection_goes_on() -> None:
    async with listening(size=1000, drain=500_000) as here:
        client = await here.ready()
        await client.envelope()
        assert (await client.data(b"y\r\n.." * 60_000 + END)).startswith("552 5.3.4")
        await client.envelope()
        assert (await client.data(b".\r\n")).startswith("250")
        assert here.kept.contents == [b""]
        assert here.receiver.admission.octets == 0


@pytest.mark.parametrize(
    "piece", [b"z" * 50_000, b"z\n.\n" * 12_500, b"\r" * 50_000, b"\r\n" * 25_000, b"..\r\n" * 12_500]
)
async def test_data_without_end_is_cut_and_was_never_held(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    async with listening(size=100_000, drain=400_000, in_flight=200_000) as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await flood(client, 20_000_000, piece)
        assert await client.ended()
        await until(lambda: not here.receiver.admission.clients)
        assert here.receiver.admission.octets == 0
        assert here.kept.mails == []
    assert watch.octets < 500_000 + 600_000
    assert watch.most < 2 * 65_536 + 262_144 + 65_536


async def test_a_command_line_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    async with listening() as here:
        client = await here.ready()
        await flood(client, 20_000_000)
        assert await client.ended()
    assert watch.octets < 1_000_000


async def test_a_fast_client_waits_while_a_mail_is_being_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    async with listening() as here:
        here.kept.gate.clear()
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(b".\r\n")
        await here.kept.started.wait()
        sending = asyncio.create_task(flood(client, 50_000_000))
        await asyncio.sleep(0.3)
        assert not sending.done()
        assert watch.most < 2 * 65_536 + 262_144 + 65_536
        sending.cancel()
        client.reset()


async def test_all_mails_at_once_share_one_budget() -> None:
    async with listening(size=3000, in_flight=4000, forwarders=("127.0.0.1",)) as here:
        first, second = await here.ready(), await here.ready()
        for client in (first, second):
            await client.envelope()
            await client.ask("DATA")
        await first.send(b"x" * 2500)
        await until(lambda: here.receiver.admission.octets >= 2500)
        await second.send(b"y" * 2500 + END)
        assert (await second.reply()).startswith("452 4.3.1")
        assert (await second.ask("MAIL FROM:<> SIZE=2000")).startswith("452 4.3.1")
        await first.send(END)
        assert (await first.reply()).startswith("250")
        assert here.receiver.admission.octets == 0
        await second.envelope()
        assert (await second.data(b"y" * 2500 + END)).startswith("250")


async def test_a_mail_counts_against_the_budget_until_it_is_committed() -> None:
    async with listening(size=3000, in_flight=3000, forwarders=("127.0.0.1",)) as here:
        here.kept.gate.clear()
        first, second = await here.ready(), await here.ready()
        await first.envelope()
        await first.ask("DATA")
        await first.send(b"x" * 2990 + END)
        await here.kept.started.wait()
        await second.envelope()
        assert (await second.data(b"yyyyyyyy" + END)).startswith("452 4.3.1")
        here.kept.gate.set()
        assert (await first.reply()).startswith("250")
        await second.envelope()
        assert (await second.data(b"yyyyyyyy" + END)).startswith("250")


def taken(admission: Admission, peer: str, *octets: int) -> list[bool]:
    """Whether a mail of each size, one beside the other, is taken from this address; those taken stay in flight."""
    return [Hold(admission, peer).grow(size) is None for size in octets]


BIG = 1_000_000


@pytest.mark.parametrize(
    ("peer", "mails"),
    [("198.51.100.7", 5), ("2001:db8::7", 5), ("127.0.0.1", 10), ("::1", 10), ("192.0.2.25", 17)],
    ids=["IPv4", "IPv6", "loopback: a half", "loopback: a half", "forwarder: all but the reserve"],
)
def test_one_address_takes_no_more_than_its_share_of_the_budget(peer: str, mails: int) -> None:
    admission = Admission(SmtpSettings(size=BIG, in_flight=20 * BIG, forwarders=("192.0.2.25",)))
    assert taken(admission, peer, *[BIG] * 20) == [True] * mails + [False] * (20 - mails)


def test_the_share_is_that_of_a_whole_ipv6_network_and_comes_back() -> None:
    admission = Admission(SmtpSettings(size=BIG, in_flight=4 * BIG))
    first = Hold(admission, "2001:db8::1")
    assert first.grow(BIG) is None
    assert taken(admission, "2001:db8::2", 1) == [False]
    assert taken(admission, "2001:db8:0:1::2", 1) == [True]
    first.release()
    assert taken(admission, "2001:db8::2", BIG) == [True]


def test_a_mail_of_full_size_is_taken_though_it_is_larger_than_the_share() -> None:
    admission = Admission(SmtpSettings())
    hold = Hold(admission, "198.51.100.7")
    assert {hold.grow(65_536) for _ in range(36_000_000 // 65_536 + 2)} == {None}
    assert taken(admission, "198.51.100.7", 1) == [False], "but no other beside it"


def test_four_addresses_cannot_shut_out_everybody_elses_small_mails() -> None:
    admission = Admission(SmtpSettings())
    for number in range(4):
        held = Hold(admission, f"198.51.100.{number}")
        while held.has_room(65_536):
            held.grow(65_536)
    assert taken(admission, "203.0.113.9", 300_000) == [False]
    assert taken(admission, "203.0.113.9", *[200_000] * 60) == [True] * 60


def test_without_room_for_two_mails_there_is_no_reserve() -> None:
    admission = Admission(SmtpSettings(size=2 * BIG, in_flight=3 * BIG))
    assert taken(admission, "192.0.2.1", 2 * BIG) == [True]
    assert taken(admission, "192.0.2.2", BIG) == [True]


async def test_silent_clients_of_one_address_hold_its_share_until_they_are_cut() -> None:
    async with listening(size=BIG, in_flight=4 * BIG, idle="1s", rate=0) as here:
        silent = [await here.ready() for _ in range(4)]
        for client in silent:
            await client.envelope()
            await client.ask("DATA")
            await client.send(b"x" * (BIG - 1000))
        await until(lambda: here.receiver.admission.octets > 1_900_000)
        other = await here.ready()
        assert (await other.ask(f"MAIL FROM:<a@far.example> SIZE={BIG}")).startswith("452 4.3.1")
        assert 1_900_000 < here.receiver.admission.octets <= 2 * BIG, "a half, for they come from loopback"
        assert {(await client.reply())[:9] for client in silent} == {"421 4.4.2"}
        assert here.receiver.admission.octets == 0
        later = await here.ready()
        await later.envelope()
        assert (await later.data(b"x" * 900_000 + END)).startswith("250")


# --- time -------------------------------------------------------------------------------------------------------


async def test_a_silent_client_and_a_command_that_never_ends_are_cut() -> None:
    async with listening(idle="60ms", command="5s") as here:
        client = await here.ready()
        assert (await client.reply()).startswith("421 4.4.2")
        assert await client.ended()
    async with listening(idle="5s", command="100ms") as here:
        client = await here.ready()
        reply = asyncio.create_task(client.reply())
        while not reply.done():  # an octet again and again does not buy more time
            client.writer.write(b"N")
            await asyncio.sleep(0.01)
        assert reply.result().startswith("421 4.4.2")


async def test_a_client_that_takes_no_replies_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.receiver.conversation.FAREWELL", 0.05)
    async with listening(idle="1h", command="100ms", junk_commands=10**9) as here:
        client = await here.connect(limit=1024)  # whoever reads no line stops reading the socket soon
        assert await flood(client, 50_000_000, b"EHLO x\r\n" * 1000)
        await until(lambda: not here.receiver.admission.clients)


async def test_a_slow_commit_is_not_held_against_the_client() -> None:
    async with listening(idle="80ms", command="80ms", rate_window="80ms", rate=1) as here:
        here.kept.gate.clear()
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(b".\r\n")
        await asyncio.sleep(0.3)
        here.kept.gate.set()
        assert (await client.reply()).startswith("250")


async def test_the_deadline_follows_the_octets_of_a_mail() -> None:
    async with listening(idle="150ms", command="150ms", rate_window="100ms", rate=100) as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        for _ in range(40):
            await client.send(b"0123456789\r\n")
            await asyncio.sleep(0.01)
        await client.send(b".\r\n")
        assert (await client.reply()).startswith("250")
        assert here.kept.contents == [b"0123456789\r\n" * 40]


async def test_data_that_drips_is_cut_though_it_is_never_silent() -> None:
    async with listening(idle="5s", rate_window="100ms", rate=10_000) as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        reply = asyncio.create_task(client.reply())
        while not reply.done():
            client.writer.write(b"x\r\n")
            await asyncio.sleep(0.01)
        assert reply.result().startswith("421 4.4.2")
        assert here.kept.mails == []
        assert here.receiver.admission.octets == 0


async def test_a_silence_within_the_data_is_cut() -> None:
    async with listening(idle="60ms", rate=0) as here:
        client = await here.ready()
        await client.envelope()
        assert (await client.data(b"x" * 100)).startswith("421 4.4.2")


# --- commands ---------------------------------------------------------------------------------------------------


async def test_after_too_many_errors_the_client_is_sent_away() -> None:
    async with listening(errors=4) as here:
        client = await here.ready()
        for _ in range(4):
            assert (await client.ask("WHAT")).startswith("500")
        assert (await client.reply()).startswith("421 4.7.0")
        assert await client.ended()


async def test_junk_commands_are_counted_between_two_mails() -> None:
    async with listening(junk_commands=5) as here:
        client = await here.ready()  # its greeting is the first
        for command in ("NOOP", "RSET", "VRFY x", "HELP"):
            assert (await client.ask(command))[:1] == "2"
        await client.envelope()
        await client.data(b".\r\n")
        for _ in range(6):
            assert (await client.ask("NOOP"))[:1] == "2"
        assert (await client.reply()).startswith("421 4.7.0")
        assert await client.ended()


async def test_recipients_beyond_the_limit_are_452_and_the_mail_goes_to_the_others() -> None:
    async with listening(recipients=100, errors=5) as here:
        client = await here.ready()
        replies = await client.envelope(*(f"mina+{number}@tray.example" for number in range(130)))
        assert [reply[:9] for reply in replies[1:]] == ["250 2.1.5"] * 100 + ["452 4.5.3"] * 30
        assert (await client.data(b".\r\n")).startswith("250")
        assert len(here.kept.mails[0].rcpt_to) == 100


@pytest.mark.parametrize(
    "first", ["GET / HTTP/1.1", "POST /x HTTP/1.1", "Host: tray.example", "PRI * HTTP/2.0", "\x16\x03\x01"]
)
async def test_who_speaks_another_protocol_is_sent_away_before_its_mail(first: str) -> None:
    async with listening() as here:
        client = await here.connect()
        await client.reply()
        await client.send(
            first.encode() + b"\r\nEHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<mina@tray.example>\r\nDATA\r\n.\r\n"
        )
        assert (await client.reply()).startswith("421 4.7.0")
        assert await client.ended()
        assert here.kept.mails == []
