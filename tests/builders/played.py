"""Mails of the network that are sent into a new store, one after the other; and again into another, by other rules.

The log, the worker, the stages, the lookups in the store, the state table and the Maildir are the real ones. What a
mail claims is given instead of read, and its signature instead of verified.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from pipeline.answering import Answering
from pipeline.app import App
from pipeline.clock import now
from pipeline.filing import Filing
from pipeline.mailboxes.targets import open_target
from pipeline.settings import load, load_mails
from pipeline.store.conversations import conversation_of
from pipeline.store.follow_ups import opening_of
from pipeline.store.log import Entry, Log
from pipeline.store.migrations import decode
from pipeline.timers import Timers
from pipeline.weights_file import load_weights
from pipeline.worker import Worker
from stages.conversation import DigestWanted, Ordered, ReminderFiled, ReminderWanted, ReplyWanted
from stages.events import Decision, Event, Notice, Parsed, Received, Routed, Seen, Signature, counted, shown
from stages.rules.language import Rules
from stages.settings import Settings

_weights, _mails = lru_cache(load_weights), lru_cache(load_mails)
KIND_FIELDS = ("x-linkedin-template", "x-linkedin-class")
T0 = 1_764_000_000_000
MINUTE = 60_000


class Card(NamedTuple):
    """A mail to be sent. `people` of one are the notices of one mail; `kind` as the network says."""

    people: tuple[int, ...]
    kind: str = "invitation"
    note: str = ""
    mutual: int | None = None
    headline: str = "Rope maker"
    photo: bool = True
    signed: bool = True


class Said(NamedTuple):
    """What the owner orders about the request that the mail of this number brought."""

    of: int
    order: str


class Put(NamedTuple):
    """Its owner puts the file of the mail of this number into another folder, and nobody has noticed yet."""

    of: int
    folder: str


Happening = Card | Said | Put


@contextmanager
def quick_folder() -> Iterator[Path]:
    """In memory where there is such a place, for nothing here is about disks."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def id_of(number: int) -> str:
    return f"{number:032x}"


def _notice(card: Card, person: int) -> Notice:
    more = {"mutual_connections": counted(card.mutual)} if card.mutual is not None else {}
    return Notice(
        name=shown(f"Pat{person} Doe{person}"),
        profile_url=shown(f"https://www.linkedin.com/in/pat-{person}"),
        headline=shown(card.headline),
        note=shown(card.note) if card.note else Seen(state="absent"),
        photo_url=shown("https://media.licdn.com/p") if card.photo else Seen(state="absent"),
        **more,
    )


class Played:
    """One owner's store. `rules` can be set at any time: they count from the next mail on."""

    def __init__(self, folder: Path, rules: Rules, more: str = "", profile: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        config = folder / "salver.toml"
        told = ""
        if profile:
            (folder / "profile.toml").write_text(profile, "utf-8")
            told = f'profile = "{folder}/profile.toml"\n'
        config.write_text(
            f'{more}\n[store]\nurl = "sqlite:///{folder}/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n'
            f'mailbox = "maildir:{folder}/mail"\n{told}',
            "utf-8",
        )
        with patch.multiple(
            "pipeline.settings", load_weights=_weights, load_mails=_mails
        ):  # hundreds of stores are made
            self.app = App(load(config, environment={}))
        self.path = self.app.configuration.store.path
        self.claims: dict[str, Parsed] = {}
        self.signed: dict[str, bool] = {}
        self.sent = 0
        self.happened: list[Happening] = []
        self.use(rules)

    def use(self, rules: Rules) -> None:
        self.settings: Settings = self.app.settings.but(rules=rules)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Played]:
        window = self.settings.requests.name_window
        self.store = self.app.store = await Log.open(self.path, window, serve=True)
        folders = self.app.configuration.filing.folders
        filing = Filing(
            self.store.load,
            self.app._record,
            self.store.filing_started,
            "salver.test",
            self.store.filings,
            lambda target: open_target(target, {}, lambda place: "", (), None, folders),
            folders=folders,
        )
        self.app.filing = filing
        answering = Answering(self.store, self.settings, filing, self.app.resolver)
        answering.proofs = self._proofs  # type: ignore[method-assign]
        self.app.answering = answering
        edges = dict(self.app.edges()) | {Received: self._read}
        edges |= dict.fromkeys((ReminderWanted, DigestWanted, ReplyWanted), self._tell)
        self.worker = Worker(self.store, edges, self.settings)
        self.timers = Timers(self.store, self.settings)
        await filing.prepare(self.settings.owners[0].targets[0])
        try:
            yield self
        finally:
            await filing.close()
            await self.store.close()

    async def play(self, happenings: Iterable[Happening]) -> None:
        """Each, and all that comes of it, before the next. A Put that moved nothing is not kept in `happened`."""
        self.worker.settings = self.settings
        for each in happenings:
            if isinstance(each, Card):
                await self.send(each)
            elif isinstance(each, Said):
                await self.say(each)
            elif not self.put(each):
                continue
            self.happened.append(each)
            await self.work()

    async def send(self, card: Card) -> str:
        mail, at = id_of(self.sent), T0 + self.sent * MINUTE
        kind = card.kind if len(card.people) == 1 else "digest"
        domain = "linkedin.com"
        self.signed[mail] = card.signed
        self.claims[mail] = Parsed.model_validate(
            {
                "mail": mail, "owner": "amy", "received_at": at, "network": "linkedin", "claims": kind,
                "from_address": f"invitations@{domain}", "to": ("amy@salver.test",),
                "signed_by": (domain,) if card.signed else (), "subject": "Hello", "message_id": f"<{mail}@{domain}>",
                "notices": tuple(_notice(card, person) for person in card.people),
            }
        )  # fmt: skip
        received = Received(
            mail=mail, owner="amy", blob=mail, size=1, mail_from="", rcpt_to=("amy@salver.test",), received_at=at
        )
        self.sent += 1
        await self.store.append((received,), f"Subject: {mail}\r\n\r\nHello.\r\n".encode(), mail)
        return mail

    async def say(self, said: Said) -> None:
        mail = id_of(said.of)
        known = await conversation_of(self.store.read, mail)
        opens = await opening_of(self.store, mail, self.settings) if known is None else None
        given = {"mail": mail, "owner": "amy", "request": mail, "order": said.order, "by": "terminal", "opens": opens}
        event = Ordered.model_validate({**given, "at": now()})
        await self.store.ask(f"{mail}.order{self.sent}.{said.order}", event)

    def put(self, put: Put) -> bool:
        root = self.folder / "mail"
        mark = f"X-Salver-Mail: {id_of(put.of)}".encode()
        for path in [*root.glob("new/*"), *root.glob("cur/*"), *root.glob(".*/new/*"), *root.glob(".*/cur/*")]:
            if mark in path.read_bytes():
                there = root / f".{put.folder}" / "cur" / (path.name.partition(":")[0] + ":2,S")
                path.rename(there)
                return path.parent.parent != there.parent.parent
        return False

    async def work(self) -> None:
        """Until nothing is left to do. What is to be tried in a moment is waited for."""
        for _ in range(30_000):
            entries = await self.store.claim(32)
            if entries:
                await asyncio.gather(*(self.worker._handle(entry) for entry in entries))
            elif await self.store.next_due() is None:
                return
            else:
                await asyncio.sleep(0.002)
        raise AssertionError("it never comes to rest")

    async def routed(self) -> list[Routed]:
        rows = await self.store.read("SELECT kind, version, body FROM events WHERE kind = 'Routed' ORDER BY seq")
        found = [decode(*row) for row in rows]
        return [event for event in found if isinstance(event, Routed)]

    async def decisions(self) -> list[Decision]:
        """Every decision of Salver's own, in order."""
        made = [decision for event in await self.routed() for decision in event.decisions]
        return [each for each in made if each.judgement.request.said is None]

    # --- edges ----------------------------------------------------------------------------------------------------

    async def _read(self, entry: Entry) -> tuple[Parsed, ...]:
        return (self.claims[entry.event.mail],)

    async def _proofs(self, wanted: Event) -> tuple[tuple[Signature, ...], None]:
        if not self.signed[wanted.mail]:
            return (), None
        return (Signature(domain="linkedin.com", result="pass", signed=("from", *KIND_FIELDS)),), None

    async def _tell(self, entry: Entry) -> tuple[ReminderFiled, ...]:
        event = entry.event
        assert isinstance(event, ReminderWanted | DigestWanted | ReplyWanted)
        return (ReminderFiled(mail=event.mail, owner=event.owner, mailbox=event.mailbox),)
