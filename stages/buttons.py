"""(the name of a folder) -> what it says of a mail that its owner drops into it: folders as buttons.

Levels are written with a slash, as in the configuration; what a mailbox makes of them is its own affair. A name means
the same in any case.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stages.durations import DAY, HOUR
from stages.keeping import Scope
from stages.values import Order

_UNITS = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
_SNOOZE = re.compile(r"snooze/([1-9][0-9]{0,2}) (hour|day|week|month)s?")
MOST = 366 * DAY
"""The longest snooze, ms."""
EXAMPLES = ("Asked", "Snooze/3 days", "Always good/This person", "Always good/This company", "Never again")
"""One of each kind, as they are spelt in the documentation."""


class Button(NamedTuple):
    """What dropping a mail into a folder says."""

    order: Order
    span: int | None = None
    """of a snooze, ms"""
    always: Scope | None = None
    """the same for all requests of the person, or of the company, from now on"""


_PLAIN: dict[str, Button] = {
    "asked": Button("asked"),
    "always good/this person": Button("good", always="person"),
    "always good/this company": Button("good", always="company"),
    "never again": Button("ugly", always="person"),
}


def button_of(folder: str) -> Button | None:
    """What a folder of this name says; None: it is no button."""
    name = " ".join(folder.casefold().split())
    snooze = _SNOOZE.fullmatch(name)
    if snooze is None:
        return _PLAIN.get(name)
    span = int(snooze[1]) * _UNITS[snooze[2]]
    return Button("snooze", span) if span <= MOST else None
