"""Which words came before: the rows of an index of sketches, by keyed hashes, without a word or a name in it. Pure.

What proven mails said is kept apart from what anybody may have written. `echoes` asks the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.store.key import Key
from pipeline.store.writer import Statement
from stages.events import Notice
from stages.wording.people import full_name

KEPT = 50_000
"""Notes of one owner that are remembered, the newest ones."""

_NOW_AND_THEN = 64
"""One note of so many, by its millisecond, is the occasion to forget older ones: it costs as much as remembering."""

_INSERT = """INSERT OR IGNORE INTO wordings (owner, shingle, proven, note, person, seen_at)
 SELECT ?1, value, ?2, (SELECT coalesce(max(note), 0) + 1 FROM wordings WHERE owner = ?1), ?3, ?4 FROM json_each(?5)"""
_FORGET = """DELETE FROM wordings WHERE owner = ?1
 AND note <= (SELECT max(note) FROM wordings WHERE owner = ?1) - ?2"""


def statements(
    key: Key, owner: str, proven: bool, notice: Notice, sketch: tuple[int, ...], at: int
) -> Iterator[Statement]:
    """Remember a note; nothing for one without a sketch, or of a person who is not named. `at` in ms."""
    writer = writer_of(key, owner, notice)
    if sketch and writer is not None:
        yield Statement(_INSERT, (owner, proven, writer, at, json.dumps(hashed(key, owner, sketch))))
        if at % _NOW_AND_THEN == 0:
            yield Statement(_FORGET, (owner, KEPT))


def hashed(key: Key, owner: str, sketch: tuple[int, ...]) -> list[int]:
    """A sketch as it is kept."""
    return [key.number("shingle", owner, f"{number:x}") for number in sketch]


def writer_of(key: Key, owner: str, notice: Notice) -> int | None:
    """Who wrote a note: by name, which every mail of theirs shows, else by profile; None if neither is shown."""
    name = notice.name.value or ""
    called = full_name(name) or " ".join(name.casefold().split()) or notice.profile_url.value
    return key.number("writer", owner, called) if called else None
