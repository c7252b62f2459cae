"""What people write for points to be tried, and for how much may change, read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.commands import CommandError
from pipeline.settings import MOST_POINTS
from stages.rules.naming import hint
from stages.settings import Settings
from stages.signals import SIGNALS

_POINTS = re.compile(r"([a-z0-9_]{1,60})=(=?)([+-]?)(\d{1,3}(?:\.\d{1,3})?)", re.ASCII)
_BOUND = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(%?)", re.ASCII)


def with_points(settings: Settings, given: Iterable[str]) -> Settings:
    """The settings with other points: `s=+1` and `s=-1` count from those of now, `s=2` and `s==-2` are absolute.

    Raises CommandError.
    """
    points = dict(settings.points)
    for each in given:
        read = _POINTS.fullmatch(each.strip())
        if read is None:
            raise CommandError(f"--points {each}: write SIGNAL=+1 to change what it counts, or SIGNAL==1 to set it")
        name, absolute, sign, number = read.groups()
        if name not in SIGNALS:
            near = hint(name, SIGNALS) or "; `salver signals` lists them"
            raise CommandError(f'--points {each}: there is no signal "{name}"{near}')
        value = -float(number) if sign == "-" else float(number)
        if sign and not absolute:
            value += points.get(name, settings.weights.points.get(name, SIGNALS[name].points))
        if abs(value) > MOST_POINTS or value * 4 != int(value * 4):
            bounds = f"from -{MOST_POINTS} to {MOST_POINTS} in steps of 0.25"
            raise CommandError(f"--points {each}: points go {bounds}, and this would be {value:g}")
        points[name] = value
    return settings.but(points=points) if points != settings.points else settings


class Bound(NamedTuple):
    """How much may change: a share of what was compared, or a number."""

    amount: float
    is_share: bool

    def exceeded(self, changed: int, of: int) -> bool:
        return changed > (self.amount * of if self.is_share else self.amount)


def bound(given: str) -> Bound | None:
    """`5%` and `0.05` are shares, `10` is a number; empty: there is no bound. Raises CommandError."""
    if not given:
        return None
    read = _BOUND.fullmatch(given.strip())
    number, percent = (float(read[1]), bool(read[2])) if read else (0.0, False)
    share = percent or (read is not None and "." in read[1])
    amount = number / 100 if percent else number
    if read is None or (share and amount > 1):
        raise CommandError(f"--most-changed {given}: write a share, such as 5% or 0.05, or a number, such as 10")
    return Bound(amount, share)
