"""Where a request lies by a rule, and where its owner put it: its next mails follow, with the right verdict."""

from __future__ import annotations

import pytest

from stages.events import Decision, Memory, Past, Request, Routed, Verdict
from stages.receipt import fields, receipt
from stages.report import report
from stages.route import route
from tests.builders.facts import request, settings
from tests.stages.test_route import judged, only, routed, rules, scored

BY = rules(
    {"name": "ropes", "label": ["ropes", "sea"], "all": [{"field": "headline", "contains": "rope"}]},
    {"name": "hires", "label": "hiring", "all": [{"field": "headline", "contains": "talent"}]},
)
ROPES = request(headline="Rope maker")


def joining(verdict: Verdict, folder: str | None, placed: str | None = None) -> Decision:
    past = Past(request="r", verdict=verdict, folder=folder, placed=placed)
    return one(request(joins=True, past=past))


def one(asked: Request, *reasons: tuple[str, float] | tuple[str, float, bool]) -> Decision:
    (decision,) = routed(judged(asked, *reasons), by=BY).decisions
    return decision


@pytest.mark.parametrize(
    ("verdict", "folder", "placed", "then"),
    [
        ("good", "Recruiters", "Recruiters", ("good", "Recruiters")),  # where the rule put it
        ("ugly", "Recruiters", "Recruiters", ("ugly", "Recruiters")),
        ("good", "Ugly", "Recruiters", ("ugly", "Ugly")),  # its owner's move
        ("good", "Intriguing", "INBOX", ("intriguing", "Intriguing")),
        ("good", "Good", "Recruiters", ("good", "Good")),
        ("ugly", "Recruiters", "Ugly", ("ugly", "Recruiters")),  # a folder that has no verdict of its own
        ("good", "INBOX", "INBOX", ("good", "INBOX")),
        ("good", None, "Recruiters", ("good", "Recruiters")),  # nobody can tell where it lies
        ("good", None, None, ("good", "Good")),
        ("follow_up", "Intriguing", None, ("follow_up", "Intriguing")),  # recorded before that was kept
        ("follow_up", "Good", None, ("good", "Good")),
        ("good", "Recruiters", None, ("good", "Recruiters")),
    ],
)
def test_what_joins_a_request_lies_beside_it_and_only_a_move_between_verdicts_is_one(
    verdict: Verdict, folder: str | None, placed: str | None, then: tuple[Verdict, str]
) -> None:
    made = joining(verdict, folder, placed)
    assert (made.rule, made.verdict, made.folder) == ("joins-request", *then)


def test_the_receipt_says_moved_of_what_its_owner_moved_alone() -> None:
    for folder, says in (("Recruiters", False), ("Ugly", True), ("Elsewhere", True)):
        made = joining("good", folder, "Recruiters")
        event = scored(made.judgement)
        told = only(Routed, route(event, settings(rules=BY)))[0]
        assert ("where you moved it" in receipt(told, event.enriched)) is says, folder


def test_labels_are_put_on_whoever_decides_but_on_nothing_that_is_not_safe() -> None:
    assert one(ROPES).labels == ("ropes", "sea")
    assert one(ROPES.model_copy(update={"said": "ugly"})).labels == ("ropes", "sea")
    follows = ROPES.model_copy(update={"joins": True, "past": Past(request="r", verdict="good")})
    assert one(follows).labels == ("ropes", "sea")
    word = Memory(scope="person", name="Zoe", verdict="ugly", request="m", at=1)
    assert one(ROPES.model_copy(update={"memory": word})).labels == ("ropes", "sea")
    assert one(ROPES, ("asks_for_something_risky", -8.0, True)).labels == ()
    (spoof,) = routed(judged(ROPES), kind="spoof", by=BY).decisions
    assert spoof.labels == ()


def test_labels_of_all_requests_of_a_mail_are_said_in_its_fields_its_receipt_and_its_report() -> None:
    event = scored(judged(ROPES), judged(request(headline="Talent", id="other")), kind="digest")
    told = only(Routed, route(event, settings(rules=BY)))[0]
    assert [value for name, value in fields(told) if name == "X-Salver-Label"] == ["ropes", "sea", "hiring"]
    said = receipt(told, event.enriched)
    assert "Labels: ropes, sea." in said
    assert "Labels: hiring." in said
    found = report("x", event.enriched, told)
    assert found["labels"] == ["ropes", "sea", "hiring"]
    assert [each["labels"] for each in found["requests"]] == [["ropes", "sea"], ["hiring"]]


@pytest.mark.parametrize("label", ["good", "ask-why", "follow_up", "A", "a b", "-a", "x" * 33, "ä"])
def test_what_is_a_keyword_already_or_could_not_be_one_is_no_label(label: str) -> None:
    with pytest.raises(ValueError, match="is no label"):
        rules({"name": "x", "label": label, "all": [{"field": "headline", "contains": "rope"}]})
