"""A .zip, .tgz or .gz -> the files of mails in it, one after the other: read in memory, bounded, never unpacked.

What an archive says of itself (sizes, numbers of entries) is not believed: what comes out is counted.
"""

from __future__ import annotations

import gzip
import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from pipeline.importing.trouble import SourceTrouble

MB = 1_000_000


class Room(NamedTuple):
    """What an archive may take."""

    octets: int = 100_000 * MB
    """that come out of it in all"""
    ratio: int = 200
    """how many times its own size may come out"""
    free: int = 50 * MB
    """octets below which the ratio is not asked"""
    entries: int = 100_000
    """files in it"""
    directory: int = 16 * MB
    """octets of a zip's list of files, which is read whole"""


ROOM = Room()
_HEADER = 1 * MB
"""Octets of one header in a tar: names are long, not that long. Contents are read in smaller pieces."""
_PIECE = 64 * 1024
_MAIL_NAME = re.compile(r"(?i)\.(eml|mbox|mbx|mboxrd)$|(^|/)(cur|new)/[^/]+$|(^|/)[^/.]+$")
"""Files whose name promises mails; one without an ending may be an mbox, as Thunderbird keeps them."""
_END = struct.Struct("<4s4H2LH")
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
    struct.error, OverflowError,
)  # fmt: skip


class Entry(NamedTuple):
    """A file in an archive."""

    name: str
    file: io.BufferedReader


class _Counter:
    """Counts what comes out of an archive."""

    def __init__(self, path: Path, room: Room) -> None:
        self._path = path
        self._room = room
        self._size = max(1, path.stat().st_size)
        self._octets = 0
        self._entries = 0

    def octets(self, count: int) -> None:
        self._octets += count
        if self._octets > self._room.octets:
            raise SourceTrouble(
                f"{self._path}: more than {self._room.octets // MB} MB come out of it; this is more than is read of "
                "one archive: ask for your mails in several parts"
            )
        if self._octets > self._room.free and self._octets > self._size * self._room.ratio:
            raise SourceTrouble(
                f"{self._path}: more than {self._room.ratio} times its own size comes out of it; no archive of mails "
                "does that, so it is not read on. If you trust it, unpack it yourself and name the folder"
            )

    def entry(self) -> None:
        self._entries += 1
        if self._entries > self._room.entries:
            raise SourceTrouble(
                f"{self._path}: there are more than {self._room.entries} files in it; unpack it yourself and name the "
                "folder"
            )


class _Counted(io.RawIOBase):
    """A file in an archive, whose octets are counted while they come out."""

    def __init__(self, file: BinaryIO, counter: _Counter) -> None:
        self._file = file
        self._counter = counter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        piece = self._file.read(len(view))
        self._counter.octets(len(piece))
        view[: len(piece)] = piece
        return len(piece)


class _Forward:
    """A stream that tarfile can only read forwards, and only in small pieces: a header may claim any size."""

    def __init__(self, path: Path, file: BinaryIO, counter: _Counter) -> None:
        self._path = path
        self._file = file
        self._counter = counter
        self._position = 0
        self._last = b""
        self._again = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER:
            raise SourceTrouble(f"{self._path}: a header in it claims to be larger than {_HEADER // MB} MB; not read")
        again, self._again = self._again[:size], self._again[size:]
        piece = self._file.read(size - len(again))
        self._counter.octets(len(piece))
        piece = again + piece
        self._position += len(piece)
        self._last = piece[-1:] or self._last
        return piece

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        if position == self._position - 1 and self._last:  # tarfile looks so whether what it has skipped was there
            self._again, self._last, self._position = self._last, b"", position
        if whence or position < self._position:
            raise tarfile.ReadError("it goes backwards")
        while position > self._position and self.read(min(_PIECE, position - self._position)):
            pass
        return self._position


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Whatever a broken archive makes the libraries raise, as a SourceTrouble."""
    try:
        yield
    except SourceTrouble:
        raise
    except _BROKEN as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceTrouble(f"{path} is broken, or no archive ({why}); download it once more") from None


def kind_of(path: Path) -> str:
    """zip, gzip or tar; empty: no archive. OSError where it cannot be read."""
    with path.open("rb") as file:
        return _kind(file.read(512))


def _kind(first: bytes) -> str:
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if first.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if first[257:262] == b"ustar" else ""


def entries(path: Path, handle: BinaryIO, room: Room = ROOM) -> Iterator[Entry]:
    """The files of mails in an archive that is open as `handle`. Each is to be read before the next is asked for.

    Raises SourceTrouble.
    """
    with in_words(path):
        counter = _Counter(path, room)
        kind = _kind(handle.read(512))
        handle.seek(0)
        if kind == "zip":
            yield from _of_zip(path, handle, counter, room)
        elif kind == "tar":
            yield from _of_tar(path, handle, counter)
        else:
            yield from _of_gzip(path, handle, counter)


def _of_zip(path: Path, handle: BinaryIO, counter: _Counter, room: Room) -> Iterator[Entry]:
    if _directory_size(handle) > room.directory:
        raise SourceTrouble(
            f"{path}: its list of files is larger than {room.directory // MB} MB; unpack it and name the folder"
        )
    with zipfile.ZipFile(handle) as archive:
        for info in archive.infolist():
            counter.entry()
            if info.is_dir() or not _MAIL_NAME.search(info.filename):
                continue
            # Other ways of packing than these unpack as much at once as they like, whatever we ask for.
            packed = info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if packed or info.flag_bits & 1:
                why = "is packed in a way that is not read" if packed else "is encrypted"
                raise SourceTrouble(f"{path}: {info.filename!a} in it {why}; unpack it and name the folder")
            with archive.open(info) as file:
                yield _entry(info.filename, cast(BinaryIO, file), counter)


def _directory_size(handle: BinaryIO) -> int:
    """Octets of a zip's list of files, as its end tells (APPNOTE 4.3.16), or that of a zip64."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(max(0, size - 65_557))
    tail = handle.read()
    handle.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0  # zipfile says what is wrong with it
    told = int(_END.unpack_from(tail, at)[5])
    zip64 = tail.rfind(b"PK\x06\x06", 0, at)  # 4.3.14: size of the central directory, 8 octets at 40
    if told == 0xFFFF_FFFF and zip64 >= 0:
        return int(struct.unpack_from("<Q", tail, zip64 + 40)[0])
    return told


def _of_gzip(path: Path, handle: BinaryIO, counter: _Counter) -> Iterator[Entry]:
    with gzip.GzipFile(fileobj=handle) as peeked:
        inside = _kind(peeked.read(512))
    handle.seek(0)
    with gzip.GzipFile(fileobj=handle) as file:
        if inside == "tar":
            yield from _of_tar(path, cast(BinaryIO, file), counter)
        elif inside:
            raise SourceTrouble(f"{path}: there is an archive inside the archive; unpack it and name what is inside")
        else:
            yield _entry(path.stem, cast(BinaryIO, file), counter)


def _of_tar(path: Path, file: BinaryIO, counter: _Counter) -> Iterator[Entry]:
    stream = _Forward(path, file, counter)
    with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r:") as archive:
        while (member := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined] # else it remembers them all
            counter.entry()
            if member.isreg() and not member.issparse() and _MAIL_NAME.search(member.name):
                inside = archive.extractfile(member)
                if inside is not None:
                    yield Entry(member.name, cast(io.BufferedReader, inside))


def _entry(name: str, file: BinaryIO, counter: _Counter) -> Entry:
    return Entry(name, io.BufferedReader(_Counted(file, counter), _PIECE))
