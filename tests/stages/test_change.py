"""What would change a decision is said in one plain sentence, and only what could be."""

from __future__ import annotations

from typing import Any

import pytest

from stages import change as changing
from stages.events import Decision, Enriched, Judgement, Past, Reason, Routed
from stages.receipt import receipt
from stages.report import report
from stages.saying import outlook
from stages.settings import Rules
from stages.signals import SIGNALS
from tests.builders.facts import settings as told
from tests.builders.judgements import KNOWS_ENOUGH, POINTS, RULES, decided, judged, of, reason


def by_default(*reasons: Reason, about: Any = KNOWS_ENOUGH, **mail: Any) -> Decision:
    judgement = judged(*reasons)
    return decided(judgement, of(judgement, **mail), told(rules=RULES, about=about, points=POINTS))


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ([("shares_connections", 2.0)], "1 short of good (3): a checked personal detail (+3) would do."),
        (
            [("shares_connections", 1.0), ("note_fits_anybody", -1.5)],
            '3.5 short of good (3): a checked personal detail (+3) instead of "note fits anybody" (-1.5) would do.',
        ),
        (
            [("sells_a_service", -2.5), ("profile_is_polished", 1.0)],
            'The rule "canned-sales-pitch" would not apply without "sells a service" (-2.5);'
            " it would then be intriguing, by its points.",
        ),
        (
            [("sells_a_service", -2.5), ("wording_is_canned", -1.0)],
            'It would be intriguing with a checked personal detail (+3), by the rule "pitch-that-knows-you".',
        ),
        (
            [("note_is_blank", -0.5), ("profile_is_polished", 1.0)],
            'The rule "blank-ask-why" would not apply with an answer when you ask (+3) instead of "note is blank"'
            " (-0.5); it would then be good, by its points.",
        ),
        (
            [("asks_for_money", -8.0), ("note_is_personal", 4.0)],
            'While "asks for money" speaks, nothing would change it; without that it would be good, by its points.',
        ),
        (
            [("asks_for_money", -8.0), ("hides_its_purpose", -4.0)],
            'While "asks for money" speaks, nothing would change it.',
        ),
        (
            [("asks_for_money", -8.0), ("moves_off_platform", -8.0)],
            'While "asks for money" and "moves off platform" speak, nothing would change it;'
            " without that it would be intriguing, by its points.",
        ),
        ([("note_is_personal", 4.0), ("shares_connections", 0.5)], "Good by 1.5 points: good needs 3."),
        ([("wants_to_learn", 2.5), ("shares_connections", 0.5)], "Just good: good needs 3."),
        ([("person_is_known", 3.0)], "The points alone would make it good too: good needs 3."),
        (
            [("person_is_known", 2.0)],
            "By its points it is 1 short of good: good needs 3, but a rule decided.",
        ),
    ],
)
def test_what_would_change_it_is_said_in_one_plain_sentence(reasons: list[tuple[str, float]], said: str) -> None:
    assert outlook(by_default(*(reason(*each) for each in reasons))) == said


def test_two_facts_are_named_where_one_is_not_enough() -> None:
    far = judged(reason("addressed_to_another", -4.0), reason("photo_is_missing", -1.0))
    by = told(rules=Rules.model_validate({"thresholds": {"intriguing": -0.75}}), about=KNOWS_ENOUGH, points=POINTS)
    assert outlook(decided(far, of(far), by)) == (
        "4.25 short of intriguing (-0.75): something only the two of you share (+4) and a checked personal detail (+3)"
        " would do."
    )


def test_where_two_facts_are_not_enough_the_missing_points_are_told() -> None:
    by = Rules.model_validate({"thresholds": {"good": 40.0, "intriguing": 20.0}})
    judgement = judged(reason("shares_connections", 2.0))
    decision = decided(judgement, of(judgement), told(rules=by, about=KNOWS_ENOUGH))
    assert decision.change is None
    assert outlook(decision) == "18 short of intriguing (20): no one or two facts would make up for that."


def test_a_rule_nothing_can_lift_is_named_with_the_missing_points() -> None:
    by = Rules.model_validate(
        {
            "rule": [{"name": "no-rope", "verdict": "ugly", "all": [{"field": "headline", "contains": "rope"}]}],
            "thresholds": {"intriguing": 0.0},
        }
    )
    judgement = judged(reason("note_is_blank"))
    decision = decided(judgement, of(judgement), told(rules=by))
    assert outlook(decision) == (
        'The rule "no-rope" decided, and no one or two facts would change that; by its points it is 0.5 short of'
        " intriguing (0)."
    )


def test_three_safety_signals_are_more_than_one_change_takes_away() -> None:
    decision = by_default(*(reason(name) for name in ("asks_for_money", "moves_off_platform", "links_lead_elsewhere")))
    assert decision.change is None
    assert outlook(decision) == (
        'While "asks for money", "moves off platform" and "links lead elsewhere" speak, nothing would change it.'
    )


def test_a_spoof_and_a_mail_that_follows_another_have_nothing_to_change() -> None:
    assert outlook(by_default(reason("shares_connections"), kind="spoof")) == (
        "Nothing would change it: the mail imitates a network."
    )
    judgement = judged(reason("note_is_blank"), joins=Past(request="r", verdict="ugly"))
    decision = decided(judgement, of(judgement), told(rules=RULES))
    assert (decision.rule, decision.change, outlook(decision)) == ("joins-request", None, "")


def test_a_layout_that_is_new_to_us_is_as_short_of_good_as_its_points() -> None:
    decision = by_default(reason("is_unwanted", -2.0), layout_known=False)
    assert (decision.rule, decision.verdict) == ("unknown-layout", "intriguing")
    assert outlook(decision).startswith("5 short of good (3): ")


def test_the_least_that_is_held_against_somebody_may_be_what_is_missing() -> None:
    judgement = judged(reason("shares_connections", 3.0), reason("sender_is_unverified", -0.5))
    by = told(rules=Rules(), points=dict.fromkeys(SIGNALS, 0.25))
    assert outlook(decided(judgement, of(judgement), by)) == (
        '0.5 short of good (3): without "sender is unverified" (-0.5) it would be good.'
    )


def test_the_conditions_of_the_rule_that_decided_come_first_even_if_they_lead_further() -> None:
    first = {"name": "knows", "verdict": "intriguing", "all": [{"signal": "claim_is_true"}]}
    second = {"name": "no-praise", "verdict": "ugly", "all": [{"signal": "flatters"}]}
    judgement = judged(reason("shares_connections", 4.0), reason("flatters", -0.5))
    by = told(rules=Rules.model_validate({"rule": [first, second]}), about=KNOWS_ENOUGH)
    assert outlook(decided(judgement, of(judgement), by)) == (
        'The rule "no-praise" would not apply without "flatters" (-0.5); it would then be good, by its points.'
    )


def test_of_two_things_the_one_that_leads_to_the_next_folder_is_stated() -> None:
    rules = Rules.model_validate({"rule": [{"name": "knows", "verdict": "good", "all": [{"signal": "claim_is_true"}]}]})
    judgement = judged(reason("flatters", -1.0))
    by = told(rules=rules, about=KNOWS_ENOUGH, points={**POINTS, "note_is_personal": 1.5})
    assert outlook(decided(judgement, of(judgement), by)) == (
        "0.25 short of intriguing (-0.75): something only the two of you share (+1.5) would do."
    )


def test_what_leads_further_than_the_next_folder_says_so() -> None:
    decision = by_default(reason("addressed_to_another", -4.0), reason("photo_is_missing", -1.0), about=None)
    assert outlook(decision) == (
        "4.25 short of intriguing (-0.75): a person you know (+3) would do, and make it good,"
        ' by the rule "known-person".'
    )


def test_a_rule_of_the_owners_may_be_called_like_one_of_ours() -> None:
    given = {"name": "score-ugly", "verdict": "ugly", "all": [{"signal": "shares_connections"}]}
    rules = Rules.model_validate({"rule": [given]})
    lined = (rules.rule[0].model_copy(update={"line": 7}),)
    rules = rules.model_copy(update={"rule": lined, "file": "mine.toml", "version": "0badcafe"})
    judgement = judged(reason("shares_connections", 2.0))
    said = outlook(decided(judgement, of(judgement), told(rules=rules)))
    assert said.startswith('The rule "score-ugly" would not apply without "shares connections" (+2);')


def test_a_decision_from_before_this_was_kept_says_nothing_of_it() -> None:
    judgement = judged(reason("note_is_blank"))
    old = {"judgement": judgement.model_dump(), "verdict": "ugly", "rule": "score-ugly", "folder": "Ugly"}
    assert outlook(Decision.model_validate(old)) == ""


# --- how much is looked for ---------------------------------------------------------------------------------------


def _of_many(group: str) -> Rules:
    """A thousand rules about what was written, none of which holds."""
    blank: list[dict[str, Any]] = [{"signal": "asks_for_money"}] if group == "any" else []
    return Rules.model_validate(
        {
            "rule": [
                {"name": f"r{at}", "verdict": "good", group: [{"field": "written", "word": f"rope {at}"}, *blank]}
                for at in range(1000)
            ],
            "thresholds": {"good": 3.0, "intriguing": 0.0},
        }
    )


def _tries(monkeypatch: pytest.MonkeyPatch, rules: Rules, worth: float) -> tuple[int, Decision]:
    """How often it is decided once more, by how many rules in all, and what comes of it."""
    read: list[int] = []
    real = changing.decide

    def decide(judgement: Judgement, enriched: Enriched, rules: Rules) -> Decision:
        read.append(len(rules.rule))
        return real(judgement, enriched, rules)

    monkeypatch.setattr(changing, "decide", decide)
    judgement = judged(
        reason("is_unwanted", worth), reason("addressed_to_another", worth), reason("sells_a_service", -9)
    )
    made = decided(judgement, of(judgement), told(rules=rules))
    return sum(read), made


def test_rules_that_ask_for_what_is_not_written_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    read, decision = _tries(monkeypatch, _of_many("all"), -9)
    assert read == 0
    assert decision.change is None
    assert "no one or two facts" in outlook(decision), "it was looked for to the end"


def test_where_many_rules_would_be_asked_too_often_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    read, decision = _tries(monkeypatch, _of_many("any"), -9)
    assert 1_000 <= read <= 50_000
    assert decision.change is not None
    assert decision.change.untried
    assert outlook(decision) == ""
    mail = of(decision.judgement)
    routed = Routed(
        mail="m", owner="amy", kind="invitation", decisions=(decision,), verdict=decision.verdict,
        score=decision.judgement.score, rule=decision.rule, folder=decision.folder,
    )  # fmt: skip
    assert report("m", mail, routed)["change"] is None
    assert "would" not in receipt(routed, mail)


def test_what_is_found_before_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _, decision = _tries(monkeypatch, _of_many("any"), -0.5)
    assert decision.change is not None
    assert not decision.change.untried
