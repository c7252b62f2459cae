"""What time it is, and the ids that are made of it: the one place where the machinery asks the clock of the world."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def utc(at: int, to: str = "minutes") -> str:
    """ms -> the time in UTC for a table, to the minute or to the second: `2026-11-26 19:30`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(" ", to).removesuffix("+00:00")


def iso(at: int | None) -> str | None:
    """ms -> the time in UTC for programs, as ISO 8601 to the second; None stays None."""
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def moment(at: int, here: int, zone: ZoneInfo) -> str:
    """`at` (ms) in the owner's time zone, as exactly as one needs to know it `here`: `3 Dec`, `27 Nov, 08:00`."""
    day, today = (datetime.fromtimestamp(each / 1000, UTC).astimezone(zone) for each in (at, here))
    told = f"{day.day} {day:%b}"
    if day.year != today.year and abs(day - today) > timedelta(days=180):
        return f"{told} {day.year}"
    return f"{told}, {day:%H:%M}" if abs(day - today) < timedelta(days=3) else told


def new_mail_id() -> str:
    """A UUIDv7 (RFC 9562) as 32 hex digits: 48 bits of Unix milliseconds, then version, variant and 74 random bits."""
    value = (now() << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return f"{value:032x}"
