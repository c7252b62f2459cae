"""The vocabulary of rules that were changed, and not taken over: told in `salver status`, the log and the digest.

What is wrong quotes what stands in the files, and a profile is one owner's own. So only `salver status` tells all of
it; log and digest say in which file and line it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import Field

from stages.values import Value

MOST_LINES = 3
LONGEST = 300
"""characters of a line"""
_LINE = re.compile(r"(?:, line (\d{1,9}))?[: ]")


class RefusedAt(Value):
    """Where something is wrong."""

    file: str = Field(description="its name, without its folders")
    line: int | None = None
    owners: tuple[str, ...] = Field(default=(), description="whose profile it is; empty: it is of no one owner")


class RefusedRules(Value):
    """What was wrong with the owner's rules, and which decide meanwhile. Times are UTC ms."""

    at: int = Field(description="when they were refused")
    why: tuple[str, ...] = Field(default=(), description=f"at most {MOST_LINES} lines, which quote nothing")
    places: tuple[RefusedAt, ...] = Field(default=(), description=f"at most {MOST_LINES}")
    more: int = Field(default=0, description="how many more lines or places there are")
    since: int | None = Field(default=None, description="since when those decide that do; None: unknown")


def refused_rules(
    at: int, since: int | None, why: Iterable[str] = (), places: Iterable[RefusedAt] = ()
) -> RefusedRules:
    """The first of each."""
    lines, where = [line.strip() for line in why if line.strip()], tuple(places)
    short = tuple(line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[:MOST_LINES])
    more = len(lines) - len(short) + len(where[MOST_LINES:])
    return RefusedRules(at=at, why=short, places=where[:MOST_LINES], more=more, since=since)


def refused_at(why: str, files: Mapping[str, tuple[str, ...]]) -> tuple[RefusedAt, ...]:
    """Where it stands, of mistakes told one a line, each with its file first: `PATH, line N: ...`.

    `files`: every path, and whose profile it is. Of what else is said nothing is known.
    """
    return tuple(dict.fromkeys(_places(why.splitlines(), files)))


def _places(lines: Iterable[str], files: Mapping[str, tuple[str, ...]]) -> Iterator[RefusedAt]:
    for line in lines:
        path = max((path for path in files if line.startswith(path)), key=len, default=None)
        if path is not None and (said := _LINE.match(line, len(path))):
            name = path.rpartition("/")[2]
            yield RefusedAt(file=name, line=int(said[1]) if said[1] else None, owners=files[path])
