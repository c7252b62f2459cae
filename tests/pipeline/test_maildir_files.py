"""Whose the files of a Maildir are where we run as root, and what its folders are called."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_files import directory_name, mail_in
from pipeline.mailboxes.maildir_threads import OURSELVES, Ids
from pipeline.mailboxes.targets import given_to, open_target
from pipeline.store.log import Log
from tests.builders import dovecot

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
AT = 1_764_150_000_123
BUTTONS = ("Asked", "Snooze/3 days")
CONTENT = b"X-Salver-Mail: " + MAIL.encode() + b"\r\nX-Salver-End: -\r\nSubject: hi\r\n\r\nhi\r\n"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def nobody() -> Ids:
    found = pwd.getpwnam("nobody")
    return found.pw_uid, found.pw_gid


@pytest.fixture
def home() -> Iterator[Path]:
    """Open to pass through, unlike pytest's where it runs as root."""
    with tempfile.TemporaryDirectory(prefix="sv") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def owners(root: Path) -> set[Ids]:
    found = (path.lstat() for path in (root, *root.rglob("*")))
    return {(each.st_uid, each.st_gid) for each in found}


@pytest.mark.parametrize(
    ("folder", "directory"),
    [
        ("Asked", ".Asked"),
        ("Snooze/3 days", ".Snooze.3 days"),
        ("Always good/This  person", ".Always good.This person"),
    ],
)
def test_levels_of_a_folder_are_parted_by_a_dot(folder: str, directory: str) -> None:
    assert directory_name(folder) == directory


def test_a_mail_is_told_by_a_name_of_ours_with_whatever_flags() -> None:
    assert mail_in(f"1764150000.{MAIL}.salver-0123456789ab:2,FS") == MAIL
    assert mail_in("1764150000.M1P2.host,S=9:2,S") == ""


@as_root
def test_everything_that_root_makes_in_a_maildir_is_the_users(home: Path) -> None:
    root = home / "a" / "mail"
    before = os.umask(0o077)
    try:
        box = Maildir(root, buttons=BUTTONS, ids=nobody())
        box.prepare()
        box.file(MAIL, "Good", CONTENT, AT, False, "good")
        box.refile(MAIL, ["Good"], "Ugly", CONTENT + b"new", AT, False, "ugly")
    finally:
        os.umask(before)
    assert owners(root) == {nobody()}
    assert {path.name for path in root.glob("*")} >= {".Snooze.3 days", "subscriptions"}
    assert list(root.glob(".Ugly/dovecot-keywords"))
    parent = (home / "a").stat()
    assert (parent.st_uid, stat.S_IMODE(parent.st_mode)) == (0, 0o711)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*")) if path.is_dir()} == {0o700}


@as_root
def test_a_folder_that_was_there_keeps_its_mode(home: Path) -> None:
    (home / "a" / "mail").mkdir(parents=True)
    (home / "a").chmod(0o751)
    (home / "a" / "mail").chmod(0o750)
    Maildir(home / "a" / "mail", ids=nobody()).prepare()
    assert stat.S_IMODE((home / "a").stat().st_mode) == 0o751
    assert (home / "a").stat().st_uid == 0
    assert stat.S_IMODE((home / "a" / "mail").stat().st_mode) == 0o750


def test_whoever_is_not_root_gives_nothing_away_and_root_only_to_a_user_there_is() -> None:
    if os.geteuid() == 0:
        assert given_to("nobody") == nobody()
        assert given_to("root") == given_to("no such user here") == OURSELVES
    else:
        assert given_to("nobody") is None


def test_a_configured_button_is_a_folder_of_the_mailbox_that_is_opened(home: Path) -> None:
    ids = nobody() if os.geteuid() == 0 else None
    open_target(f"maildir:{home / 'mail'}", {}, buttons=BUTTONS, ids=ids).prepare()
    assert (home / "mail" / ".Snooze.3 days" / "cur").is_dir()
    assert owners(home / "mail") == {ids or (os.geteuid(), os.getegid())}


async def test_the_folder_of_a_store_that_root_makes_can_be_passed(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        await (await Log.open(tmp_path / "a" / "var" / "salver.db", 0)).close()
    finally:
        os.umask(before)
    passed = 0o711 if os.geteuid() == 0 else 0o700
    assert stat.S_IMODE((tmp_path / "a" / "var").stat().st_mode) == passed
    assert stat.S_IMODE((tmp_path / "a" / "var" / "salver.db").stat().st_mode) == 0o600


@pytest.fixture
def server() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as running:
        yield running


def test_a_real_server_shows_what_is_filed_without_anybody_handing_it_over(server: dovecot.Dovecot) -> None:
    box = Maildir(server.root, buttons=BUTTONS, ids=nobody() if os.geteuid() == 0 else None)
    box.prepare()
    box.file(MAIL, "Good", CONTENT, AT, search=False)
    with server.client() as client:
        assert client.select("Good") == ("OK", [b"1"])
        told = [row for row in client.lsub()[1] if isinstance(row, bytes)]
        assert {row.partition(b'"." ')[2].strip(b'"') for row in told} == {
            b"Good", b"Intriguing", b"Ugly", b"Asked", b"Snooze.3 days",
        }  # fmt: skip
        assert client.copy("1", '"Snooze.3 days"')[0] == "OK"
        assert client.store("1", "+FLAGS", "(\\Deleted)")[0] == "OK"
    arrived = box.arrived()
    assert [(each.folder, each.mail) for each in arrived] == [("Snooze/3 days", MAIL)]
    assert box.refile(MAIL, ["Snooze/3 days"], "Good", CONTENT, AT).folder == "Good"
    with server.client() as client:
        assert client.select('"Snooze.3 days"') == ("OK", [b"0"])
        assert client.select("Good") == ("OK", [b"2"])  # the new one, and the one its owner marked as deleted
