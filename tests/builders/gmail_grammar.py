"""The grammar of the stand-in for Gmail: words of a command, sets of UIDs, parts of a mail, search keys (RFC 3501)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from imapclient.imap_utf7 import encode

from tests.builders.gmail import Letter

_TOKEN = re.compile(rb'BODY(?:\.PEEK)?\[[^\]]*\](?:<[^>]*>)?|\(|\)|"(?:\\.|[^"\\])*"|[^\s()"]+', re.DOTALL)
_PLAIN_ID = re.compile(r"<?[\w.+=$@-]+>?")
AT = "03-Mar-2026 10:00:00 +0000"
"""INTERNALDATE of every mail"""
Known = list[tuple[int, Letter]]
"""What a client knows to lie in its folder, by UID."""


def words_of(line: bytes) -> list[Any]:
    return [_plain(token) for token in _TOKEN.findall(line)]


def _plain(token: bytes) -> str:
    if token.startswith(b'"'):
        token = re.sub(rb"\\(.)", rb"\1", token[1:-1])
    return token.decode()


def nested(tokens: list[Any]) -> list[Any]:
    """( and ) to lists."""
    stack: list[list[Any]] = [[]]
    for token in tokens:
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    return stack[0]


def shown(word: Any) -> str:
    if isinstance(word, bytes):
        return f"{{{len(word)}}}"
    return f"({' '.join(map(shown, word))})" if isinstance(word, list) else str(word)


def quoted(text: str) -> str:
    return '"' + encode(text).decode().replace("\\", "\\\\").replace('"', '\\"') + '"'


def uid_set(text: str, known: Known) -> set[int]:
    last = known[-1][0] if known else 0
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition(":")
        ends = sorted(last if end == "*" else int(end) for end in (low, high or low))
        found |= set(range(ends[0], ends[1] + 1))
    return found


def part(raw: bytes, section: str) -> bytes:
    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    if not section:
        return raw
    if section == "HEADER":
        return head
    names = section.partition("(")[2].rstrip(")").upper().split()
    fields = re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n", head)
    return b"".join(one for one in fields if one.partition(b":")[0].decode().upper() in names) + b"\r\n"


def matches(keys: list[Any], uid: int, letter: Letter, known: Known) -> bool:
    """All of these search keys (RFC 3501 6.4.4), as many of them as are asked for here."""
    return not keys or (_key(keys, uid, letter, known) and matches(keys, uid, letter, known))


def _key(keys: list[Any], uid: int, letter: Letter, known: Known) -> bool:
    """The first key, taken off."""
    key = keys.pop(0).upper()
    if key == "OR":
        return any([_key(keys, uid, letter, known), _key(keys, uid, letter, known)])
    if key == "DELETED":
        return "\\Deleted" in letter.flags
    value = keys.pop(0)
    if key == "HEADER":
        return _header(value, keys.pop(0), letter)
    if key == "UID":
        return uid in uid_set(value, known)
    if key == "X-GM-RAW":
        return _header("Message-ID", f"<{value.removeprefix('rfc822msgid:')}>", letter)
    if key == "SINCE":
        return datetime.strptime(AT[:11], "%d-%b-%Y") >= datetime.strptime(value, "%d-%b-%Y")
    assert key in ("LARGER", "SMALLER"), key
    return len(letter.raw) > int(value) if key == "LARGER" else len(letter.raw) < int(value)


def _header(name: str, value: str, letter: Letter) -> bool:
    """Words, not parts of words; and no id with signs that are in none."""
    found = part(letter.raw, f"({name})").decode("utf-8", "replace").partition(":")[2].strip()
    if name.upper() == "MESSAGE-ID":
        return found == value and _PLAIN_ID.fullmatch(value) is not None
    return str(value) in found.split()
