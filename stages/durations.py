"""Durations as people write them: a number and a unit."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
_UNITS = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def milliseconds(text: object) -> object:
    """`"7d"` -> 604800000. Units: ms, s, m, h, d. A bare number is refused: nobody could tell its unit."""
    if not isinstance(text, str):
        raise ValueError(f'{text} has no unit; write a text with a number and a unit, such as "30s", "12h" or "7d"')
    match = re.fullmatch(r"(\d{1,12})\s*(ms|s|m|h|d)", text.strip())
    if match is None:
        raise ValueError(f'"{text}" is no duration; write a number and a unit, such as "30s", "12h" or "7d"')
    return int(match[1]) * _UNITS[match[2]]


def milliseconds_or_none(text: object) -> object:
    """The same; an empty text is None."""
    return None if text == "" else milliseconds(text)


Duration = Annotated[int, BeforeValidator(milliseconds)]
"""Milliseconds inside, a text with its unit in the file."""
MaybeDuration = Annotated[int | None, BeforeValidator(milliseconds_or_none)]
"""The same, or None for an empty text."""
