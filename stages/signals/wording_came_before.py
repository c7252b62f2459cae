"""Much the same words came from others before."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts

POINTS = -3.0

_MOST = 3
"""Others from which it is sure that the words go round; two friends may share a sentence."""


def check(request: Request, facts: Facts) -> Finding | None:
    echo = request.past.echo
    if not echo.others:
        return None
    who = "another person" if echo.others == 1 else f"{echo.others} others"
    same = "the same" if echo.share == 1.0 else "nearly the same"
    return Finding(points=POINTS * min(echo.others, _MOST) / _MOST, evidence=f"{who} wrote {same} before")
