"""A template's slots, and the table that fills them: {first_name}, {{company}}, [topic], %NAME%, <company>."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.coach.drafts import CoachError, check

MOST_ROWS = 1_000
MOST_TOLD = 10
"""mistakes of one table that are told at once"""
_NAME = r"[^\W\d_][\w .'/-]{0,39}"
_SLOT = re.compile(
    rf"\{{\{{\s*(?P<double>{_NAME}?)\s*\}}\}}|\$?\{{\s*(?P<single>{_NAME}?)\s*\}}|\[\s*(?P<square>{_NAME}?)\s*\]"
    rf"|(?<![\w%])%%?(?P<percent>{_NAME}?)%%?(?!\w)|<\s*(?P<angle>{_NAME}?)\s*>|«\s*(?P<merge>{_NAME}?)\s*»"
    r"|\*\|(?P<bar>[A-Za-z]\w{0,39})\|\*"
)
_NO_SLOT = frozenset(("sic", "removed", "redacted", "b", "i", "br", "p", "em", "strong"))


class Slot(NamedTuple):
    """A place to be filled: its name as written, what it is looked up by, and where it stands."""

    name: str
    key: str
    start: int
    end: int


class Row(NamedTuple):
    """One line of the table: its number in the file, and the values by key."""

    line: int
    values: Mapping[str, str]


class Table(NamedTuple):
    """What fills a template; `unused` are columns without a slot."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...]


def key_of(name: str) -> str:
    """`First Name`, `first_name` and `FIRST-NAME` are one."""
    return "".join(char for char in name.casefold() if char.isalnum())


def slots_of(text: str) -> tuple[Slot, ...]:
    """Every slot, in order."""
    found = []
    for match in _SLOT.finditer(text):
        name = next((part for part in match.groups() if part), "").strip()
        if key_of(name) and not _NO_SLOT & set(name.casefold().split()):
            found.append(Slot(name, key_of(name), match.start(), match.end()))
    return tuple(found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The template with each slot's value in its place; a slot without one is left open."""
    parts, at = [], 0
    for slot in slots_of(text):
        parts += [text[at : slot.start], values.get(slot.key, text[slot.start : slot.end])]
        at = slot.end
    return "".join((*parts, text[at:]))


def fixed(text: str) -> str:
    """What every receiver gets: the template without its slots and the gaps they leave."""
    slots = slots_of(text)
    if not slots:
        return text
    bare = filled(text, {slot.key: "" for slot in slots})
    return re.sub(r"[ \t]{1,40}([,.;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", bare)).strip()


def read_table(text: str, where: str, slots: Sequence[Slot]) -> Table:
    """The rows of a CSV file whose header names the slots. Raises CoachError, which tells each mistake by its line."""
    records = _records(text, where)
    if not records:
        raise CoachError(f"{where}: there is nothing in it; write a header with the names of the slots, then the rows")
    (_, header), *rest = records
    keys = [key_of(name) for name in header]
    _check_header(header, keys, f"{where}, line {records[0][0]}", slots)
    if not rest:
        raise CoachError(f"{where}: below the header there are no rows; write one for each person")
    if len(rest) > MOST_ROWS:
        raise CoachError(f"{where}: {len(rest)} rows; at most {MOST_ROWS} are judged at once, so split it")
    wrong: list[str] = []
    for line, cells in rest:
        wrong += _mistakes(cells, header, f"{where}, line {line}")
    if wrong:
        more = [f"... and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
        raise CoachError("\n".join(wrong[:MOST_TOLD] + more))
    used = {slot.key for slot in slots}
    rows = (Row(line, {key: cell.strip() for key, cell in zip(keys, cells, strict=True)}) for line, cells in rest)
    return Table(tuple(rows), tuple(name for name, key in zip(header, keys, strict=True) if key not in used))


def _records(text: str, where: str) -> list[tuple[int, list[str]]]:
    """Each record with the line it begins on; empty lines are none."""
    first = text.lstrip("\r\n").splitlines()[:1]
    delimiter = max(",;\t", key=lambda mark: first[0].count(mark)) if first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CoachError(
            f"{where}, line {line}: this is no CSV ({error}); a quotation mark within quotes is written twice"
        ) from None
    return found


def _check_header(header: Sequence[str], keys: Sequence[str], at: str, slots: Iterable[Slot]) -> None:
    wrong = []
    for number, (name, key) in enumerate(zip(header, keys, strict=True), 1):
        check(name.replace("\n", " "), f"{at}, column {number}")
        if not key:
            wrong.append(f"{at}: column {number} has no name; give it one, or take it out")
        elif key in keys[: number - 1]:
            wrong.append(f"{at}: {name.strip()}: this column is there twice; keep one of them")
    known = ", ".join(name.strip() for name in header if name.strip())
    for key, name in {slot.key: slot.name for slot in slots}.items():
        if key not in keys:
            wrong.append(f"{at}: {name}: the template has this slot, and no column fills it; there are {known}")
    if wrong:
        raise CoachError("\n".join(wrong[:MOST_TOLD]))


def _mistakes(cells: Sequence[str], header: Sequence[str], at: str) -> list[str]:
    if len(cells) > len(header):
        return [f"{at}: {len(cells)} cells below {len(header)} columns; put a value that holds the delimiter in quotes"]
    if len(cells) < len(header):
        return [f"{at}: {header[len(cells)].strip()}: this cell is missing"]
    found = []
    for name, cell in zip(header, cells, strict=True):
        try:
            for each in cell.splitlines():
                check(each, f"{at}, {name.strip()}")
        except CoachError as error:
            found.append(str(error))
    return found
