"""What was decided, as the log has it: real store, real stages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.store.decisions import recorded
from stages.decide import without_added
from stages.replay import Recorded
from stages.rules.language import Rules
from tests.builders.played import MINUTE, T0, Card, Played, Said, id_of

RULES = Rules.model_validate(
    {
        "rule": [
            {"name": "rope", "points": 2, "all": [{"field": "headline", "word": "rope"}]},
            {"name": "blank", "verdict": "follow_up", "all": [{"signal": "note_is_blank"}]},
        ]
    }
)
NOTE = "Are you happy with your payroll? Book a call: we cut costs by 40 %."


async def all_of(played: Played, **asked: object) -> list[Recorded]:
    return [each async for each in recorded(played.store.read, **asked)]  # type: ignore[arg-type]


async def test_decisions_are_as_the_log_has_them_in_order(tmp_path: Path) -> None:
    played = Played(tmp_path, RULES)
    async with played.opened():
        await played.play(
            (Card((1,)), Card((2, 3), note=NOTE), Card((1,), "invitation_reminder"), Card((4,), "message"))
        )
        found, made = await all_of(played), await played.decisions()
        assert len(found) == len(made) == 4, "a message gets no verdict"
        for each, decision in zip(found, made, strict=True):
            assert each.judgement == without_added(decision.judgement)
            assert (each.verdict, each.rule, each.folder) == (decision.verdict, decision.rule, decision.folder)
        assert [each.enriched.mail for each in found] == [id_of(at) for at in (0, 1, 1, 2)]
        assert found[0].verdict == found[3].verdict == "follow_up"
        assert found[3].rule == "joins-request"


@pytest.mark.parametrize("page", [1, 2, 200])
async def test_only_the_last_so_many_and_only_some_days_and_owners(
    tmp_path: Path, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.decisions.PAGE", page)
    played = Played(tmp_path, RULES)
    async with played.opened():
        await played.play((Card((1,)), Card((2, 3), note=NOTE), Card((4,)), Card((5,))))
        everything = await all_of(played)
        assert len(everything) == 5
        for latest in range(7):
            assert await all_of(played, latest=latest) == everything[max(0, 5 - latest) :], latest
        assert await all_of(played, since=T0 + MINUTE) == everything[1:]
        assert await all_of(played, until=T0 + MINUTE) == everything[:1]
        assert await all_of(played, owner="ben") == []
        assert await all_of(played, owner="amy", since=T0 + 2 * MINUTE, latest=1) == everything[4:]


async def test_what_a_window_hangs_on_comes_too_where_it_is_asked_for_in_the_order_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Played(tmp_path, RULES)
    async with played.opened():
        reminder = Card((1,), "invitation_reminder")
        await played.play((Card((1,)), Card((2,), note=NOTE), Card((3, 4)), reminder, Said(0, "asked")))
        await played.play((Card((4,), "invitation_reminder"), Card((1,), "message", note=""), reminder))
        everything = await all_of(played)
        assert [each.enriched.mail for each in everything] == [id_of(at) for at in (0, 1, 2, 2, 3, 4, 0, 6)]
        for page in (1, 2, 200):
            monkeypatch.setattr("pipeline.store.decisions.PAGE", page)
            for since, before in ((0, ()), (1, (0, 6)), (3, (0, 2, 3, 6)), (6, (0, 6))):
                asked = {"since": T0 + since * MINUTE}
                found = await all_of(played, earlier=True, **asked)
                assert [each._replace(earlier=False) for each in found if not each.earlier] == await all_of(
                    played, **asked
                )
                assert [each for each in found if each.earlier] == [
                    everything[at]._replace(earlier=True) for at in before
                ]
                times = [everything.index(each._replace(earlier=False)) for each in found]
                assert times == sorted(times)
            found = await all_of(played, earlier=True, latest=2)
            assert [each.earlier for each in found] == [True, False, False]
            assert [each._replace(earlier=False) for each in found] == [everything[at] for at in (0, 6, 7)]


async def test_where_the_owners_word_decided_it_is_left_out_and_what_joins_it_knows(tmp_path: Path) -> None:
    played = Played(tmp_path, RULES)
    async with played.opened():
        reminder = Card((1,), "invitation_reminder")
        await played.play((Card((1,), note=NOTE), reminder, Said(0, "good"), reminder, Said(0, "forget"), reminder))
        words = [each.said for each in await all_of(played)]
        assert words == [False, False, True, False, False], "forgotten, it was judged again by Salver alone"
        assert len(await played.decisions()) == 5
        assert await all_of(played, latest=1) == (await all_of(played))[-1:]


async def test_what_cannot_be_read_is_left_out_and_counted(tmp_path: Path) -> None:
    played = Played(tmp_path, RULES)
    async with played.opened():
        await played.play((Card((1,)), Card((2, 3)), Card((4,)), Card((5,)), Card((6,))))
        with sqlite3.connect(played.path) as db:
            db.execute("UPDATE events SET body = '{' WHERE kind = 'Routed' AND mail = ?", (id_of(0),))
            db.execute("UPDATE events SET body = '[]' WHERE kind = 'Scored' AND mail = ?", (id_of(1),))
            db.execute("UPDATE events SET version = 99 WHERE kind = 'Scored' AND mail = ?", (id_of(2),))
            db.execute("DELETE FROM events WHERE kind = 'Scored' AND mail = ?", (id_of(3),))
        lost: list[str] = []
        found = await all_of(played, lost=lost.append)
        assert [each.enriched.mail for each in found] == [id_of(4)]
        assert lost == [id_of(0), id_of(1), id_of(1), id_of(2), id_of(3)]
