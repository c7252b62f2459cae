"""FilingWanted ==file==> Filed; and mails of our own into the owner's INBOX.

Acts, then is recorded: so it looks first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from pipeline.errors import Busy, describe
from pipeline.mailboxes import OURS, Mailbox
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.maildir import Maildir, maildir_path
from stages.events import (
    INBOX,
    Event,
    Filed,
    FilingStarted,
    FilingWanted,
    Received,
)
from stages.header import prepend, trace
from stages.own_mail import KINDS, own_id
from stages.targets import IN_PLACE

Load = Callable[[str], Awaitable[tuple[Received, bytes]]]
Record = Callable[[Event], Awaitable[None]]
Started = Callable[[str, str], Awaitable[bool]]
FiledIn = Callable[[str, str], Awaitable[str | None]]
T = TypeVar("T")
WAITING = 4
"""Calls that may wait for a server elsewhere that hangs; the next ones are given back to the log."""
HANGS_SECONDS = 5.0
"""Without an answer for so long it hangs."""
TURN_SECONDS = 0.02
"""How often one that waits looks whether it is its turn."""
LOOK_SECONDS = 5.0
"""How long a mail waits to be told where another one lies."""
log = structlog.get_logger()
Open = Callable[[str], Mailbox]
"""Gives the mailbox that a configured target names. ValueError, in words for a person."""


class Filing:
    """Files mails, those of others and our own.

    `load(mail)` gives a mail's Received and its bytes; `record(event)` commits an event durably;
    `started(mail, mailbox)` says whether a FilingStarted of that mail and mailbox was recorded before;
    `filed(mail, mailbox)` gives the folder we filed it into, or None where it is not Filed: a mail that is Filed is not
    filed again but moved to where it now belongs (`salver retry`), unless its owner moved it.
    A mail of our own counts as a mailbox of its own (see `own_mailbox`).
    """

    def __init__(
        self,
        load: Load,
        record: Record,
        started: Started,
        hostname: str,
        filed: FiledIn | None = None,
        open_target: Open = lambda target: Maildir(maildir_path(target)),
    ) -> None:
        self._load = load
        self._record = record
        self._started = started
        self._filed = filed
        self._hostname = hostname
        self._open = open_target
        self._targets: dict[str, Mailbox] = {}
        self._calls: Counter[str] = Counter()
        self._answered: dict[str, float] = {}
        """when each mailbox last answered, or was first called after a rest"""

    def target(self, spec: str) -> Mailbox:
        """The mailbox a configured target names. ValueError, in words for a person."""
        if spec not in self._targets:
            self._targets[spec] = self._open(spec)
        return self._targets[spec]

    async def _run(self, spec: str, call: Callable[..., T], *arguments: object) -> T:
        """A call that blocks, in the mailbox's own thread. Busy (an OSError): it hangs, and others wait already."""
        threads, loop = self.target(spec).threads, asyncio.get_running_loop()
        if not self._calls[spec]:
            self._answered[spec] = loop.time()
        while threads is not None and self._calls[spec] >= WAITING:
            if loop.time() - self._answered[spec] > HANGS_SECONDS:
                raise Busy(f"others wait for {spec} already")
            await asyncio.sleep(TURN_SECONDS)
        self._calls[spec] += 1
        try:
            return await loop.run_in_executor(threads, call, *arguments)
        finally:
            self._calls[spec] -= 1
            self._answered[spec] = loop.time()

    async def file(self, event: FilingWanted) -> tuple[Filed, ...]:
        """File one mail. OSError: weather, to be tried again; the log says what was begun."""
        mailbox = self.target(event.mailbox)
        received, raw = await self._load(event.mail)
        if isinstance(mailbox, InPlace):
            return await self._place(event, mailbox, received, raw)
        content = prepend(trace(received, self._hostname), event.fields, event.mail, raw)
        before = await self._filed(event.mail, event.mailbox) if self._filed is not None else None
        if before is not None:
            name, found, folder = await self._run(
                event.mailbox, _refile, mailbox, event, before, content, received.received_at
            )
        else:
            search = await self._begun(event, event.mailbox, event.folder)
            name, found, folder = await self._run(
                event.mailbox, _file, mailbox, event.mail, event.folder, content, received.received_at, search
            )
        return (
            Filed(mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=folder, name=name, found=found),
        )

    async def _place(self, event: FilingWanted, mailbox: InPlace, received: Received, raw: bytes) -> tuple[Filed, ...]:
        """Sort a mail where it lies in its account; with a copy that bears our fields, where the owner asked for it."""
        begun = await self._begun(event, event.mailbox, event.folder)
        if mailbox.session.account.copies and event.folder != INBOX:
            content = prepend(trace(received, self._hostname), event.fields, event.mail, raw)
            await self._run(event.mailbox, mailbox.file, event.mail, event.folder, content, received.received_at, begun)
        name, found, folder = await self._run(event.mailbox, mailbox.place, received, raw, event.folder, event.verdict)
        return (
            Filed(mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=folder, name=name, found=found),
        )

    async def write(self, event: Event, spec: str, content: bytes, at: int) -> tuple[str, bool]:
        """File a mail of our own in the owner's INBOX, once. Returns what it is called there, and whether it lay there.

        OSError: weather, to be tried again.
        """
        mailbox = self.target(spec)
        search = await self._begun(event, own_mailbox(event, spec), INBOX)
        name, found, _ = await self._run(spec, _file, mailbox, own_id(event), INBOX, content, at, search)
        return name, found

    async def where(self, spec: str, mail: str, received_at: int) -> str | None:
        """The folder of ours that a filed mail lies in now, after whatever its owner did.

        None if it is in none of them, or if that cannot be told soon: no mail waits for a server that is down.
        """
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                folder = await self._lies(spec, mail, received_at)
        except (OSError, ValueError) as error:  # ValueError: an account that is no longer configured
            log.info("mailbox_not_asked", mail=mail, error=describe(error))
            return None
        return folder if folder in OURS else None

    async def _lies(self, spec: str, mail: str, received_at: int) -> str | None:
        with contextlib.suppress(KeyError):  # erased; its mark may lie there still
            received, raw = await self._load(mail)
            if received.account:  # it was read there, and bears no mark of ours
                spec = IN_PLACE + received.account
                mailbox = self.target(spec)
                if isinstance(mailbox, InPlace) and not mailbox.session.account.copies:
                    return await self._run(spec, mailbox.lies_in, raw)
        return await self._run(spec, self.target(spec).where, mail, received_at)

    async def close(self) -> None:
        """Let go of what is open: connections of accounts."""
        for mailbox in self._targets.values():
            if isinstance(mailbox, ImapMailbox):
                await asyncio.to_thread(mailbox.close)

    async def sweep(self) -> int:
        """Clear the `tmp/` folders of all mailboxes used so far. Returns how many files went."""
        targets = tuple(self._targets.items())
        return sum([await self._run(spec, mailbox.sweep) for spec, mailbox in targets])

    async def _begun(self, event: Event, mailbox: str, folder: str) -> bool:
        """Whether this filing was begun before; if not, that it begins now is on disk when this returns."""
        if await self._started(event.mail, mailbox):
            return True
        await self._record(FilingStarted(mail=event.mail, owner=event.owner, mailbox=mailbox, folder=folder))
        return False


def own_mailbox(event: Event, spec: str) -> str:
    """What FilingStarted calls the mailbox of a mail of ours, so that it is not taken for another mail's own filing."""
    return f"{spec}#{KINDS[type(event)]}-{own_id(event)}"


def _file(
    mailbox: Mailbox, mail: str, folder: str, content: bytes, received_at: int, search: bool
) -> tuple[str, bool, str]:
    name, found = mailbox.file(mail, folder, content, received_at, search)
    return _printable(name), found, _lies_in(mailbox, mail, received_at, folder) if found else folder


def _refile(
    mailbox: Mailbox, event: FilingWanted, before: str, content: bytes, received_at: int
) -> tuple[str, bool, str]:
    name, found = mailbox.refile(event.mail, before, event.folder, content, received_at)
    folder = _lies_in(mailbox, event.mail, received_at, before) if found else event.folder
    return _printable(name), found, folder


def _lies_in(mailbox: Mailbox, mail: str, received_at: int, otherwise: str) -> str:
    """The owner may have moved it meanwhile: what is recorded is where it lies."""
    folder = mailbox.where(mail, received_at)
    return otherwise if folder is None else _printable(folder)


def _printable(name: str) -> str:
    """File names are octets; what a client wrote that is no UTF-8 must not reach the log."""
    return name.encode("utf-8", "replace").decode()
