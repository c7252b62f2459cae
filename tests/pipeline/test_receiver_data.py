"""Mail data: only CRLF.CRLF ends it, and every octet is kept as it came."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.receiver.inlet import Inlet, Pace
from tests.builders.smtp_client import listening

SECOND = b"MAIL FROM:<forged@bank.example>\r\nRCPT TO:<mina@tray.example>\r\nDATA\r\nforged\r\n"

# What some server somewhere takes for the end of the data, and we must not.
NO_END = [
    b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n\n.\r\n", b"\r\r.\r\n", b"\r\r\n.\r\r\n",
    b"\r\n.\r\r\n", b"\n.\r", b"\r.\n", b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\n. \r\n", b"\r\n .\r\n",
    b"\r\n.\t\r\n", b"\r\n\x0b.\r\n", b"\r\n\x85.\r\n", b"\r\n\xe2\x80\xa8.\r\n", b"\r\n\r.\r\n", b"\r\n.\n\r\n",
    b"x.\r\n", b"\r\n..\r\n", b"\r\n.\r\x00\n",
]  # fmt: skip


def undone(data: bytes) -> bytes:
    """The dots of transparency taken away, line by line."""
    return b"\r\n".join(line.removeprefix(b".") for line in data.split(b"\r\n"))


@pytest.mark.parametrize("apart", [False, True], ids=["one packet", "an octet a packet"])
@pytest.mark.parametrize("end", NO_END, ids=lambda end: end.hex(" "))
async def test_nothing_but_crlf_dot_crlf_ends_the_data(end: bytes, apart: bool) -> None:
    data = b"Subject: one\r\n\r\nfirst" + end + SECOND
    async with listening() as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        talk = data + b".\r\nNOOP\r\n"
        await client.send_apart([bytes([octet]) for octet in talk] if apart else [talk])
        assert (await client.reply()).startswith("250 2.0.0 Kept")
        assert (await client.reply()).startswith("250 2.0.0 Here")
        assert here.kept.contents == [undone(data)]


@pytest.mark.parametrize("start", NO_END, ids=lambda start: start.hex(" "))
async def test_nothing_but_dot_crlf_ends_the_data_at_its_very_start(start: bytes) -> None:
    data = start.removeprefix(b"\r\n") + b"\r\nsecond\r\n"
    async with listening() as here:
        client = await here.ready()
        await client.envelope()
        assert (await client.data(data + b".\r\n")).startswith("250")
        assert here.kept.contents == [undone(data)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"\r\n\r\n.\r\n", b"\r\n\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...\r\n.\r\n", b"..\r\n"),
        (b".a\r\n.\r\n", b"a\r\n"),
        (b"a.\r\n.\r\n", b"a.\r\n"),
        (b"a\r\n..\r\n..\r\n.\r\n", b"a\r\n.\r\n.\r\n"),
        (b"a\n..b\r..c\r\n.\r\n", b"a\n..b\r..c\r\n"),
        (b"\r\r\n.\r\n", b"\r\r\n"),
    ],
)
@pytest.mark.parametrize("apart", [False, True], ids=["one packet", "an octet a packet"])
async def test_dots_are_undone_at_the_start_of_a_line_only(sent: bytes, kept: bytes, apart: bool) -> None:
    async with listening() as here:
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send_apart([bytes([octet]) for octet in sent] if apart else [sent])
        assert (await client.reply()).startswith("250")
        assert here.kept.contents == [kept]


async def test_eight_bit_nul_bare_line_ends_and_endless_lines_are_kept_exactly() -> None:
    chance = random.Random(20)
    noise = bytes(chance.randrange(256) for _ in range(40_000))
    hard = bytes(chance.choice(b"\r\n.\x00\xffa") for _ in range(40_000)).replace(b"\r\n.\r\n", b"")
    long_line = b"y" * 300_000
    content = b"\r\n".join([b"Subject: odd", b"", noise, hard.replace(b"\r\n.\r\n", b""), long_line, b""])
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
    async with listening() as here:
        client = await here.ready()
        await client.envelope()
        assert (await client.data(stuffed + b".\r\n")).startswith("250")
        assert here.kept.contents == [content]


_OCTETS = st.binary(max_size=60) | st.text("\r\n.a\x00", max_size=60).map(str.encode)


@given(content=_OCTETS, after=_OCTETS, cuts=st.lists(st.integers(0, 150), max_size=12), apart=st.booleans())
@settings(deadline=None, max_examples=400)
def test_any_content_cut_anywhere_comes_back_and_what_follows_is_left(
    content: bytes, after: bytes, cuts: list[int], apart: bool
) -> None:
    content += b"\r\n"
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
    stream = stuffed + b".\r\n" + after + b"\n"
    places = range(len(stream) + 1) if apart else sorted({0, *(cut % len(stream) for cut in cuts), len(stream)})

    async def read() -> tuple[bytes, bytes]:
        reader = asyncio.StreamReader()
        inlet = Inlet(reader)
        reading = asyncio.create_task(_mail_then_line(inlet))
        for start, end in zip(places, list(places)[1:], strict=False):
            reader.feed_data(stream[start:end])
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        reader.feed_eof()
        return await reading

    got, line = asyncio.run(read())
    assert got == content
    assert line == (after + b"\n").partition(b"\n")[0].removesuffix(b"\r")


async def _mail_then_line(inlet: Inlet) -> tuple[bytes, bytes]:
    mail = await inlet.data(10_000, lambda _: None, 0, Pace(60, 0, 60))
    return mail, await inlet.line(10_000)


async def test_the_hops_of_the_header_are_counted_and_nothing_else() -> None:
    hop = b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    async with listening(hops=3) as here:
        client = await here.ready()
        allowed = hop * 3 + b"X-Received: no\r\nSubject: Received:\r\n received: no\r\n\r\n" + hop * 9
        await client.envelope()
        assert (await client.data(allowed + b".\r\n")).startswith("250")
        for looping in (hop * 4, hop * 3 + b"rECEIVED : x\r\n\r\nbody\r\n", b"Received:x\n" * 4 + b"\n\r\n"):
            await client.envelope()
            assert (await client.data(looping + b".\r\n")).startswith("554 5.4.6")
        assert here.kept.contents == [allowed]


async def test_hops_are_looked_for_at_the_top_of_a_header_that_never_ends() -> None:
    hop = b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    async with listening(hops=3) as here:
        for header, reply in ((b"a: b\r\n" * 100_000 + hop * 9, "250"), (hop * 9 + b"a: b\r\n" * 100_000, "554 5.4.6")):
            client = await here.ready()
            await client.envelope()
            assert (await client.data(header + b".\r\n")).startswith(reply)


async def test_two_clients_that_send_at_the_same_time_do_not_mix() -> None:
    async with listening() as here:
        clients = [await here.ready() for _ in range(5)]
        for client in clients:
            await client.envelope()
            await client.ask("DATA")
        for part in range(20):
            for number, client in enumerate(clients):
                await client.send(f"client {number} part {part}\r\n".encode())
        for client in clients:
            await client.send(b".\r\n")
            assert (await client.reply()).startswith("250")
        assert sorted(here.kept.contents) == [
            b"".join(f"client {number} part {part}\r\n".encode() for part in range(20)) for number in range(5)
        ]
