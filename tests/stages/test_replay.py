"""Recorded decisions by other rules: the functions of the live path, in order."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from stages import replay as replaying, route as routing, score as scoring
from stages.backtest import trial as trying
from stages.backtest.hits import Counting, Hits
from stages.decide import decide, without_added
from stages.events import Asked, Past, Verdict
from stages.replay import Recorded, replayed
from stages.rules.fields import Case
from stages.rules.language import Lesson, Rule, Rules
from stages.rules.matching import applies, read_through
from stages.signals import SIGNALS
from tests.builders import any_rules
from tests.builders.facts import enriched, facts, request
from tests.builders.judgements import judged, reason

BLANK: dict[str, Any] = {"all": [{"signal": "note_is_blank"}]}


def ruled(*rule: dict[str, Any]) -> Rules:
    return Rules.model_validate({"rule": [{"name": f"rule-{at}", **each} for at, each in enumerate(rule)]})


PLAIN, UGLY, ASK = ruled(), ruled({"verdict": "ugly", **BLANK}), ruled({"verdict": "follow_up", **BLANK})
GOOD = ruled({"verdict": "good", "folder": "Kept", **BLANK})


def entry(verdict: Verdict, folder: str, /, *, said: bool = False, asked: bool = False, **past: Any) -> Recorded:
    """A blank request, or with `past` a mail that joins it."""
    about = request(
        False, id="r", joins=bool(past), past=Past(request="r" if past else None, **past) if past else Past()
    ).model_copy(update={"asked": Asked(waited=1) if asked else None})
    told = judged(reason("note_is_blank")).model_copy(update={"request": about})
    return Recorded(enriched(about), told, verdict, "then", folder, said)


def made(history: list[Recorded], rules: Rules) -> list[tuple[str, str] | None]:
    return [None if each is None else (each.verdict, each.folder) for each in replayed(history, rules)]


def test_the_very_functions_of_the_live_path_decide() -> None:
    for module in (replaying, routing):
        assert vars(module)["decide"] is decide
    for name in ("facts_of", "observe", "weigh"):
        assert vars(trying)[name] is vars(scoring)[name]
    assert scoring.judge.__globals__ is vars(scoring), "live mail is observed and weighed by them, too"
    assert {"observe", "weigh"} <= set(scoring.judge.__code__.co_names)
    assert vars(trying)["Replay"] is replaying.Replay


def test_a_reminder_follows_its_request() -> None:
    follows = entry("intriguing", "Intriguing", verdict="intriguing", folder="Intriguing")
    history = [entry("intriguing", "Intriguing"), follows, follows]
    assert made(history, UGLY) == [("ugly", "Ugly")] * 3
    assert made(history, GOOD) == [("good", "Kept")] * 3


def test_a_reminder_of_a_request_from_before_follows_what_is_recorded() -> None:
    assert made([entry("good", "Good", verdict="good", folder="Good")], UGLY) == [("good", "Good")]


def test_where_its_owner_had_moved_the_request_it_stays() -> None:
    moved = entry("good", "Good", verdict="intriguing", folder="Good")
    assert made([entry("intriguing", "Intriguing"), moved], UGLY) == [("ugly", "Ugly"), ("good", "Good")]


def test_what_the_owner_had_said_stays_said_even_where_they_agreed() -> None:
    agreed = entry("intriguing", "Intriguing", said=True, verdict="intriguing", folder="Intriguing")
    assert made([entry("intriguing", "Intriguing"), agreed], UGLY) == [("ugly", "Ugly"), ("intriguing", "Intriguing")]


def test_a_mail_that_joins_changes_nothing_for_the_next() -> None:
    """What says more is decided by itself; the next reminder follows the request, not it."""
    more = entry("intriguing", "Intriguing", verdict="intriguing", folder="Intriguing", says_more=True)
    last = entry("intriguing", "Intriguing", verdict="intriguing", folder="Intriguing")
    history = [entry("intriguing", "Intriguing"), more, last]
    repeats = ruled({"verdict": "good", "all": [{"field": "repeated", "is": "yes"}]})
    first, second, third = made(history, repeats)
    assert second == ("good", "Good")
    assert first == third != second


def test_an_answer_counts_only_where_the_question_would_have_been_asked() -> None:
    answered = entry("good", "Good", asked=True)
    history = [entry("follow_up", "Intriguing"), answered]
    assert None not in made(history, ASK)
    assert made(history, UGLY) == [("ugly", "Ugly"), None]
    assert made([entry("intriguing", "Intriguing"), answered], UGLY)[1] is not None, "they asked of their own accord"


def test_what_rules_added_at_the_time_is_not_added_again() -> None:
    adds = ruled({"points": 2, **BLANK})
    (once,) = replayed([entry("good", "Good")], adds)
    assert once is not None
    each = entry("good", "Good")._replace(judgement=once.judgement)
    (twice,) = replayed([each], adds)
    assert twice is not None
    assert twice.judgement == once.judgement


# --- what rules do ------------------------------------------------------------------------------------------------

_REASONS = st.lists(st.sampled_from(any_rules.SIGNALS), max_size=4, unique=True)
_CASES = st.lists(st.tuples(_REASONS, st.sampled_from(any_rules.HEADLINES), st.booleans()), max_size=8)
_SENTINEL = Rule.model_validate(
    {"name": "sentinel", "label": ["reached"], "none": [{"field": "name", "is": "nobody at all"}]}
)


def by_force(rules: Rules, history: list[Recorded]) -> tuple[Hits, ...]:
    """Each rule for itself: the rules before it are read, and then it is asked."""
    found = []
    for at, rule in enumerate(rules.rule):
        met = read = decided = 0
        for each in history:
            if each.judgement.veto is not None:
                continue
            plain = without_added(each.judgement)
            spoke = {one.signal: one.points for one in plain.reasons}
            case = Case(plain, each.enriched, spoke, plain.score)
            before = read_through((*rules.rule[:at], _SENTINEL), case)
            meets = applies(rule, case._replace(score=before.score))
            met += meets
            read += meets and "reached" in before.labels
            decided += read_through(rules.rule, case).rule is rule
        found.append(Hits(rule.name, rule.line, "", met, read, decided))
    return tuple(found)


@settings(max_examples=150, deadline=None)
@given(any_rules.rules(), _CASES)
def test_which_rules_do_nothing_is_true_by_brute_force(rules: Rules, cases: list[tuple[list[str], str, bool]]) -> None:
    history, counting = [], Counting(rules)
    for signals, headline, money in cases:
        about = request("Hello.", headline=headline)
        reasons = [reason(name) for name in (*signals, *(["asks_for_money"] if money else []))]
        told = judged(*reasons).model_copy(update={"request": about})
        history.append(Recorded(enriched(about, given=facts()), told, "good", "then", "Good"))
    for each, decision in zip(history, replayed(history, rules), strict=True):
        assert decision is not None
        counting.count(decision, each.enriched)
    assert counting.hits() == by_force(rules, history)
    assert counting.asked == sum(each.judgement.veto is None for each in history)
    assert "asks_for_money" in SIGNALS


def test_a_rule_below_one_that_always_decides_is_masked_and_one_that_nobody_meets_never_fires() -> None:
    pitch = {"verdict": "good", "all": [{"signal": "sells_a_service"}]}
    rules = ruled({"verdict": "ugly", **BLANK}, {"verdict": "good", **BLANK}, pitch)
    counting = Counting(rules)
    each = entry("ugly", "Ugly")
    (decision,) = replayed([each], rules)
    assert decision is not None
    counting.count(decision, each.enriched)
    first, second, third = counting.hits()
    assert (first.never_fires, first.masked, first.decided) == (False, False, 1)
    assert (second.never_fires, second.masked, second.met) == (False, True, 1)
    assert (third.never_fires, third.masked) == (True, False)


def test_a_rule_is_asked_with_the_points_that_rules_before_it_added() -> None:
    told = entry("ugly", "Ugly")
    high = told.judgement.score + 2
    rules = ruled({"points": 2, **BLANK}, {"verdict": "good", "all": [{"score": {"at_least": high}}]})
    counting = Counting(rules)
    (decision,) = replayed([told], rules)
    assert decision is not None
    counting.count(decision, told.enriched)
    assert [(rule.met, rule.decided) for rule in counting.hits()] == [(1, 0), (1, 1)]


def test_a_lesson_and_a_rule_of_one_name_are_counted_apart() -> None:
    told = entry("ugly", "Ugly")
    taught = {"id": "k000001", "at": 1, "says": "x", "rule": {"name": "same", "points": 2, **BLANK}}
    more = taught | {"id": "k000002", "rule": {"name": "more", "points": 1, **BLANK}}
    at_least = {"all": [{"score": {"at_least": told.judgement.score + 1}}]}
    above = {"all": [{"score": {"at_least": told.judgement.score + 1.25}}]}
    rules = ruled(
        {"name": "same", "points": -1, **BLANK}, {"verdict": "good", **above}, {"verdict": "good", **at_least}
    )
    rules = rules.but(lessons=tuple(map(Lesson.model_validate, (taught, more))))
    (decision,) = replayed([told], rules)
    assert decision is not None
    assert (decision.rule, decision.judgement.score) == ("rule-2", told.judgement.score + 1), "2 of lessons at most"
    counting = Counting(rules)
    counting.count(decision, told.enriched)
    assert [(each.lesson, each.name, each.met, each.decided) for each in counting.hits()] == [
        ("k000001", "same", 1, 0), ("k000002", "more", 1, 0), ("", "same", 1, 0), ("", "rule-1", 0, 0),
        ("", "rule-2", 1, 1),
    ]  # fmt: skip
