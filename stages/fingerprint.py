"""raw bytes -> fingerprint: what makes a mail that is delivered again the same mail."""

from __future__ import annotations

import hashlib
import re

from stages.header import SUBJECT

_HEADER_BYTES = 100_000
_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(
    rb"^(from|date|message-id|subject)[ \t]*:((?:[^\r\n]|\r?\n[ \t]|\r(?!\n))*)", re.IGNORECASE | re.MULTILINE
)
_SAID = re.compile(rf"^{SUBJECT}:([^\r\n]*)".encode(), re.IGNORECASE | re.MULTILINE)


def fingerprint(raw: bytes) -> str:
    """64 hex digits of SHA-256 over From, Date, Message-ID, Subject and the body.

    Trace fields that a second way adds do not count, nor what we put before the subject of what we filed. Without a
    Message-ID only identical bytes are the same mail.
    """
    end = _END.search(raw, 0, _HEADER_BYTES)
    if end is None:
        return hashlib.sha256(raw).hexdigest()
    found: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(raw[: end.start()]):
        found.setdefault(name.lower(), b" ".join(value.split()))
    for words in _SAID.findall(raw, 0, end.start()):
        found[b"subject"] = found.get(b"subject", b"").removeprefix(words.strip()).lstrip()
    if not found.get(b"message-id"):
        return hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256(b"salver mail 1\0")
    for name in (b"from", b"date", b"message-id", b"subject"):
        digest.update(name + b"\0" + found.get(name, b"") + b"\0")
    digest.update(hashlib.sha256(raw[end.end() :]).digest())
    return digest.hexdigest()
