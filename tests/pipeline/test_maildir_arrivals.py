"""What came to lie in a folder of a verdict, or in a button, is told once, whatever the client did to get it there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mailboxes import Arrival, Sought, maildir_arrivals, maildir_files
from pipeline.mailboxes.maildir import Maildir

AT = 1_764_150_000_123
ONE, TWO = f"{1:032x}", f"{2:032x}"


def content(mail: str) -> bytes:
    return f"X-Salver-Mail: {mail}\r\nX-Salver-End: -\r\nSubject: hi\r\n\r\nhi\r\n".encode()


def name(mail: str) -> str:
    return f"{AT // 1000}.{mail}.salver"


@pytest.fixture
def box(tmp_path: Path) -> Maildir:
    box = Maildir(tmp_path, buttons=("Asked", "Snooze/3 days"))
    box.prepare()
    box.file(ONE, "Good", content(ONE), AT, search=False)
    return box


def test_the_first_time_all_is_told_that_lies_there_and_then_nothing(box: Maildir) -> None:
    box.file(TWO, "INBOX", content(TWO), AT, search=False)
    assert box.arrived() == (Arrival("Good", ONE),)
    assert box.arrived() == ()
    box.file(TWO, "Intriguing", content(TWO), AT, search=False)
    assert box.arrived() == (Arrival("Intriguing", TWO),)


def test_a_mail_that_was_moved_away_and_kept_its_name_is_told_even_if_that_is_known(box: Maildir) -> None:
    os.rename(box.root / ".Good" / "new" / name(ONE), box.root / ".Ugly" / "cur" / f"{name(ONE)}:2,S")
    assert box.arrived({name(ONE)}) == (Arrival("Ugly", ONE),)


@pytest.mark.parametrize("called", ["{name}:2,S", "17.M1P2.host,S=9:2,"])
def test_a_move_is_told_once_and_back_again_too(box: Maildir, called: str) -> None:
    box.arrived()
    called = called.format(name=name(ONE))
    os.rename(box.root / ".Good" / "new" / name(ONE), box.root / ".Ugly" / "cur" / called)
    assert box.arrived() == (Arrival("Ugly", ONE),)
    assert box.arrived() == ()
    os.rename(box.root / ".Ugly" / "cur" / called, box.root / ".Good" / "cur" / called)
    assert box.arrived() == (Arrival("Good", ONE),)
    assert box.arrived() == ()


def test_reading_flagging_and_renaming_in_its_folder_are_no_arrival(box: Maildir) -> None:
    box.arrived()
    path = box.root / ".Good" / "new" / name(ONE)
    for other in ("cur/" + name(ONE) + ":2,", "cur/" + name(ONE) + ":2,FSa", "cur/17.M1P2.host:2,S"):
        os.rename(path, box.root / ".Good" / other)
        path = box.root / ".Good" / other
        assert box.arrived() == ()


def test_archiving_and_deleting_are_no_arrival(box: Maildir) -> None:
    box.arrived()
    (box.root / ".Archive" / "cur").mkdir(parents=True)
    os.rename(box.root / ".Good" / "new" / name(ONE), box.root / ".Archive" / "cur" / name(ONE))
    assert box.arrived() == ()
    (box.root / ".Archive" / "cur" / name(ONE)).unlink()
    assert box.arrived() == ()


def test_a_copy_is_told_only_when_the_other_one_is_gone_or_marked_as_deleted(box: Maildir) -> None:
    box.arrived()
    for called, gone in (("1.a.host:2,", False), ("2.b.host:2,", True)):
        copy = box.root / ".Ugly" / "cur" / called
        copy.write_bytes(content(ONE))
        assert box.arrived() == ()
        assert box.arrived() == ()
        there = next((box.root / ".Good").glob("*/*salver*"))
        if gone:
            there.unlink()
        else:
            there = there.rename(box.root / ".Good" / "cur" / f"{name(ONE)}:2,ST")
        assert box.arrived() == (Arrival("Ugly", ONE),)
        copy.unlink()
        if not gone:
            there.rename(box.root / ".Good" / "cur" / f"{name(ONE)}:2,S")
            assert box.arrived() == (Arrival("Good", ONE),)


def test_a_copy_that_is_taken_away_again_says_nothing(box: Maildir) -> None:
    box.arrived()
    copy = box.root / ".Ugly" / "cur" / "1.a.host:2,"
    copy.write_bytes(content(ONE))
    box.arrived()
    copy.unlink()
    assert box.arrived() == ()


@pytest.mark.parametrize("directory", [".Snooze.3 days", ".snooze.3 DAYS"])
def test_a_button_is_known_in_any_case_and_told_as_it_is_configured(box: Maildir, directory: str) -> None:
    made = box.root / directory / "cur"
    made.mkdir(parents=True, exist_ok=True)
    box.arrived()
    os.rename(box.root / ".Good" / "new" / name(ONE), made / f"{name(ONE)}:2,S")
    assert box.where(ONE, AT) == "Snooze/3 days"
    assert box.moved([Sought(ONE, AT, "Good", name(ONE))]) == {ONE: "Snooze/3 days"}
    assert box.arrived() == (Arrival("Snooze/3 days", ONE),)


def test_a_folder_that_is_no_button_here_tells_nothing(box: Maildir) -> None:
    box.arrived()
    made = box.root / ".Never again" / "cur"
    made.mkdir(parents=True)
    os.rename(box.root / ".Good" / "new" / name(ONE), made / name(ONE))
    assert box.arrived() == ()
    assert box.moved([Sought(ONE, AT, "Good", name(ONE))]) == {}


def test_asking_for_moves_takes_nothing_from_what_is_told(box: Maildir) -> None:
    os.rename(box.root / ".Good" / "new" / name(ONE), box.root / ".Ugly" / "new" / name(ONE))
    assert box.moved([Sought(ONE, AT, "Good", name(ONE))]) == {ONE: "Ugly"}
    assert box.arrived() == (Arrival("Ugly", ONE),)


def test_a_folder_is_not_listed_again_while_its_times_stay_the_same(
    box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    scandir = os.scandir

    def note(path: Path) -> object:
        listed.append(str(path))
        return scandir(path)

    monkeypatch.setattr(maildir_arrivals, "COARSE_NS", 0)  # the files are not old enough to settle otherwise
    box.arrived()
    monkeypatch.setattr(os, "scandir", note)
    box.arrived()
    assert [path for path in listed if path.endswith(("new", "cur"))] == []
    (box.root / ".Ugly" / "cur" / name(TWO)).write_bytes(content(TWO))
    assert box.arrived() == (Arrival("Ugly", TWO),)
    assert [path for path in listed if path.endswith(("new", "cur"))] == [str(box.root / ".Ugly" / "cur")]


def coarse(stamp: Callable[[Path], tuple[int, ...] | None]) -> Callable[[Path], tuple[int, ...] | None]:
    """A file system whose clock ticks every two seconds (FAT); there is none to be had here."""

    def ticks(path: Path) -> tuple[int, ...] | None:
        found = stamp(path)
        return None if found is None else (*found[:2], *(at - at % 2_000_000_000 for at in found[2:]))

    return ticks


def test_a_change_in_the_same_tick_as_the_look_is_seen_by_the_next_one(
    box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir_arrivals, "_stamp", coarse(maildir_arrivals._stamp))
    for number in range(3, 23):
        box.arrived()
        mail = f"{number:032x}"
        (box.root / ".Ugly" / "cur" / name(mail)).write_bytes(content(mail))
        assert box.arrived() == (Arrival("Ugly", mail),)


def test_a_folder_that_tells_no_times_is_listed_now_and_then(box: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maildir_arrivals, "_stamp", lambda path: (1, 1, 1, 1))  # a server elsewhere with its own clock
    assert box.arrived() == (Arrival("Good", ONE),)
    (box.root / ".Ugly" / "cur" / name(TWO)).write_bytes(content(TWO))
    assert box.arrived() == ()
    monkeypatch.setattr(maildir_arrivals, "RELIST_SECONDS", 0.0)
    assert box.arrived() == (Arrival("Ugly", TWO),)


def test_many_files_of_other_names_are_looked_into_bit_by_bit_and_each_once(
    box: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir_arrivals, "LOOKS", 7)
    monkeypatch.setattr(maildir_arrivals, "COARSE_NS", 0)  # else the folder would be listed again for its age alone
    opened: list[str] = []
    mark = maildir_files.mark

    def note(path: str) -> bytes | None:
        opened.append(path)
        return mark(path)

    monkeypatch.setattr(maildir_arrivals, "mark", note)
    for number in range(20):
        (box.root / ".Ugly" / "cur" / f"{number}.a.host:2,").write_bytes(content(f"{number:032x}"))
    told: list[str] = []
    for looked_into in (7, 14, 20):
        assert box.behind == (looked_into > 7)
        told += [each.mail for each in box.arrived() if each.folder == "Ugly"]
        assert len(opened) == looked_into
    assert sorted(told) == [f"{number:032x}" for number in range(20) if number != 1]  # that one lies in Good as well
    assert not box.behind
    box.arrived()
    assert len(opened) == 20


def test_a_look_that_fails_loses_nothing(box: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    box.arrived()
    (box.root / ".Good" / "cur" / name(TWO)).write_bytes(content(TWO))
    os.rename(box.root / ".Ugly", box.root / "away")
    (box.root / ".Ugly").symlink_to(".Ugly")  # a loop: the folder cannot be read
    with pytest.raises(OSError, match="symbolic link"):
        box.arrived()
    (box.root / ".Ugly").unlink()
    os.rename(box.root / "away", box.root / ".Ugly")
    assert box.arrived() == (Arrival("Good", TWO),)


def test_a_file_nobody_may_read_and_what_is_no_mail_hold_nothing_up(box: Maildir) -> None:
    box.arrived()
    cur = box.root / ".Ugly" / "cur"
    (cur / "1.a.host:2,").write_bytes(content(TWO))
    (cur / "1.a.host:2,").chmod(0)
    (cur / "2.b.host:2,").write_bytes(b"")
    (cur / "folder").mkdir()
    (cur / "nowhere").symlink_to("gone")
    os.mkfifo(cur / "pipe")
    (cur / name(f"{3:032x}")).write_bytes(b"x")
    told = {each.mail for each in box.arrived()}
    assert told == {f"{3:032x}"} | ({TWO} if os.geteuid() == 0 else set())


def test_folders_that_come_and_go_and_come_back_lose_nothing(box: Maildir) -> None:
    box.arrived()
    os.rename(box.root / ".Good", box.root / ".Best")
    assert box.arrived() == ()
    (box.root / ".Good" / "new").mkdir(parents=True)
    (box.root / ".Good" / "new" / name(TWO)).write_bytes(content(TWO))
    assert box.arrived() == (Arrival("Good", TWO),)
    (box.root / ".Good" / "new" / name(TWO)).unlink()
    (box.root / ".Good" / "new").rmdir()
    (box.root / ".Good").rmdir()
    (box.root / ".Good").symlink_to(".Best")
    assert box.arrived() == (Arrival("Good", ONE),)


def test_fifty_thousand_mails_are_told_by_their_names_alone_and_then_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(tmp_path)
    box.prepare()
    cur, many = tmp_path / ".Ugly" / "cur", 50_000
    (tmp_path / "one").write_bytes(b"")
    for number in range(many):
        if number % 10_000 == 0:
            (tmp_path / "one").unlink()  # one file bears only so many names
            (tmp_path / "one").write_bytes(b"")
        os.link(tmp_path / "one", cur / f"{name(f'{number:032x}')}:2,S")
    monkeypatch.setattr(maildir_arrivals, "COARSE_NS", 0)
    monkeypatch.setattr(maildir_arrivals, "mark", None)
    assert len(box.arrived()) == many
    monkeypatch.setattr(maildir_arrivals, "mail_in", None)  # no name is looked at again
    assert box.arrived() == ()
