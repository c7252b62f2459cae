"""A Maildir that is full, cannot be written, or is changed under us: one clear error, nothing lost, then it goes on."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.mailboxes.maildir import Maildir
from tests.conftest import ROOT

AT = 1_764_150_000_123
ONE, TWO = f"{1:032x}", f"{2:032x}"
CONTENT = b"X-Salver-Mail: " + ONE.encode() + b"\r\nX-Salver-End: -\r\n\r\n" + b"x" * 30_000


def mails(root: Path) -> list[bytes]:
    return [path.read_bytes() for part in ("new", "cur") for path in root.glob(f"**/{part}/*")]


@pytest.mark.parametrize("how", ["renamed", "deleted", "left without new"])
def test_a_folder_that_its_owner_changes_under_us_is_made_anew(tmp_path: Path, how: str) -> None:
    box = Maildir(tmp_path)
    box.file(ONE, "Good", CONTENT, AT, search=False)
    if how == "renamed":
        os.rename(tmp_path / ".Good", tmp_path / ".Best")
    elif how == "deleted":
        shutil.rmtree(tmp_path / ".Good")
    else:
        shutil.rmtree(tmp_path / ".Good" / "new")
    box.file(TWO, "Good", b"x", AT, search=False)
    assert mails(tmp_path / ".Good") == [b"x"]
    assert box.where(ONE, AT) == ("Best" if how == "renamed" else None)


def test_a_mail_is_filed_again_out_of_a_folder_that_a_client_made_without_tmp(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(ONE, "Good", CONTENT, AT, search=False)
    shutil.rmtree(tmp_path / ".Good" / "tmp")
    assert box.refile(ONE, ["Good"], "Ugly", CONTENT + b"new", AT).folder == "Ugly"
    assert mails(tmp_path) == [CONTENT + b"new"]


def test_a_folder_that_is_a_link_is_filed_into_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / ".Good").symlink_to(tmp_path / "disk")
    box = Maildir(tmp_path / "mail")
    box.file(ONE, "Good", CONTENT, AT, search=False)
    assert mails(tmp_path / "disk") == [CONTENT]
    assert [(each.folder, each.mail) for each in box.arrived()] == [("Good", ONE)]
    assert box.refile(ONE, ["Good"], "Ugly", CONTENT + b"new", AT).folder == "Ugly"
    assert mails(tmp_path / "disk") == []
    assert [(each.folder, each.mail) for each in box.arrived()] == [("Ugly", ONE)]


def test_a_folder_that_is_a_link_to_nowhere_is_one_clear_error_until_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / ".Good").symlink_to(tmp_path / "gone" / "disk")
    box = Maildir(tmp_path)
    for _ in range(2):
        with pytest.raises(OSError, match=r"\.Good"):
            box.file(ONE, "Good", CONTENT, AT, search=False)
    assert box.arrived() == ()
    (tmp_path / "gone" / "disk").mkdir(parents=True)
    box.file(ONE, "Good", CONTENT, AT, search=True)
    assert mails(tmp_path / "gone") == [CONTENT]


def test_a_file_where_a_folder_should_be_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".Good").write_bytes(b"")
    box = Maildir(tmp_path)
    with pytest.raises(OSError, match=r"\.Good"):
        box.prepare()
    assert box.arrived() == ()
    (tmp_path / ".Good").unlink()
    box.prepare()
    box.file(ONE, "Good", CONTENT, AT, search=False)


MOUNTED = """
import ctypes, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from pipeline.mailboxes.maildir import Maildir

NEW, ANEW, READ_ONLY = 0, 32, 1  # of mount(2)

def mount(flags, size=""):
    if ctypes.CDLL(None).mount(b"tmpfs", sys.argv[1].encode(), b"tmpfs", flags, size.encode()):
        sys.exit("no disk of our own")

def lying():
    return sorted(path.stat().st_size for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))

def attempt(what):
    try:
        what()
        print("done", *lying())
    except OSError as error:
        print(error.strerror, *lying())

root = Path(sys.argv[1]) / "mail"
mount(NEW, "size=256k")
box = Maildir(root)
box.prepare()
content = b"x" * 30_000
number = 0

def file(search=False):
    box.file(f"{number:032x}", "Good", content, 1_764_150_000_123, search)

def refile():
    box.refile(f"{0:032x}", ["Good"], "Ugly", content + b"new", 1_764_150_000_123)

if sys.argv[2] == "full":
    while True:
        try:
            file()
        except OSError as error:
            print(error.strerror)
            break
        number += 1
    filed = number
    for _ in range(2):
        attempt(lambda: file(search=True))
    attempt(refile)
    print(sorted(path.name for path in root.glob("**/tmp/*")), lying() == [30_000] * filed, len(box.arrived()) == filed)
    mount(ANEW, "size=1m")
    attempt(lambda: file(search=True))
    attempt(refile)
else:
    file()
    mount(ANEW | READ_ONLY)
    attempt(lambda: file(search=True))  # it lies there
    number = 1
    attempt(file)
    attempt(refile)
    attempt(Maildir(root).prepare)
    print(len(box.arrived()))
    mount(ANEW)
    attempt(lambda: file(search=True))
"""


@functools.cache
def _apart() -> tuple[str, ...]:
    """How a program is started that may mount what only it sees."""
    for how in (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount")):
        if (
            shutil.which("unshare")
            and not subprocess.run([*how, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode
        ):
            return how
    return ()


def _mounted(tmp_path: Path, what: str) -> list[str]:
    if not _apart():
        pytest.skip("this system lets nobody but root mount a disk of their own")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        [*_apart(), sys.executable, "-c", MOUNTED, str(place), what, str(ROOT)],
        capture_output=True, text=True, timeout=50,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_on_a_disk_that_is_full_nothing_is_lost_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    full, again, once_more, refiled, left, filed, moved = _mounted(tmp_path, "full")
    assert full == os.strerror(errno.ENOSPC)
    for told in (again, once_more, refiled):
        assert told.startswith(full)
        assert set(told.removeprefix(full).split()) == {"30000"}
    assert left == "[] True True"
    assert filed.split()[-1] == "30000"
    assert moved.split()[-1] == "30003"


def test_a_mailbox_that_may_only_be_read_is_one_clear_error_and_goes_on_when_it_may_be_written(tmp_path: Path) -> None:
    word = os.strerror(errno.EROFS)
    told = _mounted(tmp_path, "read only")
    assert told == ["done 30000", f"{word} 30000", f"{word} 30000", f"{word} 30000", "1", "done 30000 30000"]
