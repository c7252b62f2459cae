"""Plain tables for a terminal."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """The rows under their heads, columns aligned. In a terminal the widest column is cut until a line fits."""
    if width is None and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_columns(row[index]) for row in cells) for index in range(len(head))]
    if width is not None:
        over = sum(widths) + 2 * (len(widths) - 1) - width
        widest = widths.index(max(widths))
        widths[widest] = max(len(head[widest]), widths[widest] - max(0, over))
    lines = ["  ".join(_fit(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * wide for wide in widths))
    return "\n".join(lines)


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
