"""Folders of ours are subscribed once, beside whatever the owner is subscribed to."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_subscriptions import subscribe
from tests.builders import dovecot

FOLDERS = ("INBOX", "Good", "Snooze/3 days")


def test_where_nobody_has_subscribed_yet_all_folders_of_ours_are(tmp_path: Path) -> None:
    subscribe(tmp_path, FOLDERS, ())
    assert (tmp_path / "subscriptions").read_bytes() == b"V\t2\n\nGood\nSnooze\t3 days\n"
    assert not (tmp_path / "subscriptions.lock").exists()


def test_a_new_folder_is_added_and_the_others_stay_as_their_owner_left_them(tmp_path: Path) -> None:
    (tmp_path / "subscriptions").write_bytes(b"V\t2\n\nLists\tNews\n")
    subscribe(tmp_path, FOLDERS, ("Snooze/3 days",))
    subscribe(tmp_path, FOLDERS, ("Snooze/3 days",))
    assert (tmp_path / "subscriptions").read_bytes() == b"V\t2\n\nLists\tNews\nSnooze\t3 days\n"


def test_a_file_of_the_old_form_stays_one(tmp_path: Path) -> None:
    (tmp_path / "subscriptions").write_bytes(b"Lists.News")
    subscribe(tmp_path, FOLDERS, ("Snooze/3 days",))
    assert (tmp_path / "subscriptions").read_bytes() == b"Lists.News\nSnooze.3 days\n"


def test_what_a_server_is_changing_is_left_alone_and_the_lock_of_a_dead_one_is_not(tmp_path: Path) -> None:
    lock = tmp_path / "subscriptions.lock"
    lock.write_bytes(b"theirs")
    subscribe(tmp_path, FOLDERS, ())
    assert not (tmp_path / "subscriptions").exists()
    assert lock.read_bytes() == b"theirs"
    os.utime(lock, (time.time() - 600,) * 2)
    subscribe(tmp_path, FOLDERS, ())
    assert (tmp_path / "subscriptions").exists()
    assert not lock.exists()


def test_what_the_owner_unsubscribed_from_stays_so_and_the_server_reads_what_we_wrote() -> None:
    with dovecot.running() as server, server.client() as client:
        box = Maildir(server.root, buttons=("Snooze/3 days",))
        box.prepare()
        server.hand_over()
        assert client.unsubscribe("Ugly")[0] == "OK"
        box.prepare()
        server.hand_over()
        rows = [row for row in client.lsub()[1] if isinstance(row, bytes)]
        assert sorted(row.partition(b'"." ')[2] for row in rows) == [b'"Snooze.3 days"', b"Good", b"Intriguing"]
