"""raw bytes -> Parts: the MIME tree, found once, by its boundary lines alone, and guarded; mail-parser is handed it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from stages.fields import Fields, composed, header_end, raw_fields, text_of
from stages.settings import Limits

_DASHED = re.compile(rb"\n--([^\r\n]+)")
_COMMENT = re.compile(r"\([^()]*\)")
_FIELD_BYTES = 8_192
MAILS = ("message/rfc822", "message/global")
"""Types of an attached mail (RFC 2046 5.2.1, RFC 6532 3.7)."""
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
    told: Message
    """for mail-parser: its type, and whether it is attached or named; no other word of the sender"""
    type: str = "text/plain"
    encoding: str = ""
    charset: str = ""
    boundary: bytes = b""
    closed: int = 0
    """where the closing line of its boundary stands; 0 if it never comes"""
    file: str = ""
    """what it calls its file"""
    outside: bool = False
    """it lies below the closing line of what holds it, where no reader shows it"""


def _described(fields: Fields, start: int, depth: int, default: str) -> Part:
    """What a part's MIME fields say, as the standard library reads them. Of repeated fields the last counts."""
    said = Message()
    for name, value in {name: value for name, value in fields if name.startswith("content-")}.items():
        if len(value) > _FIELD_BYTES:
            raise TooComplex("a MIME field in it is far too long")
        if value.count(b";") > _PARAMETERS:
            raise TooComplex("a MIME field in it has far too many parameters")
        said[name] = value.rstrip(b"\r\n").replace(b"\0", b"").decode("ascii", "surrogateescape")
    of_type, of_disposition = _parameters(said, "content-type"), _parameters(said, "content-disposition")
    kind = said.get_content_type() if "content-type" in said else default
    told = Message()
    file = of_disposition.get("filename") or of_type.get("name") or ""
    told["content-type"] = f"{kind}; name=yes" if file else kind
    if disposition := said.get_content_disposition():
        told["content-disposition"] = disposition
    encoding = _COMMENT.sub(" ", str(said.get("content-transfer-encoding", ""))).strip(' \t\r\n"').lower()
    boundary = of_type.get("boundary", "") if kind.startswith("multipart/") else ""
    charset = of_type.get("charset", "")
    octets = boundary.encode("utf-8", "surrogateescape")
    return Part(start, -1, depth, told, kind, encoding, charset, octets, file=file)


def _parameters(said: Message, field: str) -> dict[str, str]:
    """The parameters of a MIME field, the first of each name. What character set they name (RFC 2231) is not asked."""
    found: Iterable[tuple[str, str | tuple[str, str, str]]] = reversed(said.get_params([], field)[1:])
    return {name.lower(): (value if isinstance(value, str) else value[2]).rstrip() for name, value in found}


class _Tree:
    """The parts of one mail while its boundary lines are read."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        self.raw = raw
        self.limits = limits
        self.parts: list[Part] = []
        self.inside: list[Part] = []
        """what the current line lies in, outermost first"""
        self.places: dict[bytes, int] = {}
        """boundary -> which of the open parts it divides"""

    def header(self, start: int) -> tuple[Fields, int]:
        """(fields, where the body begins) of the header block at `start`."""
        end, body = header_end(self.raw, start, self.limits.header_bytes)
        if end - start > self.limits.header_bytes:
            raise TooComplex(f"a header block inside it is larger than {self.limits.header_bytes // 1000} kB")
        return raw_fields(self.raw[start:end]), body

    def enter(self, fields: Fields, start: int, default: str) -> int:
        """Open the part with these fields, and what an attached mail holds. Where its body begins."""
        while True:
            part = _described(fields, start, len(self.inside), default)
            part.outside = bool(self.inside) and bool(self.inside[-1].closed or self.inside[-1].outside)
            self.parts.append(part)
            if len(self.parts) > self.limits.parts:
                raise TooComplex(f"it has more than {self.limits.parts:,} MIME parts")
            if part.depth > self.limits.depth:
                raise TooComplex(f"its MIME parts lie more than {self.limits.depth} levels deep")
            if part.boundary:
                self.places.setdefault(part.boundary, part.depth)
            self.inside.append(part)
            if part.type not in MAILS or part.encoding in ("base64", "quoted-printable", "x-uuencode"):
                return start
            fields, start = self.header(start)
            default = "text/plain"

    def leave(self, level: int, at: int) -> None:
        for part in self.inside[level:]:
            part.end = max(part.start, at)
            if self.places.get(part.boundary) == part.depth:
                del self.places[part.boundary]
        del self.inside[level:]


def structure(raw: bytes, fields: Fields, start: int, limits: Limits) -> tuple[Part, ...]:
    """All parts of the mail that has these header fields and whose body begins at `start`, outermost first.

    Raises TooComplex beyond the limits on parts, depth and the size of a part's header block.
    """
    tree = _Tree(raw, limits)
    # Of a mail's repeated fields the lowest is what a signature covers (RFC 6376 5.4.2); of a part's, readers take
    # the first.
    resume = tree.enter(fields, start, "text/plain")
    for line in _DASHED.finditer(raw, start - 1):
        at = line.start() + 1
        if at < resume or not tree.places:
            continue
        name = line[1].rstrip(b" \t")
        closing = name not in tree.places and name.endswith(b"--")
        level = tree.places.get(name[:-2] if closing else name)
        if level is None:
            continue
        tree.leave(level + 1, at)
        holder = tree.inside[level]
        if closing:
            holder.closed = holder.closed or at
            continue
        below, resume = tree.header(raw.find(b"\n", line.end()) + 1 or len(raw))
        resume = tree.enter(
            below[::-1], resume, "message/rfc822" if holder.type == "multipart/digest" else "text/plain"
        )
    tree.leave(0, len(raw))
    return tuple(tree.parts)


def text_tree(raw: bytes, start: int, parts: tuple[Part, ...], limits: Limits) -> tuple[Message, dict[str, str]]:
    """The mail as a tree for mail-parser, and the text of this mail itself, decoded.

    In the tree stand the keys of the texts, for mail-parser is only asked which are shown, and keeps about 6.4 times
    what it is given. Attachments, attached mails and overlong text are left out.
    Raises TooComplex if much else is left.
    """
    texts = {"": ""}

    def key_of(text: str) -> str:
        key = str(len(texts)) if text else ""
        texts[key] = text
        return key

    # Four octets of quoted-printable or base64 hold at least one: HTML cut here is still seen to be too large.
    budget = {"text/plain": TEXT_BYTES, "text/html": 4 * limits.html_bytes}
    left = len(raw) - start - sum(budget.values()) - TEXT_BYTES
    tree = parts[0].told
    tree.set_payload("")
    holders: list[Message] = []
    for part, after in zip(parts, (*parts[1:], None), strict=True):
        if part.depth > len(holders):
            continue  # of a mail attached to this one
        del holders[part.depth :]
        size = (part.closed or part.end) - part.start
        if part.type.startswith("multipart/"):
            holders.append(part.told)
            holds = after is not None and after.depth > part.depth
            if part.boundary and not holds and part.depth and not part.outside and not parts[0].closed:
                raise TooComplex("its parts could not be read")  # no boundary to be found, and no end to look behind
            part.told.set_payload([] if holds else key_of(_text(raw, part, size)))
        else:
            taken = 0 if part.outside else min(size, budget.get(part.type, 0))
            left -= size - taken
            if not taken:
                continue
            budget[part.type] -= taken
            part.told.set_payload(key_of(_text(raw, part, taken)))
        if part.depth and not part.outside:
            holders[part.depth - 1].attach(part.told)
    if left > 0:
        raise TooComplex("the text between its MIME parts is too long")
    return tree, texts


def _text(raw: bytes, part: Part, size: int) -> str:
    """The text in the first `size` octets of a part. Decoded here, for mail-parser takes any codec it is told."""
    octets = raw[part.start : part.start + size]
    if part.depth and part.start + size == part.end:
        octets = without_line_end(octets)
    return composed(text_of(_decoded(octets, part.encoding), part.charset))


def _decoded(octets: bytes, encoding: str) -> bytes:
    """Octets without their transfer encoding, as the standard library takes it off; one it does not know stays."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)  # the same there, after the octets went through text and back
    coded = Message()
    coded["content-transfer-encoding"] = encoding
    coded.set_payload(octets.decode("ascii", "surrogateescape"))
    decoded = coded.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def without_line_end(body: bytes) -> bytes:
    """The line break before a boundary line belongs to the boundary (RFC 2046 5.1.1)."""
    return body[:-2] if body.endswith(b"\r\n") else body.removesuffix(b"\n")
