"""The files and folders of a Maildir++: what they are called, how they are made and synced, whose mail they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pipeline.maildir_reading import holds, opened
from stages.header import MAIL, MAIL_ID, REMINDER

PARTS = ("tmp", "new", "cur")

_CHUNK = 8192
_HEADER = 128 * 1024
"""Octets of a header looked through for X-Salver-Mail; our own fields, which come first, are far fewer."""
_OURS = re.compile(r"[0-9]+\.([0-9a-f]{32})\.salver(?:-[0-9a-f]{12})?")
"""The names we give. A client's end with the name of its host, which may be called like us."""
_FLAGS = re.compile(r".*[^0-9A-Za-z]2,(.*)", re.DOTALL)
"""Behind a colon (maildir(5)), or behind what clients write where a file system allows none."""
_FIELD = re.compile(rf"^(?:{MAIL}|{REMINDER}):[ \t]*(\S*)[ \t]*\r?$".encode(), re.MULTILINE | re.IGNORECASE)


def maildir_path(spec: str) -> Path:
    """`maildir:PATH` -> the absolute path, `~` spelt out. ValueError, in words for a person, for anything else."""
    scheme, colon, path = spec.partition(":")
    if scheme != "maildir" or not colon or not path or "\0" in path:
        raise ValueError(f'"{spec}" is no mailbox we can file into; write maildir:PATH')
    return Path(os.path.abspath(os.path.expanduser(path)))


def name_of(mail: str, received_at: int) -> str:
    """Made of the mail alone: no host, no process, so that every attempt gives the same name."""
    if not MAIL_ID.fullmatch(mail):
        raise ValueError("no mail id")
    return f"{received_at // 1000}.{mail}.salver"


def mail_in(name: str) -> str:
    """The mail that a file name we made tells of; empty: it is none of ours, and its fields have to tell."""
    found = _OURS.fullmatch(name.partition(":")[0])
    return found[1] if found else ""


def flags_in(name: str) -> str:
    """What a file name says behind its last `2,`, whatever parts the two."""
    found = _FLAGS.fullmatch(name)
    return found[1] if found else ""


def letters_in(name: str) -> str:
    """Its flags, each once, without whatever else a client wrote there: they become a part of a name we make."""
    return "".join(sorted({flag for flag in flags_in(name) if flag.isascii() and flag.isalpha()}))


def trashed(name: str) -> bool:
    """Whether a client marked the file as deleted (maildir(5): the flag T)."""
    return "T" in flags_in(name)


def written_twice(files: Iterable[Path], name: str, content: bytes) -> Path | None:
    """Of a mail's files, the one that an attempt to give it `name` and `content` left behind as it was killed, just
    when a client had renamed the other.

    Told by two under one name but for the flags, in one folder, which no client makes. Where the client had put it into
    another folder, this looks like a copy of its owner's, and stays.
    """
    stems = {path: path.name.partition(":")[0] for path in files}
    for path, stem in stems.items():
        for other in stems:
            twins = other != path and stems[other] == stem != name and other.parents[1] == path.parents[1]
            if twins and set(letters_in(path.name)) <= set(letters_in(other.name)):
                with suppress(FileNotFoundError):
                    if holds(path, content) and not holds(other, content):
                        return path
    return None


def entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def swept(directory: Path, before: float) -> int:
    """Remove the files that nothing was written into since. Returns how many went; what may not be removed stays."""
    removed = 0
    with suppress(PermissionError):
        for entry in entries(directory):
            with suppress(OSError):
                if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before:
                    os.unlink(entry.path)
                    removed += 1
    return removed


def directory_name(folder: str) -> str:
    """What a folder is called beside the root; levels parted by a slash or a dot."""
    return "." + " ".join(folder.split()).replace("/", ".")


def create(path: Path) -> int:
    """A new file for its owner alone, whatever the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)  # whatever the umask took away
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_directory(path: Path, mode: int = 0o700) -> None:
    """Make `path`, whatever the umask. One that exists stays as it is."""
    if path.is_dir():
        return
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)
    except OSError:
        with suppress(OSError):  # else the next attempt would take it for somebody else's
            os.rmdir(path)
        raise


def sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mark(path: str) -> bytes | None:
    """Value of the first X-Salver-Mail (or -Reminder) field: ours is the topmost, what lies below was inherited."""
    head = b""
    with open(opened(path), "rb") as file:
        while len(head) < _HEADER and (chunk := file.read(_CHUNK)):
            head += chunk
            end = re.search(rb"\r?\n\r?\n", head)
            found = _FIELD.search(head, 0, end.start() + 1 if end else len(head))
            if found and (end or found.end() < len(head)):
                return found[1]
            if end:
                return None
    return None
