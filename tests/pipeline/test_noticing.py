"""Moves are noticed by what lies where, in a real Maildir and store: each once, however many, and nothing else is."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from pipeline import moves as noticing
from pipeline.mailboxes import Arrival
from pipeline.moves import lines
from pipeline.store.log import Output
from pipeline.store.writer import Statement
from pipeline.watching import Noticed, Watching
from stages.conversation import Ordered, ReplyWanted
from stages.events import Filed, FilingStarted, FilingWanted
from tests.builders.moved import AT, House, house

FOLDERS = ("Good", "Intriguing", "Ugly")


async def until_told(home: House, anything: bool) -> list[str]:
    """Until status tells of a mailbox, or of none."""
    async with asyncio.timeout(60):
        while True:
            if bool(told := await lines(home.store)) == anything:
                return told
            await asyncio.sleep(0.02)


async def until_noticed(home: House, count: int) -> None:
    async with asyncio.timeout(60):
        while True:
            if len(await home.orders()) >= count:
                return
            await asyncio.sleep(0.02)


# --- each move once ---


async def test_a_move_is_noticed_by_itself_and_once(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        running = asyncio.create_task(home.moves.run())
        await asyncio.sleep(0.3)
        home.move(mail, "Good")
        await until_noticed(home, 1)
        await home.moves.look()
        running.cancel()
        await asyncio.wait([running])
        assert await home.orders() == [(mail, "good")]
        assert await home.moved() == [(mail, "Good")]


async def test_what_was_moved_while_nothing_ran_is_noticed_at_the_start_and_never_again(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        mails = await home.brought(3)
        home.move(mails[0], "Good")
        home.move(mails[1], "Ugly", "1764.M1P2.host,S=1000")
        assert await home.another().look() == 2
        assert sorted(await home.orders()) == [(mails[0], "good"), (mails[1], "ugly")]
        await home.taken_in()
        assert await home.another().look() == 0
        assert await home.another().look() == 0


async def test_two_who_notice_the_same_move_at_once_make_one_order_of_it(tmp_path: Path) -> None:
    """As after a kill between the look and the record, or with a second start beside the first."""
    async with house(tmp_path) as home:
        mails = await home.brought(30)
        for mail in mails:
            home.move(mail, "Good")
        await asyncio.gather(home.moves.look(), home.another().look())
        assert sorted(await home.orders()) == [(mail, "good") for mail in mails]
        assert sorted(await home.moved()) == [(mail, "Good") for mail in mails]


async def test_a_move_that_is_recorded_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both had looked before either wrote; as where the answer of a commit is lost, and it is tried again."""
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        home.move(mail, "Good")
        put, both = home.store.put, asyncio.Barrier(2)

        async def late(outputs: Any) -> None:
            await both.wait()
            await put(outputs)

        monkeypatch.setattr(home.store, "put", late)
        first = asyncio.create_task(home.moves.look())
        await asyncio.sleep(0.2)  # the clock goes on meanwhile
        await asyncio.gather(first, home.another().look())
        assert await home.orders() == [(mail, "good")]
        assert await home.moved() == [(mail, "Good")]


async def test_every_move_of_the_same_mail_counts(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        for folder in ("Good", "Ugly", "Good", "Intriguing"):
            home.move(mail, folder)
            assert await home.moves.look() == 1
            await home.taken_in()
            assert await home.moves.look() == 0
        assert [order for _, order in await home.orders()] == ["good", "ugly", "good", "intriguing"]


async def test_an_order_that_was_not_taken_in_yet_comes_before_a_move(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        said = Ordered(mail=mail, owner="amy", request=mail, order="ugly", by="terminal", at=AT)
        await home.store.ask("said", said)
        home.move(mail, "Good")
        assert await home.moves.look() == 0
        await home.taken_in()
        assert await home.moves.look() == 1
        assert [order for _, order in await home.orders()] == ["ugly", "good"]


async def test_a_mail_that_is_being_filed_is_asked_about_again_until_it_is_at_rest(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        wanted = FilingWanted(mail=mail, owner="amy", mailbox=home.mailbox, folder="Ugly")
        started = FilingStarted(mail=mail, owner="amy", mailbox=home.mailbox, folder="Ugly", of="later")
        await home.store.put([Output("later", wanted, "claimed"), Output("later.started", started, "done")])
        home.move(mail, "Good")
        for _ in range(3):
            assert await home.moves.look() == 0
        left = Filed(mail=mail, owner="amy", mailbox=home.mailbox, folder="Good", found=True, left=True)
        await home.store.put([Output("later.0", left, "done")])
        await home.taken_in()
        assert await home.moves.look() == 1, "the mailbox tells of it once; it was kept in mind"


async def test_our_own_filing_is_no_move(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        await home.moves.look()
        wanted = FilingWanted(mail=mail, owner="amy", mailbox=home.mailbox, folder="Ugly")
        started = FilingStarted(mail=mail, owner="amy", mailbox=home.mailbox, folder="Ugly", of="ours")
        await home.store.put([Output("ours", wanted, "claimed"), Output("ours.started", started, "done")])
        home.move(mail, "Ugly")
        assert await home.moves.look() == 0
        filed = Filed(mail=mail, owner="amy", mailbox=home.mailbox, folder="Ugly", name="x")
        await home.store.put([Output("ours.0", filed, "done")])
        await home.taken_in()
        assert await home.moves.look() == 0
        assert await home.another().look() == 0


async def test_a_copy_is_no_move_until_the_other_one_is_expunged(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        await home.moves.look()
        (path,) = home.lies(mail)
        (home.root / ".Good" / "cur" / "17.copy.host:2,S").write_bytes(path.read_bytes())
        for _ in range(3):
            assert await home.moves.look() == 0
            assert await home.another().look() == 0
        path.unlink()
        assert await home.moves.look() == 1


@pytest.mark.parametrize("folder", ["Archive", "Trash"])
async def test_what_is_archived_deleted_read_or_flagged_says_nothing(tmp_path: Path, folder: str) -> None:
    async with house(tmp_path) as home:
        mails = await home.brought(3)
        await home.moves.look()
        home.move(mails[0], folder)
        home.lies(mails[1])[0].unlink()
        (path,) = home.lies(mails[2])
        path.rename(path.with_name(path.name + "FS"))
        assert await home.moves.look() == 0
        assert await home.another().look() == 0


async def test_back_from_the_archive_to_where_it_lay_says_nothing_and_to_elsewhere_it_does(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        home.move(mail, "Archive")
        assert await home.moves.look() == 0
        home.move(mail, "Intriguing")
        assert await home.moves.look() == 0
        home.move(mail, "Archive")
        assert await home.moves.look() == 0
        home.move(mail, "Ugly")
        assert await home.moves.look() == 1


async def test_a_mail_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    async with house(tmp_path, ("Asked",)) as home:
        await home.brought(1)
        mark = b"X-Salver-Mail: 0192f3a4b5c6d7e8f90123456789abcd\r\n"
        for folder, head in (("Asked", b""), ("Good", b""), ("Asked", mark), ("Good", mark)):
            path = home.root / f".{folder}" / "cur" / f"{time.time_ns()}.theirs.host:2,S"
            path.write_bytes(head + b"Subject: mine\r\n\r\nhello\r\n")
        assert await home.moves.look() == 0
        assert len(list((home.root / ".Asked" / "cur").iterdir())) == 2


async def test_a_mailbox_in_which_nothing_was_filed_is_left_alone(tmp_path: Path) -> None:
    """Such as an account that is named in the configuration, and sorted only when somebody asks."""
    async with house(tmp_path) as home:
        edges = Edges()
        edges.arrivals = [OSError("it was asked")]
        watching = edges.watching(home)
        await watching.look()
        assert await lines(home.store) == []
        await home.brought(1)
        await watching.look()
        assert "it was asked" in (await lines(home.store))[0]


# --- buttons, digests ---


async def test_a_button_gives_its_order(tmp_path: Path) -> None:
    async with house(tmp_path, ("Asked", "Snooze/3 days")) as home:
        mails = await home.brought(2)
        home.move(mails[0], "Asked")
        home.move(mails[1], "Snooze.3 days")
        assert await home.moves.look() == 2
        assert sorted(await home.orders()) == [(mails[0], "asked"), (mails[1], "snooze")]
        assert sorted(await home.moved()) == [(mails[0], "Asked"), (mails[1], "Snooze/3 days")]
        assert {each.by for each in await home.told(Ordered) if isinstance(each, Ordered)} == {"button"}


async def test_a_mail_with_several_requests_says_nothing_and_leaves_a_button(tmp_path: Path) -> None:
    async with house(tmp_path, ("Asked",)) as home:
        mails = await home.brought(2, requests=2)
        home.move(mails[0], "Good")
        home.move(mails[1], "Asked")
        assert await home.moves.look() == 1
        assert await home.orders() == []
        assert await home.moved() == [(mails[1], "Asked")]
        (told,) = await home.told(ReplyWanted)
        assert isinstance(told, ReplyWanted)
        assert "2 requests" in told.troubles[0]
        assert await home.moves.look() == 0
        assert await home.another().look() == 0


# --- many ---


async def test_a_thousand_moves_in_one_go_are_a_thousand_orders(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        mails = await home.brought(1_000)
        await home.moves.look()
        for number, mail in enumerate(mails):
            path = home.root / ".Intriguing" / "cur" / f"{AT // 1000}.{mail}.salver:2,"
            path.rename(home.root / f".{FOLDERS[number % 2 * 2]}" / "cur" / path.name)
        assert await home.moves.look() == 1_000
        assert sorted(await home.orders()) == [
            (mail, ("good", "ugly")[number % 2]) for number, mail in enumerate(mails)
        ]
        await home.taken_in()
        assert await home.moves.look() == 0


async def test_mails_that_are_marked_as_read_are_asked_about_by_nobody_however_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        await home.brought(1_000, "Ugly")
        asked = 0

        async def counted(mailbox: str, seen: Any) -> Noticed:
            nonlocal asked
            asked += 1
            return await home.moves.notice(mailbox, seen)

        for each in home.moves.watching.values():
            monkeypatch.setattr(each, "_notice", counted)
        assert await home.moves.look() == 0
        for path in list((home.root / ".Ugly" / "cur").iterdir()):
            path.rename(path.with_name(path.name + "S"))
        assert await home.moves.look() == 0
        assert asked == 0


# --- troubles ---


class Edges:
    """A mailbox and a judge of three lines each: what they are asked, and what they answer, is the test's affair."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[Arrival, ...] | OSError] = []
        self.asked: list[dict[str, str]] = []
        self.answers: list[Noticed | OSError] = []
        self.broken = ""

    async def arrived(self, mailbox: str, known: Collection[str]) -> tuple[Arrival, ...]:
        told = self.arrivals.pop(0) if self.arrivals else ()
        if isinstance(told, OSError):
            raise told
        return told

    async def notice(self, mailbox: str, seen: Any) -> Noticed:
        self.asked.append(dict(seen))
        told = self.answers.pop(0) if self.answers else Noticed(len(seen))
        if isinstance(told, OSError):
            raise told
        return told

    async def changed(self, at_most: float) -> None:
        await asyncio.sleep(min(at_most, 0.01))
        if self.broken:
            raise OSError(errno.ENOSPC, self.broken)

    async def close(self) -> None:
        pass

    def watching(self, home: House) -> Watching:
        return Watching(home.mailbox, ("amy",), home.store, self.arrived, self.notice, lambda spec: self)


async def test_what_a_mailbox_told_before_a_trouble_is_asked_about_after_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        edges = Edges()
        edges.arrivals = [(Arrival("Good", mail),), OSError("down"), ()]
        edges.answers = [OSError("down"), Noticed(1)]
        watching = edges.watching(home)
        assert [await watching.look() for _ in range(3)] == [0, 0, 1]
        assert edges.asked == [{mail: "Good"}] * 2


async def test_a_store_that_is_troubled_loses_no_arrival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        edges = Edges()
        edges.arrivals = [(Arrival("Good", mail),)]
        watching = edges.watching(home)
        real = home.store.read

        async def read(sql: str, parameters: tuple[object, ...] = ()) -> Any:
            if "FROM places" in sql and "json_each" in sql:
                raise noticing.StoreError("troubled")
            return await real(sql, parameters)

        with monkeypatch.context() as patched:
            patched.setattr(home.store, "read", read)
            assert await watching.look() == 0
        assert await watching.look() == 1


async def test_what_lies_in_two_folders_is_let_go_after_a_while_and_what_is_being_filed_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        one, two = await home.brought(2)
        edges = Edges()
        edges.arrivals = [(Arrival("Good", one), Arrival("Good", two))]
        both = Noticed(0, frozenset({one}), frozenset({two}))
        edges.answers = [both, both, both, Noticed(0, frozenset({one}))]
        watching = edges.watching(home)
        await watching.look(at_once=True)
        await watching.look(at_once=True)
        assert edges.asked[-1].keys() == {one, two}
        monkeypatch.setattr("pipeline.watching.GIVEN_UP", 0.0)
        await watching.look(at_once=True)
        await watching.look(at_once=True)
        assert edges.asked[-1].keys() == {one}


async def test_many_that_wait_are_not_asked_about_at_every_change(tmp_path: Path) -> None:
    """A backup that was restored beside: hundreds of mails lie in two folders, for good."""
    async with house(tmp_path) as home:
        mails = await home.brought(300)
        edges = Edges()
        edges.arrivals = [tuple(Arrival("Good", mail) for mail in mails)]
        edges.answers = [Noticed(0, frozenset(), frozenset(mails))] * 9
        watching = edges.watching(home)
        for _ in range(5):
            await watching.look()
        assert [len(each) for each in edges.asked] == [250, 50]


async def test_status_says_what_keeps_moves_from_being_noticed_until_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.watching.UNWATCHED_SECONDS", 0.05)
    async with house(tmp_path) as home:
        edges = Edges()
        edges.broken = "no more watches"
        watching = edges.watching(home)
        running = asyncio.create_task(watching.run())
        told = await until_told(home, True)
        assert home.mailbox in told[0]
        assert "no more watches" in told[0]
        edges.broken = ""
        await until_told(home, False)
        running.cancel()
        await asyncio.wait([running])


async def test_a_new_start_knows_of_no_trouble(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.store.write([Statement("INSERT INTO unwatched VALUES ('imap://gone', 'x', 1)")])
        assert await lines(home.store)
        running = asyncio.create_task(home.moves.run())
        await until_told(home, False)
        running.cancel()
        await asyncio.wait([running])


async def test_a_mailbox_that_hangs_holds_up_no_mail_to_the_owner_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        (mail,) = await home.brought(1)
        home.move(mail, "Good")
        hang = asyncio.Event()
        tell = home.moves._mailboxes.arrived

        async def arrived(spec: str, known: Collection[str]) -> tuple[Arrival, ...]:
            found = await tell(spec, known)
            await hang.wait()
            return found

        for each in home.moves.watching.values():
            monkeypatch.setattr(each, "_arrived", arrived)
        monkeypatch.setattr(noticing, "LOOK_SECONDS", 0.1)
        await home.moves.before_mail("amy")
        assert await home.orders() == []
        hang.set()
        await until_noticed(home, 1)


async def test_before_a_mail_its_owners_mailboxes_are_looked_at_and_soon_after_not_again(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        one, two = await home.brought(2)
        home.move(one, "Good")
        await home.moves.before_mail("bob")
        assert await home.orders() == []
        await home.moves.before_mail("amy")
        assert await home.orders() == [(one, "good")]
        home.move(two, "Good")
        await home.moves.before_mail("amy")
        assert await home.orders() == [(one, "good")]
