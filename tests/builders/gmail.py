"""A stand-in for Gmail by IMAP, since no Gmail can be had in a test: one store of mails with labels, told as folders.

Known from Google's page "IMAP Extensions" and Gmail's help: X-GM-EXT-1; X-GM-LABELS, quoted and in modified UTF-7, with
system labels such as \\Inbox; X-GM-RAW; special-use flags in every LIST; "/" between levels, nested labels; names that
follow the owner's language; a mail marked as deleted leaves its folder at once and stays in All Mail (the default).
Known from RFCs: MOVE (6851), UIDPLUS (4315), IDLE (2177), SPECIAL-USE (6154), all in Gmail's recorded CAPABILITY.
Known from dialogues recorded by others, in public code and issues: the capability lines before and after sign-in; the
flags told by SELECT, keywords among them; the words of a refused sign-in (an app password wanted is an ALERT, a browser
wanted a WEBALERT in front of an ALERT), of a refused token, of "Too many simultaneous connections", of [OVERQUOTA] as
NO and as BYE; that [THROTTLED] stands at the end of a line (Dovecot's imapc); that X-GM-LABELS leaves out the label of
the selected folder, and that taking this one away is answered by OK and does nothing (gmailgem issues 160 and 168), but
works from All Mail; that HEADER Message-ID does not find every id (MailKit 647, JavaMail 342).
Assumed, never seen: that MOVE keeps all other labels and the flags; that flags and keywords belong to the mail, not to
the folder; the numbers of UIDVALIDITY; that a label which is stored but unknown is made; that Trash and Spam hide a
mail from every other folder; that RFC822.SIZE, LARGER and SMALLER are exact; which odd ids HEADER misses, and that
X-GM-RAW misses the same; that HEADER finds any other field; that a mail appended twice lies there twice; the order of
LIST; when EXPUNGE and EXISTS are told; the words of a throttled answer around [THROTTLED].
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.accounts.account import Account
from stages.events import Received

USER = "amy@gmail.test"
APP_PASSWORD = "abcdefghijklmnop"
OWN_PASSWORD = "what she signs in with"
TOKEN = "ya29.good"
BEFORE = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN "
    "AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER"
)
AFTER = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE "
    "CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584"
)
WRONG = "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"
WANTS_APP_PASSWORD = (
    "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)"
)
WANTS_BROWSER = (
    "* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=AKgnsb] Web login required.",
    "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
)
TOO_MANY = "NO [ALERT] Too many simultaneous connections. (Failure)"
OVER = "[OVERQUOTA] Account exceeded command or bandwidth limits."
THROTTLED = "NO Please slow down. (Failure) [THROTTLED]"
CHALLENGE = base64.b64encode(
    json.dumps({"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}).encode()
).decode()
ALL, TRASH, SPAM = "\\All", "\\Trash", "\\Junk"
ENGLISH = {
    ALL: "[Gmail]/All Mail", "\\Drafts": "[Gmail]/Drafts", "\\Important": "[Gmail]/Important",
    "\\Sent": "[Gmail]/Sent Mail", SPAM: "[Gmail]/Spam", "\\Flagged": "[Gmail]/Starred", TRASH: "[Gmail]/Trash",
}  # fmt: skip
GERMAN = {
    ALL: "[Gmail]/Alle Nachrichten", "\\Drafts": "[Gmail]/Entwürfe", "\\Important": "[Gmail]/Wichtig",
    "\\Sent": "[Gmail]/Gesendet", SPAM: "[Gmail]/Spam", "\\Flagged": "[Gmail]/Markiert", TRASH: "[Gmail]/Papierkorb",
}  # fmt: skip
_LABELS = {SPAM: "\\Spam", "\\Drafts": "\\Draft", "\\Flagged": "\\Starred"}
"""System labels that are called otherwise than the special use of their folder."""


@dataclass(eq=False)
class Letter:
    """One mail; it lies in the folder of each of its labels, and in All Mail."""

    raw: bytes
    labels: set[str]
    flags: set[str]
    number: int
    """X-GM-MSGID"""
    history: list[frozenset[str]] = field(default_factory=list)
    """its labels after each change"""


class Gmail:
    """The store, and what is to be answered instead of the truth."""

    def __init__(self, folder: Path, special: dict[str, str], without: Iterable[str], own_label_stays: bool) -> None:
        self.special = special
        self.capabilities = " ".join(word for word in AFTER.split() if word not in without)
        self.own_label_stays = own_label_stays
        self.labels: set[str] = set()
        """made by the owner or a client"""
        self.letters: list[Letter] = []
        self.commands: list[str] = []
        """all that was asked, each with its selected folder: "INBOX: UID MOVE 1 Salver/Good"; nothing of a sign-in"""
        self.changed = threading.Condition(threading.RLock())
        self.port = 0
        self._refusals: list[tuple[str, tuple[str, ...]]] = []
        self._uids: dict[str, dict[int, Letter]] = {}
        self._next = itertools.count(1001)
        self._secret = folder / "app-password"
        self._secret.write_text(APP_PASSWORD)
        self._secret.chmod(0o600)

    def account(self, port: int = 0, **more: Any) -> Account:
        """Amy's account here as Salver would be told of it; `port` is that of a proxy before the server."""
        told = {
            "name": "gmail", "host": f"127.0.0.1:{port or self.port}", "tls": "none", "user": USER,
            "secret": f"file:{self._secret}",
        }  # fmt: skip
        return Account.model_validate({**told, **more})

    def put(self, raw: bytes, *labels: str, flags: Iterable[str] = (), mail: str = "0" * 31 + "1") -> Received:
        """A mail comes, with these labels (\\Inbox where none are named). Told of as of one that was read there."""
        with self.changed:
            self.labels |= {label for label in labels if not label.startswith("\\")}
            letter = Letter(raw, set(labels or ["\\Inbox"]), set(flags), next(self._next))
            self.letters.append(letter)
            self.settle()
        uid = next((uid for uid, one in self._uids.get("INBOX", {}).items() if one is letter), 0)
        return Received(
            mail=mail, owner="amy", blob="b", size=len(raw), mail_from="", rcpt_to=("amy@salver.test",),
            protocol="IMAP", received_at=1_772_532_000_000, account="gmail",
            place=f"{self.validity('INBOX')}/{uid} INBOX",
        )  # fmt: skip

    def relabel(self, raw: bytes, *labels: str) -> None:
        """What the owner does in the browser."""
        with self.changed:
            for letter in self.letters:
                if letter.raw == raw:
                    letter.labels = set(labels)
            self.settle()

    def of(self, raw: bytes) -> Letter:
        """The one mail of these bytes."""
        (found,) = [letter for letter in self.letters if letter.raw == raw]
        return found

    def refuse(self, command: str, *lines: str, times: int = 1) -> None:
        """Answer what begins so, as often as told: "NO ..." ends it, "* ..." goes before, "BYE ..." hangs up."""
        with self.changed:
            self._refusals += [(command, lines)] * times

    def refusal(self, asked: str) -> tuple[str, ...] | None:
        found = next((one for one in self._refusals if f"{asked} ".startswith(f"{one[0]} ")), None)
        if found is not None:
            self._refusals.remove(found)
        return found and found[1]

    # --- folders ---

    def folders(self) -> dict[str, list[str]]:
        """Path -> attributes, in the order of LIST."""
        found: dict[str, list[str]] = {label: [] for label in self.labels} | {
            path: [use] for use, path in self.special.items()
        }
        parents = {path.rpartition("/")[0] for path in found if "/" in path}
        found |= {parent: ["\\Noselect"] for parent in parents - found.keys()}
        for path, attributes in found.items():
            attributes.append("\\HasChildren" if path in parents else "\\HasNoChildren")
        return {"INBOX": ["\\HasNoChildren"], **dict(sorted(found.items()))}

    def label_of(self, path: str) -> str:
        """The label that makes a mail lie in a folder; empty for All Mail."""
        if path.upper() == "INBOX":
            return "\\Inbox"
        use = next((use for use, special in self.special.items() if special == path), None)
        return path if use is None else "" if use == ALL else _LABELS.get(use, use)

    def uids(self, path: str) -> dict[int, Letter]:
        return self._uids.setdefault(path, {})

    def uid_in(self, path: str, letter: Letter) -> int:
        return next(uid for uid, one in self.uids(path).items() if one is letter)

    def validity(self, path: str) -> int:
        """Of the INBOX 1, as Gmail's often is."""
        return 1 if path == "INBOX" else 600_000_000 + sum(path.encode())

    def settle(self) -> None:
        """Give each mail a new UID where it comes to lie, and take it away where it no longer does."""
        for path in self.folders():
            uids, label = self.uids(path), self.label_of(path)
            lying = [letter for letter in self.letters if self._lies(letter, label)]
            for uid in [uid for uid, letter in uids.items() if letter not in lying]:
                uids[uid] = Letter(b"", set(), set(), 0)  # the number is never given again
            for letter in lying:
                if letter not in uids.values():
                    uids[len(uids) + 1] = letter
        for letter in self.letters:
            if not letter.history or letter.history[-1] != letter.labels:
                letter.history.append(frozenset(letter.labels))
        self.changed.notify_all()

    @staticmethod
    def _lies(letter: Letter, label: str) -> bool:
        hidden = letter.labels & {"\\Trash", "\\Spam"}
        if hidden:
            return label in hidden
        return not label or label in letter.labels or (label == "\\Starred" and "\\Flagged" in letter.flags)


@contextlib.contextmanager
def running(
    folder: Path, special: dict[str, str] = ENGLISH, without: Iterable[str] = (), own_label_stays: bool = True
) -> Iterator[Gmail]:
    """`without`: capabilities it does not tell. `own_label_stays`: whether X-GM-LABELS leaves alone the label of the
    selected folder, as was seen; Google's page says nothing of it."""
    from tests.builders.gmail_dialogue import Dialogue

    gmail = Gmail(folder, special, without, own_label_stays)
    listener = socket.create_server(("127.0.0.1", 0))
    gmail.port = int(listener.getsockname()[1])
    lines: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                lines.append(line)
                threading.Thread(target=Dialogue(gmail, line).run, daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield gmail
    finally:
        for one in (listener, *lines):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        thread.join(5)
