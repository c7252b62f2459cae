"""When the owner may be written to, over every kind of night, weekend and change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st
from pydantic import ValidationError

from stages.calm import FollowUp, free_from, next_digest, rest

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu",
    "Pacific/Apia", "Africa/Cairo", "America/Asuncion", "Asia/Beirut", "America/St_Johns", "Pacific/Kiritimati",
]  # fmt: skip
"""With changes by half an hour, at midnight, back over midnight, and a day that was left out."""


def told(**changes: object) -> FollowUp:
    return FollowUp.model_validate(changes)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def local(moment: int, zone: ZoneInfo = BERLIN) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone).strftime("%a %Y-%m-%d %H:%M:%S%z")


def is_quiet(moment: int, hours: str, weekends: bool, zone: ZoneInfo) -> bool:
    """What the settings say, read off a clock on the wall."""
    here = datetime.fromtimestamp(moment // 1000, UTC).astimezone(zone)
    if not weekends and here.strftime("%a") in ("Sat", "Sun"):
        return True
    if not hours:
        return False
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    wall = here.time()
    if start < end:
        return start <= wall < end
    return start > end and not end <= wall < start


# --- quiet hours --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "asked", "free"),
    [
        ("22:00-07:00", "2026-11-26 21:59", "2026-11-26 21:59"),
        ("22:00-07:00", "2026-11-26 22:00", "2026-11-27 07:00"),
        ("22:00-07:00", "2026-11-27 03:00", "2026-11-27 07:00"),
        ("22:00-07:00", "2026-11-27 07:00", "2026-11-27 07:00"),
        ("12:00-13:30", "2026-11-27 12:10", "2026-11-27 13:30"),
        ("00:00-06:00", "2026-11-27 00:00", "2026-11-27 06:00"),
        ("18:00-00:00", "2026-11-27 23:59", "2026-11-28 00:00"),
        ("", "2026-11-27 03:00", "2026-11-27 03:00"),
        ("09:00-09:00", "2026-11-27 09:00", "2026-11-27 09:00"),
    ],
)
def test_no_mail_comes_in_quiet_hours_and_the_first_minute_after_them_is_free(
    hours: str, asked: str, free: str
) -> None:
    assert free_from(at(asked), told(quiet_hours=hours), BERLIN) == at(free)


def test_a_weekend_that_is_excluded_ends_when_the_night_after_it_does() -> None:
    calm = told(weekends=False)
    assert local(free_from(at("2026-11-27 22:30"), calm, BERLIN)) == "Mon 2026-11-30 07:00:00+0100"
    assert local(free_from(at("2026-11-28 12:00"), calm, BERLIN)) == "Mon 2026-11-30 07:00:00+0100"
    assert local(free_from(at("2026-11-28 12:00"), told(weekends=False, quiet_hours=""), BERLIN)) == (
        "Mon 2026-11-30 00:00:00+0100"
    )
    assert local(free_from(at("2026-11-27 12:00"), calm, BERLIN)) == "Fri 2026-11-27 12:00:00+0100"


def test_quiet_hours_that_end_in_an_hour_that_is_left_out_end_when_the_clock_has_jumped() -> None:
    calm = told(quiet_hours="22:00-02:30")
    assert local(free_from(at("2026-03-29 01:00"), calm, BERLIN)) == "Sun 2026-03-29 03:00:00+0200"


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_are_quiet_twice() -> None:
    calm = told(quiet_hours="22:00-02:30")
    assert local(free_from(at("2026-10-25 01:00"), calm, BERLIN)) == "Sun 2026-10-25 02:30:00+0200"
    again = at("2026-10-25 02:10", fold=1)
    assert local(free_from(again, calm, BERLIN)) == "Sun 2026-10-25 02:30:00+0100"


@settings(max_examples=400, deadline=None)
@given(
    moment=st.integers(at("1980-01-01 00:00", ZoneInfo("UTC")), at("2035-01-01 00:00", ZoneInfo("UTC"))),
    start=st.integers(0, 24 * 60 - 1),
    length=st.integers(0, 20 * 60),
    weekends=st.booleans(),
    zone=st.sampled_from(ZONES),
)
@example(at("2011-12-29 23:00", ZoneInfo("Pacific/Apia")), 22 * 60, 9 * 60, False, "Pacific/Apia")
@example(at("2026-10-25 02:10", fold=1), 22 * 60, 4 * 60 + 30, True, "Europe/Berlin")
@example(at("2026-03-29 01:59"), 22 * 60, 4 * 60 + 30, True, "Europe/Berlin")
@example(at("2026-11-01 00:30", ZoneInfo("America/Havana"), 1), 23 * 60, 2 * 60, True, "America/Havana")
@example(at("2026-04-24 00:10", ZoneInfo("Africa/Cairo")), 20 * 60, 4 * 60, False, "Africa/Cairo")
def test_the_time_is_free_and_no_earlier_minute_is(
    moment: int, start: int, length: int, weekends: bool, zone: str
) -> None:
    end = (start + length) % (24 * 60)
    hours = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    calm, there = told(quiet_hours=hours, weekends=weekends), ZoneInfo(zone)
    free = free_from(moment, calm, there)
    assert not is_quiet(free, hours, weekends, there)
    assert free_from(free, calm, there) == free
    for minute in range(moment, free, MINUTE):
        assert is_quiet(minute, hours, weekends, there)
    if free > moment:
        assert is_quiet(free - 1000, hours, weekends, there), "not a second too late"


# --- digests ------------------------------------------------------------------------------------------------------


def slots(calm: FollowUp, after: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    found, last = [], at(after, zone)
    for _ in range(count):
        slot = next_digest(last, calm, zone)
        assert slot is not None
        last = slot
        found.append(local(slot, zone)[:-8])
    return found


def test_a_daily_digest_comes_every_day_at_its_time() -> None:
    assert slots(told(), "2026-11-26 08:00", 2) == ["Fri 2026-11-27 08:00", "Sat 2026-11-28 08:00"]
    assert slots(told(), "2026-11-26 07:59", 1) == ["Thu 2026-11-26 08:00"]


def test_a_weekly_digest_comes_on_mondays() -> None:
    assert slots(told(digest="weekly"), "2026-11-26 12:00", 2) == ["Mon 2026-11-30 08:00", "Mon 2026-12-07 08:00"]


def test_no_digest_comes_on_an_excluded_weekend_and_monday_has_its_own_time() -> None:
    assert slots(told(weekends=False), "2026-11-26 12:00", 3) == [
        "Fri 2026-11-27 08:00", "Mon 2026-11-30 08:00", "Tue 2026-12-01 08:00",
    ]  # fmt: skip


def test_a_digest_whose_time_lies_in_quiet_hours_comes_after_them() -> None:
    calm = told(digest_at="23:30")
    assert slots(calm, "2026-11-26 12:00", 2) == ["Fri 2026-11-27 07:00", "Sat 2026-11-28 07:00"]
    assert slots(calm, "2026-11-27 02:00", 1) == ["Fri 2026-11-27 07:00"], "last night's is still to come"
    friday = told(digest_at="23:30", weekends=False)
    assert slots(friday, "2026-11-27 12:00", 2) == ["Mon 2026-11-30 07:00", "Tue 2026-12-01 07:00"]


def test_with_single_reminders_there_is_no_digest() -> None:
    assert next_digest(at("2026-11-26 12:00"), told(digest="off"), BERLIN) is None


@settings(max_examples=300, deadline=None)
@given(
    after=st.integers(at("2000-01-01 00:00"), at("2035-01-01 00:00")),
    minute=st.integers(0, 24 * 60 - 1),
    weekly=st.booleans(),
    weekends=st.booleans(),
    zone=st.sampled_from(ZONES),
)
@example(at("2011-12-29 12:00", ZoneInfo("Pacific/Apia")), 8 * 60, False, True, "Pacific/Apia")
def test_digests_come_one_after_the_other_in_free_time_and_none_is_left_out(
    after: int, minute: int, weekly: bool, weekends: bool, zone: str
) -> None:
    calm = told(
        digest="weekly" if weekly else "daily", digest_at=f"{minute // 60:02}:{minute % 60:02}", weekends=weekends
    )
    there = ZoneInfo(zone)
    slot = next_digest(after, calm, there)
    assert slot is not None
    assert after < slot <= after + (8 * DAY if weekly else 4 * DAY) + 12 * HOUR
    assert not is_quiet(slot, calm.quiet_hours, weekends, there)
    between = (after + slot) // 2
    assert next_digest(between, calm, there) == slot, "whoever asks later is told the same"


def test_the_rest_after_a_late_digest_is_shorter_than_the_pause_between_two() -> None:
    assert rest(told()) < 20 * HOUR
    assert rest(told(digest="weekly")) < 6 * DAY


@pytest.mark.parametrize("text", ["25:00-07:00", "22-7", "22:00", "late"])
def test_hours_that_are_none_are_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError, match="no hours"):
        told(quiet_hours=text)


@pytest.mark.parametrize("text", ["24:00", "8", "8 o'clock", "08:60", ""])
def test_a_time_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError, match="no time of day"):
        told(digest_at=text)
