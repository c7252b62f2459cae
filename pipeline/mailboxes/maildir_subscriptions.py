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

from pipeline.mailboxes.maildir_files import Ids, create, sync
from stages.events import INBOX

_FILE = "subscriptions"
_HEAD = b"V\t2\n\n"
_TRIES = 40
_PAUSE_SECONDS = 0.05
_STALE = 120
"""Seconds after which whoever held the lock is taken to be dead, as Dovecot does."""


def subscribe(root: Path, folders: Collection[str], new: Collection[str], ids: Ids | None) -> None:
    """Have the new ones of these folders subscribed; all of them, if nobody has subscribed to any yet.

    The others stay as their owner left them. Not done where another program keeps the file locked. OSError: it cannot
    be written.
    """
    path = root / _FILE
    wanted = sorted({*(new if path.exists() else folders)} - {INBOX})
    if wanted and _locked(root / f"{_FILE}.lock", ids):
        try:
            _write(path, wanted)
        finally:
            (root / f"{_FILE}.lock").unlink(missing_ok=True)
        sync(root)


def _write(path: Path, wanted: Collection[str]) -> None:
    """Through the lock, which takes the file's place."""
    lock = path.with_name(f"{_FILE}.lock")
    there = path.read_bytes() if path.exists() else _HEAD
    level = b"\t" if there.startswith(_HEAD.split(b"\n")[0]) else b"."
    lines = there.splitlines()
    added = [line for folder in wanted if (line := _line(folder, level)) not in lines]
    end = b"" if not there or there.endswith(b"\n") else b"\n"
    with open(lock, "wb") as file:
        file.write(there + end + b"".join(line + b"\n" for line in added))
        file.flush()
        os.fsync(file.fileno())
    os.rename(lock, path)


def _line(folder: str, level: bytes) -> bytes:
    return level.join(b" ".join(part.split()) for part in folder.replace("/", ".").encode().split(b"."))


def _locked(lock: Path, ids: Ids | None) -> bool:
    for _ in range(_TRIES):
        try:
            os.close(create(lock, ids))
            return True
        except FileExistsError:
            if _age(lock) > _STALE:
                lock.unlink(missing_ok=True)
            time.sleep(_PAUSE_SECONDS)
    return False


def _age(lock: Path) -> float:
    try:
        return time.time() - lock.stat().st_mtime
    except FileNotFoundError:
        return 0.0
