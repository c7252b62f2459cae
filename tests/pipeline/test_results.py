"""`salver log` shows the receipt of the last decision about each mail, as it was made then."""

from __future__ import annotations

from pipeline.results import receipts
from pipeline.store.state import Story
from stages.events import VERSION, Enriched, Event, Routed
from stages.settings import Rules
from tests.builders.facts import OWNER, enriched, request, settings as told
from tests.builders.judgements import decided, judged, reason


def story(*events: Event) -> list[Story]:
    return [
        Story(at, str(at), type(event).__name__, "done", VERSION, event.model_dump_json(), None)
        for at, event in enumerate(events)
    ]


def made(mail: str, *points: float) -> tuple[Enriched, Routed]:
    """A mail with one request for each of these scores; the requests are called 1, 2 ..."""
    requests = [request("Hello.", id=str(at), name=f"Person {at}") for at, _ in enumerate(points, 1)]
    event = enriched(*requests).model_copy(update={"mail": mail, "kind": "digest"})
    decisions = tuple(
        decided(judged(reason("flatters", score)).model_copy(update={"request": each}), event, told(rules=Rules()))
        for each, score in zip(requests, points, strict=True)
    )
    return event, Routed(
        mail=mail, owner=OWNER, kind="digest", decisions=decisions, verdict=decisions[0].verdict,
        score=points[0], rule=decisions[0].rule, folder=decisions[0].folder,
    )  # fmt: skip


def test_a_mail_shows_the_receipt_of_all_its_requests_and_a_request_its_own() -> None:
    steps = story(*made("m1", 4.0, -2.0))
    (whole,) = receipts(steps, "m1")
    assert "Person 1:" in whole
    assert "Person 2:" in whole
    (own,) = receipts(steps, "2")
    assert "Ugly, with -2 points." in own
    assert "What would change it: 1.25 short of intriguing (-0.75): " in own
    assert "with 4 points" not in own


def test_a_request_of_several_mails_shows_the_last_receipt_of_each() -> None:
    early, late, other = made("m1", 4.0), made("m1", 5.0), made("m2", -2.0)
    first, second = receipts(story(*early, *other, *late), "1")
    assert first.startswith("Mail m1:\n")
    assert "Good, with 5 points." in first
    assert "with 4 points" not in first
    assert second.startswith("Mail m2:\n")


def test_a_story_without_a_decision_has_no_receipt() -> None:
    assert list(receipts(story(made("m1", 4.0)[0]), "m1")) == []
