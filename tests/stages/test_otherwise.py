"""Only what could be otherwise is stated, with the points it would have."""

from __future__ import annotations

from typing import Any

from stages.events import Judgement
from stages.otherwise import others
from stages.saying import outlook
from stages.settings import Rules
from stages.signals import SIGNALS
from stages.weights import Weights
from tests.builders.facts import profile, request, settings as told
from tests.builders.judgements import KNOWS_ENOUGH, POINTS, RULES, decided, judged, of, reason


def stated(points: float, about: Any, kind: str = "invitation", **given: float) -> str:
    """What is stated first of somebody that short of good, where no rule decides."""
    judgement = judged(reason("note_is_personal", 3.0 - points))
    by = told(rules=Rules(), about=about, points={**POINTS, **given})
    decision = decided(judgement, of(judgement, kind=kind), by)
    return decision.change.signals[0].signal if decision.change else ""


def test_only_what_could_be_is_stated() -> None:
    nothing = profile(name="Robin")
    assert stated(0.5, profile(schools=["Uni"])) == "claim_is_true"
    assert stated(0.5, None) == stated(0.5, nothing) == "wants_to_learn", "without a profile nothing can be checked"
    assert stated(3.0, profile(open_jobs=["Rope maker"])) == "offers_referral_or_fits_open_job"
    assert stated(3.0, nothing) == "answered_when_asked"
    assert stated(3.0, nothing, answered_when_asked=0.5) == "person_is_known"
    assert stated(1.0, profile(wants=["rope"]), wants_to_learn=0.5) == "fits_what_you_want"
    unknown = {"wants_to_learn": 0.5, "answered_when_asked": 0.0}
    assert stated(1.0, nothing, **unknown) == "person_is_known"
    unknown["person_is_known"] = -1.0
    assert stated(1.0, None, **unknown) == "shares_connections"
    assert stated(1.0, None, "inmail", **unknown) == "profile_is_polished", "a message has no place for connections"


def test_what_fits_is_no_help_beside_a_pitch() -> None:
    judgement = judged(reason("pitches_a_job"), reason("shares_connections", 1.75))
    small = {"wants_to_learn": 0.5, "note_is_personal": 0.5, "answered_when_asked": 0.5}
    from_nothing = Rules.model_validate({"thresholds": {"intriguing": 0.0}})
    by = told(rules=from_nothing, about=profile(wants=["rope"]), points=small)
    assert outlook(decided(judgement, of(judgement), by)) == (
        '0.75 short of intriguing (0): without "pitches a job" (-2.5) it would be intriguing.'
    )


def test_all_that_falls_silent_beside_a_fact_is_named() -> None:
    judgement = judged(reason("note_says_nothing", -0.5), reason("reason_is_missing", -0.25))
    rules = Rules.model_validate({"thresholds": {"intriguing": 1.0}})
    by = told(rules=rules, points={**POINTS, "note_is_personal": 0.25})
    assert outlook(decided(judgement, of(judgement), by)) == (
        "1.75 short of intriguing (1): a wish to learn from you (+2.5) instead of"
        ' "note says nothing" (-0.5) and "reason is missing" (-0.25) would do.'
    )


def test_points_of_the_owners_own_and_learned_ones_are_those_stated() -> None:
    judgement = judged(reason("note_is_personal", 2.25))
    mine = decided(judgement, of(judgement), told(rules=RULES, about=KNOWS_ENOUGH, points={"claim_is_true": 1.25}))
    assert mine.change is not None
    assert [turn.points for turn in mine.change.signals] == [1.25]
    by = told(rules=RULES, about=KNOWS_ENOUGH)
    by = by.model_copy(update={"weights": by.weights.model_copy(update={"points": {"claim_is_true": 2.1}})})
    learned = decided(judgement, of(judgement), by)
    assert learned.change is not None
    assert [turn.points for turn in learned.change.signals] == [2.0], "in quarter steps"


def test_a_rule_can_be_lifted_by_what_it_spares() -> None:
    spares = {
        "name": "no-ties",
        "verdict": "ugly",
        "none": [{"signal": "person_is_known"}, {"signal": "wants_to_learn"}],
    }
    judgement = judged(reason("shares_connections", 1.0))
    by = told(rules=Rules.model_validate({"rule": [spares]}), about=KNOWS_ENOUGH)
    assert outlook(decided(judgement, of(judgement), by)) == (
        'The rule "no-ties" would not apply with a wish to learn from you (+2.5); it would then be good, by its points.'
    )


def test_what_is_worth_nothing_is_no_reason_and_lifts_no_rule() -> None:
    spares = {"name": "no-ties", "verdict": "ugly", "none": [{"signal": "claim_is_true"}]}
    judgement = judged(reason("shares_connections", 1.0))
    by = told(rules=Rules.model_validate({"rule": [spares]}), about=KNOWS_ENOUGH, points={"claim_is_true": 0.0})
    assert decided(judgement, of(judgement), by).change is None


def test_how_a_note_reads_counts_only_where_reading_was_learned() -> None:
    judgement = judged(reason("shares_connections", 2.0), reason("seems_written_for_anybody", -1.0))
    by = told(rules=Rules(), points={**dict.fromkeys(SIGNALS, 0.0), "seems_written_for_you": 2.0})
    assert decided(judgement, of(judgement), by).change is None
    learned = by.model_copy(update={"weights": Weights(readings={"tie": {"base": 0.0}})})
    assert outlook(decided(judgement, of(judgement), learned)) == (
        '2 short of good (3): a note written for you alone (+2) instead of "seems written for anybody" (-1) would do.'
    )


def test_a_note_that_offers_nothing_is_one_without_its_pitch() -> None:
    judgement = judged(reason("sells_a_service", -2.5), reason("seems_to_offer_something", -1.0))
    by = told(rules=Rules(), points={**dict.fromkeys(SIGNALS, 0.0), "seems_to_want_nothing": 0.5})
    by = by.model_copy(update={"weights": Weights(readings={"offer": {"base": 0.0}})})
    assert outlook(decided(judgement, of(judgement), by)) == (
        '2.75 short of intriguing (-0.75): a note that offers nothing (+0.5) instead of "sells a service" (-2.5)'
        ' and "seems to offer something" (-1) would do.'
    )


def test_of_a_mail_that_can_show_no_words_no_words_are_asked_for() -> None:
    shows = judged(reason("note_is_personal", 0.5))
    hides = shows.model_copy(update={"request": request(headline="Rope maker")})
    by = told(rules=Rules(), about=KNOWS_ENOUGH, points=POINTS)
    written = {"claim_is_true", "note_is_personal", "wants_to_learn", "offers_referral_or_fits_open_job"}
    written |= {"mentions_owners_facts", "fits_what_you_want", "seems_to_want_nothing", "seems_written_for_you"}

    def asked_for(judgement: Judgement) -> set[str]:
        mail = of(judgement)
        groups = others(decided(judgement, mail, by), mail, by)
        return {turn.signal for group in groups for fact in group for turn in fact if turn.speaks}

    assert asked_for(shows) & written
    assert not asked_for(hides) & written
    assert {"person_is_known", "answered_when_asked"} <= asked_for(hides)
    message = shows.model_copy(update={"request": request(message="Hello.", headline="Rope maker")})
    assert asked_for(message) == asked_for(shows), "a message is words, too"
