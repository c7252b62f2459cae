"""Files mail into an account by IMAP APPEND: once, whatever was cut short before.

After RFC 3501 6.3.11 and RFC 4315. Nobody can tell whether an APPEND got through whose answer was lost, so a later
attempt first looks for X-Salver-Mail in every folder. Everything here blocks; the edge calls it in a thread of its own.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pipeline.accounts.folders import Folders, look, select
from pipeline.accounts.session import FIRST_PAUSE, LONGEST_PAUSE, Refused, Session
from pipeline.mailboxes import OURS, SORTED, Lies, Sought, elsewhere
from stages.header import CLOSING, MAIL, MAIL_ID, REMINDER

_APPENDED = re.compile(rb"\[APPENDUID (\d+) (\d+)\]")
_CLOSING = f"\r\n{CLOSING}:".encode()
_MARKS = f"BODY.PEEK[HEADER.FIELDS ({MAIL} {REMINDER})]"
_AT_ONCE = 20
"""Mails that one SEARCH asks for."""
_OF_ITS_PLACE = (b"\\Recent", b"\\Deleted")
"""Flags that do not go along to another folder."""


class _Lying(NamedTuple):
    """A mail that bears our mark."""

    path: str
    name: str
    """UIDVALIDITY/UID"""
    flags: tuple[bytes, ...]

    @property
    def live(self) -> bool:
        return b"\\Deleted" not in self.flags


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
            if search and (found := next(self._all(client, mail), None)) is not None:
                return found.name, True
            return self._append(client, folder, content, received_at), False

    def refile(
        self, mail: str, ours: Collection[str], folder: str, content: bytes, received_at: int, begun: bool = False
    ) -> Lies:
        """Append the mail with its new fields and its flags, then take away the old one; see `Mailbox.refile`.

        A cut between leaves both, never none; the next attempt knows the new one by its fields, wherever its owner may
        have moved that meanwhile.
        """
        _check(mail, folder)
        with self._client_for(mail) as client:
            everywhere = list(self._all(client, mail))
            lies = [one for one in everywhere if one.live]
            target, before = self.folders.path(client, folder), [self.folders.path(client, one) for one in ours]
            same = [one for one in lies if (one.path == target or begun) and _same(client, one.path, one.name, content)]
            done = next((one for one in same if one.path == target), None)
            if done is None:
                done = next((one for one in same if one.path not in before), None)
            # What a cut attempt marked as deleted is taken away for good.
            old = [one for one in (everywhere if done else lies) if one.path in before and one is not done]
            if done is None and not old:
                left = next(iter(lies or everywhere), None)
                if left is None:
                    return Lies("", True, None)
                return Lies(left.name, True, self.folders.ours(client, left.path), not left.live)
            name = done.name if done else self._append(client, folder, content, received_at, _kept(old[0].flags))
            for one in old:
                select(client, one.path)
                remove(client, int(one.name.partition("/")[2]))
            return Lies(name, not old, self.folders.ours(client, done.path if done else target))

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in, by our name for it, or else by the account's; None if it is in none."""
        with self.session.use() as client:
            found = next((one for one in self._all(client, mail) if one.live), None)
            return None if found is None else self.folders.ours(client, found.path)

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """See `Mailbox.moved`. One FETCH of flags tells of all that lie where we put them."""
        with self.session.use() as client:
            gone = [each.mail for each in self._gone(client, sought)]
            lying: dict[str, set[str]] = {}
            for folder in SORTED if gone else ():
                if select(client, self.folders.path(client, folder), readonly=True) is None:
                    continue
                for start in range(0, len(gone), _AT_ONCE):
                    batch = gone[start : start + _AT_ONCE]
                    for _, mail, flags in _marked(client, client.search(_any_of(batch))):
                        if mail in batch and b"\\Deleted" not in flags:
                            lying.setdefault(mail, set()).add(folder)
            return elsewhere([each for each in sought if each.mail in gone], lying)

    def _gone(self, client: IMAPClient, sought: Sequence[Sought]) -> list[Sought]:
        """Those that no longer lie where we put them, or of which that is not known."""
        gone: list[Sought] = []
        for folder in dict.fromkeys(each.folder for each in sought):
            there = [each for each in sought if each.folder == folder]
            validity = self._open(client, self.folders.path(client, folder))
            known = {int(each.name.partition("/")[2]) for each in there if each.name.startswith(f"{validity}/")}
            told = client.fetch(sorted(known), ["FLAGS"]) if known else {}
            live = {f"{validity}/{uid}" for uid, data in told.items() if b"\\Deleted" not in data.get(b"FLAGS", ())}
            gone += [each for each in there if each.name not in live]
        return gone

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

    def _append(
        self, client: IMAPClient, folder: str, content: bytes, received_at: int, flags: tuple[bytes, ...] = ()
    ) -> str:
        path = self.folders.make(client, folder)
        at = datetime.fromtimestamp(received_at / 1000, UTC)
        if any(not flag.startswith(b"\\") for flag in flags):  # keywords of their client's
            allowed = client.select_folder(path).get(b"PERMANENTFLAGS", ())
            flags = tuple(flag for flag in flags if flag.startswith(b"\\") or flag in allowed or b"\\*" in allowed)
        try:
            answer = client.append(path, content, flags, at)
        except IMAPClientError as error:
            if "[NOPERM]" in str(error).upper():
                why = f"{self.session.account.name}: nothing may be put into {path}; allow it there, or set `folders`"
                raise Refused(why) from None
            if "TRYCREATE" not in str(error).upper():
                raise
            self.folders.forget()  # removed or renamed under us
            answer = client.append(self.folders.make(client, folder), content, flags, at)
        told = _APPENDED.search(answer if isinstance(answer, bytes) else str(answer).encode())
        return f"{int(told[1])}/{int(told[2])}" if told else ""

    def _all(self, client: IMAPClient, mail: str) -> Iterator[_Lying]:
        """Every mail whose topmost field of ours names this mail, our folders first; what is marked as deleted too."""
        for path in self.folders.all_paths(client):
            validity = self._open(client, path)
            if validity is None:
                continue
            for uid, marked, flags in _marked(client, client.search(_any_of([mail], REMINDER))):
                if marked == mail:
                    yield _Lying(path, f"{validity}/{uid}", flags)

    def _open(self, client: IMAPClient, path: str) -> int | None:
        """To look only. None: it is gone; or it is another's, whose folders may be seen but not opened."""
        return select(client, path, readonly=True) if self.folders.is_ours(client, path) else look(client, path)


def _check(mail: str, folder: str) -> None:
    if not MAIL_ID.fullmatch(mail):
        raise ValueError("no mail id")
    if folder not in OURS:
        raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(OURS))}')


def _any_of(mails: Iterable[str], *more: str) -> list[str]:
    """What to SEARCH for: any of these ids in our field, or in one of the others."""
    keys: list[str] = []
    for mail in mails:
        for name in (MAIL, *more):
            keys = ["OR", *keys, "HEADER", name, mail] if keys else ["HEADER", name, mail]
    return keys


def _marked(client: IMAPClient, uids: Iterable[int]) -> Iterator[tuple[int, str, tuple[bytes, ...]]]:
    """(UID, mail that its topmost field of ours names, flags) of each in the selected folder that has one."""
    for uid in uids:
        told = client.fetch([uid], [_MARKS, "FLAGS"]).get(uid, {})
        head = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER")), b"")
        fields = message_from_bytes(head).items()
        if fields:
            yield uid, fields[0][1].strip(), tuple(told.get(b"FLAGS", ()))


def _kept(flags: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(flag for flag in flags if flag not in _OF_ITS_PLACE)


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
