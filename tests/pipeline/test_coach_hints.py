"""What the coach says about each signal: there is advice wherever a sender can act, and it agrees with the signals."""

from __future__ import annotations

import pytest

from pipeline.coach import Sender, receive, receiver_of
from pipeline.coach.changes import EMPTY, OPPOSITE, Change, advise
from pipeline.coach.hints import ADD, ANSWER, REWORD, SAY_WHY
from pipeline.settings import load, shipped, stage_settings
from stages.events import Asked
from stages.signals import SIGNALS, answered_when_asked
from tests.builders.facts import facts, request

NOT_OF_A_DRAFT = {
    "answer_is_missing", "answered_late_unseen", "answered_quickly_unseen", "answered_when_asked", "person_is_known",
    "photo_is_missing", "profile_is_empty", "profile_is_polished", "sender_is_forged", "sender_is_unverified",
    "wording_came_before",
}  # fmt: skip
"""They speak of the sender, of the mail, or of what comes later."""
READER = receiver_of(stage_settings(load(shipped("example.toml"), environment={})))
OFFER = "We help founders book 30 meetings a month with our software."
POLITE = "Hello, it would be great to stay in touch here."


def advised(text: str) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What to reword, and what to add."""
    found = advise(text, lambda each: receive(each, Sender(), READER), Sender(), READER)
    return found.rewords, found.adds


@pytest.mark.parametrize("name", sorted(SIGNALS.keys() - NOT_OF_A_DRAFT))
def test_there_is_advice_on_every_signal_that_can_speak_of_a_draft(name: str) -> None:
    assert name in ({*REWORD, *EMPTY} if SIGNALS[name].points < 0 else {*ADD, *REWORD})


def test_a_note_that_reads_like_an_offer_is_to_be_reworded_in_words_of_its_own() -> None:
    rewords, _ = advised(OFFER)
    (offer,) = (change for change in rewords if change.signals == ("seems_to_offer_something",))
    assert offer.says == REWORD["seems_to_offer_something"]
    assert offer.points > 0


def test_a_note_for_anybody_is_told_to_say_why_and_what_is_added_is_not_reckoned_beside_that() -> None:
    _, adds = advised(POLITE)
    (why,) = (change for change in adds if change.says == SAY_WHY)
    assert {"seems_written_for_anybody", "reason_is_missing"} <= set(why.signals)
    assert all(change.score >= why.score for change in adds), "on top of what saying why is worth"


def test_opposites_are_both_heard_but_never_of_one_note() -> None:
    reasons = [receive(text, Sender(), READER).decision.judgement.reasons for text in (OFFER, POLITE)]
    spoke = [{reason.signal for reason in some} for some in reasons]
    for one, other in OPPOSITE.items():
        assert {one, other} <= set.union(*spoke)
        assert all(not {one, other} <= some for some in spoke)


@pytest.mark.parametrize(("days", "in_time"), [(3, True), (4, False)])
def test_the_haste_that_is_advised_is_the_haste_that_counts(days: int, in_time: bool) -> None:
    assert "within three days" in ANSWER
    asked = request(False).model_copy(update={"asked": Asked(waited=days * 86_400_000, answered=True)})
    found = answered_when_asked.check(asked, facts())
    assert found is not None
    assert (found.points == answered_when_asked.POINTS) is in_time
