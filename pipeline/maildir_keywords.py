"""Keeps a mail's keywords when its file moves between folders of a Maildir.

Dovecot writes a keyword into the file's name as a letter from a to z, and what each letter means into the folder's file
`dovecot-keywords`, one `NUMBER NAME` a line (doc.dovecot.org, "Maildir mailbox format"); it locks that file by making
`dovecot-keywords.lock`, which it renames over it.
"""

from __future__ import annotations

import os
from pathlib import Path

_FILE = "dovecot-keywords"
_MOST = 26


def translated(flags: str, source: Path, target: Path) -> str:
    """The flags of a file name, those of keywords as the target spells them; less those it has no room for."""
    letters = [flag for flag in flags if "a" <= flag <= "z"]
    if source == target or not letters:
        return flags
    meant = _read(source)
    if not meant and not _read(target):
        return flags  # of a client that means the same by a letter everywhere
    kept = {letter: _letter(meant[letter], target) for letter in letters if letter in meant}
    plain = [flag for flag in flags if flag not in letters]
    return "".join([*plain, *sorted(letter for letter in kept.values() if letter)])


def _letter(keyword: str, folder: Path) -> str:
    """The folder's letter for a keyword, made if there is none; empty: it cannot be made now."""
    try:
        descriptor = os.open(folder / f"{_FILE}.lock", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:  # the server is changing it
        return {name: letter for letter, name in _read(folder).items()}.get(keyword, "")
    try:
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            known = _read(folder)
            letter = next((letter for letter, name in known.items() if name == keyword), "")
            free = next((chr(97 + number) for number in range(_MOST) if chr(97 + number) not in known), "")
            if letter or not free:
                return letter
            known[free] = keyword
            file.write("".join(f"{ord(letter) - 97} {name}\n" for letter, name in sorted(known.items())))
        os.rename(folder / f"{_FILE}.lock", folder / _FILE)
        return free
    finally:
        (folder / f"{_FILE}.lock").unlink(missing_ok=True)


def _read(folder: Path) -> dict[str, str]:
    """Letter -> keyword."""
    try:
        lines = (folder / _FILE).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {chr(97 + int(number)): name for number, _, name in pairs if number.isdecimal() and int(number) < _MOST}
