"""Mailbox targets, one file each; `targets.py` opens the one that a configured text names."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Protocol

from stages.events import INBOX
from stages.names import FOLDERS

OURS = frozenset({INBOX, *FOLDERS.values()})
"""The folders we file into."""


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

    def refile(self, mail: str, source: str, folder: str, content: bytes, received_at: int) -> tuple[str, bool]:
        """Give a mail filed in `source` new fields and its right folder, only while it lies where we put it."""

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in now; None if it is in none."""

    def prepare(self) -> None:
        """Make the folders that are not there. OSError: nothing can be filed now."""

    def sweep(self) -> int:
        """Remove what cut-short attempts left behind. Returns how many files went."""
