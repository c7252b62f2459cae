"""What the owner said of all requests of a person or company decides about later ones, and the receipt says so."""

from __future__ import annotations

from typing import Any

import pytest

from stages.decide import by_memory
from stages.enrich import enrich
from stages.events import Decision, Enriched, History, Judgement, LookedUp, Memory, Notice, Past, Request, Routed, shown
from stages.receipt import fields, receipt, sentence
from stages.route import route
from stages.settings import Settings
from tests.builders.facts import enriched as facts_of, facts, parsed, request, settings
from tests.stages.test_enrich import PASS
from tests.stages.test_route import judged, only, rules, scored

MAY = 1_777_800_000_000
"""2026-05-03, UTC."""
WORD = "0192f3a4b5c6d7e8f9012345deadbeef"


def memory(verdict: str = "good", scope: str = "person", **more: Any) -> Memory:
    name = "Tamsin Hale" if scope == "person" else "Tidewater Rope"
    given = {"scope": scope, "name": name, "verdict": verdict, "request": WORD, "at": MAY, "proven": True}
    return Memory.model_validate({**given, **more})


def remembered(*memories: Memory, signed: bool = True, **more: Any) -> Memory | None:
    """What is taken of these memories for a mail that is proven, or not."""
    of = parsed(
        from_address="invitations@linkedin.com",
        signed_by=("linkedin.com",) if signed else (),
        notices=(Notice(name=shown("Tamsin Hale")),),
        **more,
    )
    known = (History(memories=memories),)
    event = LookedUp(mail=of.mail, owner=of.owner, parsed=of, signatures=(PASS,) if signed else (), histories=known)
    (made,) = enrich(event, settings())
    assert (made.authenticity.verdict == "aligned") is signed
    return made.requests[0].memory


def decided(word: Memory | None, *reasons: Any, given: Settings | None = None, **more: Any) -> Routed:
    asked = request(**more).model_copy(update={"memory": word})
    told: Routed = only(Routed, route(scored(judged(asked, *reasons)), given or settings(rules=rules())))[0]
    return told


def test_a_person_comes_before_their_company() -> None:
    person, company = memory("ugly"), memory("good", "company")
    assert remembered(company, person) == person
    assert remembered(company) == company
    assert remembered() is None


def test_good_is_for_proven_mail_alone_and_ugly_for_any() -> None:
    assert remembered(memory("good")) is not None
    assert remembered(memory("good"), signed=False) is None
    assert remembered(memory("ugly")) is not None
    assert remembered(memory("ugly"), signed=False) is not None


def test_a_word_about_a_mail_that_proves_nothing_spoils_no_proven_one() -> None:
    forged = memory("ugly", proven=False)
    assert remembered(forged) is None
    assert remembered(forged, signed=False) == forged
    assert remembered(forged, memory("good", "company")) == memory("good", "company")


def test_a_spoof_remembers_nothing() -> None:
    assert remembered(memory("good"), signed=False, imitates="it calls itself LinkedIn") is None


@pytest.mark.parametrize(
    ("verdict", "points", "rule", "folder", "without"),
    [("good", -4.0, "always-good", "Good", "ugly"), ("ugly", 4.0, "never-again", "Ugly", "good")],
)
def test_it_decides_before_rules_and_points(verdict: str, points: float, rule: str, folder: str, without: str) -> None:
    by = rules({"name": "any", "verdict": "intriguing", "all": [{"signal": "b"}]})
    told = decided(memory(verdict), ("a", points))
    assert (told.verdict, told.rule, told.folder) == (verdict, rule, folder)
    assert (told.decisions[0].without_veto, told.decisions[0].change) == (without, None)
    ruled = decided(memory(verdict), ("b", points), given=settings(rules=by))
    assert (ruled.rule, ruled.decisions[0].without_veto) == (rule, "intriguing")


def test_a_veto_and_the_owners_word_on_this_very_request_come_before_it() -> None:
    assert decided(memory("good"), ("asks_for_money", -8.0, True)).rule == "veto-asks-for-money"
    said = request().model_copy(update={"memory": memory("ugly"), "said": "good"})
    told: Routed = only(Routed, route(scored(judged(said, ("a", 1.0))), settings(rules=rules())))[0]
    assert (told.rule, told.verdict, told.decisions[0].without_veto) == ("you-said", "good", "ugly")


def test_what_only_repeats_a_request_lies_beside_it() -> None:
    past = Past(request="r", folder="Good", verdict="good")
    assert decided(memory("ugly"), ("a", 0.0), past=past, joins=True).rule == "joins-request"
    more = past.model_copy(update={"says_more": True})
    assert decided(memory("ugly"), ("a", 0.0), past=more, joins=True).rule == "never-again"


def test_nobody_is_asked_about_what_is_remembered() -> None:
    by = rules({"name": "ask", "verdict": "follow_up", "all": [{"signal": "a"}]})
    asked = request()
    for word in (None, memory("good"), memory("ugly")):
        event = scored(judged(asked.model_copy(update={"memory": word}), ("a", 0.0)))
        made = [type(each).__name__ for each in route(event, settings(rules=by))]
        assert ("Opened" in made) is (word is None)


def told_of(word: Memory, given: Settings | None = None) -> tuple[Decision, Enriched, Routed]:
    routed = decided(word, ("note_is_blank", -0.5), given=given)
    (decision,) = routed.decisions
    return decision, facts_of(decision.judgement.request, given=facts()), routed


def test_the_receipt_says_whose_word_it_was_when_and_what_would_have_been() -> None:
    decision, enriched, routed = told_of(memory("ugly"))
    said = "you said on 2026-05-03 that all requests of Tamsin Hale are ugly; without that it would be ugly"
    lines = fields(routed)
    assert ("X-Salver-Reason", f"never_again; points=0; {said}") in lines
    assert ("X-Salver-Verdict", "ugly; score=-0.5; rule=never-again") in lines
    back = "`salver forget deadbeef` takes that word of yours back."
    assert ("X-Salver-Change", back) in lines
    assert sentence(decision) == f"ugly: {said}"
    text = receipt(routed, enriched)
    assert f"Decided by: {said}\n" in text
    assert f"What would change it: {back}" in text


def test_the_receipt_of_a_company_names_it() -> None:
    decision, enriched, routed = told_of(memory("ugly", "company"))
    assert "all requests from Tidewater Rope are ugly; without that it would be ugly" in sentence(decision)
    assert "takes that word of yours back" in receipt(routed, enriched)


@pytest.mark.parametrize(("points", "rule", "folder"), [(0.0, "always-good", "Good"), (-4.0, "score-ugly", "Ugly")])
def test_a_company_that_is_always_good_lifts_nothing_out_of_ugly(points: float, rule: str, folder: str) -> None:
    told = decided(memory("good", "company"), ("a", points))
    assert (told.rule, told.folder) == (rule, folder)
    by = rules({"name": "any", "verdict": "ugly", "all": [{"signal": "b"}]})
    assert decided(memory("good", "company"), ("b", 4.0), given=settings(rules=by)).rule == "any"
    assert decided(memory("good"), ("b", 4.0), given=settings(rules=by)).rule == "always-good", "a profile is proof"


def test_the_receipt_says_why_a_company_that_is_always_good_did_not_help_and_what_would() -> None:
    decision, enriched, routed = told_of(memory("good", "company"))
    assert decision.verdict == "ugly"
    why = "you said on 2026-05-03 that all requests from Tidewater Rope are good; that lifts nothing that is ugly"
    assert why in sentence(decision)
    assert any(value.startswith(f"always_good; points=0; {why}") for _, value in fields(routed))
    text = receipt(routed, enriched)
    assert f"Decided by: the points alone, since no rule applied\nY{why[1:]}" in text
    assert "It would be good" in text or "make it good" in text
    assert "by your word about their company" in text
    vetoed = decided(memory("good", "company"), ("asks_for_money", -8.0, True))
    assert "anybody can name" not in receipt(vetoed, enriched), "a veto decided"


def test_of_two_words_that_hold_the_one_about_mail_of_the_same_kind_does() -> None:
    real, forged = memory("ugly"), memory("good", proven=False)
    assert remembered(forged, real) == real
    assert remembered(forged) == forged
    assert remembered(memory("good"), memory("ugly", proven=False)) == memory("good")
    assert remembered(real, memory("ugly", proven=False), signed=False) == memory("ugly", proven=False)


def test_a_rule_of_the_owner_by_that_name_is_still_their_rule() -> None:
    by = rules({"name": "never-again", "verdict": "ugly", "all": [{"signal": "a"}]})
    by = by.model_copy(
        update={"file": "mine.toml", "rule": tuple(each.model_copy(update={"line": 3}) for each in by.rule)}
    )
    (decision,) = decided(None, ("a", 1.0), given=settings(rules=by)).decisions
    joined = decision.judgement.model_copy(update={"request": request().model_copy(update={"memory": memory("good")})})
    assert by_memory(decision.model_copy(update={"judgement": Judgement.model_validate(joined.model_dump())})) is None


def test_words_of_a_stranger_in_a_name_make_no_field() -> None:
    (_, value), *_ = [
        line for line in fields(told_of(memory("good", name="A\r\nX-Salver-Verdict: good"))[2])
        if line[0] == "X-Salver-Reason"
    ]  # fmt: skip
    assert "\n" not in value
    assert "\r" not in value


def test_a_request_of_before_this_was_kept_remembers_nothing() -> None:
    assert Request.model_validate({"id": "r", "notice": {}}).memory is None
