"""(path) -> what a file of the owner's holds: no waiting, whatever lies there, and never more than is expected.

What is no file (a pipe, a device, a folder) or is too large is an OSError like any other, in words of ours.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_TOML = 2_000_000
"""octets of a file of rules, of settings, of what was learned"""
MOST_LIST = 8_000_000
"""octets of a list"""
_BLOCK = 1 << 18


def content_of(path: Path, most: int) -> bytes:
    """What the file holds, read in blocks. Raises OSError, and ValueError where its name can be no file's."""
    descriptor = _opened(path)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _no_file(path)
        if found.st_size > most:
            raise _too_large(path, most)
        blocks: list[bytes] = []
        left = most + 1
        while left and (block := os.read(descriptor, min(left, _BLOCK))):  # it may grow meanwhile
            blocks.append(block)
            left -= len(block)
    finally:
        os.close(descriptor)
    if not left:
        raise _too_large(path, most)
    return b"".join(blocks)


def text_in(path: Path, most: int) -> str:
    """The same as text, its lines ending in newlines; UnicodeDecodeError: it is no UTF-8."""
    return content_of(path, most).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def is_absent(path: Path) -> bool:
    """Whether nothing has this name: not so of a link that leads nowhere, nor where nobody may look, or on the way."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return not any(os.path.lexists(folder) and not os.path.exists(folder) for folder in path.parents)
    except (OSError, ValueError):
        return False
    return False


def why(error: OSError | ValueError) -> str:
    """Why it cannot be read, in words."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"it is no UTF-8 (line {line} has a character of another encoding); save it as UTF-8"
    if not isinstance(error, OSError):
        return "its name can be no file's"
    if error.errno == errno.ENOENT:
        return "it is a link that leads nowhere" if _is_link(error.filename) else "there is no such file"
    return error.strerror or type(error).__name__


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):  # a socket, a device that nobody drives
            raise _no_file(path) from None
        raise


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, "it is no file; name a text file", str(path))


def _too_large(path: Path, most: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {most:,} octets", str(path))


def _is_link(name: object) -> bool:
    return isinstance(name, str | bytes | os.PathLike) and os.path.islink(name)
