"""Ugly empties itself: only of what a digest named before, and what nobody kept meanwhile. Real store, real Maildir."""

from __future__ import annotations

import asyncio
import os
import random
import re
from pathlib import Path

import pytest

from pipeline.clock import now
from pipeline.emptying import doubts, lines
from pipeline.filing import Filing
from pipeline.mailboxes import Taken
from pipeline.store.going import COUNTS
from pipeline.store.log import Output
from stages.conversation import DigestWanted, Ordered
from stages.emptying import Terms
from stages.events import Event, FilingWanted, Moved
from stages.keeping import RemovalWanted, Removed
from tests.builders.clockwork import DAY, HOUR, at
from tests.builders.tray import Tray, id_of, tray

BEGINS = at("2026-06-01 12:00")
MONTH = 30 * DAY


def owners_move(made: Tray, name: str, folder: str, flags: str = "S") -> None:
    """As a client does: another folder, the same name."""
    path = made.path(name)
    aim = made.root / f".{folder}" / "cur"
    for part in ("tmp", "new", "cur"):
        (aim.parent / part).mkdir(parents=True, exist_ok=True)
    path.rename(aim / f"{path.name.partition(':')[0]}:2,{flags}")


def owner_flags(made: Tray, name: str, flags: str = "FS") -> None:
    path = made.path(name)
    path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,{flags}")


async def said(made: Tray, name: str, folder: str) -> None:
    """What noticing an owner's move records."""
    moved = Moved(mail=id_of(name), owner="amy", mailbox=made.mailbox, folder=folder, at=now())
    await made.clockwork.store.put([Output(f"{id_of(name)}.moved{now()}", moved, "done")])


# --- what goes, and when ------------------------------------------------------------------------------------------


async def test_mail_goes_when_its_time_is_over_and_a_digest_named_it_a_day_before(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, MONTH) as made:
        await made.comes("ugly")
        await made.comes("good", verdict="good")
        await made.days(28.5)
        assert (made.named(), made.lies()) == ([], {"Ugly": ["ugly"], "Good": ["good"]})
        await made.days(0.75)
        ((when, digest),) = made.clockwork.digests
        assert made.named() == [["ugly"]]
        assert digest.going[0].leaves_at == BEGINS + MONTH >= when + DAY / 2
        assert made.lies() == {"Ugly": ["ugly"], "Good": ["good"]}
        await made.days(0.5)
        assert made.lies() == {"Ugly": ["ugly"], "Good": ["good"]}
        await made.days(1)
        assert made.lies() == {"Good": ["good"]}
        (removed,) = await made.told(Removed)
        assert isinstance(removed, Removed)
        assert removed.name.partition(":")[0].endswith(f"{id_of('ugly')}.salver")
        await made.days(20)
        assert made.named() == [["ugly"]]
        assert await made.removed() == [("ugly", "")]


@pytest.mark.parametrize("digest", ["daily", "weekly"])
async def test_between_the_digest_and_the_going_lies_the_time_from_one_digest_to_the_next(
    tmp_path: Path, digest: str
) -> None:
    notice = DAY if digest == "daily" else 7 * DAY
    async with tray(tmp_path, BEGINS, 0, digest=digest) as made:
        await made.comes("one", "two")
        while not made.clockwork.digests:
            await made.days(1 / 24, 1 / 24)
        told_at = made.clockwork.digests[0][0]
        while made.lies():
            await made.days(1 / 24, 1 / 24)
        assert notice <= now() - told_at <= notice + HOUR


async def test_without_a_time_nothing_goes_and_without_digests_neither_and_that_is_said(tmp_path: Path) -> None:
    for number, (after, digest) in enumerate(((None, "daily"), (DAY, "off"))):
        async with tray(tmp_path / str(number), BEGINS, after, digest=digest) as made:
            await made.comes("ugly")
            await made.days(40, 1)
            assert made.lies() == {"Ugly": ["ugly"]}
            assert made.named() == []
            assert [("ugly_after has no effect" in line) for line in doubts(made.settings)] == ([True] if after else [])


async def test_a_time_shorter_than_a_day_is_said_to_be_longer(tmp_path: Path) -> None:
    for number, (after, said) in enumerate(((10_000, 1), (0, 1), (DAY, 0), (None, 0))):
        async with tray(tmp_path / str(number), BEGINS, after) as made:
            found = doubts(made.settings)
            assert len([line for line in found if "a digest names it first" in line]) == len(found) == said


async def test_a_digest_names_a_hundred_at_most_the_oldest_first(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        names = [f"u{number:03d}" for number in range(130)]
        await made.comes(*names[:60])
        made.clockwork.clock.move_to((BEGINS + 1000) / 1000)
        await made.comes(*names[60:])
        await made.days(1)
        assert [len(each) for each in made.named()] == [100]
        assert set(names[:60]) <= set(made.named()[0])
        await made.days(1.5)
        assert sorted(name for each in made.named() for name in each) == names, "each once"
        await made.days(2)
        assert made.lies() == {}


async def test_a_digest_that_was_not_filed_in_time_told_nobody(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        made.held_up = True
        await made.comes("ugly")
        await made.clockwork.timers.look(now())
        made.clockwork.clock.move_to(at("2026-06-02 08:00") / 1000)
        await made.clockwork.timers.look(now())
        assert len(await made.told(DigestWanted)) == 1
        await made.look()
        for _ in range(3):
            made.clockwork.clock.move_to((now() + DAY) / 1000)
            assert await made.look() == 0
        made.held_up = False
        await made.days(0.9, 0.1)
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(0.3, 0.1)
        assert made.lies() == {}


# --- how it is kept -----------------------------------------------------------------------------------------------


async def test_what_is_flagged_or_moved_or_copied_in_time_stays_and_is_not_named_again(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("flag", "move", "file", "copy", "goes")
        await made.days(1)
        assert sorted(made.named()[0]) == ["copy", "file", "flag", "goes", "move"]
        owner_flags(made, "flag")
        owners_move(made, "move", "Good")
        owners_move(made, "file", "Archive")
        (made.root / ".Good" / "cur" / "1.M1P1.host:2,S").write_bytes(made.path("copy").read_bytes())
        await made.days(9, 1 / 2)
        assert made.lies() == {"Ugly": ["copy", "flag"], "Good": ["copy", "move"], "Archive": ["file"]}
        assert len(made.named()) == 1
        why = dict(await made.removed())
        assert why == {
            "flag": "you flagged it", "goes": "",
            **dict.fromkeys(("move", "file", "copy"), "you put it into another folder"),
        }  # fmt: skip


async def test_what_its_owner_moves_into_ugly_counts_from_that_move_on(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, 10 * DAY) as made:
        await made.comes("late", verdict="good")
        await made.days(20, 1)
        owners_move(made, "late", "Ugly")
        await said(made, "late", "Ugly")
        await made.judged("late", "ugly")
        await made.days(8, 1 / 2)
        assert made.named() == []
        await made.days(3, 1 / 2)
        assert (made.named(), made.lies()) == ([["late"]], {})


async def test_what_was_kept_by_a_flag_and_is_moved_in_again_may_go(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("back")
        owner_flags(made, "back")
        await made.days(5, 1 / 2)
        assert await made.removed() == [("back", "you flagged it")]
        for folder, flags in (("Good", "S"), ("Ugly", "S")):
            owners_move(made, "back", folder, flags)
            await said(made, "back", folder)
            await made.days(0.1, 0.1)
        await made.days(5, 1 / 2)
        assert (made.named(), made.lies()) == ([["back"], ["back"]], {})


async def test_what_was_moved_out_and_in_again_is_named_anew_before_it_goes(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("back")
        await made.days(1)
        for folder in ("Good", "Ugly"):
            owners_move(made, "back", folder)
            await said(made, "back", folder)
            made.clockwork.clock.move_to((now() + 1000) / 1000)
        await made.days(1.2, 0.1)
        assert made.lies() == {"Ugly": ["back"]}
        assert len(made.named()) == 2
        await made.days(1, 0.1)
        assert made.lies() == {}


async def test_a_mail_does_not_go_before_the_date_that_was_told_though_digests_come_daily_since(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, 10 * DAY, digest="weekly") as made:
        await made.comes("ugly")
        while not made.clockwork.digests:
            await made.days(1 / 4)
        ((_, digest),) = made.clockwork.digests
        daily = made.settings.follow_up.model_copy(update={"digest": "daily"})
        made.settings = made.settings.model_copy(update={"follow_up": daily})
        await made.restart()
        while made.lies():
            await made.days(1 / 4)
        assert now() >= digest.going[0].leaves_at == digest.at + 7 * DAY
        assert len(made.named()) == 1


async def test_a_mail_of_a_request_that_is_good_meanwhile_never_goes(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("first", "early")
        await made.comes("again", joins="first")
        await made.days(1)
        assert sorted(made.named()[0]) == ["again", "early", "first"]
        await made.judged("first", "good")
        await made.days(6, 1 / 2)
        assert made.lies() == {"Ugly": ["again", "first"]}
        assert {name for name, why in await made.removed() if not why} == {"early"}
        assert len(made.named()) == 1, "nor is it named again"


async def test_what_changes_between_the_look_and_the_taking_away_counts_and_it_may_be_named_once_more(
    tmp_path: Path,
) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        made.clockwork.clock.move_to((now() + DAY + HOUR) / 1000)
        assert await made.emptying.look(Terms(DAY, DAY), now()) == 1
        await made.judged("ugly", "good")
        await made.clockwork.work()
        ((_, why),) = await made.removed()
        assert why.startswith("its request is not ugly any more")
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.judged("ugly", "ugly", times=2)
        await made.days(3, 1 / 4)
        assert (made.named(), made.lies()) == ([["ugly"], ["ugly"]], {})


async def test_what_the_owner_moved_is_looked_for_before_anything_is_asked_to_go(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("moved", "other")
        await made.days(1)

        async def heard(owner: str) -> None:
            await said(made, "moved", "Good")

        made.emptying._heard = heard
        made.clockwork.clock.move_to((now() + DAY + HOUR) / 1000)
        assert await made.emptying.look(Terms(DAY, DAY), now()) == 1
        (wanted,) = await made.told(RemovalWanted)
        assert wanted.mail == id_of("other")


async def test_while_an_order_about_it_waits_a_mail_does_not_go(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ordered")
        await made.days(1)
        order = Ordered(mail=id_of("ordered"), owner="amy", request=id_of("ordered"), order="good", by="move", at=now())
        await made.clockwork.store.put([Output("order", order, "ready")], due_at=now() + 5 * DAY)
        for _ in range(4):
            made.clockwork.clock.move_to((now() + DAY / 2) / 1000)
            assert await made.look() == 0
        assert made.lies() == {"Ugly": ["ordered"]}


async def test_a_move_between_the_look_and_the_taking_away_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("quick", "star")
        await made.days(1)
        real, done = os.unlink, set[str]()

        def late(path: Path) -> None:
            name = "quick" if id_of("quick") in path.name else "star"
            if name not in done:
                done.add(name)
                if name == "quick":
                    owners_move(made, name, "Good")
                else:
                    owner_flags(made, name, "F")
            real(path)

        monkeypatch.setattr(Path, "unlink", late)
        await made.days(2, 1 / 2)
        monkeypatch.undo()
        assert done == {"quick", "star"}
        assert made.lies() == {"Good": ["quick"], "Ugly": ["star"]}


# --- clocks -------------------------------------------------------------------------------------------------------


async def test_a_clock_that_is_set_ahead_takes_nothing_away_that_was_just_named(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        assert made.named() == [["ugly"]]
        made.jumps(2 * DAY)
        assert await made.look() == 0
        await made.days(0.8, 0.1)
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(0.5, 0.1)
        assert made.lies() == {}


async def test_a_clock_set_ahead_and_back_holds_things_up_for_a_day_and_not_for_a_year(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        made.jumps(365 * DAY)
        assert await made.look() == 0
        made.jumps(-365 * DAY)
        assert await made.look() == 0
        await made.days(3, 1 / 4)
        assert made.lies() == {}


async def test_what_is_overdue_by_more_than_a_week_is_named_anew(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        made.clockwork.clock.move_to(
            (now() + DAY + COUNTS * DAY + HOUR) / 1000
        )  # off all the while, or the clock was wrong
        await made.restart()
        await made.look()
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.goes_to(now() + HOUR)
        assert made.named() == [["ugly"], ["ugly"]]
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(1.2, 0.1)
        assert made.lies() == {}


async def test_a_digest_of_the_future_counts_for_nothing_once_the_clock_is_set_right(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, 20 * DAY) as made:
        await made.comes("ugly")
        made.jumps(30 * DAY)
        await made.days(0.9)
        assert made.named() == [["ugly"]]
        made.jumps(-30 * DAY)
        await made.restart()
        await made.days(17, 1 / 2)
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(6, 1 / 2)
        assert made.named() == [["ugly"], ["ugly"]]
        assert made.lies() == {}


@pytest.mark.parametrize("after", [1 / 4, 2, 6])
async def test_what_was_named_before_salver_was_off_waits_till_salver_ran_for_a_day(
    tmp_path: Path, after: float
) -> None:
    """Off so long (in days), or the clock set ahead meanwhile: nobody can tell."""
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        assert made.named() == [["ugly"]]
        await made.days(0.5, 0.1)
        made.clockwork.clock.move_to((now() + after * DAY) / 1000)
        await made.restart()
        assert await made.look() == 0
        ran = 0.5 if after < 1 else 0
        await made.days(0.9 - ran, 0.1)
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(0.2, 0.1)
        assert (made.lies(), made.named()) == ({}, [["ugly"]])


async def test_a_clock_set_ahead_is_not_forgotten_by_a_restart(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        made.jumps(2 * DAY)
        assert await made.look() == 0
        await made.restart()
        await made.days(0.9, 0.1)
        assert made.lies() == {"Ugly": ["ugly"]}
        await made.days(0.3, 0.1)
        assert made.lies() == {}


async def test_ten_minutes_off_now_and_then_hold_nothing_up(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        for _ in range(24):
            made.clockwork.clock.move_to((now() + HOUR / 6) / 1000)
            await made.restart()
            await made.look()
            await made.goes_to(now() + HOUR * 5 // 6)
        assert made.lies() == {}


async def test_a_machine_that_runs_eight_hours_a_day_empties_ugly_all_the_same(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        while not made.named():
            await made.days(1 / 24, 1 / 24)
        told, ran = now(), 0.0
        while made.lies():
            await made.days(1 / 3, 1 / 24)
            ran += 1 / 3
            made.clockwork.clock.move_to((now() + 16 * HOUR) / 1000)
            await made.restart()
            await made.look()
        assert 1 <= ran <= 4 / 3
        assert now() - told <= 5 * DAY
        assert made.named() == [["ugly"]]


async def test_the_status_tells_after_a_week_off_that_a_day_is_to_pass_first(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly")
        await made.days(1)
        made.clockwork.clock.move_to(at("2026-06-09 12:00") / 1000)
        (off,) = await lines(made.clockwork.store, made.settings)
        await made.restart()
        await made.look()
        await made.goes_to(now() + HOUR)
        (on,) = await lines(made.clockwork.store, made.settings)
        for line in (off, on):
            assert "amy: 1 mail in Ugly is to go soon, not before 10 Jun, 12:00 and only after a digest" in line


# --- cut ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", ["claimed", "looked", "taken away"])
async def test_a_removal_that_was_cut_is_finished_by_the_next_and_recorded_once(tmp_path: Path, cut: str) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("ugly", "other")
        await made.days(1)
        owner_flags(made, "other")
        made.clockwork.clock.move_to((now() + DAY + HOUR) / 1000)
        take = made.filing.remove

        class Killed(BaseException):
            pass

        async def cut_short(spec: str, mail: str) -> Taken:
            if cut == "taken away":
                await take(spec, mail)
            raise Killed

        if cut == "claimed":
            await made.emptying.look(Terms(DAY, DAY), now())
            assert len(await made.clockwork.store.claim(9)) == 2
        else:
            made.removing._take = cut_short
            with pytest.raises(Killed):
                await made.look()
        for _ in range(500):  # the other one may have been cut first, while this one is still being taken away
            if ("ugly" in made.lies()["Ugly"]) == (cut != "taken away"):
                break
            await asyncio.sleep(0.01)
        assert ("ugly" in made.lies()["Ugly"]) == (cut != "taken away")
        await made.restart()
        await made.look()
        await made.look()
        assert made.lies() == {"Ugly": ["other"]}
        assert sorted(await made.removed()) == [("other", "you flagged it"), ("ugly", "")]
        first = next(event for event in await made.told(Removed) if event.mail == id_of("ugly"))
        assert isinstance(first, Removed)
        assert first.name, "that it was we who took it away is known, so that it can be brought back"
        assert len(await made.told(RemovalWanted)) == 2


async def test_what_its_owner_deleted_themselves_is_recorded_as_gone_and_never_filed_again(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("deleted")
        made.path("deleted").unlink()
        await made.days(3, 1 / 2)
        (removed,) = await made.told(Removed)
        assert isinstance(removed, Removed)
        assert (removed.name, removed.kept) == ("", "")


@pytest.mark.parametrize("firmly", [False, True])
async def test_judged_ugly_again_it_is_filed_again_only_where_its_owner_wants_that(
    tmp_path: Path, firmly: bool
) -> None:
    async with tray(tmp_path, BEGINS, DAY) as made:
        await made.comes("gone")
        await made.days(3, 1 / 2)
        assert made.lies() == {}
        wanted = FilingWanted(
            mail=id_of("gone"), owner="amy", mailbox=made.mailbox, folder="Ugly", verdict="ugly", firmly=firmly,
            fields=(("X-Salver-Verdict", "ugly"),),
        )  # fmt: skip
        await made.clockwork.store.put([Output("again", wanted, "ready")])
        await made.clockwork.work()
        assert made.lies() == ({"Ugly": ["gone"]} if firmly else {})


# --- long -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digest", ["daily", "weekly"])
async def test_a_year_of_ugly_mail_restarts_and_jumps_keeps_every_promise(tmp_path: Path, digest: str) -> None:
    chance, after = random.Random(6), 14 * DAY
    notice = DAY if digest == "daily" else 7 * DAY
    came: dict[str, int] = {}
    kept: set[str] = set()
    async with tray(tmp_path, BEGINS, after, digest=digest) as made:
        for day in range(365):
            if day < 320 and chance.random() < 0.4:
                name = f"n{day}"
                await made.comes(name)
                came[name] = now()
            for name in made.lies().get("Ugly", []):
                if name not in kept and chance.random() < 0.01:
                    kept.add(name)
                    owner_flags(made, name, "F")
            event = chance.random()
            if event < 0.02:
                made.jumps(chance.choice((-HOUR, DAY, 3 * DAY)))
            elif event < 0.05:
                await made.restart()
            await made.days(1, 1 / 2)
        digests = {one.mail: when for when, mail in made.clockwork.digests for one in mail.going}
        rows = await made.clockwork.store.read("SELECT mail, created_at, body FROM events WHERE kind = 'Removed'")
        gone = {bytes.fromhex(mail).lstrip(b"\0").decode(): int(at) for mail, at, body in rows if '"kept":""' in body}
        assert len(came) > 100
        assert len(kept) > 5
        assert set(gone) == set(came) - kept
        assert kept == set(made.lies()["Ugly"])
        for name, when in gone.items():
            assert when >= came[name] + after
            assert when >= digests[id_of(name)] + notice


# --- what is said of it ---------------------------------------------------------------------------------------------


async def test_the_status_counts_what_goes_soon_and_tells_when_at_the_earliest(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, 10 * DAY) as made:
        await made.comes("a", "b", "flag")
        await made.comes("good", verdict="good")
        assert await lines(made.clockwork.store, made.settings) == []
        await made.days(4, 1)
        (line,) = await lines(made.clockwork.store, made.settings)
        assert re.search(r"^amy: 3 mails in Ugly are to go soon, not before 11 Jun and only after a digest", line)
        owner_flags(made, "flag")
        await made.days(7, 1 / 2)
        assert await lines(made.clockwork.store, made.settings) == []
        assert made.lies() == {"Ugly": ["flag"], "Good": ["good"]}


async def test_the_read_model_can_be_written_anew_from_the_log(tmp_path: Path) -> None:
    async with tray(tmp_path, BEGINS, 10 * DAY) as made:
        await made.comes("flag", "gone")
        owner_flags(made, "flag")
        await made.days(12, 1 / 2)
        await made.comes("fresh")
        await made.days(9, 1 / 2)
        store = made.clockwork.store
        told = [await store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("going", "places")]
        await store.rebuild()
        anew = [await store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("going", "places")]
        assert [list(map(tuple, rows)) for rows in told] == [list(map(tuple, rows)) for rows in anew]
        assert len(told[0]) == 2


async def test_a_store_that_no_longer_holds_the_mail_lets_nothing_go(tmp_path: Path) -> None:
    async def load(mail: str) -> tuple[object, bytes]:
        raise KeyError(mail)

    async def record(event: Event) -> None:
        raise AssertionError

    filing = Filing(load, record, None, "mx.salver.test")  # type: ignore[arg-type]
    assert "could not be brought back" in (await filing.remove(f"maildir:{tmp_path}", id_of("a"))).kept
