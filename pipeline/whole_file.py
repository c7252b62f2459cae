"""Writes a file whole or not at all: beside its place first, synced, then put there in one step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put(path: Path, content: bytes, *, over: bool = True, keep_mode: bool = False) -> None:
    """The content in place of what is there; only its owner can read it (0600), whatever the umask.

    Without `over` nothing is replaced: FileExistsError where a file is there, or comes meanwhile. With `keep_mode` a
    link stays one, and a file keeps its mode and owner. OSError: what was there is as it was.
    """
    path = path.resolve() if keep_mode else path
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if keep_mode and path.exists():
            before = path.stat()
            os.chmod(name, before.st_mode & 0o777)
            if os.geteuid() == 0:
                os.chown(name, before.st_uid, before.st_gid)
        if over:
            os.replace(name, path)
        else:
            os.link(name, path)  # unlike a rename it never replaces a file that came meanwhile
    finally:
        Path(name).unlink(missing_ok=True)
