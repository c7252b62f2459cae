"""What the owner gives -> a draft: read within bounds, refused with file, line and column where it is no text.

Sentences are found here too, so that each can be taken out for a try.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

from stages.sources.linkedin.default_texts import GREETING

MOST = 20_000
"""characters of a draft; nobody's note has a tenth of it"""
WITH_REQUEST, FREE, INMAIL = 300, 200, 1_900
"""characters LinkedIn takes with a request, with one of a free account, and in an InMail"""
_MOST_BYTES = 8_000_000
_HOLLOW = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""letters and signs that are drawn as nothing"""
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])|\n+")
_ABBREVIATIONS = frozenset(
    ("dr", "mr", "mrs", "ms", "prof", "st", "e.g", "i.e", "z.b", "bzw", "vs", "inc", "ltd", "sr", "sra")
)


class CoachError(Exception):
    """What was given cannot be coached; the text says where, what, and what to do."""


def read_bytes(file: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises CoachError."""
    try:
        if str(file) == "-":
            raw = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with file.open("rb") as opened:
                raw = opened.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise CoachError(f"{file}: there is no such file; name one that exists") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise CoachError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > _MOST_BYTES:
        raise CoachError(f"{called(file)}: more than {_MOST_BYTES // 1_000_000} MB; that is no text of yours")
    return raw


def called(file: Path) -> str:
    """What people call the file."""
    return "standard input" if str(file) == "-" else str(file)


def decoded(raw: bytes, where: str) -> str:
    """UTF-8, or UTF-16 that says so. Raises CoachError with the line."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise CoachError(f"{where}: this is a document, not plain text; save it as text (of a table: CSV UTF-8)")
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CoachError(f"{where}, line {line}: this is no UTF-8; save it as UTF-8 (of a table: CSV UTF-8)") from None


def draft_of(text: str, where: str) -> str:
    """The draft, with plain line ends. Raises CoachError for what cannot be a note."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    for line, content in enumerate(text.split("\n"), 1):
        check(content, f"{where}, line {line}")
    if len(text) > MOST:
        limits = f"LinkedIn takes {WITH_REQUEST} characters with a request and {INMAIL} in an InMail"
        raise CoachError(f"{where}: {len(text)} characters are no note; {limits}, so shorten it first")
    return text


def check(line: str, where: str) -> None:
    """Raises CoachError where a line holds what no keyboard writes."""
    for column, char in enumerate(line, 1):
        category = unicodedata.category(char)
        if category == "Cs" or (category == "Cc" and char != "\t"):
            what = "half of a character" if category == "Cs" else f"a control character (U+{ord(char):04X})"
            raise CoachError(f"{where}, column {column}: {what} stands here; is this plain text? Take it out")


def visible(text: str) -> bool:
    """Whether anything of it can be seen."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _HOLLOW for char in text)


def hidden(text: str) -> tuple[str, ...]:
    """Invisible characters that spell nothing, each once, as U+ numbers; the joiners spell words and faces."""
    found = (char for char in text if unicodedata.category(char) == "Cf" and char not in "\u200c\u200d")
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in found if not 0xE0020 <= ord(char) <= 0xE007F))


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence begins and ends, in order; a greeting belongs to none."""
    greeting = GREETING.match(text)
    start = greeting.end() if greeting else 0
    found: list[tuple[int, int]] = []
    for end, begins in [*((m.end(), m.end()) for m in _END.finditer(text, start)), (len(text), len(text))]:
        piece = text[start:end].rstrip()
        last = piece.rsplit(maxsplit=1)[-1].lower().strip("(\"'.") if piece else ""
        if piece.endswith(".") and last in _ABBREVIATIONS and end < len(text):
            continue
        if visible(piece):
            found.append((start, start + len(piece)))
        start = begins
    return tuple(found)


def without(text: str, *spans: tuple[int, int]) -> str:
    """The text without these sentences, and without the gaps they leave."""
    for begin, end in sorted(spans, reverse=True):
        before, after = text[:begin].rstrip(" \t"), text[end:].lstrip(" \t")
        gap = "" if not before or not after or before.endswith("\n") or after.startswith("\n") else " "
        text = before + gap + after
    return text.strip()
