"""Reads a Maildir that its owner may put anything into: only regular files, never more than is expected, no waiting."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from stages.header import CLOSING
from stages.subject import undressed

_FIELDS = 128 * 1024
"""Octets that our own fields may take; they are far fewer."""
_TUID = re.compile(rb"^X-TUID: [^\n]{12}\n", re.MULTILINE)
"""A line by which mbsync knows what it has copied."""


def regular(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file that may hold a mail. A link is none, and what cannot be looked at holds up nothing."""
    try:
        return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def there(path: Path) -> bool:
    """Whether there is a regular file."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def opened(path: Path | str) -> int:
    """A file of a Maildir, to be read: what its owner put there instead (a pipe, a device, a link) holds nothing up.

    FileNotFoundError: there is no regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV):
            raise FileNotFoundError(errno.ENOENT, "no regular file", str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "no regular file", str(path))
    return descriptor


def read(path: Path, most: int) -> bytes:
    """What a file of a Maildir holds. OSError (EFBIG): more octets than that."""
    with open(opened(path), "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def holds(path: Path, content: bytes) -> bool:
    """Whether it is that, octet for octet. One of another length is not read."""
    with open(opened(path), "rb") as file:
        return os.fstat(file.fileno()).st_size == len(content) and file.read(len(content) + 1) == content


def holds_mail(path: Path, raw: bytes) -> bool:
    """Whether a file is the mail that was received like this, below our fields; whatever its lines end with."""
    try:
        content = _TUID.sub(b"", read(path, 2 * len(raw) + _FIELDS).replace(b"\r\n", b"\n"), count=1)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return False
    raw = _TUID.sub(b"", raw.replace(b"\r\n", b"\n"), count=1)
    return undressed(content) == raw or content.endswith(f"\n{CLOSING}: -\n".encode() + raw)


def leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """A folder, or a link to one; what leads nowhere holds up nothing."""
    try:
        return entry.is_dir()
    except OSError:
        return False
