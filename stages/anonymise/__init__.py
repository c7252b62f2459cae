"""(a mail, what was read in it, a key) -> the same mail with nobody in it, or why that cannot be had for certain.

Same fields in the same order, same MIME structure and encodings, same shapes. Not to be turned back: what stands for
what hangs on the key, which is drawn at random and kept nowhere. The date is kept to the day: every time in the mail
moves by one span within it, so that dates, mail ids and numbers that begin with a time still agree.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message

from stages import parts
from stages.anonymise import pages
from stages.anonymise.disguise import Disguise
from stages.anonymise.fields import boundary_like, encoded, rewritten
from stages.fields import header_end, known_charset, raw_fields
from stages.settings import Limits

_MOST_FILLER = 65_536
"""octets of an attachment's filler: what it held is not needed, its place is"""
_DEEPEST = 50
_LETTER = re.compile(rb"[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]")
_BASE64_LINE = 76
_TRANSPARENT = ("", "7bit", "8bit", "binary")


class Refused(Exception):
    """The mail cannot be anonymised for certain; the text says why, for a person."""


@dataclass(frozen=True)
class _Kind:
    """What a part's MIME fields say."""

    type: str
    encoding: str
    charset: str
    boundary: str
    attached: bool
    mail: bool
    """another mail lies in it: as such, or as a file that is called so"""


def anonymised(raw: bytes, disguise: Disguise, limits: Limits) -> bytes:
    """The mail, rewritten. Raises Refused."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    end, body = header_end(raw, start, limits.header_bytes)
    fields = raw_fields(raw[start:end])
    if not fields:
        return _bare(raw, disguise)
    try:
        parts.structure(raw, fields, body, limits)
    except parts.TooComplex as error:
        raise Refused(str(error)) from None
    return raw[:start] + _mail(raw[start:], disguise, limits, 0)


def _bare(raw: bytes, disguise: Disguise) -> bytes:
    """A body without header fields: HTML if it begins with `<`, else text."""
    text, codec = _decoded(raw, "")
    html = text.lstrip("\ufeff \t\r\n").startswith("<")
    return encoded(pages.page(text, disguise) if html else disguise.text(text), codec)


def _mail(raw: bytes, disguise: Disguise, limits: Limits, depth: int) -> bytes:
    """A mail or a part: its header block, what parts it from the body, its body."""
    if depth > _DEEPEST:
        raise Refused("its parts lie too deep in one another")
    end, body = header_end(raw, 0, limits.header_bytes)
    if end > limits.header_bytes:
        raise Refused("its header fields are too long")
    kind = _kind(raw[:end], top=not depth)
    made = _body(raw[body:], kind, disguise, limits, depth)
    return rewritten(raw[:end], disguise) + raw[end:body] + made


def _kind(block: bytes, top: bool) -> _Kind:
    said = Message()
    fields = raw_fields(block)
    # Of a mail's repeated fields the lowest counts, of a part's the first (stages/parts.py).
    for name, value in dict(fields if top else fields[::-1]).items():
        if name.startswith("content-"):
            said[name] = value.rstrip(b"\r\n").replace(b"\0", b"").decode("ascii", "surrogateescape")
    kind = said.get_content_type()
    disposition = said.get_content_disposition()
    named = said.get_filename() or ""
    boundary = said.get_param("boundary", "")
    charset = said.get_param("charset", "")
    return _Kind(
        type=kind,
        encoding=str(said.get("content-transfer-encoding", "")).strip().lower(),
        charset=charset if isinstance(charset, str) else charset[2],
        boundary=(boundary if isinstance(boundary, str) else boundary[2]).rstrip(),
        mail=kind in parts.MAILS or (kind == "application/octet-stream" and named.lower().endswith(".eml")),
        attached=not kind.startswith(("text/", "multipart/", "message/"))
        or (disposition == "attachment" and bool(named)),
    )


def _body(body: bytes, kind: _Kind, disguise: Disguise, limits: Limits, depth: int) -> bytes:
    if kind.type.startswith("multipart/") and kind.boundary and kind.encoding in _TRANSPARENT:
        return _multipart(body, kind, disguise, limits, depth)
    if kind.mail or (kind.type.startswith("text/") and not kind.attached):
        octets, encode = _transferred(body, kind.encoding)
        if octets is not None:
            return encode(_content(octets, kind, disguise, limits, depth))
    if kind.type == "text/rfc822-headers" or kind.type.startswith("message/"):
        return encoded(disguise.text(body.decode("latin-1")), "latin-1")
    return _filler(body, kind.encoding)


def _content(octets: bytes, kind: _Kind, disguise: Disguise, limits: Limits, depth: int) -> bytes:
    if kind.mail:
        return _mail(octets, disguise, limits, depth + 1)
    text, codec = _decoded(octets, kind.charset)
    if kind.type == "text/html":
        return encoded(pages.page(text, disguise), codec)
    return encoded(disguise.text(text), codec)


def _multipart(body: bytes, kind: _Kind, disguise: Disguise, limits: Limits, depth: int) -> bytes:
    """Preamble, parts, epilogue; what stands outside the parts is text that nobody is shown."""
    name = kind.boundary.encode("utf-8", "surrogateescape")
    line = re.compile(rb"(?:\A|(?<=\n))--" + re.escape(name) + rb"(--)?([ \t]*)(?=\r?\n|\Z)")
    found = list(line.finditer(body))
    said = name.decode("utf-8", "replace")
    new = boundary_like(said, disguise).encode("utf-8", "replace")
    out = [_outside(body[: found[0].start()] if found else body, disguise)]
    closed = False
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(body)
        piece = body[match.end() : end]
        out.append(b"--" + new + (match[1] or b"") + match[2])
        closed = closed or bool(match[1])
        newline = re.match(rb"\r?\n", piece)
        inner = piece[newline.end() :] if newline else piece
        out.append(newline[0] if newline else b"")
        out.append(_outside(inner, disguise) if closed else _mail(inner, disguise, limits, depth + 1))
    return b"".join(out)


def _outside(octets: bytes, disguise: Disguise) -> bytes:
    text, codec = _decoded(octets, "")
    return encoded(disguise.text(text), codec)


# --- encodings ----------------------------------------------------------------------------------------------------


def _decoded(octets: bytes, charset: str) -> tuple[str, str]:
    """(text, the character set it can be written in again)."""
    for codec in (known_charset(charset) if charset else None, "utf-8"):
        if codec is None:
            continue
        try:
            return octets.decode(codec), codec
        except ValueError:
            continue
    return octets.decode("latin-1"), "latin-1"


def _transferred(body: bytes, encoding: str) -> tuple[bytes | None, Callable[[bytes], bytes]]:
    """(the octets that were encoded, how to encode others); (None, ...) where they cannot be had."""
    newline = b"\r\n" if b"\r\n" in body else b"\n"
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), lambda octets: binascii.b2a_qp(octets, istext=True)
    if encoding == "base64":
        try:
            plain = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
            octets = binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
        except binascii.Error:
            return None, bytes
        tail = re.search(rb"\s*\Z", body)

        def lines(octets: bytes) -> bytes:
            whole = base64.b64encode(octets)
            cut = [whole[at : at + _BASE64_LINE] for at in range(0, len(whole), _BASE64_LINE)]
            return newline.join(cut) + (tail[0] if tail else b"")

        return octets, lines
    if encoding in _TRANSPARENT:
        return body, lambda octets: octets
    return None, bytes


def _filler(body: bytes, encoding: str) -> bytes:
    """As many octets, up to a bound, that hold nothing."""
    body = body[:_MOST_FILLER]
    if encoding == "base64":
        return re.sub(rb"[A-Za-z0-9+/]", b"A", body)
    return _LETTER.sub(b"x", body)
