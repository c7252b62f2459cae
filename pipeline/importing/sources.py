"""What a person names -> the sources of mails in it: files, mboxes, Maildirs, folders of .eml files, archives."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.importing import archives
from pipeline.importing.archives import ROOM, Room
from pipeline.importing.mbox import Item, Wanted, mails_in
from pipeline.importing.trouble import SourceTrouble

Seen = tuple[int, int]
"""Which state of a source, and how far it was read."""
_PARTS = ("new", "cur")
_MBOX_NAMES = (".mbox", ".mbx", ".mboxrd")
_ARCHIVE_NAMES = (".zip", ".tgz", ".tar.gz", ".tar", ".mbox.gz")


class Source(NamedTuple):
    """Mails that lie together. `mails(seen)` reads on behind what was seen, where it can, else all; SourceTrouble."""

    name: str
    octets: int
    """what is to be read, for a progress bar; 0: nobody knows"""
    mails: Callable[[Seen | None], Iterator[Item]]
    key: str = ""
    """names it in the store, where how far it was read can be kept"""


def sources(path: Path, wanted: Wanted, room: Room = ROOM) -> Iterator[Source]:
    """The sources in what a path names, in order. SourceTrouble where there is none, or it cannot be read."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            found = list(_in_folder(path, wanted, room))
            if not found:
                raise SourceTrouble(
                    f"there is no mail in {path}: it holds no Maildir (no new/ or cur/), no mbox, no .eml file and no "
                    "archive"
                )
            yield from found
        elif stat.S_ISREG(kind):
            yield _of_file(path, wanted, room)
        elif stat.S_ISFIFO(kind):
            yield Source(str(path), 0, lambda _: _of_pipe(path, wanted))
        else:
            raise SourceTrouble(f"{path} is no file and no folder; name a mail, an mbox, a Maildir or an archive")
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SourceTrouble:
    return SourceTrouble(f"{path} cannot be read: {error.strerror or error}")


def _of_file(path: Path, wanted: Wanted, room: Room) -> Source:
    size = path.stat().st_size
    if archives.kind_of(path):
        return Source(str(path), size, lambda _: _of_archive(path, wanted, room))
    key = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
    return Source(str(path), size, lambda seen: _of_mbox(path, wanted, seen), f"import:{key}")


def _of_mbox(path: Path, wanted: Wanted, seen: Seen | None) -> Iterator[Item]:
    """Goes on where it was, if the file is still as it was then."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            told = f"{found.st_ino} {found.st_size} {found.st_mtime_ns}".encode()
            state = int.from_bytes(hashlib.sha256(told).digest()[:7], "big")
            start = seen[1] if seen is not None and seen[0] == state else 0
            if start:
                file.seek(start)
                yield Item(start, left_out="read before")
            for item in mails_in(file, path.name, wanted, start):
                yield item._replace(seen=(state, item.seen[1]) if item.seen else None)
    except OSError as error:
        raise _unreadable(path, error) from None


def _of_pipe(path: Path, wanted: Wanted) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            for item in mails_in(file, path.name, wanted):
                yield item._replace(seen=None)
    except OSError as error:
        raise _unreadable(path, error) from None


def _of_archive(path: Path, wanted: Wanted, room: Room) -> Iterator[Item]:
    """The place in the archive itself tells how far it is read."""
    with archives.in_words(path), path.open("rb") as handle:
        before = 0
        for entry in archives.entries(path, handle, room):
            if not _begins_like_mail(entry):
                continue
            for item in mails_in(entry.file, f"{path.name}/{entry.name}", wanted):
                at = max(before, handle.tell())
                yield item._replace(octets=at - before, seen=None)
                before = at


def _begins_like_mail(entry: archives.Entry) -> bool:
    """Of files without an ending only mboxes are read: the others may be anything."""
    name = entry.name.rpartition("/")[2]
    if "." in name or entry.name.split("/")[-2:-1] in (["new"], ["cur"]):
        return True
    return entry.file.peek(5).startswith(b"From ")


def _in_folder(folder: Path, wanted: Wanted, room: Room) -> Iterator[Source]:
    """All that lies in a folder and below it. Links to folders are not followed: they may lead in a circle."""
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        in_maildir = Path(root).name in _PARTS
        mails: list[Path] = []
        for path in (Path(root) / name for name in sorted(names)):
            if not path.is_file():  # a pipe would make us wait for ever
                continue
            if path.name.lower().endswith(_ARCHIVE_NAMES) and archives.kind_of(path):
                yield _of_file(path, wanted, room)
            elif in_maildir or path.suffix.lower() == ".eml":
                mails.append(path)
            elif (path.suffix.lower() in _MBOX_NAMES or not path.suffix) and _first(path) == b"From ":
                yield _of_file(path, wanted, room)
        if mails:
            octets = sum(path.stat().st_size for path in mails if path.exists())
            yield Source(root, octets, _reading(mails, wanted))


def _reading(mails: list[Path], wanted: Wanted) -> Callable[[Seen | None], Iterator[Item]]:
    return lambda _: _of_mails(mails, wanted)


def _of_mails(mails: list[Path], wanted: Wanted) -> Iterator[Item]:
    for path in mails:
        try:
            with path.open("rb") as file:
                for item in mails_in(file, path.name, wanted):
                    yield item._replace(seen=None)
        except FileNotFoundError:  # a mail program has moved it meanwhile
            continue
        except OSError as error:
            raise _unreadable(path, error) from None


def _first(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(5)


def _raise(error: OSError) -> None:
    raise error
