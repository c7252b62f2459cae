"""received bytes -> Message: header fields and body as DKIM sees them (RFC 6376 section 3.4), in linear time."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from stages.fields import header_end, mail_start

HEAD = 512 * 1024
"""octets of a header block that is still checked"""
FIELDS = 2_000
"""header fields of a mail that is still checked"""

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+):")
_BLANK = re.compile(rb"\n\r?\n")
_HOST = re.compile(rb"@([A-Za-z0-9.-]+)")


@dataclass(frozen=True)
class Message:
    """A mail with CRLF line ends. A mail with a `flaw` has no signature that could be trusted."""

    fields: tuple[tuple[bytes, bytes], ...]
    """name as written, and everything after the colon, folding and the last CRLF included"""
    body: bytes
    flaw: str | None = None
    """why no signature can be checked, for a person"""

    @cached_property
    def signatures(self) -> tuple[int, ...]:
        """Where in `fields` the DKIM-Signature fields are, topmost first."""
        return tuple(at for at, (name, _) in enumerate(self.fields) if name.lower() == b"dkim-signature")

    @cached_property
    def counts(self) -> Counter[bytes]:
        """How often each field is there, by name in lower case."""
        return Counter(name.lower() for name, _ in self.fields)

    @cached_property
    def from_domain(self) -> str:
        """Domain of the last address of the first From field, lower case; empty if there is none."""
        value = next((value for name, value in self.fields if name.lower() == b"from"), b"")
        hosts: list[bytes] = _HOST.findall(value)
        return hosts[-1].decode().lower() if hosts else ""

    @cached_property
    def simple(self) -> bytes:
        """The body, canonicalised "simple" (section 3.4.3)."""
        return _without_empty_end(self.body) or b"\r\n"

    @cached_property
    def relaxed(self) -> bytes:
        """The body, canonicalised "relaxed" (section 3.4.4)."""
        # dkimpy's expressions take quadratic time on long runs of blanks; halving the runs does not.
        body = self.body.replace(b"\t", b" ")
        while b"  " in body:
            body = body.replace(b"  ", b" ")
        body = body.replace(b" \r\n", b"\r\n")
        return _without_empty_end(body)


def message_of(raw: bytes) -> Message:
    """The mail in `raw`, whatever its line ends; what a stored copy has above it is left out. Never raises.

    A header that does not end within HEAD octets is not even cut into lines: it may be the whole of a huge mail.
    """
    start = mail_start(raw)
    end, body = _header_end(raw, start)
    if end - start > HEAD:
        return Message((), b"", "the header is too long to be checked")
    head = _with_crlf(raw[start:end])
    fields, well_formed = _fields_of(head)
    # Whoever reads the mail must see the same header: what was signed may else not be what is shown.
    agreed = well_formed and header_end(raw, start, HEAD) == (end, body)
    message = Message(fields, _with_crlf(raw[body:]))
    return Message(fields, message.body, _flaw(message, head, agreed))


def _header_end(raw: bytes, start: int) -> tuple[int, int]:
    """(end of the header, where the body begins): at the first empty line, or at the end of the mail."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, raw.index(b"\n", start) + 1
    blank = _BLANK.search(raw, start, start + HEAD)
    return (blank.start() + 1, blank.end()) if blank else (len(raw), len(raw))


def _with_crlf(octets: bytes) -> bytes:
    """`octets` with CRLF line ends; themselves, and no copy, where they have them."""
    if octets.count(b"\n") == octets.count(b"\r\n"):
        return octets
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _fields_of(head: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], bool]:
    """The fields, and whether every line belonged to one."""
    found: list[tuple[bytes, list[bytes]]] = []
    well_formed = True
    for line in head.split(b"\r\n"):
        field = _FIELD.match(line)
        if line[:1] in (b" ", b"\t") and found:
            found[-1][1].append(line)
        elif field is not None:
            found.append((field[1], [line[field.end() :]]))
        elif line:
            well_formed = False
    return tuple((name, b"\r\n".join(lines) + b"\r\n") for name, lines in found), well_formed


def _flaw(message: Message, head: bytes, agreed: bool) -> str | None:
    if len(message.fields) > FIELDS:
        return "the header is too long to be checked"
    if not agreed or b"\r" in head.replace(b"\r\n", b""):
        return "the header is malformed"
    if message.counts[b"from"] != 1:
        return "the mail names more than one sender" if message.counts[b"from"] else "the mail names no sender"
    return None


def _without_empty_end(body: bytes) -> bytes:
    """`body` with exactly one CRLF at its end; empty if there are only empty lines."""
    text = len(body.rstrip(b"\r\n"))
    # Only whole CRLFs are line ends; a lone CR among them is text. Cut, not joined: a body may be large.
    end = text + len(body[text:].replace(b"\r\n", b"\n").rstrip(b"\n").replace(b"\n", b"\r\n"))
    if end == 0:
        return b""
    return body[: end + 2] if end < len(body) else body + b"\r\n"
