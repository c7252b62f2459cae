"""Sorts mail where it lies in an account: moves a request, and touches nothing else.

After RFC 6851 (MOVE) and RFC 4315 (UIDPLUS). On Gmail, where a folder is a label, MOVE gives the one label and takes
the other; X-GM-LABELS is not used, for it leaves alone the label of the folder that is selected. Every step looks first
and verifies after, so that an attempt that was cut anywhere is finished by the next. Everything here blocks; the edge
calls it in a thread.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from email import message_from_bytes
from email.policy import compat32
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from pipeline.accounts.folders import ORIGINALS, select, trash
from pipeline.accounts.session import Refused, Session, asks_for_pause
from pipeline.mailboxes import SORTED, Lies, Sought, Taken, is_ours, keywords_of
from pipeline.mailboxes.imap import ImapMailbox, flagged, remove
from pipeline.mailboxes.imap_arrivals import marks, prints
from stages.emptying import FLAGGED, MOVED, NO_TRASH
from stages.events import INBOX, Received, Verdict
from stages.fingerprint import fingerprint
from stages.header import MAIL

_HEAD_OCTETS = 100_000
_OUR_MARK = re.compile(rb"^" + MAIL.encode() + rb"[ \t]*:", re.IGNORECASE | re.MULTILINE)
_GMAIL = "X-GM-EXT-1"
_PLAIN_ID = re.compile(r"<[\w.+=$@-]+>", re.ASCII)


class _Lying(NamedTuple):
    """Where a mail lies."""

    path: str
    name: str
    """UIDVALIDITY/UID"""
    deleted: bool
    """marked so, but still there"""


class InPlace(ImapMailbox):
    """An account whose requests are sorted where they lie. What Salver itself writes (a reminder) is appended."""

    def __init__(self, session: Session, buttons: tuple[str, ...] = (), declared: tuple[str, ...] = ()) -> None:
        read = marks if session.account.copies else prints  # beside an original its copy counts
        super().__init__(session, buttons, read, declared)
        self._files_into = (*SORTED, *declared)
        """beside the inbox"""

    def place(
        self,
        received: Received,
        raw: bytes,
        folder: str,
        verdict: Verdict | None,
        labels: Collection[str] = (),
    ) -> tuple[str, bool, str]:
        """Bring one mail into its folder. Returns (UIDVALIDITY/UID, found, the folder it lies in).

        Only while it lies in the account's inbox: where the owner, or an earlier attempt, moved it, it stays, and
        `found` is True; the name is empty where it is gone. AccountTrouble, an OSError: weather; nothing is lost by it.
        """
        with self._client_for(received.mail) as client:
            inbox = self.folders.path(client, INBOX)
            lies = self._in_inbox(client, inbox, received, raw)
            if lies is not None and lies.name != received.place.partition(" ")[0] and self._sorted(client, raw):
                lies = None  # it came twice, and one of the two is where it belongs: the other is not ours to take
            if lies is None:
                return self._placed_already(client, inbox, raw, folder)
            if folder == INBOX:
                if verdict is not None and not lies.deleted:  # a rule of the owner's leaves it here
                    self._mark(client, inbox, lies.name, verdict, labels)
                return lies.name, True, INBOX
            aim = self.folders.make(client, ORIGINALS if self.session.account.copies else folder)
            if lies.deleted and self._live(client, raw, [aim]) is None:  # by its owner: no copy of ours is the reason
                return lies.name, True, INBOX
            self._mark(client, inbox, lies.name, verdict, labels)
            return self._move(client, inbox, lies.name, aim, raw), False, folder

    def place_again(
        self,
        received: Received,
        raw: bytes,
        ours: Collection[str],
        folder: str,
        verdict: Verdict | None,
        labels: Collection[str] = (),
    ) -> Lies:
        """Bring a mail that was sorted before into another folder, with its flags; only while it lies in one of `ours`.

        See `place`.
        """
        with self._client_for(received.mail) as client:
            aim = self.folders.make(client, folder)
            before = [path for path in (self.folders.path(client, name) for name in ours) if path != aim]
            old, there = self._live(client, raw, before), self._live(client, raw, [aim])
            if old is None and there is not None and folder in ours and not client.has_capability("MOVE"):
                old = next(self._lying(client, raw, before), None)  # an attempt that was cut marked it as deleted
            if old is None and (there is None or folder not in ours):
                everywhere = list(self._lying(client, raw, self.folders.all_paths(client)))
                left = next((one for one in everywhere if not one.deleted), next(iter(everywhere), None))
                if left is None:
                    return Lies("", True, None)
                return Lies(left.name, True, self.folders.ours(client, left.path), left.deleted)
            lies = old or there
            assert lies is not None
            self._unmark(client, lies, keywords_of(verdict, labels))
            self._mark(client, lies.path, lies.name, verdict, labels)
            if old is None:
                return Lies(lies.name, True, folder)
            return Lies(self._move(client, old.path, old.name, aim, raw), False, folder)

    def gone(self, sought: Sequence[Sought]) -> list[Sought]:
        """Of mails that we moved: those that no longer lie where we put them."""
        with self.session.use() as client:
            return self._gone(client, sought)

    def sorted_into(self, raw: bytes) -> frozenset[str]:
        """The folders of a verdict, and buttons, in which a mail lies now."""
        with self.session.use() as client:
            paths = [self.folders.path(client, folder) for folder in self.into]
            lying = self._lying(client, raw, paths)
            return frozenset(self.folders.ours(client, one.path) for one in lying if not one.deleted)

    def put_back(self, raw: bytes, mail: str = "", lay: str = "") -> tuple[str, str] | None:
        """Bring a sorted mail back into the inbox, and take our keywords off it.

        Returns (the folder it lay in, UIDVALIDITY/UID in the inbox), INBOX where it is back already; None if it is in
        none of these folders: the owner moved or deleted it, and it stays as they left it. With `mail`, its id, a copy
        that bears our fields is taken away when the mail itself is back. `lay`: where it was put, which may be declared
        no more. AccountTrouble: it may be tried again.
        """
        with self._client_for(mail) as client:
            inbox = self.folders.path(client, INBOX)
            names = dict.fromkeys(name for name in (*self._files_into, lay) if name not in ("", INBOX))
            ours = [self.folders.path(client, name) for name in (*names, ORIGINALS)]
            lying = list(self._lying(client, raw, ours))
            back = self._live(client, raw, [inbox])
            found = next((one for one in lying if not one.deleted), None)
            if found is None and back is not None:  # an attempt that was cut marked it as deleted
                found = next(iter(lying), None)
            done = (INBOX, back.name) if back is not None else None
            if found is not None:
                self._unmark(client, found, ())
                done = self.folders.ours(client, found.path), self._move(client, found.path, found.name, inbox, raw)
            if mail and done is not None:
                self._take_copies_away(client, mail, ours[:-1])
            return done

    def remove(self, mail: str, received_at: int, folder: str, raw: bytes = b"") -> Taken:
        """See `Mailbox.remove`. Mail that was sent to the owner is only ever moved, into the account's \\Trash. Where
        they have a copy of ours, what they did with that decides, and it is taken away after the mail."""
        copies = self.session.account.copies
        with self._client_for(mail) as client:
            bin, place = trash(client), self.folders.path(client, folder)
            if bin is None:
                return Taken("", NO_TRASH)
            aim = self.folders.path(client, ORIGINALS) if copies else place
            mine = [self.folders.path(client, name) for name in (INBOX, *self._files_into)]
            lying = [one for one in self._lying(client, raw, list(dict.fromkeys((*mine, aim)))) if not one.deleted]
            if not lying and not client.has_capability("MOVE") and self._live(client, raw, [bin]) is not None:
                lying = list(self._lying(client, raw, [aim]))  # an attempt that was cut marked it as deleted
            copied = list(self._all(client, mail)) if copies else []
            beside = [one for one in copied if one.path == place]
            name = [*(one.name for one in lying), *(one.name for one in copied), ""][0]
            elsewhere = [one for one in copied if one.live and one.path != place and one.path in mine]
            if elsewhere or any(one.path != aim for one in lying) or (copies and lying and not beside):
                return Taken(name, MOVED)
            if not lying and not copies and self._live(client, raw, self._but(client, bin)) is not None:
                return Taken(name, MOVED)
            if any(flagged(one.flags) for one in beside) or any(self._flagged(client, one) for one in lying):
                return Taken(name, FLAGGED)
            for one in lying:
                self._move(client, one.path, one.name, bin, raw)
            for copy in beside:
                if str(select(client, place)) == copy.name.partition("/")[0]:
                    remove(client, _uid(copy.name))
            return Taken(name)

    def _but(self, client: IMAPClient, bin: str | None) -> list[str]:
        return [path for path in self.folders.all_paths(client) if path != bin]

    def _flagged(self, client: IMAPClient, one: _Lying) -> bool:
        select(client, one.path, readonly=True)
        return flagged(client.fetch([_uid(one.name)], ["FLAGS"]).get(_uid(one.name), {}).get(b"FLAGS", ()))

    def bring_back(self, received: Received, raw: bytes, folder: str) -> Lies:
        """What `remove` took away lies in the folder again: out of the \\Trash, or, where that was emptied, anew."""
        with self._client_for(received.mail) as client:
            aim, bin = self.folders.make(client, folder), trash(client)
            back = self._live(client, raw, self._but(client, bin))
            if back is not None:
                return Lies(back.name, True, self.folders.ours(client, back.path))
            thrown = next(self._lying(client, raw, [bin]), None) if bin is not None else None
            if thrown is None:
                return Lies(self._append(client, folder, raw, received.received_at), False, folder)
            select(client, thrown.path)
            client.remove_flags([_uid(thrown.name)], [b"\\Deleted"], silent=True)
            return Lies(self._move(client, thrown.path, thrown.name, aim, raw), False, folder)

    def lies_in(self, raw: bytes) -> str | None:
        """The folder the mail lies in now, as `where` tells it of what we appended."""
        with self.session.use() as client:
            found = self._live(client, raw, self.folders.all_paths(client))
            return None if found is None else self.folders.ours(client, found.path)

    # --- finding ---

    def _in_inbox(self, client: IMAPClient, inbox: str, received: Received, raw: bytes) -> _Lying | None:
        """By the place it was read at, if it is this mail that lies there; else by its Message-ID."""
        validity, _, uid = received.place.partition(" ")[0].partition("/")
        known = select(client, inbox)
        if known is None:
            raise Refused(f"{self.session.account.name}: the folder {inbox} is gone; name another with `inbox`")
        if str(known) == validity and (there := _this(client, int(uid), raw)) is not None:
            return _Lying(inbox, f"{validity}/{uid}", there)
        return self._live(client, raw, [inbox])

    def _sorted(self, client: IMAPClient, raw: bytes) -> bool:
        ours = [self.folders.path(client, name) for name in (*self.into, ORIGINALS)]
        return self._live(client, raw, ours) is not None

    def _placed_already(self, client: IMAPClient, inbox: str, raw: bytes, folder: str) -> tuple[str, bool, str]:
        """Where the owner, or an attempt that was cut, brought a mail that is not in the inbox any more."""
        found = self._live(client, raw, [path for path in self.folders.all_paths(client) if path != inbox])
        if found is None:
            return "", True, INBOX
        lies = self.folders.ours(client, found.path)
        return found.name, True, folder if lies == ORIGINALS else lies  # beside an original its copy counts

    def _live(self, client: IMAPClient, raw: bytes, paths: list[str]) -> _Lying | None:
        """The first place of this mail where it is not marked as deleted."""
        return next((one for one in self._lying(client, raw, paths) if not one.deleted), None)

    def _lying(self, client: IMAPClient, raw: bytes, paths: list[str]) -> Iterator[_Lying]:
        """Every place among these folders where this very mail lies; a copy that bears our fields is another."""
        message_id = _message_id(raw)
        for path in paths:
            validity = self._open(client, path)
            if validity is None:
                continue
            for uid in _alike(client, message_id, len(raw)):
                deleted = _this(client, uid, raw)
                if deleted is not None:
                    yield _Lying(path, f"{validity}/{uid}", deleted)

    # --- moving ---

    def _mark(
        self, client: IMAPClient, inbox: str, name: str, verdict: Verdict | None, labels: Collection[str]
    ) -> None:
        """The verdict and the labels among the mail's flags; flags go along with a move."""
        kept = client.select_folder(inbox).get(b"PERMANENTFLAGS", ())
        if b"\\*" in kept:
            for keyword in keywords_of(verdict, labels):  # one by one: a server may have room for some of them
                with _though_refused():
                    client.add_flags([_uid(name)], [keyword], silent=True)

    def _unmark(self, client: IMAPClient, lies: _Lying, but: Collection[bytes]) -> None:
        """Take the keywords of ours off a mail, but for these. Its folder is selected then."""
        select(client, lies.path)
        flags = client.fetch([_uid(lies.name)], ["FLAGS"]).get(_uid(lies.name), {}).get(b"FLAGS", ())
        others = [flag for flag in flags if is_ours(flag) and flag not in but]
        if others:
            with _though_refused():
                client.remove_flags([_uid(lies.name)], others, silent=True)

    def _move(self, client: IMAPClient, source: str, name: str, aim: str, raw: bytes) -> str:
        """From one folder to another, and what it is called there. AccountTrouble: it did not arrive."""
        before = select(client, source)
        if str(before) != name.partition("/")[0]:
            raise Refused(f"{self.session.account.name}: {source} was renumbered meanwhile; once more")
        uid = _uid(name)
        if client.has_capability("MOVE"):
            client.move([uid], aim)
        else:
            if self._live(client, raw, [aim]) is None:  # not copied by an attempt that was cut
                select(client, source)
                client.copy([uid], aim)
            self._arrived(client, raw, aim)
            select(client, source)
            remove(client, uid)
        arrived = self._arrived(client, raw, aim)
        # Labels are not folders: a mail may have come to lie there without having left.
        if client.has_capability(_GMAIL) and select(client, source, readonly=True) and _this(client, uid, raw) is False:
            raise Refused(f"{self.session.account.name}: a mail did not leave {source}; it will be tried again")
        return arrived

    def _arrived(self, client: IMAPClient, raw: bytes, aim: str) -> str:
        found = self._live(client, raw, [aim])
        if found is None:
            raise Refused(f"{self.session.account.name}: a mail did not arrive in {aim}; it will be tried again")
        return found.name

    def _take_copies_away(self, client: IMAPClient, mail: str, ours: Collection[str]) -> None:
        for one in list(self._all(client, mail)):
            if one.path in ours and str(select(client, one.path)) == one.name.partition("/")[0]:
                remove(client, _uid(one.name))


def _uid(name: str) -> int:
    return int(name.partition("/")[2])


@contextlib.contextmanager
def _though_refused() -> Iterator[None]:
    """A keyword that a server does not take is no reason to leave a mail where it is."""
    try:
        yield
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if asks_for_pause(error):
            raise


def _this(client: IMAPClient, uid: int, raw: bytes) -> bool | None:
    """Whether the mail of a UID in the selected folder is marked as deleted; None where it is another, or none."""
    told = client.fetch([uid], ["BODY.PEEK[]", "FLAGS"]).get(uid, {})
    there = told.get(b"BODY[]")
    if not isinstance(there, bytes) or fingerprint(there) != fingerprint(raw) or _borne(there) > _borne(raw):
        return None
    return b"\\Deleted" in told.get(b"FLAGS", ())


def _borne(content: bytes) -> int:
    """How many marks of ours a mail bears: one that reached the owner through another Salver has one of its own."""
    return len(_OUR_MARK.findall(_head(content)))


def _head(content: bytes) -> bytes:
    return content[:_HEAD_OCTETS].partition(b"\r\n\r\n")[0]


def _message_id(raw: bytes) -> str:
    """As a server would search for it; empty where there is none, or one that cannot be asked for."""
    found = message_from_bytes(_head(raw), policy=compat32).get("Message-ID", "")
    text = " ".join(str(found).split())
    return text if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text else ""


def _alike(client: IMAPClient, message_id: str, size: int) -> list[int]:
    """UIDs in the selected folder that may be this mail: by its Message-ID, else by its size."""
    if client.has_capability(_GMAIL):  # it searches by words: slowly for a field, and some ids it never finds
        if _PLAIN_ID.fullmatch(message_id):
            return list(client.search(["X-GM-RAW", f"rfc822msgid:{message_id[1:-1]}"]))
    elif _PLAIN_ID.fullmatch(message_id):
        return list(client.search(["HEADER", "Message-ID", message_id]))
    near: Callable[[int], bool] = lambda octets: abs(octets - size) <= 2  # noqa: E731 - some servers end it with a line
    uids = list(client.search(["LARGER", max(0, size - 3), "SMALLER", size + 3]))
    told = client.fetch(uids, ["RFC822.SIZE"]) if uids else {}
    return [uid for uid in uids if near(int(told.get(uid, {}).get(b"RFC822.SIZE", -9)))]
