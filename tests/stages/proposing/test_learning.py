"""The evaluation of what is learned (`tests.benchmarks.learning`), on a small mailbox of our own making."""

from __future__ import annotations

import random

import pytest

from tests.benchmarks.learning import run, thinned, until
from tests.builders.bayes import Bayes
from tests.builders.tastes import TASTES, Seen, Taste, wants
from tests.builders.taught import RULES, decided

KINDS = (
    ({"note_is_personal": 4.0}, "none", "we met on the ferry"),
    ({"wording_is_canned": -3.0}, "none", "expand my circle"),
    ({"flatters": -0.5}, "none", "an inspiring person"),
    ({"sells_a_service": -2.5, "mentions_owners_facts": 2.0}, "sale", "our scheduling tool"),
    ({"sells_a_service": -2.5, "note_fits_anybody": -1.5}, "sale", "our scheduling tool"),
)


def mailbox(count: int = 120) -> list[Seen]:
    chance = random.Random(5)
    found = []
    for at in range(count):
        reasons, asks, note = chance.choice(KINDS)
        each = decided(f"n{at}", reasons, note=f"{note} {chance.choice(('soon', 'today', 'then'))}")
        found.append(Seen(f"n{at}", each, each.verdict, frozenset(), asks, note))
    return found


def taste(words: str) -> Taste:
    return next(each for each in TASTES if each.name.startswith(words))


def test_lessons_follow_an_owner_to_whom_any_pitch_is_ugly_within_a_few_corrections() -> None:
    for seed in range(3):
        found = run(taste("any pitch is ugly"), "lessons", mailbox(), RULES, seed)
        assert found.agreed[0] < 0.9
        assert until(found.agreed, 1.0) <= 6
        assert found.after_all == 1.0
        assert found.accepted >= 1
        assert found.worse == 0


def test_an_owner_who_agrees_corrects_nothing_and_is_taught_nothing() -> None:
    found = run(Taste("agrees", lambda each: None), "lessons", mailbox(), RULES, 1)
    assert found.agreed == (1.0,)
    assert found.accepted == 0


def test_the_reference_learns_from_what_it_is_told() -> None:
    notes = mailbox()
    reference = Bayes(RULES, silent=True, sure=0.9)
    for each in notes[:80]:
        reference.see(each, each.shipped, "ugly" if each.is_pitch else None)
    assert all(reference.verdict(each) == "ugly" for each in notes[80:] if each.is_pitch)
    assert any(not wants(each.shipped, "ugly") for each in notes[80:] if each.is_pitch)


def test_half_of_the_gain_is_found_where_it_is_reached_first() -> None:
    assert until((0.8, 0.8, 0.85, 0.9, 1.0), 1.0) == 3
    assert until((0.8, 0.8), 1.0) == float("inf")


def test_a_thinned_mailbox_has_the_share_of_disputes_that_is_asked_for() -> None:
    mine = taste("any pitch is ugly")
    some = thinned(mine, mailbox(), most=60, share=0.1)
    assert sum(not wants(each.shipped, mine.wants(each)) for each in some) / len(some) == pytest.approx(0.1, abs=0.02)
