"""Examples in a rules file are judged by the live stages, and one that fails is told with where it went instead."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from stages.rules.examples import failing_examples, tried
from stages.rules.language import Example, Rules
from stages.settings import Settings
from stages.signals import SIGNALS
from tests.builders.cases import rules
from tests.builders.facts import owner, settings

VETO = next(name for name, signal in SIGNALS.items() if signal.veto)
HIRING = {"field": "headline", "contains": "actuary"}
ANYTHING = {"none": [{"field": "note", "is": "this text is in no note"}]}


def judged(by: Rules, **more: Any) -> Settings:
    return settings(rules=by, **more)


def failing(first: dict[str, Any], /, *others: dict[str, Any], **example: Any) -> tuple[str, ...]:
    by = rules({**first, "examples": [example]}, *others)
    return failing_examples(judged(by))


def test_an_example_that_goes_where_it_must_is_not_told_of() -> None:
    assert failing({"all": [HIRING]}, headline="Actuary", folder="Good", rule="rule-0") == ()


def test_a_failing_example_is_told_with_its_line_where_it_went_by_what_with_which_points_and_why() -> None:
    by = rules(
        {"all": [HIRING]},
        {
            "all": [{"field": "company", "is": "Northwind"}],
            "verdict": "ugly",
            "examples": [{"headline": "Actuary", "company": "Northwind", "signals": ["flatters"], "folder": "Ugly"}],
        },
    )
    lined = tuple(
        rule.but(line=3 + 10 * at, examples=tuple(each.but(line=15) for each in rule.examples))
        for at, rule in enumerate(by.rule)
    )
    (said,) = failing_examples(judged(by.but(file="mine.toml", rule=lined)))
    assert said.startswith('mine.toml, line 15: rule "rule-1": its example fails: ')
    assert ') must lie in Ugly, and goes to Good by "rule-0" (line 3), with ' in said
    points = SIGNALS["flatters"].points
    assert f"flatters {points:+g}" in said


def test_of_several_examples_the_failing_one_is_counted() -> None:
    by = rules({"all": [HIRING], "examples": [{"headline": "Actuary", "folder": f} for f in ("Good", "Ugly", "Good")]})
    (said,) = failing_examples(judged(by))
    assert "example 2 fails" in said


def test_the_right_folder_by_another_rule_than_the_named_one_fails() -> None:
    other = {"all": [HIRING]}
    (said,) = failing({"all": [{"field": "name", "is": "x"}]}, other, headline="Actuary", folder="Good", rule="rule-0")
    assert 'must lie in Good, by "rule-0", and goes to Good by "rule-1"' in said


def test_a_failing_example_shows_blanks_as_they_stand_and_one_point_alone() -> None:
    (said,) = failing(ANYTHING, company=" C#  Corner ", headline="a\tb\u202e\nc", score=1, folder="Ugly")
    assert 'headline "a b c"' in said
    assert '(headline "a b c", company " C#  Corner ", with 1 point in all)' in said
    assert ", with 1 point: " in said


@pytest.mark.parametrize(("verdict", "folder"), [("follow_up", "follow_up"), ("follow_up", "Intriguing")])
def test_what_is_to_be_asked_about_lies_in_intriguing_and_can_be_named_more_exactly(verdict: str, folder: str) -> None:
    assert failing({**ANYTHING, "verdict": verdict}, folder=folder) == ()


def test_what_is_only_intriguing_is_not_asked_about() -> None:
    (said,) = failing({**ANYTHING, "verdict": "intriguing"}, folder="follow_up")
    assert 'must be asked about, and goes to Intriguing by "rule-0"' in said


def test_an_inmail_is_intriguing_where_an_invitation_is_asked_about() -> None:
    assert failing({**ANYTHING, "verdict": "follow_up"}, kind="inmail", folder="follow_up") != ()
    assert failing({**ANYTHING, "verdict": "follow_up"}, kind="inmail", folder="Intriguing") == ()


def test_a_folder_of_the_rules_own_is_where_the_example_lies() -> None:
    assert failing({**ANYTHING, "folder": "Clients"}, folder="Clients") == ()
    assert failing({**ANYTHING, "folder": "Clients"}, folder="Good") != ()


def test_a_mail_that_gets_no_verdict_lies_in_the_inbox() -> None:
    assert failing(ANYTHING, kind="message", folder="INBOX") == ()
    assert "a mail of this kind gets no verdict" in failing(ANYTHING, kind="message", folder="Good")[0]


def test_what_is_forged_is_a_spoof_whatever_the_rules_say() -> None:
    vetoes = [name for name, signal in SIGNALS.items() if signal.veto]
    assert failing(ANYTHING, authenticity="forged", silent=vetoes, folder="Ugly", rule="spoof") == ()
    assert failing(ANYTHING, kind="spoof", folder="Ugly", rule="spoof") == ()


def test_a_safety_signal_that_an_example_lets_speak_comes_before_the_rules() -> None:
    assert failing(ANYTHING, signals=[VETO], folder="Ugly", rule=f"veto-{VETO.replace('_', '-')}") == ()


def test_what_is_not_given_is_unknown_and_what_is_absent_is_empty() -> None:
    asked = {"all": [{"field": "headline", "state": "absent"}]}
    assert failing(asked, absent=["headline"], folder="Good", rule="rule-0") == ()
    assert failing(asked, folder="Good", rule="rule-0") != ()
    for field, value in (("name", "Ada"), ("title", "Chef"), ("company", "B"), ("location", "C"), ("message", "hello")):
        asked = {"all": [{"field": field, "is": value}]}
        assert failing(asked, folder="Good", rule="rule-0", **{field: value}) == ()
    asked = {"all": [{"field": "mutual_connections", "at_least": 3}]}
    assert failing(asked, mutual_connections=3, folder="Good", rule="rule-0") == ()
    assert failing(asked, mutual_connections=2, folder="Good", rule="rule-0") != ()
    assert failing(asked, absent=["mutual_connections"], folder="Good", rule="rule-0") != ()
    photo = {"all": [{"signal": "photo_is_missing"}]}
    assert failing(photo, absent=["photo_url"], folder="Good", rule="rule-0") == ()


def test_the_words_of_an_example_are_read_by_all_signals_and_their_language_is_told() -> None:
    blank = {"all": [{"signal": "note_is_blank"}]}
    assert failing(blank, absent=["note"], folder="Good", rule="rule-0") == ()
    words = "Ich habe Ihren Vortrag gehört und würde mich sehr gern mit Ihnen darüber austauschen."
    german = {"all": [{"field": "note_language", "is": "de"}]}
    assert failing(german, note=words, folder="Good", rule="rule-0") == ()


def test_a_silent_signal_does_not_speak_and_a_given_score_is_the_score() -> None:
    blank = {"all": [{"signal": "note_is_blank"}]}
    assert failing(blank, absent=["note"], silent=["note_is_blank"], folder="Good", rule="rule-0") != ()
    by = rules({"all": [{"score": {"at_least": 2, "below": 2.25}}]})
    example = Example(folder="Good", rule="rule-0", score=2.0, signals=("flatters",), absent=("note",))
    found = tried(example, judged(by), by).decision
    assert found is not None
    assert (found.rule, found.judgement.score) == ("rule-0", 2.0)


def test_a_signal_brings_what_it_is_worth_by_the_owners_configuration() -> None:
    by = rules({"all": [{"signal": "flatters", "at_least": 7}]})
    example = Example(folder="Good", signals=("flatters",))
    assert tried(example, judged(by, points={"flatters": 7.0}), by).folder == "Good"
    assert tried(example, judged(by, points={"flatters": 0.0}), by).folder != "Good"


def test_an_example_is_the_first_owners_unless_it_names_another() -> None:
    by = rules({"all": [{"field": "owner", "is": "ben"}]})
    told = judged(by).but(owners=(owner(id="amy"), owner(id="ben", addresses=("ben@salver.test",))))
    assert tried(Example(folder="Good"), told, by).fits != "Good"
    assert tried(Example(folder="Good", owner="ben"), told, by).fits == "Good"


def test_points_and_labels_of_rules_count_as_for_a_real_mail() -> None:
    more = {"all": [HIRING], "points": 9.0}
    by = rules(more, {"all": [{"score": {"at_least": 8}}], "verdict": "ugly"})
    assert tried(Example(folder="Ugly", headline="actuary"), judged(by), by).folder == "Ugly"


def test_other_rules_than_the_live_ones_can_be_tried() -> None:
    live, other = rules(ANYTHING), rules({**ANYTHING, "examples": [{"folder": "Ugly"}]})
    assert failing_examples(judged(live)) == ()
    assert len(failing_examples(judged(live), other)) == 1


@pytest.mark.parametrize("score", [0.1, float("nan"), float("inf"), 1e9])
def test_a_score_that_points_never_sum_to_is_refused(score: float) -> None:
    with pytest.raises(ValidationError):
        Example(folder="Good", score=score)
