"""What `salver import` reads: every shape in which people have their mails, and the bad ones, told in words."""

from __future__ import annotations

import gzip
import os
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.importing.archives import ROOM, Room
from pipeline.importing.mbox import Item, Wanted
from pipeline.importing.sources import sources
from pipeline.importing.trouble import SourceTrouble
from stages.candidates import may_concern
from stages.header import prepend
from stages.settings import Limits
from stages.subject import dressed
from tests.builders import linkedin, past
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.past import DAY, mbox, other

LIMITS = Limits()
WANTED = Wanted(lambda head: may_concern(head, LIMITS), 36_000_000, 0, NOON + DAY)


def read(path: Path, wanted: Wanted = WANTED, room: Room = ROOM) -> list[Item]:
    return [item for source in sources(path, wanted, room) for item in source.mails(None)]


def kept(path: Path, wanted: Wanted = WANTED, room: Room = ROOM) -> list[bytes]:
    return [item.raw for item in read(path, wanted, room) if item.raw]


def trouble(path: Path, room: Room = ROOM) -> str:
    with pytest.raises(SourceTrouble) as caught:
        run_through(path, room)
    return str(caught.value)


def run_through(path: Path, room: Room) -> None:
    """Read everything, and let it go again."""
    for source in sources(path, WANTED, room):
        for _ in source.mails(None):
            pass


def people(count: int) -> list[bytes]:
    return [linkedin.invitation_modern(Person(f"Ann {n}", vanity=f"a-{n}"), at=NOON - n * DAY) for n in range(count)]


def alike(raw: bytes) -> bytes:
    return raw.rstrip(b"\r\n")


@pytest.mark.parametrize("manner", ["rd", "o"])
def test_an_mbox_gives_back_the_mails_that_were_put_in_however_it_quotes(tmp_path: Path, manner: str) -> None:
    body = b"From here it is far.\r\n\r\nFrom ann@x.test Mon Nov 16 12:00:00 2026\r\nreally\r\n"
    mails = [other(1), *people(2), b"X-LinkedIn-Id: 1\r\nSubject: a\r\n\r\n" + body, other(2)]
    (tmp_path / "all.mbox").write_bytes(mbox(mails, manner))
    found = read(tmp_path / "all.mbox")
    assert [alike(item.raw) for item in found if item.raw] == [alike(mail) for mail in mails[1:4]]
    assert [item.left_out for item in found] == ["other", "", "", "", "other"]


def test_a_line_that_was_quoted_twice_loses_one_sign_only(tmp_path: Path) -> None:
    mail = b"Subject: LinkedIn\r\n\r\n>From one\r\n>>From two\r\n> From three\r\n"
    (tmp_path / "m").write_bytes(mbox([mail]))
    assert kept(tmp_path / "m") == [mail]


def test_in_an_mbox_without_quoting_a_sentence_begins_no_mail(tmp_path: Path) -> None:
    mail = b"Subject: LinkedIn\r\n\r\nHello\r\n\r\nFrom now on at 10:30 in 2026\r\n\r\nFrom us\r\nX: y\r\n"
    mail += b"From ann@x.test Mon Nov 16 12:00:00 2026\r\nthat line goes on with another\r\n"
    (tmp_path / "m").write_bytes(mbox([mail, mail], "none"))
    assert kept(tmp_path / "m") == [mail, mail]


def test_a_file_with_one_mail_keeps_every_octet_of_it(tmp_path: Path) -> None:
    mail = b"Subject: LinkedIn\r\n\r\n>From one\r\n\r\nFrom ann@x.test Mon Nov 16 12:00:00 2026\r\nend"
    (tmp_path / "m.eml").write_bytes(mail)
    assert kept(tmp_path / "m.eml") == [mail]


def test_a_mail_that_unix_kept_is_the_mail_that_travelled(tmp_path: Path) -> None:
    (mail,) = people(1)
    (tmp_path / "m.eml").write_bytes(mail.replace(b"\r\n", b"\n"))
    assert kept(tmp_path / "m.eml") == [mail]


def test_a_mail_that_we_filed_with_words_before_its_subject_is_the_mail_that_came(tmp_path: Path) -> None:
    (mail,) = people(1)
    fields, below = dressed((), mail, "[good 4.5]")
    whole = prepend("x", fields, "0" * 32, below)
    assert whole != prepend("x", fields, "0" * 32, mail)
    for octets in (whole, whole.replace(b"\r\n", b"\n")):
        (tmp_path / "m.eml").write_bytes(octets)
        assert kept(tmp_path / "m.eml") == [mail]


@pytest.mark.parametrize(
    ("head", "from_", "expected"),
    [
        (b"Date: Tue, 03 Mar 2020 10:00:00 +0100\r\n", past.FROM, 1_583_226_000_000),
        (b"Date: nonsense\r\nReceived: by a.test; Tue, 3 Mar 2020 09:00:00 GMT\r\n", past.FROM, 1_583_226_000_000),
        (b"", b"From a@b.test Tue Mar  3 09:00:00 2020\n", 1_583_226_000_000),
        (b"", b"From a@b.test Tue Mar  3 10:00:00 +0100 2020\n", 1_583_226_000_000),
        (b"Date: Tue, 03 Mar 2220 10:00:00 +0100\r\n", b"From a@b.test Tue Mar  3 09:00:00 2020\n", 1_583_226_000_000),
        (b"Date: Tue, 03 Mar 1970 10:00:00 +0100\r\n", b"From \n", NOON + DAY),
        (b"Date: Tue, 99 Mar 20200 99:00:00 +9999\r\n", b"From \n", NOON + DAY),
    ],
)
def test_a_mail_came_when_it_says_so_and_else_when_others_do(
    tmp_path: Path, head: bytes, from_: bytes, expected: int
) -> None:
    (tmp_path / "m").write_bytes(mbox([head + b"Subject: LinkedIn\r\n\r\nx\r\n"], from_=from_))
    assert [item.at for item in read(tmp_path / "m")] == [expected]


def test_older_mails_than_were_asked_for_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(mbox(people(4)))
    found = read(tmp_path / "m", WANTED._replace(since=NOON - 2 * DAY))
    assert [item.left_out for item in found] == ["", "", "", "older"]


def test_a_mail_above_the_limit_is_left_out_and_never_held_in_memory(tmp_path: Path) -> None:
    head, line = b"Subject: LinkedIn\n\n", b"0123456789" * 100 + b"\n"
    with (tmp_path / "m").open("wb") as file:
        for mark in (b"", b"too large"):
            file.write(past.FROM + head + mark + b"\n")
            for _ in range(37_000 * (2 if mark else 0)):
                file.write(line)
            file.write(b"\n")
        file.write(mbox(people(1)))
        file.write(past.FROM + head + b"one line of 80 MB: ")
        for _ in range(80_000):
            file.write(line[:-1])
    tracemalloc.start()
    try:
        found = read(tmp_path / "m")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [item.left_out for item in found] == ["", "too large", "", "too large"]
    assert most < 60_000_000, "what is above 36 MB is let go at 36 MB"


@pytest.mark.parametrize("part", ["cur", "new"])
def test_a_maildir_may_lack_either_folder_and_its_tmp_is_nobodys_mail(tmp_path: Path, part: str) -> None:
    root = past.maildir(tmp_path / "mail", people(2), part)
    past.maildir(root, people(1), "tmp")
    past.maildir(root / ".Archive.2020", [other(), *people(1)], part)
    assert sorted(kept(root)) == sorted([*people(2), *people(1)])


def test_a_folder_is_read_with_all_below_it(tmp_path: Path) -> None:
    files = {
        "a.eml": people(1)[0], "deep/er/b.EML": people(1)[0], "deep/Inbox": mbox(people(2)), "notes.txt": b"From me\n",
        "picture": b"\x89PNG", "deep/x.mbox": mbox(people(3)),
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    past.zipped(tmp_path / "deep/t.zip", {"Takeout/Mail/All mail.mbox": mbox(people(4))})
    os.symlink(tmp_path, tmp_path / "deep/circle")
    os.mkfifo(tmp_path / "deep/pipe.eml")
    assert len(kept(tmp_path)) == 1 + 1 + 2 + 3 + 4


def test_a_folder_without_mails_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    assert "there is no mail in" in trouble(tmp_path)


def test_a_pipe_is_read_and_may_be_closed_within_a_mail(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    whole = mbox(people(3))

    def write() -> None:
        with (tmp_path / "pipe").open("wb") as pipe:
            pipe.write(whole[:-200])

    writer = threading.Thread(target=write)
    writer.start()
    found = kept(tmp_path / "pipe")
    writer.join()
    assert len(found) == 3
    assert found[:2] == people(2)


@pytest.mark.parametrize("pack", [past.zipped, past.tarred])
def test_a_takeout_archive_is_read_where_it_lies(
    tmp_path: Path, pack: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    files = {
        "Takeout/archive_browser.html": b"<html>", "Takeout/Mail/All mail.mbox": mbox([other(), *people(3)]),
        "Takeout/Mail/one.eml": people(1)[0], "box/cur/1.a:2,S": people(1)[0], "box/photo": b"From_nobody" * 999,
        "odd 512": b"x" * 1024,
    }  # fmt: skip
    path = pack(tmp_path / "takeout.archive", files)
    before = sorted(tmp_path.iterdir())
    assert len(kept(path)) == 5
    assert sorted(tmp_path.iterdir()) == before, "nothing is unpacked"


def test_a_tar_member_that_ends_with_its_block_does_not_hide_the_next(tmp_path: Path) -> None:
    first = b"Subject: LinkedIn\r\n\r\n"
    first += b"x" * (1024 - len(first))
    path = past.tarred(tmp_path / "a.tgz", {"a.eml": first, "b.eml": first})
    assert kept(path) == [first, first]


def test_a_gzipped_mbox_is_read(tmp_path: Path) -> None:
    (tmp_path / "all.mbox.gz").write_bytes(gzip.compress(mbox(people(2))))
    assert kept(tmp_path / "all.mbox.gz") == people(2)


MB = 1_000_000
BOMBS: dict[str, Callable[[Path], Path]] = {
    "a zip that says so": lambda path: past.zip_bomb(path, 300 * MB),
    "a tar": lambda path: past.tar_bomb(path, 300 * MB),
    "one file named a thousand times": lambda path: past.overlapping_zip(path, 1000, 4 * MB),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_put_out_early_and_in_words(tmp_path: Path, name: str) -> None:
    path = BOMBS[name](tmp_path / "bomb")
    told: list[str] = []
    tracemalloc.start()
    try:
        told.append(trouble(path))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    newer_pythons = "Overlapped entries"  # zipfile sees that itself
    assert "more than 200 times its own size comes out of it" in told[0] or newer_pythons in told[0]
    assert most < 90 * MB


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_claims(tmp_path: Path) -> None:
    path = past.lying_zip(tmp_path / "bomb.zip", 300 * MB)
    assert "is broken" in trouble(path)


def test_a_header_of_a_tar_may_not_be_as_large_as_it_likes(tmp_path: Path) -> None:
    path = past.tar_with_a_large_header(tmp_path / "bomb.tgz", 40 * MB)
    assert "a header in it claims to be larger than 1 MB" in trouble(path)


def test_every_limit_of_an_archive_is_told(tmp_path: Path) -> None:
    many = past.zipped(tmp_path / "many.zip", {f"{n}.eml": people(1)[0] for n in range(12)})
    assert "more than 10 files in it" in trouble(many, ROOM._replace(entries=10))
    tar = past.tarred(tmp_path / "many.tgz", {f"{n}.eml": people(1)[0] for n in range(12)})
    assert "more than 10 files in it" in trouble(tar, ROOM._replace(entries=10))
    assert "its list of files is larger" in trouble(many, ROOM._replace(directory=100))
    large = past.zipped(tmp_path / "large.zip", {"a.mbox": mbox([other(0, os.urandom(MB)) for _ in range(3)])})
    assert "more than 2 MB come out of it" in trouble(large, ROOM._replace(octets=2 * MB))


def test_a_broken_archive_is_told_and_what_came_before_is_read(tmp_path: Path) -> None:
    whole = past.zipped(tmp_path / "a.zip", {"a.mbox": mbox(people(60))}).read_bytes()
    assert "is broken" in _cut(tmp_path / "b.zip", whole[: len(whole) // 2])
    damaged = bytearray(past.zipped(tmp_path / "s.zip", {"a.mbox": mbox(people(9))}, zipfile.ZIP_STORED).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "d.zip").write_bytes(damaged)
    (source,) = sources(tmp_path / "d.zip", WANTED)
    found: list[Item] = []
    with pytest.raises(SourceTrouble, match="is broken"):
        found.extend(item for item in source.mails(None))
    tar = past.tarred(tmp_path / "a.tgz", {"a.mbox": mbox(people(60))}).read_bytes()
    assert "is broken" in _cut(tmp_path / "b.tgz", tar[: len(tar) // 2])
    assert "is broken" in _cut(tmp_path / "c.zip", b"PK\x03\x04 nothing of the kind")


def _cut(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return trouble(path)


def test_what_cannot_be_opened_in_an_archive_is_told(tmp_path: Path) -> None:
    packed = past.zipped(tmp_path / "x.zip", {"a.mbox": mbox(people(1))}, zipfile.ZIP_LZMA)
    assert "packed in a way that is not read" in trouble(packed)
    raw = bytearray(past.zipped(tmp_path / "e.zip", {"a.mbox": mbox(people(1))}).read_bytes())
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    raw[6] |= 1
    (tmp_path / "e.zip").write_bytes(raw)
    assert "is encrypted" in trouble(tmp_path / "e.zip")
    inner = past.zipped(tmp_path / "i.zip", {"a.mbox": mbox(people(1))}).read_bytes()
    (tmp_path / "i.gz").write_bytes(gzip.compress(inner))
    assert "an archive inside the archive" in trouble(tmp_path / "i.gz")


def test_an_mbox_is_gone_on_with_where_it_was_and_read_anew_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(mbox(people(5)))
    (source,) = sources(path, WANTED)
    before = [item for item in source.mails(None) if item.raw]
    rest = [item.raw for item in source.mails(before[1].seen) if item.raw]
    assert rest == [item.raw for item in before[2:]]
    assert not [item for item in source.mails(before[-1].seen) if item.raw]
    path.write_bytes(mbox([linkedin.accepted(MIRA), *people(5)]))
    assert len([item for item in source.mails(before[1].seen) if item.raw]) == 6
