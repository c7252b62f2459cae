"""Plain tables for a terminal."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence

NARROWEST = 20
"""Columns that a wrapped cell has at least."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None, *, wraps: bool = False) -> str:
    """The rows under their heads, columns aligned. In a terminal the widest column is cut until a line fits.

    `wraps`: the last column goes on in lines below instead, and is no wider than that where there is no terminal.
    """
    if width is None and (wraps or sys.stdout.isatty()):
        width = shutil.get_terminal_size((100, 24)).columns
    if wraps:
        return _wrapped(head, rows, width or 100)
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_columns(row[index]) for row in cells) for index in range(len(head))]
    if width is not None:
        over = sum(widths) + 2 * (len(widths) - 1) - width
        widest = widths.index(max(widths))
        widths[widest] = max(len(head[widest]), widths[widest] - max(0, over))
    lines = ["  ".join(_fit(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * wide for wide in widths))
    return "\n".join(lines)


def _wrapped(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_columns(row[index]) for row in cells) for index in range(len(head) - 1)]
    left = max(NARROWEST, width - sum(widths) - 2 * len(widths))
    lines: list[str] = []
    for row in cells:
        for number, part in enumerate(_parts(row[-1], left)):
            others = row[:-1] if number == 0 else [""] * len(widths)
            filled = [_fit(cell, wide) for cell, wide in zip(others, widths, strict=True)]
            lines.append("  ".join((*filled, part)).rstrip())
    longest = max((_columns(part) for row in cells for part in _parts(row[-1], left)), default=0)
    lines.insert(1, "  ".join("-" * wide for wide in (*widths, longest)))
    return "\n".join(lines)


def _parts(text: str, wide: int) -> list[str]:
    """The words in lines of at most so many columns; a word that is longer is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if _columns(longer) <= wide:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while _columns(word) > wide:
            count = next(count for count in range(1, len(word) + 1) if _columns(word[: count + 1]) > wide)
            lines[-1] = word[:count]
            lines.append("")
            word = word[count:]
        lines[-1] = word
    return lines


def plain(text: str) -> str:
    """No controls: a mail must not steer the terminal."""
    return "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)


def _columns(text: str) -> int:
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1


def _fit(text: str, wide: int) -> str:
    if _columns(text) > wide:
        kept = ""
        for char in text:
            if _columns(kept) + _columns_of(char) > wide - 1:
                break
            kept += char
        text = kept + "…"
    return text + " " * (wide - _columns(text))
