"""Conversations in a real store, with the real worker, timers, stages and state table; time is moved by hand.

In place of the world stand edges of a line: a mail to the owner is noted instead of written, and what is to be judged
again is noted instead of judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

from pipeline.clock import now
from pipeline.store.conversations import conversation_of
from pipeline.store.log import Entry, Log, Output
from pipeline.timers import Timers
from pipeline.worker import Worker
from stages.calm import FollowUp
from stages.conversation import Advanced, Conversation, DigestWanted, Opened, RejudgingWanted, ReminderWanted
from stages.events import Event
from stages.flow import TALK
from stages.settings import Owner, Settings
from tests.builders.events import notice

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
ZONE = "Europe/Berlin"
WINDOW = 1_000_000


def at(text: str) -> int:
    """Clock time where the owner lives -> ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


class Clockwork:
    """One owner. `mails`: (when, what) of every mail made for them."""

    def __init__(self, folder: Path, clock: time_machine.Coordinates, follow_up: dict[str, object]) -> None:
        self.path, self.clock = folder / "salver.db", clock
        self.mails: list[tuple[int, ReminderWanted | DigestWanted]] = []
        self.judged_again = 0
        self.steps = 0
        self.store: Log
        self.tell_settings(**follow_up)

    def tell_settings(self, **follow_up: object) -> None:
        """They count from the next start on."""
        owner = Owner(id="amy", addresses=("amy@salver.test",), mailbox="maildir:mail", time_zone=ZONE)
        self.settings = Settings(owners=(owner,), follow_up=FollowUp.model_validate(follow_up))

    async def start(self) -> None:
        self.store = await Log.open(self.path, WINDOW, serve=True)
        edges = {ReminderWanted: self._note, DigestWanted: self._note, RejudgingWanted: self._judge}
        self.worker = Worker(self.store, edges, self.settings)
        self.timers = Timers(self.store, self.settings)

    async def restart(self) -> None:
        """As after a crash: what was claimed is claimed again."""
        await self.store.claim(3)
        await self.store.close()
        await self.start()

    async def _note(self, entry: Entry) -> tuple[Event, ...]:
        assert isinstance(entry.event, ReminderWanted | DigestWanted)
        self.mails.append((now(), entry.event))
        return ()

    async def _judge(self, entry: Entry) -> tuple[Event, ...]:
        self.judged_again += 1
        return ()

    # --- what happens ---------------------------------------------------------------------------------------------

    async def opens(self, *requests: str, score: float = 0.0, **changes: object) -> None:
        """These requests come in now, and are to be asked about."""
        outputs = []
        for request in requests:
            given = {
                "mail": f"mail {request}", "owner": "amy", "request": request, "network": "linkedin",
                "about": notice(request), "mailbox": "maildir:mail", "verdict": "follow_up", "at": now(),
                "score": score,
            }  # fmt: skip
            event = Opened.model_validate({**given, **changes})
            outputs.append(Output(f"{request}.opened", event, "done"))
            made = TALK[Opened](None, event, self.settings)
            outputs += [Output(f"{request}.advanced{index}", each, "done") for index, each in enumerate(made)]
        await self.store.put(outputs)

    async def hears(self, event: Event) -> None:
        """Something happens to a conversation, and is worked on."""
        self.steps += 1
        await self.store.put([Output(f"happens.{self.steps}", event, "ready")])
        await self.work()

    async def goes_to(self, moment: int) -> None:
        """The clock shows this time, and everything is done that is due then."""
        self.clock.move_to(moment / 1000)
        for _ in range(1000):
            worked = await self.work()
            more = await self.timers.look(now())
            if not await self.work() and not more and not worked:
                return
        raise AssertionError("it never comes to rest")

    async def waits(self, until: int, every: int) -> None:
        """Time passes, with a look so often."""
        for moment in range(now() + every, until + 1, every):
            await self.goes_to(moment)

    async def work(self) -> int:
        """Until nothing is left to do that is due. How many steps that was."""
        count = 0
        while entries := await self.store.claim(64):
            count += len(entries)
            await asyncio.gather(*(self.worker._handle(entry) for entry in entries))
        return count

    # --- what came of it ------------------------------------------------------------------------------------------

    @property
    def digests(self) -> list[tuple[int, DigestWanted]]:
        return [(when, mail) for when, mail in self.mails if isinstance(mail, DigestWanted)]

    @property
    def mentions(self) -> list[tuple[int, str]]:
        """(when, which request) of every mention of a request that the owner is to do something about."""
        found = []
        for when, mail in self.mails:
            if isinstance(mail, ReminderWanted):
                found.append((when, mail.request))
            else:
                found += [(when, line.request) for line in mail.lines if line.asking is not None]
        return found

    async def known(self, request: str) -> Conversation:
        found = await conversation_of(self.store.read, request)
        assert found is not None
        return found

    async def all(self) -> list[Conversation]:
        rows = await self.store.read("SELECT body FROM conversations ORDER BY request")
        return [Conversation.model_validate_json(str(body)) for (body,) in rows]

    async def advanced(self, request: str) -> list[str]:
        """The steps of one conversation, as cues."""
        rows = await self.store.read(
            "SELECT body FROM events WHERE kind = 'Advanced' AND mail = ? ORDER BY seq", (f"mail {request}",)
        )
        return [Advanced.model_validate_json(str(body)).cue for (body,) in rows]


@asynccontextmanager
async def clockwork(folder: Path, begins: int, **follow_up: object) -> AsyncIterator[Clockwork]:
    with time_machine.travel(begins / 1000, tick=False) as clock:
        made = Clockwork(folder, clock, follow_up)
        await made.start()
        try:
            yield made
        finally:
            await made.store.close()
