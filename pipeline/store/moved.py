"""Reads and notes what was moved in accounts, and what was put back."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.clock import now
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.events import INBOX, Filed, Received, Returned
from stages.keeping import Removed
from stages.targets import IN_PLACE


@dataclass(frozen=True)
class Moved:
    """A mail that lies where we moved it, as far as we know. `at`: when it was moved, ms."""

    mail: str
    owner: str
    account: str
    run: str
    folder: str
    at: int


async def moved(log: Log, mail: str | None = None, run: str | None = None) -> list[Moved]:
    """Mails that were moved and not put back since, the newest first: of that mail or run (an id's end will do)."""
    rows = await log.read(
        "SELECT created_at, kind, version, body FROM events WHERE kind IN ('Received', 'Filed', 'Returned', 'Removed')"
        " AND mail IN (SELECT id FROM mails) AND (?1 IS NULL OR substr(mail, -length(?1)) = ?1) ORDER BY seq",
        (mail,),
    )
    received: dict[str, Received] = {}
    found: dict[str, Moved] = {}
    for at, kind, version, body in rows:
        event = decode(kind, version, body)
        if isinstance(event, Received) and event.account:
            received[event.mail] = event
        elif isinstance(event, Returned) or (isinstance(event, Removed) and not event.kept):
            found.pop(event.mail, None)
        elif isinstance(event, Filed) and _by_us(event) and event.mail in received:
            origin = received[event.mail]
            found[event.mail] = Moved(event.mail, event.owner, origin.account, origin.run, event.folder, int(at))
    chosen = (each for each in found.values() if run is None or each.run.endswith(run))
    return sorted(chosen, key=lambda each: -each.at)


def _by_us(event: Filed) -> bool:
    return event.mailbox.startswith(IN_PLACE) and event.folder != INBOX


async def note_returned(log: Log, moved: Moved, name: str) -> None:
    """Note that it lies where it lay before; `name` is what the account calls it now."""
    event = Returned(
        mail=moved.mail, owner=moved.owner, mailbox=IN_PLACE + moved.account, folder=moved.folder, name=name
    )
    await log.record(f"{moved.mail}.returned{now()}", event)
