"""What is proposed, from what the owner said of some requests and left of others."""

from __future__ import annotations

import pytest

from stages.decide import decide
from stages.events import Past, Verdict
from stages.proposals import Correction, Proposal, proposed, still_proposed, taught
from stages.proposing.candidates import Candidate, within_bounds
from stages.proposing.corrected import enough
from stages.proposing.search import SAMPLE
from stages.proposing.standing import AGAINST_IT, MOOT, STRANGE, why_outdated
from stages.proposing.traits import FAIR, Trait
from stages.replay import Recorded
from stages.rules.language import LEARNED_MOST, SHIFTED_MOST, Lesson, Rule
from stages.settings import Rules
from stages.signals import SIGNALS
from tests.builders.taught import PEOPLE, RULES, all_said, decided, left, past, said

NOW = 1_800_000_000_000


def ask(
    history: list[Recorded], corrections: list[Correction], rules: Rules = RULES, **given: object
) -> tuple[Proposal, ...]:
    return proposed(history, corrections, rules, at=NOW, **given)  # type: ignore[arg-type]


def pitches(count: int, **given: object) -> list[Recorded]:
    """Requests that sell something and lie in Intriguing all the same."""
    return [
        decided(f"pitch-{at}", {"sells_a_service": -2.5, "seems_written_for_you": 3.5}, name=PEOPLE[at], **given)  # type: ignore[arg-type]
        for at in range(count)
    ]


def mildly(count: int, points: float, id: str = "mild") -> list[Recorded]:
    """Requests with these points, each by another signal."""
    signals = ("wants_to_learn", "shares_connections", "seems_to_want_nothing", "claim_is_true")
    return [decided(f"{id}-{at}", {signals[at]: points}, name=f"{PEOPLE[at]} {id}") for at in range(count)]


def learned(proposal: Proposal, rules: Rules = RULES) -> Rules:
    return taught(rules, proposal.lesson)


def verdict(each: Recorded, rules: Rules) -> Verdict:
    return decide(each.judgement, each.enriched, rules).verdict


# --- each kind ----------------------------------------------------------------------------------------------------


def test_what_the_owner_calls_ugly_four_times_is_proposed_as_a_rule_that_calls_the_next_one_ugly() -> None:
    some = pitches(4)
    mine = ask(past(left(), some), all_said(some, "ugly"))
    assert [each.what for each in mine] == ["ugly: sells_a_service"]
    (found,) = mine
    assert (found.right, found.of, found.changed, found.uncorrected) == (4, 4, 4, 0)
    assert {each.name for each in found.changes} == set(PEOPLE[:4])
    assert {(each.was, each.becomes, each.said) for each in found.changes} == {("intriguing", "ugly", "ugly")}
    assert verdict(decided("next", {"sells_a_service": -2.5, "mentions_owners_facts": 2.0}), learned(found)) == "ugly"
    assert verdict(decided("other", {"flatters": -0.5}), learned(found)) == "intriguing"


def test_a_proposal_says_in_words_what_was_seen_and_what_it_changes() -> None:
    some = pitches(4)
    (found,) = ask(past(left(), some), all_said(some, "ugly"))
    assert '"Ida Storm", "Bo Lindt", "Cem Aksoy" and 1 more' in found.says
    assert "You said ugly of 4 requests" in found.says
    assert "Proposed: a request is ugly where the note sells" in found.says
    assert found.lesson.corrections == tuple(f"pitch-{at}/1" for at in range(4))
    assert found.lesson.says.startswith("A request is ugly where the note sells")


def test_points_are_proposed_where_a_verdict_would_take_too_many_along() -> None:
    near = [decided(f"near-{at}", {"wants_to_learn": 2.5}, name=PEOPLE[at]) for at in range(4)]
    far = [decided(f"far-{at}", {"wants_to_learn": 2.5, "note_fits_anybody": -1.5}) for at in range(9)]
    other = [decided(f"else-{at}", {"shares_connections": 2.5}) for at in range(9)]
    mine = ask(past(left(), far, other, near), all_said(near, "good"))
    assert [(each.what, each.lesson.rule and each.lesson.rule.points) for each in mine] == [
        ("more: wants_to_learn", 0.5)
    ]
    assert verdict(decided("next", {"wants_to_learn": 2.5}), learned(mine[0])) == "good"
    assert verdict(far[0], learned(mine[0])) == "intriguing"


def test_a_threshold_is_proposed_where_only_the_points_are_alike() -> None:
    some = mildly(4, 2.5)
    mine = ask(past(left(), some), all_said(some, "good"))
    assert [(each.what, each.lesson.good) for each in mine] == [("threshold good less", -0.5)]
    assert verdict(decided("next", {"fits_what_you_want": 2.5}), learned(mine[0])) == "good"
    assert verdict(decided("miss", {"fits_what_you_want": 2.25}), learned(mine[0])) == "intriguing"
    assert "good from 2.5 points on, instead of 3" in mine[0].says


@pytest.mark.parametrize(
    ("shows", "what"),
    [
        ({"headline": "Glazier in training"}, "good: headline word glazier"),
        ({"company": "Nørby Glas"}, "good: company is n"),
        ({"note": "A word about viaducts, if you will"}, "good: written word viaducts"),
        ({"mutual": 7}, "good: mutual_connections from "),
        ({"location": "Aarhus"}, "good: location is aarhus"),
        ({"language": "da"}, "good: note_language is da"),
        ({"kind": "inmail"}, "good: kind is inmail"),
    ],
)
def test_what_is_welcome_is_learned_of_fields_too(shows: dict[str, object], what: str) -> None:
    some = [decided(f"like-{at}", {"flatters": -0.5}, name=PEOPLE[at], **shows) for at in range(7)]  # type: ignore[arg-type]
    mine = ask(past(left(80), some), all_said(some, "good"))
    assert len(mine) == 1
    assert mine[0].what.startswith(what)
    assert verdict(decided("next", {"flatters": -0.5}, **shows), learned(mine[0])) == "good"  # type: ignore[arg-type]
    assert verdict(decided("miss", {"flatters": -0.5}), learned(mine[0])) == "intriguing"


def test_two_traits_together_are_proposed_where_neither_is_right_alone() -> None:
    some = [decided(f"both-{at}", {"pitches_a_job": -0.5}, headline="Glazier", name=PEOPLE[at]) for at in range(5)]
    jobs = [decided(f"job-{at}", {"pitches_a_job": -0.5}, headline="Baker") for at in range(12)]
    glaziers = [decided(f"glass-{at}", {"flatters": -0.5}, headline="Glazier") for at in range(12)]
    mine = ask(past(left(), jobs, glaziers, some), all_said(some, "good"))
    assert [each.what for each in mine] == ["good: headline word glazier + pitches_a_job"]
    assert verdict(jobs[0], learned(mine[0])) == verdict(glaziers[0], learned(mine[0])) == "intriguing"


@pytest.mark.parametrize(
    "shows",
    [
        {"location": "Aarhus"},
        {"language": "da"},
        {"mutual": 1},
        {"headline": "Woman"},
        {"headline": "Nigerian engineer"},
        {"headline": "Retired baker"},
        {"company": "Muslim Women Network"},
        {"note": "Gostaria de falar com vossa gente"},
        {"note": "I am a muslim woman"},
    ],
)
@pytest.mark.parametrize("verdict", ["ugly", "intriguing"])
def test_no_word_and_nothing_that_tells_who_people_are_ever_speaks_against_them(
    shows: dict[str, object], verdict: Verdict
) -> None:
    points = -0.5 if verdict == "ugly" else 3.0
    some = [decided(f"x-{at}", {"fits_what_you_want": points}, name=PEOPLE[at], **shows) for at in range(8)]  # type: ignore[arg-type]
    assert ask(past(left(80), barely_good(), some), all_said(some, verdict)) == ()


def barely_good() -> list[Recorded]:
    """Good ones at the threshold, so that it is not the threshold that is learned."""
    return [decided(f"barely-{at}", {"note_is_personal": 3.0}) for at in range(20)]


TIES = (
    "shares_connections", "name_is_of_a_connection", "person_is_known", "photo_is_missing", "profile_is_empty",
    "profile_is_polished", "addressed_by_a_wrong_name", "addressed_to_another", "fits_what_you_want",
    "answered_when_asked", "sender_is_unverified",
)  # fmt: skip


@pytest.mark.parametrize("signal", TIES)
def test_whom_somebody_knows_and_how_their_profile_looks_never_speaks_against_them(signal: str) -> None:
    asked: tuple[tuple[Verdict, float], ...] = (("ugly", -0.5), ("intriguing", 3.0))
    for verdict, points in asked:
        some = [decided(f"x-{at}", {signal: points}, name=PEOPLE[at]) for at in range(8)]
        assert ask(past(left(80), barely_good(), some), all_said(some, verdict)) == ()


def test_signals_that_may_speak_against_somebody_are_those_about_what_they_wrote_or_offered() -> None:
    assert set(SIGNALS) >= FAIR
    assert FAIR.isdisjoint(TIES)
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at]) for at in range(6)]
    rest = [decided(f"left-{at}", {"wants_to_learn": -0.5}) for at in range(60)]
    assert [each.what for each in ask(past(rest, some), all_said(some, "ugly"))] == ["ugly: flatters"]


def test_a_name_of_anybody_is_no_word_of_a_headline() -> None:
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], headline="Khan and sons") for at in range(8)]
    assert ask(past(left(80), some), all_said(some, "good"))
    known = decided("known", {"note_is_personal": 4.0}, name="Mira Khan")
    sons = decided("sons", {"note_is_personal": 4.0}, name="Ola Sons")
    assert ask(past(left(80), [known, sons], some), all_said(some, "good")) == ()


@pytest.mark.parametrize("shows", [{"headline": "Zephyrine trade"}, {"company": "Zephyrine"}])
def test_a_word_that_anybody_can_plant_takes_one_more_person_and_two_days(shows: dict[str, object]) -> None:
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], **shows) for at in range(8)]  # type: ignore[arg-type]
    hours = 1 / 12
    assert ask(past(left(80), some[:3]), all_said(some[:3], "good")) == ()
    assert ask(past(left(80), some[:4]), all_said(some[:4], "good"))
    assert ask(past(left(80), some[:4]), all_said(some[:4], "good", apart=hours)) == ()
    assert ask(past(left(80), some), all_said(some, "good", apart=hours))


def test_a_lesson_for_good_says_that_it_is_read_before_the_owners_rules_and_what_it_cannot_lift() -> None:
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], headline="Zephyrine") for at in range(6)]
    (found,) = ask(past(left(80), some), all_said(some, "good"))
    assert (
        "It is read before your own rules, and lifts what one of them calls ugly to Intriguing at most." in found.says
    )


@pytest.mark.parametrize("given", ['North" accept k000001 "so', "North\u201d. Proposed: accept\r\nk000001", "x" * 59])
def test_what_strangers_wrote_stands_in_quotes_that_it_cannot_end(given: str) -> None:
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=f"{given} {at}", company=given) for at in range(6)]
    (found,) = ask(past(left(80), some), all_said(some, "good"))
    outside = "".join(found.says.split('"')[::2])
    assert outside.isprintable()
    assert len(found.says.split('"')) % 2 == 1
    assert not any(word in outside.casefold() for word in ("north", "accept", "k000001", "xxx"))
    assert all(len(inside) <= 40 for inside in found.says.split('"')[1::2])
    told = found.lesson.says
    assert "accept" not in "".join(told.split('"')[::2])


def test_a_name_is_never_what_is_learned() -> None:
    some = [
        decided(f"x-{at}", {"flatters": -0.5}, name=f"Ambrosia {PEOPLE[at]}", note="Ambrosia here") for at in range(8)
    ]
    assert ask(past(left(80), some), all_said(some, "good")) == ()
    to_me = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], note="Dear Robin!") for at in range(8)]
    assert ask(past(left(80), to_me), all_said(to_me, "good"))
    assert ask(past(left(80), to_me), all_said(to_me, "good"), names=("Robin Ashe",)) == ()


# --- near misses --------------------------------------------------------------------------------------------------


def test_two_corrections_teach_nothing() -> None:
    some = pitches(2)
    assert ask(past(left(), some), all_said(some, "ugly")) == ()


def test_one_person_thrice_teaches_nothing() -> None:
    reasons = {"sells_a_service": -2.5, "seems_written_for_you": 3.5}
    some = [decided(f"pitch-{at}", reasons, name="Ida Storm") for at in range(4)]
    assert ask(past(left(), some), all_said(some, "ugly")) == ()


def test_one_bad_hour_teaches_nothing_unless_it_is_about_many() -> None:
    few, many = pitches(4), pitches(6)
    assert ask(past(left(), few), all_said(few, "ugly", apart=0.01)) == ()
    assert ask(past(left(), many), all_said(many, "ugly", apart=0.001))


def test_corrections_that_contradict_each_other_teach_nothing() -> None:
    some = pitches(8)
    told = [*all_said(some[:4], "ugly"), *all_said(some[4:], "intriguing")]
    assert ask(past(left(), some), told) == ()


def test_what_the_owner_said_is_right_speaks_against_a_threshold() -> None:
    mild, more = mildly(4, 2.5), mildly(4, 2.5, "more")
    assert ask(past(left(), mild), all_said(mild, "good"))
    told = [*all_said(mild, "good"), *all_said(more, "intriguing")]
    assert ask(past(left(), mild, more), told) == ()


@pytest.mark.parametrize("shows", [{"kind": "inmail"}, {"language": "da"}])
def test_what_is_about_very_many_takes_more_people(shows: dict[str, object]) -> None:
    some = [decided(f"like-{at}", {"flatters": -0.5}, name=PEOPLE[at], **shows) for at in range(6)]  # type: ignore[arg-type]
    assert ask(past(left(80), some[:5]), all_said(some[:5], "good")) == ()
    assert ask(past(left(80), some), all_said(some, "good"))


def test_the_whole_of_the_recent_past_has_the_last_word() -> None:
    near = [decided(f"near-{at}", {"wants_to_learn": 2.5}, name=PEOPLE[at]) for at in range(4)]
    old = [decided(f"old-{at}", {"wants_to_learn": 2.5}) for at in range(30)]
    assert ask(past(left(SAMPLE), near), all_said(near, "good"))
    assert ask(past(old, left(SAMPLE), near), all_said(near, "good")) == ()


def test_enough_are_several_people_over_more_than_an_hour() -> None:
    some = all_said(pitches(3), "ugly")
    assert enough(some, 3)
    assert not enough(some[:2], 3)
    assert not enough([each._replace(decision=some[0].decision) for each in some], 3)
    assert not enough(all_said(pitches(5), "ugly", apart=0.005), 3)
    assert enough(all_said(pitches(6), "ugly", apart=0.005), 3)


def test_what_was_left_as_it_was_speaks_against() -> None:
    some = pitches(4)
    same = [decided(f"same-{at}", {"sells_a_service": -2.5, "seems_written_for_you": 3.5}) for at in range(6)]
    assert ask(past(left(), some), all_said(some, "ugly"))
    assert ask(past(left(), same, some), all_said(some, "ugly")) == ()


def test_without_a_past_to_compare_with_little_is_believed() -> None:
    some = pitches(3)
    assert ask(some, all_said(some, "ugly")) == ()


def test_what_no_lesson_could_change_is_not_proposed() -> None:
    vetoed = [decided(f"veto-{at}", {"asks_for_money": -8.0, "flatters": -0.5}, name=PEOPLE[at]) for at in range(5)]
    joined = Past(request="first", verdict="intriguing", folder="Intriguing")
    follows = [decided(f"j-{at}", {"flatters": -0.5}, name=PEOPLE[at], joins=True, past=joined) for at in range(5)]
    good = [decided(f"good-{at}", {"wants_to_learn": 4.0}, name=PEOPLE[at]) for at in range(5)]
    assert ask(past(left(), vetoed), all_said(vetoed, "good")) == ()
    assert ask(past(left(), follows), all_said(follows, "good")) == ()
    assert ask(past(left(), good), all_said(good, "ugly")) == ()  # a lesson makes nothing ugly that is good without it


def test_what_the_owner_said_that_is_so_already_teaches_nothing() -> None:
    some = pitches(5)
    assert ask(past(left(), some), all_said(some, "intriguing")) == ()


# --- weighed again -------------------------------------------------------------------------------------------------


def again(
    lesson: Lesson, history: list[Recorded], corrections: list[Correction], rules: Rules = RULES
) -> tuple[Proposal, ...]:
    return still_proposed([lesson], history, corrections, rules)


def test_an_open_proposal_weighed_again_has_the_figures_of_today_and_is_the_same_lesson() -> None:
    some = pitches(6)
    (first,) = ask(past(left(), some[:4]), all_said(some[:4], "ugly"))
    lesson = first.lesson.model_copy(update={"id": "k000001"})
    assert again(lesson, past(left(), some[:4]), all_said(some[:4], "ugly"))[0].lesson == lesson
    (then,) = again(lesson, past(left(), some), all_said(some, "ugly"))
    assert (then.right, then.of, then.changed, len(then.lesson.corrections)) == (6, 6, 6, 6)
    assert (then.what, then.lesson.id, then.lesson.rule) == (first.what, "k000001", lesson.rule)
    assert "of 6 requests" in then.says


def test_what_later_words_contradict_teaches_no_more_though_nothing_right_becomes_wrong() -> None:
    some = [decided(f"x-{at}", {"wants_to_learn": -0.5}, name=PEOPLE[at]) for at in range(8)]
    (first,) = ask(past(left(80), some[:4]), all_said(some[:4], "good"))
    told = [*all_said(some[:4], "good"), *all_said(some[4:], "ugly")]
    assert again(first.lesson, past(left(80), some[:4]), all_said(some[:4], "good"))
    assert again(first.lesson, past(left(80), some), told) == ()
    assert ask(past(left(80), some), told) == ()
    assert why_outdated(first.lesson, all_said(some[:4], "good"), RULES) == ""
    assert why_outdated(first.lesson, told, RULES) == AGAINST_IT.format(speaking=4, against=4)


def test_what_the_owners_rules_say_themselves_by_now_teaches_no_more() -> None:
    some = pitches(4)
    (first,) = ask(past(left(), some), all_said(some, "ugly"))
    asks = {"name": "own", "verdict": "ugly", "all": [{"signal": "sells_a_service"}]}
    own = RULES.but(rule=(Rule.model_validate(asks), *RULES.rule))
    assert again(first.lesson, past(left(), some), all_said(some, "ugly"), own) == ()
    assert why_outdated(first.lesson, all_said(some, "ugly"), own) == MOOT


def test_what_was_left_alone_since_speaks_against_an_open_proposal_too() -> None:
    some = pitches(4)
    same = [decided(f"same-{at}", {"sells_a_service": -2.5, "seems_written_for_you": 3.5}) for at in range(6)]
    (first,) = ask(past(left(), some), all_said(some, "ugly"))
    assert again(first.lesson, past(left(), same, some), all_said(some, "ugly")) == ()


def test_a_threshold_and_two_traits_are_weighed_again_as_well() -> None:
    mild = mildly(4, 2.5)
    (moved,) = ask(past(left(), mild), all_said(mild, "good"))
    assert again(moved.lesson, past(left(), mild), all_said(mild, "good")) == (moved,)
    assert why_outdated(moved.lesson, all_said(mild, "good"), RULES) == ""
    some = [decided(f"both-{at}", {"pitches_a_job": -0.5}, headline="Glazier", name=PEOPLE[at]) for at in range(5)]
    jobs = [decided(f"job-{at}", {"pitches_a_job": -0.5}, headline="Baker") for at in range(12)]
    glaziers = [decided(f"glass-{at}", {"flatters": -0.5}, headline="Glazier") for at in range(12)]
    (both,) = ask(past(left(), jobs, glaziers, some), all_said(some, "good"))
    assert again(both.lesson, past(left(), jobs, glaziers, some), all_said(some, "good")) == (both,)


def test_a_lesson_that_no_search_makes_is_not_proposed_any_more() -> None:
    rule = {"name": "odd", "verdict": "ugly", "all": [{"field": "headline", "word": "woman"}]}
    unfair = Lesson.model_validate({"id": "k000001", "at": 0, "says": "", "rule": rule})
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], headline="Woman") for at in range(8)]
    assert again(unfair, past(left(80), some), all_said(some, "ugly")) == ()
    assert why_outdated(unfair, all_said(some, "ugly"), RULES) == STRANGE


def test_of_what_is_not_known_any_more_nothing_is_held_against_a_proposal() -> None:
    (first,) = ask(past(left(), pitches(4)), all_said(pitches(4), "ugly"))
    assert why_outdated(first.lesson, (), RULES) == ""


# --- what was answered before, and bounds ---------------------------------------------------------------------------


def test_what_is_known_is_not_proposed_again_in_other_words() -> None:
    some = pitches(4)
    (first,) = ask(past(left(), some), all_said(some, "ugly"))
    assert ask(past(left(), some), all_said(some, "ugly"), known={first.what}) == ()


def test_an_accepted_lesson_is_not_proposed_again() -> None:
    some = pitches(4)
    (first,) = ask(past(left(), some), all_said(some, "ugly"))
    assert ask(past(left(), some), all_said(some, "ugly"), learned(first)) == ()


def test_thresholds_move_no_further_than_lessons_may() -> None:
    before = RULES.but(lessons=(Lesson(id="aaaa", at=0, says="", good=-SHIFTED_MOST + 0.25),))
    assert within_bounds(Candidate(threshold="good", points=-0.25), before, "")
    assert not within_bounds(Candidate(threshold="good", points=-0.5), before, "")
    assert within_bounds(Candidate(threshold="intriguing", points=-0.5), before, "")
    mild = mildly(4, 2.0)
    assert [each.lesson.good for each in ask(past(left(), mild), all_said(mild, "good"), before)] == [-0.25]


def test_points_for_one_signal_add_up_to_no_more_than_they_may() -> None:
    rule = {"name": "had", "points": LEARNED_MOST - 0.25, "all": [{"signal": "wants_to_learn"}]}
    before = RULES.but(lessons=(Lesson.model_validate({"id": "aaaa", "at": 0, "says": "", "rule": rule}),))
    learns, shares = Trait("signal", "", "wants_to_learn"), Trait("signal", "", "shares_connections")
    assert within_bounds(Candidate((learns,), points=0.25), before, "")
    assert not within_bounds(Candidate((learns,), points=0.5), before, "")
    assert within_bounds(Candidate((shares,), points=1.0), before, "")


def test_of_several_owners_a_lesson_is_for_the_one_who_taught_it() -> None:
    some = pitches(4)
    (found,) = ask(past(left(), some), all_said(some, "ugly"), owner="robin")
    rules = learned(found)
    assert verdict(some[0], rules) == "ugly"
    theirs = some[0].enriched.model_copy(update={"owner": "quentin"})
    assert decide(some[0].judgement, theirs, rules).verdict == "intriguing"


def test_the_last_word_about_a_request_counts() -> None:
    some = pitches(4)
    told = all_said(some, "ugly")
    back = [said(each, "intriguing", 30 + at) for at, each in enumerate(some)]
    assert ask(past(left(), some), [*back, *told]) == ()


def test_three_proposals_at_most_the_best_first() -> None:
    some = pitches(6)
    many = [decided(f"like-{at}", {"wants_to_learn": -0.5}, name=f"Like {at}") for at in range(4)]
    mine = ask(past(left(80), some, many), [*all_said(some, "ugly"), *all_said(many, "good")])
    assert [each.what for each in mine] == ["ugly: sells_a_service", "good: wants_to_learn"]
    assert len(ask(past(left(80), some, many), [*all_said(some, "ugly"), *all_said(many, "good")], most=1)) == 1
