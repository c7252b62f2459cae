"""vCards (2.1, 3.0 and 4.0) -> the people in them; a mistake is told with file, line and field.

Names and addresses only. Written by us because the one library that is kept (vobject) gives up on what phones write
as version 2.1: quoted-printable over several lines. The forms followed are those of RFC 6350 (4.0), RFC 2426 (3.0)
and the older vCard 2.1, with what exports make of them: bare parameters, lines folded within a letter, base64
without indentation, one card inside another (AGENT).
"""

from __future__ import annotations

import base64
import codecs
import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.person import PeopleError, Person
from pipeline.profile import cleaned

_BASE64 = frozenset(("BASE64", "B"))
_CHARSETS = re.compile(
    r"UTF-?8|UTF-16(LE|BE)?|(US-)?ASCII|ISO-?8859-\d{1,2}|(WINDOWS-|CP-?)125\d|KOI8-[RU]|SHIFT[-_]JIS|EUC-(JP|KR)"
    r"|ISO-2022-JP|GB2312|GBK|GB18030|BIG5"
)
"""What exports name; a codec of another name does anything."""

_FOLDS = 50
"""Lines over which the parameters of a field are folded at most."""

_READ = frozenset(("FN", "N", "EMAIL", "VERSION", "KIND", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND"))


class _Line(NamedTuple):
    """A whole property: where it begins, its name without group, its parameters in capitals, its octets."""

    number: int
    name: str
    parameters: tuple[str, ...]
    value: bytes


def read_vcards(file: str, raw: bytes) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The people in it, and what was left out. Raises PeopleError."""
    people: list[Person] = []
    warnings: list[str] = []
    card: list[_Line] = []
    begun: list[int] = []
    for line in _lines(file, _octets(file, raw)):
        value = line.value.strip().upper()
        if line.name == "BEGIN" and value == b"VCARD":
            begun.append(line.number)
        elif line.name == "END" and value == b"VCARD":
            if not begun:
                raise PeopleError(f"{file}, line {line.number}, END: no card begins before it")
            begun.pop()
            if not begun:
                people += _person(file, card, warnings)
                card = []
        elif not begun:
            raise PeopleError(f"{file}, line {line.number}, {line.name}: it stands in no card (BEGIN:VCARD is missing)")
        elif len(begun) == 1:
            card.append(line)
    if begun:
        raise PeopleError(f"{file}, line {begun[0]}, BEGIN: the card that begins here has no END:VCARD")
    return tuple(people), tuple(warnings)


def _octets(file: str, raw: bytes) -> bytes:
    """Without a byte order mark, and as UTF-8 where it was UTF-16."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16").encode()
        except UnicodeError:
            raise PeopleError(f"{file}, line 1: it begins like UTF-16 and is none; save it as UTF-8") from None
    return raw.removeprefix(codecs.BOM_UTF8)


def _lines(file: str, raw: bytes) -> Iterator[_Line]:
    """Every property, its folded lines joined. Raises PeopleError for a line that is none."""
    lines = re.split(rb"\r\n|\r|\n", raw)
    spaced = False  # version 2.1 folds before a space, the others fold with a space more
    at = 0
    while at < len(lines):
        number, text = at + 1, lines[at]
        at += 1
        if not text.strip():
            continue
        name, parameters, colon, value = _parted(text)
        while (
            not colon and at < min(len(lines), number + _FOLDS) and lines[at][:1] in (b" ", b"\t")
        ):  # folded within its parameters
            text += lines[at] if spaced else lines[at][1:]
            at += 1
            name, parameters, colon, value = _parted(text)
        if not colon:
            raise PeopleError(
                f'{file}, line {number}: "{_shown(text)}" is no field; a field is a name, a colon, a value'
            )
        pieces = [value]
        while at < len(lines) and _goes_on(lines[at], pieces[-1], parameters):
            folded = lines[at][:1] in (b" ", b"\t")
            pieces.append(lines[at] if spaced or not folded else lines[at][1:])
            at += 1
        spaced = spaced or (name == "VERSION" and value.strip() == b"2.1")
        if _printable(parameters):
            pieces = [piece.rstrip()[:-1] if piece.rstrip().endswith(b"=") else piece for piece in pieces]
        yield _Line(number, name, parameters, b"".join(pieces))


def _goes_on(line: bytes, before: bytes, parameters: tuple[str, ...]) -> bool:
    """Whether `line` belongs to the property whose last line so far is `before`."""
    if _printable(parameters) and before.rstrip().endswith(b"="):
        return True
    if line[:1] in (b" ", b"\t"):
        return True
    return bool(line.strip()) and b":" not in line and any(_bare(each) in _BASE64 for each in parameters)


def _parted(text: bytes) -> tuple[str, tuple[str, ...], bool, bytes]:
    """Name, parameters, whether there is a colon, and what is behind it. A quoted parameter may hold a colon."""
    quoted = False
    cut = len(text)
    for at, octet in enumerate(text):
        if octet == 0x22:
            quoted = not quoted
        elif octet == 0x3A and not quoted:
            cut = at
            break
    if cut == len(text) and b":" in text and quoted:  # a quotation mark that none closes: parted by the first colon
        cut = text.index(b":")
    name, *parameters = text[:cut].decode("ascii", "replace").upper().split(";")
    return name.rpartition(".")[2].strip(), tuple(parameters), cut < len(text), text[cut + 1 :]


def _bare(parameter: str) -> str:
    """`ENCODING=QUOTED-PRINTABLE`, or as version 2.1 allows `QUOTED-PRINTABLE` -> the value."""
    return parameter.rpartition("=")[2].strip().strip('"')


def _printable(parameters: tuple[str, ...]) -> bool:
    return any(_bare(each) == "QUOTED-PRINTABLE" for each in parameters)


def _person(file: str, card: list[_Line], warnings: list[str]) -> Iterator[Person]:
    """The person of a card; nobody for a company, a group, or a card without name and address."""
    fields: dict[str, list[tuple[int, str]]] = {}
    for line in card:
        if line.name in _READ:
            fields.setdefault(line.name, []).append((line.number, _text(file, line)))
    kinds = {
        value.strip().upper() for name in ("KIND", "X-ADDRESSBOOKSERVER-KIND") for _, value in fields.get(name, ())
    }
    kinds |= {value.strip().upper() for _, value in fields.get("X-ABSHOWAS", ())}
    if kinds & {"ORG", "GROUP", "COMPANY", "LOCATION"}:
        return
    names = [cleaned(_plain(value)) for _, value in fields.get("FN", ())]
    for _, value in fields.get("N", ()):
        family, given, *_ = [_plain(part) for part in re.split(r"(?<!\\);", value)] + ["", ""]
        names.append(cleaned(f"{given} {family}"))
    addresses = []
    for number, value in fields.get("EMAIL", ()):
        address = _plain(value).strip().strip("<>").lower().removeprefix("mailto:")
        if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            addresses.append(address)
        elif address:
            warnings.append(f"{file}, line {number}, EMAIL: left out, it is no e-mail address")
    called = tuple(dict.fromkeys(name for name in names if name))
    if called or addresses:
        yield Person(called, tuple(dict.fromkeys(addresses)))


def _text(file: str, line: _Line) -> str:
    where = f"{file}, line {line.number}, {line.name}"
    charset = next((_bare(each) for each in line.parameters if each.strip().startswith("CHARSET=")), "UTF-8")
    if not _CHARSETS.fullmatch(charset):
        raise PeopleError(f'{where}: we know no CHARSET "{charset[:40]}"; export the contacts once more, as UTF-8')
    try:
        raw = line.value
        if _printable(line.parameters):
            raw = quopri.decodestring(raw)
        elif any(_bare(each) in _BASE64 for each in line.parameters):
            raw = base64.b64decode(raw)
        return raw.decode(charset)
    except (LookupError, ValueError):
        raise PeopleError(f"{where}: this is no {charset}; export the contacts once more, as UTF-8") from None


def _plain(text: str) -> str:
    """Without the escapes of RFC 6350, 3.4."""
    return re.sub(r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], text)


def _shown(text: bytes) -> str:
    return cleaned(text[:40].decode("utf-8", "replace"))
