"""kill -9 at random instants and at named points: what was answered 250 lies in exactly one folder, once, whole."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.builders.server import POINTS, Server

MAILS = 300


def invitation(number: int) -> bytes:
    """A small invitation of our own; every one is a different person's."""
    return (
        f"From: Person {number} <invitations@linkedin.com>\r\n"
        f"To: Amy <amy@salver.test>\r\nMessage-ID: <{number}.crash@example.test>\r\n"
        f"Date: Tue, 24 Nov 2026 10:00:{number % 60:02} +0000\r\nX-Crash-Id: {number}\r\n"
        "Subject: I want to connect\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Person {number} would like to join your network.\r\n.\r\n..dots\r\n\r\n"
        f"bare \r and \n, and \x00, number {number}\r\n"
    ).encode()


async def send(port: int, number: int) -> bool:
    """True if the mail was answered 250."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:

        async def reply() -> bytes:
            while True:
                line = await reader.readline()
                if not line:
                    raise ConnectionResetError
                if line[3:4] != b"-":
                    return line

        async def say(line: bytes, wanted: bytes) -> None:
            writer.write(line + b"\r\n")
            answer = await reply()
            if not answer.startswith(wanted):
                raise ConnectionResetError(answer.decode())

        await reply()
        await say(b"EHLO client.test", b"250")
        await say(b"MAIL FROM:<bounce@linkedin.test>", b"250")
        await say(b"RCPT TO:<amy@salver.test>", b"250")
        await say(b"DATA", b"354")
        body = invitation(number)
        stuffed = re.sub(rb"(\A|\r\n)\.", rb"\1..", body)
        writer.write(stuffed + b".\r\n")
        return (await reply()).startswith(b"250")
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def send_all(server: Server, left: set[int], acknowledged: set[int]) -> None:
    """Send what is left over eight connections at a time, until all is acknowledged or the server dies."""
    waiting = sorted(left)

    async def sender() -> None:
        while waiting:
            number = waiting.pop(0)
            try:
                if await send(server.port, number):
                    acknowledged.add(number)
            except OSError:
                return

    await asyncio.gather(*(sender() for _ in range(8)))
    left -= acknowledged


def check(server: Server, acknowledged: set[int]) -> None:
    """Every acknowledged mail is filed exactly once, whole, below our fields."""
    counts: Counter[int] = Counter()
    for path in server.files():
        raw = path.read_bytes()
        found = re.search(rb"^X-Crash-Id: (\d+)\r$", raw, re.MULTILINE)
        assert found is not None, f"{path.name} is none of ours, or torn"
        number = int(found[1])
        counts[number] += 1
        assert raw.endswith(b"\r\n" + invitation(number)), f"mail {number} is not whole"
        assert raw.startswith(b"Received: ")
    assert {number: counts[number] for number in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert set(counts.values()) == {1}


def run_round(
    folder: Path, seed: int, points: list[tuple[str, int]], kills: int, *more: str, mails: int = MAILS
) -> list[Path]:
    """Send mails through a server that dies at each point, then `kills` times at random instants. Returns the files.

    `more`: lines of configuration.
    """
    chance = random.Random(seed)
    server = Server(folder, *more)
    left, acknowledged = set(range(mails)), set[int]()
    try:
        for point, number in points:
            server.start(point, number)
            asyncio.run(send_all(server, left, acknowledged))
            died(server, 20)
        for _ in range(kills):
            server.start()
            asyncio.run(send_and_kill(server, left, acknowledged, chance.uniform(0.01, 0.6)))
        server.start()
        asyncio.run(send_all(server, left, acknowledged))
        assert not left, "a healthy server took everything that was left"
        server.settled()
        server.stop()
        check(server, acknowledged)
        return server.files()
    finally:
        server.kill()


def died(server: Server, seconds: float) -> None:
    """The server came to its point and died there; what had not been sent by then is sent later."""
    assert server.process is not None
    assert server.process.wait(seconds) == -9


async def send_and_kill(server: Server, left: set[int], acknowledged: set[int], after: float) -> None:
    sending = asyncio.create_task(send_all(server, left, acknowledged))
    await asyncio.sleep(after)
    server.kill()
    await sending


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", sorted(POINTS))
def test_a_server_killed_at_a_named_point_loses_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    number = {"claimed, not worked on": 5}.get(point, 40)
    run_round(tmp_path, 1, [(point, number), (point, max(1, number // 8))], kills=1)


@pytest.mark.timeout(240)
def test_a_server_killed_at_random_instants_loses_and_doubles_nothing(tmp_path: Path) -> None:
    run_round(tmp_path, random.randrange(1 << 30), [], kills=6)


@pytest.mark.timeout(240)
def test_a_killed_server_that_puts_verdicts_among_flags_loses_and_doubles_nothing(tmp_path: Path) -> None:
    keywords = "[filing]\nkeywords = true"
    files = run_round(tmp_path, random.randrange(1 << 30), [("renamed, not recorded", 20)], 2, keywords, mails=100)
    assert sum(path.name.endswith(":2,a") for path in files) >= 90  # those of a lock whose holder was killed have none


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("round", range(40))
def test_forty_more_rounds_of_random_kills_lose_and_double_nothing(tmp_path: Path, round: int) -> None:
    points = [(point, 1 + (round * 7) % 60) for point in sorted(POINTS) if point != "claimed, not worked on"]
    run_round(tmp_path, round, points, kills=4)


def test_a_lost_mail_a_doubled_mail_and_a_torn_mail_are_noticed(tmp_path: Path) -> None:
    server = Server(tmp_path)
    new = server.mailbox / "new"
    new.mkdir(parents=True)
    for number in (1, 2):
        (new / str(number)).write_bytes(b"Received: us\r\n" + invitation(number))
    check(server, {1, 2})
    with pytest.raises(AssertionError):
        check(server, {1, 2, 3})
    (new / "again").write_bytes(b"Received: us\r\n" + invitation(2))
    with pytest.raises(AssertionError):
        check(server, {1, 2})
    (new / "again").unlink()
    (new / "2").write_bytes(b"Received: us\r\n" + invitation(2)[:-20])
    with pytest.raises(AssertionError):
        check(server, {1, 2})
