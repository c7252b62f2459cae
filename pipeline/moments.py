"""What people write for a moment -> milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pipeline.commands import CommandError
from stages.durations import milliseconds
from stages.header import clean


def instant(text: str, here: int) -> int:
    """A day (UTC), a time, or how long ago, as ms. Raises CommandError."""
    said = text.strip()
    try:
        if re.fullmatch(r"\d+(?:\.\d+)?\s*[a-z]+", said):
            ago = milliseconds(said)
            if isinstance(ago, int):
                return here - ago
        when = datetime.fromisoformat(said)
        at = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise CommandError(
            f"--since {clean(text, 40)} is no day: write 2026-11-01, or how long ago, such as 7d or 12h"
        ) from None
    if at > here:
        raise CommandError(f"--since {clean(text, 40)} is still to come: name a day on which mail came")
    return at
