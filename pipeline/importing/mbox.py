"""A stream of octets -> the mails in it: one mail, or an mbox of them; never more than one mail in memory.

After RFC 4155, and what programs really write. `>From ` is taken back as mboxrd means it: one `>` of however many. The
other manner (mboxo) quotes only lines that had none, so for all that it quoted this is the same. Where a program does
not quote at all, a `From ` counts only behind an empty line, and with a date as the first one has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from pipeline.importing.mail_at import mail_at
from stages.subject import undressed

LINE = 1 << 16
HEAD = 100_000
"""Octets of a header by which it is seen whether a mail may concern us."""

_DATED = re.compile(rb"From .{0,300}?(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d\d.*\d{4}")
_ANY = re.compile(rb"From (\s*$|\S+ .*\d:\d\d.*\d{4}|\S+\s*$)")
_QUOTED = re.compile(rb">+From ")


class Item(NamedTuple):
    """One mail that was come to: to be kept, or left out for a reason."""

    octets: int
    """how much of what is read this was, for a progress bar"""
    name: str = ""
    raw: bytes = b""
    at: int = 0
    """when it came, ms"""
    left_out: str = ""
    """other, too large, older, read before; empty: keep it"""
    seen: tuple[int, int] | None = None
    """how far its source is read with it, where it can be gone on with"""


class Wanted(NamedTuple):
    """What is kept."""

    concerns: Callable[[bytes], bool]
    """by a mail's header"""
    largest: int
    """octets of one mail"""
    since: int
    """ms"""
    now: int
    """ms"""


class _Mail:
    """A mail on its way in."""

    def __init__(self, wanted: Wanted, from_line: bytes = b"") -> None:
        self.octets = len(from_line)
        self._wanted = wanted
        self._from_line = from_line
        self._octets = bytearray()  # many short lines must not cost more than long ones
        self._last = 0
        """octets of the last line"""
        self._in_head = True
        self._left_out = ""
        self._at = 0

    def take(self, line: bytes, begins: bool) -> None:
        """`begins`: it begins a line, and does not go on with one that was too long to be read at once."""
        self.octets += len(line)
        if self._left_out:
            return
        if self._from_line and begins and line[:1] == b">" and _QUOTED.match(line):
            line = line[1:]
        self._octets += line
        self._last = len(line)
        if self._in_head and ((begins and not line.strip(b"\r\n")) or len(self._octets) > HEAD):
            self._judge()
        if len(self._octets) > self._wanted.largest:
            self._leave_out("too large")

    def _judge(self) -> None:
        self._in_head = False
        head = bytes(self._octets)
        self._at = mail_at(head, self._from_line, self._wanted.now)
        if not self._wanted.concerns(head):
            self._leave_out("other")
        elif self._at < self._wanted.since:
            self._leave_out("older")

    def _leave_out(self, why: str) -> None:
        self._left_out = why
        self._octets.clear()

    def item(self, name: str) -> Item:
        if self._in_head and not self._left_out:
            self._judge()
        if self._left_out:
            return Item(self.octets, name, left_out=self._left_out)
        several_lines = 0 < self._last < len(self._octets)
        if self._from_line and several_lines and not self._octets[-self._last :].strip(b"\r\n"):
            del self._octets[-self._last :]  # parts it from the next one
        raw = travelled(bytes(self._octets))
        if len(raw) > self._wanted.largest:
            return Item(self.octets, name, left_out="too large")
        return Item(self.octets, name, raw, self._at)


def travelled(raw: bytes) -> bytes:
    """With the line ends it travelled with (RFC 5322 2.1), where a program on Unix has kept it with its own.

    And without what Salver put before the subject of what it filed. So the same mail, kept by two programs, is the same
    again, and its signature holds.
    """
    return undressed(raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n"))


def mails_in(file: BinaryIO, name: str, wanted: Wanted, start: int = 0) -> Iterator[Item]:
    """Every mail of a file that stands at octet `start`, where a mail begins; `seen` tells where the next one does."""
    line = file.readline(LINE)
    several = line.startswith(b"From ")
    begins = _DATED if _DATED.match(line) else _ANY
    mail: _Mail | None = None
    number, position = 0, start
    whole, empty = True, True  # of the line before
    while line:
        if several and empty and begins.match(line):
            if mail is not None:
                yield mail.item(f"{name}#{number}")._replace(seen=(0, position))
            mail = _Mail(wanted, line)
            number += 1
        else:
            mail = mail or _Mail(wanted)
            mail.take(line, whole)
        position += len(line)
        empty = whole and not line.strip(b"\r\n")
        whole = line.endswith(b"\n")
        line = file.readline(LINE)
    if mail is not None:
        yield mail.item(f"{name}#{number}" if several else name)._replace(seen=(0, position))
