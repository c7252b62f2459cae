"""Which words came before: what the store remembers of notes, and what it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pipeline.store import echoes as asking, model, wordings
from pipeline.store.history import history_of
from pipeline.store.log import Log
from stages.events import Echo, History, Notice
from stages.wording.shingles import sketch, sketch_of
from tests.builders.events import enriched, notice, parsed
from tests.pipeline.test_store import NOW, WINDOW, open_request

WORDS = (
    "Hi Amy, we help firms like Nordlys to double their pipeline within {days} days, without more people on the team. "
    "Would you be open to a short call on Monday to see how that could work for you?"
)
PERSONAL = "Your talk on pay bands made me redo ours. How did you handle the people who are already above the band?"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Log]:
    log = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    yield log
    await log.close()


async def asked(store: Log, who: Notice, owner: str = "amy") -> History:
    return await history_of(store, owner, "linkedin", who, NOW, WINDOW, sketch_of(who, parsed("x")))


def pitch(name: str, days: int = 90, words: str = WORDS) -> Notice:
    return notice(name, profile=name, note=words.format(days=days))


async def test_a_template_of_another_person_came_before_and_ones_own_did_not(store: Log) -> None:
    await open_request(store, "m1", pitch("Jon Hale"))
    assert (await asked(store, pitch("Ada Lie", 30))).proven_echo == Echo(others=1, share=1.0)
    assert (await asked(store, pitch("Jon Hale", 30))).proven_echo == Echo(), "a reminder"
    assert (await asked(store, notice("Ada Lie", note=PERSONAL))).echo == Echo()


async def test_every_other_person_counts_once(store: Log) -> None:
    for number, name in enumerate(("Jon Hale", "Odd Berg", "Odd Berg", "Eva Lie")):
        await open_request(store, f"m{number}", notice(name, profile=f"p{number}", note=WORDS.format(days=number)))
    assert (await asked(store, pitch("Ada Lie"))).proven_echo.others == 3


async def test_who_wrote_it_first_is_not_marked_for_what_others_copied(store: Log) -> None:
    await open_request(store, "m1", pitch("Jon Hale"))
    await open_request(store, "m2", pitch("Odd Berg"))
    await open_request(store, "m3", pitch("Eva Lie"))
    assert (await asked(store, pitch("Jon Hale"))).echo == Echo()
    assert (await asked(store, pitch("Odd Berg"))).echo.others == 1


async def test_unproven_mails_are_kept_apart_from_proven_ones(store: Log) -> None:
    for number in range(5):
        await open_request(store, f"m{number}", pitch(f"Forger Number{'abcde'[number]}"), trust="unverified")
    found = await asked(store, pitch("Ada Lie"))
    assert found.proven_echo == Echo(), "nobody can spoil a genuine note with mails that prove nothing"
    assert found.echo.others == 5


async def test_however_many_unproven_copies_come_a_proven_one_stays_in_sight(
    store: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking._question.cache_clear()
    monkeypatch.setattr(asking, "LOOKED_AT", 4)
    await open_request(store, "m0", pitch("Jon Hale"))
    for number in range(9):
        await open_request(store, f"n{number}", pitch(f"Forger Number{'abcdefghi'[number]}"), trust="unverified")
    assert (await asked(store, pitch("Ada Lie"))).proven_echo.others == 1
    asking._question.cache_clear()


async def test_a_genuine_mail_to_somebody_else_counts_as_unproven(store: Log) -> None:
    sent_on = enriched("m1", pitch("Jon Hale"), trust="aligned").model_copy(update={"addressed": False})
    await store.write(list(model.rows_of(sent_on, NOW, WINDOW, store.key)))
    found = await asked(store, pitch("Ada Lie"))
    assert (found.proven_echo.others, found.echo.others) == (0, 1)


async def test_words_of_one_owners_mails_are_unknown_to_another(store: Log) -> None:
    await open_request(store, "m1", pitch("Jon Hale"))
    assert (await asked(store, pitch("Ada Lie"), "ben")).echo == Echo()


async def test_a_spoof_and_a_nameless_note_are_not_remembered(store: Log) -> None:
    await open_request(store, "m1", pitch("Jon Hale"), kind="spoof", trust="forged")
    nameless = Notice(note=pitch("Jon Hale").note)
    assert list(wordings.statements(store.key, "amy", True, nameless, (1, 2, 3, 4), NOW)) == []
    assert await store.read("SELECT * FROM wordings WHERE proven") == []


async def test_neither_words_nor_names_lie_in_the_index(store: Log) -> None:
    who = pitch("Jon Hale")
    drawn = sketch_of(who, parsed("x"))
    await open_request(store, "m1", who)
    rows = await store.read("SELECT * FROM wordings")
    assert len(rows) == len(drawn) > 5
    for owner, shingle, proven, note, person, seen_at in rows:
        assert (owner, proven, note, seen_at) == ("amy", 1, 1, NOW)
        assert all(isinstance(each, int) for each in (shingle, person))
        assert shingle not in drawn, "not even the bare hash of a shingle, which a word list would give away"


async def test_only_the_newest_notes_are_remembered(store: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordings, "KEPT", 10)
    for owner, count in (("amy", 130), ("ben", 3)):
        for number in range(count):
            text = " ".join(
                f"{'abcdefgh'[number % 8]}{'ijklmnop'[number // 8 % 8]}{'qrs'[number // 64]}x{c}"
                for c in "abcdefghijkl"
            )
            job = wordings.statements(store.key, owner, True, notice(f"N {text[:3]}"), sketch(text), NOW + number)
            await store.write(list(job))
    kept = await store.read("SELECT owner, count(DISTINCT note), min(note) FROM wordings GROUP BY owner ORDER BY owner")
    assert [tuple(row) for row in kept] == [("amy", 11, 120), ("ben", 3, 1)]


async def test_a_restart_keeps_them(tmp_path: Path) -> None:
    for number in range(2):
        log = await Log.open(tmp_path / "again.db", WINDOW, serve=True)
        if number == 0:
            await open_request(log, "m1", pitch("Jon Hale"))
        found = await asked(log, pitch("Ada Lie"))
        await log.close()
        assert found.proven_echo.others == 1


async def test_after_a_lost_key_a_rebuild_finds_them_again(tmp_path: Path) -> None:
    path = tmp_path / "again.db"
    log = await Log.open(path, WINDOW)
    await open_request(log, "m1", pitch("Jon Hale"))
    await log.close()
    path.with_name("again.db.key").unlink()
    log = await Log.open(path, WINDOW)
    lost = await asked(log, pitch("Ada Lie"))
    await log.rebuild()
    found = await asked(log, pitch("Ada Lie"))
    await log.close()
    assert (lost.echo.others, found.echo.others) == (0, 1)
