"""RemovalWanted ==remove==> Removed: takes a mail out of Ugly, after a last look; its octets stay in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from pipeline.clock import now
from pipeline.errors import Busy
from pipeline.mailboxes import Taken
from pipeline.store import going
from pipeline.store.log import Entry, Log
from stages.emptying import NO_TRASH, terms_of
from stages.keeping import RemovalWanted, Removed
from stages.settings import Settings

Take = Callable[[str, str], Awaitable[Taken]]
"""(mailbox, mail) -> what became of it."""
log = structlog.get_logger()


class Removing:
    """Acts, then is recorded: an attempt that was cut is finished by the next."""

    def __init__(self, store: Log, settings: Settings, take: Take) -> None:
        self._store = store
        self._settings = settings
        self._take = take
        self._said: set[str] = set()

    async def remove(self, entry: Entry) -> tuple[Removed, ...]:
        """Take one mail away, or say why it stays. OSError: weather, to be tried again."""
        event = entry.event
        assert isinstance(event, RemovalWanted)
        told = {"mail": event.mail, "owner": event.owner, "mailbox": event.mailbox}
        terms = terms_of(self._settings)
        why: str | None = "nothing is to go out of Ugly any more"
        if terms is not None:
            why = await going.why_it_stays(self._store.read, event.mailbox, event.mail, terms, now())
        if why is None:
            raise Busy("something else is being done with the same mail")
        if why:
            return (Removed.model_validate({**told, "kept": why, "again": True}),)
        taken = await self._take(event.mailbox, event.mail)
        if taken.kept:
            if taken.kept == NO_TRASH and event.mailbox not in self._said:
                self._said.add(event.mailbox)
                log.warning("nothing_goes", mailbox=event.mailbox, why=taken.kept)
            return (Removed.model_validate({**told, "kept": taken.kept}),)
        if not taken.name and entry.tries > 1:  # an attempt that was cut took it away, as far as anybody can know
            taken = taken._replace(name=event.mail)
        log.info("mail_removed", mail=event.mail, owner=event.owner, found=bool(taken.name))
        return (Removed.model_validate({**told, "name": taken.name}),)
