"""FilingWanted ==file==> Filed; and mails of our own into the owner's INBOX.

Acts, then is recorded: so it looks first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

import structlog

from pipeline.accounts.folders import ORIGINALS
from pipeline.errors import Busy, describe
from pipeline.mailboxes import OURS, Arrival, Lies, Mailbox, Sought, Taken, elsewhere
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.mailboxes.maildir import Maildir, maildir_path
from stages.buttons import button_of
from stages.events import (
    INBOX,
    Event,
    Filed,
    FilingStarted,
    FilingWanted,
    Received,
    Verdict,
)
from stages.header import prepend, trace
from stages.names import FOLDERS
from stages.own_mail import KINDS, own_id
from stages.placing import Placed, Step, placed
from stages.subject import dressed, prefix
from stages.targets import IN_PLACE

Load = Callable[[str], Awaitable[tuple[Received, bytes]]]
Record = Callable[[Event], Awaitable[None]]
Started = Callable[[str, str], Awaitable[bool]]
Steps = Callable[[str], Awaitable[Sequence[Step]]]
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
    `steps(mail)` gives what was recorded of filing a mail: one that is Filed is not filed again but moved to where it
    now belongs, with new fields, unless its owner moved it.
    `keywords`, `subject`: whether what is filed shows its verdict there. `folders`: those that the configuration
    declares besides our own; what was to go into one that it declares no more goes into its verdict's.
    A mail of our own counts as a mailbox of its own (see `own_mailbox`).
    """

    def __init__(
        self,
        load: Load,
        record: Record,
        started: Started,
        hostname: str,
        steps: Steps | None = None,
        open_target: Open = lambda target: Maildir(maildir_path(target)),
        *,
        keywords: bool = False,
        subject: bool = False,
        folders: Collection[str] = (),
    ) -> None:
        self._load = load
        self._record = record
        self._started = started
        self._steps = steps
        self._hostname = hostname
        self._open = open_target
        self._keywords, self._subject = keywords, subject
        self._ours = OURS | frozenset(folders)
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

    async def file(self, event: FilingWanted, filing: str = "") -> tuple[Filed, ...]:
        """File one mail, or move it. `filing`: the event's id. OSError: weather, to be tried again.

        Nothing comes of it where a later filing of the same mail was asked for: that one counts. That it begins is on
        disk before the mailbox is touched.
        """
        if event.folder not in self._ours and button_of(event.folder) is None:
            log.info("folder_not_declared", mail=event.mail, folder=event.folder[:64])
            event = event.model_copy(update={"folder": FOLDERS[event.verdict] if event.verdict else INBOX})
        mailbox = self.target(event.mailbox)
        steps = await self._steps(event.mail) if self._steps is not None else ()
        known = placed(steps, event.mailbox, filing)
        if known.later:
            return ()
        if known.waits:
            raise Busy("the same mail is being filed just now")
        if known.removed and event.folder == FOLDERS["ugly"] and not event.firmly:
            return ()  # nobody wants it back there
        received, raw = await self._load(event.mail)
        words = prefix(event.verdict, event.score) if self._subject else ""
        fields, below = dressed(event.fields, raw, words)
        content = prepend(trace(received, self._hostname), fields, event.mail, below)
        if not known.begun(filing):
            await self._record(
                FilingStarted(mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=event.folder, of=filing)
            )
        shown = event.verdict if self._keywords else None
        work = _Work(mailbox, event, filing, known, received, raw, content, shown, self._ours)
        lies = await self._run(event.mailbox, _place if isinstance(mailbox, InPlace) else _file, work)
        folder = _printable(lies.folder or known.place or event.folder)
        theirs = lies.folder not in work.ours and (known.filed or lies.folder != event.folder)
        return (
            Filed(
                mail=event.mail, owner=event.owner, mailbox=event.mailbox, folder=folder,
                name=_printable(lies.name), found=lies.found, left=lies.found and (theirs or lies.deleted),
            ),
        )  # fmt: skip

    async def write(self, event: Event, spec: str, content: bytes, at: int) -> tuple[str, bool]:
        """File a mail of our own in the owner's INBOX, once. Returns what it is called there, and whether it lay there.

        OSError: weather, to be tried again.
        """
        mailbox = self.target(spec)
        search = await self._begun(event, own_mailbox(event, spec), INBOX)
        name, found = await self._run(spec, mailbox.file, own_id(event), INBOX, content, at, search)
        return _printable(name), found

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
        return folder if folder in self._ours else None

    async def arrived(self, spec: str, known: Collection[str]) -> tuple[Arrival, ...]:
        """See `Mailbox.arrived`. OSError: weather. ValueError: an account that is no longer configured."""
        return await self._run(spec, self.target(spec).arrived, known)

    async def elsewhere(self, spec: str, sought: Sequence[Sought]) -> dict[str, str]:
        """Of mails that their owner moved from where we put them: the one folder of a verdict, or the button, that each
        lies in instead. OSError: weather. ValueError: an account that is no longer configured."""
        mailbox = self.target(spec)
        if not isinstance(mailbox, InPlace) or mailbox.session.account.copies:
            return await self._run(spec, mailbox.moved, sought)
        gone = await self._run(spec, mailbox.gone, sought)
        lying: dict[str, set[str]] = {}
        for each in gone:
            with contextlib.suppress(KeyError):  # it was erased
                _, raw = await self._load(each.mail)
                lying[each.mail] = set(await self._run(spec, mailbox.sorted_into, raw))
        return elsewhere(gone, lying, {folder for folders in lying.values() for folder in folders})

    async def remove(self, spec: str, mail: str) -> Taken:
        """Take a mail out of Ugly: see `Mailbox.remove`. OSError: weather, to be tried again."""
        try:
            received, raw = await self._load(mail)
        except KeyError:
            return Taken("", "the store does not hold it any more, so it could not be brought back")
        taken = await self._run(spec, self.target(spec).remove, mail, received.received_at, FOLDERS["ugly"], raw)
        return taken._replace(name=_printable(taken.name))

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
            if isinstance(mailbox, ImapMailbox | LmtpMailbox):
                await asyncio.to_thread(mailbox.close)
            elif isinstance(mailbox, Maildir):
                mailbox.threads.shutdown(wait=False, cancel_futures=True)

    async def prepare(self, spec: str) -> None:
        """See `Mailbox.prepare`."""
        mailbox = self.target(spec)
        await self._run(spec, mailbox.prepare)

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


class _Work(NamedTuple):
    """One filing, as a mailbox's thread does it."""

    mailbox: Mailbox
    event: FilingWanted
    filing: str
    known: Placed
    received: Received
    raw: bytes
    content: bytes
    shown: Verdict | None
    """among its flags"""
    all_ours: frozenset[str]
    """every folder we file into"""

    @property
    def ours(self) -> frozenset[str]:
        """Where it may be taken from: where we put it, or its owner's move was accepted; where they ordered it, any
        folder we file into too."""
        return self.all_ours | self.known.ours if self.event.firmly else self.known.ours

    @property
    def begun(self) -> bool:
        return self.known.begun(self.filing)


def _file(work: _Work) -> Lies:
    """With our fields, into a mailbox that we file into."""
    mailbox, event, at = work.mailbox, work.event, work.received.received_at
    if work.known.filed or work.known.others(work.filing):
        lies = mailbox.refile(
            event.mail, work.ours, event.folder, work.content, at, work.begun, work.shown, event.labels
        )
        if lies.name or work.known.filed:
            return lies
    name, found = mailbox.file(event.mail, event.folder, work.content, at, work.begun, work.shown, event.labels)
    return Lies(name, found, _lies_in(mailbox, event.mail, at, event.folder) if found else event.folder)


def _place(work: _Work) -> Lies:
    """Where it lies in its account; with a copy that bears our fields, where the owner asked for it."""
    mailbox, event, received = work.mailbox, work.event, work.received
    assert isinstance(mailbox, InPlace)
    again = work.known.filed or work.known.others(work.filing)
    copies = mailbox.session.account.copies
    if work.known.removed:
        back = mailbox.bring_back(received, work.raw, ORIGINALS if copies else event.folder)
        return _file(work) if copies else back
    if again and not copies:
        ours = work.ours if work.known.filed else work.ours | {INBOX}
        return mailbox.place_again(received, work.raw, ours, event.folder, event.verdict, event.labels)
    copy = _file(work) if copies and (again or event.folder != INBOX) else None
    lies = Lies(*mailbox.place(received, work.raw, event.folder, event.verdict, event.labels))
    return copy if again and copy is not None else lies


def _lies_in(mailbox: Mailbox, mail: str, received_at: int, otherwise: str) -> str:
    """The owner may have moved it meanwhile: what is recorded is where it lies."""
    folder = mailbox.where(mail, received_at)
    return otherwise if folder is None else folder


def _printable(name: str) -> str:
    """File names are octets; what a client wrote that is no UTF-8 must not reach the log."""
    return name.encode("utf-8", "replace").decode()
