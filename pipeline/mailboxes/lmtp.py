"""Hands mail to a mail server of the owner's by LMTP, which can put, but neither look nor move.

After RFC 2033 and, for what it says of SMTP, RFC 5321. Nobody can tell whether a mail got through whose reply was lost,
so it is handed over again, and the Sieve script that Salver prints drops the second copy. What lies there stays where
it lies. Everything here blocks; the edge calls it in a thread of its own.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from ipaddress import ip_address
from typing import NamedTuple

from pipeline.mailboxes import OURS, Arrival, Lies, Sought, Taken, keywords_of
from pipeline.mailboxes.lmtp_place import Place
from stages.events import INBOX, Verdict
from stages.header import MAIL_ID, clean, plain_field

FOLDER = "X-Salver-Folder"
"""The field by which a Sieve script knows where a mail belongs. It is the topmost of its name, and bears the key."""
NAME = "salver.local"
"""What we call ourselves to the server."""
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""For each reply, and for each piece of a mail to be taken."""
LAST_SECONDS = 300.0
"""For the reply to a mail: whoever gives up early hands it over twice."""
LOOK_SECONDS = 5.0
"""For each reply where somebody waits for Salver to start."""
_PIECE = 65_536
_STUFFED = re.compile(rb"(?m)^\.")
_NO_ROOM = re.compile(r"\b[45]\.2\.2\b|quota", re.IGNORECASE)
_TOO_LARGE = re.compile(r"\b5\.3\.4\b|\bsize\b|\blarge\b", re.IGNORECASE)
_NAMES = re.compile(r"<[^<>]*>\s*|(?<!\S)[A-Za-z0-9+/]{16,}=*(?::\S+)?(?:\s+|$)")
"""What servers put into a reply that differs from mail to mail: the address, the number of the session."""

Reply = tuple[int, bytes]


class Undelivered(OSError):
    """The mail was not, or not for certain, taken: to be tried again. The text is for a person."""


class _Unreached(Undelivered):
    """There is no talking with the server, which holds for every mail."""


class _Refused(Undelivered):
    """The server said no."""

    def __init__(self, why: str, code: int, always: bool = False) -> None:
        super().__init__(why)
        self.pauses = REFUSED if code >= 500 else LATER
        self.always = always
        """it holds for every mail"""


class _Wait(NamedTuple):
    """How long a mail, or the server, is left alone."""

    until: float
    pause: float
    why: str


UNREACHED, LATER, REFUSED = (2.0, 60.0), (5.0, 600.0), (60.0, 3600.0)
"""(first, longest) pause in seconds, doubled each time: no connection; a reply 4xx; a reply 5xx, which only a person
can mend, and nothing is dropped meanwhile."""


class LmtpMailbox:
    """One recipient of a server. A connection a mail, so that a lost reply never has to do with another one."""

    def __init__(self, place: Place, key: str = "", declared: Collection[str] = ()) -> None:
        """`key`: what the Sieve script knows us by; `declared`: folders of the configuration beside our own four."""
        self.place = place
        self._folders = OURS | frozenset(declared)
        self.threads: Executor = ThreadPoolExecutor(1, f"lmtp {place.where}")
        """A server that hangs holds up no other mailbox."""
        self._key = key
        self._waits: dict[str, _Wait] = {}
        """by mail; that of the server by no name"""
        self._client: smtplib.LMTP | None = None
        self._closed = threading.Event()

    def file(
        self, mail: str, folder: str, content: bytes, received_at: int, search: bool, shown: Verdict | None = None,
        labels: Collection[str] = (),
    ) -> tuple[str, bool]:  # fmt: skip
        """Hand `content` over. See `Mailbox.file`; it cannot be searched for, and has no name there.

        Undelivered, an OSError: weather. ValueError: a bad mail id, or a folder that is not ours.
        """
        if not MAIL_ID.fullmatch(mail):
            raise ValueError("no mail id")
        if folder not in self._folders:
            raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(self._folders))}')
        flag = b" ".join(keywords_of(shown, labels)).decode() or "-"
        told = plain_field(FOLDER, f"{folder}; mail={mail}; flag={flag}; key={self._key or '-'}")
        with self._patiently(mail), self._connected(ANSWER_SECONDS) as client:
            self._announce(client, folder, told + content)
            self._give(client, told + content)
        return "", False

    def refile(
        self, mail: str, ours: Collection[str], folder: str, content: bytes, received_at: int, begun: bool = False,
        shown: Verdict | None = None, labels: Collection[str] = (),
    ) -> Lies:  # fmt: skip
        """See `Mailbox.refile`: it is left where it lies, and never given a second time."""
        return Lies("", True, folder if set(ours) == {folder} else None)

    def where(self, mail: str, received_at: int) -> str | None:
        """Not known."""
        return None

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """Not known."""
        return {}

    def arrived(self, known: Collection[str] = ()) -> tuple[Arrival, ...]:
        """Not known."""
        return ()

    def remove(self, mail: str, received_at: int, folder: str, raw: bytes) -> Taken:
        """It stays."""
        return Taken(mail, "what was handed over by LMTP can be removed by its owner alone")

    def prepare(self) -> None:
        """Ask whether the server takes mail for this recipient. Undelivered: it does not now."""
        with self._connected(LOOK_SECONDS) as client:
            self._announce(client, INBOX, b"")

    def sweep(self) -> int:
        """Nothing of a mail that was cut short is ours to remove."""
        return 0

    def close(self) -> None:
        """Let go of a server that hangs, too. Whatever is called after that fails."""
        self._closed.set()
        client = self._client
        if client is not None and client.sock is not None:
            with contextlib.suppress(OSError):
                client.sock.shutdown(2)
        self.threads.shutdown(wait=False, cancel_futures=True)

    def again(self) -> None:
        """Forget what failed: the next attempt is made at once."""
        self._waits.clear()

    # --- one mail

    def _announce(self, client: smtplib.LMTP, folder: str, content: bytes) -> None:
        """Up to the server's word that it takes mail for this recipient."""
        eight = " BODY=8BITMIME" if client.has_extn("8bitmime") and not content.isascii() else ""
        size = f" SIZE={len(content)}" if client.has_extn("size") else ""
        self._expect(client.docmd("MAIL", f"FROM:<>{eight}{size}"), 2)
        code, said = client.docmd("RCPT", f"TO:<{self.place.recipient(folder)}>")
        if 500 <= code < 600 and not _NO_ROOM.search(_text(said)):
            detail = "; does it know +detail? Else leave `folder=detail` out" * (self.place.detail and folder != INBOX)
            why = f"{self.place.where} takes no mail for {self.place.recipient(folder)} ({_told(code, said)}){detail}"
            raise _Refused(why, code, always=True)
        self._expect((code, said), 2)

    def _give(self, client: smtplib.LMTP, content: bytes) -> None:
        """The mail, dot-stuffed (RFC 5321 4.5.2), and the one reply to it, as there is one recipient.

        A dot after a bare LF is doubled too: some servers, such as Dovecot, take that for the end of a line, and no
        mail may end itself and go on with commands.
        """
        self._expect(client.docmd("DATA"), 3)
        end = b"" if content.endswith(b"\r\n") else b"\r\n"
        sent = memoryview(_STUFFED.sub(b"..", content) + end + b".\r\n")
        for start in range(0, len(sent), _PIECE):
            client.send(sent[start : start + _PIECE])
        assert client.sock is not None
        client.sock.settimeout(LAST_SECONDS)
        reply = (0, b"")
        with contextlib.suppress(smtplib.SMTPServerDisconnected, OSError):
            reply = client.getreply()
        if reply[0] < 200:  # none, or less than its number
            raise _Unreached(
                f"{self.place.where} had the whole mail and did not say whether it took it; it is handed over again, "
                "and the Sieve script of `salver sieve` drops a second copy"
            )
        self._expect(reply, 2)

    def _expect(self, reply: Reply, kind: int) -> None:
        code, said = reply
        if code // 100 == kind:
            return
        where, told = self.place.where, _told(code, said)
        if code not in range(400, 600):
            raise _Unreached(f"{where} speaks no LMTP ({told})")
        if _NO_ROOM.search(_text(said)):
            raise _Refused(f"the mailbox of {self.place.address} at {where} has no room left ({told})", 452)
        if code == 552 or (code > 500 and _TOO_LARGE.search(_text(said))):
            raise _Refused(f"{where} takes no mail that large ({told}); it is kept here", code)
        later = "cannot take the mail now" if code < 500 else "refused the mail, which is kept here and tried again"
        raise _Refused(f"{where} {later} ({told})", code)

    # --- the connection

    @contextlib.contextmanager
    def _connected(self, seconds: float) -> Iterator[smtplib.LMTP]:
        """A server that has greeted us. Raises Undelivered, for whatever it or the network does."""
        client = smtplib.LMTP(local_hostname=NAME, timeout=min(seconds, CONNECT_SECONDS))
        try:
            self._greet(client, seconds)
            yield client
            with contextlib.suppress(smtplib.SMTPException, OSError):  # what was taken is taken
                client.putcmd("QUIT")
        except Undelivered:
            raise
        except (smtplib.SMTPException, EOFError, ValueError, OSError) as error:
            raise _Unreached(self._in_words(error)) from None
        finally:
            self._client = None
            client.close()

    def _greet(self, client: smtplib.LMTP, seconds: float) -> None:
        place = self.place
        self._expect(client.connect(place.socket or place.host, place.port), 2)
        assert client.sock is not None
        client.sock.settimeout(seconds)
        self._client = client
        if self._closed.is_set():
            raise _Unreached(f"{place.where} is not used any more: Salver stops")
        self._expect(client.ehlo(), 2)
        if place.socket or (place.tls != "required" and ip_address(client.sock.getpeername()[0]).is_loopback):
            return
        if client.has_extn("starttls"):
            self._expect(client.docmd("STARTTLS"), 2)
            context = ssl.create_default_context()
            if place.tls != "required":  # against who only listens; whoever it is, it would have got it unencrypted too
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client.sock = context.wrap_socket(client.sock, server_hostname=place.host)
            client.file = None  # nothing that was said before counts any more (RFC 3207 4.2)
            client.helo_resp = client.ehlo_resp = None
            client.esmtp_features, client.does_esmtp = {}, False
            self._expect(client.ehlo(), 2)
        elif place.tls == "required":
            raise _Unreached(f"{place.where} offers no STARTTLS, and `tls=required` is set")

    def _in_words(self, error: Exception) -> str:
        where = self.place.where
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate of {where} does not hold: {error.verify_message}"
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return f"{where} does not answer"
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return f"{where} hung up"
        if isinstance(error, OSError) and error.strerror:
            return f"{where} cannot be reached: {error.strerror}"
        return f"{where} cannot be used ({type(error).__name__})"

    @contextlib.contextmanager
    def _patiently(self, mail: str) -> Iterator[None]:
        """What failed is left alone for a while that grows: one mail, or the server. Calls meanwhile fail at once."""
        for name in ("", mail):
            wait = self._waits.get(name)
            if wait is not None and time.monotonic() < wait.until:
                raise Undelivered(wait.why)
        try:
            yield
        except (_Unreached, _Refused) as error:
            name = mail if isinstance(error, _Refused) and not error.always else ""
            first, longest = error.pauses if isinstance(error, _Refused) else UNREACHED
            before = self._waits.get(name)
            pause = min(longest, max(first, 2 * before.pause if before else 0))
            self._waits[name] = _Wait(time.monotonic() + pause, pause, str(error))
            raise
        for name in ("", mail):
            self._waits.pop(name, None)


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _told(code: int, said: bytes) -> str:
    """A reply for a person, the same for every mail, so that `salver status` can count them."""
    return clean(f"{code if code > 0 else ''} {_NAMES.sub('', _text(said))}", 100)
