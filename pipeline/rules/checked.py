"""(what `salver check` found) -> its last line: how much that is, and what Salver would do with such files."""

from __future__ import annotations

from collections.abc import Sequence


def refused(mistakes: str) -> str:
    """The mistakes, one a line, and below them that nothing starts with such files."""
    lines = mistakes.splitlines()
    if lines[-1].endswith(" more mistakes"):
        return f"{mistakes}\nSalver would not take these."
    return f"{mistakes}\n{len(lines)} mistake{'s' * (len(lines) > 1)}: Salver would not take these."


def doubted(doubts: Sequence[str], failing: Sequence[str]) -> str:
    """`1 doubt; Salver would start with these.` Lines that are indented belong to the one above them."""
    count = sum(not line.startswith(" ") for line in doubts)
    told = [f"{count} doubt{'s' * (count > 1)}"] if count else []
    told += [f"{len(failing)} example{'s fail' if len(failing) > 1 else ' fails'}"] if failing else []
    running = ", but a running one would not take them over" if failing else ""
    return f"{' and '.join(told)}; Salver would start with these{running}."
