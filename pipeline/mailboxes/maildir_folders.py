"""(the root of a Maildir++, names of the configuration) -> which directory is which folder. Everything here blocks."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from pipeline.mailboxes import OURS, SORTED
from pipeline.mailboxes.maildir_files import directory_name, entries
from stages.events import INBOX

_DECLARED = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*(\.[A-Za-z0-9][A-Za-z0-9 _-]*)*")


class MaildirFolders:
    """The root is the INBOX, `.Name` beside it another folder. Buttons are known in any case."""

    def __init__(self, root: Path, declared: Collection[str], buttons: Collection[str]) -> None:
        """`declared`: folders of the configuration beside our own four. ValueError: a name that is none."""
        for folder in (*declared, *buttons):
            if not _DECLARED.fullmatch(directory_name(folder)[1:] if folder in buttons else folder):
                raise ValueError(
                    f'"{folder}" is no folder name: use letters, digits, blanks, dashes; a dot parts levels'
                )
        self.root = root
        self.known = OURS | frozenset(declared) | frozenset(buttons)
        self.into = frozenset((*SORTED, *declared, *buttons))
        """in which it is looked what comes to lie there"""
        self._plain = dict.fromkeys((*SORTED, *declared))
        self._buttons = {directory_name(button).casefold(): button for button in buttons}

    def directory(self, folder: str) -> Path:
        """Where mail is filed. ValueError: neither ours nor declared."""
        if folder not in self.known:
            raise ValueError(f'no folder "{folder[:64]}" here; there are {", ".join(sorted(self.known))}')
        if folder in self._buttons.values() and (there := self.watched().get(folder)):
            return sorted(there)[0]
        return self.directory_once(folder)

    def directory_once(self, folder: str) -> Path:
        """The same of any name that was a folder once: what is declared no more holds mail still."""
        if folder == INBOX or not (folder in self.known or _DECLARED.fullmatch(folder)):
            return self.root
        return self.root / directory_name(folder)

    def name(self, directory: Path) -> str:
        """What the folder is called that lies in a directory."""
        return INBOX if directory == self.root else self._buttons.get(directory.name.casefold(), directory.name[1:])

    def watched(self) -> dict[str, list[Path]]:
        """The directories of each folder in which mail may arrive: a verdict's, declared, or a button that is there."""
        found = {folder: [self.root / directory_name(folder)] for folder in self._plain}
        for entry in entries(self.root) if self._buttons else ():
            if (button := self._buttons.get(entry.name.casefold())) is not None:
                found.setdefault(button, []).append(self.root / entry.name)
        return found
