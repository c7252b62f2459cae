"""A folder or zip of CSV files -> their rows, in memory; a mistake is told with file, line and field."""

from __future__ import annotations

import codecs
import csv
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process

from pipeline.profile import cleaned

MOST_BYTES = 32 * 1024 * 1024
"""Of one file of the export; 30,000 connections are about 4 MB."""
MOST_LINES_BEFORE_HEADER = 20

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DATES = (
    r"(?P<year>[0-9]{4})",
    r"(?P<year>[0-9]{4})-(?P<number>[0-9]{2})(-(?P<day>[0-9]{2}))?",
    r"((?P<day>[0-9]{1,2}) )?(?P<month>[a-z]{3,})\.? (?P<year>[0-9]{4})",
    r"(?P<month>[a-z]{3,})\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})",
)


class ExportError(Exception):
    """The export cannot be used; the text says where, what, and what to do."""


class Row(NamedTuple):
    """A row of a file: where it begins, and its fields by column; columns that the file lacks are empty."""

    file: str
    line: int
    fields: dict[str, str]

    def at(self, column: str) -> str:
        return f"{self.file}, line {self.line}, {column}"

    def day(self, column: str) -> date | None:
        """The date in this column, its first day where only year or month are given; None if empty.

        Raises ExportError.
        """
        text = self.fields[column]
        if not text or text.casefold() == "present":
            return None
        for pattern in _DATES:
            if found := re.fullmatch(pattern, text.casefold()):
                given = found.groupdict()
                named = [n for n, month in enumerate(MONTHS, 1) if month.startswith(given.get("month") or "-")]
                month = int(given.get("number") or (named[0] if named else 0 if given.get("month") else 1))
                try:
                    day = date(int(given["year"]), month, int(given.get("day") or 1))
                except ValueError:
                    break
                if 1900 <= day.year <= 2100:
                    return day
        raise ExportError(f'{self.at(column)}: "{text}" is no date; write it as 03 Nov 2026, Nov 2026 or 2026')


def rows_of(
    name: str, raw: bytes, required: tuple[str, ...], optional: tuple[str, ...], warnings: list[str]
) -> Iterator[Row]:
    """The rows below the header, which may stand below a few lines of notes. Raises ExportError."""
    lines = re.split(r"\r\n|\r|\n", _text(name, raw))
    number, header = _header(name, lines, required, optional)
    for column in (*required, *optional):
        if header.count(column.casefold()) > 1:
            raise ExportError(f'{name}, line {number}: there are two columns "{column}"; keep one of them')
        if column.casefold() not in header:
            warnings.append(f'{name}, line {number}: there is no column "{column}"; what it says is not known')
    places = {
        column: header.index(column.casefold()) for column in (*required, *optional) if column.casefold() in header
    }
    reader = csv.reader((f"{line}\n" for line in lines[number:]), strict=True)
    while True:
        begins = number + reader.line_num + 1
        try:
            cells = [cleaned(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise ExportError(f"{name}, line {begins}: {_quoting(error)}") from None
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        if len(cells) != len(header):
            warnings.append(
                f"{name}, line {begins}: left out; it has {len(cells)} fields, the header {len(header)} (a comma "
                "without quotation marks?)"
            )
            continue
        found = {column: cells[place] for column, place in places.items()}
        yield Row(name, begins, {column: found.get(column, "") for column in (*required, *optional)})


def _quoting(error: csv.Error) -> str:
    if "end of data" in str(error):
        return "a quotation mark opens a field here, and none closes it"
    if "limit" in str(error):
        return "a field is too long; is a closing quotation mark missing?"
    return f"the quotation marks are wrong here ({error}); inside a field each is written twice"


def _header(name: str, lines: list[str], required: tuple[str, ...], optional: tuple[str, ...]) -> tuple[int, list[str]]:
    """The number of the header line, counted from 1, and its columns in lower case. Raises ExportError."""
    best, most = 0, -1
    for number, line in enumerate(lines[:MOST_LINES_BEFORE_HEADER], 1):
        columns = _columns(line)
        if all(column.casefold() in columns for column in required):
            return number, columns
        count = sum(column.casefold() in columns for column in (*required, *optional))
        if line.strip() and count > most:
            best, most = number, count
    if not best:
        raise ExportError(f"{name} is empty; it should begin with a line of column names")
    line = lines[best - 1]
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if all(column.casefold() in _columns(line, mark) for column in required):
            raise ExportError(f"{name}, line {best}: the fields are parted by {called}; LinkedIn parts them by commas")
    missing = next(column for column in required if column.casefold() not in _columns(line))
    shown = [cleaned(cell)[:40] for cell in next(csv.reader([line]), [])][:15]
    near = process.extractOne(missing, shown, score_cutoff=70)
    hint = f'did you mean "{near[0]}"?' if near else "its columns are " + ", ".join(f'"{each}"' for each in shown)
    raise ExportError(f'{name}, line {best}: there is no column "{missing}"; {hint}')


def _columns(line: str, mark: str = ",") -> list[str]:
    try:
        return [cleaned(cell).casefold() for cell in next(csv.reader([line], delimiter=mark), [])]
    except csv.Error:
        return []


def _text(name: str, raw: bytes) -> str:
    """UTF-8 or UTF-16, by their marks, or by the NULs that UTF-16 puts beside ASCII. Raises ExportError."""
    encoding = "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in raw[:2]:
        encoding = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise ExportError(f"{name}, line {line}: this is neither UTF-8 nor UTF-16; save it as UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ExportError(f"{name}, line {line}: there is a NUL character; this is no text")
    return text


def files(path: Path, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """The wanted files by name; never written anywhere. Raises ExportError."""
    if path.is_dir():
        return _from_folder(path, wanted)
    if not path.is_file():
        raise ExportError(f"{path}: there is no such file or folder")
    try:
        with zipfile.ZipFile(path) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
            return {name: _member(path, archive, inner) for name, inner in _pick(path, names, wanted).items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise ExportError(f"{path} is no zip file, or a broken one ({error}); download it once more") from None


def _pick(path: Path, names: Iterable[str], wanted: tuple[str, ...]) -> dict[str, str]:
    """Which of the names inside the export is which file: at the top, or in one folder. Raises ExportError."""
    candidates: dict[str, list[tuple[int, str]]] = {}
    called = {name.casefold(): name for name in wanted}
    for inner in names:
        *folders, last = inner.replace("\\", "/").removeprefix("./").split("/")
        if last.casefold() in called and len(folders) <= 1 and not set(folders) & {"..", "", "__MACOSX"}:
            candidates.setdefault(called[last.casefold()], []).append((len(folders), inner))
    picked = {}
    for name, places in candidates.items():
        places.sort()
        if len(places) > 1 and places[0][0] == places[1][0]:
            raise ExportError(f"{path}: there are two: {places[0][1]} and {places[1][1]}; keep the newer")
        picked[name] = places[0][1]
    return picked


def _member(path: Path, archive: zipfile.ZipFile, inner: str) -> bytes:
    entry = archive.getinfo(inner)
    if entry.flag_bits & 1:
        raise ExportError(f"{path}, {inner}: it is encrypted; unpack the export and name the folder")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # The others unpack as much at once as they like, whatever we ask for.
        raise ExportError(f"{path}, {inner}: it is packed in a way we do not open; unpack it and name the folder")
    try:
        with archive.open(entry) as file:
            return _bounded(f"{path}, {inner}", file.read(MOST_BYTES + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ExportError(f"{path}, {inner}: it is broken ({error}); download the export once more") from None


def _bounded(where: str, raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise ExportError(f"{where}: it is larger than {MOST_BYTES // 1024**2} MB; no such file of an export is")
    return raw


def _from_folder(path: Path, wanted: tuple[str, ...]) -> dict[str, bytes]:
    try:
        inside = sorted(path.iterdir())
        folders = [each for each in inside if each.is_dir() and not each.is_symlink()]
        inside += [file for folder in folders for file in sorted(folder.iterdir())]
        names = [each.relative_to(path).as_posix() for each in inside if not each.is_dir()]
        found = {}
        for name, inner in _pick(path, names, wanted).items():
            if not stat.S_ISREG((path / inner).lstat().st_mode):
                raise ExportError(f"{path / inner} is a link or no plain file; put the file itself there")
            with (path / inner).open("rb") as file:
                found[name] = _bounded(str(path / inner), file.read(MOST_BYTES + 1))
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error}") from None
    return found
