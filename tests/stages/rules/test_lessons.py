"""Lessons judge the mail of the owner who taught them, leave no trace when they are gone, and what is odd is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.decide import decide
from stages.events import Judgement, Reason
from stages.receipt import sentence
from stages.replay import Recorded, replayed
from stages.rules.language import Lesson, Rule, Rules
from stages.rules.lesson_doubts import lesson_doubts
from stages.settings import Thresholds
from stages.signals import SIGNALS
from tests.builders.events import enriched, notice

MARKS = Thresholds(good=3.0, intriguing=0.0)
RULES = Rules.model_validate(
    {
        "rule": [
            {"name": "acme", "verdict": "ugly", "all": [{"field": "company", "is": "Acme"}]},
            {"name": "known", "points": 1.0, "any": [{"field": "mutual_connections", "at_least": 5}]},
        ],
        "thresholds": MARKS.model_dump(),
    }
)
NAMES = ("note_is_blank", "claim_is_true", "pitches_a_job", "photo_is_missing")


def lesson(id: str = "k000001", owner: str = "amy", **given: Any) -> Lesson:
    rule = {"name": f"learned-{id}", "says": "You said so."} | given.pop("rule") if "rule" in given else None
    return Lesson.model_validate({"id": id, "owner": owner, "at": 1, "says": "x", "rule": rule} | given)


JOBS = {"points": -1.5, "all": [{"signal": "pitches_a_job"}]}


def case(owner: str = "amy", mutual: int | None = None, **spoke: float) -> Recorded:
    about = notice(mutual=mutual)
    event = enriched(f"m {owner} {mutual} {sorted(spoke.items())}", about).model_copy(update={"owner": owner})
    reasons = tuple(Reason(signal=name, points=points, evidence="x") for name, points in spoke.items())
    judged = Judgement(request=event.requests[0], reasons=reasons, score=sum(spoke.values()))
    made = decide(judged, event, RULES)
    return Recorded(event, judged, made.verdict, made.rule, made.folder)


def verdict(each: Recorded, *lessons: Lesson) -> str:
    return decide(each.judgement, each.enriched, RULES.but(lessons=lessons)).verdict


def test_what_one_owner_taught_judges_no_mail_of_another() -> None:
    taught = lesson(rule=JOBS)
    for owner, becomes in (("amy", "ugly"), ("bob", "intriguing")):
        assert verdict(case(owner, pitches_a_job=1.0), taught) == becomes
    assert verdict(case("bob", pitches_a_job=1.0), taught.model_copy(update={"owner": ""})) == "ugly"


def test_a_threshold_that_one_owner_moved_stands_where_it_was_for_another() -> None:
    taught = lesson(good=-0.5)
    assert verdict(case("amy", claim_is_true=2.5), taught) == "good"
    assert verdict(case("bob", claim_is_true=2.5), taught) == "intriguing"
    told = RULES.but(lessons=(taught,))
    assert (told.marks.good, told.in_order) == (2.5, RULES.rule)  # worked out of all lessons, and kept
    made = decide(case("bob", claim_is_true=2.5).judgement, case("bob").enriched, told)
    assert made.thresholds == MARKS


def test_lessons_of_others_take_none_of_the_room_that_an_owner_has() -> None:
    full = [lesson(f"k00000{number}", "bob", rule=JOBS) for number in range(2)]
    ours = lesson("k000009", "amy", rule=JOBS)
    made = decide(case(pitches_a_job=1.0).judgement, case().enriched, RULES.but(lessons=(*full, ours)))
    assert [(each.signal, each.points) for each in made.judgement.reasons[1:]] == [("rule:learned-k000009", -1.5)]


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    points = st.integers(-12, 16).map(lambda quarter: quarter / 4)
    some = st.dictionaries(st.sampled_from(NAMES), points, max_size=4)
    each = st.builds(
        lambda owner, mutual, spoke: case(owner, mutual, **spoke),
        st.sampled_from(["amy", "bob"]), st.none() | st.integers(0, 9), some,
    )  # fmt: skip
    return draw(st.lists(each, max_size=8))


@st.composite
def some_lessons(draw: st.DrawFn) -> tuple[Lesson, ...]:
    one = st.one_of(
        st.fixed_dictionaries({"good": st.sampled_from([-1.0, -0.25, 0.5])}),
        st.fixed_dictionaries({"intriguing": st.sampled_from([-0.5, 1.0])}),
        st.fixed_dictionaries(
            {
                "rule": st.fixed_dictionaries(
                    {
                        "points": st.sampled_from([-2.0, -0.5, 0.75, 2.0]),
                        "all": st.sampled_from(NAMES).map(lambda name: [{"signal": name}]),
                    }
                )
            }
        ),
        st.fixed_dictionaries(
            {
                "rule": st.fixed_dictionaries(
                    {
                        "verdict": st.sampled_from(["good", "ugly", "intriguing"]),
                        "any": st.just([{"field": "mutual_connections", "at_least": 3}, {"signal": "gone_signal"}]),
                    }
                )
            }
        ),
    )
    drawn = draw(st.lists(st.tuples(st.sampled_from(["", "amy", "bob"]), one), max_size=5))
    return tuple(lesson(f"k{number:06d}", owner, **given) for number, (owner, given) in enumerate(drawn))


@settings(max_examples=40, deadline=None)
@given(histories(), some_lessons(), some_lessons())
def test_once_it_is_forgotten_every_decision_is_exactly_as_before(
    history: list[Recorded], kept: tuple[Lesson, ...], more: tuple[Lesson, ...]
) -> None:
    kept = tuple(each.model_copy(update={"id": f"a{each.id}", "rule": None if each.rule is None else
                 each.rule.model_copy(update={"name": f"kept-{each.id}"})}) for each in kept)  # fmt: skip
    before = RULES.but(lessons=kept)
    said = list(replayed(history, before))
    accepted = before.but(lessons=(*kept, *more))
    list(replayed(history, accepted))  # what was worked out of them must not stay
    forgotten = accepted
    for each in more:
        forgotten = forgotten.without(f"lesson:{each.id}")
    assert list(replayed(history, forgotten)) == said
    assert list(replayed(history, accepted.untaught)) == list(replayed(history, RULES))


@settings(max_examples=25, deadline=None)
@given(histories(), some_lessons())
def test_lessons_change_the_mail_of_no_owner_but_theirs(history: list[Recorded], lessons: tuple[Lesson, ...]) -> None:
    amys = tuple(each for each in lessons if each.owner == "amy")
    bobs = [each for each in history if each.enriched.owner == "bob"]
    assert list(replayed(bobs, RULES.but(lessons=amys))) == list(replayed(bobs, RULES))


def test_a_signal_that_is_no_more_is_told_and_stops_nothing() -> None:
    odd = lesson(rule={"points": 1.0, "all": [{"any": [{"signal": "was_once"}, {"signal": "pitches_a_job"}]}]})
    assert verdict(case(pitches_a_job=-0.5), odd) == "intriguing"
    told = RULES.but(lessons=(odd,))
    assert [(each.lesson, each.says) for each in lesson_doubts(told, {})] == [
        ("k000001", "it asks for a signal was_once, which there is no more")
    ]
    (silent,) = lesson_doubts(RULES.but(lessons=(lesson(rule=JOBS),)), {"pitches_a_job": 0.0})
    assert "worth no points" in silent.says


def test_a_lesson_of_the_same_name_as_a_rule_is_told() -> None:
    named = lesson(rule=JOBS | {"name": "jobs"})
    own = Rule.model_validate({"name": "jobs", "points": 1, "all": [{"signal": "note_is_blank"}]})
    (doubt,) = lesson_doubts(Rules(rule=(own,)).but(lessons=(named,)), {})
    assert doubt.says == 'a rule of yours is called "jobs", too; give yours another name to tell them apart'
    assert not lesson_doubts(Rules(rule=(own.but(name="other"),)).but(lessons=(named,)), {})


def test_a_lesson_that_another_masks_is_told() -> None:
    first = lesson("k000001", rule={"verdict": "ugly", "all": [{"signal": "pitches_a_job"}]})
    more = [{"signal": "pitches_a_job"}, {"signal": "note_is_blank"}]
    second = lesson("k000002", rule={"verdict": "good", "all": more})
    (doubt,) = lesson_doubts(RULES.but(lessons=(first, second)), {})
    assert doubt.lesson == "k000002"
    assert "k000001" in doubt.says
    assert not lesson_doubts(RULES.but(lessons=(second, first)), {})
    assert not lesson_doubts(RULES.but(lessons=(first.model_copy(update={"owner": "bob"}), second)), {})


def test_a_lesson_for_which_others_leave_no_room_is_told() -> None:
    three = tuple(lesson(f"k00000{number}", rule=JOBS | {"points": -1.0}) for number in range(3))
    assert [each.lesson for each in lesson_doubts(RULES.but(lessons=three), {})] == ["k000002"]
    marks = (lesson("k000001", good=0.75), lesson("k000002", good=0.5), lesson("k000003", intriguing=0.5))
    assert [each.lesson for each in lesson_doubts(RULES.but(lessons=marks), {})] == ["k000002"]


def test_where_a_lesson_that_says_the_opposite_may_make_room_nothing_is_told() -> None:
    full = lesson("k000001", rule=JOBS | {"points": -2.0})
    more = lesson("k000003", rule=JOBS | {"points": -0.5})
    away = lesson("k000002", rule={"points": 1.0, "all": [{"signal": "pitches_a_job"}, {"signal": "note_is_blank"}]})
    assert [each.lesson for each in lesson_doubts(RULES.but(lessons=(full, more)), {})] == ["k000003"]
    assert not lesson_doubts(RULES.but(lessons=(full, away, more)), {})
    both = case(pitches_a_job=1.0, note_is_blank=1.0)
    made = decide(both.judgement, both.enriched, RULES.but(lessons=(full, away, more)))
    assert [each.points for each in made.judgement.reasons[2:]] == [-2.0, 1.0, -0.5]
    marks = (lesson("k000001", good=0.75), lesson("k000002", good=0.5), lesson("k000003", good=-0.5))
    assert not lesson_doubts(RULES.but(lessons=marks), {})
    assert [each.lesson for each in lesson_doubts(RULES.but(lessons=marks[:2]), {})] == ["k000002"]


def test_a_lesson_lifts_what_a_rule_of_the_owners_calls_ugly_to_intriguing_at_most() -> None:
    asks = {"field": "headline", "word": "sommelier"}
    own = {"name": "acme", "verdict": "ugly", "all": [{"field": "headline", "word": "acme"}]}
    rules = Rules.model_validate({"rule": [own], "thresholds": MARKS.model_dump()})
    rules = rules.but(lessons=(lesson(rule={"verdict": "good", "all": [asks]}),))
    expected = {"Sommelier of Acme": ("intriguing", "Intriguing", True), "Sommelier": ("good", "Good", False)}
    for headline, becomes in expected.items():  # the second one is ugly by its points alone
        event = enriched(f"m {headline}", notice(headline=headline))
        canned = Reason(signal="wording_is_canned", points=-2.0, evidence="x")
        judged = Judgement(request=event.requests[0], reasons=(canned,), score=-2.0)
        assert decide(judged, event, rules.untaught).verdict == "ugly"
        made = decide(judged, event, rules)
        assert (made.verdict, made.folder, made.held) == becomes
        assert ("says the opposite" in sentence(made)) == made.held


def test_a_lesson_of_an_owner_who_left_and_one_that_asks_for_a_file_are_told() -> None:
    listed = lesson(rule={"points": 1.0, "all": [{"field": "company", "is": {"file": "some.txt"}}]})
    said = " ".join(each.says for each in lesson_doubts(RULES.but(lessons=(listed,)), {}, ["bob"]))
    assert '"amy"' in said
    assert "some.txt" in said


def test_all_is_well_with_an_ordinary_one() -> None:
    assert lesson_doubts(RULES.but(lessons=(lesson(rule=JOBS),)), dict.fromkeys(SIGNALS, 1.0), ["amy"]) == ()


@pytest.mark.parametrize("cause", ["lesson:k000001", "learned-k000001"])
def test_rules_without_a_lesson_are_found_by_its_id_and_by_the_name_of_its_rule(cause: str) -> None:
    told = RULES.but(lessons=(lesson(rule=JOBS), lesson("k000002", good=0.5)))
    assert [each.id for each in told.without(cause).lessons] == ["k000002"]
