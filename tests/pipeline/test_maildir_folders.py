"""Which directory of a Maildir++ is which folder: ours, those of the configuration, and those it declares no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.mailboxes.maildir_folders import MaildirFolders


def test_each_folder_has_its_directory_and_each_directory_its_folder(tmp_path: Path) -> None:
    folders = MaildirFolders(tmp_path, ("Hiring people",), ("Snooze/3 days",))
    for name, directory in (
        ("INBOX", tmp_path),
        ("Good", tmp_path / ".Good"),
        ("Hiring people", tmp_path / ".Hiring people"),
        ("Snooze/3 days", tmp_path / ".Snooze.3 days"),
    ):
        assert folders.directory(name) == directory
        assert folders.name(directory) == name


def test_what_was_declared_once_has_its_directory_still_and_takes_no_new_mail(tmp_path: Path) -> None:
    folders = MaildirFolders(tmp_path, (), ())
    assert folders.directory_once("Recruiters") == tmp_path / ".Recruiters"
    with pytest.raises(ValueError, match="no folder"):
        folders.directory("Recruiters")


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", ".Good", "x\0y"])
def test_no_name_leads_out_of_the_mailbox(tmp_path: Path, name: str) -> None:
    assert MaildirFolders(tmp_path, (), ()).directory_once(name) == tmp_path
    with pytest.raises(ValueError, match="folder"):
        MaildirFolders(tmp_path, (name,), ())


def test_declared_folders_are_watched_whether_they_are_there_or_not_and_buttons_only_where_they_are(
    tmp_path: Path,
) -> None:
    folders = MaildirFolders(tmp_path, ("Recruiters",), ("Asked",))
    assert sorted(folders.watched()) == ["Good", "Intriguing", "Recruiters", "Ugly"]
    (tmp_path / ".asked").mkdir()
    assert folders.watched()["Asked"] == [tmp_path / ".asked"]
    assert folders.into == {"Good", "Intriguing", "Ugly", "Recruiters", "Asked"}
