"""Sorts mail where it lies in an account: moves a request, or labels it on Gmail, and touches nothing else.

After RFC 6851 (MOVE), RFC 4315 (UIDPLUS) and Gmail's X-GM-EXT-1. Every step looks first and verifies after, so that an
attempt that was cut anywhere is finished by the next. Everything here blocks; the edge calls it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import compat32

from imapclient import IMAPClient

from pipeline.accounts.folders import ORIGINALS, select
from pipeline.accounts.session import AccountTrouble
from pipeline.mailboxes.imap import ImapMailbox, octets, remove
from stages.events import INBOX, Received, Verdict
from stages.fingerprint import fingerprint
from stages.names import FOLDERS

KEYWORDS: dict[Verdict, bytes] = {
    "good": b"Salver-good",
    "intriguing": b"Salver-intriguing",
    "ugly": b"Salver-ugly",
    "follow_up": b"Salver-ask-why",
}
"""What a verdict is called among a mail's flags, where the server keeps keywords (RFC 3501 2.3.2)."""
_GMAIL = "X-GM-EXT-1"
_INBOX_LABEL = b"\\Inbox"


class InPlace(ImapMailbox):
    """An account whose requests are sorted where they lie. What Salver itself writes (a reminder) is appended."""

    def place(self, received: Received, raw: bytes, folder: str, verdict: Verdict | None) -> tuple[str, bool, str]:
        """Bring one mail into its folder. Returns (UIDVALIDITY/UID, found, the folder it lies in).

        Only while it lies in the account's inbox: where the owner, or an earlier attempt, moved it, it stays, and
        `found` is True; the name is empty where it is gone. AccountTrouble, an OSError: weather; nothing is lost by it.
        """
        with self.session.use() as client:
            inbox = self.folders.path(client, INBOX)
            lies = self._in_inbox(client, inbox, received, raw)
            if lies is not None and folder != INBOX:
                aim = self.folders.make(client, ORIGINALS if self.session.account.copies else folder)
                self._mark(client, inbox, lies, verdict)
                return self._move(client, inbox, lies, aim, raw), False, folder
            if lies is not None:
                return lies, True, INBOX
            found = next(self._lying(client, raw, self._elsewhere(client, inbox)), None)
            return ("", True, INBOX) if found is None else (found[1], True, self.folders.ours(client, found[0]))

    def put_back(self, raw: bytes) -> tuple[str, str] | None:
        """Bring a sorted mail back into the inbox, and take our keywords off it.

        Returns (the folder it lay in, UIDVALIDITY/UID in the inbox); None if it is in none of our folders: the owner
        moved or deleted it, and it stays as they left it. AccountTrouble: it may be tried again.
        """
        with self.session.use() as client:
            inbox = self.folders.path(client, INBOX)
            ours = [self.folders.path(client, name) for name in (*FOLDERS.values(), ORIGINALS)]
            found = next(self._lying(client, raw, ours), None)
            if found is None:
                return None
            path, name = found
            select(client, path)
            client.remove_flags([_uid(name)], list(KEYWORDS.values()), silent=True)
            return self.folders.ours(client, path), self._move(client, path, name, inbox, raw)

    def in_inbox(self, raw: bytes) -> bool:
        """Whether the mail lies in the account's inbox."""
        with self.session.use() as client:
            return next(self._lying(client, raw, [self.folders.path(client, INBOX)]), None) is not None

    # --- finding ---

    def _in_inbox(self, client: IMAPClient, inbox: str, received: Received, raw: bytes) -> str | None:
        """By the place it was read at; where the UIDs are no longer those, by its Message-ID."""
        validity, _, uid = received.place.partition(" ")[0].partition("/")
        known = select(client, inbox)
        if known is None:
            raise AccountTrouble(f"{self.session.account.name}: the folder {inbox} is gone; name another with `inbox`")
        if str(known) == validity and client.fetch([int(uid)], ["UID"]).get(int(uid)):
            return f"{validity}/{uid}"
        found = next(self._lying(client, raw, [inbox]), None)
        return found[1] if found else None

    def _elsewhere(self, client: IMAPClient, inbox: str) -> list[str]:
        return [path for path in self.folders.all_paths(client) if path != inbox]

    def _lying(self, client: IMAPClient, raw: bytes, paths: list[str]) -> Iterator[tuple[str, str]]:
        """(path, UIDVALIDITY/UID) of every place among these folders where this very mail lies."""
        wanted, message_id = fingerprint(raw), _message_id(raw)
        for path in paths:
            validity = select(client, path, readonly=True)
            if validity is None:
                continue
            for uid in _alike(client, message_id, len(raw)):
                there = octets(client, uid)
                if there is not None and fingerprint(there) == wanted:
                    yield path, f"{validity}/{uid}"

    # --- moving ---

    def _mark(self, client: IMAPClient, inbox: str, name: str, verdict: Verdict | None) -> None:
        """The verdict among the mail's flags; flags go along with a move."""
        kept = client.select_folder(inbox).get(b"PERMANENTFLAGS", ())
        if verdict is not None and b"\\*" in kept:
            client.add_flags([_uid(name)], [KEYWORDS[verdict]], silent=True)

    def _move(self, client: IMAPClient, source: str, name: str, aim: str, raw: bytes) -> str:
        """From one folder to another, and what it is called there. AccountTrouble: it did not arrive."""
        before = select(client, source)
        if str(before) != name.partition("/")[0]:
            raise AccountTrouble(f"{self.session.account.name}: {source} was renumbered meanwhile")
        uid = _uid(name)
        if client.has_capability(_GMAIL):
            self._label(client, source, uid, aim)
        elif client.has_capability("MOVE"):
            client.move([uid], aim)
        else:
            if next(self._lying(client, raw, [aim]), None) is None:  # not copied by an attempt that was cut
                select(client, source)
                client.copy([uid], aim)
            self._arrived(client, raw, aim)
            select(client, source)
            remove(client, uid)
        return self._arrived(client, raw, aim)

    def _label(self, client: IMAPClient, source: str, uid: int, aim: str) -> None:
        """On Gmail a folder is a label: the new one first, so that the mail is never without."""
        inbox = self.folders.path(client, INBOX)
        client.add_gmail_labels([uid], [_INBOX_LABEL if aim == inbox else aim], silent=True)
        client.remove_gmail_labels([uid], [_INBOX_LABEL if source == inbox else source], silent=True)

    def _arrived(self, client: IMAPClient, raw: bytes, aim: str) -> str:
        found = next(self._lying(client, raw, [aim]), None)
        if found is None:
            raise AccountTrouble(f"{self.session.account.name}: a mail did not arrive in {aim}; it will be tried again")
        return found[1]


def _uid(name: str) -> int:
    return int(name.partition("/")[2])


def _message_id(raw: bytes) -> str:
    """As a server would search for it; empty where there is none, or one that cannot be asked for."""
    head = raw[:100_000].partition(b"\r\n\r\n")[0]
    found = message_from_bytes(head, policy=compat32).get("Message-ID", "")
    text = " ".join(str(found).split())
    return text if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text else ""


def _alike(client: IMAPClient, message_id: str, size: int) -> list[int]:
    """UIDs in the selected folder that may be this mail: by its Message-ID, else by its size."""
    if message_id:
        return list(client.search(["HEADER", "Message-ID", message_id]))
    near: Callable[[int], bool] = lambda octets: abs(octets - size) <= 2  # noqa: E731 - some servers end it with a line
    uids = list(client.search(["LARGER", max(0, size - 3), "SMALLER", size + 3]))
    told = client.fetch(uids, ["RFC822.SIZE"]) if uids else {}
    return [uid for uid in uids if near(int(told.get(uid, {}).get(b"RFC822.SIZE", -9)))]
