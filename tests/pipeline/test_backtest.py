"""What a backtest says, held against what a live Salver does: real store, worker, stages, lookups and Maildir."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from pipeline.backtest import tried
from pipeline.backtest.objects import as_object
from pipeline.backtest.text import text
from pipeline.store.corrections import corrections
from pipeline.store.decisions import recorded
from stages.backtest.tried import Tried, place_of
from stages.events import Decision
from stages.replay import Recorded, Replay, replayed
from stages.rules.language import Rules
from tests.builders import any_rules
from tests.builders.any_happenings import NOTES, happenings as any_happenings
from tests.builders.played import T0, Card, Happening, Played, Put, Said, id_of, quick_folder

FEW, MANY = (settings(max_examples=count, deadline=None) for count in (20, 300))
KEPT = '[filing]\nfolders = ["Kept"]\n'
PLAIN = Rules.model_validate({"thresholds": {"good": 3, "intriguing": -0.75}})
ASKS = Rules.model_validate({"rule": [{"name": "why", "verdict": "follow_up", "all": [{"signal": "note_is_blank"}]}]})
NO_BLANKS = Rules.model_validate({"rule": [{"name": "no", "verdict": "ugly", "all": [{"signal": "note_is_blank"}]}]})
BLANKS_KEPT = Rules.model_validate(
    {"rule": [{"name": "keep", "verdict": "good", "folder": "Kept", "all": [{"signal": "note_is_blank"}]}]}
)


async def history_of(played: Played) -> list[Recorded]:
    return [each async for each in recorded(played.store.read)]


async def lived(played: Played) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """By mail and request, what Salver itself decided, as it came."""
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for event in await played.routed():
        for each in event.decisions:
            if each.judgement.request.said is None:
                found[event.mail, each.judgement.request.id].append((*place_of(each), each.rule))
    return dict(found)


@FEW
@given(any_rules.rules(), any_rules.rules(), any_happenings)
@example(ASKS, NO_BLANKS, [Card((1,)), Card((1,), "invitation_reminder"), Card((1, 2), note=NOTES[1])])
@example(PLAIN, BLANKS_KEPT, [Card((1,)), Card((1,), "invitation_reminder"), Card((1,))])
@example(BLANKS_KEPT, PLAIN, [Card((1,)), Card((1,), "invitation_reminder"), Card((1, 2))])
@example(
    PLAIN, NO_BLANKS, [Card((1,)), Said(0, "good"), Card((1,), "invitation_reminder"), Said(0, "forget"), Card((1,))]
)
@example(PLAIN, NO_BLANKS, [Card((1,)), Put(0, "Good"), Card((1,), "invitation_reminder")])
@example(PLAIN, NO_BLANKS, [Card((1, 2)), Card((2,), "invitation_reminder"), Card((2, 3))])
@example(PLAIN, NO_BLANKS, [Card((1,), note=NOTES[1]), Card((1,), "invitation_reminder"), Card((1,), note=NOTES[2])])
def test_what_other_rules_would_have_made_is_what_they_make_when_the_mails_come_again(
    live: Rules, new: Rules, happenings: list[Happening]
) -> None:
    asyncio.run(sent_again(live, new, happenings))


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@MANY
@given(any_rules.rules(), any_rules.rules(), any_happenings)
def test_it_is_so_for_many_rules_and_histories(live: Rules, new: Rules, happenings: list[Happening]) -> None:
    asyncio.run(sent_again(live, new, happenings))


async def sent_again(live: Rules, new: Rules, happenings: list[Happening]) -> None:
    with quick_folder() as folder:
        first, second = Played(folder / "1", live, KEPT), Played(folder / "2", new, KEPT)
        async with first.opened():
            await first.play(happenings)
            history = await history_of(first)
            as_lived = await lived(first)
            same = await tried(first.store.read, first.settings, first.settings)
            other = await tried(first.store.read, first.settings, second.settings, keep=1_000)
        async with second.opened():
            await second.play(first.happened)
            again = await lived(second)
    assert (same.changed, same.otherwise, same.unread, same.unasked) == (0, 0, 0, (0, 0))
    assert told(history, live) == as_lived
    assert told(history, new) == again
    differ = {name: (was, again[name]) for name, was in as_lived.items() if places(was) != places(again[name])}
    assert {(each.enriched.mail, each.recorded.request) for each in other.changes} == set(differ)
    assert other.changed == len(other.changes) == sum(other.moves.values())
    assert other.decisions == sum(map(len, again.values())) == len(history)


def told(history: list[Recorded], rules: Rules) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for each, made in zip(history, replayed(history, rules), strict=True):
        assert made is not None
        found[each.enriched.mail, each.request].append((*place_of(made), made.rule))
    return dict(found)


def places(decided: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(verdict, folder) for verdict, folder, _ in decided]


# --- what cannot be known -----------------------------------------------------------------------------------------


async def test_an_answer_to_a_question_that_would_not_have_been_asked_is_left_out_and_counted(tmp_path: Path) -> None:
    played = Played(tmp_path, ASKS)
    async with played.opened():
        await played.play((Card((1,)), Said(0, "asked"), Card((1,), "message", note=""), Card((2,), note=NOTES[2])))
        history = await history_of(played)
        assert [each.judgement.request.asked is not None for each in history] == [False, True, False]
        stays = await tried(played.store.read, played.settings, played.settings)
        assert (stays.decisions, stays.unasked) == (3, (0, 0))
        other = await tried(played.store.read, played.settings, played.settings.but(rules=NO_BLANKS))
        assert (other.decisions, other.changed, other.unasked) == (2, 1, (0, 1))
        assert other.effect == {"follow_up": {"ugly": 1}}


async def test_what_was_undone_stays_undone(tmp_path: Path) -> None:
    played = Played(tmp_path, NO_BLANKS)
    async with played.opened():
        await played.play((Card((1,)),))
        (each,) = await history_of(played)
        assert each.rule == "no"
        undone = each._replace(enriched=each.enriched.model_copy(update={"without": ("no",), "again": T0}))
        (made,) = replayed([undone], NO_BLANKS)
        assert made is not None
        assert made.rule != "no"


# --- held against the owner ---------------------------------------------------------------------------------------


async def test_each_side_is_held_against_what_the_owner_said(tmp_path: Path) -> None:
    played = Played(tmp_path, PLAIN)
    cards = [Card((at,), note=NOTES[at % 4], headline="Rope maker") for at in range(6)]
    words = [Said(0, "ugly"), Said(1, "good"), Said(2, "ugly"), Said(4, "ugly"), Said(4, "good"), Said(5, "good"),
             Said(5, "forget")]  # fmt: skip
    async with played.opened():
        await played.play((*cards, *words, Card((1,), "invitation_reminder", NOTES[1])))
        found = await tried(played.store.read, played.settings, played.settings.but(rules=NO_BLANKS), keep=9)
        standing = {each.request: each.said for each in await corrections(played.store.read, None, False)}
        first = {each.request: each.verdict for each in await history_of(played) if not each.judgement.request.joins}
    assert set(standing) == {id_of(0), id_of(1), id_of(2), id_of(4)}
    assert found.corrections == found.before.of == found.after.of == 4
    assert Counter((said, first[request]) for request, said in standing.items()) == found.before.counts
    assert all(said != was for said, was in found.before.counts), "a correction is what Salver had not said"
    assert (found.before.right, found.after.right) == (0, 1), "of the two blank ones, one was called ugly"
    assert found.after.counts["good", "ugly"] == 1 + found.before.counts.get(("good", "ugly"), 0)
    assert [each.said for each in found.changes] == ["ugly", "good"]


# --- other points -------------------------------------------------------------------------------------------------


async def test_scored_anew_with_other_points_it_is_what_they_make_when_the_mails_come_again(tmp_path: Path) -> None:
    happenings = [Card((at,), note=NOTES[at % 4], photo=at % 2 == 0, mutual=at) for at in range(6)]
    happenings += [Card((2,), "invitation_reminder"), Card((7, 8))]
    points = "[points]\nprofile_is_polished = 6\nsells_a_service = -0.5\n"
    first, second = Played(tmp_path / "1", PLAIN), Played(tmp_path / "2", PLAIN, points)
    async with first.opened():
        await first.play(happenings)
        as_lived = await lived(first)
        same = await tried(first.store.read, first.settings, first.settings, rescore=True)
        rules_only = await tried(first.store.read, first.settings, second.settings)
        found = await tried(first.store.read, first.settings, second.settings, rescore=True, keep=99)
    async with second.opened():
        await second.play(happenings)
        again = await lived(second)
    assert (same.changed, same.otherwise) == (0, 0)
    assert rules_only.changed == 0, "what was recorded has its points"
    assert found.changed > 2
    differ = {name for name, was in as_lived.items() if places(was) != places(again[name])}
    assert {(each.enriched.mail, each.recorded.request) for each in found.changes} == differ
    for each in found.changes:
        assert again[each.enriched.mail, each.recorded.request] == [(*each.becomes, each.after.rule)]


async def test_whose_owner_is_gone_cannot_be_scored_and_is_counted(tmp_path: Path) -> None:
    played = Played(tmp_path, PLAIN)
    async with played.opened():
        await played.play((Card((1,)), Card((2,))))
        nobody = played.settings.but(owners=())
        found = await tried(played.store.read, nobody, nobody, rescore=True)
        assert (found.decisions, found.unread) == (0, 2)
        assert (found.first_at, found.last_at, found.share) == (None, None, 0.0)


async def test_only_the_last_and_only_what_came_in_some_time(tmp_path: Path) -> None:
    played = Played(tmp_path, PLAIN)
    async with played.opened():
        await played.play(Card((at,)) for at in range(5))
        live, new = played.settings, played.settings.but(rules=NO_BLANKS)
        told: list[int] = []

        async def count(**asked: object) -> Tried:
            return await tried(played.store.read, live, new, tick=told.append, **asked)  # type: ignore[arg-type]

        assert (await count()).decisions == 5
        assert (await count(latest=2)).changed == 2
        assert (await count(since=T0 + 60_000, until=T0 + 180_000)).decisions == 2
        assert (await count(owner="ben")).decisions == 0
        assert told, "how far it is"


async def test_a_reminder_in_a_window_follows_its_request_from_before(tmp_path: Path) -> None:
    played = Played(tmp_path, ASKS)
    async with played.opened():
        reminder = Card((1,), "invitation_reminder")
        await played.play((Card((1,)), reminder, reminder))
        live, new = played.settings, played.settings.but(rules=NO_BLANKS)
        for asked in ({"since": T0 + 1}, {"latest": 2}):
            found = await tried(played.store.read, live, new, keep=9, **asked)  # type: ignore[arg-type]
            assert (found.decisions, found.changed, found.otherwise, found.unread) == (2, 2, 0, 0), asked
            assert [each.enriched.mail for each in found.changes] == [id_of(1), id_of(2)]
            assert found.first_at == T0 + 60_000


async def test_an_answer_in_a_window_to_a_question_from_before_that_would_not_have_been_asked(tmp_path: Path) -> None:
    played = Played(tmp_path, ASKS)
    async with played.opened():
        await played.play((Card((1,)), Said(0, "asked"), Card((1,), "message", note="")))
        found = await tried(played.store.read, played.settings, played.settings.but(rules=NO_BLANKS), latest=1)
    assert (found.decisions, found.unasked, found.asked) == (0, (0, 1), 0)


PESTS = {"name": "pest", "verdict": "ugly", "all": [{"any": [{"field": "asked_before", "state": "shown"}]}]}


async def test_who_would_never_have_been_asked_was_not_asked_before(tmp_path: Path) -> None:
    """As the same mails make it in a store where those rules were live from the start."""
    never = Rules.model_validate(
        {"rule": [PESTS, {"name": "blank", "verdict": "good", "all": [{"signal": "note_is_blank"}]}]}
    )
    cards = [
        Card((1,)),
        Card((1,), note="Hi there, another"),
        Card((1,)),
        Card((1,), "invitation_accepted"),
        Card((1,)),
    ]
    first, second = Played(tmp_path / "1", ASKS), Played(tmp_path / "2", never)
    async with first.opened():
        await first.play(cards)
        history = await history_of(first)
        found = await tried(first.store.read, first.settings, second.settings)
    async with second.opened():
        await second.play(cards)
        again = await lived(second)
    assert [each.judgement.request.past.asked_at for each in history] == [None, T0, T0, None]
    assert told(history, never) == again
    assert (found.unknown, found.decisions) == ((0, 0), 4)


async def test_when_they_would_have_been_asked_nobody_knows_and_that_is_said(tmp_path: Path) -> None:
    asks = Rules.model_validate(
        {"rule": [PESTS, {"name": "why", "verdict": "follow_up", "all": [{"signal": "note_is_blank"}]}]}
    )
    played = Played(tmp_path, PLAIN)
    async with played.opened():
        more = Card((1,), note="Hi there, another")
        await played.play((Card((1,)), more, Card((1,), "invitation_reminder"), Card((2,)), Card((3,), signed=False)))
        live, new = played.settings, played.settings.but(rules=asks)
        found = await tried(played.store.read, live, new)
        back = await tried(played.store.read, new, live)
        same = await tried(played.store.read, live, live)
        nobody_asks = await tried(played.store.read, live, live.but(rules=ASKS))
    assert (found.decisions, found.unknown, found.unasked) == (4, (0, 1), (0, 0)), "the note that says more"
    assert "asked_before): 1 by the new rules." in text(found, live, new, {})
    assert as_object(found, live, new)["asked_before_unknown"] == {"live": 0, "new": 1}
    assert (back.decisions, back.unknown) == (4, (1, 0))
    assert "asked_before): 0 by the new rules, 1 by the live ones." in text(back, new, live, {})
    for other in (same, nobody_asks):
        assert (other.decisions, other.unknown) == (5, (0, 0))


def test_a_replay_keeps_a_few_words_of_each_request() -> None:
    replay = Replay(PLAIN)
    assert not any(isinstance(each, Decision) for each in vars(replay).values())
