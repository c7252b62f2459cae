"""Files of texts that rules compare with: one a line; a remark begins with # at its start or behind white space."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from pydantic import ValidationError

from pipeline.owners_file import MOST_LIST as MOST_BYTES, text_in, why
from stages.header import clean
from stages.rules.conditions import LONGEST, MOST_TEXTS, Sought
from stages.rules.language import Rules
from stages.rules.walking import Place, Remark

_REMARK = re.compile(r"(?:^|\s)#")
_IN_QUOTES = re.compile(r"""\s*(?:"([^"]+)"|“([^“”]+)”|'([^']+)')\s*(?:#.*)?""")
"""An entry in quotes, which are no part of it; what is in them is no remark."""


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
        return text_in(Path(file), MOST_BYTES)
    except FileNotFoundError:
        raise ListError(f"{named} does not exist; paths begin in the folder where Salver is started") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ListError(f"{named} is no UTF-8 (line {line}); save it as UTF-8") from None
    except (OSError, ValueError) as error:
        many = f"; one list has at most {MOST_TEXTS:,} texts" if getattr(error, "errno", 0) == errno.EFBIG else ""
        raise ListError(f"{named} cannot be read: {why(error)}{many}") from None


def entries(text: str, file: str) -> Sought:
    """What is on a list. Raises ListError."""
    named = clean(file, 80)
    lines = ((number, _entry(line)) for number, line in enumerate(text.split("\n"), 1))
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


def _entry(line: str) -> str:
    """The text on a line, without a remark behind it and without quotes around it."""
    if quotes := _IN_QUOTES.fullmatch(line):
        return next(text for text in quotes.groups() if text).strip()
    return _REMARK.split(line, maxsplit=1)[0].strip()


def _may_be_sought(entry: str) -> bool:
    try:
        return bool(Sought(texts=(entry,)))
    except ValidationError:
        return False
