"""Mailbox targets, one file each; `targets.py` opens the one that a configured text names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple, Protocol

from stages.events import INBOX
from stages.names import FOLDERS

OURS = frozenset({INBOX, *FOLDERS.values()})
"""The folders we file into."""
SORTED = tuple(dict.fromkeys(FOLDERS.values()))
"""Those of a verdict."""


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


class Sought(NamedTuple):
    """A mail, and where we put it."""

    mail: str
    received_at: int
    folder: str
    name: str
    """what the mailbox called it then; empty: that is not known"""


class Mailbox(Protocol):
    """One owner's mailbox. Everything blocks, in `threads`. OSError is weather, to be tried again."""

    @property
    def threads(self) -> Executor | None:
        """Its own, where it may hang; None: any."""

    def file(self, mail: str, folder: str, content: bytes, received_at: int, search: bool) -> tuple[str, bool]:
        """Put `content` into the folder, and return (what the target calls it, found).

        `search` says that an earlier attempt may have got through: then the mail is looked for in all folders first,
        and if it lies anywhere, nothing is written and `found` is True. `received_at`: milliseconds, UTC.
        """

    def refile(
        self, mail: str, ours: Collection[str], folder: str, content: bytes, received_at: int, begun: bool = False
    ) -> Lies:
        """Give a filed mail new fields and its right folder, and keep its flags; only while it lies in one of `ours`.

        `begun` says that an earlier attempt may have got through, or half.
        """

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in now; None if it is in none."""

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """Of mails that no longer lie where we put them: the one folder of a verdict that each lies in instead."""

    def prepare(self) -> None:
        """Make the folders that are not there. OSError: nothing can be filed now."""

    def sweep(self) -> int:
        """Remove what cut-short attempts left behind. Returns how many files went."""


def elsewhere(sought: Sequence[Sought], lying: Mapping[str, set[str]]) -> dict[str, str]:
    """Of mails that lie in these folders: those that are not where they are sought, but in one other alone."""
    found = {each.mail: lying.get(each.mail, set()) for each in sought}
    there = {each.mail: each.folder for each in sought}
    return {
        mail: next(iter(folders))
        for mail, folders in found.items()
        if len(folders) == 1 and there[mail] not in folders and folders <= set(SORTED)
    }
