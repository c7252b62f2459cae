"""Mailbox targets, one file each; `targets.py` opens the one that a configured text names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple, Protocol

from stages.events import INBOX, Verdict
from stages.names import FOLDERS

OURS = frozenset({INBOX, *FOLDERS.values()})
"""The folders we file into, whatever the configuration declares besides."""
SORTED = tuple(dict.fromkeys(FOLDERS.values()))
"""Those of a verdict."""
KEYWORDS: dict[Verdict, bytes] = {
    "good": b"Salver-good",
    "intriguing": b"Salver-intriguing",
    "ugly": b"Salver-ugly",
    "follow_up": b"Salver-ask-why",
}
"""What a verdict is called among a mail's flags, where keywords are kept (RFC 3501 2.3.2)."""
_MARK = "Salver-"


def keywords_of(verdict: Verdict | None, labels: Collection[str]) -> tuple[bytes, ...]:
    """What a mail shows among its flags: its verdict, then its labels; without a verdict nothing."""
    return () if verdict is None else (KEYWORDS[verdict], *(f"{_MARK}{label}".encode("ascii") for label in labels))


def is_ours(keyword: bytes | str) -> bool:
    """Whether a keyword is a verdict or a label. Some servers keep keywords in small letters."""
    text = keyword.decode("ascii", "replace") if isinstance(keyword, bytes) else keyword
    return text[: len(_MARK)].lower() == _MARK.lower()


class Lies(NamedTuple):
    """What a filing found, or did."""

    name: str
    """what the mailbox calls the mail; empty: it is gone"""
    found: bool
    """nothing was written: it lay there already, or was left where its owner put it"""
    folder: str | None
    """by our name for it, else by the mailbox's; None: it is in none"""
    deleted: bool = False
    """its owner marked it as deleted"""


class Taken(NamedTuple):
    """What became of a mail that was to be taken away."""

    name: str
    """what the mailbox called it; empty: it was not there"""
    kept: str = ""
    """why it stays, in words; empty: it is gone"""


class Sought(NamedTuple):
    """A mail, and where we put it."""

    mail: str
    received_at: int
    folder: str
    name: str
    """what the mailbox called it then; empty: that is not known"""


class Arrival(NamedTuple):
    """A mail of ours that came to lie in a folder of a verdict, in one that is declared, or in a button."""

    folder: str
    """our name for it; levels of a button with a slash, as in the configuration"""
    mail: str
    """by our mark in its name or its fields; empty: it bears none, see `fingerprint`"""
    fingerprint: str = ""
    """of the octets, where mail is sorted in place and bears no mark of ours (`stages.fingerprint`)"""


class Changes(Protocol):
    """Tells when it is worth looking whether mail came to lie elsewhere. Safe to cancel."""

    async def changed(self, at_most: float) -> None:
        """Returns when something may have, or after so many seconds. OSError: it cannot be watched now."""

    async def close(self) -> None:
        """Let go of what is open."""


class Mailbox(Protocol):
    """One owner's mailbox. Everything blocks, in `threads`. OSError is weather, to be tried again."""

    @property
    def threads(self) -> Executor | None:
        """Its own, where it may hang; None: any."""

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
        """Put `content` into the folder, and return (what the target calls it, found).

        `shown`, `labels`: the verdict and the labels that are put among its flags, where that can be done at once.

        `search` says that an earlier attempt may have got through: then the mail is looked for in all folders first,
        and if it lies anywhere, nothing is written and `found` is True. `received_at`: milliseconds, UTC.
        """

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
        """Give a filed mail new fields and its right folder, and keep its flags; only while it lies in one of `ours`.

        `begun` says that an earlier attempt may have got through, or half. Of the verdicts and labels among its flags,
        `shown` and `labels` are the only ones left.
        """

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in now; None if it is in none."""

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """Of mails that no longer lie where we put them: the one folder of ours that each lies in instead."""

    def arrived(self, known: Collection[str] = ()) -> tuple[Arrival, ...]:
        """What came to lie in a folder of a verdict, a declared one, or a button, since the last call.

        The first time, and after a trouble, all that lies there, but for those called as in `known`, which lie where we
        put them as far as we know. What lies in two folders just now (a client copies, then deletes) comes again.
        """

    def remove(self, mail: str, received_at: int, folder: str, raw: bytes) -> Taken:
        """Take a mail out of one of our folders, unless its owner flagged it, or put it elsewhere too.

        An attempt that was cut is finished by the next. `raw`: as it was received.
        """

    def prepare(self) -> None:
        """Make the folders that are not there. OSError: nothing can be filed now."""

    def sweep(self) -> int:
        """Remove what cut-short attempts left behind. Returns how many files went."""


def elsewhere(
    sought: Sequence[Sought], lying: Mapping[str, set[str]], into: Collection[str] = SORTED
) -> dict[str, str]:
    """Of mails that lie in these folders: those that are not where they are sought, but in one of `into` alone."""
    found = {each.mail: lying.get(each.mail, set()) for each in sought}
    there = {each.mail: each.folder for each in sought}
    return {
        mail: next(iter(folders))
        for mail, folders in found.items()
        if len(folders) == 1 and there[mail] not in folders and folders <= set(into)
    }
