"""Subscribes folders of a Maildir for its owner: many mail clients show no others.

Dovecot keeps them in the root's file `subscriptions`: a line `V<TAB>2` and an empty one, then a folder a line, its
levels parted by a tab; without that head, which old ones lack, by a dot. It locks the file by making
`subscriptions.lock`, which it renames over it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from pathlib import Path

from pipeline.mailboxes.maildir_files import create, sync
from pipeline.maildir_reading import read, there
from stages.events import INBOX

_FILE = "subscriptions"
_HEAD = b"V\t2\n\n"
_MOST = 1024 * 1024
"""Octets of it that we read; one that is longer is left alone."""
_TRIES = 40
_PAUSE_SECONDS = 0.05
_STALE = 120
"""Seconds after which whoever held the lock is taken to be dead, as Dovecot does."""


def subscribe(root: Path, folders: Collection[str], new: Collection[str]) -> None:
    """Have the new ones of these folders subscribed; all of them, if nobody has subscribed to any yet.

    The others stay as their owner left them. Not done where another program keeps the file locked. OSError: it cannot
    be written.
    """
    path, lock = root / _FILE, root / f"{_FILE}.lock"
    wanted = sorted({*(new if there(path) else folders)} - {INBOX})
    descriptor = _locked(lock) if wanted else None
    if descriptor is not None:
        try:
            with open(descriptor, "wb") as file:
                file.write(_with(path, wanted))
                file.flush()
                os.fsync(file.fileno())
            os.rename(lock, path)
        finally:
            lock.unlink(missing_ok=True)
        sync(root)


def _with(path: Path, wanted: Collection[str]) -> bytes:
    """What the file holds, and these folders."""
    before = read(path, _MOST) if there(path) else _HEAD
    level = b"\t" if before.startswith(_HEAD.split(b"\n")[0]) else b"."
    lines = before.splitlines()
    added = [line for folder in wanted if (line := _line(folder, level)) not in lines]
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + end + b"".join(line + b"\n" for line in added)


def _line(folder: str, level: bytes) -> bytes:
    return level.join(b" ".join(part.split()) for part in folder.replace("/", ".").encode().split(b"."))


def _locked(lock: Path) -> int | None:
    """The lock, made anew, to be written; None: another program holds it."""
    for _ in range(_TRIES):
        try:
            return create(lock)
        except FileExistsError:
            if _age(lock) > _STALE:
                lock.unlink(missing_ok=True)
            time.sleep(_PAUSE_SECONDS)
    return None


def _age(lock: Path) -> float:
    try:
        return time.time() - lock.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
