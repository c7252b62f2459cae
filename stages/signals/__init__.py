"""Signals: one file each, a docstring shown to people, default `POINTS`, and `check(request, facts)`.

The folder is the register: a file here is a signal, and its name is the signal's name. Order does not matter,
because every signal speaks for itself and the points are summed.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Protocol

from stages.events import Claim, Finding, Parsed, Request, Trust
from stages.readings import Readings
from stages.settings import Owner, Profile
from stages.weights import Weights


@dataclass(frozen=True)
class Facts:
    """What a signal may know besides the request itself. `claims` and `readings` are those of the request's own words.

    Readings are made of what the other signals observed: only signals with `READS` are told them.
    """

    kind: str
    authenticity: Trust
    authenticity_detail: str
    parsed: Parsed
    owner: Owner
    profile: Profile | None
    weights: Weights = field(default_factory=Weights)
    claims: tuple[Claim, ...] = ()
    readings: Readings = field(default_factory=dict)


class Check(Protocol):
    def __call__(self, request: Request, facts: Facts) -> Finding | None: ...


@dataclass(frozen=True)
class Signal:
    """One observation. `points` is the default; a finding may carry graded points instead."""

    name: str
    says: str
    points: float
    veto: bool
    check: Check
    reads: bool = False
    """asked last, when the readings are known"""


def _load(name: str) -> Signal:
    module = importlib.import_module(f"{__name__}.{name}")
    says = (module.__doc__ or "").strip().splitlines()[0].rstrip(".")
    return Signal(
        name, says, module.POINTS, getattr(module, "VETO", False), module.check, getattr(module, "READS", False)
    )


SIGNALS: dict[str, Signal] = {
    name: _load(name) for name in sorted(info.name for info in pkgutil.iter_modules(__path__))
}
