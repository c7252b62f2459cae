"""The files and folders of a Maildir++: what they are called, how they are made and synced, whose mail they hold."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from stages.header import MAIL, MAIL_ID, REMINDER

Ids = tuple[int, int]
"""User and group whom files are given to, where we run as root."""
PARTS = ("tmp", "new", "cur")

_CHUNK = 8192
_HEADER = 128 * 1024
"""Octets of a header looked through for X-Salver-Mail; our own fields, which come first, are far fewer."""
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
    """The mail that a file name we made tells of; empty: it is none of ours."""
    parts = name.split(":")[0].split(".")
    return parts[1] if len(parts) > 2 and parts[2].startswith("salver") else ""


def trashed(name: str) -> bool:
    """Whether a client marked the file as deleted (maildir(5): the flag T)."""
    return "T" in name.partition(":2,")[2]


def entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def directory_name(folder: str) -> str:
    """What a folder is called beside the root; levels parted by a slash or a dot."""
    return "." + " ".join(folder.split()).replace("/", ".")


def create(path: Path, ids: Ids | None = None) -> int:
    """A new file for its owner alone, whatever the umask; given to `ids` before anything is in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)  # whatever the umask took away
        if ids is not None:
            os.fchown(descriptor, *ids)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_directory(path: Path, ids: Ids | None = None, mode: int = 0o700) -> None:
    """Make `path`, whatever the umask, and give it to `ids`. One that exists stays as it is."""
    if path.is_dir():
        return
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    try:
        os.chmod(path, mode)
        if ids is not None:
            os.chown(path, *ids, follow_symlinks=False)
    except OSError:
        with suppress(OSError):  # else the next attempt would take it for somebody else's
            os.rmdir(path)
        raise


def hand_over(directory: Path, ids: Ids) -> None:
    """Give what root made in a Maildir before to its user: folders, and the files of those that are root's.

    What lies in a folder goes before the folder itself, so that one that was cut short is gone on with. Only as long
    as a folder is root's may nobody else have put a link there.
    """
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        mine = os.fstat(descriptor).st_uid == 0
        for name in os.listdir(descriptor):
            found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode) and (name in PARTS or name.startswith(".")):
                hand_over(directory / name, ids)
            elif mine and stat.S_ISREG(found.st_mode) and found.st_uid == 0 and found.st_nlink == 1:
                os.chown(name, *ids, dir_fd=descriptor, follow_symlinks=False)
        if mine:
            os.fchown(descriptor, *ids)
    finally:
        os.close(descriptor)


def sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mark(path: str) -> bytes | None:
    """Value of the first X-Salver-Mail (or -Reminder) field: ours is the topmost, what lies below was inherited."""
    head = b""
    with open(path, "rb") as file:
        while len(head) < _HEADER and (chunk := file.read(_CHUNK)):
            head += chunk
            end = re.search(rb"\r?\n\r?\n", head)
            found = _FIELD.search(head, 0, end.start() + 1 if end else len(head))
            if found and (end or found.end() < len(head)):
                return found[1]
            if end:
                return None
    return None
