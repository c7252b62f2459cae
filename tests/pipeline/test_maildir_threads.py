"""As root, what the Maildir's user puts into it leads nowhere that user could not go. Real links, real kernel."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import commands, sample
from pipeline.configuration import Configuration
from pipeline.dovecot import files, stale
from pipeline.dovecot.trouble import Trouble
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_threads import COUNT, OURSELVES, Threads
from pipeline.settings import load

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can go where its user cannot")
MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
AT = 1_764_150_000_123
CONTENT = b"X-Salver-Mail: " + MAIL.encode() + b"\r\nSubject: hi\r\n\r\nhi\r\n"
NOBODY = pwd.getpwnam("nobody")
IDS = (NOBODY.pw_uid, NOBODY.pw_gid)


@pytest.fixture
def home() -> Iterator[Path]:
    """Open to pass through, unlike pytest's where it runs as root."""
    with tempfile.TemporaryDirectory(prefix="sv") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def box(home: Path) -> Maildir:
    box = Maildir(home / "mail", ids=IDS)
    box.prepare()
    return box


@pytest.fixture
def secret(home: Path) -> Path:
    """A folder of root's, with a file that is long out of use."""
    (home / "etc").mkdir(mode=0o700)
    (home / "etc" / "shadow").write_text("root:tray\n")
    (home / "etc" / "shadow").chmod(0o600)
    os.utime(home / "etc" / "shadow", (1, 1))
    return home / "etc" / "shadow"


def as_nobody(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, user=IDS[0], group=IDS[1], extra_groups=[], check=True)


def test_a_tmp_that_is_a_link_has_nothing_swept_that_is_roots(box: Maildir, secret: Path) -> None:
    as_nobody("mkdir", ".x", cwd=box.root)
    as_nobody("ln", "-s", str(secret.parent), ".x/tmp", cwd=box.root)
    with contextlib.suppress(PermissionError):
        box.sweep()
    assert secret.read_text() == "root:tray\n"


def test_subscriptions_that_are_a_link_disclose_nothing(box: Maildir, secret: Path) -> None:
    as_nobody("rm", "-rf", ".Good", "subscriptions", cwd=box.root)
    as_nobody("ln", "-s", str(secret), "subscriptions", cwd=box.root)
    Maildir(box.root, ids=IDS).prepare()
    for path in box.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert b"tray" not in path.read_bytes()


def test_a_folder_that_is_a_link_takes_no_mail_out_of_the_maildir(box: Maildir, home: Path) -> None:
    box.file(MAIL, "Ugly", CONTENT, AT, False)
    (home / "profile.d").mkdir(mode=0o755)
    for part in ("new", "cur"):
        as_nobody("rmdir", f".Good/{part}", cwd=box.root)
        as_nobody("ln", "-s", str(home / "profile.d"), f".Good/{part}", cwd=box.root)
    with pytest.raises(PermissionError):
        box.refile(MAIL, ["Ugly"], "Good", CONTENT + b"new", AT)
    with pytest.raises(PermissionError):
        box.file(MAIL[::-1], "Good", CONTENT, AT, False)
    assert not list((home / "profile.d").iterdir())


def test_a_maildir_below_a_folder_of_its_users_is_made_as_that_user(home: Path, secret: Path) -> None:
    (home / "theirs").mkdir()
    os.chown(home / "theirs", *IDS)
    as_nobody("ln", "-s", str(secret.parent), "way", cwd=home / "theirs")
    with pytest.raises(PermissionError):
        Maildir(home / "theirs" / "way" / "mail", ids=IDS).prepare()
    assert [path.name for path in secret.parent.iterdir()] == ["shadow"]
    Maildir(home / "theirs" / "a" / "mail", ids=IDS).prepare()
    assert (home / "theirs" / "a").stat().st_uid == IDS[0]


def test_threads_that_find_no_maildir_at_the_same_time_make_it_once(home: Path) -> None:
    for number in range(40):
        threads = Threads(home / f"{number}" / "mail" / "amy", IDS)
        for job in [threads.submit(os.getpid) for _ in range(COUNT)]:
            assert job.result() == os.getpid()
        threads.shutdown()


def test_one_that_root_filed_into_before_waits_and_says_what_to_do(home: Path) -> None:
    Maildir(home / "mail").file(MAIL, "Good", CONTENT, AT, False)
    box = Maildir(home / "mail", ids=IDS)
    with pytest.raises(PermissionError, match="it belongs to root; run: chown -R nobody "):
        box.prepare()
    subprocess.run(["chown", "-R", "nobody", home / "mail"], check=True)
    box.prepare()
    assert box.where(MAIL, AT) == "Good"


def test_where_its_user_may_not_pass_it_stays_roots(home: Path) -> None:
    (home / "shut").mkdir(mode=0o700)
    box = Maildir(home / "shut" / "mail", ids=IDS)
    box.prepare()
    box.file(MAIL, "Good", CONTENT, AT, False)
    assert {path.stat().st_uid for path in (box.root, *box.root.rglob("*"))} == {0}


def test_where_its_user_closed_the_way_root_does_not_take_it_instead(home: Path, secret: Path) -> None:
    (home / "theirs").mkdir()
    os.chown(home / "theirs", *IDS)
    as_nobody("ln", "-s", str(secret.parent), "mail", cwd=home / "theirs")
    as_nobody("chmod", "000", ".", cwd=home / "theirs")
    with pytest.raises(PermissionError, match="may not pass through"):
        Maildir(home / "theirs" / "mail", ids=IDS).prepare()
    assert [path.name for path in secret.parent.iterdir()] == ["shadow"]


def test_root_without_another_user_works_in_nobody_elses_maildir(box: Maildir) -> None:
    with pytest.raises(PermissionError, match="run Salver as the user whose it is"):
        Maildir(box.root, ids=OURSELVES).prepare()


def test_each_thread_of_a_maildir_is_its_users_and_the_others_stay_roots(box: Maildir, secret: Path) -> None:
    gate = threading.Barrier(4)

    def looks() -> str:
        gate.wait(20)
        try:
            return secret.read_text()
        except PermissionError:
            return "no"

    assert [each.result() for each in [box.threads.submit(looks) for _ in range(4)]] == ["no"] * 4
    assert secret.read_text() == "root:tray\n"


def test_a_program_ends_though_a_maildir_hangs(home: Path) -> None:
    told = (
        "import os, sys, pathlib\n"
        "from pipeline.mailboxes.maildir_threads import Threads\n"
        "threads = Threads(pathlib.Path(sys.argv[1]), None)\n"
        "os.mkfifo(sys.argv[1])\n"
        "threads.submit(open, sys.argv[1])\n"
        "threads.shutdown(wait=False, cancel_futures=True)\n"
    )
    tree = str(Path(sample.__file__).parents[1])
    command = [sys.executable, "-c", told, str(home / "fifo")]
    assert subprocess.run(command, env={"PYTHONPATH": tree}, timeout=60).returncode == 0


def test_samples_are_taken_away_as_the_user(box: Maildir, home: Path) -> None:
    (home / "other").mkdir(mode=0o700)
    (home / "other" / "mail").write_bytes(b"X-Salver-Sample: x\r\n\r\n")
    as_nobody("rmdir", ".Good/cur", cwd=box.root)
    as_nobody("ln", "-s", str(home / "other"), ".Good/cur", cwd=box.root)
    box.threads.submit(
        (box.root / "new" / "1.x").write_bytes, b"X-Salver-Sample: x\r\nSubject: hi\r\n\r\nhi\r\n"
    ).result()
    with contextlib.suppress(PermissionError):
        sample.remove(told(home))
    assert (home / "other" / "mail").exists()


def test_samples_of_a_maildir_that_is_not_the_users_stay_and_it_says_what_to_do(home: Path) -> None:
    Maildir(home / "mail").file(MAIL, "Good", CONTENT, AT, False)
    with pytest.raises(commands.CommandError, match=r"it belongs to root; run: chown -R nobody "):
        commands.remove_samples(told(home))


# --- the folder of Dovecot's files ---


def told(home: Path, store: str = "salver.db") -> Configuration:
    (home / "salver.toml").write_text(
        f"[store]\nurl = 'sqlite:///{home}/{store}'\n[imap]\nserve = true\n"
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{home}/mail"\n'
    )
    return load(home / "salver.toml", environment={})


def test_a_dovecot_that_lies_beside_the_store_is_left_as_it_is(home: Path) -> None:
    (home / "dovecot").mkdir(mode=0o755)
    (home / "dovecot" / "dovecot.conf").write_text("the system's")
    files.prepared(told(home), (2, 3), 1993)
    assert (home / "dovecot" / "dovecot.conf").read_text() == "the system's"
    assert stat.S_IMODE((home / "dovecot").stat().st_mode) == 0o755
    assert stat.S_IMODE((home / "salver-imap").stat().st_mode) == 0o711


@pytest.mark.parametrize("what", ["link", "theirs", "open"])
def test_a_folder_that_is_not_salvers_is_refused_as_it_is(home: Path, what: str) -> None:
    other = home / ("other" if what == "link" else "salver-imap")
    other.mkdir()
    other.chmod(0o1777 if what == "open" else 0o755)
    if what == "link":
        (home / "salver-imap").symlink_to(other)
    elif what == "theirs":
        os.chown(other, *IDS)
    before = other.stat()
    with pytest.raises(Trouble, match="move it away"):
        files.prepared(told(home), (2, 3), 1993)
    assert (other.stat().st_mode, other.stat().st_uid) == (before.st_mode, before.st_uid)
    assert not list(other.iterdir())


@pytest.mark.parametrize("name", ["a:b", "a%ub", "a#b", 'a"b', "a$b"])
def test_a_path_that_means_something_to_dovecot_is_refused(home: Path, name: str) -> None:
    (home / name).mkdir(mode=0o711)
    with pytest.raises(Trouble, match="Dovecot cannot be told"):
        files.prepared(told(home, f"{name}/salver.db"), (2, 3), 1993)


@pytest.mark.parametrize("what", ["fifo", "/dev/zero", "run"])
def test_a_process_id_that_is_no_file_of_its_own_is_not_read(home: Path, what: str) -> None:
    plan = files.prepared(told(home), (2, 3), 1993).plan
    as_nobody("mkdir", "run", cwd=plan.run.parent)
    away = home / "away"
    away.mkdir()
    (away / "master.pid").write_text("1\n")
    if what == "fifo":
        as_nobody("mkfifo", "master.pid", cwd=plan.run)
    elif what == "run":
        as_nobody("rmdir", "run", cwd=plan.run.parent)
        as_nobody("ln", "-s", str(away), "run", cwd=plan.run.parent)
    else:
        as_nobody("ln", "-s", what, "master.pid", cwd=plan.run)
    assert not stale.end_stale(plan, IDS[0])
    assert (away / "master.pid").exists()


def test_a_call_of_one_that_is_closed_is_refused(home: Path) -> None:
    threads = Threads(home, None)
    threads.shutdown()
    with pytest.raises(RuntimeError):
        threads.submit(os.getpid)
