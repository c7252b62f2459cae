"""An owner's Maildir with ugly mail in it, and a clock that is moved by hand.

The store, the worker, the digests, the filing, the looks and the removal are the real ones. In place of the world stand
edges of a line: a digest counts as filed when it is made, unless it is held up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pipeline.clock import now
from pipeline.emptying import Emptying
from pipeline.filing import Filing
from pipeline.mailboxes.maildir import Maildir
from pipeline.removing import Removing
from pipeline.store.log import Entry, Output
from pipeline.store.migrations import decode
from pipeline.timers import Timers
from pipeline.worker import Edge, Worker
from stages.conversation import DigestWanted, ReminderFiled
from stages.emptying import terms_of
from stages.events import (
    Decision,
    Enriched,
    Event,
    FilingStarted,
    FilingWanted,
    Judgement,
    Received,
    Routed,
    Verdict,
)
from stages.keeping import RemovalWanted, Removed
from tests.builders.clockwork import Clockwork, clockwork
from tests.builders.events import enriched, notice

FOLDERS: dict[Verdict, str] = {"good": "Good", "intriguing": "Intriguing", "ugly": "Ugly", "follow_up": "Intriguing"}


def id_of(name: str) -> str:
    """A mail's id; names are a few letters."""
    return name.encode().hex().rjust(32, "0")


class Tray:
    """One owner. `slept`: how far the clock was moved without that time passing."""

    def __init__(self, made: Clockwork, root: Path, after: int | None) -> None:
        self.clockwork, self.root = made, root
        self.slept = 0
        self.held_up = False
        self.settings = made.settings.model_copy(update={"ugly_after": after})
        self.mailbox = f"maildir:{root}"
        self.start()

    def start(self) -> None:
        """As a new process would."""
        store = self.clockwork.store
        self.filing = Filing(store.load, self._record, store.filing_started, "mx.salver.test", store.filings)
        self.removing = Removing(store, self.settings, self.filing.remove)
        edges: dict[type[Event], Edge] = {
            FilingWanted: self._file,
            DigestWanted: self._tell,
            RemovalWanted: self.removing.remove,
        }
        self.clockwork.settings = self.settings
        self.clockwork.worker = Worker(store, edges, self.settings)
        self.clockwork.timers = Timers(store, self.settings)
        self.emptying = Emptying(store, self.settings, self._heard, lambda: now() - self.slept)

    async def restart(self) -> None:
        """As after a kill: what was claimed is claimed again, and nothing that was in memory is known."""
        await self.clockwork.store.close()
        await self.clockwork.start()
        self.start()

    async def _heard(self, owner: str) -> None:
        pass

    async def _record(self, event: Event) -> None:
        of = event.of if isinstance(event, FilingStarted) and event.of else event.mail
        await self.clockwork.store.record(f"{of}.started", event)

    async def _file(self, entry: Entry) -> tuple[Event, ...]:
        assert isinstance(entry.event, FilingWanted)
        return await self.filing.file(entry.event, entry.id)

    async def _tell(self, entry: Entry) -> tuple[Event, ...]:
        event = entry.event
        assert isinstance(event, DigestWanted)
        if self.held_up:
            raise OSError("no room")
        self.clockwork.mails.append((now(), event))
        return (ReminderFiled(mail=event.mail, owner=event.owner, mailbox=event.mailbox),)

    # --- what happens ---

    async def comes(self, *names: str, verdict: Verdict = "ugly", joins: str = "", at: int = 0) -> None:
        """Mails come in now, are judged and filed."""
        for name in names:
            mail, about = id_of(name), notice(name, profile=f"https://www.linkedin.com/in/{name}")
            event = enriched(mail, about, joins=id_of(joins) if joins else None, at=at or now())
            raw = f"From: {name}@network.test\r\nMessage-ID: <{name}@network.test>\r\n\r\nA few words.\r\n".encode()
            received = Received(
                mail=mail, owner="amy", blob=f"b{mail}", size=len(raw), mail_from="a@b.test",
                rcpt_to=("amy@salver.test",), received_at=at or now(),
            )  # fmt: skip
            await self.clockwork.store.append((received,), raw, name)
            wanted = FilingWanted(
                mail=mail, owner="amy", mailbox=self.mailbox, folder=FOLDERS[verdict], verdict=verdict,
                fields=(("X-Salver-Verdict", verdict),),
            )  # fmt: skip
            await self.clockwork.store.put(
                [
                    Output(f"{mail}.0", event, "done"),
                    Output(f"{mail}.1", routed(event, verdict), "done"),
                    Output(f"{mail}.2", wanted, "ready"),
                ]
            )
        await self.clockwork.work()

    async def judged(self, name: str, verdict: Verdict, times: int = 1) -> None:
        """The request of a mail is judged anew; the mail is not filed anew."""
        event = enriched(id_of(name), notice(name, profile=f"https://www.linkedin.com/in/{name}"), at=now())
        again = event.model_copy(update={"again": now()})
        await self.clockwork.store.put(
            [
                Output(f"{id_of(name)}.again{times}", again, "done"),
                Output(f"{id_of(name)}.again{times}.0", routed(again, verdict), "done"),
            ]
        )

    async def days(self, count: float, step: float = 1 / 4) -> None:
        """Time passes, with a look so often."""
        end, each = now() + round(count * 86_400_000), round(step * 86_400_000)
        while now() < end:
            await self.goes_to(min(now() + each, end))

    async def goes_to(self, moment: int) -> None:
        await self.clockwork.goes_to(moment)
        await self.look()

    async def look(self) -> int:
        """Ask what is to go, and take it away."""
        terms = terms_of(self.settings)
        asked = await self.emptying.look(terms, now()) if terms is not None else 0
        await self.clockwork.work()
        return asked

    def jumps(self, by: int) -> None:
        """The clock is set, and no time passes."""
        self.slept += by
        self.clockwork.clock.move_to((now() + by) / 1000)

    # --- what came of it ---

    def lies(self) -> dict[str, list[str]]:
        """Folder -> names of the mails in it."""
        found: dict[str, list[str]] = {}
        for path in Maildir(self.root).paths():
            mail = bytes.fromhex(path.read_bytes().partition(b"X-Salver-Mail: ")[2][:32].decode()).lstrip(b"\0")
            found.setdefault(Maildir(self.root).folder_of(path), []).append(mail.decode())
        return {folder: sorted(names) for folder, names in found.items()}

    def path(self, name: str) -> Path:
        found = Maildir(self.root).find(id_of(name))
        assert found is not None, f"{name} is gone"
        return found

    def named(self) -> list[list[str]]:
        """Who was named by each digest as going."""
        return [[one.name for one in mail.going] for _, mail in self.clockwork.digests if mail.going]

    async def told(self, *kinds: type[Event]) -> list[Event]:
        rows = await self.clockwork.store.read("SELECT kind, version, body FROM events ORDER BY seq")
        return [event for event in (decode(*row) for row in rows) if isinstance(event, kinds)]

    async def removed(self) -> list[tuple[str, str]]:
        """(mail, why it stays) of every Removed."""
        events = await self.told(Removed)
        return [(_name(event.mail), event.kept) for event in events if isinstance(event, Removed)]


def routed(event: Enriched, verdict: Verdict) -> Routed:
    decisions = tuple(
        Decision.model_validate(
            {"judgement": Judgement(request=each), "verdict": verdict, "rule": "r", "folder": FOLDERS[verdict]}
        )
        for each in event.requests
    )
    return Routed(
        mail=event.mail, owner="amy", kind=event.kind, decisions=decisions, verdict=verdict, folder=FOLDERS[verdict]
    )


def _name(mail: str) -> str:
    return bytes.fromhex(mail).lstrip(b"\0").decode()


@asynccontextmanager
async def tray(folder: Path, begins: int, after: int | None, **follow_up: object) -> AsyncIterator[Tray]:
    """`after`: ugly_after, ms. Samples are off, so that a digest tells of nothing else."""
    async with clockwork(folder, begins, **{"sample": 0, **follow_up}) as made:
        yield Tray(made, folder / "mail", after)
