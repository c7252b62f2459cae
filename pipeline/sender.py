"""Edge: hands mails of our own to a relay (SMTP, RFC 5321), each to its owner's `contact` alone and at most once.

What is known of a mail stands in the log. `SendingStarted` is on disk before the first octet of the mail goes out: up
to there the relay has nothing, so whatever breaks is tried again. The relay's 250 ends it (`Sent`). Any other reply,
before or after the mail, says for certain that it was not taken (`SendingRefused`): it is tried again, later and later,
and after a 5xx or the last try it is filed in the owner's INBOX instead.

Where nobody can know (the connection broke, or Salver was killed, between the mail's last octet and the reply) the
choice is at most once: it is not sent again, but filed in the INBOX. So nothing is lost, nothing is sent twice, and at
worst the owner has the same mail in two places.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiosmtplib import SMTP, SMTPException, SMTPServerDisconnected

from pipeline.clock import now
from pipeline.errors import Busy, NotSent
from pipeline.outgoing import Outgoing
from pipeline.relay import NotTaken, code_of, in_words, printable, signed_in
from pipeline.retry import SENDING_TRIES
from stages.conversation import SendingRefused, SendingStarted, Sent
from stages.events import Event
from stages.own_mail import own_id, sender_of
from stages.settings import Owner

AT_ONCE = 4
"""Mails being handed over; the next ones are given back to the log, so that a relay that hangs holds no other mail."""

Record = Callable[[str, Event], Awaitable[None]]
Attempts = Callable[[str, str], Awaitable[tuple[SendingStarted | SendingRefused, ...]]]
_NOT_OURS = re.compile(rb"(?i)(?:cc|bcc|resent-[!-9;-~]+):")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LONGEST_LINE = 998


class Unsure(Exception):
    """The relay may have taken the mail."""


class Kept(NamedTuple):
    """The mail is not, or not again, given to the relay: it is to be filed instead."""

    why: str
    unsure: bool


class Outbox:
    """Sends mails of our own.

    `record(id, event)` commits a fact durably; `attempts(mail, id)` gives what was recorded of one mail, in order.
    """

    def __init__(self, outgoing: Outgoing, hostname: str, record: Record, attempts: Attempts) -> None:
        self.outgoing = outgoing
        self._hostname = hostname
        self._record = record
        self._attempts = attempts
        self._running = 0

    async def send(self, entry: str, event: Event, owner: Owner, content: bytes) -> Sent | Kept:
        """Hand one mail of ours to the relay; `entry` names the log's entry. Raises NotSent: to be tried again."""
        id = own_id(event)
        before = await self._attempts(event.mail, id)
        if before and isinstance(before[-1], SendingStarted):
            return Kept("Salver was stopped while it was handed over", True)
        refused = [each for each in before if isinstance(each, SendingRefused)]
        if refused and refused[-1].final:
            return Kept(refused[-1].why, False)
        if self._running >= AT_ONCE:
            raise Busy("other mails are being handed to the relay")
        attempt = len(refused) + 1
        told = {"mail": event.mail, "owner": owner.id, "id": id}

        async def started() -> None:
            await self._record(f"{entry}.sending{attempt}", SendingStarted(**told, attempt=attempt, at=now()))

        self._running += 1
        try:
            await self._deliver(owner, content, started)
        except Unsure as error:
            return Kept(str(error), True)
        except NotTaken as error:
            final = 500 <= error.code < 600 or attempt >= SENDING_TRIES
            why = str(error)
            await self._record(
                f"{entry}.refused{attempt}", SendingRefused(**told, attempt=attempt, why=why, final=final, at=now())
            )
            if not final:
                raise NotSent(why, attempt) from None
            return Kept(why, False)
        finally:
            self._running -= 1
        return Sent(**told, at=now())

    async def _deliver(self, owner: Owner, content: bytes, started: Callable[[], Awaitable[None]]) -> None:
        """Until the relay has taken the mail. Raises NotTaken, Unsure."""
        fault = unfit(content, owner.contact)
        if fault:
            raise NotTaken(f"{fault}: this is a bug of ours, report it", 554)
        sender = "" if self.outgoing.null_sender else sender_of(owner)
        client = await signed_in(self.outgoing, self._hostname)
        try:
            await self._announce(client, sender, owner.contact)
            await started()
            await self._give(client, content)
        finally:
            client.close()

    async def _announce(self, client: SMTP, sender: str, recipient: str) -> None:
        """Up to the relay's word that the mail may come. There is one recipient: nobody else can be named here."""
        where = self.outgoing.relay
        try:
            async with asyncio.timeout(self._seconds):
                for name, command, wanted in (
                    ("MAIL", b"MAIL FROM:<%b>" % sender.encode("ascii"), 250),
                    ("RCPT", b"RCPT TO:<%b>" % recipient.encode("ascii"), 250),
                    ("DATA", b"DATA", 354),
                ):
                    reply = await client.execute_command(command)
                    if reply.code != wanted and not (name == "RCPT" and reply.code == 251):
                        raise NotTaken(f"{where} refused {name}: {reply.code} {printable(reply.message)}", reply.code)
        except (SMTPException, OSError, ValueError) as error:
            raise NotTaken(in_words(self.outgoing, error), code_of(error)) from None

    async def _give(self, client: SMTP, content: bytes) -> None:
        """The mail itself, dot-stuffed (RFC 5321 4.5.2), and the reply to it."""
        where, protocol = self.outgoing.relay, client.protocol
        try:
            if protocol is None:
                raise SMTPServerDisconnected("it hung up")
            protocol.write(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
        except SMTPException as error:
            raise NotTaken(in_words(self.outgoing, error)) from None
        try:
            async with asyncio.timeout(self._seconds):
                code, said = await protocol.read_response()
        except (SMTPException, OSError, ValueError) as error:
            raise Unsure(f"it was given to {where}, but no reply came ({type(error).__name__})") from None
        if 400 <= code < 600:
            raise NotTaken(f"{where} refused the mail: {code} {printable(said)}", code)
        if not 200 <= code < 300:
            raise Unsure(f"it was given to {where}, whose reply {code} says nothing")
        protocol.write(b"QUIT\r\n")  # nothing depends on the reply, so nobody waits for it

    @property
    def _seconds(self) -> float:
        return self.outgoing.time / 1000


def unfit(content: bytes, recipient: str) -> str:
    """Why a mail of ours may not go out: it could be read as more than one, or by others; empty: it may."""
    if _BARE.search(content) or not content.endswith(b"\r\n"):
        return "the mail has a bare CR or LF"
    if not content.isascii() or b"\0" in content:
        return "the mail has octets that are no text of 7 bits"
    lines = content.split(b"\r\n")
    if max(map(len, lines)) > _LONGEST_LINE:
        return "the mail has a line that is too long"
    fields = [line for line in lines[: lines.index(b"")] if line[:1] not in (b" ", b"\t")]
    to = [line for line in fields if line[:3].lower() == b"to:"]
    if to != [b"To: " + recipient.encode("ascii")] or any(map(_NOT_OURS.match, fields)):
        return "the mail names somebody else than the owner"
    return ""
