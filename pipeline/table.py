"""Plain tables for a terminal."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """The rows under their heads, columns aligned; the last column is cut to the terminal's width."""
    width = width or shutil.get_terminal_size((120, 24)).columns
    cells = [[_plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_columns(row[index]) for row in cells) for index in range(len(head))]
    lines = []
    for row in cells:
        line = "  ".join(cell + " " * (widths[index] - _columns(cell)) for index, cell in enumerate(row)).rstrip()
        lines.append(line if len(line) <= width else line[: width - 1] + "…")
    lines.insert(1, "  ".join("-" * min(wide, width) for wide in widths)[:width])
    return "\n".join(lines)


def _plain(text: str) -> str:
    """No controls: a mail must not steer the terminal."""
    return "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)


def _columns(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text
    )
