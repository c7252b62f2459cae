"""Digests, caps, clocks that jump: the timers over a real store, with the real worker, at times that a test chooses."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock import now
from pipeline.store import due
from pipeline.store.log import Entry, Log, Output
from pipeline.store.writer import Statement
from pipeline.timers import AT_ONCE, LONGEST_SECONDS, Timers
from pipeline.worker import Worker
from stages.conversation import Accepted, Answered, DigestWanted, Elapsed, Ordered, ReminderWanted
from stages.events import UNKNOWN, Notice, Order, shown
from tests.builders.clockwork import DAY, HOUR, MINUTE, ZONE, Clockwork, at, clockwork
from tests.builders.events import received

THURSDAY = at("2026-11-26 12:00")
SINGLE = {"digest": "off", "quiet_hours": ""}


def ordered(made: Clockwork, request: str, order: Order, **changes: object) -> Ordered:
    given = {"mail": f"mail {request}", "owner": "amy", "request": request, "order": order, "by": "terminal"}
    return Ordered.model_validate({**given, "at": now(), **changes})


def answered(request: str, text: str = "", sure: bool = True) -> Answered:
    answer = shown(text) if text else UNKNOWN
    return Answered(mail=f"mail {request}", owner="amy", request=request, answer=answer, sure=sure, at=now())


def days(made: Clockwork) -> list[str]:
    """When digests were made, as the owner's clock showed it."""
    there = ZoneInfo(ZONE)
    return [datetime.fromtimestamp(when / 1000, UTC).astimezone(there).strftime("%d %H:%M") for when, _ in made.digests]


def names(mail: DigestWanted, part: str) -> list[str]:
    return [line.request for line in getattr(mail, part)]


# --- when digests come --------------------------------------------------------------------------------------------


async def test_the_first_digest_comes_at_the_next_time_for_one_and_then_daily_when_there_is_something_to_tell(
    tmp_path: Path,
) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + DAY, 10 * MINUTE)
        assert days(made) == ["27 08:00"]
        await made.waits(THURSDAY + 2 * DAY, 10 * MINUTE)
        assert days(made) == ["27 08:00"], "there was nothing to tell"
        await made.opens("ben")
        await made.waits(THURSDAY + 3 * DAY, 10 * MINUTE)
        assert days(made) == ["27 08:00", "29 08:00"]
        assert names(made.digests[1][1], "asks") == ["ben"]


async def test_a_weekly_digest_comes_on_monday(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, digest="weekly") as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + 6 * DAY, 20 * MINUTE)
        assert days(made) == ["30 08:00"]


async def test_no_digest_comes_in_quiet_hours_nor_on_an_excluded_weekend(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, digest_at="23:00", weekends=False) as made:
        await made.goes_to(THURSDAY)
        for day in range(5):
            await made.opens(f"r{day}")
            await made.waits(THURSDAY + (day + 1) * DAY, 20 * MINUTE)
        assert days(made) == ["27 07:00", "30 07:00", "01 07:00"]


async def test_after_a_week_switched_off_one_digest_comes_at_once_and_the_next_one_the_day_after(
    tmp_path: Path,
) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.store.close()
        made.clock.move_to((at("2026-12-03 07:20")) / 1000)
        await made.start()
        await made.goes_to(at("2026-12-03 07:20"))
        await made.opens("ben")
        await made.waits(at("2026-12-04 12:00"), 10 * MINUTE)
        assert days(made) == ["03 07:20", "04 08:00"], "and none at eight, forty minutes after the late one"
        assert names(made.digests[1][1], "asks") == ["ben"]


async def test_switched_on_at_night_it_waits_for_the_morning(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.goes_to(at("2026-12-03 03:00"))
        assert made.mails == []
        await made.goes_to(at("2026-12-03 07:00"))
        assert len(made.digests) == 1


@pytest.mark.parametrize("back", [HOUR, 30 * HOUR, 366 * DAY])
async def test_a_clock_that_is_set_back_neither_doubles_a_digest_nor_keeps_the_next_away_for_long(
    tmp_path: Path, back: int
) -> None:
    start = at("2026-11-26 08:10")
    async with clockwork(tmp_path, start - DAY) as made:
        await made.goes_to(start - DAY)
        await made.opens("ann")
        await made.goes_to(start)
        assert len(made.digests) == 1
        await made.opens("ben")
        await made.goes_to(start - back)
        if back == HOUR:
            await made.waits(start + HOUR, 10 * MINUTE)
            assert len(made.digests) == 1, "eight o'clock came twice"
        await made.opens("cam")
        await made.waits(now() + DAY, 10 * MINUTE)
        assert len(made.digests) == 2
        assert sorted(names(made.digests[1][1], "asks")) == ["ben", "cam"]


async def test_a_clock_that_jumps_ahead_and_back_again_makes_one_digest_there_and_one_here(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.goes_to(THURSDAY + 100 * DAY)
        await made.opens("ben")
        await made.waits(THURSDAY + 100 * DAY + HOUR, 5 * MINUTE)
        assert len(made.digests) == 1
        await made.goes_to(THURSDAY + 10 * MINUTE)
        await made.waits(THURSDAY + DAY, 10 * MINUTE)
        assert len(made.digests) == 2
        assert names(made.digests[1][1], "asks") == ["ben"]
        assert days(made)[1:] == ["27 08:00"]


async def test_digests_of_two_owners_are_their_own(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        owner = made.settings.owners[0]
        other = owner.model_copy(update={"id": "bob", "addresses": ("bob@salver.test",)})
        made.settings = made.settings.model_copy(update={"owners": (owner, other)})
        await made.restart()
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.opens("ben", owner="bob")
        await made.waits(THURSDAY + DAY, HOUR)
        assert {(mail.owner, *names(mail, "asks")) for _, mail in made.digests} == {("amy", "ann"), ("bob", "ben")}


# --- written together ---------------------------------------------------------------------------------------------


async def test_the_digest_what_it_names_and_its_row_are_written_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        made.clock.move_to((THURSDAY + DAY) / 1000)
        written: list[int] = []
        put = Log.write

        async def broken(self: Log, job: list[tuple[str, object]]) -> object:
            written.append(len(job))
            raise OSError("the disk is full")

        monkeypatch.setattr(Log, "write", broken)
        with pytest.raises(OSError, match="full"):
            await made.timers.look(now())
        monkeypatch.setattr(Log, "write", put)
        assert len(written) == 1, "one transaction"
        assert (await made.known("ann")).reminders == 0
        await made.timers.look(now())
        rows = await made.store.read("SELECT id, kind FROM events WHERE kind IN ('DigestWanted', 'Listed') ORDER BY 2")
        assert [str(kind) for _, kind in rows] == ["DigestWanted", "Listed"]
        assert str(rows[1][0]) == "ann.listed1"
        await made.restart()
        await made.goes_to(THURSDAY + DAY + MINUTE)
        assert len(made.digests) == 1
        assert (await made.known("ann")).reminders == 1


async def test_a_digest_that_a_crash_cuts_off_from_its_mail_is_the_same_one_afterwards(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        made.clock.move_to((THURSDAY + DAY) / 1000)
        await made.timers.look(now())
        for _ in range(3):
            await made.store.claim(10)
            await made.restart()
            await made.timers.look(now())
        await made.goes_to(now() + MINUTE)
        assert len(made.digests) == 1
        assert await made.advanced("ann") == ["opened", "listed"]


async def test_the_read_model_written_anew_knows_the_same_digests(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + DAY, HOUR)
        tables = ("SELECT * FROM conversations ORDER BY 1", "SELECT * FROM digests", "SELECT * FROM tokens")
        before = [await made.store.read(table) for table in tables]
        await made.store.rebuild()
        assert [await made.store.read(table) for table in tables] == before


# --- what they name -----------------------------------------------------------------------------------------------


async def test_nobody_is_named_a_third_time_and_the_second_time_only_after_the_pause(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + 12 * DAY, 30 * MINUTE)
        assert days(made) == ["27 08:00", "30 08:00"]
        asking = [line.asking for _, mail in made.digests for line in mail.asks]
        assert asking == ["ask", "second"]


async def test_three_days_over_a_change_to_summer_time_are_three_mornings(tmp_path: Path) -> None:
    friday = at("2027-03-26 12:00")
    async with clockwork(tmp_path, friday) as made:
        await made.goes_to(friday)
        await made.opens("ann")
        await made.waits(friday + 7 * DAY, 30 * MINUTE)
        assert days(made) == ["27 08:00", "30 08:00"]


async def test_without_a_second_reminder_there_is_one_mention(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, second_reminder_after="") as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + 12 * DAY, 2 * HOUR)
        assert len(made.mentions) == 1


async def test_an_answer_that_is_owed_is_named_again_and_again_in_that_rhythm_until_it_is_done(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann", owed=True)
        await made.waits(THURSDAY + 8 * DAY, 30 * MINUTE)
        assert days(made) == ["27 08:00", "30 08:00", "03 08:00"]
        assert all(names(mail, "owed") == ["ann"] for _, mail in made.digests)
        await made.hears(ordered(made, "ann", "done"))
        await made.waits(THURSDAY + 20 * DAY, 2 * HOUR)
        assert len(made.digests) == 3


async def test_what_does_not_fit_is_counted_and_comes_in_the_next_digest(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, digest_size=3, second_reminder_after="") as made:
        await made.goes_to(THURSDAY)
        for number in range(8):
            await made.opens(f"r{number}", score=float(number))
        await made.waits(THURSDAY + 4 * DAY, HOUR)
        assert [names(mail, "asks") for _, mail in made.digests] == [
            ["r7", "r6", "r5"],
            ["r4", "r3", "r2"],
            ["r1", "r0"],
        ]
        assert [mail.unlisted for _, mail in made.digests] == [5, 2, 0]


async def test_the_wait_may_start_at_the_digest_that_names_them(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, asked_when_reminded=True) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.waits(THURSDAY + 7 * DAY, HOUR)
        known = await made.known("ann")
        assert (known.phase, known.asked_at) == ("asked", made.digests[0][0])
        await made.waits(THURSDAY + 9 * DAY, HOUR)
        assert (await made.known("ann")).phase == "silent"
        assert [names(mail, "changed") for _, mail in made.digests] == [[], ["ann"]]


async def test_a_snooze_that_ends_with_the_digest_is_in_it(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.hears(ordered(made, "ann", "snooze", span=20 * HOUR))
        await made.goes_to(THURSDAY + 20 * HOUR)
        assert [names(mail, "asks") for _, mail in made.digests] == [["ann"]]


# --- what changed -------------------------------------------------------------------------------------------------


async def test_what_others_did_is_told_once_and_what_the_owner_did_is_not(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        people = ("seen", "unseen", "mine", "linked", "silent", "maybe")
        await made.opens(*people)
        await made.goes_to(THURSDAY + DAY)
        for request in ("seen", "unseen", "mine", "silent", "maybe"):
            await made.hears(ordered(made, request, "asked"))
        await made.hears(answered("seen", "I read your piece on rope walks."))
        await made.hears(answered("unseen"))
        await made.hears(answered("maybe", sure=False))
        await made.hears(Accepted(mail="mail linked", owner="amy", request="linked", at=now()))
        await made.hears(answered("mine", "Hello!"))
        await made.hears(ordered(made, "mine", "good"))
        await made.waits(THURSDAY + 5 * DAY, HOUR)
        (_, told) = made.digests[1]
        assert {line.request: line.asking for line in told.changed} == {
            "seen": None, "unseen": "unseen", "maybe": "maybe", "linked": None,
        }  # fmt: skip
        assert names(told, "asks") == []
        assert len(made.digests) == 2, "and not again"
        await made.waits(THURSDAY + 10 * DAY, HOUR)
        assert [sorted(names(mail, "changed")) for _, mail in made.digests[2:]] == [["maybe", "silent"]]


async def test_what_comes_after_the_time_was_up_is_told_too_if_it_may_be_an_answer(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.hears(ordered(made, "ann", "asked"))
        await made.waits(THURSDAY + 8 * DAY, HOUR)
        assert [(line.request, line.phase) for _, mail in made.digests for line in mail.changed] == [("ann", "silent")]
        await made.hears(answered("ann", "I am away").model_copy(update={"automatic": True}))
        await made.waits(THURSDAY + 9 * DAY, HOUR)
        assert len(made.digests) == 1
        await made.hears(answered("ann", sure=False))
        await made.waits(THURSDAY + 11 * DAY, HOUR)
        assert [(line.request, line.asking) for line in made.digests[1][1].changed] == [("ann", "maybe")]
        assert len(made.digests) == 2


async def test_what_changed_long_before_digests_were_switched_on_is_no_news(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.goes_to(THURSDAY)
        await made.opens("old", "new")
        await made.goes_to(THURSDAY + MINUTE)
        await made.hears(ordered(made, "old", "asked"))
        await made.goes_to(THURSDAY + 8 * DAY)
        await made.hears(ordered(made, "new", "asked"))
        await made.waits(THURSDAY + 25 * DAY, DAY)
        made.tell_settings()
        await made.restart()
        await made.waits(THURSDAY + 27 * DAY, HOUR)
        assert [names(mail, "changed") for _, mail in made.digests] == [["new"]]


async def test_a_single_mail_about_it_makes_it_no_news(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann")
        await made.goes_to(THURSDAY + MINUTE)
        await made.hears(ordered(made, "ann", "asked"))
        await made.hears(answered("ann"))
        await made.goes_to(THURSDAY + HOUR + 2 * MINUTE)  # there is no mail here with which it would be judged at once
        assert [mail.asking for _, mail in made.mails if isinstance(mail, ReminderWanted)] == ["ask", "unseen"]
        made.tell_settings()
        await made.restart()
        await made.waits(THURSDAY + 3 * DAY, HOUR)
        assert made.digests == []


# --- caps ---------------------------------------------------------------------------------------------------------


def most(made: Clockwork, span: int) -> int:
    """The most mails in any stretch of time so long."""
    times = [when for when, _ in made.mails]
    return max(sum(start <= time < start + span for time in times) for start in times)


async def test_single_reminders_come_at_once_as_long_as_there_is_room(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.goes_to(THURSDAY)
        await made.opens(*(f"r{number}" for number in range(20)))
        await made.goes_to(THURSDAY + MINUTE)
        assert len(made.mails) == 20
        assert made.digests == []


async def test_above_the_cap_one_digest_of_the_best_is_made_a_day_and_the_rest_is_told_in_the_end(
    tmp_path: Path,
) -> None:
    told = {**SINGLE, "per_hour": 4, "per_day": 10, "digest_size": 5, "second_reminder_after": ""}
    async with clockwork(tmp_path, THURSDAY, **told) as made:
        await made.goes_to(THURSDAY)
        for number in range(40):
            await made.opens(f"r{number:02}", score=float(number))
        await made.goes_to(THURSDAY + MINUTE)
        (_, digest) = made.digests[0]
        assert digest.overflow
        assert names(digest, "asks") == ["r39", "r38", "r37", "r36", "r35"]
        assert digest.unlisted == 35
        assert [request for _, request in made.mentions[5:]] == ["r34", "r33", "r32"], "the best known of the rest"
        await made.waits(THURSDAY + 5 * DAY, 10 * MINUTE)
        assert Counter(request for _, request in made.mentions) == Counter(f"r{number:02}" for number in range(40))
        assert (most(made, HOUR), most(made, DAY)) == (4, 10)
        pauses = [later - earlier for (earlier, _), (later, _) in zip(made.digests, made.digests[1:], strict=False)]
        assert pauses
        assert min(pauses) >= DAY


async def test_a_look_while_reminders_are_on_their_way_makes_no_more_of_them(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, per_hour=2) as made:
        await made.opens("ann", "ben")
        await made.timers.look(THURSDAY)
        await made.opens("cam")
        await made.timers.look(THURSDAY)
        await made.work()
        assert sorted(request for _, request in made.mentions) == ["ann", "ben"]


async def test_what_is_given_up_before_it_is_due_again_is_given_up_in_time(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, expire_after="1d") as made:
        await made.opens("ann")
        await made.goes_to(THURSDAY)
        await made.goes_to(THURSDAY + DAY)
        assert (await made.known("ann")).phase == "expired"
        assert len(made.mails) == 1


async def test_the_count_of_mails_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, per_hour=3) as made:
        for number in range(3):
            await made.opens(f"r{number}")
            await made.goes_to(THURSDAY + number * MINUTE)
        assert len(made.mails) == 3
        await made.restart()
        await made.opens("one more")
        await made.waits(THURSDAY + 59 * MINUTE, MINUTE)
        assert len(made.mails) == 3
        await made.goes_to(THURSDAY + HOUR)
        assert len(made.mails) == 4


async def test_the_store_knows_until_when_the_way_is_closed(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, per_hour=3) as made:
        for number in range(2):
            await made.opens(f"r{number}")
            await made.goes_to(THURSDAY + number * MINUTE)
        assert await due.full_until(made.store.read, "amy", now(), HOUR, 3) is None
        await made.opens("r2")
        await made.goes_to(THURSDAY + 2 * MINUTE)
        until = await due.full_until(made.store.read, "amy", now(), HOUR, 3)
        assert until == THURSDAY + HOUR
        await made.opens("r3")
        await made.goes_to(until - 1)
        assert len(made.mails) == 3
        await made.goes_to(until)
        assert len(made.mails) == 4


async def test_mails_that_a_clock_far_ahead_counted_do_not_close_the_way_for_ever(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, per_hour=2, per_day=2) as made:
        await made.goes_to(THURSDAY + 366 * DAY)
        await made.opens("ann", "ben")
        await made.goes_to(THURSDAY + 366 * DAY + MINUTE)
        assert len(made.mails) == 2
        await made.goes_to(THURSDAY)
        await made.opens("cam")
        await made.goes_to(THURSDAY + MINUTE)
        assert len(made.mails) == 3


async def test_a_clock_set_back_an_hour_does_not_give_twice_the_room(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE, per_hour=2) as made:
        await made.opens("ann", "ben")
        await made.goes_to(THURSDAY + MINUTE)
        await made.goes_to(THURSDAY - HOUR)
        await made.opens("cam")
        await made.goes_to(THURSDAY - HOUR + MINUTE)
        assert len(made.mails) == 2


async def test_a_clock_a_year_ahead_with_thousands_due_brings_no_storm(tmp_path: Path) -> None:
    told = {**SINGLE, "expire_after": "500d"}
    async with clockwork(tmp_path, THURSDAY, **told) as made:
        await made.opens(*(f"r{number}" for number in range(5_000)))
        await made.goes_to(THURSDAY + 365 * DAY)
        assert len(made.mails) == 20
        assert len(made.digests) == 1
        await made.waits(THURSDAY + 366 * DAY + HOUR, 15 * MINUTE)
        assert most(made, HOUR) == 20
        assert most(made, DAY) == 100


@pytest.mark.timeout(300)
@pytest.mark.parametrize("a_minute", [20, pytest.param(167, marks=pytest.mark.nightly)])
async def test_ten_thousand_requests_in_an_hour_are_all_told_of_within_the_caps_or_expire(
    tmp_path: Path, a_minute: int
) -> None:
    """The ten thousand nightly; else a tenth of them."""
    told = {**SINGLE, "expire_after": "3d", "second_reminder_after": "1d"}
    async with clockwork(tmp_path, THURSDAY, **told) as made:
        for minute in range(60):
            await made.goes_to(THURSDAY + minute * MINUTE)
            await made.opens(*(f"r{minute:02}-{number}" for number in range(a_minute)))
        await made.waits(THURSDAY + 3 * DAY + 2 * HOUR, 20 * MINUTE)
        assert most(made, HOUR) == 20
        assert most(made, DAY) == 100
        everybody = await made.all()
        assert len(everybody) == 60 * a_minute
        assert {known.phase for known in everybody} == {"expired"}
        mentioned = Counter(request for _, request in made.mentions)
        assert len(mentioned) > 300
        assert max(mentioned.values()) <= 2


async def test_thousands_that_fall_silent_at_once_let_new_mail_through(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        names = [f"r{number}" for number in range(1_300)]
        await made.opens(*names)
        await made.store.write(
            [due.timed_anew((await made.known(request)).model_copy(update={"due_at": THURSDAY})) for request in names]
        )
        assert await made.timers.look(THURSDAY), "there is more than one look does"
        assert await due.elapsing(made.store.read) == AT_ONCE
        assert await made.timers.look(THURSDAY)
        assert await due.elapsing(made.store.read) == AT_ONCE, "no more while these are not done"
        await made.store.append([received()], b"raw", "f1")
        first, *_ = await made.store.claim(1)
        assert first.id == "m1", "mail that comes in goes first"


# --- other settings, other times ----------------------------------------------------------------------------------


async def test_what_was_timed_with_other_settings_is_due_as_the_new_ones_say(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await made.opens("ann", "asked")
        await made.hears(ordered(made, "asked", "asked"))
        assert (await made.known("ann")).mails is False
        made.tell_settings(**SINGLE, answer_within="2d")
        await made.restart()
        await made.goes_to(THURSDAY + MINUTE)
        assert [mail.request for _, mail in made.mails if isinstance(mail, ReminderWanted)] == ["ann"]
        assert (await made.known("asked")).due_at == THURSDAY + 2 * DAY
        await made.goes_to(THURSDAY + 2 * DAY)
        assert (await made.known("asked")).phase == "silent"


async def test_single_reminders_that_waited_go_into_digests_when_those_are_switched_on(tmp_path: Path) -> None:
    async with clockwork(tmp_path, at("2026-11-26 23:00"), digest="off") as made:
        await made.opens("ann")
        await made.goes_to(at("2026-11-26 23:10"))
        assert made.mails == []
        made.tell_settings()
        await made.restart()
        await made.waits(at("2026-11-27 12:00"), 10 * MINUTE)
        assert days(made) == ["27 08:00"]
        assert len(made.mails) == 1


async def test_a_start_with_the_same_settings_writes_no_conversation(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.opens("ann", "ben")
        await made.hears(ordered(made, "ben", "asked"))
        await made.goes_to(THURSDAY + MINUTE)
        before = await made.store.read("SELECT * FROM conversations ORDER BY 1")
        await made.restart()
        await made.goes_to(THURSDAY + HOUR)
        assert await made.store.read("SELECT * FROM conversations ORDER BY 1") == before


async def test_a_second_reminder_is_not_put_off_by_a_clock_that_was_ahead_at_the_first(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.goes_to(THURSDAY + 300 * DAY)
        await made.opens("ann")
        await made.goes_to(THURSDAY + 300 * DAY + MINUTE)
        await made.goes_to(THURSDAY)
        await made.waits(THURSDAY + 4 * DAY, HOUR)
        assert [when for when, _ in made.mails[1:]] == [THURSDAY + 3 * DAY]


async def test_a_reminder_is_not_put_off_by_a_clock_that_was_ahead_when_the_request_came(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY + 300 * DAY, **SINGLE) as made:
        await made.goes_to(THURSDAY + 300 * DAY)
        await made.opens("ann")
        await made.goes_to(THURSDAY)
        assert [when for when, _ in made.mails] == [THURSDAY]


# --- the loop -----------------------------------------------------------------------------------------------------


async def test_the_loop_acts_when_something_is_due_and_when_it_is_woken_and_looks_twice_a_minute(
    tmp_path: Path,
) -> None:
    """With the clock of the world. The longest wait is what a laptop that slept adds, too."""
    assert LONGEST_SECONDS <= 30
    store = await Log.open(tmp_path / "salver.db", 1_000_000, serve=True)
    made = Clockwork(tmp_path, None, {**SINGLE})  # type: ignore[arg-type]
    made.store = store
    timers = Timers(store, made.settings)
    task = asyncio.create_task(timers.run())
    try:
        await asyncio.sleep(0.2)
        await made.opens("ann")
        told = asyncio.Event()
        store.woken = told.set
        timers.wake()
        async with asyncio.timeout(20):
            await told.wait()
        assert await store.read("SELECT 1 FROM events WHERE kind = 'Elapsed'")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.close()


async def test_an_elapsed_time_names_what_was_due(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.opens("ann")
        await made.timers.look(THURSDAY)
        await made.timers.look(THURSDAY)
        rows = await made.store.read("SELECT id, body FROM events WHERE kind = 'Elapsed'")
        assert [str(id).startswith(f"ann.time1.{THURSDAY}.") for id, _ in rows] == [True]
        assert Elapsed.model_validate_json(str(rows[0][1])).version == 1


# --- a worker that is behind ---------------------------------------------------------------------------------------


async def test_what_was_told_and_is_not_worked_off_takes_up_room(tmp_path: Path) -> None:
    """Crash after crash between the telling and the mail must not make room for twenty more each time."""
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        for batch in range(5):
            for number in range(20):
                await made.opens(f"p{batch}-{number}")
            await made.timers.look(THURSDAY + batch * 2 * MINUTE)
        ((told,),) = await made.store.read("SELECT count(*) FROM events WHERE kind = 'Elapsed'")
        assert told == 20


async def test_no_mails_are_made_while_others_wait_to_be_sent(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.opens("ann")
        stuck = ReminderWanted(mail="m0", owner="amy", mailbox="maildir:x", request="r0", about=Notice(), at=THURSDAY)
        await made.store.put([Output("r0.stuck", stuck, "ready")])
        await made.store.write([Statement("UPDATE events SET created_at = ? WHERE id = 'r0.stuck'", (THURSDAY,))])
        await made.timers.look(THURSDAY + 10 * MINUTE)
        assert not await made.store.read("SELECT 1 FROM events WHERE kind = 'Elapsed'")
        await made.store.write([Statement("UPDATE events SET state = 'done' WHERE id = 'r0.stuck'", ())])
        await made.timers.look(THURSDAY + 11 * MINUTE)
        assert len(await made.store.read("SELECT 1 FROM events WHERE kind = 'Elapsed'")) == 1


async def test_what_is_worked_off_too_late_makes_no_mail_and_is_asked_about_again(tmp_path: Path) -> None:
    """Told at 21:59 and handled at 23:30: the owner is asleep by then."""
    async with clockwork(tmp_path, THURSDAY, **SINGLE) as made:
        await made.opens("ann")
        await made.timers.look(THURSDAY)
        ((id, body),) = await made.store.read("SELECT id, body FROM events WHERE kind = 'Elapsed'")
        told = Elapsed.model_validate_json(str(body))
        late = told.model_copy(update={"at": now() - 90 * MINUTE})
        worker = Worker(made.store, {}, made.settings)
        assert await worker._converse(Entry(str(id), late)) == ()
        assert [type(event) for event in await worker._converse(Entry(str(id), told))][1:] == [ReminderWanted]
        await made.store.write([Statement("UPDATE events SET state = 'done' WHERE kind = 'Elapsed'", ())])
        assert [each.request for each in await due.due(made.store.read, THURSDAY, True, 9, "amy")] == ["ann"]
