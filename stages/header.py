"""(name, text) -> the octets of a header field: the one place where our own fields are written.

Values travel through events as plain text. Here they become ASCII: controls and bidirectional overrides removed,
RFC 2047 encoded words where needed, folded at 76 columns (RFC 5322 2.2.3), CRLF line ends.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from base64 import b64encode
from datetime import UTC, datetime
from email.utils import format_datetime

from stages.events import Received

WIDTH = 76
_ENCODED_WORD = 54
"""Longest encoded word: with our longest field name it still fits on the first line (RFC 2047 2 allows 75)."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_JOINERS = "\u200c\u200d"
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_LATEST = 253_402_300_799_000
"""Last millisecond-rounded second of the year 9999, the end of what `datetime` can say."""

VERDICT = "X-Salver-Verdict"
REASON = "X-Salver-Reason"
RULE = "X-Salver-Rule"
CHANGE = "X-Salver-Change"
LABEL = "X-Salver-Label"
SUBJECT = "X-Salver-Subject"
"""Says what we put before the mail's own subject (`stages/subject.py`)."""
REQUEST = "X-Salver-Request"
MAIL = "X-Salver-Mail"
REMINDER = "X-Salver-Reminder"
CLOSING = "X-Salver-End"
"""Name of the last field, which bears no meaning: a mail that begins with white space continues this one."""
MAIL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def clean(text: str, limit: int | None = None) -> str:
    """`text` on one line, fit to be shown: no controls, line breaks, bidirectional or invisible characters, surrogates.

    White space is folded to single spaces. With `limit`, at most that many characters, the last one an ellipsis.
    """
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cc", "Zl", "Zp", "Zs"):
            kept.append(" ")
        elif category == "Cs":
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif category != "Cf" or char in _JOINERS:  # the joiners spell words and faces; other format characters deceive
            kept.append(char)
    line = " ".join("".join(kept).split())
    if limit is not None and len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return line


def field(name: str, text: str) -> bytes:
    """One header field with its CRLF. `text` is plain text of any kind and is cleaned here. ValueError: a bad name."""
    return _fold(name, _words(clean(text)))


def plain_field(name: str, text: str) -> bytes:
    """One header field of structured ASCII (addresses, ids, dates), which encoded words would break."""
    return _fold(name, clean(text).encode("ascii", "replace").decode("ascii").split(" "))


def when(milliseconds: int) -> datetime:
    """A time in UTC; times `datetime` cannot say are moved to the nearest one it can."""
    return datetime.fromtimestamp(min(max(milliseconds, 0), _LATEST) // 1000, UTC)


def trace(received: Received, hostname: str) -> str:
    """Value of our Received field (RFC 5321 4.4). A sole recipient is named; several are never told of each other."""
    helo = received.helo if re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,255}", received.helo) else "unknown"
    host = hostname if re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,255}", hostname) else "localhost"
    protocol = f" with {received.protocol}" if re.fullmatch(r"[A-Z0-9]{4,16}", received.protocol) else ""
    parts = [f"from {helo}"]
    if received.peer:
        parts.append(f"({_address_literal(received.peer)})")
    parts.append(f"by {host}{protocol} id {_mail_id(received.mail)}")
    if received.recipients == 1 and len(received.rcpt_to) == 1:
        recipient = received.rcpt_to[0]
        if re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-]{1,254}", recipient):
            parts.append(f"for <{recipient}>")
    return " ".join(parts) + "; " + format_datetime(when(received.received_at))


def prepend(trace_field: str, fields: tuple[tuple[str, str], ...], mail: str, raw: bytes) -> bytes:
    """What is filed: Received, our fields, X-Salver-Mail, a closing field without meaning, then `raw` untouched."""
    head = [plain_field("Received", trace_field)]
    head += [field(name, value) for name, value in fields]
    head += [plain_field(MAIL, _mail_id(mail)), plain_field(CLOSING, "-")]
    return b"".join(head) + raw


def _mail_id(mail: str) -> str:
    if not MAIL_ID.fullmatch(mail):
        raise ValueError("a mail id has letters, digits, dashes and underscores only, at most 64")
    return mail


def _address_literal(peer: str) -> str:
    """RFC 5321 4.1.3; what is no address (a Unix socket, a name) is said to be unknown."""
    try:
        address = ipaddress.ip_address(peer.split("%")[0])
    except ValueError:
        return "unknown"
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _words(line: str) -> list[str]:
    """Words that may be parted by folding; runs that are not plain ASCII become encoded words (RFC 2047 5, 6.2)."""
    words: list[str] = []
    run: list[str] = []
    for word in [*line.split(" "), None]:
        if word is not None and _needs_encoding(word):
            run.append(word)
            continue
        if run:  # white space between encoded words is dropped by readers, so a run carries its own
            words += _encoded(" ".join(run))
            run = []
        if word is not None:
            words.append(word)
    return words


def _needs_encoding(word: str) -> bool:
    # What only looks like an encoded word is encoded too, or a reader would decode it to whatever the sender wished.
    return not word.isascii() or "=?" in word or len(word) > _ENCODED_WORD


def _encoded(text: str) -> list[str]:
    """`text` as encoded words of at most `_ENCODED_WORD` characters, none of which splits a character."""
    q = sum(1 if byte in _Q_PLAIN or byte == 32 else 3 for byte in text.encode())
    encode = _q if q <= len(text.encode()) * 4 / 3 + 2 else _b
    out: list[str] = []
    chunk = ""
    for char in text:
        if len(encode(chunk + char)) > _ENCODED_WORD:
            out.append(encode(chunk))
            chunk = ""
        chunk += char
    return [*out, encode(chunk)]


def _q(text: str) -> str:
    octets = ("_" if byte == 32 else chr(byte) if byte in _Q_PLAIN else f"={byte:02X}" for byte in text.encode())
    return f"=?utf-8?q?{''.join(octets)}?="


def _b(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="


def _fold(name: str, words: list[str]) -> bytes:
    if not _NAME.fullmatch(name):
        raise ValueError("a header field's name has letters, digits and dashes only, at most 40")
    lines = [f"{name}:"]
    for word in words:
        # The first word stays beside the name: a first line without text is legal, but some readers trip over it.
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"
