"""What would change a decision is true: whoever does it finds the request in a better folder. For all of them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings, strategies as st

from stages.decide import decide, without_added
from stages.events import Decision, Enriched, Judgement, Past, Turn
from stages.rules.fields import Case
from stages.rules.matching import applies
from stages.saying import outlook
from stages.settings import Lesson, Rule, Rules, Settings
from stages.signals import SIGNALS
from stages.weights import Weights
from tests.builders import rule_trees
from tests.builders.facts import settings as told
from tests.builders.judgements import KNOWS_ENOUGH, decided, judged, of, reason, redone
from tests.builders.verdicts import default_rules

BETTER = {"ugly": 0, "follow_up": 1, "intriguing": 1, "good": 2}
NAMES = sorted(SIGNALS)
QUARTERS = st.integers(-24, 24).map(lambda quarters: quarters / 4)
CONDITIONS = st.one_of(
    st.sampled_from(NAMES).map(lambda name: {"signal": name}),
    st.builds(lambda bound: {"score": {"at_least": bound}}, QUARTERS),
    st.builds(lambda bound: {"score": {"below": bound}}, QUARTERS),
    st.just({"field": "headline", "contains": "rope"}),
    st.just({"field": "location", "state": "shown"}),
)
SOME = st.lists(CONDITIONS, max_size=2)
NOT_ZERO = QUARTERS.filter(bool)
DOES = st.one_of(
    st.sampled_from(sorted(BETTER)).map(lambda verdict: {"verdict": verdict}),
    st.builds(
        lambda verdict, points: {"verdict": verdict, "points": points}, st.sampled_from(sorted(BETTER)), NOT_ZERO
    ),
    st.builds(lambda verdict: {"verdict": verdict, "then": "go on"}, st.sampled_from(sorted(BETTER))),
    st.builds(lambda points, then: {"points": points, **then}, NOT_ZERO, st.sampled_from([{}, {"then": "stop"}])),
)


@st.composite
def rule_sets(draw: st.DrawFn) -> Rules:
    asked = draw(st.lists(st.tuples(DOES, SOME, SOME, SOME), max_size=5))
    given = [
        {"name": f"rule-{at}", **does, "all": every, "any": one, "none": no}
        for at, (does, every, one, no) in enumerate(asked)
        if every or one or no
    ]
    low, above = draw(QUARTERS), draw(st.integers(1, 24))
    rules = Rules.model_validate({"rule": given, "thresholds": {"intriguing": low, "good": low + above / 4}})
    taught = draw(st.just([]) | rule_trees.lessons(2, CONDITIONS))
    return rules.but(lessons=tuple(map(Lesson.model_validate, taught)))


def points_before(rule: Rule, rules: Rules, case: Case) -> float:
    """Apart from the code under test: what the score is when this rule is read."""
    score, learned = case.score, 0.0
    for each in rules.in_order:
        if each.name == rule.name:
            break
        if not applies(each, case._replace(score=score)):
            continue
        added = each.points or 0.0
        if each.lesson:
            added = min(max(learned + added, -2.0), 2.0) - learned
            learned += added
        score += added
        if each.then == "stop" or (each.verdict is not None and each.then is None):
            break
    return score


PAST = st.builds(Past, request=st.just("r"), verdict=st.sampled_from([None, *sorted(BETTER)]), says_more=st.booleans())


@st.composite
def cases(draw: st.DrawFn) -> tuple[Judgement, Enriched, Settings]:
    spoken = draw(st.lists(st.sampled_from(NAMES), max_size=9, unique=True))
    judgement = judged(
        *(reason(name, draw(st.one_of(st.none(), QUARTERS))) for name in spoken), joins=draw(st.none() | PAST)
    )
    kind = draw(st.sampled_from(["invitation", "invitation", "inmail", "digest", "spoof"]))
    mail = of(judgement, kind=kind, layout_known=draw(st.sampled_from([True, True, False])))
    points = draw(st.dictionaries(st.sampled_from(NAMES), QUARTERS, max_size=3))
    rules = draw(st.one_of(rule_sets(), st.just(default_rules())))
    by = told(rules=rules, points=points, about=draw(st.sampled_from([None, KNOWS_ENOUGH])))
    learned = Weights(readings={"tie": {"base": 0.0}}, points={"claim_is_true": draw(QUARTERS)})
    return judgement, mail, by.model_copy(update={"weights": draw(st.sampled_from([Weights(), learned]))})


@settings(max_examples=400, deadline=None)
@given(cases())
def test_the_sum_is_the_score_and_the_stated_change_is_true(case: tuple[Judgement, Enriched, Settings]) -> None:
    judgement, mail, by = case
    decision = decided(judgement, mail, by)
    made = decision.judgement
    assert sum(Fraction(each.points) for each in made.reasons) == Fraction(made.score)
    if decision.change is None:
        return
    again = decide(redone(judgement, decision.change.signals), mail, by.rules)
    assert (again.verdict, again.rule) == (decision.change.verdict, decision.change.rule)
    assert BETTER[again.verdict] > BETTER[decision.verdict]
    assert again.folder != decision.folder
    assert without_added(again.judgement) == redone(judgement, decision.change.signals)
    assert sum(turn.speaks for turn in decision.change.signals) <= 2
    rule = next((each for each in by.rules.in_order if each.name == decision.rule), None)
    if rule is not None and decision.judgement.veto is None:
        bare = redone(judgement, decision.change.signals)
        asked = Case(bare, mail, {each.signal: each.points for each in bare.reasons}, bare.score)
        holds = applies(rule, asked._replace(score=points_before(rule, by.rules, asked)))
        assert decision.change.lifts is not holds


@settings(max_examples=300, deadline=None)
@given(cases())
def test_nothing_is_stated_of_what_is_good_nor_of_what_no_words_would_change(
    case: tuple[Judgement, Enriched, Settings],
) -> None:
    judgement, mail, by = case
    decision = decided(judgement, mail, by)
    if decision.verdict == "good" or mail.kind == "spoof" or decision.rule == "joins-request":
        assert decision.change is None
    vetoes = {each.signal for each in judgement.reasons if each.veto}
    if vetoes and decision.change is not None:
        assert vetoes == {turn.signal for turn in decision.change.signals}
        assert not any(turn.speaks for turn in decision.change.signals)
        for turn in decision.change.signals[1:]:
            assert decide(redone(judgement, [turn]), mail, by.rules).verdict == "ugly"
    assert "  " not in outlook(decision)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_of_two_facts_neither_would_do_alone(case: tuple[Judgement, Enriched, Settings]) -> None:
    judgement, mail, by = case
    decision = decided(judgement, mail, by)
    turns = decision.change.signals if decision.change else ()
    if len(turns) == 2 and len({turn.speaks for turn in turns}) == 1:
        for turn in turns:
            made = decide(redone(judgement, [turn]), mail, by.rules)
            assert BETTER[made.verdict] <= BETTER[decision.verdict]


@settings(max_examples=300, deadline=None)
@given(cases())
def test_nothing_that_one_signal_less_would_do_is_left_unsaid(case: tuple[Judgement, Enriched, Settings]) -> None:
    judgement, mail, by = case
    decision = decided(judgement, mail, by)
    blamed = [each for each in judgement.reasons if SIGNALS[each.signal].points < 0]
    against = [each for each in blamed if each.points < 0 or each.veto]
    if decision.change is None:
        for each in against:
            turn = Turn(signal=each.signal, points=each.points, speaks=False)
            assert BETTER[decide(redone(judgement, [turn]), mail, by.rules).verdict] <= BETTER[decision.verdict]


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_decision_with_its_change_is_read_back_as_it_was_written(case: tuple[Judgement, Enriched, Settings]) -> None:
    decision = decided(*case)
    assert Decision.model_validate_json(decision.model_dump_json()) == decision
