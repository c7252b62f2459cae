"""(new/ and cur/ of some folders, looked at again and again) -> the mails that came to lie in them.

A folder is listed anew when its times changed, and once more where they are so young that a change may hide behind
them. Names of ours tell the mail; a file with another name is opened once. Everything here blocks.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.mailboxes import Arrival
from pipeline.mailboxes.maildir_files import mail_in, mark, trashed
from pipeline.maildir_reading import regular

LOOKS = 1_000
"""Files that one look opens at most, to see whose they are; the next one goes on from there."""
COARSE_NS = 2_000_000_000
"""The coarsest clock that a file system keeps times by (FAT)."""
RELIST_SECONDS = 60.0
"""After so long a folder is listed whatever its times say: a server elsewhere may have a clock of its own."""

_Stamp = tuple[int, int, int, int]


class _Part(NamedTuple):
    """What a new/ or cur/ held when it was listed."""

    stamp: _Stamp | None
    """None: it was not there"""
    listed_at: float
    settled: bool
    """no change can hide behind these times, and whose each file is was found out"""
    mails: frozenset[str]
    """but for those marked as deleted"""
    marks: dict[str, str]
    """whose mail lies in each file whose name is not ours; empty: nobody's. By name without flags"""


_NOTHING = _Part(None, 0.0, False, frozenset(), {})


_Lying = dict[str, dict[Path, _Part]]
"""The parts of each folder."""


class Arrivals:
    """Remembers what lay where. `places()` gives the directories of each folder, as they are now."""

    def __init__(self, places: Callable[[], Mapping[str, Sequence[Path]]]) -> None:
        self._places = places
        self._one_look = threading.Lock()
        self._lying: _Lying = {}
        self._untold: set[tuple[str, str]] = set()
        """(folder, mail): not told yet, or not to be told before it lies in one folder alone"""
        self.behind = False
        """there are files that nobody looked into yet: the next look goes on at once"""

    def new(self) -> tuple[Arrival, ...]:
        """What came since the last call; the first time all there is. OSError: no folder counts as looked at."""
        with self._one_look:
            self._look()
            folders = self._folders_of({mail for _, mail in self._untold})
            told = {(folder, mail) for folder, mail in self._untold if len(folders[mail]) == 1}
            self._untold -= told
        return tuple(Arrival(folder, mail) for folder, mail in sorted(told))

    def lying(self, mails: Collection[str]) -> dict[str, set[str]]:
        """The folders that each of these mails lies in now. What came is still told by `new`."""
        with self._one_look:
            self._look()
            return self._folders_of(mails)

    def called(self, mail: str) -> set[str]:
        """The names, without flags, of the files that are not called like ours but bear this mail's mark."""
        with self._one_look:
            parts = [part for parts in self._lying.values() for part in parts.values()]
            return {name for part in parts for name, found in part.marks.items() if found == mail}

    def _look(self) -> None:
        lying: _Lying = {}
        budget = LOOKS
        for folder, directories in self._places().items():
            before, lying[folder] = self._lying.get(folder, {}), {}
            for directory in directories:
                for name in ("new", "cur"):  # in this order: clients move files that way, so none slips past
                    path = directory / name
                    lying[folder][path], opened = _listed(path, before.get(path, _NOTHING), budget)
                    budget -= opened
        before_all, self._lying = self._lying, lying
        self.behind = not budget
        self._untold |= set(_came(before_all, lying))
        self._untold = {(folder, mail) for folder, mail in self._untold if _lies(lying, folder, mail)}

    def _folders_of(self, mails: Collection[str]) -> dict[str, set[str]]:
        return {mail: {folder for folder in self._lying if _lies(self._lying, folder, mail)} for mail in mails}


def _lies(lying: _Lying, folder: str, mail: str) -> bool:
    return any(mail in part.mails for part in lying.get(folder, {}).values())


def _came(before: _Lying, now: _Lying) -> Iterator[tuple[str, str]]:
    """(folder, mail) that lie in a folder they did not lie in."""
    for folder, parts in now.items():
        for path, part in parts.items():
            old = before.get(folder, {}).get(path, _NOTHING)
            if part is not old:
                yield from ((folder, mail) for mail in part.mails - old.mails if not _lies(before, folder, mail))


def _listed(path: Path, old: _Part, budget: int) -> tuple[_Part, int]:
    """The folder as it is, and how many files were opened for it."""
    stamp = _stamp(path)
    if stamp == old.stamp and old.settled and time.monotonic() - old.listed_at < RELIST_SECONDS:
        return old, 0
    at, clock = time.monotonic(), time.time_ns()
    mails, marks, opened, whole = set[str](), dict[str, str](), 0, True
    for entry in _files(path):
        mail = mail_in(entry.name)
        if not mail:
            name = entry.name.split(":2,")[0]
            found = old.marks.get(name)
            if found is None and opened < budget:
                opened += 1
                found = _whose(entry.path)
            if found is None:
                whole = False
                continue
            mail = marks[name] = found
        if mail and not trashed(entry.name):
            mails.add(mail)
    settled = whole and (stamp is None or max(stamp[2:]) < clock - COARSE_NS)
    return _Part(stamp, at, settled, frozenset(mails), marks), opened


def _whose(path: str) -> str | None:
    """The mail that the fields of a file name; empty: none of ours; None: that cannot be told now."""
    try:
        return (mark(path) or b"").decode("ascii", "replace")
    except PermissionError:  # we file nothing that we cannot read
        return ""
    except OSError:
        return None


def _stamp(path: Path) -> _Stamp | None:
    """Tells a folder that was changed, or another one in its place."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _files(path: Path) -> Iterator[os.DirEntry[str]]:
    """One by one: there may be very many."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if regular(entry):
                    yield entry
    except (FileNotFoundError, NotADirectoryError):
        return
