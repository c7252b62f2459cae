"""The one place where things are joined: receiver, log, reader, worker and edges."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog

from pipeline import handshakes, quiet, sieve
from pipeline.accounts.account import Account
from pipeline.accounts.reading import Found
from pipeline.accounts.session import Session
from pipeline.accounts.tokens import token_of
from pipeline.answering import Answering
from pipeline.clock import new_mail_id, now
from pipeline.configuration import Configuration
from pipeline.dovecot.server import Served
from pipeline.emptying import Emptying
from pipeline.errors import describe
from pipeline.filing import Filing
from pipeline.lasting import cancelled, lasting, noted
from pipeline.learning.looking import Learning
from pipeline.learning.teaching import learn
from pipeline.lookups.resolver import Resolver
from pipeline.mailboxes.targets import changes_of, given_to, open_target
from pipeline.marks import Marks
from pipeline.moves import Mailboxes, Moves, mailboxes_of
from pipeline.patience import room, until
from pipeline.pull import Bounds, Watch
from pipeline.reader import Reader
from pipeline.receiver import Receiver
from pipeline.receiver.delivery import Delivery, received_of
from pipeline.reload.origin import Origin
from pipeline.reload.reloading import Reloading
from pipeline.reload.sets import started
from pipeline.removing import Removing
from pipeline.rereading import reread
from pipeline.rules import doubting
from pipeline.sender import Outbox
from pipeline.settings import stage_settings
from pipeline.shadow import file as shadow_file
from pipeline.store import outbox, state
from pipeline.store.log import Entry, Log
from pipeline.store.remembered import still
from pipeline.telling import Telling, Told
from pipeline.timers import Timers
from pipeline.worker import Edge, Worker
from stages.conversation import DigestWanted, Followed, RejudgingWanted, ReminderWanted, ReplyWanted
from stages.events import (
    AlarmWanted,
    Enriched,
    Event,
    Filed,
    FilingStarted,
    FilingWanted,
    LookedUp,
    LookupWanted,
    Parsed,
    Received,
    Request,
)
from stages.fingerprint import fingerprint
from stages.inspecting import InspectionWanted
from stages.keeping import RemovalWanted, Removed
from stages.learning import LearningWanted, LessonAnswered
from stages.lessons_answered import refusal
from stages.notifying import NotificationWanted
from stages.own_mail import came_back, mark_of
from stages.rereading import RereadWanted
from stages.settings import Settings

log = structlog.get_logger()

SWEEP_SECONDS = 24 * 3600
PREPARE_SECONDS = 20.0
"""A mailbox that hangs does not keep the others from their mail."""


class App:
    """A running Salver. `async with App(configuration).running()` starts and stops every part in order."""

    def __init__(self, configuration: Configuration, origin: Origin | None = None) -> None:
        """`origin`: where the configuration was read, to take changed rules over; None: they stay as they are."""
        self.configuration = configuration
        self.origin = origin
        self.settings = stage_settings(configuration)
        self.resolver = Resolver(configuration.dns.resolvers, float(configuration.dns.time))
        self.reader = Reader(configuration.reader, self.settings)
        self.receiver = Receiver(self.accept, self.settings.owners, configuration.smtp)
        self.served = Served(configuration)
        self.sessions = {account.name: Session(account, token_of) for account in configuration.account}
        self.store: Log
        self.filing: Filing
        self.timers: Timers
        self.telling: Telling
        self.answering: Answering
        self.removing: Removing
        self.learning: Learning
        self.worker: Worker
        self.reloading: Reloading | None = None
        self.watches: tuple[Watch, ...] = ()
        self.run = new_mail_id()
        """names this run, by which all that it sorts in accounts can be undone"""
        self._large = asyncio.Semaphore(4)
        self._learning = asyncio.Lock()
        self._asked = False

    @asynccontextmanager
    async def running(self, *, receiving: bool = True) -> AsyncIterator[App]:
        """With every part; without `receiving`, only what handles what is in the log."""
        window, filing = self.settings.requests.name_window, self.configuration.filing
        self.store = await Log.open(self.configuration.store.path, window, serve=True)
        self.filing = Filing(
            self.store.load,
            self._record,
            self.store.filing_started,
            self.configuration.smtp.hostname,
            self.store.filings,
            lambda target: open_target(
                target, self.sessions, partial(sieve.key_of, self.store.key), filing.buttons,
                given_to(self.configuration.imap.user), filing.folders,
            ),
            keywords=filing.keywords, subject=filing.subject, folders=filing.folders,
        )  # fmt: skip
        outgoing, hostname = self.configuration.outgoing, self.configuration.smtp.hostname
        sending = Outbox(outgoing, hostname, self.store.record, partial(outbox.attempts, self.store.read))
        self.removing = Removing(self.store, self.settings, self.filing.remove)
        self.telling = Telling(self.store, self.settings, self.filing, sending)
        self.answering = Answering(self.store, self.settings, self.filing, self.resolver)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.store.close)
            stack.push_async_callback(self.resolver.close)
            stack.push_async_callback(self.filing.close)
            await self.reader.start()
            stack.push_async_callback(self.reader.stop)
            await started(self.store, self.configuration, self.settings)
            await asyncio.to_thread(doubting.announce, self.settings)
            await asyncio.to_thread(shadow_file.announce, self.configuration, self.settings)
            self.worker = worker = Worker(self.store, self.edges(), self.settings)
            working = noted(asyncio.create_task(worker.run(), name="worker"))
            stack.push_async_callback(_end, worker, working)
            watched = Mailboxes(
                self.filing.arrived, self.filing.elsewhere, lambda mailbox: changes_of(self.filing.target(mailbox))
            )
            self.moves = Moves(self.store, watched, *mailboxes_of(self.configuration))
            self.timers = Timers(self.store, self.settings)
            self.timers.before_mail = self.moves.before_mail
            worker.advanced = self.timers.wake
            stack.callback(noted(asyncio.create_task(self.timers.run(), name="timers")).cancel)
            noticing = noted(asyncio.create_task(self.moves.run(), name="moves"))
            stack.push_async_callback(cancelled, noticing)
            self.learning = Learning(self.store, self.configuration, lambda: worker.settings)
            stack.push_async_callback(cancelled, asyncio.create_task(lasting("learning", self.learning.run)))
            emptying = Emptying(self.store, self.settings, self.moves.before_mail)
            stack.push_async_callback(cancelled, asyncio.create_task(lasting("emptying", emptying.run)))
            stack.callback(noted(asyncio.create_task(self._sweep(), name="sweep")).cancel)
            if self.origin is not None:
                self.reloading = Reloading(self.store, self.origin, self.configuration, self.settings, self.take)
                stack.push_async_callback(cancelled, asyncio.create_task(lasting("reloading", self.reloading.run)))
                if self._asked:
                    self.reloading.signal()
            if receiving:
                stack.push_async_callback(self.served.stop)
                await self.receiver.start()
                stack.push_async_callback(self.receiver.stop)
                for account in self.configuration.account:
                    if account.sort:
                        stack.push_async_callback(self.watch(account))
                listening = partial(quiet.watch, self.store, self.configuration, self._answered)
                stack.push_async_callback(cancelled, asyncio.create_task(lasting("quiet", listening)))
            yield self

    def reload(self) -> None:
        """Read what judges again, now; while Salver starts, as soon as it can. Without an origin this does nothing."""
        self._asked = True
        if self.reloading is not None:
            self.reloading.signal()

    def take(self, settings: Settings, configuration: Configuration) -> None:
        """Other settings that judge, and the configuration they are of, for everybody at once, between two steps."""
        self.settings, self.configuration = settings, configuration
        self.worker.settings = self.timers.settings = self.telling.settings = settings

    def watch(self, account: Account) -> Callable[[], Awaitable[None]]:
        """Begin to watch an account. Returns what ends it."""
        watch = self.watcher(account)
        self.watches += (watch,)
        task = asyncio.create_task(watch.run(), name=f"watch {account.name}")

        async def end() -> None:
            await watch.stop()
            await task

        return end

    def _answered(self) -> dict[str, int]:
        """When the server of each account that is watched last answered (ms); 0: not yet."""
        return {watch.account.name: watch.heard_at for watch in self.watches}

    def watcher(self, account: Account) -> Watch:
        """What reads an account's inbox into the log, with a connection of its own."""
        largest = self.configuration.smtp.size
        bounds = Bounds(self.configuration.pull, self.settings.limits, largest)
        return Watch(Session(account, token_of), self.pulled, Marks(self.store), bounds)

    async def pulled(self, account: Account, mail: Found) -> None:
        """Keep a mail that was read in an account, where it stays. Durable when this returns; raises if not kept.

        What we wrote ourselves (a reminder) is no mail that came in.
        """
        mark = mark_of(mail.raw)
        if mark and await state.wrote(self.store, mark):
            return
        owner = self.settings.owner(self.configuration.owner_of_account(account))
        received = Received(
            mail=new_mail_id(),
            owner=owner.id,
            blob=new_mail_id(),
            size=len(mail.raw),
            mail_from="",
            rcpt_to=owner.addresses[:1],
            protocol="IMAP",
            received_at=mail.came_at,
            account=account.name,
            place=mail.place,
            run=self.run,
        )
        await self.store.append((received,), mail.raw, fingerprint(mail.raw))
        log.info("mail_pulled", mail=received.mail, owner=owner.id, account=account.name, size=received.size)

    async def prepare(self) -> list[tuple[str, str]]:
        """(mailbox, trouble) of each mailbox that cannot be written to now."""
        found = []
        for target in self._targets():
            try:
                async with asyncio.timeout(PREPARE_SECONDS):
                    await self.filing.prepare(target)
            except TimeoutError:
                found.append((target.removeprefix("maildir:"), "it does not answer"))
            except OSError as error:
                found.append((target.removeprefix("maildir:"), error.strerror or describe(error)))
        return found

    def _targets(self) -> tuple[str, ...]:
        """Every mailbox of every owner, as configured."""
        return tuple(target for owner in self.settings.owners for target in owner.targets)

    async def accept(self, delivery: Delivery) -> None:
        """Keep a mail for each owner it is for. Durable when this returns; raises if it is not kept."""
        received = received_of(delivery, self.settings)
        await self.store.append(received, delivery.content, fingerprint(delivery.content))
        for event in received:
            log.info("mail_received", mail=event.mail, owner=event.owner, size=event.size, by=event.protocol)

    def edges(self) -> Mapping[type[Event], Edge]:
        """EDGES, bound to this app."""
        return {kind: partial(edge, self) for kind, edge in EDGES.items()}

    async def read(self, entry: Entry) -> tuple[Parsed, ...]:
        """Received -> Parsed, in a child process."""
        async with room(await self.store.size(entry.event.mail), self._large):
            received, raw = await self.store.load(entry.event.mail)
            parsed = await self.reader.read(received, raw)
            if (mark := mark_of(raw)) and await state.wrote(self.store, mark):
                log.info("own_mail_came_back", mail=parsed.mail)
                parsed = came_back(parsed)
        if parsed.unread:
            log.warning("mail_not_read", mail=parsed.mail, why=parsed.unread)
        if not parsed.layout_known:
            log.info("layout_not_known", mail=parsed.mail, network=parsed.network, template=parsed.template)
        return (parsed,)

    async def look_up(self, entry: Entry) -> tuple[LookedUp, ...]:
        """LookupWanted -> LookedUp."""
        found = await self.answering.look_up(entry)
        for event in found:
            handshakes.announce(event)
        return found

    async def file(self, entry: Entry) -> tuple[Filed, ...]:
        """FilingWanted -> Filed."""
        wanted = entry.event
        assert isinstance(wanted, FilingWanted)
        async with room(await self.store.size(wanted.mail), self._large):
            events = await self.filing.file(wanted, entry.id)
        for event in events:
            log.info("mail_filed", mail=event.mail, owner=event.owner, folder=event.folder)
        return events

    async def rejudge(self, entry: Entry) -> tuple[Enriched, ...]:
        """RejudgingWanted -> Enriched: the request as it was, with what came since."""
        wanted = entry.event
        assert isinstance(wanted, RejudgingWanted)
        await self._is_next(entry)
        enriched = await state.last_enriched(self.store, wanted.mail)
        if enriched is None:  # a request whose mail is gone: there is nothing to judge or to move
            return ()
        memory = next((request.memory for request in enriched.requests if request.id == wanted.request), None)
        now_known = {"asked": wanted.asked, "said": wanted.said, "memory": await still(self.store.read, memory)}
        follows = {each.request: each for each in wanted.follows}
        requests = tuple(
            _following(request, follows.get(request.id)).model_copy(
                update=now_known if request.id == wanted.request else {}
            )
            for request in enriched.requests
        )
        # What was undone once stays undone.
        undone = {"without": (*enriched.without, wanted.without)} if wanted.without else {}
        told = {"requests": requests, "again": wanted.at, "firmly": wanted.firmly, "undoing": bool(undone), **undone}
        return (enriched.model_copy(update=told),)

    async def reread(self, entry: Entry) -> tuple[Enriched, ...]:
        """RereadWanted -> Enriched: the mail as it is read now, if that is otherwise than before."""
        wanted = entry.event
        assert isinstance(wanted, RereadWanted)
        await self._is_next(entry)
        async with room(await self.store.size(wanted.mail), self._large):
            return await reread(self.store, self.reader, self.settings, self.answering.proofs, wanted)

    async def _is_next(self, entry: Entry) -> None:
        """One after the other: each judges the mail as it stands then."""
        mine = (RejudgingWanted.__name__, RereadWanted.__name__)
        await until(lambda: self.store.is_next(entry, mine), "it is judged again already, with what came before")

    async def tell(self, entry: Entry) -> tuple[Told, ...]:
        """A mail of our own -> the owner's `contact`, by the relay; without one, or if it refuses, the INBOX."""
        return await self.telling.tell(entry)

    async def remove(self, entry: Entry) -> tuple[Removed, ...]:
        """RemovalWanted -> Removed: out of Ugly, unless its owner kept it."""
        return await self.removing.remove(entry)

    async def learn(self, entry: Entry) -> tuple[LessonAnswered | ReplyWanted, ...]:
        """LearningWanted -> LessonAnswered: the file of lessons says what its owner said; else they hear why not."""
        wanted = entry.event
        assert isinstance(wanted, LearningWanted)
        async with self._learning:
            answered = await learn(self.store, self.configuration, wanted, self.settings.rules)
        self.reload()
        return (answered, *refusal(wanted, answered.why, now()))

    async def _sweep(self) -> None:
        """Clear what attempts that were cut short left in the mailboxes' tmp/, now and once a day."""
        for target in self._targets():
            self.filing.target(target)
        while True:
            with contextlib.suppress(OSError):
                await self.filing.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def _record(self, event: Event) -> None:
        """Note that a filing started: each once, whatever the number of attempts."""
        if isinstance(event, FilingStarted) and event.of:
            await self.store.record(f"{event.of}.started", event)
            return
        mailbox = getattr(event, "mailbox", "")
        place = hashlib.sha256(mailbox.encode()).hexdigest()[:8]
        await self.store.record(f"{event.mail}.started.{place}", event)


EDGES: dict[type[Event], Callable[[App, Entry], Awaitable[tuple[Event, ...]]]] = {
    Received: App.read,
    LookupWanted: App.look_up,
    FilingWanted: App.file,
    RejudgingWanted: App.rejudge,
    RereadWanted: App.reread,
    ReminderWanted: App.tell,
    DigestWanted: App.tell,
    ReplyWanted: App.tell,
    AlarmWanted: App.tell,
    InspectionWanted: App.tell,
    NotificationWanted: App.tell,
    RemovalWanted: App.remove,
    LearningWanted: App.learn,
}
"""Event -> the edge that does the I/O it asks for."""


def _following(request: Request, of: Followed | None) -> Request:
    """A request that a mail joins, as that stands where it was judged again without a rule."""
    if of is None or not request.joins:
        return request
    told = {"verdict": of.verdict, "folder": of.folder or request.past.folder, "placed": of.folder or None}
    return request.model_copy(update={"past": request.past.model_copy(update=told)})


async def _end(worker: Worker, working: asyncio.Task[None]) -> None:
    await worker.stop()
    await working
