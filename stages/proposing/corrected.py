"""What the owner said of a decision, and how much it teaches: of how many people, and not in one bad hour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.events import Verdict
from stages.replay import Recorded
from stages.wording import fold

HOUR = 3_600_000
"""ms"""
DAY = 24 * HOUR
TOGETHER = 2
"""How many times the least number it takes, if all of it was said within an hour: one bulk move teaches little."""


class Correction(NamedTuple):
    """The owner's standing word about one decision of Salver's. It may also say the same as the decision."""

    id: str
    """request/number"""
    decision: Recorded
    """the one that they spoke about: the last of Salver's own about this request before their word"""
    said: Verdict
    at: int
    """when they did, UTC ms"""

    @property
    def person(self) -> str:
        """By what different people are told apart: their profile, else their name, else the request."""
        notice = self.decision.judgement.request.notice
        return notice.profile_url.value or fold(notice.name.value or "") or self.decision.request

    @property
    def differs(self) -> bool:
        return self.said != self.decision.verdict


def enough(some: Iterable[Correction], least: int, days: bool = False) -> bool:
    """Whether so many different people were corrected, and over more than an hour unless they are many.

    `days`: on two different days, unless they are many.
    """
    by_person = {each.person: each for each in some}
    if len(by_person) < least:
        return False
    times = [each.at for each in by_person.values()]
    if len(by_person) >= TOGETHER * least:
        return True
    return max(times) - min(times) > HOUR and (not days or len({at // DAY for at in times}) > 1)
