"""The loop: claim -> stage or edge -> outputs and the end of the input, committed together."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from pipeline.clock import now
from pipeline.errors import Busy, StageRaised, describe
from pipeline.patience import until
from pipeline.retry import next_try
from pipeline.store.conversations import conversation_of
from pipeline.store.log import Conflict, Entry, Log, Output, State
from pipeline.store.orders import completed
from stages.conversation import Advanced, DigestWanted, Elapsed, Ordered, RejudgingWanted, ReminderWanted, ReplyWanted
from stages.events import INBOX, Enriched, Event, Failed, FilingWanted, Scored
from stages.flow import FLOW, TALK, Converse, Stage
from stages.inspecting import InspectionWanted
from stages.keeping import RemovalWanted
from stages.learning import LearningWanted
from stages.notifying import NotificationWanted
from stages.receipt import failure_fields
from stages.rereading import RereadWanted
from stages.settings import Settings
from stages.targets import targets_of

Edge = Callable[[Entry], Awaitable[tuple[Event, ...]]]
"""Does the I/O one event asks for. May be run again for the same entry: it acts first and is recorded after."""

POLL_SECONDS = 1.0
"""How often the store is looked at for what another process (a command) wrote."""

NO_MAIL = (
    ReminderWanted, DigestWanted, ReplyWanted, RejudgingWanted, RemovalWanted, InspectionWanted, RereadWanted,
    LearningWanted, NotificationWanted,
)  # fmt: skip
"""Steps about a mail that lies in its place already, or about none: where they fail there is nothing to file."""

LATE = 60_000
"""Milliseconds after which it is asked anew whether a mail may go to the owner."""

log = structlog.get_logger()


class Worker:
    """Hands every waiting event of the log to its edge, and what comes of it to the stages."""

    def __init__(
        self,
        store: Log,
        edges: Mapping[type[Event], Edge],
        settings: Settings,
        flow: Mapping[type[Event], Stage] = FLOW,
        talk: Mapping[type[Event], Converse] = TALK,
        hands: int = 32,
    ) -> None:
        self._store = store
        self._edges = edges
        self.settings = settings
        self._flow = flow
        self._talk = talk
        self._hands = hands
        self._busy: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self.advanced: Callable[[], None] = lambda: None
        """called when conversations made steps"""
        self._stopping = False
        store.woken = self._wake.set

    async def run(self) -> None:
        """Work until `stop` is called. Troubles of the store are waited out, never fatal."""
        while not self._stopping:
            self._wake.clear()
            entries: list[Entry] = []
            wait = POLL_SECONDS
            try:
                due = await self._store.next_due()
                free = self._hands - len(self._busy)
                if due is not None and due <= now():
                    entries = await self._store.claim(free) if free else []
                elif due is not None:
                    wait = min(POLL_SECONDS, (due - now()) / 1000)
            except (sqlite3.Error, OSError) as error:
                log.error("store_troubled", error=type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)
                continue
            for entry in entries:
                task = asyncio.create_task(self._handle(entry), name=f"handle {entry.id}")
                self._busy.add(task)
                task.add_done_callback(self._done)
            if not entries:
                await self._sleep(max(0.0, wait))

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._wake.set()

    async def stop(self, grace: float = 5.0) -> None:
        """Take nothing new and let what runs come to its end; what is cut is claimed again at the next start."""
        self._stopping = True
        self._wake.set()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _handle(self, entry: Entry) -> None:
        """Handle an entry and, one after the other, whatever of its outputs needs an edge."""
        entries = [entry]
        while entries:
            current = entries.pop(0)
            try:
                entries.extend(await self._step(current))
            except Exception as error:  # the store is troubled, or we are: what was claimed is claimed again later
                log.error("store_troubled", error=type(error).__name__, id=current.id)
                await self._give_back([current, *entries], error)
                return

    async def _give_back(self, entries: list[Entry], error: Exception) -> None:
        for entry in entries:
            while True:
                try:
                    await self._store.postpone(entry, now() + 1_000, type(error).__name__)
                    break
                except (sqlite3.Error, OSError):
                    await asyncio.sleep(POLL_SECONDS)

    async def _step(self, entry: Entry) -> list[Entry]:
        """Handle one entry. Returns its outputs that need an edge, claimed already.

        All its stages are told the same settings, whatever is taken over meanwhile: one set judges a mail.
        """
        kind, settings = type(entry.event), self.settings
        try:
            if isinstance(entry.event, Scored) and Enriched in self._flow:  # it failed, maybe under other settings
                events = self._flow[Enriched](entry.event.enriched, settings)
            elif kind in self._flow:
                events = self._flow[kind](entry.event, settings)
            elif kind in self._edges:
                events = await self._edges[kind](entry)
                settings = self.settings
            elif kind in self._talk:
                events = await self._converse(entry)
            else:
                events = ()
        except Exception as error:
            await self._troubled(entry, error)
            return []
        # In a thread, because one mail with a hundred notes must not keep every client waiting.
        outputs = await asyncio.to_thread(self._through_stages, entry.id, events, settings)
        try:
            await self._store.finish(entry, outputs)
        except Conflict:
            await self._store.postpone(entry, now(), "something else happened to the same request")
            return []
        except sqlite3.IntegrityError as error:  # outputs the log cannot hold: a bug, kept for a person
            await self._bury(entry, error)
            return []
        for output in outputs:
            self._tell(output)
            if output.state == "ready":
                self._wake.set()
        if any(isinstance(output.event, Advanced) for output in outputs):
            self.advanced()
        return [Entry(output.id, output.event) for output in outputs if output.state == "claimed"]

    async def _converse(self, entry: Entry) -> tuple[Event, ...]:
        """What an event means for its conversation, as it stands now. One after the other, in the order of the log."""
        await until(lambda: self._store.is_next(entry), "something that happened before comes first")
        event = entry.event
        known = await conversation_of(self._store.read, getattr(event, "request", ""))
        if isinstance(event, Elapsed) and known is not None and known.mails and now() - event.at > LATE:
            return ()  # whether the owner may be written to was asked then; it stays due, and is asked again
        if isinstance(event, Ordered):
            event = await completed(self._store, known, event, self.settings, entry.id)
        try:
            return self._talk[type(event)](known, event, self.settings)
        except Exception as error:
            raise StageRaised(describe(error)) from error

    def _through_stages(self, id: str, events: tuple[Event, ...], settings: Settings) -> list[Output]:
        """The events, and what the pure stages make of them; an event whose stage raised is a dead letter."""
        outputs: list[Output] = []
        waiting = [(f"{id}.{index}", event) for index, event in enumerate(events)]
        while waiting:
            id, event = waiting.pop(0)
            stage = self._flow.get(type(event))
            if stage is None:
                outputs.append(Output(id, event, "claimed" if self._acts(event) else "done"))
                continue
            try:
                made = stage(event, settings)
            except Exception as error:
                outputs.append(Output(id, event, "dead", describe(error)))
                outputs.extend(self._instead(id, event, error, 1))
                continue
            outputs.append(Output(id, event, "done"))
            waiting.extend((f"{id}.{index}", output) for index, output in enumerate(made))
        return _for_one_hand(outputs)

    def _acts(self, event: Event) -> bool:
        """Whether it needs more than a pure stage."""
        return type(event) in self._edges or type(event) in self._talk

    async def _troubled(self, entry: Entry, error: Exception) -> None:
        kind = type(entry.event)
        step = kind.__name__
        bug = kind in self._flow or isinstance(error, StageRaised)
        due = None if bug else next_try(step, error, entry.tries, now())
        if due is not None:
            told = entry.tries in (1, 10) or entry.tries % 100 == 0
            tell = log.warning if told and not isinstance(error, Busy) else log.debug
            tell("step_postponed", step=step, id=entry.id, error=describe(error), tries=entry.tries)
            await self._store.postpone(entry, due, describe(error))
            return
        await self._bury(entry, error)

    async def _bury(self, entry: Entry, error: Exception) -> None:
        outputs = self._instead(entry.id, entry.event, error, entry.tries, "ready")
        await self._store.bury(entry, describe(error), outputs)
        for output in outputs:
            self._tell(output)

    def _instead(self, id: str, event: Event, error: Exception, tries: int, state: State = "claimed") -> list[Output]:
        """A Failed, and the mail raw in the INBOX of each mailbox."""
        failed = Failed(
            mail=event.mail, owner=event.owner, step=type(event).__name__, input=id, error=describe(error), tries=tries
        )
        outputs = [Output(f"{id}.failed{now()}", failed, "done")]
        if type(event) in self._talk or isinstance(event, NO_MAIL):
            return outputs
        try:
            targets = targets_of(event, self.settings)
        except KeyError:  # an owner who is no longer configured: the dead letter alone is kept
            return outputs
        for index, mailbox in enumerate(targets):
            wanted = FilingWanted(
                mail=event.mail,
                owner=event.owner,
                mailbox=mailbox,
                folder=INBOX,
                fields=failure_fields(describe(error)),
            )
            outputs.append(Output(f"{event.mail}.raw{index}", wanted, state))
        return outputs

    def _tell(self, output: Output) -> None:
        event = output.event
        if isinstance(event, Failed):
            log.error("step_failed", mail=event.mail, step=event.step, error=event.error)
        else:
            log.debug(snake(type(event).__name__), mail=event.mail, id=output.id)


def _for_one_hand(outputs: list[Output]) -> list[Output]:
    """Whoever handled the input goes on with the first, any hand takes the others: none waits behind a slow server."""
    claimed = [output.id for output in outputs if output.state == "claimed"]
    return [replace(output, state="ready") if output.id in claimed[1:] else output for output in outputs]


def snake(name: str) -> str:
    """`FilingStarted` -> `filing_started`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
