"""The key beside the store: made once, for this user alone, and what is hashed with it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.store.key import Key, key_path, made_key, read_key
from pipeline.store.migrations import StoreError


def test_a_key_is_made_once_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    store = tmp_path / "salver.db"
    assert read_key(store) is None
    before = os.umask(0)
    try:
        key = made_key(store)
    finally:
        os.umask(before)
    assert made_key(store).id == key.id
    assert stat.S_IMODE(key_path(store).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["salver.db.key"], "nothing else is left lying there"


def test_two_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: made_key(tmp_path / "salver.db").id, range(16)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "no key", "ab" * 16, "é"])
def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = key_path(tmp_path / "salver.db")
    path.write_text(content, "utf-8")
    with pytest.raises(StoreError, match="restore it from a copy"):
        made_key(tmp_path / "salver.db")
    assert path.read_text("utf-8") == content


def test_a_number_depends_on_key_use_and_every_text() -> None:
    key, other = Key(b"a" * 32), Key(b"b" * 32)
    numbers = [
        key.number("name", "amy", "mira solberg"),
        key.number("address", "amy", "mira solberg"),
        key.number("name", "ben", "mira solberg"),
        key.number("name", "amy", "mira", " solberg"),
        key.number("name", "amymira solberg"),
        other.number("name", "amy", "mira solberg"),
    ]
    assert len(set(numbers)) == len(numbers)
    assert key.number("name", "amy", "mira solberg") == numbers[0]
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert key.number("name", "a lone \ud800 surrogate")
