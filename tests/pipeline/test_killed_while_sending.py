"""kill -9 of a real server while it hands a mail of its own to a real relay: sent at most once, and never lost."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.builders import linkedin
from tests.builders.linkedin import MIRA
from tests.builders.running import CALM
from tests.builders.server import Server
from tests.builders.sink import HANG, Sink, sink
from tests.builders.smtp_client import Client, until


def killable(folder: Path, relay: Sink) -> Server:
    server = Server(folder, CALM, f'[outgoing]\nrelay = "{relay.url}"\ntls = "off"')
    server.config.write_text(server.config.read_text("utf-8") + 'contact = "amy@far.test"\n', "utf-8")
    return server


async def submit(server: Server, raw: bytes) -> None:
    client = Client(*await asyncio.open_connection("127.0.0.1", server.port))
    await client.hello()
    await client.envelope("amy@salver.test")
    await client.ask("DATA")
    await client.send(raw + b".\r\n")
    assert (await client.reply()).startswith("250")
    client.writer.close()


def inbox(server: Server) -> list[bytes]:
    return [path.read_bytes() for path in sorted(server.mailbox.glob("new/*"))]


def recorded(server: Server) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{server.store}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT kind FROM events WHERE kind LIKE 'Sen%' OR kind = 'ReminderFiled' ORDER BY seq")
        return [str(kind) for (kind,) in rows]


@pytest.mark.parametrize(
    ("hangs_at", "point", "sent", "lies"),
    [
        (".", "", 1, 1),
        ("greeting", "", 1, 0),
        ("RCPT", "", 1, 0),
        ("", "filing recorded, not begun", 0, 1),
    ],
    ids=["while the reply is waited for", "before the relay spoke", "before the mail went out", "as it goes out"],
)
async def test_killed_while_sending_it_is_sent_at_most_once_and_never_lost(
    tmp_path: Path, hangs_at: str, point: str, sent: int, lies: int
) -> None:
    async with sink() as relay:
        server = killable(tmp_path, relay)
        if hangs_at:
            relay.always(hangs_at, HANG)
        try:
            await asyncio.to_thread(server.start, point, 2)  # the first fact recorded is that the request is filed
            await submit(server, linkedin.invitation_modern(MIRA))
            if hangs_at:
                await relay.reached[hangs_at].wait()
                server.kill()
            else:
                assert server.process is not None
                assert await asyncio.to_thread(server.process.wait, 30) == -9
            relay.usual()
            await asyncio.to_thread(server.start)
            await asyncio.to_thread(server.settled)
            await until(lambda: recorded(server)[-1:] in (["Sent"], ["ReminderFiled"]))
            server.stop()
        finally:
            server.kill()
    assert len(relay.mails) == sent
    assert len(inbox(server)) == lies
    assert recorded(server) == ["SendingStarted", "ReminderFiled" if lies else "Sent"]
    said = (tmp_path / "stderr").read_text("utf-8")
    assert said.count("sending_unsure") == lies
