"""Secrets by reference: real files and environment; the keyring is a stand-in (tests/builders/keyrings.py)."""

from __future__ import annotations

import multiprocessing
import os
import stat
import sys
from pathlib import Path

import pytest

from pipeline.accounts.secrets import SecretError, forget, has_keyring, keep, secret_of
from tests.builders import keyrings

SECRET = "correct horse"


def test_a_secret_in_a_file_comes_back_without_its_lines_end(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\r\n")
    path.chmod(0o600)
    assert secret_of(f"file:{path}") == SECRET


def test_what_is_kept_in_a_file_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets" / "gmail"
    before = os.umask(0)
    try:
        keep(f"file:{path}", SECRET)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert secret_of(f"file:{path}") == SECRET
    assert [file.name for file in path.parent.iterdir()] == ["gmail"]


def test_a_file_that_others_may_read_is_refused_and_stays_untold(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(SECRET)
    path.chmod(0o640)
    with pytest.raises(SecretError, match="chmod 600") as refused:
        secret_of(f"file:{path}")
    assert SECRET not in str(refused.value)


def test_keeping_again_closes_a_file_that_others_could_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    keep(f"file:{path}", SECRET)
    assert secret_of(f"file:{path}") == SECRET


def test_a_secret_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    keep(f"file:{path}", "old")
    (tmp_path / f".secret.{os.getpid()}").mkdir()  # where the new one would be written first
    with pytest.raises(SecretError, match="cannot be written") as refused:
        keep(f"file:{path}", SECRET)
    assert SECRET not in str(refused.value)
    assert secret_of(f"file:{path}") == "old"


def _keep_many(reference: str, word: str) -> None:
    for _ in range(200):
        keep(reference, word * 500)


def test_two_writers_never_leave_a_mixture(tmp_path: Path) -> None:
    reference = f"file:{tmp_path / 'secret'}"
    keep(reference, "a" * 500)
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_keep_many, args=(reference, word)) for word in "ab"]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(secret_of(reference))
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen <= {"a" * 500, "b" * 500}


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("env:NOT_SET_ANYWHERE", "set the environment variable"),
        ("file:/nowhere/at/all", "which only you may read"),
    ],
)
def test_a_secret_that_is_not_there_says_where_to_put_it(reference: str, hint: str) -> None:
    with pytest.raises(SecretError, match=hint):
        secret_of(reference)


def test_an_empty_secret_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY_ONE", "")
    with pytest.raises(SecretError, match="there is no secret"):
        secret_of("env:EMPTY_ONE")


def test_the_environment_tells_but_does_not_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMYS_PASSWORD", SECRET)
    assert secret_of("env:AMYS_PASSWORD") == SECRET
    with pytest.raises(SecretError, match="only file:PATH and keyring"):
        keep("env:AMYS_PASSWORD", SECRET)
    with pytest.raises(SecretError, match="not ours to remove"):
        forget("env:AMYS_PASSWORD")


def test_a_password_in_place_of_a_reference_is_not_repeated() -> None:
    for call in (secret_of, forget):
        with pytest.raises(SecretError) as refused:
            call("hunter2horse")
        assert "hunter2horse" not in str(refused.value)


def test_a_file_is_forgotten_once(tmp_path: Path) -> None:
    reference = f"file:{tmp_path / 'secret'}"
    keep(reference, SECRET)
    assert forget(reference)
    assert not forget(reference)
    assert not (tmp_path / "secret").exists()


def test_a_keyring_keeps_and_forgets_by_service_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = keyrings.install(monkeypatch)
    keep("keyring:salver/amy@salver.test", SECRET)
    assert keyring.kept == {("salver", "amy@salver.test"): SECRET}
    assert secret_of("keyring:salver/amy@salver.test") == SECRET
    assert forget("keyring:salver/amy@salver.test")
    assert not forget("keyring:salver/amy@salver.test")
    with pytest.raises(SecretError, match="there is no secret"):
        secret_of("keyring:salver/amy@salver.test")


def test_a_locked_keyring_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    keyrings.install(monkeypatch).locked = True
    with pytest.raises(SecretError, match="unlock it"):
        secret_of("keyring:salver/amy")
    with pytest.raises(SecretError, match="use file:PATH instead") as refused:
        keep("keyring:salver/amy", SECRET)
    assert SECRET not in str(refused.value)
    with pytest.raises(SecretError, match="remove it there"):
        forget("keyring:salver/amy")


def test_a_keyring_without_a_backend_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = keyrings.install(monkeypatch)
    assert has_keyring()
    keyring.priority = 0
    assert not has_keyring()
    monkeypatch.setitem(sys.modules, "keyring", None)  # as where the package is not installed
    assert not has_keyring()
    with pytest.raises(SecretError, match="no keyring is installed"):
        secret_of("keyring:salver/amy")


def test_what_is_written_first_is_never_readable_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    replace = os.replace

    def looked_at(source: Path, aim: Path) -> None:
        modes.append(stat.S_IMODE(os.stat(source).st_mode))
        replace(source, aim)

    monkeypatch.setattr(os, "replace", looked_at)
    before = os.umask(0)
    try:
        keep(f"file:{tmp_path / 'secret'}", SECRET)
    finally:
        os.umask(before)
    assert modes == [0o600]
