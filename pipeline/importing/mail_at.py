"""(header, line before it in an mbox) -> when a mail came: as it says itself, else as a server on its way says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""A date before this, or after now, is a mistake or a lie."""
_DAY = 24 * 3_600_000
_DATE = re.compile(rb"^date[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_RECEIVED = re.compile(rb"^received[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_FROM_LINE = re.compile(
    rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) +(?P<time>\d{1,2}:\d\d(:\d\d)?)"
    rb"(?P<before>( +[A-Z+-][A-Z0-9]{2,4})*) +(?P<year>\d{4})(?P<after>( +[+-]\d{4})?)"
)


def mail_at(head: bytes, from_line: bytes, now: int) -> int:
    """Milliseconds, UTC, never after `now`: that is also the answer where nothing tells a time one can believe."""
    told = (
        *(match[1] for match in [_DATE.search(head)] if match),
        *(match[1].rpartition(b";")[2] for match in [_RECEIVED.search(head)] if match),
        _of_from_line(from_line),
    )
    for text in told:
        at = _milliseconds(text)
        if at is not None and EARLIEST <= at <= now + _DAY:
            return min(at, now)
    return now


def _of_from_line(line: bytes) -> bytes:
    """The date of `From address Mon Nov 16 12:00:00 +0000 2026`, as a Date field has it."""
    found = _FROM_LINE.search(line)
    if found is None:
        return b""
    zone = (found["before"] or found["after"] or b"").split()
    return b" ".join((found["day"], found["month"], found["year"], found["time"], zone[0] if zone else b"+0000"))


def _milliseconds(text: bytes) -> int | None:
    try:
        at = parsedate_to_datetime(" ".join(text.decode("ascii", "replace").split())[:100])
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
