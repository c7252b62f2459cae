"""Reads what is new in an account's inbox, and waits for more: opened for reading only, nothing marked as seen.

UIDs grow (RFC 3501 2.3.1.1), so the last one read tells what is new; where UIDVALIDITY changes, all of `since` is read
again, and the log knows what it has already.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from imapclient import IMAPClient

from pipeline.accounts.folders import Folders, select
from pipeline.accounts.session import AccountTrouble, Session
from pipeline.accounts.wire import HEAD_LITERAL_OCTETS, heard, literals_of
from stages.events import INBOX

HEAD_OCTETS = 16_384
BATCH_OCTETS = 32_000_000
"""Of whole mails held at once; one may be as large as the limit."""
TICK_SECONDS = 1.0
"""How soon a wait ends that is told to."""


class Seen(NamedTuple):
    """How far an inbox was read."""

    validity: int
    uid: int


class Found(NamedTuple):
    """A mail that may concern us."""

    uid: int
    validity: int
    folder: str
    raw: bytes
    came_at: int
    """INTERNALDATE, milliseconds"""

    @property
    def place(self) -> str:
        """As `Received.place` tells it."""
        return f"{self.validity}/{self.uid} {self.folder}"


class Batch(NamedTuple):
    """Some mails in the order of their UIDs, and how far the inbox is read when they are kept."""

    seen: Seen
    looked_at: int
    mails: tuple[Found, ...]
    too_large: tuple[int, ...] = ()
    """octets of mails above the limit; these stay where they lie"""


def news(
    session: Session, seen: Seen | None, *, since: int, batch: int, largest: int, wanted: Callable[[bytes], bool]
) -> Iterator[Batch]:
    """What came after `seen`, or since that time (ms) where nothing was read yet; by parts of `batch` mails.

    `wanted(head)` says whether a mail is read whole; `largest` is in octets. Raises AccountTrouble.
    """
    folders = Folders(session.account)
    with session.use() as client:
        inbox = folders.path(client, INBOX)
        validity = _examine(client, session, inbox)
        fresh = seen is None or seen.validity != validity
        last = 0 if seen is None or fresh else seen.uid
        day = datetime.fromtimestamp(since / 1000, UTC).date()
        uids = sorted(client.search(["SINCE", day]) if fresh else client.search(["UID", f"{last + 1}:*"]))
        uids = [uid for uid in uids if uid > last]  # "n:*" names the last mail even where it is below n
    if fresh and not uids:
        yield Batch(Seen(validity, last), 0, ())
    while uids:
        part = uids[:batch]
        # Given back between parts: whoever handles them may take long, and may ask for the next in another thread.
        with session.use() as client:
            if _examine(client, session, inbox) != validity:
                raise AccountTrouble(f"{session.account.name}: {inbox} was renumbered while it was read; once more")
            found = _read(client, part, Seen(validity, part[-1]), inbox, largest, wanted)
        uids = [uid for uid in uids if uid > found.seen.uid]
        yield found


def _examine(client: IMAPClient, session: Session, inbox: str) -> int:
    validity = select(client, inbox, readonly=True)
    if validity is None:
        raise AccountTrouble(
            f"{session.account.name}: there is no folder {inbox} any more; name the one to read with `inbox`"
        )
    return validity


def _read(
    client: IMAPClient, uids: list[int], seen: Seen, inbox: str, largest: int, wanted: Callable[[bytes], bool]
) -> Batch:
    with literals_of(client, HEAD_LITERAL_OCTETS):
        heads = client.fetch(uids, [f"BODY.PEEK[HEADER]<0.{HEAD_OCTETS}>", "RFC822.SIZE"])
    mails: list[Found] = []
    too_large: list[int] = []
    for uid in sorted(heads):
        told = heads[uid]
        head = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER]")), b"")
        if not isinstance(head, bytes) or not wanted(head):
            continue
        size = int(told.get(b"RFC822.SIZE", 0))
        if size > largest:
            too_large.append(size)
            continue
        with literals_of(client, max(2 * largest, HEAD_LITERAL_OCTETS)):  # some tell a size that is a little less
            whole = client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE"]).get(uid, {})
        raw = whole.get(b"BODY[]")
        if not isinstance(raw, bytes):
            continue  # it was moved or deleted meanwhile
        if len(raw) > largest:  # whatever the server said of its size
            too_large.append(len(raw))
            continue
        mails.append(Found(uid, seen.validity, inbox, raw, _milliseconds(whole.get(b"INTERNALDATE"))))
        if sum(len(mail.raw) for mail in mails) > BATCH_OCTETS:
            seen = Seen(seen.validity, uid)
            break
    return Batch(seen, sum(uid <= seen.uid for uid in uids), tuple(mails), tuple(too_large))


def _milliseconds(at: object) -> int:
    """IMAPClient gives INTERNALDATE as local time without a zone."""
    return int(at.timestamp() * 1000) if isinstance(at, datetime) else int(time.time() * 1000)


def wait(session: Session, idle: float, poll: float, stop: threading.Event) -> bool:
    """Wait until something may have come: at most `idle` seconds, or `poll` where the server cannot tell (RFC 2177).

    Returns whether news were told. Ends soon after `stop` is set. Raises AccountTrouble.
    """
    with session.use() as client:
        if client.has_capability("IDLE"):
            _examine(client, session, Folders(session.account).path(client, INBOX))
            client.idle()
            until = time.monotonic() + idle
            told = False
            while not told and not stop.is_set() and (asked := time.monotonic()) < until:
                lines = heard(client, TICK_SECONDS)
                told = any(len(line) > 1 and line[1] == b"EXISTS" for line in lines)
                if not lines and time.monotonic() - asked < TICK_SECONDS / 2:
                    break  # something came, and it was no line: the other end hung up, which the library keeps back
            client.idle_done()  # raises, where it did
            return told
    stop.wait(poll)
    return False
