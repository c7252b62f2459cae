"""Receipts of what rules add and what was learned: in the owner's own words, in the mail's fields and for a person."""

from __future__ import annotations

from typing import Any

from stages.events import Decision, Judgement, Routed
from stages.header import prepend
from stages.receipt import fields, receipt, sentence
from stages.rules.language import Lesson, Rules
from stages.saying import by_points, outlook, why
from tests.builders.facts import settings as told
from tests.builders.judgements import decided, judged, of, reason

ALWAYS = [{"field": "owner", "is": "robin"}]
SAILS = {"name": "sailors", "says": "I like people who sail", "points": 2, "all": ALWAYS}
LESSON = {"id": "abcd", "at": 1, "says": "people of Northwind are pitches"}


def made(judgement: Judgement, *rules: dict[str, Any], lessons: tuple[dict[str, Any], ...] = ()) -> Decision:
    by = Rules.model_validate({"rule": list(rules)}).but(file="mine.toml", version="0a1b2c3d")
    lined = by.but(rule=tuple(rule.but(line=at) for at, rule in enumerate(by.rule, 3)))
    by = lined.but(lessons=tuple(map(Lesson.model_validate, lessons)))
    return decided(judgement, of(judgement), told(rules=by))


def routed(decision: Decision) -> Routed:
    return Routed(
        mail="0" * 32,
        owner="robin",
        kind="invitation",
        decisions=(decision,),
        verdict=decision.verdict,
        score=decision.judgement.score,
        rule=decision.rule,
        folder=decision.folder,
    )


def receipt_of(decision: Decision) -> str:
    return receipt(routed(decision), of(decision.judgement))


def lines_of(decision: Decision, name: str) -> list[str]:
    return [value for field, value in fields(routed(decision)) if field == name]


def test_points_of_a_rule_stand_in_the_receipt_in_its_owners_words_and_in_the_sum() -> None:
    decision = made(judged(reason("wants_to_learn", 1.5)), SAILS)
    said = receipt_of(decision)
    assert '      +2  Your rule "sailors": I like people who sail\n' in said
    assert "    +3.5  in all\n" in said
    assert "Decided by: the points alone, since no rule applied" in said
    assert lines_of(decision, "X-Salver-Reason")[1] == "rule:sailors; points=+2; I like people who sail"
    assert (
        sentence(decision)
        == 'good: 3.5 points (I like people who sail (rule "sailors"); the person wants to learn from you)'
    )
    assert why(decision.judgement)[1] == 'I like people who sail (rule "sailors")'


def test_a_rule_that_says_nothing_is_told_by_its_name() -> None:
    decision = made(judged(), {"name": "sailors", "points": -2, "all": ALWAYS})
    assert '      -2  The rule "sailors" says so\n' in receipt_of(decision)
    assert lines_of(decision, "X-Salver-Reason") == ["rule:sailors; points=-2"]
    assert sentence(decision) == 'ugly: -2 points (the rule "sailors" says so)'


def test_the_longest_name_of_a_rule_is_whole_in_the_field_and_odd_words_turn_no_line() -> None:
    name = "n" * 64
    decision = made(judged(), {"name": name, "points": 1, "says": "für\r\nX-Evil: 1; \u202eabc", "all": ALWAYS})
    (value,) = lines_of(decision, "X-Salver-Reason")
    assert value == f"rule:{name}; points=+1; für X-Evil: 1; abc"
    raw = prepend("from a by b", fields(routed(decision)), "0" * 32, b"Subject: x\r\n\r\n")
    assert b"\nX-Evil" not in raw


def test_labels_and_who_is_told_stand_in_the_receipt() -> None:
    said = receipt_of(made(judged(), {"name": "press", "label": ["press", "soon"], "notify": True, "all": ALWAYS}))
    assert said.count("Labels: press, soon.\n") == 1
    assert 'You are told at once, by the rule "press".\n' in said
    assert "Labels" not in receipt_of(made(judged(), SAILS))


def test_what_was_learned_is_told_as_that_where_it_decides() -> None:
    lesson = {**LESSON, "rule": {"name": "taught", "verdict": "intriguing", "all": ALWAYS}}
    decision = made(judged(reason("wants_to_learn", 3.0)), lessons=(lesson,))
    assert "Decided by: what you taught Salver: people of Northwind are pitches (lesson abcd)\n" in receipt_of(decision)
    assert sentence(decision) == "intriguing: what you taught Salver: people of Northwind are pitches (lesson abcd)"
    assert lines_of(decision, "X-Salver-Rule") == [
        "taught; mine.toml; version=0a1b2c3d; lessons=abcd; good=3; intriguing=-0.75"
    ]
    assert '"taught"' not in outlook(decision)
    assert outlook(decision).startswith("What you taught Salver (abcd) decided")


def test_what_was_learned_is_told_as_that_where_it_adds_points() -> None:
    lesson = {**LESSON, "rule": {"name": "taught", "points": -1, "all": ALWAYS}}
    decision = made(judged(reason("wants_to_learn", 1.0)), SAILS, lessons=(lesson,))
    said = receipt_of(decision)
    assert "      -1  What you taught Salver: people of Northwind are pitches\n" in said
    assert '      +2  Your rule "sailors": I like people who sail\n' in said
    assert "      +2  in all\n" in said


def test_a_rule_of_the_owners_is_not_taken_for_a_lesson_that_only_took_part() -> None:
    lesson = {**LESSON, "rule": {"name": "taught", "points": 1, "all": ALWAYS}}
    own = {"name": "mine", "verdict": "good", "all": ALWAYS}
    said = receipt_of(made(judged(), own, lessons=(lesson,)))
    assert 'Decided by: your rule "mine" (mine.toml, line 3, version 0a1b2c3d)\n' in said


def test_that_a_lesson_was_held_is_said_in_words_in_the_receipt_and_in_the_fields() -> None:
    lesson = {**LESSON, "rule": {"name": "taught", "verdict": "ugly", "all": ALWAYS}}
    decision = made(judged(reason("wants_to_learn", 3.0)), lessons=(lesson,))
    held = (
        "what you taught Salver says the opposite of what it would be without that: one makes it good, the other ugly, "
        "so it is intriguing, for you to look at"
    )
    assert f"Decided by: {held}" in receipt_of(decision)
    assert sentence(decision) == f"intriguing: {held}"
    assert lines_of(decision, "X-Salver-Reason")[0] == f"held; points=0; {held}"
    assert lines_of(decision, "X-Salver-Verdict") == ["intriguing; score=3; rule=taught"]


def test_held_by_points_is_not_told_as_decided_by_the_points() -> None:
    lesson = {**LESSON, "rule": {"name": "taught", "points": -2, "all": ALWAYS}}
    strict = Rules.model_validate({"thresholds": {"good": 0.5, "intriguing": 0}}).but(
        lessons=(Lesson.model_validate(lesson),)
    )
    judgement = judged(reason("wants_to_learn", 1.0))
    decision = decided(judgement, of(judgement), told(rules=strict))
    assert (decision.verdict, decision.held) == ("intriguing", True)
    assert "the points alone" not in receipt_of(decision)
    assert "Belongs in: Intriguing" in receipt_of(decision)


def test_a_lesson_whose_rule_is_called_like_a_threshold_is_still_told_as_a_lesson() -> None:
    lesson = {**LESSON, "rule": {"name": "score-like", "verdict": "intriguing", "all": ALWAYS}}
    decision = made(judged(reason("wants_to_learn", 1.0)), lessons=(lesson,))
    assert not by_points(decision)
    assert "Decided by: what you taught Salver" in receipt_of(decision)


def test_a_rule_that_still_holds_is_not_said_to_be_lifted_by_points_that_come_after_it() -> None:
    rules = (
        {"name": "few-points", "verdict": "ugly", "then": "go on", "all": [{"score": {"below": 20}}]},
        {"name": "sailors", "points": 30, "all": ALWAYS},
        {"name": "true-word", "verdict": "good", "all": [{"signal": "wants_to_learn"}]},
    )
    by = Rules.model_validate({"rule": list(rules)})
    judgement = judged(reason("note_is_blank"))
    decision = decided(judgement, of(judgement), told(rules=by, points={"wants_to_learn": 1.0}))
    assert (decision.verdict, decision.rule) == ("ugly", "few-points")
    assert decision.change is not None
    assert (decision.change.verdict, decision.change.rule, decision.change.lifts) == ("good", "true-word", False)
