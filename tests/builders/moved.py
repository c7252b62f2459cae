"""Filed mails by the thousand, in a real store and a real Maildir, and what notices their moves; no worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from pipeline.filing import Filing
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.targets import changes_of
from pipeline.moves import Mailboxes, Moves
from pipeline.store.log import Log, Output
from pipeline.store.migrations import decode
from pipeline.store.writer import Statement
from stages.conversation import Ordered
from stages.events import Event, Filed, FilingWanted, Moved
from tests.builders import events

AT = 1_700_000_000_000


class House(NamedTuple):
    """One owner's Maildir and its store."""

    root: Path
    store: Log
    buttons: tuple[str, ...]
    moves: Moves

    @property
    def mailbox(self) -> str:
        return f"maildir:{self.root}"

    def another(self) -> Moves:
        """What would notice moves after a new start: it remembers nothing."""
        return moves_of(self.store, self.root, self.buttons)

    async def brought(self, count: int, folder: str = "Intriguing", requests: int = 1, first: int = 0) -> list[str]:
        """So many mails, each with so many requests, that Salver filed. Their ids."""
        mails = [f"{AT + first + number:012x}7{'0' * 19}" for number in range(count)]
        (self.root / f".{folder}" / "cur").mkdir(parents=True, exist_ok=True)
        job, outputs = [], []
        for number, mail in enumerate(mails):
            raw = b"Subject: %d\r\n\r\nhello\r\n" % (first + number)
            name = f"{AT // 1000}.{mail}.salver"
            (self.root / f".{folder}" / "cur" / f"{name}:2,").write_bytes(
                b"X-Salver-Mail: %s\r\n%s" % (mail.encode(), raw)
            )
            job.append(Statement("INSERT INTO blobs VALUES (?, ?)", (mail, raw)))
            job.append(Statement("INSERT INTO mails VALUES (?, 'amy', ?, ?, ?)", (mail, mail, f"print {mail}", AT)))
            about = [
                events.notice(f"Person {first + number}-{index}", invitation=f"{first + number}-{index}")
                for index in range(requests)
            ]
            wanted = FilingWanted(mail=mail, owner="amy", mailbox=self.mailbox, folder=folder)
            filed = Filed(mail=mail, owner="amy", mailbox=self.mailbox, folder=folder, name=name)
            judged = events.enriched(mail, *about)
            for id, event in ((f"{mail}.e", judged), (f"{mail}.w", wanted), (f"{mail}.w.0", filed)):
                outputs.append(Output(id, event, "done"))
        await self.store.put(outputs, job)
        return mails

    def move(self, mail: str, folder: str, name: str = "") -> Path:
        """What a client does, from wherever it lies. `name`: the client gives it one of its own."""
        (path,) = self.lies(mail)
        into = self.root / f".{folder}" / "cur"
        into.mkdir(parents=True, exist_ok=True)
        return path.rename(into / (f"{name}:2,S" if name else path.name))

    def lies(self, mail: str) -> list[Path]:
        """Every file of this mail, whatever it is called."""
        paths = [path for part in ("new", "cur") for path in self.root.glob(f".*/{part}/*")]
        named = [path for path in paths if mail in path.name]
        return named or [path for path in paths if f"X-Salver-Mail: {mail}".encode() in path.read_bytes()]

    async def told(self, *kinds: type[Event]) -> list[Event]:
        """Those events, in order."""
        names = ",".join(repr(kind.__name__) for kind in kinds)
        rows = await self.store.read(f"SELECT kind, version, body FROM events WHERE kind IN ({names}) ORDER BY seq")
        return [decode(*row) for row in rows]

    async def orders(self) -> list[tuple[str, str]]:
        """(mail, order) of each that a move gave."""
        return [(each.mail, each.order) for each in await self.told(Ordered) if isinstance(each, Ordered)]

    async def moved(self) -> list[tuple[str, str]]:
        """(mail, folder) of each move that was noticed."""
        return [(each.mail, each.folder) for each in await self.told(Moved) if isinstance(each, Moved)]

    async def taken_in(self) -> None:
        """As if a worker had handled all that waits."""
        await self.store.write([Statement("UPDATE events SET state = 'done'")])


def moves_of(store: Log, root: Path, buttons: tuple[str, ...]) -> Moves:
    async def record(event: Event) -> None:
        raise AssertionError("nothing is filed here")

    filing = Filing(
        store.load, record, store.filing_started, "h", store.filings, lambda target: Maildir(root, buttons=buttons)
    )
    mailbox = f"maildir:{root}"
    filing.target(mailbox).prepare()
    asked = Mailboxes(filing.arrived, filing.elsewhere, lambda spec: changes_of(filing.target(spec)))
    return Moves(store, asked, {mailbox: {"amy"}})


@asynccontextmanager
async def house(folder: Path, buttons: tuple[str, ...] = ()) -> AsyncIterator[House]:
    """With Good, Intriguing, Ugly and these buttons."""
    root = folder / "mail"
    store = await Log.open(folder / "salver.db", 0)
    try:
        yield House(root, store, buttons, moves_of(store, root, buttons))
    finally:
        await store.close()
