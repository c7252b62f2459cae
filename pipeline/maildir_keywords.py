"""Keeps a mail's keywords when its file moves between folders of a Maildir, and gives it those of ours.

Dovecot writes a keyword into the file's name as a letter from a to z, and what each letter means into the folder's file
`dovecot-keywords`, one `NUMBER NAME` a line (doc.dovecot.org, "Maildir mailbox format"); it locks that file by making
`dovecot-keywords.lock`, which it renames over it. What a letter means never changes. So a folder has 26 keywords in all
its life: those of verdicts come first, and a label for which there is no letter any more is only told in the header.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from pipeline.maildir_reading import read

_FILE = "dovecot-keywords"
_MOST = 26
_OCTETS = 64 * 1024
"""Of the file; one that is longer is no server's, and is left alone."""
_NUMBERS = frozenset(str(number) for number in range(_MOST))
_STALE = 120
"""Seconds after which whoever held the lock is taken to be dead, as Dovecot does."""
_ALONE = threading.Lock()
"""Threads of ours do not take each other for a server that is changing the file."""


def flagged(
    flags: str, source: Path, target: Path, keywords: Collection[str], ours: Callable[[str], bool],
    first: Collection[str],
) -> str:  # fmt: skip
    """The flags of a file name as the target spells them, with these keywords and no others of ours. See `spelt`."""
    if any("a" <= flag <= "z" for flag in flags):
        meant = _read(source)
        flags = "".join(flag for flag in flags if meant.get(flag) in keywords or not ours(meant.get(flag, "")))
    flags = translated(flags, source, target)
    own = spelt(keywords, target, first)
    return flags if set(own) <= set(flags) else "".join(sorted({*flags, *own}))


def spelt(keywords: Iterable[str], folder: Path, first: Collection[str]) -> str:
    """The folder's letters for these keywords, as far as it has any; for those that come `first` some are left."""
    found = (letter(keyword, folder, () if keyword in first else first) for keyword in keywords)
    return "".join(sorted({one for one in found if one}))


def translated(flags: str, source: Path, target: Path) -> str:
    """The flags of a file name, those of keywords as the target spells them; less those it has no room for."""
    letters = [flag for flag in flags if "a" <= flag <= "z"]
    if source == target or not letters:
        return flags
    meant = _read(source)
    if not meant and not _read(target):
        return flags  # of a client that means the same by a letter everywhere
    kept = {flag: letter(meant[flag], target) for flag in letters if flag in meant}
    plain = [flag for flag in flags if flag not in letters]
    return "".join([*plain, *sorted(flag for flag in kept.values() if flag)])


def letters(keywords: Collection[str], folder: Path) -> list[str]:
    """The letters that these keywords have in a folder."""
    return [known for known, name in _read(folder).items() if name in keywords]


def letter(keyword: str, folder: Path, leave: Collection[str] = ()) -> str:
    """The folder's letter for a keyword, made if there is none; empty: it cannot be made now, or all are taken.

    `leave`: keywords for which a letter must be left.
    """
    known = letters([keyword], folder)
    if known:
        return known[0]
    with _ALONE:
        try:
            return _made(keyword, folder, leave)
        except OSError:  # the server is changing it, or nothing can be written now: a mail does not wait for that
            return next(iter(letters([keyword], folder)), "")


def _made(keyword: str, folder: Path, leave: Collection[str]) -> str:
    lock = folder / f"{_FILE}.lock"
    descriptor = _locked(lock)
    try:
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            known = _known(folder)
            found = next((known_as for known_as, name in known.items() if name == keyword), "")
            rest = [chr(97 + number) for number in range(_MOST) if chr(97 + number) not in known]
            if found or len(rest) <= len(set(leave) - set(known.values())):
                return found
            free = rest[0]
            known[free] = keyword
            file.write("".join(f"{ord(one) - 97} {name}\n" for one, name in sorted(known.items())))
            file.flush()
            os.fsync(file.fileno())
        os.rename(lock, folder / _FILE)
    finally:
        lock.unlink(missing_ok=True)
    # On disk before a file is called so: the letter of a name that was lost would be given to another.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return free


def _locked(lock: Path) -> int:
    """The lock, made anew. FileExistsError: another holds it."""
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(lock, how, 0o600)
    except FileExistsError:
        if lock.lstat().st_mtime > time.time() - _STALE:
            raise
    lock.unlink(missing_ok=True)
    return os.open(lock, how, 0o600)


def _read(folder: Path) -> dict[str, str]:
    """Letter -> keyword, as far as that can be told."""
    try:
        return _known(folder)
    except OSError:
        return {}


def _known(folder: Path) -> dict[str, str]:
    """Letter -> keyword. OSError: there is a file that cannot be read, or no server's."""
    try:
        lines = read(folder / _FILE, _OCTETS).decode("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {chr(97 + int(number)): name for number, _, name in pairs if number in _NUMBERS}
