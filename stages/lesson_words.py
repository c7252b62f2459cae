"""Lines of an answer -> what they say of proposed lessons (`accept k123456`, `no k123456`), and the lines without that.

A code begins with a k and has digits only, so it is no number of a request and no word of `stages.instructions`. A part
of a line counts where it says nothing else; beside a line that is not understood, or that turns it round, it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from stages.instructions import instructions_in, turns
from stages.tokens import LessonSaid

MOST = 50
"""lessons of one answer"""
CODE = re.compile(r"k[0-9]{6,9}")
"""What a lesson is called."""
_ACCEPT = ("accept", "yes", "annehmen", "ja")
_DECLINE = ("no", "decline", "nein", "ablehnen")
_WORDS: dict[str, Literal["accept", "decline"]] = {
    **dict.fromkeys(_ACCEPT, "accept"),
    **dict.fromkeys(_DECLINE, "decline"),
}
_PART = re.compile(rf"(?:please |bitte )?({'|'.join(_WORDS)})[ :]{{1,3}}[\"'`(]?({CODE.pattern})[\"'`)]?[.!]?")
"""The whole of a part; it is at most so long."""
_LONGEST = 60


class Told(NamedTuple):
    """What is said of lessons, and the lines that are left."""

    said: tuple[LessonSaid, ...]
    lines: tuple[str, ...]


def lessons_in(lines: Iterable[str], name: str = "") -> Told:
    """What these lines say of lessons. `name` is their writer's, who may sign."""
    given = tuple(lines)
    said: list[LessonSaid] = []
    left: list[str] = []
    for at, line in enumerate(given):
        found, rest = _parted(line)
        if not found or len(said) + len(found) > MOST or _entangled(given, at, rest, name):
            left.append(line)
            continue
        said += found
        if rest:
            left.append(rest)
    return Told(tuple(said), tuple(left))


def _parted(line: str) -> tuple[list[LessonSaid], str]:
    """(what a line says of lessons, the rest of it)."""
    if "k" not in line.casefold() or len(line) > _LONGEST * MOST:
        return [], line
    found: list[LessonSaid] = []
    rest: list[str] = []
    for part in re.split(r"[,;]|\band\b|\bund\b", line):
        read = _PART.fullmatch(" ".join(part.casefold().split())) if len(part) <= _LONGEST else None
        if read is None:
            rest.append(part.strip())
        else:
            found.append(LessonSaid(lesson=read[2], answer=_WORDS[read[1]]))
    return found, ", ".join(part for part in rest if part) if found else line


def _entangled(lines: tuple[str, ...], at: int, rest: str, name: str) -> bool:
    """Whether it may be the middle of a sentence: what stands beside, above or below is not understood."""
    if rest and (turns(rest) or instructions_in((rest,), name).unclear):
        return True
    above = lines[at - 1] if at else ""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if above and above[-1] not in ".!?:;," and not _parted(above)[0] and instructions_in((above,), name).unclear:
        return True
    ends = lines[at][-1] in ".!?:;"
    return bool(below) and not ends and turns(below) and not _parted(below)[0]
