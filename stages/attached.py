"""(raw bytes, Parts) -> Slices: where the mails lie that are attached to a mail; and (raw, Slices) -> their octets."""

from __future__ import annotations

import binascii
import re

from stages.fields import decode_words, header_end, mail_start, raw_fields
from stages.parts import MAILS, Part, without_line_end
from stages.provenance import Slice

_NAME = 1_000
_LOOKED_AT = 16 * 1024
"""octets of a file called `.eml` in which its sender and its date must stand for it to be a mail"""


def attached_mails(raw: bytes, parts: tuple[Part, ...]) -> tuple[Slice, ...]:
    """Where the mails lie that are attached to this one; not those attached to the attached.

    Bounces and other reports quote a mail that nobody forwarded (RFC 6522). A file is a mail if it is called `.eml`
    and begins with a sender and a date, whatever type it says it is: some programs attach mails so.
    """
    found: list[Slice] = []
    holders: list[str] = []
    at = 0
    for part in parts:
        if part.start < at:
            continue  # of a mail attached to this one
        del holders[part.depth :]
        holders.append(part.type)
        if part.outside or "multipart/report" in holders or part.type.startswith("multipart/"):
            continue
        slice_ = _slice(raw, part) if part.type in MAILS or part.file else None
        if slice_ is not None and (part.type in MAILS or _is_mail(raw, part, slice_)):
            found.append(slice_)
            at = part.end
    return tuple(found)


def cut(raw: bytes, slices: tuple[Slice, ...]) -> bytes:
    """The mail that lies there, from the outermost inwards, exactly as it lay; only a transfer encoding is undone.

    No mail begins with an empty line: one above its header is the work of who attached it.
    """
    for one in slices:
        raw = raw[one.start : one.end]
        if one.encoding == "base64":
            raw = _base64_octets(raw)
        elif one.encoding == "quoted-printable":
            raw = binascii.a2b_qp(raw)
        raw = raw.lstrip(b"\r\n")
    return raw


def _slice(raw: bytes, part: Part) -> Slice | None:
    """Its octets without the line break before the boundary, which belongs to that (RFC 2046 5.1.1)."""
    last = raw[max(part.start, part.end - 2) : part.end]
    beyond = len(last) - len(without_line_end(last)) if part.depth and part.end < len(raw) else 0
    if part.encoding == "base64":
        return Slice(start=part.start, end=part.end - beyond, encoding="base64")
    if part.encoding == "quoted-printable":
        return Slice(start=part.start, end=part.end - beyond, encoding="quoted-printable")
    return None if part.encoding == "x-uuencode" else Slice(start=part.start, end=part.end - beyond)


def _is_mail(raw: bytes, part: Part, found: Slice) -> bool:
    if not decode_words(part.file[:_NAME]).lower().endswith(".eml"):
        return False
    begins = cut(raw, (found.model_copy(update={"end": min(found.end, found.start + _LOOKED_AT)}),))
    start = mail_start(begins)
    names = {name for name, _ in raw_fields(begins[start : header_end(begins, start)[0]])}
    return {"from", "date"} <= names


def _base64_octets(text: bytes) -> bytes:
    """Decoded base64, as far as it can be; empty if it cannot."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", text)  # its padding is damaged
    try:
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return b""
