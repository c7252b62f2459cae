"""raw bytes -> Parts: the MIME tree found by its boundary lines alone, before any parser sees it. Linear."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.message import Message

from stages.fields import header_end, known_charset, raw_fields
from stages.settings import Limits

_DASHED = re.compile(rb"^--([^\r\n]+)", re.MULTILINE)
_FIELD_BYTES = 8_192
_PARAMETERS = 100
"""of one MIME field; the standard library takes quadratic time on them, several times a part"""
TEXT_BYTES = 200_000
"""Octets of plain text that are read in one mail."""


class TooComplex(ValueError):
    """A mail whose MIME structure is not parsed; the text says why, for a person."""


@dataclass
class Part:
    """One MIME part: where its body lies, and what its header says of it."""

    start: int
    end: int
    depth: int
    type: str = "text/plain"
    encoding: str = ""
    boundary: bytes = b""


def _described(block: bytes, start: int, depth: int, default: str) -> Part:
    """What a part's MIME fields say, in the words of the standard library (what mail-parser will see, too)."""
    said = Message()
    for name, value in raw_fields(block):
        if not name.startswith("content-"):
            continue
        if len(value) > _FIELD_BYTES:
            raise TooComplex("a MIME field in it is far too long")
        if value.count(b";") > _PARAMETERS:
            raise TooComplex("a MIME field in it has far too many parameters")
        # Of repeated fields the lowest is what a signature covers (RFC 6376 5.4.2).
        del said[name]
        said[name] = value.decode("ascii", "surrogateescape")
    kind = said.get_content_type() if "content-type" in said else default
    charset = said.get_content_charset()
    if charset and kind.startswith("text/") and not known_charset(charset):
        kind = kind if _harmless(charset) else "application/octet-stream"
    boundary = said.get_boundary() if kind.startswith("multipart/") else None
    encoding = str(said.get("content-transfer-encoding", "")).strip().lower()
    return Part(start, -1, depth, kind, encoding, (boundary or "").encode("utf-8", "surrogateescape"))


def _harmless(charset: str) -> bool:
    """True if Python knows no codec of this name: then mail-parser reads UTF-8. Some codecs are no character sets."""
    try:
        b"".decode(charset)
    except Exception:
        return True
    return False


def structure(raw: bytes, block: bytes, start: int, limits: Limits) -> tuple[Part, ...]:
    """All parts of the mail whose header block is `block` and whose body begins at `start`, outermost first.

    Raises TooComplex beyond the limits on parts, depth and the size of a part's header block.
    """
    parts: list[Part] = []
    open_parts: list[Part] = []
    places: dict[bytes, int] = {}

    def enter(block: bytes, start: int, default: str) -> int:
        """Open the part described by `block`, and what an attached mail holds. Where its body begins."""
        while True:
            part = _described(block, start, len(open_parts), default)
            parts.append(part)
            if len(parts) > limits.parts:
                raise TooComplex(f"it has more than {limits.parts:,} MIME parts")
            if part.depth > limits.depth:
                raise TooComplex(f"its MIME parts lie more than {limits.depth} levels deep")
            if part.boundary:
                places.setdefault(part.boundary, len(open_parts))
            open_parts.append(part)
            if part.type != "message/rfc822" or part.encoding in ("base64", "quoted-printable", "x-uuencode"):
                return start
            end, body = header_end(raw, start, limits.header_bytes)
            if end - start > limits.header_bytes:
                raise TooComplex(f"a header block inside it is larger than {limits.header_bytes // 1000} kB")
            block, start, default = raw[start:end], body, "text/plain"

    def leave(level: int, at: int) -> None:
        for part in open_parts[level:]:
            part.end = max(part.start, at)
            if places.get(part.boundary) == part.depth:
                del places[part.boundary]
        del open_parts[level:]

    resume = enter(block, start, "text/plain")
    for line in _DASHED.finditer(raw, start):
        if line.start() < resume or not places:
            continue
        name = line[1].rstrip(b" \t")
        closing = name not in places and name.endswith(b"--")
        level = places.get(name[:-2] if closing else name)
        if level is None:
            continue
        leave(level + 1, line.start())
        if closing:
            continue
        below = raw.find(b"\n", line.end()) + 1 or len(raw)
        end, resume = header_end(raw, below, limits.header_bytes)
        if end - below > limits.header_bytes:
            raise TooComplex(f"a header block inside it is larger than {limits.header_bytes // 1000} kB")
        resume = enter(
            raw[below:end],
            resume,
            "message/rfc822" if open_parts[level].type == "multipart/digest" else "text/plain",
        )
    leave(0, len(raw))
    return tuple(parts)


def readable(raw: bytes, start: int, parts: tuple[Part, ...], limits: Limits) -> bytes:
    """The body with everything cut out that is no text of this mail itself: attachments, attached mails, overlong text.

    mail-parser keeps about 6.4 times what it is given, so it is given little. Raises TooComplex if much is left.
    """
    # Four octets of quoted-printable or base64 hold at least one: HTML cut here is still seen to be too large.
    budget = {"text/plain": TEXT_BYTES, "text/html": 4 * limits.html_bytes}
    most = sum(budget.values()) + TEXT_BYTES
    kept: list[bytes] = []
    at = start
    for part in parts:
        if part.start < at or part.type.startswith("multipart/"):
            continue
        cut = part.start + budget.get(part.type, 0)
        if part.type in budget:
            budget[part.type] -= min(budget[part.type], part.end - part.start)
        if cut < part.end:
            kept.append(raw[at:cut] + b"\n" * (cut > part.start))
            at = part.end
    kept.append(raw[at:])
    if sum(map(len, kept)) > most:
        raise TooComplex("the text between its MIME parts is too long")
    return b"".join(kept)


def attached_mails(raw: bytes, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
    """The bytes of every mail attached to this one; not of those attached to the attached."""
    found: list[bytes] = []
    at = 0
    for part in parts:
        if part.type == "message/rfc822" and part.start >= at:
            found.append(_decoded(raw, part))
            at = part.end
    return tuple(found)


def mime_fields(block: bytes) -> bytes:
    """The MIME fields of a header block alone, one of each: all that mail-parser is told of the header."""
    fields = {name: value for name, value in raw_fields(block) if name.startswith("content-")}
    return b"".join(
        name.encode() + b": " + value.rstrip(b"\r\n").replace(b"\0", b"") + b"\n" for name, value in fields.items()
    )


def _decoded(raw: bytes, part: Part) -> bytes:
    """The bytes of an attached mail, exactly as they lay in the part; only a transfer encoding is undone."""
    body = raw[part.start : part.end]
    if part.encoding == "base64":
        return _base64_octets(body)
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    # The line break before a boundary line belongs to the boundary (RFC 2046 5.1.1).
    return re.sub(rb"\r?\n\Z", b"", body) if part.end < len(raw) else body


def _base64_octets(text: bytes) -> bytes:
    """Decoded base64, as far as it can be; empty if it cannot."""
    try:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return b""
