"""The owner's rules decide, a veto before them, and the mail goes where its best request belongs."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from stages.conversation import Opened
from stages.events import (
    JUDGED,
    Event,
    FilingWanted,
    Judgement,
    Kind,
    Past,
    Reason,
    Request,
    Routed,
    RuleAt,
    Scored,
    Thresholds,
    Verdict,
)
from stages.route import route
from stages.saying import says
from stages.settings import Rules, Settings
from stages.signals import SIGNALS
from tests.builders.facts import MAIL, OWNER, enriched, facts, owner, request, settings
from tests.builders.verdicts import default_rules


def rules(*given: dict[str, Any], good: float = 3.0, intriguing: float = 0.0) -> Rules:
    return Rules.model_validate({"rule": given, "thresholds": {"good": good, "intriguing": intriguing}})


def judged(asked: Request, *reasons: tuple[str, float] | tuple[str, float, bool]) -> Judgement:
    told = tuple(Reason(signal=r[0], points=r[1], evidence="e", veto=len(r) > 2 and bool(r[2])) for r in reasons)
    vetoes = [reason.signal for reason in told if reason.veto]
    return Judgement(
        request=asked, reasons=told, score=sum(reason.points for reason in told), veto=min(vetoes, default=None)
    )


def scored(*judgements: Judgement, kind: Kind = "invitation") -> Scored:
    event = enriched(*(judgement.request for judgement in judgements), given=facts(kind=kind))
    return Scored(mail=MAIL, owner=OWNER, enriched=event, judgements=judgements, settings_hash="abc")


def routed(*judgements: Judgement, kind: Kind = "invitation", by: Rules | None = None) -> Routed:
    told: Routed = only(Routed, route(scored(*judgements, kind=kind), settings(rules=by or rules())))[0]
    return told


def only(kind: type[Any], events: tuple[Event, ...]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


ASK = {"name": "ask", "verdict": "follow_up", "all": [{"signal": "blank"}]}


def test_a_mailbox_is_told_the_verdict_and_the_points_to_show() -> None:
    (filing,) = only(FilingWanted, route(scored(judged(request(), ("a", 4.5))), settings()))
    assert (filing.verdict, filing.score) == ("good", 4.5)


def test_a_conversation_is_told_the_points_and_the_two_strongest_reasons_in_words() -> None:
    told = judged(request(), ("is_short", 0.5), ("sells_a_service", -2.5), ("note_is_personal", 4.0))
    (opened,) = only(Opened, route(scored(told), settings(rules=rules({**ASK, "all": [{"signal": "is_short"}]}))))
    assert opened.why == ("2 points", says("note_is_personal"), says("sells_a_service"))


@pytest.mark.parametrize(
    ("points", "verdict", "folder"),
    [(3.0, "good", "Good"), (2.75, "intriguing", "Intriguing"), (-0.25, "ugly", "Ugly")],
)
def test_without_a_rule_the_thresholds_decide(points: float, verdict: str, folder: str) -> None:
    told = routed(judged(request(), ("a", points)))
    assert (told.verdict, told.folder, told.score, told.rule) == (verdict, folder, points, f"score-{verdict}")


def test_a_mail_without_proof_is_not_ugly_for_that_alone_by_rules_that_name_no_thresholds() -> None:
    assert Thresholds() == default_rules().thresholds
    told = routed(judged(request(), ("sender_is_unverified", SIGNALS["sender_is_unverified"].points)), by=Rules())
    assert (told.verdict, told.rule) == ("intriguing", "score-intriguing")


def test_the_first_rule_that_holds_decides() -> None:
    by = rules(
        {"name": "one", "verdict": "ugly", "all": [{"signal": "a"}, {"signal": "b"}]},
        {"name": "two", "verdict": "good", "any": [{"signal": "a"}, {"signal": "c"}], "none": [{"signal": "b"}]},
        {"name": "three", "verdict": "intriguing", "all": [{"signal": "a"}]},
    )
    assert routed(judged(request(), ("a", 0.0)), by=by).rule == "two"
    assert routed(judged(request(), ("a", 0.0), ("b", 0.0)), by=by).rule == "one"
    assert routed(judged(request(), ("c", 0.0), ("b", 0.0)), by=by).rule == "score-intriguing"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"score": {"at_least": 1.0}}, True),
        ({"score": {"at_least": 1.25}}, False),
        ({"score": {"below": 1.0}}, False),
        ({"field": "headline", "contains": "ROPE"}, True),
        ({"field": "headline", "contains": ["sail", "Röpe"]}, True),
        ({"field": "headline", "is": "rope"}, False),
        ({"field": "headline", "state": "shown"}, True),
        ({"field": "location", "state": "absent"}, True),
        ({"field": "location", "contains": "a"}, False),
        ({"field": "company", "state": "unknown"}, True),
        ({"field": "network", "is": ["facebook", "linkedin"]}, True),
        ({"field": "kind", "is": "inmail"}, False),
        ({"field": "authenticity", "is": "aligned"}, True),
        ({"field": "mutual_connections", "is": "7"}, True),
        ({"field": "template", "state": "unknown"}, True),
    ],
)
def test_conditions_ask_about_score_and_fields(condition: dict[str, Any], holds: bool) -> None:
    asked = request(headline="Rope maker", location=False, mutual=7)
    by = rules({"name": "it", "verdict": "good", "all": [condition]})
    assert (routed(judged(asked, ("a", 1.0)), by=by).rule == "it") is holds


def test_a_veto_decides_whatever_the_rules_say_and_tells_what_they_said() -> None:
    by = rules({"name": "all-good", "verdict": "good", "all": [{"signal": "nice"}]})
    told = routed(judged(request(), ("nice", 4.5), ("asks_for_money", -8.0, True)), by=by)
    assert (told.verdict, told.rule, told.folder) == ("ugly", "veto-asks-for-money", "Ugly")
    assert told.decisions[0].without_veto == "good"


def test_without_a_veto_neither_its_points_nor_its_signal_count() -> None:
    by = rules({"name": "money", "verdict": "ugly", "all": [{"signal": "asks_for_money"}]})
    assert (
        routed(judged(request(), ("nice", 4.5), ("asks_for_money", -8.0, True)), by=by).decisions[0].without_veto
        == "good"
    )


@pytest.mark.parametrize("kind", sorted(set(get_args(Kind)) - JUDGED - {"digest"}))
def test_what_is_no_request_goes_to_the_inbox(kind: Kind) -> None:
    told = routed(judged(request(), ("a", -5.0)), kind=kind)
    assert (told.verdict, told.folder, told.score, told.decisions) == (None, "INBOX", None, ())


def test_a_direct_message_is_never_to_be_followed_up() -> None:
    events = route(scored(judged(request(), ("blank", 0.0)), kind="inmail"), settings(rules=rules(ASK)))
    assert only(Routed, events)[0].verdict == "intriguing"
    assert only(Opened, events) == []


def test_a_request_to_be_followed_up_lies_in_intriguing_and_opens_one_conversation() -> None:
    told = Settings(owners=(owner(mailboxes=("maildir:one", "maildir:two")),), rules=rules(ASK))
    asked = request(headline="Rope maker", location="Bergen", mutual=1, photo=False)
    events = route(scored(judged(asked, ("blank", 0.0))), told)
    assert only(Routed, events)[0].folder == "Intriguing"
    assert [(f.mailbox, f.folder) for f in only(FilingWanted, events)] == [
        ("maildir:one", "Intriguing"),
        ("maildir:two", "Intriguing"),
    ]
    (opened,) = only(Opened, events)
    assert (opened.mailbox, opened.request, opened.about) == ("maildir:one", asked.id, asked.notice)
    assert opened.message_id == "<1@invitations.test>"
    assert opened.at == 1_750_000_000_000
    assert opened.known == ("Photo: none", "Really from LinkedIn: yes"), "what the notice says is not said again"


def test_what_a_reminder_does_not_know_it_does_not_say() -> None:
    (opened,) = only(Opened, route(scored(judged(request(), ("blank", 0.0))), settings(rules=rules(ASK))))
    assert opened.known == ("Really from LinkedIn: yes",)


def test_a_request_that_joins_a_known_one_follows_the_owners_last_move_in_silence() -> None:
    past = Past(request="r", verdict="follow_up", folder="Good")
    events = route(scored(judged(request(joins=True, past=past), ("blank", 0.0))), settings(rules=rules(ASK)))
    told = only(Routed, events)[0]
    assert (told.verdict, told.folder, told.rule) == ("good", "Good", "joins-request")
    assert only(Opened, events) == []


def test_a_request_that_joins_one_nobody_moved_keeps_its_verdict() -> None:
    past = Past(request="r", verdict="follow_up", folder="Intriguing")
    told = routed(judged(request(joins=True, past=past), ("blank", 0.0)))
    assert (told.verdict, told.folder) == ("follow_up", "Intriguing")


def test_a_joining_mail_that_says_more_is_judged_by_its_own_words_and_raises_nothing() -> None:
    past = Past(request="r", verdict="ugly", folder="Ugly", says_more=True)
    events = route(scored(judged(request(joins=True, past=past), ("blank", 0.0))), settings(rules=rules(ASK)))
    told = only(Routed, events)[0]
    assert (told.verdict, told.folder) == ("follow_up", "Intriguing")
    assert only(Opened, events) == []


def test_what_we_may_have_misread_is_not_lost_in_ugly_but_a_veto_holds() -> None:
    def told(*reasons: tuple[str, float] | tuple[str, float, bool]) -> Routed:
        event = scored(judged(request(), *reasons))
        parsed = event.enriched.parsed.model_copy(update={"layout_known": False})
        event = event.model_copy(update={"enriched": event.enriched.model_copy(update={"parsed": parsed})})
        return only(Routed, route(event, settings()))[0]

    assert (told(("a", -5.0)).verdict, told(("a", -5.0)).rule) == ("intriguing", "unknown-layout")
    assert told(("a", 9.0)).verdict == "good"
    assert told(("asks_for_money", -8.0, True)).verdict == "ugly"


def test_a_veto_speaks_for_a_known_request_too() -> None:
    past = Past(request="r", verdict="good", folder="Good")
    told = routed(judged(request(joins=True, past=past), ("asks_for_money", -8.0, True)))
    assert (told.verdict, told.folder) == ("ugly", "Ugly")


def test_a_joining_request_of_unknown_verdict_is_judged_and_raises_nothing() -> None:
    asked = request(joins=True, past=Past(request="r"))
    events = route(scored(judged(asked, ("blank", 0.0))), settings(rules=rules(ASK)))
    assert only(Routed, events)[0].verdict == "follow_up"
    assert only(Opened, events) == []


@pytest.mark.parametrize(
    ("verdicts", "best"),
    [
        (("ugly", "follow_up", "intriguing", "good"), "good"),
        (("ugly", "follow_up", "intriguing"), "intriguing"),
        (("ugly", "follow_up"), "follow_up"),
        (("ugly",), "ugly"),
    ],
)
def test_a_digest_takes_the_verdict_of_its_best_request(verdicts: tuple[Verdict, ...], best: Verdict) -> None:
    by = rules(*({"name": v.replace("_", "-"), "verdict": v, "all": [{"signal": v}]} for v in verdicts))
    told = routed(*(judged(request(id=v), (v, 0.0)) for v in verdicts), kind="digest", by=by)
    assert told.verdict == best
    assert told.best is not None
    assert told.best.judgement.request.id == best
    assert len(told.decisions) == len(verdicts)


def test_a_digest_without_requests_goes_to_the_inbox() -> None:
    assert routed(kind="digest").verdict is None
    assert routed(kind="digest").folder == "INBOX"


def test_a_spoof_is_ugly_with_a_request_or_without() -> None:
    assert routed(kind="spoof").verdict == "ugly"
    assert routed(kind="spoof").folder == "Ugly"
    told = routed(judged(request(), ("nice", 5.0)), kind="spoof")
    assert (told.verdict, told.rule, told.decisions[0].without_veto) == ("ugly", "spoof", "good")


def test_an_invitation_that_shows_no_request_goes_to_the_inbox() -> None:
    assert (routed().verdict, routed().folder) == (None, "INBOX")


def test_a_decision_keeps_the_thresholds_and_where_the_rule_stands() -> None:
    by = rules(ASK, good=2.0, intriguing=-1.0)
    lined = tuple(rule.model_copy(update={"line": 12}) for rule in by.rule)
    by = by.model_copy(update={"rule": lined, "file": "mine.toml", "version": "0badcafe"})
    (asked,) = routed(judged(request(), ("blank", 0.0)), by=by).decisions
    assert asked.rule_at == RuleAt(file="mine.toml", version="0badcafe", line=12)
    assert asked.thresholds == Thresholds(good=2.0, intriguing=-1.0)
    for reasons in ([("a", 2.0)], [("blank", 0.0), ("asks_for_money", -8.0, True)]):
        (other,) = routed(judged(request(), *reasons), by=by).decisions  # type: ignore[arg-type]
        assert other.rule_at == RuleAt(file="mine.toml", version="0badcafe"), "no rule decided, so no line is named"


def test_rules_of_no_file_stand_nowhere() -> None:
    (told,) = routed(judged(request(), ("blank", 0.0)), by=rules(ASK)).decisions
    assert (told.rule, told.rule_at) == ("ask", None)


def test_a_decision_keeps_what_would_change_it() -> None:
    (told,) = routed(judged(request(), ("flatters", -0.5))).decisions
    assert told.change is not None
    assert told.change.verdict == "intriguing"
    assert routed(judged(request(), ("a", 3.0))).decisions[0].change is None
