"""A request that the owner asked about."""

from __future__ import annotations

from stages.events import Request
from stages.values import UNKNOWN, Asked, shown

HOUR = 3_600_000
DAY = 24 * HOUR


def silent_since(asked: Request, milliseconds: int) -> Request:
    """Asked why so long ago, the person has said nothing."""
    return asked.model_copy(update={"asked": Asked(waited=milliseconds)})


def answered(asked: Request, answer: str | None, after: int = DAY) -> Request:
    """Asked why, the person answered so many milliseconds later; None: the mail hides the text."""
    told = shown(answer) if answer is not None else UNKNOWN
    return asked.model_copy(update={"asked": Asked(waited=after, answered=True, answer=told)})
