"""The vocabulary of rules that were changed, and not taken over: told in `salver status` and in the digest."""

from __future__ import annotations

from pydantic import Field

from stages.values import Value

MOST_LINES = 3
LONGEST = 300
"""characters of a line"""


class RefusedRules(Value):
    """What was wrong with the owner's rules, and which decide meanwhile. Times are UTC ms."""

    at: int = Field(description="when they were refused")
    why: tuple[str, ...] = Field(description=f"at most {MOST_LINES} lines")
    more: int = Field(default=0, description="how many more lines there are")
    since: int | None = Field(default=None, description="since when those decide that do; None: unknown")


def refused_rules(why: str, at: int, since: int | None) -> RefusedRules:
    """`why`: a mistake a line."""
    lines = [line.strip() for line in why.splitlines() if line.strip()]
    short = tuple(line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[:MOST_LINES])
    return RefusedRules(at=at, why=short, more=len(lines) - len(short), since=since)
