"""Files mail into a Maildir++: exact octets, a deterministic name, on disk before it says so.

After D. J. Bernstein's maildir(5) and Courier's Maildir++ README: write in `tmp/`, fsync, rename into `new/`, fsync
the folder. At every instant a file in `new/` or `cur/` is whole. Everything here blocks; the edge calls it in a thread.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import re
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.mailboxes import OURS, SORTED, Lies, Sought, elsewhere
from pipeline.maildir_keywords import translated
from stages.events import INBOX
from stages.header import MAIL, MAIL_ID, REMINDER

STALE = 36 * 3600
"""Seconds after which a file in `tmp/` is given up (maildir(5))."""

_CHUNK = 8192
_HEADER = 128 * 1024
"""Octets of a header looked through for X-Salver-Mail; our own fields, which come first, are far fewer."""
_SLACK = 24 * 3600
"""Seconds a file may look older than the mail it holds: clocks are set back, clients round times."""
_FIELD = re.compile(rf"^(?:{MAIL}|{REMINDER}):[ \t]*(\S*)[ \t]*\r?$".encode(), re.MULTILINE | re.IGNORECASE)
_DECLARED = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*(\.[A-Za-z0-9][A-Za-z0-9 _-]*)*")
_LOOKS = 1_000
"""Files that one look for moved mails opens at most, to see whose they are; the next one goes on from there."""
_TURNS = 20
"""How often a client may rename a mail under our hands before the attempt is given up."""
_serial = itertools.count()


def maildir_path(spec: str) -> Path:
    """`maildir:PATH` -> the absolute path, `~` spelt out. ValueError, in words for a person, for anything else."""
    scheme, colon, path = spec.partition(":")
    if scheme != "maildir" or not colon or not path or "\0" in path:
        raise ValueError(f'"{spec}" is no mailbox we can file into; write maildir:PATH')
    return Path(os.path.abspath(os.path.expanduser(path)))


class Maildir:
    """One owner's Maildir++. The root is the INBOX, `.Name` beside it another folder."""

    threads: Executor | None = None

    def __init__(self, root: Path, declared: tuple[str, ...] = ()) -> None:
        """`declared`: folders of the configuration beside our own four. ValueError: a name that is none."""
        for folder in declared:
            if not _DECLARED.fullmatch(folder):
                raise ValueError(
                    f'"{folder}" is no folder name: use letters, digits, blanks, dashes; a dot parts levels'
                )
        self.root = Path(os.path.abspath(root))
        self._folders = OURS | frozenset(declared)
        self._ready: set[Path] = set()
        self._busy: set[str] = set()
        self._turn = threading.Condition()
        self._marks: dict[str, str] = {}
        """which mail lies in a file whose name is not ours, by path without flags; files never change"""

    def file(self, mail: str, folder: str, content: bytes, received_at: int, search: bool) -> tuple[str, bool]:
        """File `content` and return (file name, found).

        `search` says that an earlier attempt may have got through: then the mail is looked for in all folders first,
        and if it lies anywhere, nothing is written and `found` is True. `received_at`: milliseconds, UTC.
        OSError: nothing of it lies half-written in `new/`; a later try with `search` finds what may lie there whole.
        ValueError: a bad mail id, or a folder that is neither ours nor declared.
        """
        directory = self._directory(folder)
        name = _name(mail, received_at)
        with self._alone(mail):
            if search and (path := self._find(mail, received_at)) is not None:
                _sync(path.parent)  # the attempt that put it there may have been cut short before its own
                return path.name, True
            self._make(directory)
            self._deliver(directory, name, content, directory / "new" / name)
            _sync(directory / "new")
            return name, False

    def refile(
        self, mail: str, ours: Collection[str], folder: str, content: bytes, received_at: int, begun: bool = False
    ) -> Lies:
        """Give a filed mail new fields and its right folder; see `Mailbox.refile`.

        Each step is one rename, so that at every instant there is exactly one file. It gets another name, because an
        IMAP server takes what it knows under a name to be unchanged.
        """
        target = self._directory(folder)
        name = f"{_name(mail, received_at)}-{hashlib.sha256(content).hexdigest()[:12]}"
        with self._alone(mail):
            for _ in range(_TURNS):
                path = self._find_in(mail, received_at, ours)
                if path is None:
                    return Lies("", True, None)
                lies, gone = self.folder_of(path), _trashed(path.name)
                if lies not in ours or lies not in self._folders or gone:
                    return Lies(path.name, True, lies, gone)
                with suppress(FileNotFoundError):  # a client renamed it under our hands: look again
                    same = path.read_bytes() == content
                    if same and lies == folder and (not begun or path.name.split(":")[0] == name):
                        _sync(path.parent)  # the attempt that put it there may have been cut short before its own
                        return Lies(path.name, True, lies)
                    if same or self._renew(path, name, content):
                        return Lies(self._move(path, target, name).name, False, folder)
        raise OSError(errno.EAGAIN, "a client keeps renaming the mail")

    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """See `Mailbox.moved`. One listing of each folder, however many are sought."""
        wanted = {each.mail: each for each in sought}
        lying: dict[str, set[str]] = {}
        known, self._marks, looks = self._marks, {}, _LOOKS
        for folder in sorted({*SORTED, *(each.folder for each in sought)} & self._folders):
            for entry in self._files_in(self._directory(folder)):
                mail = _mail_in(entry.name)
                if not mail and folder in SORTED:
                    path = entry.path.split(":2,")[0]
                    if path not in known and looks:
                        looks -= 1
                        with suppress(FileNotFoundError, PermissionError):
                            known[path] = (_mark(entry.path) or b"").decode("ascii", "replace")
                    if path in known:
                        mail = self._marks[path] = known[path]
                if mail in wanted and not _trashed(entry.name):
                    lying.setdefault(mail, set()).add(folder)
        return elsewhere(sought, lying)

    def find(self, mail: str, received_at: int = 0) -> Path | None:
        """Where the mail lies now, in any folder, or None. Files older than `received_at` (ms) are not opened."""
        return self._find(mail, received_at)

    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in now; None if it is in none."""
        path = self._find(mail, received_at)
        return None if path is None else self.folder_of(path)

    def folder_of(self, path: Path) -> str:
        """The folder a path given by `find` lies in."""
        directory = path.parent.parent
        return INBOX if directory == self.root else directory.name[1:]

    def prepare(self) -> None:
        """Make the folders that are not there, and write a file into `tmp/`. OSError: nothing can be filed now."""
        for folder in sorted(self._folders):
            self._make(self._directory(folder))
        probe = self.root / "tmp" / f"{os.getpid()}.{next(_serial)}.probe"
        os.close(_create(probe))
        probe.unlink()

    def paths(self) -> Iterator[Path]:
        """The file of every mail, in all folders."""
        return (Path(entry.path) for entry in self._files())

    def sweep(self, now: float | None = None) -> int:
        """Remove what cut-short deliveries left in `tmp/` more than 36 hours ago. Returns how many files went."""
        before = (time.time() if now is None else now) - STALE
        removed = 0
        for directory in self._directories():
            for entry in _entries(directory / "tmp"):
                with suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before:
                        os.unlink(entry.path)
                        removed += 1
        return removed

    # --- writing ---

    def _directory(self, folder: str) -> Path:
        if folder not in self._folders:
            raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(self._folders))}')
        return self.root if folder == INBOX else self.root / f".{folder}"

    @contextmanager
    def _alone(self, mail: str) -> Iterator[None]:
        """One attempt a mail at a time: a cancelled caller's thread runs on, and its successor must see what it did."""
        with self._turn:
            self._turn.wait_for(lambda: mail not in self._busy)
            self._busy.add(mail)
        try:
            yield
        finally:
            with self._turn:
                self._busy.discard(mail)
                self._turn.notify_all()

    def _make(self, directory: Path) -> None:
        """Have the folder, and have it on disk. The first time in this process it is synced even where it existed:
        whoever made it may have been cut short before."""
        parts = [path / part for path in (self.root, directory) for part in ("tmp", "new", "cur")]
        if directory in self._ready and all(part.is_dir() for part in parts):
            return
        for path in (*reversed(self.root.parents), self.root, directory, *parts):  # a root without new/ is no Maildir
            _make_directory(path)
        if directory != self.root:
            with suppress(FileExistsError):  # Maildir++: tells a delivery agent that the root lies above
                os.close(_create(directory / "maildirfolder"))
            _sync(directory)
        device = self.root.stat().st_dev
        for path in (self.root, *self.root.parents):
            if path.stat().st_dev != device:
                break
            with suppress(PermissionError):  # a parent we may pass through but not read is not one we made
                _sync(path)
        self._ready.add(directory)

    def _deliver(self, directory: Path, name: str, content: bytes, destination: Path) -> None:
        """Write `content` beside, and put it in place in one step. What fails on the way leaves nothing behind."""
        # The name in tmp/ is ours alone, so that nobody ever writes into a file that was renamed already.
        temporary = directory / "tmp" / f"{name}.{os.getpid()}.{next(_serial)}.{time.time_ns()}"
        in_place = False
        try:
            descriptor = _create(temporary)
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.rename(temporary, destination)
            in_place = True
        finally:
            if not in_place:
                with suppress(OSError):
                    os.unlink(temporary)

    def _renew(self, path: Path, name: str, content: bytes) -> bool:
        """Put the new content where the old one lies. False: a client renamed that meanwhile, and it lies elsewhere."""
        with open(path, "rb") as old:
            links = os.fstat(old.fileno()).st_nlink
            self._deliver(path.parent.parent, name, content, path)
            if os.fstat(old.fileno()).st_nlink >= links:
                path.unlink(missing_ok=True)
                return False
        _sync(path.parent)
        return True

    def _move(self, path: Path, target: Path, name: str) -> Path:
        """Into its folder, under its new name, with the flags it has. FileNotFoundError: a client was faster."""
        self._make(target)
        _, colon, flags = path.name.partition(":")
        if flags.startswith("2,"):
            flags = f"2,{translated(flags[2:], path.parent.parent, target)}"
        moved = target / path.parent.name / f"{name}{colon}{flags}"
        os.rename(path, moved)
        _sync(moved.parent)
        _sync(path.parent)
        return moved

    # --- looking ---

    def _find_in(self, mail: str, received_at: int, ours: Collection[str]) -> Path | None:
        """Of several files, as where the owner made a copy, the one that lies in these folders."""
        named = list(self._all_named(mail))
        here = (path for path in named if self.folder_of(path) in ours and not _trashed(path.name))
        return next(here, None) or next(iter(named), None) or self._find(mail, received_at)

    def _find(self, mail: str, received_at: int) -> Path | None:
        """By name first, then by field. A last look at the names catches what a client moved while we were reading."""
        untouched = self._untouched(_name(mail, received_at))
        return untouched or self._named(mail) or self._marked(mail, received_at) or self._named(mail)

    def _untouched(self, name: str) -> Path | None:
        """Where no client has opened it yet, a look at each folder will do, however many mails lie there."""
        places = (directory / "new" / name for directory in self._directories())
        return next((place for place in places if place.is_file()), None)

    def _named(self, mail: str) -> Path | None:
        return next(self._all_named(mail), None)

    def _all_named(self, mail: str) -> Iterator[Path]:
        """Files whose name we made of this mail's id; clients add flags to it (`:2,S`)."""
        for entry in self._files():
            if _mail_in(entry.name) == mail:
                yield Path(entry.path)

    def _marked(self, mail: str, received_at: int) -> Path | None:
        """A file with our field for this mail: clients that copy or edit give files names of their own."""
        since = received_at / 1000 - _SLACK
        for entry in self._files():
            with suppress(FileNotFoundError, PermissionError):  # renamed while we look, or not one of ours
                if entry.stat().st_mtime >= since and _mark(entry.path) == mail.encode():
                    return Path(entry.path)
        return None

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for directory in self._directories():
            yield from self._files_in(directory)

    def _files_in(self, directory: Path) -> Iterator[os.DirEntry[str]]:
        # new/ before cur/: clients move files that way, so none slips past between the two.
        for part in ("new", "cur"):
            for entry in _entries(directory / part):
                if not entry.name.startswith(".") and entry.is_file():
                    yield entry

    def _directories(self) -> list[Path]:
        found = [Path(entry.path) for entry in _entries(self.root) if entry.name.startswith(".") and entry.is_dir()]
        return [self.root, *sorted(found)]


def _name(mail: str, received_at: int) -> str:
    """Made of the mail alone: no host, no process, so that every attempt gives the same name."""
    if not MAIL_ID.fullmatch(mail):
        raise ValueError("no mail id")
    return f"{received_at // 1000}.{mail}.salver"


def _mail_in(name: str) -> str:
    """The mail that a file name we made tells of; empty: it is none of ours."""
    parts = name.split(":")[0].split(".")
    return parts[1] if len(parts) > 2 and parts[2].startswith("salver") else ""


def _trashed(name: str) -> bool:
    """Whether a client marked the file as deleted (maildir(5): the flag T)."""
    return "T" in name.partition(":2,")[2]


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _create(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)  # whatever the umask took away
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _make_directory(path: Path) -> None:
    """Make `path` for the owner alone, whatever the umask. One that exists stays as it is."""
    if path.is_dir():
        return
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        os.chmod(path, 0o700)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mark(path: str) -> bytes | None:
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
