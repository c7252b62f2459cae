"""What came to lie in some folders of an account since the last look, by UIDs, which only grow (RFC 3501 2.3.1.1).

Each folder is opened for reading once a look; one that did not change since (UIDNEXT, EXISTS and, after RFC 7162,
HIGHESTMODSEQ) costs that one command.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from email import message_from_bytes
from typing import Any, NamedTuple

from imapclient import IMAPClient

from pipeline.accounts.folders import Folders, opened
from pipeline.accounts.wire import HEAD_LITERAL_OCTETS, literals_of
from pipeline.mailboxes import Arrival
from stages.fingerprint import fingerprint
from stages.header import MAIL, REMINDER

_MARKS = f"BODY.PEEK[HEADER.FIELDS ({MAIL} {REMINDER})]"
_BATCH = 500
"""Mails that one FETCH asks for."""
_WINDOW = 50_000
"""Mails of which one answer tells: the library takes no line of a million octets."""
_LATELY = 1000
"""Arrivals that are told of again when something changes; of more, the last."""
MOST_MAILS, MOST_OCTETS = 50, 8_000_000
"""Of mails that are read whole in one look; the others are read in the next ones."""
MOST_MARKS = 10_000
"""Of those of which only our fields are read."""
_LARGEST = 40_000_000
"""Octets. What is larger was never taken from here."""


class Marked(NamedTuple):
    """A mail in the selected folder."""

    uid: int
    mail: str
    """by its topmost field of ours; empty: it bears none"""
    flags: tuple[bytes, ...]
    fingerprint: str = ""

    @property
    def live(self) -> bool:
        return b"\\Deleted" not in self.flags


Read = Callable[[IMAPClient, Collection[int]], tuple[Iterable[Marked], list[int]]]
"""(UIDs in the selected folder) -> those that are there, and UIDs that are left for the next time."""


class _Seen(NamedTuple):
    """A folder at the last look."""

    validity: int
    next: int
    """UIDs from here on are new"""
    stand: tuple[int, int, int] = (0, 0, 0)
    """UIDNEXT, EXISTS and HIGHESTMODSEQ, as they were told; 0: not told"""
    deleted: frozenset[int] = frozenset()
    """marked so: what loses that mark comes back"""
    waiting: tuple[int, ...] = ()
    """not read yet"""
    lately: tuple[tuple[int, Arrival], ...] = ()
    """by UID: they may lie in another folder still, and are told of again"""


class Arrivals:
    """The folders of one account, from look to look. Nothing of it is on disk."""

    def __init__(self, folders: Folders, watched: tuple[str, ...], read: Read) -> None:
        self._folders = folders
        self._watched = watched
        self._read = read
        self._seen: dict[str, _Seen] = {}
        self._marks: dict[str, dict[int, str]] = {}
        """folder -> UID -> mail, of those that were read"""
        self._untold: dict[Arrival, None] = {}

    @property
    def behind(self) -> bool:
        """Whether some mails wait to be read in the next looks."""
        return any(one.waiting for one in self._seen.values())

    def look(self, client: IMAPClient, known: Collection[str]) -> tuple[Arrival, ...]:
        """See `Mailbox.arrived`."""
        self._look(client, known if isinstance(known, (set, frozenset)) else frozenset(known))
        found, self._untold = tuple(self._untold), {}
        return found

    def lying(self, client: IMAPClient, mails: Collection[str]) -> dict[str, set[str]] | None:
        """Mail -> the folders it lay in at the last look and lies in still, but for where it is called as in `known`.

        No SEARCH is needed, which takes seconds in a large folder. None: it cannot be told, for not all was read yet.
        """
        if not self._seen or self.behind:
            return None
        found: dict[str, set[str]] = {}
        for folder, marks in self._marks.items():
            uids = [uid for uid, mail in marks.items() if mail in mails]
            told = opened(client, self._folders.path(client, folder), readonly=True) if uids else None
            if told is None or int(told.get(b"UIDVALIDITY", 0)) != self._seen[folder].validity:
                continue
            for uid, data in client.fetch(uids, ["FLAGS"]).items():
                if b"\\Deleted" not in data.get(b"FLAGS", ()):
                    found.setdefault(marks[uid], set()).add(folder)
        return found

    def _look(self, client: IMAPClient, names: Collection[str]) -> None:
        """What fails has seen nothing: the next look finds all of it."""
        seen, found = dict(self._seen), dict[Arrival, None]()
        for folder in self._watched:
            told = opened(client, self._folders.path(client, folder), readonly=True)
            if told is None:
                continue  # deleted, renamed or not made: what is known of it holds for when it is back
            seen[folder], new = self._folder(client, folder, told, names)
            found |= dict.fromkeys(new)
        if seen != self._seen:
            again = (arrival for one in seen.values() for _, arrival in one.lately)
            found |= dict.fromkeys(again)
        self._seen = seen
        self._untold |= found

    def _folder(
        self, client: IMAPClient, folder: str, told: dict[bytes, Any], known: Collection[str]
    ) -> tuple[_Seen, list[Arrival]]:
        """The selected folder as it is now, and what is new in it."""
        validity, exists = int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"EXISTS", 0))
        next, modseq = int(told.get(b"UIDNEXT", 0)), int(told.get(b"HIGHESTMODSEQ", 0))
        stand = (next, exists, modseq)
        before = self._seen.get(folder)
        if before is None or before.validity != validity:  # numbered anew: nothing that was known of it holds
            before = _Seen(validity, 1)
            self._marks[folder] = {}
        elif modseq and stand == before.stand and not before.waiting:
            return before, []
        # Deleted ones first: what is marked after that, and before it is read, is told by its flags.
        deleted = frozenset(_search(client, exists, "DELETED"))
        new = [uid for uid in _search(client, exists, "UID", f"{before.next}:*") if uid >= before.next]
        wanted = [uid for uid in new if before.next > 1 or f"{validity}/{uid}" not in known]
        asked = dict.fromkeys((*before.waiting, *sorted(before.deleted - deleted), *wanted))
        there, waiting = self._read(client, [uid for uid in asked if uid not in deleted])
        marked = list(there)
        self._marks[folder] |= {one.uid: one.mail for one in marked if one.mail}
        came = [
            (one.uid, Arrival(folder, one.mail, one.fingerprint))
            for one in marked
            if one.live and (one.mail or one.fingerprint)
        ]
        lately = (*self._still(client, before.lately, deleted), *came)[-_LATELY:]
        gone = deleted | {one.uid for one in marked if not one.live}
        # Not by UIDNEXT: a server may count what another client is still about to put there.
        highest = max((uid + 1 for uid in new[-1:]), default=before.next)
        return _Seen(validity, highest, stand, gone, tuple(waiting), lately), [arrival for _, arrival in came]

    @staticmethod
    def _still(
        client: IMAPClient, lately: tuple[tuple[int, Arrival], ...], deleted: frozenset[int]
    ) -> Iterator[tuple[int, Arrival]]:
        """Those that still lie in the selected folder."""
        told = client.fetch([uid for uid, _ in lately], ["FLAGS"]) if lately else {}
        return ((uid, arrival) for uid, arrival in lately if uid in told and uid not in deleted)


def _search(client: IMAPClient, exists: int, *keys: str) -> list[int]:
    """UIDs in the selected folder, of so many mails or a few more that came just now; in their order.

    By parts of the numbers that shift when a mail goes: from the last one down, so that none slips from a part that is
    still to come into one that was asked for already.
    """
    if exists <= _WINDOW:
        return sorted(client.search(list(keys)))
    found: set[int] = set()
    for low in range((exists - 1) // _WINDOW * _WINDOW + 1, 0, -_WINDOW):
        high = str(low + _WINDOW - 1) if low + _WINDOW <= exists else "*"
        found.update(client.search([f"{low}:{high}", *keys]))
    return sorted(found)


def marks(client: IMAPClient, uids: Collection[int]) -> tuple[Iterable[Marked], list[int]]:
    """By our fields."""
    ordered = list(uids)
    return marked(client, ordered[:MOST_MARKS]), ordered[MOST_MARKS:]


def marked(client: IMAPClient, uids: Collection[int]) -> Iterator[Marked]:
    """Each mail of the selected folder with the topmost field of ours."""
    for batch in _batches(uids):
        with literals_of(client, HEAD_LITERAL_OCTETS):
            found = client.fetch(batch, [_MARKS, "FLAGS"])
        for uid, told in found.items():
            head = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER")), b"")
            fields = message_from_bytes(head).items() if head and head.strip() else []
            yield Marked(uid, fields[0][1].strip() if fields else "", tuple(told.get(b"FLAGS", ())))


def prints(client: IMAPClient, uids: Collection[int]) -> tuple[Iterable[Marked], list[int]]:
    """By their octets, for mail that is sorted where it lies and bears no field of ours: a few at a time."""
    found: list[Marked] = []
    octets, rest = 0, list(uids)
    while rest and len(found) < MOST_MAILS and octets < MOST_OCTETS:
        batch = rest[: MOST_MAILS - len(found)]
        sizes = client.fetch(batch, ["RFC822.SIZE"])
        for uid in batch:
            if octets >= MOST_OCTETS:
                break
            rest.remove(uid)
            size = int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0))
            told = client.fetch([uid], ["BODY.PEEK[]", "FLAGS"]).get(uid, {}) if 0 < size <= _LARGEST else {}
            raw = told.get(b"BODY[]")
            octets += size
            if isinstance(raw, bytes):
                found.append(Marked(uid, "", tuple(told.get(b"FLAGS", ())), fingerprint(raw)))
    return found, rest


def _batches(uids: Collection[int]) -> Iterator[list[int]]:
    ordered = list(uids)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))
