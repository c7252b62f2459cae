"""When a rule tells the owner at once, and what that mail says."""

from __future__ import annotations

import pytest

from stages.compose import compose
from stages.events import Memory, Past, Request, Verdict, shown
from stages.notifying import NotificationWanted
from stages.own_mail import own_id
from stages.route import route
from stages.settings import Owner
from tests.builders.facts import request, settings
from tests.builders.own_mails import AMY, JUNE, TOLD, ZOE, hrefs, html_of, notification, opened, text_of
from tests.stages.test_route import judged, only, rules, scored

BY = rules(
    {"name": "hires", "notify": True, "verdict": "good", "all": [{"field": "headline", "contains": "talent"}]},
    {"name": "later", "notify": True, "verdict": "ugly", "all": [{"field": "headline", "contains": "talent"}]},
)
TALENT = request("Come and see our ropes", headline="Head of Talent")


def told(*asked: Request, veto: bool = False, **changes: object) -> list[NotificationWanted]:
    reasons = [("asks_for_something_risky", -8.0, True)] if veto else [("note_is_personal", 4.0), ("flatters", -1.5)]
    event = scored(*(judged(each, *reasons, ("note_is_short", -0.5)) for each in asked))
    enriched = event.enriched.model_copy(update=changes)
    return only(NotificationWanted, route(event.model_copy(update={"enriched": enriched}), settings(rules=BY)))


def test_the_first_rule_that_asks_for_it_tells_its_owner_who_how_why_and_where() -> None:
    (wanted,) = told(TALENT)
    assert (wanted.rule, wanted.verdict, wanted.folder) == ("hires", "good", "Good")
    assert wanted.known[0] == "2 points"
    assert len(wanted.known) == 3
    assert wanted.about.headline.value == "Head of Talent"
    assert wanted.about.note.state == "unknown", "their words are in the mail itself"


@pytest.mark.parametrize(
    "changes",
    [
        {"again": 7},
        {"anew": True, "again": 7},
        {"kind": "spoof"},
    ],
)
def test_nothing_is_told_of_what_was_told_before_or_is_forged(changes: dict[str, object]) -> None:
    assert told(TALENT)
    assert told(TALENT, **changes) == []


def test_nothing_is_told_of_what_came_long_ago_joins_a_request_is_vetoed_or_never_wanted_again() -> None:
    assert told(TALENT, veto=True) == []
    known = Past(request="r", verdict="good", says_more=True)
    assert told(TALENT.model_copy(update={"joins": True, "past": known})) == []
    for imported in ("judge", "file"):
        parsed = scored(judged(TALENT)).enriched.parsed.model_copy(update={"imported": imported})
        assert told(TALENT, parsed=parsed) == []
    for verdict, count in (("ugly", 0), ("good", 1)):
        memory = Memory.model_validate({"request": "m", "scope": "person", "name": "Zoe", "verdict": verdict, "at": 1})
        assert len(told(TALENT.model_copy(update={"memory": memory}))) == count, verdict


def test_of_several_requests_in_a_mail_each_is_told_of_once() -> None:
    other = TALENT.model_copy(update={"id": "other"})
    wanted = told(TALENT, other, request("x", headline="Baker"), kind="digest")
    assert [each.request for each in wanted] == [TALENT.id, "other"]
    assert len({own_id(each) for each in wanted}) == 2


@pytest.mark.parametrize("owner", [AMY, JUNE], ids=["en", "de"])
@pytest.mark.parametrize("verdict", ["good", "intriguing", "ugly", "follow_up"])
def test_the_mail_says_who_how_it_was_judged_why_and_where_it_lies(owner: Owner, verdict: Verdict) -> None:
    octets = compose(notification(verdict=verdict), owner, TOLD)
    texts = TOLD.texts[owner.language].notification
    for text in (" ".join(text_of(octets).split()), " ".join(html_of(octets).split())):
        for part in ("Zoë Okonjo", "Buyer at Tidewater Rope", "hires", "Recruiters", getattr(texts, verdict)):
            assert part in text
        assert ("salver ugly " if verdict == "good" else "salver good ") + "01234567" in text
    assert hrefs(html_of(octets)) == ["https://www.linkedin.com/in/zoe-okonjo"]
    assert opened(octets)["Reply-To"] is None, "it is news, no question"
    assert opened(octets)["Subject"].startswith("Zoë Okonjo")


def test_a_link_that_is_not_the_networks_is_not_shown() -> None:
    about = ZOE.model_copy(update={"profile_url": shown("https://linkedin.evil.test/in/zoe")})
    octets = compose(notification(about), AMY, TOLD)
    assert hrefs(html_of(octets)) == []
    assert "evil" not in text_of(octets)
