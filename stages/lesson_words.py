"""Lines of an answer -> what they say of proposed lessons (`accept k123456`, `no k123456`), and the lines without that.

A code begins with a k and has digits only, so it is no number of a request and no word of `stages.instructions`. A part
of a line counts where it says nothing else, and only if all else that was written is understood: instructions with
their numbers, greetings, thanks, a signature. A lesson judges all mail to come, so in doubt it is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from stages.header import clean
from stages.instructions import SAID, instructions_in, turns
from stages.rules.comparing import in_words
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
_GREETING = re.compile(r"(?:hi|hello|hey|hallo|moin|servus|dear|liebe[rs]?|guten|good)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]{1,20}(?: [^\W\d_a-z][^\W\d_]{0,20}\.?){0,2}")
"""`Amy Stone`, below a thanks."""
_AGAINST = frozenset("no nope never nein nie but cancel undo aber only nur except wait stop forget wrong".split())  # noqa: SIM905
"""A line with one of these is no signature."""


class Told(NamedTuple):
    """What is said of lessons, and the lines that are left."""

    said: tuple[LessonSaid, ...]
    lines: tuple[str, ...]
    unclear: str = ""
    """the first line with a code that does not count, since beside it stands what is not understood"""


def lessons_in(lines: Iterable[str], name: str = "") -> Told:
    """What these lines say of lessons. `name` is their writer's, who may sign."""
    given = tuple(lines)
    said: list[LessonSaid] = []
    left: list[str] = []
    coded = ""
    for line in given:
        found, rest = _parted(line)
        if len(said) + len(found) > MOST:
            found, rest = [], line
        coded = coded or (line if found else "")
        said += found
        if rest or not found:
            left.append(rest)
    if said and not _all_clear(left, name):
        return Told((), given, clean(coded, SAID))
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


def _all_clear(lines: Iterable[str], name: str) -> bool:
    """Whether nothing stands there but instructions with their numbers, courtesies, and a signature below."""
    signs = signed = False
    for line in lines:
        if not line:
            continue
        if signed and _may_be_signature(line):
            continue
        if signs and _NAME.fullmatch(line) and _may_be_signature(line):
            signed = True
            continue
        read = instructions_in((line,), name)
        if read.unclear or any(each.number is None and not each.every for each in read.instructions):
            return False
        signs = not read.instructions and not _GREETING.match(line)
        signed = signed or (signs and bool(name) and in_words(line).strip() in (in_words(name).strip(), _first(name)))
    return True


def _first(name: str) -> str:
    return (in_words(name).split() or [""])[0]


def _may_be_signature(line: str) -> bool:
    """Whether it may stand below a name: a title, a company, a number; no sentence, nothing that tells or denies."""
    against = turns(line) or not _AGAINST.isdisjoint(in_words(line).split())
    told = instructions_in((line,)).instructions or CODE.search(line.casefold())
    return len(line) <= _LONGEST and line[-1] not in ".!?:;" and not against and not told
