"""The object of `salver explain --json` says why, and what would change it."""

from __future__ import annotations

from typing import Any

from stages.events import Routed, RuleAt
from stages.report import report, unread
from stages.settings import Rules
from tests.builders.facts import MAIL, OWNER, settings as told
from tests.builders.judgements import KNOWS_ENOUGH, POINTS, decided, judged, of, reason


def reported(*given: tuple[str, float], line: int | None = None) -> dict[str, Any]:
    judgement = judged(*(reason(*each) for each in given))
    mail = of(judgement)
    made = decided(judgement, mail, told(rules=Rules(), about=KNOWS_ENOUGH, points=POINTS))
    made = made.model_copy(update={"rule_at": RuleAt(file="mine.toml", version="0badcafe", line=line)})
    routed = Routed(
        mail=MAIL, owner=OWNER, kind="invitation", decisions=(made,), verdict=made.verdict,
        score=judgement.score, rule=made.rule, folder=made.folder,
    )  # fmt: skip
    return report("a.eml", mail, routed)


def test_the_object_has_thresholds_and_the_change_with_its_signals() -> None:
    found = reported(("shares_connections", 2.0))
    assert found["thresholds"] == {"good": 3.0, "intriguing": -0.75}
    assert found["change"] == {
        "text": "1 short of good (3): a checked personal detail (+3) would do.",
        "signals": ({"signal": "claim_is_true", "points": 3.0, "speaks": True},),
        "verdict": "good",
    }


def test_what_is_good_has_nothing_to_change() -> None:
    assert reported(("note_is_personal", 4.0))["change"] is None


def test_the_place_is_that_of_a_rule_and_nothing_where_none_decided() -> None:
    assert reported(("shares_connections", 2.0), line=7)["rule_at"] == {
        "file": "mine.toml",
        "version": "0badcafe",
        "line": 7,
    }
    assert reported(("shares_connections", 2.0))["rule_at"] is None


def test_a_mail_without_a_decision_has_the_same_keys() -> None:
    found = unread("a.eml", "why")
    assert (found["thresholds"], found["rule_at"], found["change"]) == (None, None, None)
    assert set(found) == set(reported(("flatters", -0.5)))
