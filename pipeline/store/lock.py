"""The server's lock: one Salver serves a store, and a store that was served must still be there."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from pipeline.store.migrations import StoreError


class Served(StoreError):
    """Another Salver serves this store."""


def refuse_lost(path: Path, lock: IO[bytes]) -> None:
    """An empty queue must never be silent: where a store was served before, it must still be there."""
    if lock.tell() and not (path.exists() and path.stat().st_size):
        raise StoreError(
            f"the store {path} was here and is gone: restore it from a copy, or remove {lock.name} to start anew"
        )


def mark(lock: IO[bytes]) -> None:
    """Remember that a store lies here."""
    if not lock.tell():
        lock.write(b"beside this lies a store\n")
        lock.flush()


def taken(path: Path) -> IO[bytes]:
    """The server's lock beside the store; held until the process ends."""
    handle = open(path.with_name(path.name + ".lock"), "ab")  # noqa: SIM115 - held as long as the server runs
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise Served(
            f"another Salver serves the store {path}: stop it first, or give this one a store of its own"
        ) from None
    with suppress(OSError):
        os.chmod(handle.name, 0o600)
    return handle


def served(path: Path) -> bool:
    """Whether a Salver serves the store at `path` now. Looks at its lock, and lets go of it at once."""
    try:
        handle = path.with_name(path.name + ".lock").open("rb")
    except OSError:
        return False
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
