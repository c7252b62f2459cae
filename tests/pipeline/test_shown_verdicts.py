"""A verdict among a filed mail's flags: in a Maildir, with or without a server, whatever fails or is cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import maildir_keywords
from pipeline.mailboxes.maildir import Maildir
from tests.conftest import ROOT

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
AT = 1_764_150_000_123
NAME = f"1764150000.{MAIL}.salver"


def content(mail: str = MAIL, verdict: str = "good", subject: str = "hi") -> bytes:
    head = f"X-Salver-Verdict: {verdict}\r\nX-Salver-Mail: {mail}\r\nX-Salver-End: -\r\nSubject: {subject}\r\n"
    return head.encode() + b"From: a@b.test\r\n\r\na\0\xff\r bare \n\r\n"


def mails(root: Path) -> list[Path]:
    return sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))


def told(folder: Path) -> str:
    return (folder / "dovecot-keywords").read_text()


def test_a_mail_bears_its_verdict_in_its_name_and_is_unread(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    assert box.file(MAIL, "Good", content(), AT, False, "good") == (f"{NAME}:2,a", False)
    assert mails(tmp_path) == [tmp_path / ".Good" / "cur" / f"{NAME}:2,a"]
    assert mails(tmp_path)[0].read_bytes() == content()
    assert told(tmp_path / ".Good") == "0 Salver-good\n"
    assert list(tmp_path.glob("**/*.lock")) == []


def test_a_mail_that_bears_its_verdict_is_found_and_not_filed_again(tmp_path: Path) -> None:
    Maildir(tmp_path).file(MAIL, "Intriguing", content(), AT, False, "follow_up")
    box = Maildir(tmp_path)
    assert box.file(MAIL, "Intriguing", content(), AT, True, "follow_up") == (f"{NAME}:2,a", True)
    assert box.where(MAIL, AT) == "Intriguing"
    assert len(mails(tmp_path)) == 1


def test_it_is_found_without_a_listing_of_the_folder_while_no_client_has_touched_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(tmp_path)
    box.file("other", "Ugly", content("other"), AT, False, "intriguing")
    box.file(MAIL, "Ugly", content(), AT, False, "ugly")

    def listed(*_: object) -> Iterator[Path]:
        raise AssertionError("every file was looked at")

    monkeypatch.setattr(Maildir, "_files", listed)
    assert box.find(MAIL, AT) == tmp_path / ".Ugly" / "cur" / f"{NAME}:2,b"


def held(folder: Path) -> None:
    (folder / "dovecot-keywords.lock").touch()


def full(folder: Path) -> None:
    (folder / "dovecot-keywords").write_text("".join(f"{number} theirs{number}\n" for number in range(26)))


def unwritable(folder: Path) -> None:
    (folder / "dovecot-keywords.lock").mkdir()
    os.utime(folder / "dovecot-keywords.lock", (0, 0))


@pytest.mark.parametrize("trouble", [held, full, unwritable])
def test_without_a_letter_a_mail_is_filed_at_once_all_the_same(tmp_path: Path, trouble: object) -> None:
    box = Maildir(tmp_path)
    box.prepare()
    assert callable(trouble)
    trouble(tmp_path / ".Good")
    before = sorted((path, path.stat().st_mtime) for path in (tmp_path / ".Good").glob("dovecot-keywords*"))
    assert box.file(MAIL, "Good", content(), AT, False, "good") == (NAME, False)
    assert mails(tmp_path) == [tmp_path / ".Good" / "new" / NAME]
    assert sorted((path, path.stat().st_mtime) for path in (tmp_path / ".Good").glob("dovecot-keywords*")) == before


def test_a_letter_that_is_known_needs_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Maildir(tmp_path)
    box.file("other", "Good", content("other"), AT, False, "good")

    def locked(_: Path) -> int:
        raise AssertionError("the server would have to wait")

    monkeypatch.setattr(maildir_keywords, "_locked", locked)
    assert box.file(MAIL, "Good", content(), AT, False, "good")[0] == f"{NAME}:2,a"


def test_a_lock_whose_holder_died_is_taken_over(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.prepare()
    held(tmp_path / ".Good")
    os.utime(tmp_path / ".Good" / "dovecot-keywords.lock", (time.time() - 600,) * 2)
    assert box.file(MAIL, "Good", content(), AT, False, "good")[0] == f"{NAME}:2,a"
    assert list(tmp_path.glob("**/*.lock")) == []


def test_mails_filed_at_once_into_a_new_folder_all_bear_their_verdicts(tmp_path: Path) -> None:
    box, gate = Maildir(tmp_path), threading.Barrier(8)
    verdicts = ("good", "intriguing", "ugly", "follow_up")

    def attempt(number: int) -> None:
        gate.wait()
        box.file(f"m{number}", "Good", content(), AT, False, verdicts[number % 4])

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    meant = {line.split()[1]: "abcd"[int(line.split()[0])] for line in told(tmp_path / ".Good").splitlines()}
    keywords = ("Salver-good", "Salver-intriguing", "Salver-ugly", "Salver-ask-why")
    assert sorted(path.name for path in mails(tmp_path)) == [
        f"1764150000.m{number}.salver:2,{meant[keywords[number % 4]]}" for number in range(8)
    ]


def keyworded(path: Path) -> set[str]:
    """The flags and keywords a file's name tells of."""
    meant = dict(reversed(line.split(" ", 1)) for line in told(path.parent.parent).splitlines())
    named = {chr(97 + int(number)): keyword for keyword, number in meant.items()}
    return {named.get(flag, flag) for flag in path.name.partition(":2,")[2]}


@pytest.mark.parametrize("folder", ["Good", "Ugly"])
def test_a_mail_that_is_judged_anew_bears_its_new_verdict_alone_and_its_owners_flags(
    tmp_path: Path, folder: str
) -> None:
    box = Maildir(tmp_path)
    box.prepare()
    (tmp_path / ".Good" / "dovecot-keywords").write_text("0 theirs\n1 $Forwarded\n")
    box.file(MAIL, "Good", content(), AT, False, "good")
    (path,) = mails(tmp_path)
    os.rename(path, path.with_name(f"{NAME}:2,FSabc"))
    lies = box.refile(MAIL, ["Good"], folder, content(verdict="ugly"), AT, False, "ugly")
    (path,) = mails(tmp_path)
    assert (path.name, path.parent, lies.found) == (lies.name, tmp_path / f".{folder}" / "cur", False)
    assert keyworded(path) == {"F", "S", "theirs", "$Forwarded", "Salver-ugly"}
    assert path.read_bytes() == content(verdict="ugly")
    assert list(path.name.partition(":2,")[2]) == sorted(path.name.partition(":2,")[2])  # as maildir(5) wants them


def test_an_unread_mail_that_had_no_verdict_gets_one_and_loses_it_again(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    box.file(MAIL, "INBOX", content(), AT, False)
    assert mails(tmp_path) == [tmp_path / "new" / NAME]
    box.refile(MAIL, ["INBOX"], "Good", content(verdict="later"), AT, False, "good")
    (path,) = mails(tmp_path)
    assert (path.parent, keyworded(path)) == (tmp_path / ".Good" / "cur", {"Salver-good"})
    box.refile(MAIL, ["Good"], "INBOX", content(), AT, False, None)
    (path,) = mails(tmp_path)
    assert path.parent == tmp_path / "cur"
    assert path.name.endswith(":2,")


CHILD = """
import os, signal, sys
from pathlib import Path
from pipeline.mailboxes.maildir import Maildir
root, point, again = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "again"
content = sys.stdin.buffer.read()
real = os.rename
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def rename(source, target):
    last = str(target).rpartition("/")[2]
    kind = "keywords" if last == "dovecot-keywords" else "mail" if Path(source).parent.name == "tmp" else "move"
    if point == f"before {kind}":
        die()
    real(source, target)
    if point == f"after {kind}":
        die()
os.rename = rename
box = Maildir(root)
if again:
    box.refile(sys.argv[4], ["Good"], "Ugly", content, int(sys.argv[5]), False, "ugly")
else:
    box.file(sys.argv[4], "Ugly", content, int(sys.argv[5]), False, "ugly")
"""


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["keywords", "mail", "move"])
def test_a_process_killed_at_any_step_leaves_one_whole_mail_after_the_next_attempt(
    tmp_path: Path, again: bool, when: str, step: str
) -> None:
    box = Maildir(tmp_path)
    box.prepare()
    if again:
        box.file(MAIL, "Good", content(), AT, False, "good")
    new = content(verdict="ugly")
    arguments = [str(tmp_path), f"{when} {step}", "again" if again else "", MAIL, str(AT)]
    child = subprocess.run([sys.executable, "-c", CHILD, *arguments], input=new, cwd=ROOT, check=False)
    if step == "move" and not again:
        assert child.returncode == 0  # a first filing moves nothing
    else:
        assert child.returncode == -signal.SIGKILL
    assert len(mails(tmp_path)) == (1 if again or (when, step) == ("after", "mail") or step == "move" else 0)
    box = Maildir(tmp_path)
    if again:
        box.refile(MAIL, ["Good", "Ugly"], "Ugly", new, AT, True, "ugly")
    else:
        box.file(MAIL, "Ugly", new, AT, True, "ugly")
    (path,) = mails(tmp_path)
    assert (path.parent.parent, path.read_bytes()) == (tmp_path / ".Ugly", new)
    if (when, step) != ("before", "keywords"):  # the lock of the dead is respected for a while: then it has no keyword
        assert keyworded(path) == {"Salver-ugly"}


def test_a_letter_is_on_disk_before_a_mail_is_called_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story: list[str] = []
    sync, rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        story.append(f"sync {os.readlink(f'/proc/self/fd/{descriptor}').rpartition('/')[2].split('.')[0]}")
        sync(descriptor)

    def renamed(source: str, target: str) -> None:
        story.append(f"rename {Path(target).name.split('.')[0]}")
        rename(source, target)

    box = Maildir(tmp_path)
    box.prepare()
    monkeypatch.setattr(maildir_keywords.os, "fsync", fsync)
    monkeypatch.setattr(maildir_keywords.os, "rename", renamed)
    box.file(MAIL, "Good", content(), AT, False, "good")
    assert story == [
        "sync dovecot-keywords", "rename dovecot-keywords", "sync ", "sync 1764150000", "rename 1764150000", "sync cur",
    ]  # fmt: skip
