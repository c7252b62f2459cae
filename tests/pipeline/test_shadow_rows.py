"""The read model of rules in the shadow, on real SQLite: rows, judged again, versions, who was right, rebuilt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from pipeline.store import shadows
from pipeline.store.log import Log, Output
from pipeline.store.shadows import Judged, Seen
from pipeline.store.writer import Statement
from stages.conversation import Conversation
from stages.durations import DAY, HOUR
from stages.events import Decision, Event, Judgement, Request, Routed, Shadow
from stages.rules.language import Rules
from tests.builders.events import enriched, notice
from tests.builders.talk import T0, Talk, opened, ordered, told

ONE, TWO = "11111111", "22222222"
OWN = {"good": "Good", "intriguing": "Intriguing", "ugly": "Ugly", "follow_up": "Intriguing"}


@pytest_asyncio.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    found = await Log.open(tmp_path / "salver.db", 30 * DAY)
    yield found
    await found.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What time the log has: the last of them."""
    times = [T0]
    monkeypatch.setattr("pipeline.store.log.now", lambda: times[-1])
    return times


def decision(request: str, live: str, shadow: str | None, version: str = ONE, **changes: Any) -> Decision:
    """`live` and `shadow`: a verdict, or a verdict and a folder behind a slash."""
    verdict, _, folder = live.partition("/")
    other, _, elsewhere = (shadow or "").partition("/")
    asked = Request(id=request, notice=notice("Nora Quill"), said=changes.pop("said", None), joins=bool(changes))
    beside = {"version": version, "verdict": other, "rule": f"next-{other}", "folder": elsewhere or OWN.get(other, "")}
    return Decision.model_validate(
        {
            "judgement": Judgement(request=asked, reasons=(), score=0),
            "verdict": verdict,
            "rule": f"live-{verdict}",
            "folder": folder or OWN[verdict],
            "shadow": Shadow.model_validate(beside) if shadow else None,
            **changes,
        }
    )


_numbers = count(1)


async def put(log: Log, *events: Event) -> None:
    for event in events:
        await log.put([Output(f"test.{next(_numbers)}", event, "done")])


async def routed(log: Log, mail: str, *decisions: Decision, owner: str = "amy") -> None:
    await put(log, Routed(mail=mail, owner=owner, kind="invitation", decisions=decisions, folder="Good"))


async def rows(log: Log) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await log.read("SELECT * FROM shadows ORDER BY version, mail, request")]


async def test_every_request_that_the_shadow_saw_is_a_row(log: Log, clock: list[int]) -> None:
    await routed(log, "m1", decision("m1", "good", "ugly"), decision("m1-1", "ugly", "ugly"))
    await routed(log, "m2", decision("m2", "good", None))
    first, second = await rows(log)
    assert first[:6] == (ONE, "m1", "m1", "amy", T0, "good")
    assert first[6:] == ("live-good", "Good", "ugly", "next-ugly", "Ugly", 0, 0)
    assert second[-2:] == (1, 0)
    assert await shadows.seen(log.read, ONE) == Seen(T0, decided=2, differ=1, foregone=0)


async def test_nothing_was_seen_by_rules_that_saw_nothing(log: Log) -> None:
    assert await shadows.seen(log.read, ONE) == Seen(None, 0, 0, 0)
    assert await shadows.turns(log.read, ONE) == []
    assert await shadows.disagreements(log.read, ONE) == []
    assert await shadows.judged(log.read, ONE) == Judged(0, 0, 0, 0)
    assert await shadows.earlier(log.read, ONE) == (0, 0, 0)
    week = await shadows.week_of(log.read, Rules().but(file="next.toml", version=ONE), "amy", T0)
    assert (week.requests, week.differ, week.named) == (0, 0, ())


async def test_of_a_mail_that_is_judged_again_the_last_counts_and_the_first_time(log: Log, clock: list[int]) -> None:
    await routed(log, "m1", decision("m1", "follow_up", "good"))
    clock.append(T0 + DAY)
    await routed(log, "m1", decision("m1", "good", "good"))
    ((*_, agrees, _),) = await rows(log)
    assert agrees == 1
    assert await shadows.seen(log.read, ONE) == Seen(T0, 1, 0, 0)


async def test_the_owners_word_does_not_hide_what_the_rules_had_said(log: Log) -> None:
    await routed(log, "m1", decision("m1", "ugly", "good"))
    await routed(log, "m1", decision("m1", "good", "good", said="good"))
    assert (await shadows.seen(log.read, ONE)).differ == 1


async def test_a_mail_that_repeats_a_request_counts_for_nothing_beside_the_first(log: Log) -> None:
    await routed(log, "m1", decision("m1", "ugly", "good"))
    joins = decision("m1", "ugly", "ugly", rule="joins-request")
    joins = joins.model_copy(update={"shadow": joins.shadow and joins.shadow.model_copy(update={"rule": joins.rule})})
    await routed(log, "m2", joins)
    assert await shadows.seen(log.read, ONE) == Seen((await shadows.seen(log.read, ONE)).since, 1, 1, 0)
    await routed(log, "m3", joins.model_copy(update={"judgement": decision("m9", "ugly", "ugly").judgement}))
    assert (await shadows.seen(log.read, ONE)).foregone == 1


async def test_of_several_mails_of_a_request_that_rules_decide_on_the_last_counts(log: Log) -> None:
    await routed(log, "m2", decision("m1", "good", "intriguing"))
    await routed(log, "m1", decision("m1", "ugly", "good"))
    (turn,) = await shadows.turns(log.read, ONE)
    assert (turn.live.verdict, turn.shadow.verdict, turn.requests) == ("good", "intriguing", 1)


async def test_a_changed_shadow_is_another_version_and_the_others_are_summed_up(log: Log) -> None:
    await routed(log, "m1", decision("m1", "ugly", "good", ONE))
    await routed(log, "m2", decision("m2", "ugly", "ugly", ONE))
    await routed(log, "m3", decision("m3", "ugly", "good", TWO))
    await routed(log, "m4", decision("m4", "ugly", "good", "33333333"))
    assert (await shadows.seen(log.read, TWO))[1:] == (1, 1, 0)
    assert await shadows.earlier(log.read, TWO) == (2, 3, 2)


async def test_turns_are_told_with_folders_the_most_frequent_first(log: Log) -> None:
    for mail, (live, shadow) in enumerate(
        [("ugly", "good"), ("good", "good/Recruiters"), ("good", "good/Recruiters"), ("good", "good")]
    ):
        await routed(log, f"m{mail}", decision(f"m{mail}", live, shadow))
    found = await shadows.turns(log.read, ONE)
    assert [(each.live.folder, each.shadow.folder, each.requests) for each in found] == [
        ("Good", "Recruiters", 2),
        ("Ugly", "Good", 1),
    ]


async def test_one_owner_and_a_time_can_be_asked_for(log: Log, clock: list[int]) -> None:
    await routed(log, "m1", decision("m1", "ugly", "good"))
    clock.append(T0 + 8 * DAY)
    await routed(log, "m2", decision("m2", "ugly", "good"))
    await routed(log, "m3", decision("m3", "ugly", "good"), owner="zoe")
    assert (await shadows.seen(log.read, ONE, "amy")).decided == 2
    assert await shadows.seen(log.read, ONE, "amy", T0 + 1) == Seen(T0 + 8 * DAY, 1, 1, 0)
    assert [each.mail for each in await shadows.disagreements(log.read, ONE, "amy", T0 + 1)] == ["m2"]
    assert sum(each.requests for each in await shadows.turns(log.read, ONE, "amy", T0 + 1)) == 1
    week = await shadows.week_of(log.read, Rules().but(file="next.toml", version=ONE), "amy", T0 + 9 * DAY)
    assert (week.requests, week.differ) == (1, 1)


async def test_disagreements_are_named_the_last_first(log: Log, clock: list[int]) -> None:
    for hours, mail in enumerate(("m1", "m2", "m3")):
        clock.append(T0 + hours * HOUR)
        await put(log, enriched(mail, notice(f"Nora {mail}", headline="Rope maker")))
        await routed(log, mail, decision(mail, "ugly", "good"))
    found = await shadows.disagreements(log.read, ONE, limit=2)
    assert [(each.name, each.headline, each.at) for each in found] == [
        ("Nora m3", "Rope maker", T0 + 2 * HOUR),
        ("Nora m2", "Rope maker", T0 + HOUR),
    ]
    assert (found[0].live.rule, found[0].shadow.rule) == ("live-ugly", "next-good")
    assert len(await shadows.disagreements(log.read, ONE)) == 3


async def said(log: Log, request: str, *orders: str) -> Conversation:
    """What the owner says of a request, one after the other."""
    talk = Talk(told())
    await put(log, *talk.hears(opened(mail=request, request=request)))
    for each in orders:
        await put(log, *talk.hears(ordered(each, T0 + HOUR, mail=request, request=request)))
    return talk.now


async def test_who_was_right_is_counted_by_the_owners_own_words(log: Log) -> None:
    for request, live, shadow, order in (
        ("r1", "follow_up", "good", "good"),  # the shadow
        ("r2", "follow_up", "ugly", "good"),  # neither
        ("r3", "good", "ugly", "good"),  # the live rules
        ("r4", "good", "good", "good"),  # both
        ("r6", "intriguing", "good", "good"),  # the shadow
    ):
        await routed(log, request, decision(request, live, shadow))
        await said(log, request, order)
    await routed(log, "r5", decision("r5", "ugly", "good"))  # nobody knows
    assert await shadows.judged(log.read, ONE) == Judged(said=5, corrected=3, live=2, shadow=3)


async def test_a_word_that_was_taken_back_counts_no_more(log: Log) -> None:
    await routed(log, "r1", decision("r1", "follow_up", "good"))
    known = await said(log, "r1", "good", "forget")
    assert known.said is None
    assert (await shadows.judged(log.read, ONE)).said == 0


async def test_the_rows_are_made_anew_from_the_log(log: Log) -> None:
    await routed(log, "m1", decision("m1", "ugly", "good"), decision("m1-1", "good", "good"))
    await routed(log, "m1", decision("m1", "good", "good", said="good"))
    await routed(log, "m2", decision("m2", "intriguing", "ugly", TWO))
    before = await rows(log)
    assert len(before) == 3
    await log.write([Statement("UPDATE shadows SET mail = mail || 'x', verdict = 'wrong' WHERE version = ?", (ONE,))])
    await log.rebuild()
    assert await rows(log) == before
