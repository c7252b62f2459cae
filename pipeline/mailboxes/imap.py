"""Files mail into an account by IMAP APPEND: once, whatever was cut short before.

After RFC 3501 6.3.11 and RFC 4315. Nobody can tell whether an APPEND got through whose answer was lost, so a later
attempt first looks for X-Salver-Mail in every folder. Everything here blocks; the edge calls it in a thread of its own.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pipeline.accounts.folders import Folders, look, select
from pipeline.accounts.session import FIRST_PAUSE, LONGEST_PAUSE, Refused, Session
from pipeline.mailboxes import OURS
from stages.header import CLOSING, MAIL, MAIL_ID, REMINDER

_APPENDED = re.compile(rb"\[APPENDUID (\d+) (\d+)\]")
_CLOSING = f"\r\n{CLOSING}:".encode()
_MARKS = f"BODY.PEEK[HEADER.FIELDS ({MAIL} {REMINDER})]"


class _Wait(NamedTuple):
    """How long a mail that was refused is left alone."""

    until: float
    pause: float
    """seconds"""
    why: str


class ImapMailbox:
    """The folders of ours in an account. The INBOX is the account's own; Good, Intriguing, Ugly are made."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.folders = Folders(session.account)
        self.threads: Executor = ThreadPoolExecutor(1, f"account {session.account.name}")
        """One connection serves one call at a time; a server that hangs holds up no other mailbox."""
        self._refused: dict[str, _Wait] = {}

    def file(self, mail: str, folder: str, content: bytes, received_at: int, search: bool) -> tuple[str, bool]:
        """Append `content` to the folder. See `Mailbox.file`; the name is UIDVALIDITY/UID, where the server tells it.

        AccountTrouble, an OSError: weather. ValueError: a bad mail id, or a folder that is not ours.
        """
        _check(mail, folder)
        with self._client_for(mail) as client:
            if search and (found := self._find(client, mail)) is not None:
                return found[1], True
            return self._append(client, folder, content, received_at), False

    def refile(self, mail: str, source: str, folder: str, content: bytes, received_at: int) -> tuple[str, bool]:
        """Append the mail with its new fields, then take away the old one; a cut between leaves both, never none."""
        _check(mail, folder)
        with self._client_for(mail) as client:
            lies = list(self._all(client, mail))
            target, before = self.folders.path(client, folder), self.folders.path(client, source)
            done = next((name for path, name in lies if path == target and _same(client, path, name, content)), None)
            old = [(path, name) for path, name in lies if path == before and name != done]
            if done is None:
                if not old:  # the owner moved it, or it is gone: as they left it
                    return (lies[0][1] if lies else ""), True
                done = self._append(client, folder, content, received_at)
            for path, name in old:
                select(client, path)
                remove(client, int(name.partition("/")[2]))
            return done, False

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in, by our name for it, or else by the account's; None if it is in none."""
        with self.session.use() as client:
            found = self._find(client, mail)
            return None if found is None else self.folders.ours(client, found[0])

    def prepare(self) -> None:
        """Sign in and make the folders. AccountTrouble: nothing can be filed now."""
        with self.session.use() as client:
            for folder in sorted(OURS):
                self.folders.make(client, folder)

    def sweep(self) -> int:
        """Nothing is ever left half-written: an APPEND happens whole or not at all (RFC 3501 6.3.11)."""
        return 0

    def close(self) -> None:
        self.session.close()
        self.threads.shutdown(wait=False, cancel_futures=True)

    def again(self) -> None:
        """Forget what failed or was refused: the next attempt is made at once."""
        self.session.again()
        self._refused.clear()

    @contextlib.contextmanager
    def _client_for(self, mail: str) -> Iterator[IMAPClient]:
        """A client that is signed in. A mail the server refuses is left alone for a while that grows, others are not.

        Raises AccountTrouble.
        """
        wait = self._refused.get(mail)
        if wait is not None and time.monotonic() < wait.until:
            raise Refused(wait.why)
        whole = False
        try:
            with self.session.use() as client:
                yield client
            whole = True
            self._refused.pop(mail, None)
        except Refused as error:
            pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, wait.pause * 2 if wait else 0))
            self._refused[mail] = _Wait(time.monotonic() + pause, pause, str(error))
            raise
        finally:
            if not whole:
                self.folders.forget()

    def _append(self, client: IMAPClient, folder: str, content: bytes, received_at: int) -> str:
        path = self.folders.make(client, folder)
        at = datetime.fromtimestamp(received_at / 1000, UTC)
        try:
            answer = client.append(path, content, msg_time=at)
        except IMAPClientError as error:
            if "[NOPERM]" in str(error).upper():
                why = f"{self.session.account.name}: nothing may be put into {path}; allow it there, or set `folders`"
                raise Refused(why) from None
            if "TRYCREATE" not in str(error).upper():
                raise
            self.folders.forget()  # removed or renamed under us
            answer = client.append(self.folders.make(client, folder), content, msg_time=at)
        told = _APPENDED.search(answer if isinstance(answer, bytes) else str(answer).encode())
        return f"{int(told[1])}/{int(told[2])}" if told else ""

    def _find(self, client: IMAPClient, mail: str) -> tuple[str, str] | None:
        return next(self._all(client, mail), None)

    def _all(self, client: IMAPClient, mail: str) -> Iterator[tuple[str, str]]:
        """(path, UIDVALIDITY/UID) of every mail whose topmost field of ours names this mail; our folders first."""
        for path in self.folders.all_paths(client):
            validity = self._open(client, path)
            if validity is None:
                continue
            for uid in client.search(["OR", "HEADER", MAIL, mail, "HEADER", REMINDER, mail]):
                told = client.fetch([uid], [_MARKS]).get(uid, {})
                head = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER")), b"")
                fields = message_from_bytes(head).items()
                if fields and fields[0][1].strip() == mail:
                    yield path, f"{validity}/{uid}"

    def _open(self, client: IMAPClient, path: str) -> int | None:
        """To look only. None: it is gone; or it is another's, whose folders may be seen but not opened."""
        return select(client, path, readonly=True) if self.folders.is_ours(client, path) else look(client, path)


def _check(mail: str, folder: str) -> None:
    if not MAIL_ID.fullmatch(mail):
        raise ValueError("no mail id")
    if folder not in OURS:
        raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(OURS))}')


def _same(client: IMAPClient, path: str, name: str, content: bytes) -> bool:
    """Whether a mail of this id has these fields of ours; what is below them is the same mail, as the server keeps it.

    Some servers cannot keep every octet: Dovecot makes others of NUL, and imaplib's append of bare line ends.
    """
    validity, _, uid = name.partition("/")
    if str(select(client, path, readonly=True)) != validity:
        return False
    ours = content.partition(_CLOSING)[0]
    told = client.fetch([int(uid)], [f"BODY.PEEK[]<0.{len(ours)}>"]).get(int(uid), {})
    return ours in told.values()


def remove(client: IMAPClient, uid: int) -> None:
    """Take one mail out of the selected folder, and no other.

    Without UIDPLUS an EXPUNGE takes all that is marked as deleted: where the owner has marked others, ours stays marked
    beside them, for their client to clear away.
    """
    others = [other for other in client.search(["DELETED"]) if other != uid]
    client.add_flags([uid], [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
    elif not others:
        client.expunge()
