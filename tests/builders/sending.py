"""An outbox over a real log and a real relay, and a mail to send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.outgoing import Outgoing
from pipeline.sender import Kept, Outbox
from pipeline.store import outbox as sent_before
from pipeline.store.log import Log
from stages.conversation import ReminderWanted, SendingRefused, SendingStarted, Sent
from stages.events import Event, Notice
from stages.settings import Owner
from tests.builders.sink import Sink

AMY = Owner(addresses=("amy@tray.test",), contact="amy@far.test")
EVENT = ReminderWanted(mail="m1", owner="amy", mailbox="maildir:x", request="r1", about=Notice(), at=1)


def mail(*more: str, to: str = "amy@far.test", body: str = ".\r\n..dots\r\n.hidden\r\nEnd") -> bytes:
    fields = ("From: Salver <salver@tray.test>", f"To: {to}", "Subject: Ask why?", *more)
    return ("\r\n".join(fields) + f"\r\n\r\nHello\r\n{body}\r\n").encode()


class Sending:
    """An outbox over a real log."""

    def __init__(self, store: Log, outgoing: Outgoing) -> None:
        self.store = store
        self.seen: list[tuple[str, Event]] = []
        self.outbox = Outbox(outgoing, "tray.test", self._record, partial(sent_before.attempts, store.read))

    async def _record(self, id: str, event: Event) -> None:
        await self.store.record(id, event)
        self.seen.append((id, event))

    async def send(self, content: bytes = b"", event: ReminderWanted = EVENT) -> Sent | Kept:
        return await self.outbox.send(f"{event.mail}.1", event, AMY, content or mail())

    async def last(self) -> SendingStarted | SendingRefused | None:
        rows = await self.store.read("SELECT kind, body FROM events WHERE kind LIKE 'Sending%' ORDER BY seq")
        kinds: dict[str, Any] = {"SendingStarted": SendingStarted, "SendingRefused": SendingRefused}
        return kinds[rows[-1][0]].model_validate_json(rows[-1][1]) if rows else None


@asynccontextmanager
async def outbox(folder: Path, relay: Sink, **settings: Any) -> AsyncIterator[Sending]:
    safe = relay.certificate is not None
    told: dict[str, Any] = {"relay": relay.url, "time": "20s", **({} if safe else {"tls": "off"}), **settings}
    store = await Log.open(folder / "salver.db", 0)
    try:
        yield Sending(store, Outgoing.model_validate(told))
    finally:
        await store.close()


def secret_in(folder: Path, text: str) -> str:
    path = folder / "password"
    path.write_text(text + "\n")
    path.chmod(0o600)
    return f"file:{path}"
