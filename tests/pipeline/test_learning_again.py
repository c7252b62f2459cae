"""An open proposal that later words, or the owner's own rules, contradict: in a Salver that runs, and beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.app import App
from pipeline.learning.file import load_lessons
from pipeline.store import proposals
from pipeline.store.proposals import Kept
from tests.builders.correcting import (
    RULES,
    comes,
    command,
    corrected,
    crowd,
    digest,
    kept,
    proposal,
    put,
    spread,
    states,
    taken_back,
    taught,
)
from tests.builders.replies import answer_to, reply, text_of
from tests.builders.running import deliver, filed, settled
from tests.builders.talked_of import files, owners_move, unwatched


async def moved(app: App, folder: Path, *names: bytes, to: str) -> None:
    """The owner moves what these people sent."""
    for path in files(folder / "mail")["Intriguing"]:
        raw = path.read_bytes()
        if b"Sommelier" in raw and any(name in raw for name in names):
            owners_move(path, to, folder / "mail")
    for _ in range(3):
        await app.moves.look()
        await settled(app)


async def proposed(app: App, folder: Path) -> Kept:
    """Four sommeliers are good, and so it is proposed."""
    await unwatched(app)
    for number in range(4):
        await comes(app, number)
    await comes(app, 3, "Baker")  # there is a digest only where something is to be asked
    await crowd(app, 20)
    await moved(app, folder, b"Ada Fern", b"Bea Holm", b"Cleo Dahl", b"Dora Lund", to="Good")
    await spread(app.store, 25)
    await app.learning.look()
    (found,) = await proposals.proposals(app.store.read)
    return found


async def test_later_words_change_an_open_proposal_or_end_it_and_until_then_it_is_refused(tmp_path: Path) -> None:
    async with taught(tmp_path) as app:
        first = await proposed(app, tmp_path)
        await digest(app)
        await comes(app, 4)
        await moved(app, tmp_path, b"Edda Moe", to="Good")
        assert await app.learning.look()
        (then,) = await proposals.proposals(app.store.read)
        assert (then.id, then.state, then.proposal.right, then.proposal.of) == (first.id, "open", 5, 5)
        assert "right 5 of 5 times" in await command(tmp_path, "proposals")

        for number in (5, 6, 7):
            await comes(app, number)
        await moved(app, tmp_path, b"Fay Berg", b"Gro Vik", b"Hedda Sand", to="Ugly")
        said = "your corrections no longer say so: 5 for it, 3 against it"
        assert said in await command(tmp_path, "accept", first.id, code=1)
        (mail,) = (raw for raw in filed(tmp_path)["INBOX"] if b"\r\nMessage-ID: <digest." in raw)
        await deliver(app, reply(f"accept {first.id}", mail), "amy@mail.test", answer_to(mail))
        await settled(app)
        (told,) = (raw for raw in filed(tmp_path)["INBOX"] if b"\r\nMessage-ID: <reply." in raw)
        assert f"{first.id}: {said}." in " ".join(text_of(told).split())
        assert load_lessons(tmp_path / "lessons.toml") == ()

        assert await app.learning.look()
        assert await states(app.store) == {first.what: "outdated"}
        assert "Nothing is proposed" in await command(tmp_path, "proposals")
    assert "no longer say so" in await command(tmp_path, "accept", first.id, code=1)


async def test_what_the_owner_wrote_into_their_rules_is_proposed_no_more(tmp_path: Path) -> None:
    async with taught(tmp_path) as app:
        first = await proposed(app, tmp_path)
    own = '[[rule]]\nname = "mine"\nverdict = "good"\nall = [{ field = "headline", word = "sommelier" }]\n'
    (tmp_path / "rules.toml").write_text(own + RULES, "utf-8")
    assert "your rules decide so without it" in await command(tmp_path, "accept", first.id, code=1)
    assert "Nothing is proposed" in await command(tmp_path, "proposals")


async def test_one_whose_corrections_were_taken_back_is_refused_before_anybody_looks(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, "r1", "r2", "r3")
        await put(store, made=proposal())
        await taken_back(store, "r2")
    assert "your corrections no longer say so" in await command(tmp_path, "accept", "k000001", code=1)


async def test_a_search_that_failed_ends_no_proposal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with taught(tmp_path) as app:
        await corrected(app.store, "r1", "r2", "r3")
        await put(app.store)
        monkeypatch.setattr("pipeline.learning.looking.LONGEST_SECONDS", 0.0)
        await app.learning.look()
        assert await states(app.store) == {"good: sommelier": "open"}
