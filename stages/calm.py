"""When the owner may be written to: quiet hours, weekends, their time zone, and when the next digest is due.

Quiet hours and digests are clock times of the owner's time zone. A clock time that a change to summer time leaves out
is taken as the first moment after it; one that comes twice begins quiet hours both times, and a digest the first time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from stages.durations import DAY, HOUR, Duration, MaybeDuration
from stages.header import when
from stages.values import Value

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class FollowUp(Value):
    """The conversation "why would you like to connect?", and when you are reminded of it."""

    quick: Duration = Field(
        default="48h", validate_default=True, description="an answer within this is a good sign by itself"
    )
    answer_within: Duration = Field(
        default="7d",
        validate_default=True,
        description="how long an answer is waited for, from when you said that you asked",
    )
    asked_when_reminded: bool = Field(
        default=False, description="take it that you ask when you are reminded: the wait starts then"
    )
    second_reminder_after: MaybeDuration = Field(
        default="3d",
        validate_default=True,
        description='a second, last reminder if you said nothing to the first; "" = none',
    )
    expire_after: Duration = Field(
        default="180d", validate_default=True, description="a request that nobody asked about is given up after this"
    )
    quiet_hours: str = Field(default="22:00-07:00", description='no mail to you then, in your time zone; "" = none')
    weekends: bool = Field(default=True, description="whether mail may come to you on Saturdays and Sundays")
    digest: Literal["off", "daily", "weekly"] = Field(
        default="daily", description="one mail a day, or a week (on Mondays); off: one mail a request"
    )
    digest_at: str = Field(default="08:00", description="when it is made, in your time zone")
    digest_size: int = Field(default=20, gt=0, le=100, description="requests to ask about in one digest, at most")
    sample: int = Field(default=3, ge=0, le=20, description="ugly ones in a digest, drawn at random for a second look")
    per_hour: int = Field(default=20, gt=0, description="mails to one owner in an hour; what is above goes in a digest")
    per_day: int = Field(default=100, gt=0, description="mails to one owner in a day")
    answers: Duration = Field(
        default="30d", validate_default=True, description="how long a mail of ours can be answered by mail"
    )

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, value: str) -> str:
        if value:
            first, dash, last = value.partition("-")
            if not dash or not _CLOCK.fullmatch(first.strip()) or not _CLOCK.fullmatch(last.strip()):
                raise ValueError(f'"{value}" are no hours; write two times, such as "22:00-07:00", or "" for none')
        return value

    @field_validator("digest_at")
    @classmethod
    def _one_time(cls, value: str) -> str:
        if not _CLOCK.fullmatch(value.strip()):
            raise ValueError(f'"{value}" is no time of day; write one such as "08:00"')
        return value


def free_from(at: int, told: FollowUp, zone: ZoneInfo) -> int:
    """The first time, `at` or later (ms), at which the owner may be written to."""
    here = when(at).astimezone(zone)
    for _ in range(12):  # two weekend days, and a night before, between and after them
        if not told.weekends and here.weekday() >= 5:
            here = _clock(here + timedelta(days=1), time(0), zone, here)
        elif end := _end_of_quiet(here, told.quiet_hours, zone):
            here = end
        else:
            break
    return max(at, _milliseconds(here))


def next_digest(after: int, told: FollowUp, zone: ZoneInfo) -> int | None:
    """When the first digest after this time (ms) is due; None where there are none.

    One whose time lies in quiet hours comes after them; on excluded weekends there is none.
    """
    if told.digest == "off":
        return None
    at, day = _time(told.digest_at), when(after).astimezone(zone)
    for ahead in range(-4, 12):  # the last one before may be put off until after `after`
        slot = _clock(day + timedelta(days=ahead), at, zone)
        if (told.digest == "weekly" and slot.weekday() != 0) or (not told.weekends and slot.weekday() >= 5):
            continue
        free = free_from(_milliseconds(slot), told, zone)
        if free > after:
            return free
    raise AssertionError("a week has a Monday")


def rest(told: FollowUp) -> int:
    """How long after one digest no other comes, though its time may: the one before it was late."""
    return 6 * HOUR if told.digest == "daily" else 3 * DAY


def _end_of_quiet(here: datetime, hours: str, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end that this time lies in; None: it lies in none."""
    if not hours:
        return None
    start, end = (_time(text) for text in hours.split("-"))
    if start == end:
        return None
    now = here.time().replace(tzinfo=None)
    over_midnight = start > end
    inside = now >= start or now < end if over_midnight else start <= now < end
    if not inside:
        return None
    return _clock(here + timedelta(days=1) if over_midnight and now >= start else here, end, zone, here)


def _clock(day: datetime, at: time, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """That time of that day, the first (after `after`); one that the day leaves out, as the first time after it."""
    local = datetime.combine(day.date(), at, zone)
    there = local.astimezone(UTC).astimezone(zone)
    if there.replace(tzinfo=None) != local.replace(tzinfo=None):
        return _first_after(local, there)
    again = local.replace(fold=1)  # the same clock time an hour later, on the day when clocks are set back
    return again if after is not None and _milliseconds(local) <= _milliseconds(after) else local


def _first_after(local: datetime, late: datetime) -> datetime:
    """When the clock jumps over this time: the first moment that it shows a later one."""
    zone, wall = local.tzinfo, local.replace(tzinfo=None)
    early, last = round(local.replace(fold=1).timestamp()), round(late.timestamp())
    while last - early > 1:
        middle = (early + last) // 2
        shown = datetime.fromtimestamp(middle, zone).replace(tzinfo=None)
        early, last = (early, middle) if shown >= wall else (middle, last)
    return datetime.fromtimestamp(last, zone)


def _time(text: str) -> time:
    hour, minute = text.strip().split(":")
    return time(int(hour), int(minute))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
