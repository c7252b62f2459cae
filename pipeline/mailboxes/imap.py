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
from typing import NamedTuple

import structlog
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from pipeline.accounts.folders import Folders, look, select
from pipeline.accounts.session import FIRST_PAUSE, LONGEST_PAUSE, Refused, Session, asks_for_pause
from pipeline.mailboxes import KEYWORDS, OURS, SORTED, Arrival, Lies, Sought, Taken, elsewhere, is_ours, keywords_of
from pipeline.mailboxes.imap_arrivals import Arrivals, Read, marked, marks
from stages.emptying import FLAGGED, MOVED
from stages.events import Verdict
from stages.header import CLOSING, MAIL, MAIL_ID, REMINDER

log = structlog.get_logger()

_APPENDED = re.compile(rb"\[APPENDUID (\d+) (\d+)\]")
_CLOSING = f"\r\n{CLOSING}:".encode()
_AT_ONCE = 20
"""Mails that one SEARCH asks for."""
_OF_ITS_PLACE = (b"\\Recent", b"\\Deleted")
"""Flags that do not go along to another folder."""
_VERDICTS = frozenset(KEYWORDS.values())


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

    def __init__(
        self, session: Session, buttons: tuple[str, ...] = (), read: Read = marks, declared: tuple[str, ...] = ()
    ) -> None:
        """`declared`: folders of the configuration beside our own four."""
        self.session = session
        self.into = (*SORTED, *declared, *buttons)
        """The folders in which it is looked what comes to lie there."""
        self.folders = Folders(session.account, (*declared, *buttons))
        self._more = (*declared, *buttons)
        self._known = OURS | frozenset(declared)
        self._not_made: set[str] = set()
        self._read = read
        self._arrivals = Arrivals(self.folders, self.into, read)
        self.threads: Executor = ThreadPoolExecutor(1, f"account {session.account.name}")
        """One connection serves one call at a time; a server that hangs holds up no other mailbox."""
        self._refused: dict[str, _Wait] = {}

    def file(
        self,
        mail: str,
        folder: str,
        content: bytes,
        received_at: int,
        search: bool,
        shown: Verdict | None = None,
        labels: Collection[str] = (),
    ) -> tuple[str, bool]:
        """Append `content` to the folder. See `Mailbox.file`; the name is UIDVALIDITY/UID, where the server tells it.

        AccountTrouble, an OSError: weather. ValueError: a bad mail id, or a folder that is not ours.
        """
        self._check(mail, folder)
        with self._client_for(mail) as client:
            if search and (found := next(self._all(client, mail), None)) is not None:
                return found.name, True
            return self._append(client, folder, content, received_at, keywords_of(shown, labels)), False

    def refile(
        self,
        mail: str,
        ours: Collection[str],
        folder: str,
        content: bytes,
        received_at: int,
        begun: bool = False,
        shown: Verdict | None = None,
        labels: Collection[str] = (),
    ) -> Lies:
        """Append the mail with its new fields and its flags, then take away the old one; see `Mailbox.refile`.

        A cut between leaves both, never none; the next attempt knows the new one by its fields, wherever its owner may
        have moved that meanwhile.
        """
        self._check(mail, folder)
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
            flags = (*_kept(old[0].flags), *keywords_of(shown, labels)) if done is None else ()
            name = done.name if done else self._append(client, folder, content, received_at, flags)
            for one in old:
                select(client, one.path)
                remove(client, int(one.name.partition("/")[2]))
            return Lies(name, not old, self.folders.ours(client, done.path if done else target))

    def remove(self, mail: str, received_at: int, folder: str, raw: bytes = b"") -> Taken:
        """See `Mailbox.remove`. Whoever moves the mail while it is marked as deleted takes that mark along: there it
        is taken off again."""
        with self._client_for(mail) as client:
            aim = self.folders.path(client, folder)
            lying = list(self._all(client, mail))
            here = [one for one in lying if one.path == aim]
            others = [one for one in lying if one.live and one.path != aim]
            if any(not here or self.folders.is_ours(client, one.path) for one in others):
                return Taken(lying[0].name, MOVED)
            if any(flagged(one.flags) for one in here):
                return Taken(here[0].name, FLAGGED)
            for one in here:
                if str(select(client, aim)) == one.name.partition("/")[0]:
                    remove(client, int(one.name.partition("/")[2]))
            left = [one for one in self._all(client, mail) if one.path != aim and one not in lying] if here else []
            for one in left:
                select(client, one.path)
                client.remove_flags([int(one.name.partition("/")[2])], [b"\\Deleted"], silent=True)
            return Taken(here[0].name if here else "", MOVED if left else "")

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in, by our name for it, or else by the account's; None if it is in none."""
        with self.session.use() as client:
            found = next((one for one in self._all(client, mail) if one.live), None)
            return None if found is None else self.folders.ours(client, found.path)

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """See `Mailbox.moved`. One FETCH of flags tells of all that lie where we put them."""
        with self.session.use() as client:
            gone = {each.mail for each in self._gone(client, sought)}
            lying = (self._arrivals.lying(client, gone) if gone else {}) if self._read is marks else None
            if lying is None:
                lying = self._search(client, list(gone))
            return elsewhere([each for each in sought if each.mail in gone], lying, self.into)

    def _search(self, client: IMAPClient, gone: list[str]) -> dict[str, set[str]]:
        """Mail -> the folders of ours, the INBOX apart, and buttons, it lies in."""
        lying: dict[str, set[str]] = {}
        if gone:
            for folder in self.into:
                if select(client, self.folders.path(client, folder), readonly=True) is None:
                    continue
                for start in range(0, len(gone), _AT_ONCE):
                    batch = gone[start : start + _AT_ONCE]
                    for one in marked(client, client.search(_any_of(batch))):
                        if one.mail in batch and one.live:
                            lying.setdefault(one.mail, set()).add(folder)
        return lying

    def arrived(self, known: Collection[str] = ()) -> tuple[Arrival, ...]:
        """See `Mailbox.arrived`."""
        with self.session.use() as client:
            return self._arrivals.look(client, known)

    @property
    def behind(self) -> bool:
        """Whether `arrived` has more to look into."""
        return self._arrivals.behind

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
        """Sign in and make the folders. AccountTrouble: nothing can be filed now; those declared may be missing."""
        with self.session.use() as client:
            for folder in sorted(OURS):
                self.folders.make(client, folder)
            for folder in self._more:
                try:
                    self.folders.make(client, folder)
                except Refused as error:
                    if folder not in self._not_made:
                        log.warning("folder_not_made", account=self.session.account.name, error=str(error))
                    self._not_made.add(folder)

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
        flags = _allowed(client, path, flags)
        try:
            answer = _appended(client, path, content, flags, at)
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
            for one in marked(client, client.search(_any_of([mail], REMINDER))):
                if one.mail == mail:
                    yield _Lying(path, f"{validity}/{one.uid}", one.flags)

    def _check(self, mail: str, folder: str) -> None:
        if not MAIL_ID.fullmatch(mail):
            raise ValueError("no mail id")
        if folder not in self._known:
            raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(self._known))}')

    def _open(self, client: IMAPClient, path: str) -> int | None:
        """To look only. None: it is gone; or it is another's, whose folders may be seen but not opened."""
        return select(client, path, readonly=True) if self.folders.is_ours(client, path) else look(client, path)


def _appended(client: IMAPClient, path: str, content: bytes, flags: tuple[bytes, ...], at: datetime) -> bytes | str:
    """Some servers keep only so many keywords: then without labels, then without the verdict."""
    fewer = dict.fromkeys(
        (
            tuple(flag for flag in flags if flag in _VERDICTS or not is_ours(flag)),
            tuple(flag for flag in flags if not is_ours(flag)),
        )
    )
    for some in (flags, *(some for some in fewer if some != flags)):
        try:
            answer: bytes | str = client.append(path, content, some, at)
            return answer
        except IMAPClientError as error:
            if some == tuple(fewer)[-1] or isinstance(error, IMAPClientAbortError) or asks_for_pause(error):
                raise
    raise AssertionError("the last attempt returns, or raises")


def _any_of(mails: Iterable[str], *more: str) -> list[str]:
    """What to SEARCH for: any of these ids in our field, or in one of the others."""
    keys: list[str] = []
    for mail in mails:
        for name in (MAIL, *more):
            keys = ["OR", *keys, "HEADER", name, mail] if keys else ["HEADER", name, mail]
    return keys


def _allowed(client: IMAPClient, path: str, flags: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Those of the flags that a folder keeps; whether it is there at all, the APPEND tells."""
    system = tuple(flag for flag in flags if flag.startswith(b"\\"))
    if system == flags:
        return flags
    try:
        allowed = client.select_folder(path).get(b"PERMANENTFLAGS", ())
    except IMAPClientReadOnlyError:
        client.select_folder(path, readonly=True)  # or imaplib refuses every other command from here on
        return system
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if asks_for_pause(error):
            raise
        return system
    return flags if b"\\*" in allowed else tuple(flag for flag in flags if flag in system or flag in allowed)


def _kept(flags: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Those that go along to another folder; verdict and labels are given anew."""
    return tuple(flag for flag in flags if flag not in _OF_ITS_PLACE and not is_ours(flag))


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


def flagged(flags: Iterable[bytes]) -> bool:
    """Whether its owner flagged a mail."""
    return any(flag.lower() == b"\\flagged" for flag in flags)


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
