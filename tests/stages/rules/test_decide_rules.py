"""Decisions by rules: safety before all, what was learned within bounds, and nothing that is worked out goes stale."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from stages.decide import by_lesson, decide, without_added
from stages.events import Decision, Enriched, Judgement, Memory, Past
from stages.rules.language import Lesson, Rules
from tests.builders import rule_trees
from tests.builders.judgements import judged, of, reason

SPEAKING = ("note_is_blank", "sells_a_service", "person_is_known", "claim_is_true", "wants_to_learn", "flatters")
VETO = "asks_for_money"
QUARTERS = st.integers(-24, 24).map(lambda quarters: quarters / 4)
ASKED = st.one_of(
    st.sampled_from(SPEAKING).map(lambda name: {"signal": name}),
    QUARTERS.map(lambda bound: {"score": {"at_least": bound}}),
    QUARTERS.map(lambda bound: {"score": {"below": bound}}),
    st.sampled_from(["rope", "baker"]).map(lambda text: {"field": "headline", "contains": text}),
)
ALWAYS = [{"field": "owner", "is": "robin"}]


def rule(name: str = "mine", **given: Any) -> dict[str, Any]:
    return {"name": name, "all": ALWAYS, **given}


def lesson(id: str = "abcd", **given: Any) -> Lesson:
    return Lesson.model_validate({"id": id, "at": 1, "says": "people of Northwind are pitches", **given})


def rules(*own: dict[str, Any], lessons: tuple[Lesson, ...] = (), **given: Any) -> Rules:
    return Rules.model_validate({"rule": list(own), **given}).but(lessons=lessons)


def by(told: Rules, judgement: Judgement, **mail: Any) -> Decision:
    return decide(judgement, of(judgement, **mail), told)


MEMORIES = st.builds(
    Memory,
    scope=st.sampled_from(["person", "company"]),
    name=st.just("Northwind"),
    verdict=st.sampled_from(["good", "ugly"]),
    request=st.just("q"),
    at=st.just(0),
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Judgement, Enriched]:
    spoken = draw(st.lists(st.sampled_from(SPEAKING), max_size=4, unique=True))
    made = judged(*(reason(name, draw(st.none() | QUARTERS)) for name in spoken))
    memory = draw(st.none() | MEMORIES)
    made = made.model_copy(update={"request": made.request.model_copy(update={"memory": memory})})
    kind = draw(st.sampled_from(["invitation", "inmail", "digest"]))
    return made, of(made, kind=kind, layout_known=draw(st.sampled_from([True, True, False])))


@settings(max_examples=250, deadline=None)
@given(requests(), rule_trees.files(3, ASKED), rule_trees.lessons(5, ASKED))
def test_no_lessons_whatever_make_ugly_what_is_good_without_them(
    request: tuple[Judgement, Enriched], tree: dict[str, Any], taught: list[dict[str, Any]]
) -> None:
    judgement, mail = request
    without = Rules.model_validate(tree)
    learned = without.but(lessons=tuple(map(Lesson.model_validate, taught)))
    before, after = decide(judgement, mail, without), decide(judgement, mail, learned)
    if before.verdict == "good":
        assert after.verdict != "ugly"
    own = before.verdict == "ugly" and before.rule in {rule["name"] for rule in tree["rule"]}
    if own:
        assert after.verdict != "good", "what a rule of the owner's makes ugly, no lesson makes good"
    if after.held:
        assert before.verdict == "good" or own
        assert (after.verdict, after.folder) == ("intriguing", "Intriguing")
    assert decide(judgement, mail, learned.untaught) == before


@settings(max_examples=80, deadline=None)
@given(requests(), rule_trees.files(4, ASKED), rule_trees.lessons(3, ASKED))
def test_a_veto_wins_over_every_rule_and_every_lesson(
    request: tuple[Judgement, Enriched], tree: dict[str, Any], taught: list[dict[str, Any]]
) -> None:
    judgement, mail = request
    vetoed = judged(*judgement.reasons, reason(VETO)).model_copy(update={"request": judgement.request})
    told = Rules.model_validate(tree).but(lessons=tuple(map(Lesson.model_validate, taught)))
    made = decide(vetoed, mail, told)
    assert (made.verdict, made.rule, made.folder) == ("ugly", "veto-asks-for-money", "Ugly")
    assert made.judgement == vetoed
    assert (made.labels, made.notify, made.held) == ((), "", False)


@settings(max_examples=80, deadline=None)
@given(requests(), rule_trees.files(4, ASKED), rule_trees.files(4, ASKED))
def test_points_of_rules_are_added_anew_whatever_an_earlier_decision_added(
    request: tuple[Judgement, Enriched], tree: dict[str, Any], other: dict[str, Any]
) -> None:
    judgement, mail = request
    first = decide(judgement, mail, Rules.model_validate(tree))
    assert without_added(first.judgement) == judgement
    told = Rules.model_validate(other)
    assert decide(first.judgement, mail, told) == decide(judgement, mail, told)


def test_points_labels_folder_and_notice_of_rules_stand_in_the_decision() -> None:
    told = rules(
        rule("vip", points=2, says="of Northwind", label="vip"),
        rule("clients", verdict="good", folder="Clients", notify=True, label=["client", "vip"]),
    )
    made = by(told, judged(reason("wants_to_learn", 1.5)))
    assert (made.verdict, made.rule, made.folder) == ("good", "clients", "Clients")
    assert (made.labels, made.notify, made.judgement.score) == (("vip", "client"), "clients", 3.5)
    assert [each.signal for each in made.judgement.reasons] == ["wants_to_learn", "rule:vip"]


def test_a_lesson_that_would_make_a_good_request_ugly_is_held_at_intriguing() -> None:
    taught = lesson(rule=rule("taught", verdict="ugly"))
    good = judged(reason("wants_to_learn", 3.0))
    made = by(rules(lessons=(taught,)), good)
    assert (made.verdict, made.folder, made.held, made.rule) == ("intriguing", "Intriguing", True, "taught")
    assert [(each.lesson, each.says) for each in made.taught] == [("abcd", "people of Northwind are pitches")]
    fair = by(rules(lessons=(taught,)), judged(reason("wants_to_learn", 1.0)))
    assert (fair.verdict, fair.held) == ("ugly", False)


def test_the_owners_word_about_a_company_is_not_undone_by_what_was_learned() -> None:
    told = rules(lessons=(lesson(rule=rule("taught", verdict="ugly")),))
    fair = judged(reason("wants_to_learn", 1.0))
    memory = Memory(scope="company", name="Northwind", verdict="good", request="q", at=0)
    remembered = fair.model_copy(update={"request": fair.request.model_copy(update={"memory": memory})})
    assert by(told.untaught, remembered).verdict == "good"
    assert by(told, remembered).verdict == "good"


def test_what_decided_by_a_lesson_is_told_from_a_rule_of_the_owners_of_that_name() -> None:
    taught = lesson(rule=rule("taught", verdict="intriguing"))
    learned = by(rules(lessons=(taught,)), judged())
    assert (found := by_lesson(learned)) is not None
    assert found.lesson == "abcd"
    adds = lesson(rule=rule("taught", points=1))
    own = Rules.model_validate({"rule": [rule("taught", verdict="good")]})
    lined = own.but(rule=(own.rule[0].but(line=7),), file="rules.toml", lessons=(adds,))
    made = by(lined, judged())
    assert (made.verdict, by_lesson(made)) == ("good", None)


def test_lessons_move_the_thresholds_by_one_point_at_most_and_never_past_each_other() -> None:
    lower = tuple(lesson(f"abc{at}", good=-1.0) for at in range(3))
    raise_ = tuple(lesson(f"xyz{at}", intriguing=1.0) for at in range(3))
    near = {"good": 1.0, "intriguing": 0.5}
    marks = rules(lessons=lower + raise_, thresholds=near).marks
    assert (marks.good, marks.intriguing) == (1.75, 1.5)
    assert rules(lessons=lower[:1], thresholds=near).marks.good == 0.75


def test_what_a_lesson_of_another_owner_says_judges_no_mail_of_this_one() -> None:
    told = rules(lessons=(lesson(owner="sam", rule=rule("taught", verdict="ugly")),))
    assert by(told, judged(reason("wants_to_learn", 1.0))).verdict == "intriguing"
    mine = rules(lessons=(lesson(owner="robin", rule=rule("taught", verdict="ugly")),))
    assert by(mine, judged(reason("wants_to_learn", 1.0))).verdict == "ugly"


def test_what_may_have_been_misread_is_not_lost_and_its_labels_and_points_stay() -> None:
    told = rules(rule("pitches", points=-9, label="pitch", says="they pitch"))
    made = by(told, judged(), layout_known=False)
    assert (made.verdict, made.rule, made.folder) == ("intriguing", "unknown-layout", "Intriguing")
    assert (made.judgement.score, made.labels) == (-9, ("pitch",))


# --- rules without a cause ------------------------------------------------------------------------------------------


def test_without_a_rule_or_a_lesson_the_rest_is_read_whatever_was_worked_out_before() -> None:
    told = rules(
        rule("one", verdict="ugly"), rule("two", verdict="good"), lessons=(lesson(good=1.0), lesson("wxyz", good=-0.5))
    )
    assert [each.name for each in told.in_order] == ["one", "two"]
    assert told.marks.good == 3.5
    assert [each.name for each in told.without("one").in_order] == ["two"]
    assert told.without("lesson:abcd").marks.good == 2.5
    assert told.without("lesson:none-of-these") == told
    assert told.untaught.marks == told.thresholds


def test_without_the_rule_of_a_lesson_by_its_name_the_lesson_is_gone() -> None:
    told = rules(rule("one", points=1), lessons=(lesson(rule=rule("taught", points=1)),))
    assert [each.name for each in told.in_order] == ["taught", "one"]
    assert [each.name for each in told.without("taught").in_order] == ["one"]
    assert [each.name for each in told.without("lesson:abcd").in_order] == ["one"]


def test_what_is_changed_takes_over_nothing_that_was_worked_out_of_the_old() -> None:
    told = rules(rule("one", verdict="ugly"))
    assert (len(told.in_order), told.marks.good) == (1, 3.0)
    other = told.but(rule=(), thresholds=told.thresholds.but(good=4.0))
    assert (other.in_order, other.marks.good) == ((), 4.0)
    condition = rules(rule("one", verdict="ugly")).rule[0].all[0]
    assert condition.is_ is not None
    assert condition.is_.folded == {"robin"}
    assert condition.is_.but(texts=("Ångström",)).folded == {"angstrom"}


def test_a_repeated_request_follows_the_first_whatever_rules_add() -> None:
    joined = judged(joins=Past(request="r", verdict="ugly", folder="Ugly"))
    made = by(rules(rule("one", verdict="good", points=9)), joined)
    assert (made.verdict, made.rule, made.judgement.score) == ("ugly", "joins-request", 0)
