"""The commands of SMTP, and of LMTP beside it: envelope, data, and the reply that stands for a synced commit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from itertools import islice

import structlog

from pipeline.configuration import SmtpSettings
from pipeline.receiver.admission import NO_ROOM, Admission, Hold
from pipeline.receiver.certificate import Certificates
from pipeline.receiver.conversation import Conversation
from pipeline.receiver.delivery import Delivery
from pipeline.receiver.inlet import DataRefused, Pace
from pipeline.receiver.paths import BadPath, Path, path
from stages.recipients import owner_of
from stages.settings import Owner

log = structlog.get_logger("receiver")

_NO_HOST = re.compile(r"[^A-Za-z0-9._:\[\]-]")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BODY = re.compile(rb"\n\r?\n")
_HEADER = 512 * 1024
"""Octets in which hops are counted: a loop shows itself there, and a mail that is all header must not hold us up."""

Deliver = Callable[[Delivery, Hold], "asyncio.Task[str]"]
"""Starts a commit nobody cancels; its result is the reply. The hold is given back when it ends."""


class GuardedSMTP(Conversation):
    """RFC 5321 with PIPELINING, SIZE, 8BITMIME, SMTPUTF8, and STARTTLS (RFC 3207) where there is a certificate.

    Mail is taken for known recipients only.
    """

    VERBS = frozenset({"HELO", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "HELP", "QUIT"})
    JUNK = frozenset({"HELO", "EHLO", "LHLO", "RSET", "NOOP", "VRFY", "HELP"})
    NAMES = ("SMTP", "ESMTP", "UTF8SMTP")

    def __init__(
        self,
        deliver: Deliver,
        owners: tuple[Owner, ...],
        settings: SmtpSettings,
        admission: Admission,
        certificates: Certificates | None = None,
    ) -> None:
        super().__init__(settings, admission)
        self.committing = False
        self._certificates = certificates
        self._deliver = deliver
        self._owners = owners

    async def smtp_HELO(self, hostname: str) -> None:
        if await self._greeted(hostname, extended=False):
            await self.push(f"250 {self.hostname}")

    async def smtp_EHLO(self, hostname: str) -> None:
        if await self._greeted(hostname, extended=True):
            extensions = ["PIPELINING", f"SIZE {self._settings.size}", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"]
            if self._certificates is not None and self._tls is None:
                extensions.insert(0, "STARTTLS")
            await self.push("\r\n".join([f"250-{self.hostname}", *(f"250-{e}" for e in extensions[:-1])]))
            await self.push(f"250 {extensions[-1]}")

    async def _greeted(self, hostname: str, *, extended: bool) -> bool:
        assert self.session is not None
        if not hostname:
            await self.push("501 5.5.4 Say who you are")
            return False
        self._forget()
        self.session.host_name = _NO_HOST.sub("?", hostname[:255])
        self.session.extended_smtp = extended
        return True

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self._certificates is None:
            return await self.push("500 5.5.1 Command not recognized")
        if self._tls is not None:
            return await self.push("503 5.5.1 Already encrypted")
        if arg:
            return await self.push("501 5.5.4 STARTTLS takes no argument")
        if self._inlet.holds:
            # It must be the last command of a group (RFC 3207 4). Who breaks that is an attacker who slips commands in,
            # or would wait for answers that never come if we threw away what was sent: both are told, and cut.
            log.info("client_dropped", why="sent behind STARTTLS", peer=self._peer)
            return self.dismiss("554 5.5.0 Nothing may follow STARTTLS before our reply, closing")
        await self.push("220 2.0.0 Go ahead")
        return await self._encrypt(self._certificates.context())

    async def _path(self, keyword: str, argument: str) -> Path | None:
        try:
            return path(keyword, argument)
        except BadPath as error:
            await self.push(f"501 {error}")
            return None

    async def smtp_MAIL(self, arg: str | None) -> None:
        assert self.session is not None
        assert self.envelope is not None
        if not self.session.host_name:
            return await self.push("503 5.5.1 Say hello first")
        if self.envelope.mail_from is not None:
            return await self.push("503 5.5.1 One sender a mail")
        given = await self._path("FROM:", arg or "")
        if given is None:
            return None
        refusal = self._judge_parameters(given)
        if refusal is not None:
            return await self.push(refusal)
        self.envelope.mail_from = given.address
        self.envelope.smtp_utf8 = "SMTPUTF8" in given.parameters
        return await self.push("250 2.1.0 Sender taken")

    def _judge_parameters(self, given: Path) -> str | None:
        assert self.session is not None
        parameters = given.parameters
        if parameters and not self.session.extended_smtp:
            return "555 5.5.4 Parameters need EHLO"
        if parameters.keys() - {"SIZE", "BODY", "SMTPUTF8"} or parameters.get("SMTPUTF8") is not None:
            return "555 5.5.4 Parameter not recognized"
        if (parameters.get("BODY", "7BIT") or "").upper() not in ("7BIT", "8BITMIME"):
            return "501 5.5.4 BODY is 7BIT or 8BITMIME"
        size = parameters.get("SIZE", "0") or ""
        if not re.fullmatch(r"[0-9]{1,20}", size):
            return "501 5.5.4 SIZE is a number"
        if int(size) > self._settings.size:
            return "552 5.3.4 Mail is larger than SIZE"
        if int(size) and not Hold(self._admission, self._peer).has_room(int(size)):
            return NO_ROOM
        if not given.address.isascii() and "SMTPUTF8" not in parameters:
            return "553 5.6.7 This address needs SMTPUTF8"
        return None

    async def smtp_RCPT(self, arg: str | None) -> None:
        assert self.envelope is not None
        if self.envelope.mail_from is None:
            return await self.push("503 5.5.1 Sender first")
        given = await self._path("TO:", arg or "")
        if given is None:
            return None
        if given.parameters:
            return await self.push("555 5.5.4 Parameter not recognized")
        if not given.address.isascii() and not self.envelope.smtp_utf8:
            return await self.push("553 5.6.7 This address needs SMTPUTF8")
        if owner_of(given.address, self._owners) is None:
            return await self.push("550 5.1.1 No such recipient here")
        if len(self.envelope.rcpt_tos) >= self._settings.recipients:
            self._junk += 1  # not an error: the client is to send these with the next mail (RFC 5321 4.5.3.1.10)
            return await self.push("452 4.5.3 Too many recipients")
        self.envelope.rcpt_tos.append(given.address)
        return await self.push("250 2.1.5 Recipient taken")

    async def smtp_DATA(self, arg: str | None) -> None:
        assert self.envelope is not None
        if arg:
            return await self.push("501 5.5.4 DATA takes no argument")
        if self.envelope.mail_from is None:
            return await self.push("503 5.5.1 Sender first")
        if not self.envelope.rcpt_tos:
            return await self.push("503 5.5.1 No valid recipients")
        if not Hold(self._admission, self._peer).has_room(1):
            self._forget()
            return await self.push(NO_ROOM)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        reply = await self._take_mail()
        copies = self._copies()
        self._forget()
        for _ in range(copies):
            await self.push(reply)
        return None

    def _copies(self) -> int:
        """How many times the reply to the data is given."""
        return 1

    async def _take_mail(self) -> str:
        """Read the data and have it committed; the reply."""
        settings = self._settings
        hold = Hold(self._admission, self._peer)
        pace = Pace(settings.idle / 1000, settings.rate, settings.rate_window / 1000)
        delivery: Delivery | None = None
        try:
            content = await self._inlet.data(settings.size, hold.grow, settings.drain, pace)
            _count_hops(content, settings.hops)
            delivery = self._delivery(content)
        except DataRefused as refused:
            log.info("mail_refused", reply=refused.reply[:9], peer=self._peer)
            return refused.reply
        finally:
            if delivery is None:
                hold.release()
        commit = self._deliver(delivery, hold)
        # Shielded: when the client hangs up, this task is cancelled, and the commit must go on.
        self.committing = True
        try:
            reply = await asyncio.shield(commit)
        finally:
            self.committing = False
        self._junk = 0
        return reply

    def _delivery(self, content: bytes) -> Delivery:
        assert self.session is not None
        assert self.envelope is not None
        plain, extended, utf8 = self.NAMES
        encrypted = self._tls is not None
        name = utf8 if self.envelope.smtp_utf8 else extended if self.session.extended_smtp or encrypted else plain
        return Delivery(
            mail_from=self.envelope.mail_from or "",
            rcpt_to=tuple(self.envelope.rcpt_tos),
            content=content,
            helo=self.session.host_name or "",
            peer=self._peer,
            protocol=f"{name}S" if encrypted else name,  # RFC 3848; it has no word for HELO within TLS
        )

    async def smtp_RSET(self, arg: str) -> None:
        self._forget()
        await self.push("250 2.0.0 Forgotten")

    async def smtp_NOOP(self, arg: str) -> None:
        await self.push("250 2.0.0 Here")

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push("252 2.5.2 Send the mail and see")

    async def smtp_HELP(self, arg: str) -> None:
        await self.push("214 2.0.0 See RFC 5321")

    async def smtp_QUIT(self, arg: str) -> None:
        self.dismiss("221 2.0.0 Bye")


class GuardedLMTP(GuardedSMTP):
    """RFC 2033: LHLO, and after the data one reply for each accepted recipient."""

    VERBS = GuardedSMTP.VERBS - {"HELO", "EHLO"} | {"LHLO"}
    GREETING = "LMTP"
    NAMES = ("LMTP", "LMTP", "UTF8LMTP")

    async def smtp_LHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    def _copies(self) -> int:
        assert self.envelope is not None
        return len(self.envelope.rcpt_tos)


def _count_hops(content: bytes, most: int) -> None:
    """DataRefused when the header has more than `most` Received fields (RFC 5321 6.3)."""
    body = _BODY.search(content, 0, _HEADER)
    hops = _RECEIVED.finditer(content, 0, body.start() + 1 if body else _HEADER)
    if sum(1 for _ in islice(hops, most + 1)) > most:
        raise DataRefused("554 5.4.6 Too many hops, the mail is in a loop")
