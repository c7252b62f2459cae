"""A made-up year: requests, an owner who answers when they feel like it, people who answer or do not, and bad luck.

The log, the worker, the timers, the stages and the state table are the real ones, over real SQLite. Time is moved by
hand. In place of the world stand edges of a few lines: what a mail claims is given instead of read, its signature
instead of verified, filing notes the folder, and a mail to the owner is noted instead of written.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import time_machine

from pipeline.answering import Answering
from pipeline.app import App
from pipeline.clock import new_mail_id, now
from pipeline.filing import Filing
from pipeline.settings import load
from pipeline.store import conversations, digests
from pipeline.store.log import Entry, Log
from pipeline.timers import Timers
from pipeline.worker import Worker
from stages.calm import free_from, next_digest
from stages.conversation import DigestWanted, Ordered, ReminderFiled, ReminderWanted, ReplyWanted
from stages.events import Event, Filed, FilingWanted, Known, Notice, Parsed, Received, Seen, Signature, shown
from stages.own_mail import own_id

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = 1_767_225_600_000
"""2026-01-01 00:00 UTC."""
KIND_FIELDS = ("x-linkedin-template", "x-linkedin-class")


class Year:
    """One owner's days. `happens` is a heap of (when, number, what, with what)."""

    def __init__(self, folder: Path, seed: int, days: int, requests: int, more: str = "") -> None:
        self.random = random.Random(seed)
        self.folder, self.days = folder, days
        config = folder / "salver.toml"
        config.write_text(
            f'[store]\nurl = "sqlite:///{folder}/salver.db"\n{more}\n[[owner]]\naddresses = ["amy@salver.test"]\n'
            f'mailbox = "maildir:{folder}/mail"\ntime_zone = "Europe/Berlin"\n',
            "utf-8",
        )
        self.app = App(load(config, environment={}))
        self.settings = self.app.settings
        self.numbers = itertools.count()
        self.happens: list[tuple[int, int, str, tuple[object, ...]]] = []
        self.claims: dict[str, Parsed] = {}
        self.folders: dict[str, list[str]] = defaultdict(list)
        self.mails: list[tuple[int, Event]] = []
        """(wall clock, what was sent to the owner)"""
        self.sent: Counter[str] = Counter()
        self.person_of: dict[str, int] = {}
        self.people = 0
        self.wakings: list[int] = []
        """when it began to run, or the clock jumped: nothing was possible before"""
        self.end = START + (days + 14) * DAY
        for _ in range(requests):
            self.plan(START + self.random.randrange(days * DAY), "request")
        for _ in range(days // 5 + 1):
            self.plan(START + self.random.randrange(days * DAY), self.random.choice(["restart", "back", "ahead"]))
        self.plan(START + days * DAY // 2, "off")

    def plan(self, at: int, what: str, *more: object) -> None:
        heapq.heappush(self.happens, (at, next(self.numbers), what, more))

    # --- the world ------------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """From the first day to the last, and a fortnight without news."""
        with time_machine.travel(START / 1000, tick=False) as self.clock:
            await self.start()
            while now() < self.end:
                at = min(max(now(), await self.next()), self.end)
                self.clock.move_to((at + 0.5) / 1000)
                await self.at(at)
            self.last = [await conversations.conversation_of(self.store.read, request) for request in self.person_of]
            await self.store.close()

    async def next(self) -> int:
        """When something happens next, or may."""
        told, zone = self.settings.follow_up, self.settings.owners[0].zone
        last = await digests.last_of(self.store.read, "amy")
        free = free_from(now(), told, zone)
        slot = next_digest(last.slot, told, zone) if last is not None else None
        digest = max(slot, free, now() + 1) if slot is not None else None
        free = free_from(now(), told, zone)
        times = [self.happens[0][0] if self.happens else None, digest]
        rows = await self.store.read("SELECT due_at, mails FROM conversations WHERE due_at IS NOT NULL")
        for due, mails in rows:
            times.append(max(due, free, now() + 30_000 if due <= now() else 0) if mails else due)
        return min((time for time in times if time is not None), default=now() + DAY)

    async def at(self, at: int) -> None:
        """All that happens now."""
        while self.happens and self.happens[0][0] <= at:
            _, _, what, more = heapq.heappop(self.happens)
            if what == "off":  # switched off for a week; what comes meanwhile waits outside
                at += 7 * DAY
                self.clock.move_to((at + 0.5) / 1000)
                await self.restart()
            elif what in ("back", "ahead"):
                at += {"back": -HOUR, "ahead": DAY}[what]
                self.happens = [(max(when, at), n, w, m) for when, n, w, m in self.happens]
                heapq.heapify(self.happens)
                self.clock.move_to((at + 0.5) / 1000)
                self.wakings.append(at)
            elif what == "restart":
                await self.restart()
            else:
                await getattr(self, what)(now(), *more)
        await self.work()
        await self.timers.look(now())
        await self.work()

    # --- the machine ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        window = self.settings.requests.name_window
        self.store = self.app.store = await Log.open(self.app.configuration.store.path, window, serve=True)
        filing = Filing(self.store.load, self.app._record, self.store.filing_started, "salver.test")
        answering = Answering(self.store, self.settings, filing, self.app.resolver)
        answering.proofs = self._proofs  # type: ignore[method-assign]
        answering._where_it_lies = self._where_it_lies  # type: ignore[method-assign]
        self.app.answering = answering
        edges = dict(self.app.edges())
        edges |= {Received: self.read, FilingWanted: self.file}
        edges |= dict.fromkeys((ReminderWanted, DigestWanted, ReplyWanted), self.tell)
        self.worker = Worker(self.store, edges, self.settings)
        self.timers = Timers(self.store, self.settings)
        self.wakings.append(now())

    async def restart(self) -> None:
        """As after a crash: what was claimed is claimed again, what was half done is done again."""
        await self.store.claim(3)
        await self.store.close()
        await self.start()

    async def work(self) -> None:
        """Until nothing is left to do. What was given back to be tried in a moment is tried then."""
        while True:
            while entries := await self.store.claim(32):
                await asyncio.gather(*(self.worker._handle(entry) for entry in entries))
            due = await self.store.next_due()
            if due is None:
                return
            assert due <= now() + 10_000, "nothing waits for longer"
            self.clock.move_to((due + 0.5) / 1000)
            await self.timers.look(now())

    # --- edges ----------------------------------------------------------------------------------------------------

    async def read(self, entry: Entry) -> tuple[Parsed, ...]:
        return (self.claims[entry.event.mail],)

    async def _proofs(self, wanted: object) -> tuple[tuple[Signature, ...], None]:
        return (Signature(domain="linkedin.com", result="pass", signed=("from", *KIND_FIELDS)),), None

    async def _where_it_lies(self, owner: str, known: Known) -> Known:
        return known

    async def file(self, entry: Entry) -> tuple[Filed, ...]:
        event = entry.event
        assert isinstance(event, FilingWanted)
        self.folders[event.mail].append(event.folder)
        return (Filed(mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=event.folder),)

    async def tell(self, entry: Entry) -> tuple[ReminderFiled, ...]:
        event = entry.event
        assert isinstance(event, ReminderWanted | DigestWanted | ReplyWanted)
        self.mails.append((now(), event))
        self.sent[own_id(event)] += 1
        self.reads(event)
        return (ReminderFiled(mail=event.mail, owner=event.owner, mailbox=event.mailbox),)

    # --- people ---------------------------------------------------------------------------------------------------

    def reads(self, event: ReminderWanted | DigestWanted | ReplyWanted) -> None:
        """The owner reads a mail of ours, and does something about some of what stands in it."""
        if isinstance(event, ReplyWanted):
            return
        lines: Iterable[tuple[str, str | None]] = (
            [(event.request, event.asking)]
            if isinstance(event, ReminderWanted)
            else [(line.request, line.asking) for line in event.lines]
        )
        for request, asking in lines:
            what = self.random.choices(
                ["asked", "good", "ugly", "dismiss", "snooze", "done", ""], [40, 5, 5, 5, 10, 5, 30]
            )[0]
            if what and asking is not None:
                self.plan(now() + self.random.randrange(MINUTE, 12 * HOUR), "order", request, what)

    async def order(self, at: int, request: str, what: str) -> None:
        known = await conversations.conversation_of(self.store.read, request)
        assert known is not None
        given = {"mail": known.mail, "owner": "amy", "request": request, "order": what, "by": "terminal", "at": at}
        span = self.random.choice([HOUR, DAY, 5 * DAY])
        await self.store.ask(f"{request}.order{next(self.numbers)}", Ordered.model_validate({**given, "span": span}))
        if what == "asked" and known.asked_at is None:
            reply = self.random.choices(["hidden", "shown", "away", "accepted", ""], [35, 10, 10, 10, 35])[0]
            if reply:
                self.plan(at + self.random.randrange(MINUTE, 12 * DAY), "message", self.person_of[request], reply)

    async def request(self, at: int, person: int | None = None) -> None:
        """Somebody asks to connect: most are new, some were here before, some only have the same name."""
        if person is None and self.people and self.random.random() < 0.05:
            person = self.random.randrange(self.people)
        if person is None:
            person, self.people = self.people, self.people + 1
        note = self.random.choice(["", "", "Are you happy with your payroll? Book a call: we cut costs by 40 %."])
        mail = await self.takes(at, "invitation", person, note=Seen(state="absent") if not note else shown(note))
        self.person_of[mail] = person
        if self.random.random() < 0.1:
            self.plan(at + self.random.randrange(DAY, 9 * DAY), "again", person)
        if self.random.random() < 0.1:
            self.plan(at + self.random.randrange(HOUR, 3 * DAY), "message", person, "hidden")

    async def again(self, at: int, person: int) -> None:
        """The network reminds of a request."""
        await self.takes(at, "invitation_reminder", person)

    async def message(self, at: int, person: int, how: str) -> None:
        if how == "accepted":
            await self.takes(at, "invitation_accepted", person)
            return
        words = {"shown": "I read what you wrote about rope walks, and have a question on splicing.",
                 "away": "I am out of the office until Monday and will answer when I am back."}  # fmt: skip
        await self.takes(at, "message", person, message=shown(words[how]) if how in words else Seen())

    async def takes(self, at: int, claims: str, person: int, **notice: Seen[str]) -> str:
        """A mail of the network comes in."""
        mail = new_mail_id()
        about = Notice(
            name=shown(f"Pat{person % 997} Doe{person % 991}"),
            profile_url=shown(f"https://www.linkedin.com/in/pat-{person}"),
            **({"headline": shown("Rope maker")} if claims.startswith("invitation") else {}),
            **notice,
        )
        told = {
            "mail": mail, "owner": "amy", "received_at": at, "network": "linkedin", "claims": claims,
            "from_address": "invitations@linkedin.com", "to": ("amy@salver.test",), "signed_by": ("linkedin.com",),
            "subject": "Hello", "message_id": f"<{mail}@linkedin.com>", "notices": (about,),
        }  # fmt: skip
        self.claims[mail] = Parsed.model_validate(told)
        received = Received(
            mail=mail, owner="amy", blob=mail, size=1, mail_from="", rcpt_to=("amy@salver.test",), received_at=at
        )
        await self.store.append((received,), b"x", mail)
        return mail
