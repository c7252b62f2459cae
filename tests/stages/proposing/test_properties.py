"""What holds of every proposal, whatever was decided and whatever the owner said."""

from __future__ import annotations

import random
from typing import Any, get_args

import pytest

from stages.decide import decide
from stages.events import Verdict
from stages.proposals import Correction, Proposal, proposed, taught
from stages.proposing.traits import traits_of
from stages.proposing.weighing import fits
from stages.replay import Recorded, replayed
from stages.rules.fields import Case
from stages.rules.language import LEARNED_MOST, SHIFTED_MOST
from stages.rules.matching import holds
from tests.builders.taught import DAY, RULES, decided

SIGNALS = {
    "sells_a_service": -2.5, "pitches_a_job": -2.5, "wants_to_learn": 2.5, "flatters": -0.5, "claim_is_true": 3.0,
    "seems_written_for_you": 3.5, "shares_connections": 2.0, "note_is_blank": -0.5, "asks_for_money": -8.0,
}  # fmt: skip
HEADLINES = ("Glazier", "Baker and miller", "Ringmaster of puppets", None)
NOTES = ("A word about viaducts", "Kilns and kittens", None)
SEEDS = range(40)


def world(seed: int) -> tuple[list[Recorded], list[Correction]]:
    """Some decisions at random, and an owner with a taste of their own who errs now and then."""
    chance = random.Random(seed)
    history = []
    for at in range(chance.randint(20, 60)):
        spoke = chance.sample(sorted(SIGNALS), chance.randint(1, 3))
        shows: dict[str, Any] = {
            "headline": chance.choice(HEADLINES), "note": chance.choice(NOTES),
            "mutual": chance.choice((None, 1, 3, 5)), "location": chance.choice(("Aarhus", "Porto", None)),
            "language": chance.choice(("da", "pt", None)),
        }  # fmt: skip
        history.append(decided(f"r{at}", {name: SIGNALS[name] for name in spoke}, **shows))
    liked = chance.choice(sorted(SIGNALS))
    aim: Verdict = chance.choice(("good", "intriguing", "ugly"))
    corrections = []
    for at, each in enumerate(history):
        by_taste = any(reason.signal == liked for reason in each.judgement.reasons)
        said: Verdict = chance.choice(("good", "intriguing", "ugly")) if chance.random() < 0.05 else aim
        if (by_taste and not fits(each.verdict, said)) or chance.random() < 0.1:  # they also say what is so already
            said = said if by_taste else "intriguing" if each.verdict == "follow_up" else each.verdict
            corrections.append(Correction(f"{each.request}/1", each, said, at * DAY))
    return history, corrections


def ask(seed: int) -> tuple[list[Recorded], list[Correction], tuple[Proposal, ...]]:
    history, corrections = world(seed)
    return history, corrections, proposed(history, corrections, RULES, at=1)


@pytest.fixture(scope="module")
def answers() -> list[tuple[list[Recorded], list[Correction], tuple[Proposal, ...]]]:
    found = [ask(seed) for seed in SEEDS]
    assert sum(bool(proposals) for *_, proposals in found) >= 8, "these worlds teach too little to show anything"
    return found


def test_a_proposal_never_contradicts_a_correction_that_it_claims_to_learn_from(answers: Any) -> None:
    for _, corrections, proposals in answers:
        told = {each.id: each for each in corrections}
        for proposal in proposals:
            rules = taught(RULES, proposal.lesson)
            assert proposal.corrections
            for id in proposal.corrections:
                each = told[id]
                assert fits(decide(each.decision.judgement, each.decision.enriched, rules).verdict, each.said)
                assert not fits(decide(each.decision.judgement, each.decision.enriched, RULES).verdict, each.said)


def test_what_is_accepted_never_makes_ugly_what_is_good_without_it(answers: Any) -> None:
    for history, _, proposals in answers:
        rules = RULES
        for proposal in proposals:
            rules = taught(rules, proposal.lesson)
        for each in history:
            plain = decide(each.judgement, each.enriched, RULES).verdict
            assert (plain, decide(each.judgement, each.enriched, rules).verdict) != ("good", "ugly")


def test_the_changes_are_those_of_the_replay(answers: Any) -> None:
    for history, corrections, proposals in answers:
        told = {each.decision.request: each.said for each in corrections}
        for proposal in proposals:
            was = {e.request: made.verdict for e, made in zip(history, replayed(history, RULES), strict=True) if made}
            rules = taught(RULES, proposal.lesson)
            then = {e.request: made.verdict for e, made in zip(history, replayed(history, rules), strict=True) if made}
            changed = {id: (was[id], then[id], told.get(id)) for id in was if was[id] != then[id]}
            assert {each.request: (each.was, each.becomes, each.said) for each in proposal.changes} == changed
            assert proposal.changed == len(changed) > 0
            assert proposal.uncorrected == sum(said is None for *_, said in changed.values())


def test_more_speaks_for_a_proposal_than_against_it(answers: Any) -> None:
    for _, corrections, proposals in answers:
        for proposal in proposals:
            rules = taught(RULES, proposal.lesson)
            right = [
                (
                    fits(decide(each.decision.judgement, each.decision.enriched, RULES).verdict, each.said),
                    fits(decide(each.decision.judgement, each.decision.enriched, rules).verdict, each.said),
                )
                for each in corrections
            ]
            assert right.count((False, True)) == len(proposal.corrections) > right.count((True, False))
            assert 3 <= len(proposal.corrections) <= proposal.right <= proposal.of


def test_a_lesson_stays_within_its_bounds(answers: Any) -> None:
    for *_, proposals in answers:
        for each in proposals:
            assert abs(each.lesson.good) <= SHIFTED_MOST
            assert abs(each.lesson.intriguing) <= SHIFTED_MOST
            assert each.lesson.rule is None or abs(each.lesson.rule.points or 0) <= LEARNED_MOST
            assert each.lesson.rule is None or each.lesson.rule.verdict in (None, *get_args(Verdict))


def test_no_rule_against_somebody_asks_where_they_live_what_they_speak_or_whom_they_know(answers: Any) -> None:
    for *_, proposals in answers:
        for each in proposals:
            rule = each.lesson.rule
            if rule is not None and rule.verdict != "good":
                assert not {c.field for c in rule.all} & {"location", "language", "note_language", "name"}
                assert "mutual_connections" not in {c.field for c in rule.all}


def test_the_order_of_the_corrections_does_not_matter_and_the_answer_is_always_the_same() -> None:
    for seed in SEEDS[:12]:
        history, corrections, proposals = ask(seed)
        random.Random(seed).shuffle(corrections)
        assert proposed(history, corrections, RULES, at=1) == proposals


def test_a_request_has_a_trait_exactly_if_the_condition_holds() -> None:
    history = [each for seed in SEEDS[:6] for each in world(seed)[0]]
    traits = sorted({trait for each in history for trait in traits_of(each)})
    assert {trait.kind for trait in traits} == {"signal", "word", "is", "from"}
    for each in history:
        spoke = {reason.signal: reason.points for reason in each.judgement.reasons if not reason.veto}
        case = Case(each.judgement, each.enriched, spoke, each.judgement.score)
        assert {trait for trait in traits if holds(trait.condition, case)} == traits_of(each)
