"""Files of texts that rules compare with: one a line, # begins a comment."""

from __future__ import annotations

import stat
from pathlib import Path

from pydantic import ValidationError

from stages.header import clean
from stages.rules.conditions import LONGEST, MOST_TEXTS, Sought
from stages.rules.language import Rules
from stages.rules.walking import Place, Remark

MOST_BYTES = 8_000_000


class ListError(Exception):
    """A list cannot be used; the text says why."""


class Lists:
    """Reads lists, each file once, and remembers what is wrong with which."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        """file -> its whole text"""
        self._wrong: list[tuple[Place, str]] = []
        self._found: dict[str, Sought | str] = {}

    def read(self, sought: Sought, place: Place) -> Sought:
        """The same with the texts of its file; unchanged if that cannot be used."""
        file = sought.file
        if file not in self._found:
            try:
                self.texts[file] = text = text_of_list(file)
                self._found[file] = entries(text, file)
            except ListError as error:
                self._found[file] = str(error)
        found = self._found[file]
        if isinstance(found, str):
            self._wrong.append(((*place, "file"), found))
            return sought
        if place[-1] == "word" and (empty := next((one for one in found.texts if not _has_word(one)), None)):
            says = f'{clean(file, 80)}: a word to look for has a letter or a digit; "{clean(empty, 40)}" has none'
            self._wrong.append(((*place, "file"), says))
        return found

    def remarks(self, rules: Rules) -> tuple[Remark, ...]:
        """What is wrong with lists, where the rules name them."""
        return tuple(Remark(place, f'rule "{rules.rule[int(place[1])].name}": {says}') for place, says in self._wrong)


def _has_word(text: str) -> bool:
    return any(phrase.strip() for phrase in Sought(texts=(text,)).phrases)


def text_of_list(file: str) -> str:
    """The text of a list's file. Raises ListError."""
    named = f'the list "{clean(file, 80)}"'
    try:
        path = Path(file)
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without end
            raise ListError(f"{named} is no file; name a text file")
        if path.stat().st_size > MOST_BYTES:
            raise ListError(f"{named} is larger than {MOST_BYTES:,} octets; one list has at most {MOST_TEXTS:,} texts")
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ListError(f"{named} does not exist; paths begin in the folder where Salver is started") from None
    except UnicodeDecodeError:
        raise ListError(f"{named} is no UTF-8; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "its name can be no file's"
        raise ListError(f"{named} cannot be read: {why}") from None


def entries(text: str, file: str) -> Sought:
    """What is on a list. Raises ListError."""
    named = clean(file, 80)
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.split("\n"), 1))
    found: dict[str, int] = {}
    for number, entry in lines:
        if len(entry) > LONGEST:
            raise ListError(f"{named}, line {number}: a text has at most {LONGEST} characters")
        if entry:
            found.setdefault(entry, number)
    if not found:
        raise ListError(f"the list {named} is empty; write some texts, one a line")
    if len(found) > MOST_TEXTS:
        raise ListError(f"the list {named} has {len(found):,} texts; at most {MOST_TEXTS:,} are on one list")
    try:
        return Sought(texts=tuple(found), file=file)
    except ValidationError:
        number = next(number for entry, number in found.items() if not _may_be_sought(entry))
        raise ListError(f"{named}, line {number}: there is nothing to be seen in this text; take it out") from None


def _may_be_sought(entry: str) -> bool:
    try:
        return bool(Sought(texts=(entry,)))
    except ValidationError:
        return False
