"""The Maildir++ writer: one file, whole, octet for octet, through every fault."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.mailboxes import maildir, maildir_files
from pipeline.mailboxes.maildir import STALE, Maildir

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
OTHER = "0192f3a4b5c6d7e8f90123456789abce"
AT = 1_764_150_000_123
NAME = f"1764150000.{MAIL}.salver"
CONTENT = b"X-Salver-Mail: " + MAIL.encode() + b"\r\nX-Salver-End: -\r\nSubject: hi\r\n\r\na\0\xff\r bare \n.\r\n" * 3
THEIRS = CONTENT.replace(MAIL.encode(), OTHER.encode())
CALLS = ("open", "write", "fsync", "rename", "mkdir", "chmod", "fchmod")


def mails(root: Path) -> list[Path]:
    """Every file a mail client would show."""
    return sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_mail_lies_in_its_folder_octet_for_octet_under_a_name_made_of_its_id(tmp_path: Path) -> None:
    root = tmp_path / "var" / "mail" / "amy"
    assert Maildir(root).file(MAIL, "Good", CONTENT, AT, search=False) == (NAME, False)
    assert mails(root) == [root / ".Good" / "new" / NAME]
    assert (root / ".Good" / "new" / NAME).read_bytes() == CONTENT
    assert list(root.glob("**/tmp/*")) == []


def test_the_inbox_is_the_root(tmp_path: Path) -> None:
    Maildir(tmp_path).file(MAIL, "INBOX", CONTENT, AT, search=False)
    assert mails(tmp_path) == [tmp_path / "new" / NAME]


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o277])
def test_only_the_owner_may_read_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    root = tmp_path / "a" / "b"
    before = os.umask(mask)
    try:
        Maildir(root).file(MAIL, "Ugly", CONTENT, AT, search=False)
    finally:
        os.umask(before)
    made = [root.parent, root, *(path for path in root.glob("**/*") if path.is_dir())]
    assert {mode(path) for path in made} == {0o700}
    assert mode(root / ".Ugly" / "new" / NAME) == 0o600
    assert mode(root / ".Ugly" / "maildirfolder") == 0o600
    assert not (root / "maildirfolder").exists()


@pytest.mark.parametrize("folder", ["", ".", "..", "../Good", "Good/../../x", "/etc", "good", "A\0b", ".Good", "Trash"])
def test_a_folder_that_is_neither_ours_nor_declared_is_refused_and_nothing_is_made(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "mail"
    with pytest.raises(ValueError, match="no folder"):
        Maildir(root, declared=("Later",)).file(MAIL, folder, CONTENT, AT, search=False)
    assert not root.exists()


def test_a_declared_folder_is_filed_into_and_a_declared_path_is_refused(tmp_path: Path) -> None:
    Maildir(tmp_path, declared=("Lists.News",)).file(MAIL, "Lists.News", CONTENT, AT, search=False)
    assert mails(tmp_path) == [tmp_path / ".Lists.News" / "new" / NAME]
    for bad in ("../x", "a/b", "", ".x", "a..b", "x."):
        with pytest.raises(ValueError, match="folder name"):
            Maildir(tmp_path, declared=(bad,))


@pytest.mark.parametrize("mail", ["", "../x", "a/b", "a.b", "a:2,S", "a\0"])
def test_a_mail_id_that_could_be_a_path_is_refused(tmp_path: Path, mail: str) -> None:
    with pytest.raises(ValueError, match="mail id"):
        Maildir(tmp_path).file(mail, "Good", CONTENT, AT, search=True)


def moved(root: Path, target: str) -> Path:
    """The owner's client moves the mail it finds in Good."""
    path = root / target
    path.parent.mkdir(parents=True, exist_ok=True)
    os.rename(root / ".Good" / "new" / NAME, path)
    return path


@pytest.mark.parametrize(
    "target",
    [f".Good/cur/{NAME}:2,S", f"cur/{NAME}:2,", f".Archive.2026/cur/{NAME}:2,RS", ".Ugly/cur/17.M1P2.host,S=9:2,"],
)
def test_a_mail_that_was_moved_flagged_or_renamed_is_found_and_not_filed_again(tmp_path: Path, target: str) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    path = moved(tmp_path, target)
    assert box.file(MAIL, "Good", b"another", AT, search=True) == (path.name, True)
    assert mails(tmp_path) == [path]
    assert box.find(MAIL, AT) == path
    assert box.folder_of(path) == (target.split("/")[0].lstrip(".") if target.startswith(".") else "INBOX")


def test_a_mail_that_is_nowhere_is_filed_also_after_a_search(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(OTHER, "Good", THEIRS, AT, search=False)
    assert box.find(MAIL) is None
    assert box.file(MAIL, "Good", CONTENT, AT, search=True) == (NAME, False)
    assert len(mails(tmp_path)) == 2


def test_only_the_topmost_field_in_the_header_counts_as_ours(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    inherited = b"X-Salver-Mail: " + OTHER.encode() + b"\r\nX-Salver-End: -\r\n" + CONTENT
    box.file(OTHER, "Good", inherited, AT, search=False)
    quoted = b"Subject: x\r\n\r\nX-Salver-Mail: " + MAIL.encode() + b"\r\n"
    (tmp_path / ".Good" / "cur" / "1.a.host:2,").write_bytes(quoted)
    assert box.find(MAIL) is None


def test_a_mail_that_has_its_name_is_found_without_opening_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    opened: list[str] = []
    monkeypatch.setattr(maildir, "mark", opened.append)
    assert box.find(MAIL) == tmp_path / ".Good" / "new" / NAME
    assert opened == []
    assert box.find(OTHER) is None
    assert opened == [str(tmp_path / ".Good" / "new" / NAME)]


def test_folders_that_existed_are_synced_once_by_each_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Maildir(tmp_path).file(OTHER, "Good", THEIRS, AT, search=False)
    box = Maildir(tmp_path)  # another process, after the first one was cut short
    synced: list[Path] = []
    sync = maildir_files.sync

    def note(directory: Path) -> None:
        synced.append(directory)
        sync(directory)

    monkeypatch.setattr(maildir, "sync", note)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    assert {tmp_path / ".Good", tmp_path, tmp_path.parent} <= set(synced)
    synced.clear()
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    assert synced == [tmp_path / ".Good" / "new"]


def test_our_field_is_found_below_a_long_row_of_reasons(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(OTHER, "Good", b"", AT, search=False)
    renamed = tmp_path / ".Good" / "cur" / "1.a.host:2,"
    for reasons in range(0, 400, 57):
        renamed.write_bytes(b"X-Salver-Reason: " + b"x" * reasons * 150 + b"\r\n" + CONTENT)
        assert box.find(MAIL) == renamed


def test_files_from_long_before_the_mail_are_not_opened(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    path = moved(tmp_path, ".Good/cur/1.a.host:2,")
    os.utime(path, (0, AT / 1000 - 3600))
    assert box.find(MAIL, AT) == path
    os.utime(path, (0, AT / 1000 - 48 * 3600))
    assert box.find(MAIL, AT) is None


# --- faults ---


class Faults:
    """The `os` module with one call that fails: the nth of the calls that touch the disk."""

    def __init__(self, nth: int, error: int, only: str | None = None) -> None:
        self.nth, self.error, self.only, self.seen = nth, error, only, 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        faulty = SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})
        for name in CALLS:
            if self.only in (None, name):
                setattr(faulty, name, self._wrap(getattr(os, name)))
        for module in (maildir, maildir_files):
            monkeypatch.setattr(module, "os", faulty)

    def _wrap(self, call: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **kwargs: object) -> object:
            self.seen += 1
            if self.seen == self.nth:
                raise OSError(self.error, os.strerror(self.error))
            return call(*args, **kwargs)

        return wrapped


def test_whichever_call_fails_nothing_lies_torn_and_the_next_try_leaves_exactly_one_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nth, failed = 0, True
    while failed:
        nth += 1
        for error in (errno.ENOSPC, errno.EIO, errno.EMFILE):
            root = tmp_path / f"{nth}-{error}" / "deep"
            box = Maildir(root)
            faults = Faults(nth, error)
            with monkeypatch.context() as patched:
                faults.install(patched)
                caught = None
                try:
                    box.file(MAIL, "Good", CONTENT, AT, search=False)
                except OSError as raised:
                    caught = raised.errno
            failed = faults.seen >= nth
            assert caught == (error if failed else None)
            assert all(path.read_bytes() == CONTENT for path in mails(root))
            assert list(root.glob("**/tmp/*")) == []
            name, _ = box.file(MAIL, "Good", CONTENT, AT, search=True)
            assert mails(root) == [root / ".Good" / "new" / name]
            assert mails(root)[0].read_bytes() == CONTENT
    assert nth > 20  # every folder, the file, the rename and each sync had its turn


def test_a_disk_that_stays_full_raises_each_time_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(tmp_path)
    box.file(OTHER, "Good", THEIRS, AT, search=False)
    for call in ("write", "fsync", "rename"):
        for _ in range(3):
            with monkeypatch.context() as patched:
                Faults(1, errno.ENOSPC, only=call).install(patched)
                with pytest.raises(OSError, match="No space"):
                    box.file(MAIL, "Good", CONTENT, AT, search=True)
            assert len(mails(tmp_path)) == 1
            assert list(tmp_path.glob("**/tmp/*")) == []


def test_short_writes_are_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})
    faulty.write = lambda descriptor, data: os.write(descriptor, data[:7])
    for module in (maildir, maildir_files):
        monkeypatch.setattr(module, "os", faulty)
    Maildir(tmp_path).file(MAIL, "Good", CONTENT, AT, search=False)
    assert mails(tmp_path)[0].read_bytes() == CONTENT


def test_file_and_folder_are_synced_around_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Maildir(tmp_path)
    box.file(OTHER, "Good", CONTENT, AT, search=False)
    story: list[str] = []
    faulty = SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})

    def fsync(descriptor: int) -> None:
        story.append("sync " + ("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"))
        os.fsync(descriptor)

    def rename(source: Path, target: Path) -> None:
        story.append("rename")
        os.rename(source, target)

    faulty.fsync, faulty.rename = fsync, rename
    for module in (maildir, maildir_files):
        monkeypatch.setattr(module, "os", faulty)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    assert story == ["sync file", "rename", "sync folder"]
    story.clear()
    box.file(MAIL, "Good", CONTENT, AT, search=True)  # found, and made sure of
    assert story == ["sync folder"]


CHILD = """
import os, signal, sys
from pathlib import Path
from pipeline.mailboxes import maildir
root, mail, at, point = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
content = sys.stdin.buffer.read()
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
real = {"write": os.write, "fsync": os.fsync, "rename": os.rename}
def half(descriptor, data):
    real["write"](descriptor, data[: len(data) // 2])
    die()
def after(*args):
    real["rename"](*args)
    die()
if point == "inside write":
    os.write = half
if point == "after write":
    os.fsync = die
if point == "before rename":
    os.rename = die
if point == "after rename":
    os.rename = after
maildir.Maildir(root).file(mail, "Good", content, at, search=False)
"""


@pytest.mark.parametrize("point", ["inside write", "after write", "before rename", "after rename"])
def test_a_process_killed_at_any_point_leaves_a_mail_that_is_filed_once(tmp_path: Path, point: str) -> None:
    for part in ("tmp", "new", "cur"):  # so that the file's own write and sync are the first ones
        (tmp_path / ".Good" / part).mkdir(parents=True)
        (tmp_path / part).mkdir()
    Maildir(tmp_path).file(OTHER, "Good", THEIRS, AT, search=False)
    script = CHILD.replace(
        "maildir.Maildir(root)", "(lambda box: (box._ready.add(root / '.Good'), box)[1])(maildir.Maildir(root))"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), MAIL, str(AT), point],
        input=CONTENT,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("**/tmp/*"))) == (0 if point == "after rename" else 1)
    box = Maildir(tmp_path)
    assert box.file(MAIL, "Good", CONTENT, AT, search=True) == (NAME, point == "after rename")
    assert [path.read_bytes() for path in mails(tmp_path) if MAIL in path.name] == [CONTENT]
    assert box.sweep(now=(tmp_path / "new").stat().st_mtime + STALE + 100) == (0 if point == "after rename" else 1)
    assert list(tmp_path.glob("**/tmp/*")) == []


def test_the_sweep_leaves_what_is_young_and_what_is_filed(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    (tmp_path / "tmp" / "young").touch()
    (tmp_path / ".Good" / "tmp" / "old").touch()
    os.utime(tmp_path / ".Good" / "tmp" / "old", (0, 0))
    os.utime(tmp_path / ".Good" / "new" / NAME, (0, 0))
    assert box.sweep() == 1
    assert [path.name for path in tmp_path.glob("**/tmp/*")] == ["young"]
    assert len(mails(tmp_path)) == 1


def test_two_attempts_at_once_leave_one_file(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    gate = threading.Barrier(8)

    def attempt() -> None:
        gate.wait()
        box.file(MAIL, "Good", CONTENT, AT, search=True)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in mails(tmp_path)] == [CONTENT]


# --- filing again what was filed raw ---


def test_a_raw_mail_that_lies_untouched_gets_its_fields_and_its_folder(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "INBOX", b"raw", AT, search=False)
    name, found, _, _ = box.refile(MAIL, ["INBOX"], "Good", CONTENT, AT)
    assert not found
    assert mails(tmp_path) == [tmp_path / ".Good" / "new" / name]
    assert mails(tmp_path)[0].read_bytes() == CONTENT
    assert box.find(MAIL) == mails(tmp_path)[0]
    assert box.refile(MAIL, ["INBOX"], "Good", CONTENT, AT)[:2] == (name, True)


def test_a_raw_mail_that_was_read_keeps_its_flags_and_gets_a_new_name_in_the_same_folder(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "INBOX", b"raw", AT, search=False)
    os.rename(tmp_path / "new" / NAME, tmp_path / "cur" / f"{NAME}:2,FS")
    name, found, _, _ = box.refile(MAIL, ["INBOX"], "INBOX", CONTENT, AT)
    assert (name.endswith(":2,FS"), name.startswith(NAME + ":"), found) == (True, False, False)
    assert [(path.name, path.read_bytes()) for path in mails(tmp_path)] == [(name, CONTENT)]
    assert box.refile(MAIL, ["INBOX"], "INBOX", CONTENT, AT)[:2] == (name, True)  # done already
    last, found, _, _ = box.refile(MAIL, ["INBOX"], "Ugly", CONTENT, AT)
    assert (last.endswith(":2,FS"), found) == (True, False)
    assert mails(tmp_path) == [tmp_path / ".Ugly" / "cur" / last]


def test_a_raw_mail_the_owner_moved_or_deleted_stays_as_they_left_it(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "Good", b"raw", AT, search=False)
    path = moved(tmp_path, f".Archive/cur/{NAME}:2,S")
    assert box.refile(MAIL, ["Good"], "Ugly", CONTENT, AT)[:2] == (path.name, True)
    assert path.read_bytes() == b"raw"
    path.unlink()
    assert box.refile(MAIL, ["Good"], "Ugly", CONTENT, AT)[:2] == ("", True)
    assert mails(tmp_path) == []


def test_what_we_filed_into_a_folder_that_is_declared_no_more_goes_where_it_belongs_now(tmp_path: Path) -> None:
    Maildir(tmp_path, declared=("Recruiters",)).file(MAIL, "Recruiters", b"raw", AT, search=False)
    box = Maildir(tmp_path)
    assert box.where(MAIL, AT) == "Recruiters"
    assert box.refile(MAIL, ["Recruiters"], "Ugly", CONTENT, AT)[1:] == (False, "Ugly", False)
    assert [path.parent.parent.name for path in mails(tmp_path)] == [".Ugly"]


def test_whichever_call_fails_while_filing_again_there_is_one_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nth, failed = 0, True
    while failed:
        nth += 1
        root = tmp_path / str(nth)
        box = Maildir(root)
        box.file(MAIL, "INBOX", b"raw", AT, search=False)
        faults = Faults(nth, errno.EIO)
        with monkeypatch.context() as patched:
            faults.install(patched)
            try:
                box.refile(MAIL, ["INBOX"], "Good", CONTENT, AT)
                failed = False
            except OSError:
                failed = True
        assert failed == (faults.seen >= nth)
        assert [path.read_bytes() for path in mails(root)] in ([b"raw"], [CONTENT])
        box.refile(MAIL, ["INBOX"], "Good", CONTENT, AT)
        assert [path.read_bytes() for path in mails(root)] == [CONTENT]
        assert mails(root)[0].parent == root / ".Good" / "new"
        assert list(root.glob("**/tmp/*")) == []
    assert nth > 12
