"""A whole Salver inside the test's own process: receiver, log, readers, worker, Maildir."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pipeline.app import App
from pipeline.settings import load
from tests.builders.server import CALM as CALM


def dead_end() -> str:
    """A resolver address at which nobody answers: loopback's discard port."""
    return "127.0.0.1:9"


ONE_READER = "[reader]\nchildren = 1\n"
"""A child takes most of a second to start; few tests need two."""


@asynccontextmanager
async def running(
    folder: Path, more: str = "", resolver: str = "", owner: str = "", first: str = ""
) -> AsyncIterator[App]:
    """Salver over `folder`, for amy@salver.test. `more` is put before the owner's table, `owner` into it.

    `first`: keys that stand above all tables.
    """
    config = folder / "salver.toml"
    mailbox = "" if "mailboxes" in owner else f'mailbox = "maildir:{folder}/mail"\n'
    config.write_text(
        f'{first}[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f"{'' if '[follow_up]' in more else CALM}{'' if '[reader]' in more else ONE_READER}"
        f'[dns]\nresolvers = ["{resolver or dead_end()}"]\ntime = 1\n{more}\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\n{mailbox}{owner}\n',
        "utf-8",
    )
    app = App(load(config, environment={}))
    async with app.running():
        yield app


async def deliver(app: App, raw: bytes, mail_from: str = "bounce@network.test", rcpt: str = "amy@salver.test") -> str:
    """Send `raw`, octet for octet, over the app's SMTP port. Returns the reply after the data."""
    assert app.receiver.smtp_address is not None
    reader, writer = await asyncio.open_connection(*app.receiver.smtp_address)
    try:
        reply = b""
        for command in (
            b"",
            b"EHLO client.test",
            f"MAIL FROM:<{mail_from}>".encode(),
            f"RCPT TO:<{rcpt}>".encode(),
            b"DATA",
        ):
            if command:
                writer.write(command + b"\r\n")
            reply = await _reply(reader)
            assert reply[:1] in (b"2", b"3"), (command, reply)
        stuffed = re.sub(rb"(\A|\r\n)\.", rb"\1..", raw)
        writer.write(stuffed + (b"" if stuffed.endswith(b"\r\n") or not stuffed else b"\r\n") + b".\r\n")
        return (await _reply(reader)).decode()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while True:
        line = await reader.readline()
        assert line, "the server hung up"
        if line[3:4] != b"-":
            return line.rstrip()


async def settled(app: App, seconds: float = 60) -> None:
    """Until nothing is left to do."""
    async with asyncio.timeout(seconds):
        while True:
            ((left,),) = await app.store.read("SELECT count(*) FROM events WHERE state IN ('ready', 'claimed')")
            ((due,),) = await app.store.read(
                "SELECT count(*) FROM conversations WHERE due_at <= ?", (time.time_ns() // 1_000_000,)
            )
            if not left and not due:
                return
            await asyncio.sleep(0.02)


def filed(folder: Path) -> dict[str, list[bytes]]:
    """Folder -> contents of its files, in order of their names."""
    found: dict[str, list[bytes]] = {}
    for name in ("INBOX", "Good", "Intriguing", "Ugly"):
        root = folder / "mail" / ("" if name == "INBOX" else f".{name}")
        paths = sorted([*root.glob("new/*"), *root.glob("cur/*")], key=lambda path: path.name)
        found[name] = [path.read_bytes() for path in paths]
    return found


def below(content: bytes) -> bytes:
    """The octets below our own fields."""
    _, closing, rest = content.partition(b"\r\nX-Salver-End:")
    assert closing, content[:500]
    return rest.partition(b"\r\n")[2]
