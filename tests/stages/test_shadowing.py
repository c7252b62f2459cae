"""Rules in the shadow decide beside the live ones; nothing that is done hangs on them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings as examples, strategies as st

from stages.decide import decide
from stages.events import Event, Judgement, Memory, Past, Reason, Request, Routed, Scored, Shadow
from stages.route import route
from stages.rules.language import Lesson, Rules
from stages.settings import Settings
from stages.shadowing import Compared, compared
from tests.builders.facts import MAIL, OWNER, enriched, facts, request, settings


def rules(*given: dict[str, Any], good: float = 3.0) -> Rules:
    return Rules.model_validate({"rule": given, "thresholds": {"good": good, "intriguing": 0.0}})


def judged(asked: Request, *spoke: tuple[Any, ...]) -> Judgement:
    told = tuple(Reason(signal=name, points=points, evidence="e", veto=bool(veto)) for name, points, *veto in spoke)
    veto = min((each.signal for each in told if each.veto), default=None)
    return Judgement(request=asked, reasons=told, score=sum(each.points for each in told), veto=veto)


def scored(*judgements: Judgement, kind: Any = "invitation") -> Scored:
    event = enriched(*(each.request for each in judgements), given=facts(kind=kind))
    return Scored(mail=MAIL, owner=OWNER, enriched=event, judgements=judgements, settings_hash="abc")


LIVE = rules({"name": "pitch", "verdict": "ugly", "all": [{"signal": "sells_a_service"}]})
NEXT = rules(
    {"name": "pitch", "verdict": "good", "folder": "Recruiters", "all": [{"signal": "sells_a_service"}]}, good=9.0
).but(file="next.toml", version="feedbeef")
PITCH = ("sells_a_service", -2.5)


def with_shadow(shadow: Rules | None, live: Rules = LIVE) -> Settings:
    return settings(rules=live.but(file="live.toml", version="0badcafe")).but(shadow=shadow)


def routed(*judgements: Judgement, told: Settings, kind: Any = "invitation") -> Routed:
    return the_routed(route(scored(*judgements, kind=kind), told))


def the_routed(events: tuple[Event, ...]) -> Routed:
    (found,) = (event for event in events if isinstance(event, Routed))
    return found


def one(judgement: Judgement, told: Settings, kind: Any = "invitation") -> Compared:
    (found,) = compared(routed(judgement, told=told, kind=kind))
    return found


def unshadowed(events: tuple[Event, ...]) -> list[Event]:
    """The same without what the shadow said."""
    return [
        event.model_copy(
            update={"decisions": tuple(each.model_copy(update={"shadow": None}) for each in event.decisions)}
        )
        if isinstance(event, Routed)
        else event
        for event in events
    ]


# --- what it says -------------------------------------------------------------------------------------------------


def test_the_shadow_says_its_verdict_rule_and_folder_beside_the_decision() -> None:
    (decision,) = routed(judged(request(), PITCH), told=with_shadow(NEXT)).decisions
    assert (decision.verdict, decision.rule, decision.folder) == ("ugly", "pitch", "Ugly")
    assert decision.shadow == Shadow(version="feedbeef", verdict="good", rule="pitch", folder="Recruiters")


def test_without_rules_in_the_shadow_there_is_nothing_beside_it() -> None:
    (decision,) = routed(judged(request(), PITCH), told=with_shadow(None)).decisions
    assert decision.shadow is None
    assert list(compared(routed(judged(request(), PITCH), told=with_shadow(None)))) == []


@pytest.mark.parametrize(
    ("shadow", "agrees"),
    [
        ({"verdict": "ugly"}, True),
        ({"verdict": "ugly", "folder": "Elsewhere"}, False),
        ({"verdict": "intriguing"}, False),
    ],
)
def test_they_agree_where_verdict_and_folder_are_the_same_whatever_the_rule_is_called(
    shadow: dict[str, str], agrees: bool
) -> None:
    by = rules({"name": "other", "all": [{"signal": "sells_a_service"}], **shadow})
    found = one(judged(request(), PITCH), with_shadow(by))
    assert (found.agrees, found.foregone) == (agrees, False)


def test_of_several_requests_in_a_mail_each_is_compared() -> None:
    both = (judged(request(id="a"), PITCH), judged(request(id="b"), ("is_short", 4.0)))
    found = list(compared(routed(*both, told=with_shadow(NEXT), kind="digest")))
    assert [(each.request, each.shadow.verdict) for each in found] == [("a", "good"), ("b", "intriguing")]


def test_what_was_undone_counts_in_the_shadow_neither() -> None:
    event = scored(judged(request(), PITCH))
    undone = event.model_copy(update={"enriched": event.enriched.model_copy(update={"without": ("pitch",)})})
    (decision,) = the_routed(route(undone, with_shadow(NEXT))).decisions
    assert decision.shadow is not None
    assert (decision.rule, decision.shadow.rule) == ("score-ugly", "score-ugly")


def test_a_lesson_of_another_owner_judges_in_the_shadow_neither() -> None:
    taught = {"name": "taught", "verdict": "good", "all": [{"signal": "sells_a_service"}]}
    lesson = Lesson.model_validate({"id": "abcd", "owner": "zoe", "at": 1, "says": "x", "rule": taught})
    found = one(judged(request(), PITCH), with_shadow(LIVE.but(lessons=(lesson,))))
    assert found.shadow.rule == "pitch"


# --- what is decided before all rules -----------------------------------------------------------------------------


def test_what_the_owner_said_of_the_request_is_not_compared() -> None:
    said = judged(request(), PITCH).model_copy(update={"request": request().model_copy(update={"said": "good"})})
    assert list(compared(routed(said, told=with_shadow(NEXT)))) == []


def test_a_veto_is_foregone() -> None:
    found = one(judged(request(), ("asks_for_money", -8.0, True), PITCH), with_shadow(NEXT))
    assert (found.agrees, found.foregone) == (True, True)


def test_a_forged_mail_is_foregone() -> None:
    found = one(judged(request(), ("is_short", 4.0)), with_shadow(NEXT), "spoof")
    assert (found.agrees, found.foregone) == (True, True)


def test_a_mail_that_only_repeats_a_request_is_foregone() -> None:
    repeats = judged(request(joins=True, past=Past(request="r0", verdict="good", folder="Good")), PITCH)
    found = one(repeats, with_shadow(NEXT))
    assert (found.agrees, found.foregone, found.decision.rule) == (True, True, "joins-request")


def remembered(scope: str, verdict: str) -> Judgement:
    memory = Memory.model_validate(
        {"scope": scope, "name": "X", "verdict": verdict, "request": "r0", "proven": True, "at": 1}
    )
    told = judged(request(), PITCH)
    return told.model_copy(update={"request": told.request.model_copy(update={"memory": memory})})


def test_a_standing_word_about_a_person_is_foregone() -> None:
    found = one(remembered("person", "good"), with_shadow(NEXT))
    assert (found.agrees, found.foregone, found.shadow.rule) == (True, True, "always-good")


def test_a_company_that_is_always_good_lifts_nothing_out_of_ugly_and_so_the_two_may_differ() -> None:
    found = one(remembered("company", "good"), with_shadow(NEXT))
    assert (found.decision.rule, found.shadow.rule, found.agrees, found.foregone) == (
        "pitch",
        "always-good",
        False,
        False,
    )


def test_a_rule_that_is_called_like_a_standing_word_is_a_rule() -> None:
    named = {"name": "never-again", "verdict": "ugly", "all": [{"signal": "sells_a_service"}]}
    by = rules(named)
    by = by.but(rule=tuple(rule.but(line=7) for rule in by.rule))
    found = one(judged(request(), PITCH), with_shadow(by, by))
    assert (found.agrees, found.foregone) == (True, False)


# --- nothing hangs on it ------------------------------------------------------------------------------------------

EVERYTHING = Rules.model_validate(
    {
        "rule": [
            {"name": "adds", "points": 40.0, "then": "go on", "all": [{"signal": "is_short"}]},
            {"name": "labels", "label": ["later", "work"], "any": [{"score": {"at_least": -99}}]},
            {"name": "rings", "notify": True, "none": [{"claim": "any", "truth": "false"}]},
            {"name": "takes", "points": -40.0, "all": [{"field": "words", "below": 3}]},
            {
                "name": "asks",
                "verdict": "follow_up",
                "notify": True,
                "label": "ask",
                "all": [{"any": [{"field": "headline", "state": "unknown"}, {"none": [{"signal": "is_short"}]}]}],
                "then": "go on",
            },
            {
                "name": "sends",
                "verdict": "good",
                "folder": "Recruiters",
                "label": "sent",
                "all": [{"signal": "sells_a_service", "below": 0}],
            },
            {"name": "stops", "then": "stop", "all": [{"field": "waited", "at_least": "1h"}]},
        ],
        "thresholds": {"good": 50.0, "intriguing": 20.0},
    }
).but(file="next.toml", version="feedbeef", lessons=(
    Lesson.model_validate({"id": "abcd", "at": 1, "says": "x", "good": -1.0}),
))  # fmt: skip
"""A shadow that does all that rules can do."""
SHADOWS = st.sampled_from([EVERYTHING, NEXT, Rules(), LIVE])
SIGNALS = st.lists(
    st.sampled_from(
        [PITCH, ("is_short", 0.5), ("note_is_personal", 4.0), ("note_is_blank", -1.0), ("asks_for_money", -8.0, True)]
    ),
    unique=True,
)
ASKS = rules(
    {"name": "ask", "verdict": "follow_up", "label": "mine", "all": [{"signal": "note_is_blank"}]},
    {"name": "pitch", "verdict": "ugly", "all": [{"signal": "sells_a_service"}]},
)


@examples(max_examples=150, deadline=None)
@given(
    shadow=SHADOWS,
    speak=SIGNALS,
    kind=st.sampled_from(["invitation", "inmail", "spoof", "digest"]),
    again=st.sampled_from([0, 1_800_000_000_000]),
    without=st.sampled_from([(), ("pitch",)]),
    said=st.sampled_from([None, "good"]),
)
def test_all_that_comes_of_a_mail_is_the_same_with_and_without_a_shadow(
    shadow: Rules, speak: list[Any], kind: Any, again: int, without: tuple[str, ...], said: Any
) -> None:
    asked = request("Hello there", headline="Rope maker").model_copy(update={"said": said})
    event = scored(judged(asked, *speak), kind=kind)
    told = {"again": again, "without": without}
    event = event.model_copy(update={"enriched": event.enriched.model_copy(update=told)})
    alone, beside = with_shadow(None, ASKS), with_shadow(shadow, ASKS)
    assert alone.hash == beside.hash
    assert unshadowed(route(event, beside)) == list(route(event, alone))


def test_the_shadow_that_does_everything_is_asked_and_would_have_done_other_things() -> None:
    found = one(judged(request("Hello there"), PITCH, ("is_short", 0.5)), with_shadow(EVERYTHING, ASKS))
    assert found.shadow == Shadow(version="feedbeef", verdict="good", rule="sends", folder="Recruiters")
    assert found.decision.folder == "Ugly"
    assert found.decision.labels == ()
    assert found.decision.notify == ""
    assert found.decision.judgement.score == -2.0


def test_a_shadow_that_raises_takes_nothing_from_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(judgement: Judgement, enriched: Any, by: Rules) -> Any:
        if by.version == "feedbeef":
            raise KeyError("a bug that only these rules meet")
        return decide(judgement, enriched, by)

    event, told = scored(judged(request(), PITCH)), with_shadow(NEXT)
    alone = list(route(event, with_shadow(None)))
    monkeypatch.setattr("stages.route.decide", broken)
    assert list(route(event, told)) == alone
