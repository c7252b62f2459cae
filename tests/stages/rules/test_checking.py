"""Rules that cannot be meant are refused, and what is hardly meant is doubted, in words that say what to do."""

from __future__ import annotations

from typing import Any

import pytest

from stages.rules.checking import doubts, mistakes
from stages.rules.conditions import Sought
from stages.rules.formulas import Formula, Literal, Or
from stages.rules.language import Rules
from stages.rules.solving import Effort, satisfiable
from stages.rules.walking import files_of
from stages.signals import SIGNALS
from tests.builders.cases import rules
from tests.builders.verdicts import default_rules

BLANK, FLATTERS, SELLS = ({"signal": name} for name in ("note_is_blank", "flatters", "sells_a_service"))
VETO = next({"signal": name} for name, signal in SIGNALS.items() if signal.veto)


def head(**test: Any) -> dict[str, Any]:
    return {"field": "headline", **test}


def said(*given: dict[str, Any], folders: tuple[str, ...] = (), owners: tuple[str, ...] | None = None) -> list[str]:
    return [each.says for each in mistakes(rules(*given), folders, owners)]


def only(found: list[str] | tuple[str, ...]) -> str:
    assert len(found) == 1, found
    return found[0]


# --- mistakes


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"none": [{"signal": "note_is_blnk"}]}, 'there is no signal "note_is_blnk"; did you mean "note_is_blank"?'),
        (
            {"all": [{"field": "network", "is": "linkdin"}]},
            'network is never "linkdin": there is no such value; did you ',
        ),
        ({"any": [FLATTERS, {"field": "kind", "is": ["inmail", "imail"]}]}, 'kind is never "imail"'),
        (
            {"all": [{"field": "owner", "is": "amie"}]},
            'owner is never "amie": there is no such id; did you mean "amy"?',
        ),
        ({"all": [BLANK], "folder": "Recruters"}, 'no folder "Recruters"; did you mean "Recruiters"?'),
        ({"all": [BLANK], "folder": "Ugly"}, "Ugly holds another verdict's mail than good"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest_that_something_has(rule: dict[str, Any], told: str) -> None:
    found = only(said(rule, folders=("Recruiters",), owners=("amy", "ben")))
    assert found.startswith('rule "rule-0": ')
    assert told in found


@pytest.mark.parametrize("folder", ["Recruiters", "INBOX", "Good"])
def test_a_declared_folder_the_inbox_and_the_verdicts_own_are_no_mistake(folder: str) -> None:
    assert said({"all": [BLANK], "folder": folder}, folders=("Recruiters",)) == []


def test_owners_that_are_not_known_here_are_not_judged() -> None:
    assert said({"all": [{"field": "owner", "is": "amie"}]}) == []


def test_case_and_accents_of_a_value_are_no_mistake() -> None:
    assert said({"all": [{"field": "network", "is": "LinkedIn"}]}) == []


@pytest.mark.parametrize(
    ("example", "told"),
    [
        ({"folder": "Godo"}, 'there is no folder "Godo"; did you mean "Good"?'),
        ({"folder": "Good", "rule": "rle-0"}, 'there is no rule "rle-0"; did you mean "rule-0"?'),
        ({"folder": "Good", "signals": ["flaters"]}, 'there is no signal "flaters"; did you mean "flatters"?'),
        ({"folder": "Good", "silent": ["flaters"]}, 'there is no signal "flaters"; did you mean "flatters"?'),
        ({"folder": "Good", "absent": ["notes"]}, 'a mail shows no field "notes"; did you mean "note"?'),
        ({"folder": "Good", "absent": ["note"], "note": "x"}, "note cannot be shown and absent at once"),
        ({"folder": "Good", "network": "linkedn"}, 'there is no network "linkedn"; did you mean "linkedin"?'),
        ({"folder": "Good", "owner": "amie"}, 'no owner has the id "amie"; did you mean "amy"?'),
    ],
)
def test_an_example_that_names_what_is_not_there_is_a_mistake(example: dict[str, Any], told: str) -> None:
    assert told in only(said({"all": [BLANK], "examples": [example]}, owners=("amy",)))


@pytest.mark.parametrize("decides", ["rule-0", "score-good", "spoof", f"veto-{VETO['signal'].replace('_', '-')}"])
def test_an_example_may_name_whatever_decides(decides: str) -> None:
    assert said({"all": [BLANK], "examples": [{"folder": "Good", "rule": decides}]}) == []


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"all": [FLATTERS], "none": [FLATTERS]}, "all and none both ask for this: the note flatters (flatters)"),
        ({"all": [head(**{"is": ["actuary", "Baker"]}), head(contains="xyz")]}, "these contradict each other"),
        ({"all": [head(state="absent"), head(contains="xyz")]}, "these contradict each other"),
        ({"all": [head(word="data engineer")], "none": [head(contains=["gin", "zzz"])]}, "these contradict each other"),
        (
            {"all": [head(contains="an actuary, retired")], "none": [head(word="actuary")]},
            "these contradict each other",
        ),
        ({"all": [head(**{"is": "a-b"})], "none": [head(word="b")]}, "these contradict each other"),
        ({"all": [VETO]}, f"{VETO['signal']} is a safety signal, and safety comes before all rules"),
        ({"any": [VETO]}, f"{VETO['signal']} is a safety signal"),
        ({"all": [{"field": "kind", "is": "spoof"}]}, "safety comes before all rules: the mail"),
        ({"all": [{"field": "kind", "is": "message"}]}, "a mail of this kind gets no verdict"),
        ({"all": [{"field": "kind", "contains": "zebra"}]}, "kind is one of invitation, "),
        ({"all": [{"score": {"at_least": 2, "below": 1}}]}, "this can never hold: no score is at least 2 and below 1"),
        ({"all": [{"field": "waited", "at_least": "2d", "below": "1h"}]}, "no number is at least 2d and below 1h"),
        ({"all": [{"score": {"at_least": 2.05, "below": 2.2}}]}, "this can never hold"),  # points go in quarters
        ({"all": [{"field": "words", "at_least": 2.2, "below": 2.8}]}, "this can never hold"),
        ({"all": [{"field": "words", "below": 0}]}, "this can never hold"),
        ({"all": [{"field": "kind", "state": "unknown"}]}, "this can never hold"),
        ({"all": [{"score": {"at_least": 2}}, {"score": {"below": 2}}]}, "these contradict each other"),
        ({"all": [{"claim": "met"}], "none": [{"claim": "any"}]}, "these contradict each other"),
        ({"all": [{"signal": "flatters", "at_least": 1}, {"signal": "flatters", "below": 0}]}, "these contradict"),
        ({"all": [{"signal": "flatters", "below": 1}], "none": [FLATTERS]}, "these contradict each other"),
        ({"all": [{"field": "conversation", "is": "none"}, {"field": "waited", "at_least": "1d"}]}, "contradict"),
        ({"all": [BLANK], "any": [{"all": [FLATTERS, SELLS], "none": [SELLS]}, SELLS]}, "these conditions contradict"),
        ({"all": [{"any": [FLATTERS, SELLS]}], "none": [FLATTERS, SELLS]}, "these contradict each other"),
    ],
)
def test_what_can_never_hold_is_a_mistake_and_says_why(rule: dict[str, Any], told: str) -> None:
    assert told in only(said(rule))


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [head(contains="actuary"), head(contains="baker")]},
        {"all": [head(contains="ab")], "none": [head(word="ab")]},  # it may stand inside a longer word
        {"all": [head(word="a b")], "none": [head(contains="a b")]},  # or a dash between them
        {"all": [head(contains=["actuary", "baker"])], "none": [head(contains="act")]},
        {"none": [head(state="shown")]},
        {"none": [head(**{"is": "x"}), head(contains="y"), head(word="z")]},
        {"all": [{"signal": "flatters", "at_least": 1}], "none": [{"signal": "flatters", "at_least": 2}]},
        {"all": [{"claim": "met"}], "none": [{"claim": "met", "truth": "false"}]},
        {"all": [{"field": "mutual_connections", "at_least": 2, "below": 3}]},
        {"all": [{"field": "conversation", "is": "none"}, {"field": "waited", "state": "absent"}]},
        {"all": [FLATTERS], "any": [VETO, BLANK], "none": [VETO]},
    ],
)
def test_what_may_hold_is_no_mistake(rule: dict[str, Any]) -> None:
    assert said(rule) == []


def test_a_mistake_names_the_place_of_the_condition_inside_its_groups() -> None:
    group = {"any": [FLATTERS, {"none": [{"signal": "flaters"}, {"field": "kind", "is": "message"}]}]}
    found = {each.place for each in mistakes(rules({"all": [BLANK]}, {"all": [BLANK, group]}))}
    inside = ("rule", 1, "all", 1, "any", 1, "none")
    assert found == {(*inside, 0, "signal"), (*inside, 1)}


# --- doubts


def doubted(*given: dict[str, Any], points: dict[str, float] | None = None) -> tuple[str, ...]:
    return doubts(rules(*given), points)


def test_a_signal_worth_nothing_is_doubted_for_it_never_speaks() -> None:
    found = only(doubted({"all": [FLATTERS, BLANK]}, points={"flatters": 0.0}))
    assert found.startswith('rule "rule-0": it asks for flatters, which is worth no points here')
    assert doubted({"all": [FLATTERS, BLANK]}, points={"flatters": 0.5}) == ()


def test_a_safety_signal_that_no_rule_sees_is_doubted() -> None:
    for points in ({}, {VETO["signal"]: 0.0}):
        assert "which no rule ever sees" in only(doubted({"all": [BLANK], "none": [VETO]}, points=points))


HIDDEN: list[tuple[list[dict[str, Any]], str]] = [
    ([{"all": [FLATTERS]}, {"all": [FLATTERS, SELLS]}], '"rule-0" stands before it'),
    ([{"any": [FLATTERS, SELLS]}, {"any": [FLATTERS]}], '"rule-0" stands before it'),
    ([{"none": [FLATTERS]}, {"all": [SELLS], "none": [FLATTERS]}], '"rule-0" stands before it'),
    ([{"all": [FLATTERS]}, {"none": [FLATTERS]}, {"all": [SELLS]}], '"rule-0" and "rule-1" stand before it'),
    ([{"all": [head(contains="act")]}, {"all": [head(word="actuary")]}], '"rule-0" stands before it'),
    ([{"all": [head(contains=["b", "c"])]}, {"all": [head(**{"is": ["bb", "cc"]})]}], '"rule-0" stands before it'),
    (
        [{"all": [{"field": "words", "below": 5}]}, {"all": [{"field": "words", "below": 3}]}],
        '"rule-0" stands before it',
    ),
    ([{"all": [{"score": {"at_least": 1}}]}, {"all": [{"score": {"at_least": 2}}]}], '"rule-0" stands before it'),
    ([{"all": [{"claim": "any"}]}, {"all": [{"claim": ["met", "school"]}]}], '"rule-0" stands before it'),
    (
        [
            {"all": [{"field": "kind", "is": ["invitation", "invitation_reminder"]}]},
            {"all": [{"field": "kind", "is": "digest"}, BLANK]},
            {"all": [{"field": "kind", "is": "inmail"}]},
            {"all": [BLANK]},
        ],
        '"rule-0", "rule-1" and "rule-2" stand before it',
    ),
    ([{"all": [FLATTERS]}, {"all": [FLATTERS], "points": 1.0}], "it is never reached"),
    ([{"all": [FLATTERS], "verdict": None, "then": "stop"}, {"all": [FLATTERS]}], '"rule-0" stands before it'),
]


@pytest.mark.parametrize(("given", "told"), HIDDEN)
def test_a_rule_that_earlier_ones_always_mask_is_doubted(given: list[dict[str, Any]], told: str) -> None:
    found = only(doubted(*given))
    assert found.startswith(f'rule "rule-{len(given) - 1}": it ')
    assert told in found


@pytest.mark.parametrize(
    "given",
    [
        [{"all": [FLATTERS, SELLS]}, {"all": [FLATTERS]}],
        [{"all": [FLATTERS], "none": [SELLS]}, {"all": [FLATTERS]}],
        [{"any": [FLATTERS]}, {"any": [FLATTERS, SELLS]}],
        [{"all": [FLATTERS], "then": "go on"}, {"all": [FLATTERS, SELLS]}],
        [{"all": [FLATTERS], "points": 1.0}, {"all": [FLATTERS]}],
        [{"all": [head(word="actuary")]}, {"all": [head(contains="actuary")]}],
        [  # points between: the score that the second sees may be another
            {"all": [{"score": {"at_least": 1}}]},
            {"all": [FLATTERS], "points": 2.0},
            {"all": [{"score": {"at_least": 1}}]},
        ],
    ],
)
def test_a_rule_that_can_still_decide_is_not_doubted(given: list[dict[str, Any]]) -> None:
    assert doubted(*given) == ()


def test_an_alternative_that_the_rest_of_its_rule_rules_out_is_doubted() -> None:
    found = only(doubted({"any": [FLATTERS, SELLS], "none": [FLATTERS]}))
    assert "this in any never helps, for all or none rule it out: the note flatters" in found


def test_asking_about_inmails_only_is_doubted_for_nobody_is_asked_about_one() -> None:
    inmail = {"field": "kind", "is": "inmail"}
    assert "nobody is asked about an InMail" in only(doubted({"all": [inmail], "verdict": "follow_up"}))
    assert doubted({"all": [BLANK], "verdict": "follow_up"}) == ()


def test_a_doubt_names_file_and_line() -> None:
    by = rules({"all": [FLATTERS]}, {"all": [FLATTERS]})
    by = by.but(file="mine.toml", rule=tuple(rule.but(line=3 + at) for at, rule in enumerate(by.rule)))
    assert only(doubts(by)).startswith(
        'mine.toml, line 4: rule "rule-1": it can never decide: "rule-0" (line 3) stands'
    )


def test_the_default_rules_have_nothing_to_complain_about() -> None:
    assert mistakes(default_rules()) == ()
    assert doubts(default_rules()) == ()


# --- lists, and bounds


def test_the_files_that_rules_read_are_told_wherever_they_are_named() -> None:
    by = rules(
        {"all": [head(contains={"file": "a.txt"})]},
        {"none": [{"any": [head(word={"file": "b.txt"}), {"none": [head(**{"is": {"file": "a.txt"}})]}]}]},
    )
    assert files_of(by) == ("a.txt", "b.txt")


def test_nothing_is_claimed_of_a_list_that_was_not_read() -> None:
    asked = head(contains={"file": "a.txt"})
    assert said({"all": [asked, head(**{"is": "x"})]}) == []
    assert doubted({"all": [asked]}, {"all": [head(contains={"file": "b.txt"})]}) == ()
    assert "rule-0" in only(doubted({"all": [asked]}, {"all": [asked, BLANK]}))


def test_long_lists_are_compared_in_bounded_work() -> None:
    one = Sought(texts=tuple(f"a{number}" for number in range(20_000)))
    other = Sought(texts=tuple(f"b{number}" for number in range(20_000)))
    by = rules({"all": [head(contains="a")]}, {"all": [head(contains="b")]}, {"all": [head(contains="c")]})
    lists = (
        by.rule[0].all[0].but(contains=one),
        by.rule[1].all[0].but(contains=other),
        by.rule[2].all[0].but(contains=one),
    )
    told = Rules(rule=tuple(rule.but(all=(each,)) for rule, each in zip(by.rule, lists, strict=True)))
    assert "rule-0" in only(doubts(told))


def _pigeons(pigeons: int, holes: int) -> list[Formula]:
    """Each sits in a hole, and no two in the same: for one more than there are holes, hard for any such search."""
    sits = [[Literal(f"signal:{pigeon}-{hole}", "speaks") for hole in range(holes)] for pigeon in range(pigeons)]
    alone = (
        Or((sits[one][hole]._replace(holds=False), sits[other][hole]._replace(holds=False)))
        for hole in range(holes)
        for one in range(pigeons)
        for other in range(one)
    )
    return [*(Or(tuple(each)) for each in sits), *alone]


def test_past_its_effort_the_search_says_nothing() -> None:
    assert satisfiable(_pigeons(9, 8), Effort(3_000)) is None
    assert satisfiable(_pigeons(4, 3), Effort(20_000)) is False
    assert satisfiable(_pigeons(4, 4), Effort(20_000)) is True


def test_choices_that_have_nothing_to_do_with_a_contradiction_are_not_tried_in_all_ways() -> None:
    free = [Or((Literal(f"signal:x{at}", "speaks"), Literal(f"signal:y{at}", "speaks"))) for at in range(60)]
    one, two, three = (Literal(f"signal:{name}", "speaks") for name in "abc")
    never = [Or((one, two, three)), Or((one._replace(holds=False), two, three))]  # longer ones are looked at last
    silent = [two._replace(holds=False), three._replace(holds=False)]
    assert satisfiable([*free, *never, *silent], Effort(20_000)) is False
    assert satisfiable([*free, *never], Effort(20_000)) is True


GOES_ON: dict[str, Any] = {"all": [FLATTERS, SELLS], "then": "go on"}


@pytest.mark.parametrize(
    "below",
    [
        [{"all": [FLATTERS, SELLS], "verdict": "ugly"}],
        [{"all": [FLATTERS], "verdict": "ugly"}],
        [{"all": [head(word="actuary")]}, {"any": [SELLS], "verdict": "ugly", "then": "go on"}],
    ],
)
def test_a_verdict_that_goes_on_and_that_a_rule_below_always_overrules_is_doubted(below: list[dict[str, Any]]) -> None:
    found = only([each for each in doubted(GOES_ON, *below) if '"rule-0": ' in each])
    assert f'its verdict never counts: it goes on, and "rule-{len(below)}" below holds whenever it does' in found


@pytest.mark.parametrize(
    "below",
    [
        [{"all": [FLATTERS, SELLS, head(word="actuary")]}],
        [{"all": [FLATTERS], "verdict": None, "points": 1.0}],
        [{"all": [head(word="actuary")], "verdict": None, "then": "stop"}, {"all": [FLATTERS]}],
    ],
)
def test_a_verdict_that_goes_on_and_may_stand_is_not_doubted(below: list[dict[str, Any]]) -> None:
    assert not [each for each in doubted(GOES_ON, *below) if '"rule-0": ' in each]
