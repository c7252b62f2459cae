"""What is proposed, from what the owner said of some requests and left of others."""

from __future__ import annotations

import pytest

from stages.decide import decide
from stages.events import Past, Verdict
from stages.proposals import Correction, Proposal, proposed, taught
from stages.proposing.candidates import Candidate, within_bounds
from stages.proposing.corrected import enough
from stages.proposing.search import SAMPLE
from stages.proposing.traits import Trait
from stages.replay import Recorded
from stages.rules.language import LEARNED_MOST, SHIFTED_MOST, Lesson
from stages.settings import Rules
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
    assert "Ida Storm, Bo Lindt, Cem Aksoy and 1 more" in found.says
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


@pytest.mark.parametrize("shows", [{"location": "Aarhus"}, {"language": "da"}, {"mutual": 1}, {"headline": "Woman"}])
def test_where_people_live_and_what_they_speak_never_speaks_against_them(shows: dict[str, object]) -> None:
    some = [decided(f"x-{at}", {"flatters": -0.5}, name=PEOPLE[at], **shows) for at in range(8)]  # type: ignore[arg-type]
    assert ask(past(left(80), some), all_said(some, "ugly")) == ()


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
