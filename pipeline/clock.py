"""What time it is, and the ids that are made of it: the one place where the machinery asks the clock of the world."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


def now() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def utc(at: int, to: str = "minutes") -> str:
    """ms -> the time in UTC for a table, to the minute or to the second: `2026-11-26 19:30`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(" ", to).removesuffix("+00:00")


def new_mail_id() -> str:
    """A UUIDv7 (RFC 9562) as 32 hex digits: 48 bits of Unix milliseconds, then version, variant and 74 random bits."""
    value = (now() << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return f"{value:032x}"
