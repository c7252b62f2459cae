"""Files mail into a Maildir++: exact octets, a deterministic name, on disk before it says so.

After D. J. Bernstein's maildir(5) and Courier's Maildir++ README: write in `tmp/`, fsync, rename into `new/`, fsync
the folder. At every instant a file in `new/` or `cur/` is whole. Everything here blocks; the edge calls it in a thread.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.mailboxes import KEYWORDS, Arrival, Lies, Sought, Taken, elsewhere, is_ours, keywords_of
from pipeline.mailboxes.maildir_arrivals import Arrivals
from pipeline.mailboxes.maildir_files import (
    PARTS,
    create,
    entries,
    flags_in,
    letters_in,
    mail_in,
    maildir_path as maildir_path,
    make_directory,
    mark,
    name_of,
    swept,
    sync,
    trashed,
    written_twice,
)
from pipeline.mailboxes.maildir_folders import MaildirFolders
from pipeline.mailboxes.maildir_subscriptions import subscribe
from pipeline.mailboxes.maildir_threads import Ids, Threads, in_threads
from pipeline.maildir_keywords import flagged, letters, spelt
from pipeline.maildir_reading import holds, holds_mail, leads_to_folder, opened, regular, there
from stages.emptying import CHANGED, FLAGGED, MOVED
from stages.events import Verdict

STALE = 36 * 3600
"""Seconds after which a file in `tmp/` is given up (maildir(5))."""

_SLACK = 24 * 3600
"""Seconds a file may look older than the mail it holds: clocks are set back, clients round times."""
_TURNS = 20
"""How often a client may rename a mail under our hands before the attempt is given up."""
_VERDICTS = [keyword.decode() for keyword in KEYWORDS.values()]
_serial = itertools.count()


class Maildir:
    """One owner's Maildir++. The root is the INBOX, `.Name` beside it another folder."""

    def __init__(
        self, root: Path, declared: tuple[str, ...] = (), buttons: Sequence[str] = (), ids: Ids | None = None
    ) -> None:
        """`declared`: folders of the configuration beside our own four. `buttons`: those that say what to do, levels
        parted by a slash; they are known in any case. `ids`: whose it is, where we run as root; everything is
        done as that user then. ValueError: a name that is none."""
        self.root = Path(os.path.abspath(root))
        self._folders = MaildirFolders(self.root, declared, buttons)
        self.threads = Threads(self.root, ids)
        self._above = 0o700 if ids is None else 0o711
        """mode of folders on the way: whom root gives a mailbox to must be able to pass"""
        self._ready: set[Path] = set()
        self._busy: set[str] = set()
        self._turn = threading.Condition()
        self._arrivals = Arrivals(self.watched)

    @in_threads
    def file(
        self,
        mail: str,
        folder: str,
        content: bytes,
        received_at: int,
        search: bool,
        shown: Verdict | None = None,
        labels: Collection[str] = (),
    ) -> tuple[str, bool]:
        """File `content` and return (file name, found).

        `search` says that an earlier attempt may have got through: then the mail is looked for in all folders first,
        and if it lies anywhere, nothing is written and `found` is True. `received_at`: milliseconds, UTC.
        With `shown` it lies in `cur/`, unread, for only there a name bears keywords; without where the folder has no
        letter for that, or cannot be given one at once.
        OSError: nothing of it lies half-written; a later try with `search` finds what may lie there whole.
        ValueError: a bad mail id, or a folder that is neither ours nor declared.
        """
        directory = self._folders.directory(folder)
        name = name_of(mail, received_at)
        with self._alone(mail):
            if search and (path := self._find(mail, received_at)) is not None:
                sync(path.parent)  # the attempt that put it there may have been cut short before its own
                return path.name, True
            self._make(directory)
            own = spelt(_keywords(shown, labels), directory, _VERDICTS)
            path = directory / "cur" / f"{name}:2,{own}" if own else directory / "new" / name
            self._deliver(directory, name, content, path)
            sync(path.parent)
            return path.name, False

    @in_threads
    def refile(
        self,
        mail: str,
        ours: Collection[str],
        folder: str,
        content: bytes,
        received_at: int,
        begun: bool = False,
        shown: Verdict | None = None,
        labels: Collection[str] = (),
    ) -> Lies:
        """Give a filed mail new fields and its right folder; see `Mailbox.refile`.

        Each step is one rename, so that at every instant there is exactly one file. It gets another name, because an
        IMAP server takes what it knows under a name to be unchanged.
        """
        target = self._folders.directory(folder)
        name = f"{name_of(mail, received_at)}-{hashlib.sha256(content).hexdigest()[:12]}"
        with self._alone(mail):
            if begun and (spare := written_twice(self._all_named(mail), name, content)) is not None:
                spare.unlink(missing_ok=True)
                sync(spare.parent)
            for _ in range(_TURNS):
                path = self._find_in(mail, received_at, ours)
                if path is None:
                    return Lies("", True, None)
                lies, gone = self.folder_of(path), trashed(path.name)
                if lies not in ours or gone:
                    return Lies(path.name, True, lies, gone)
                with suppress(FileNotFoundError):  # a client renamed it under our hands: look again
                    same = holds(path, content)
                    if same and lies == folder and (not begun or path.name.split(":")[0] == name):
                        sync(path.parent)  # the attempt that put it there may have been cut short before its own
                        return Lies(path.name, True, lies)
                    self._make(path.parent.parent)  # a client may have made it without tmp/
                    if same or self._renew(path, name, content):
                        return Lies(self._move(path, target, name, _keywords(shown, labels)).name, False, folder)
        raise OSError(errno.EAGAIN, "a client keeps renaming the mail")

    @in_threads
    def remove(self, mail: str, received_at: int, folder: str, raw: bytes = b"") -> Taken:
        """See `Mailbox.remove`. What is unlinked is a folder, a name and its flags in one: who moves or flags the mail
        meanwhile renames the file, so that there is nothing to unlink, and it is looked for again."""
        with self._alone(mail):
            for _ in range(_TURNS):
                path = self._find_in(mail, received_at, (folder,))
                if path is None:
                    return Taken("")
                lying = self._arrivals.lying({mail})[mail] | {self.folder_of(path)}
                if lying != {folder}:  # a client that moves a mail by copying it has not come to its end
                    return Taken(path.name, MOVED)
                if any("F" in flags_in(name) for name in (path.name, *self._copies(mail, folder))):
                    return Taken(path.name, FLAGGED)
                with suppress(FileNotFoundError):
                    if raw and not holds_mail(path, raw):  # whoever puts a mail there may put our mark into it
                        return Taken(path.name, CHANGED)
                    path.unlink()
                    sync(path.parent)
                    return Taken(path.name)
        raise OSError(errno.EAGAIN, "a client keeps renaming the mail")

    @in_threads
    def moved(self, sought: Sequence[Sought]) -> dict[str, str]:
        """See `Mailbox.moved`. A folder is listed only if it changed, however many are sought."""
        wanted = {each.mail for each in sought}
        lying = self._arrivals.lying(wanted)
        for folder in {each.folder for each in sought} - self.watched().keys():
            for entry in self._files_in(self._folders.directory_once(folder)):
                mail = mail_in(entry.name)
                if mail in wanted and not trashed(entry.name):
                    lying[mail].add(folder)
        return elsewhere(sought, lying, self._folders.into)

    @in_threads
    def arrived(self, known: Collection[str] = ()) -> tuple[Arrival, ...]:
        """See `Mailbox.arrived`. `known` says nothing here: a client that moves a mail may leave it its name."""
        return self._arrivals.new()

    @property
    def behind(self) -> bool:
        """`arrived` has more to tell at once: there were too many files to look into."""
        return self._arrivals.behind

    @in_threads
    def watched(self) -> dict[str, list[Path]]:
        """See `MaildirFolders.watched`."""
        return self._folders.watched()

    @in_threads
    def find(self, mail: str, received_at: int = 0) -> Path | None:
        """Where the mail lies now, in any folder, or None. Files older than `received_at` (ms) are not opened."""
        return self._find(mail, received_at)

    @in_threads
    def where(self, mail: str, received_at: int) -> str | None:
        """The folder the mail lies in now; None if it is in none."""
        path = self._find(mail, received_at)
        return None if path is None else self.folder_of(path)

    def folder_of(self, path: Path) -> str:
        """The folder a path given by `find` lies in."""
        return self._folders.name(path.parent.parent)

    @in_threads
    def prepare(self) -> None:
        """Make the folders that are not there, and write a file into `tmp/`. OSError: nothing can be filed now."""
        known = sorted(self._folders.known)
        new = [folder for folder in known if not self._folders.directory(folder).exists()]
        for folder in known:
            self._make(self._folders.directory(folder))
        with suppress(OSError):  # it can be filed without, and whether it can is seen next
            subscribe(self.root, known, new)
        probe = self.root / "tmp" / f"{os.getpid()}.{next(_serial)}.probe"
        os.close(create(probe))
        probe.unlink()

    @in_threads
    def paths(self) -> tuple[Path, ...]:
        """The file of every mail, in all folders."""
        return tuple(Path(entry.path) for entry in self._files())

    @in_threads
    def sweep(self, now: float | None = None) -> int:
        """Remove what cut-short deliveries left in `tmp/` more than 36 hours ago. Returns how many files went."""
        before = (time.time() if now is None else now) - STALE
        return sum(swept(directory / "tmp", before) for directory in self._directories())

    # --- writing ---

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
        parts = [path / part for path in (self.root, directory) for part in PARTS]
        if directory in self._ready and all(part.is_dir() for part in parts):
            return
        for path in reversed(self.root.parents):
            make_directory(path, self._above)
        for path in (self.root, directory, *parts):  # a root without new/ is no Maildir
            make_directory(path)
        if directory != self.root:
            with suppress(FileExistsError):  # Maildir++: tells a delivery agent that the root lies above
                os.close(create(directory / "maildirfolder"))
            sync(directory)
        device = self.root.stat().st_dev
        for path in (self.root, *self.root.parents):
            if path.stat().st_dev != device:
                break
            with suppress(PermissionError):  # a parent we may pass through but not read is not one we made
                sync(path)
        self._ready.add(directory)

    def _deliver(self, directory: Path, name: str, content: bytes, destination: Path) -> None:
        """Write `content` beside, and put it in place in one step. What fails on the way leaves nothing behind."""
        # The name in tmp/ is ours alone, so that nobody ever writes into a file that was renamed already.
        temporary = directory / "tmp" / f"{name}.{os.getpid()}.{next(_serial)}.{time.time_ns()}"
        in_place = False
        try:
            descriptor = create(temporary)
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
        with open(opened(path), "rb") as old:
            links = os.fstat(old.fileno()).st_nlink
            self._deliver(path.parent.parent, name, content, path)
            if os.fstat(old.fileno()).st_nlink >= links:
                path.unlink(missing_ok=True)
                return False
        sync(path.parent)
        return True

    def _move(self, path: Path, target: Path, name: str, keywords: Collection[str]) -> Path:
        """Into its folder, under its new name, with the flags it has. FileNotFoundError: a client was faster."""
        self._make(target)
        flags = flagged(letters_in(path.name), path.parent.parent, target, keywords, is_ours, _VERDICTS)
        info = f":2,{flags}" if flags or ":" in path.name else ""
        moved = target / ("cur" if flags else path.parent.name) / f"{name}{info}"
        os.rename(path, moved)
        sync(moved.parent)
        sync(path.parent)
        return moved

    # --- looking ---

    def _find_in(self, mail: str, received_at: int, ours: Collection[str]) -> Path | None:
        """Of several files, as where the owner made a copy, the one that lies in these folders."""
        named = list(self._all_named(mail))
        here = (path for path in named if self.folder_of(path) in ours and not trashed(path.name))
        return next(here, None) or next(iter(named), None) or self._find(mail, received_at)

    def _find(self, mail: str, received_at: int) -> Path | None:
        """By name first, then by field. A last look at the names catches what a client moved while we were reading."""
        untouched = self._untouched(name_of(mail, received_at))
        return untouched or self._named(mail) or self._marked(mail, received_at) or self._named(mail)

    def _untouched(self, name: str) -> Path | None:
        """Where no client has opened it yet, a look at each folder will do, however many mails lie there."""
        for directory in self._directories():
            shown = (directory / "cur" / f"{name}:2,{own}" for own in letters(_VERDICTS, directory))  # without labels
            found = next((place for place in (directory / "new" / name, *shown) if there(place)), None)
            if found is not None:
                return found
        return None

    def _copies(self, mail: str, folder: str) -> list[str]:
        """The names of all files of this mail in a folder, by name or by mark."""
        called = self._arrivals.called(mail)
        names = (entry.name for entry in self._files_in(self._folders.directory(folder)))
        return [name for name in names if mail_in(name) == mail or name.split(":2,")[0] in called]

    def _named(self, mail: str) -> Path | None:
        return next(self._all_named(mail), None)

    def _all_named(self, mail: str) -> Iterator[Path]:
        """Files whose name we made of this mail's id; clients add flags to it (`:2,S`)."""
        for entry in self._files():
            if mail_in(entry.name) == mail:
                yield Path(entry.path)

    def _marked(self, mail: str, received_at: int) -> Path | None:
        """A file with our field for this mail: clients that copy or edit give files names of their own."""
        since = received_at / 1000 - _SLACK
        for entry in self._files():
            with suppress(FileNotFoundError, PermissionError):  # renamed while we look, or not one of ours
                if entry.stat(follow_symlinks=False).st_mtime >= since and mark(entry.path) == mail.encode():
                    return Path(entry.path)
        return None

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for directory in self._directories():
            try:
                yield from self._files_in(directory)
            except OSError:
                if self.folder_of(directory / "cur" / "any") in self._folders.known:
                    raise  # what lies in one of ours must not be taken for gone

    def _files_in(self, directory: Path) -> Iterator[os.DirEntry[str]]:
        # new/ before cur/: clients move files that way, so none slips past between the two.
        for part in ("new", "cur"):
            for entry in entries(directory / part):
                if regular(entry):
                    yield entry

    def _directories(self) -> list[Path]:
        found = [
            Path(entry.path) for entry in entries(self.root) if entry.name.startswith(".") and leads_to_folder(entry)
        ]
        return [self.root, *sorted(found)]


def _keywords(shown: Verdict | None, labels: Collection[str]) -> list[str]:
    return [keyword.decode() for keyword in keywords_of(shown, labels)]
