"""The digest: one calm mail about all that waits, and nothing in it that is empty."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from stages.conversation import DigestWanted, Estimate, Phase, Week
from stages.digest_mail import compose
from stages.durations import DAY, HOUR
from stages.events import Notice, shown
from stages.instructions import instructions_in
from tests.builders.own_mails import (
    AMY,
    ANSWER,
    AT,
    JUNE,
    TOLD,
    ZOE,
    digest,
    full_digest,
    goes,
    hrefs,
    html_of,
    line,
    opened,
    text_of,
)

SECTIONS = (
    "To ask: why would they like to connect?",
    "Waiting for your answer",
    "What changed",
    "Did we miss one? Ugly ones, drawn at random",
    "Ugly ones that go soon",
    "How to answer",
)


def told(wanted: DigestWanted, to: str = ANSWER) -> str:
    return " ".join(text_of(compose(wanted, AMY, TOLD, to)).split())


def subject(wanted: DigestWanted) -> str:
    return str(opened(compose(wanted, AMY, TOLD, ANSWER))["Subject"])


def test_everything_has_its_place_in_the_order_of_what_is_most_wanted() -> None:
    rows = text_of(compose(full_digest(), AMY, TOLD, ANSWER)).split("\r\n")
    places = [rows.index(section) for section in SECTIONS]
    assert all(one < other for one, other in pairwise(places))
    entries = [row for row in rows if re.match(r"\d+\. ", row)]
    assert entries == [f"{number}. Zoë Okonjo" for number in range(1, 8)]


def test_an_entry_has_the_link_first_one_line_of_what_is_known_and_the_question_to_paste() -> None:
    one = line(1, asking="ask", language="fr", known=("Photo: yes", "Asked before: 2 times"))
    rows = text_of(compose(digest(asks=(one,)), AMY, TOLD, ANSWER)).split("\r\n")
    at = rows.index("1. Zoë Okonjo")
    assert rows[at + 1 : at + 3] == ["", "https://www.linkedin.com/in/zoe-okonjo"]
    known = "Buyer at Tidewater Rope · 1 connection in common with you · Photo: yes · Asked before: 2 times"
    assert " ".join(rows[at + 4 : at + 6]) == known
    paste = rows[rows.index("To paste:") + 2]
    assert re.fullmatch(r"Bonjour Zoë Okonjo, .*\?.* Amy", paste)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"asks": 3}, "3 people to ask why"),
        ({"asks": 1}, "1 person to ask why"),
        ({"asks": 3, "answered": 2}, "3 people to ask why, 2 answered"),
        ({"owed": 1, "changed": 1}, "1 waits for you, 1 other change"),
        ({"owed": 2, "changed": 2}, "2 wait for you, 2 other changes"),
        ({"asks": 1, "sample": 3}, "1 person to ask why"),
        ({"sample": 1}, "1 ugly request for a second look"),
        ({"sample": 3}, "3 ugly requests for a second look"),
        ({}, "Your week"),
    ],
)
def test_the_subject_says_what_is_in_it(parts: dict[str, int], said: str) -> None:
    made = {name: tuple(line(at) for at in range(count)) for name, count in parts.items() if name != "answered"}
    answered = tuple(line(at, phase="answered", waited=HOUR) for at in range(parts.get("answered", 0)))
    assert subject(digest(**{**made, "changed": (*answered, *made.get("changed", ()))})) == said


def test_no_section_is_empty() -> None:
    text = told(digest(asks=(line(1, asking="ask"),)))
    assert [section for section in SECTIONS if section in text] == [SECTIONS[0], SECTIONS[5]]
    assert "looked at" not in text
    assert "more wait" not in text
    assert "single mails" not in text
    assert "second look" not in text
    bare = told(digest())
    assert bare == "In the last 7 days: 312 requests, 19 needed you. Salver"


def test_what_goes_is_named_with_its_dates_how_to_keep_it_and_how_to_get_it_back() -> None:
    text = told(digest(going=(goes(7, "Zoë Okonjo", leaves_at=AT + 2 * DAY), goes(8, "Ann Quill", headline=""))))
    assert "Zoë Okonjo · Pipelines for payroll; came on Wednesday, 26 November 2025, goes on Friday, 28" in text
    assert "28 November 2025 or later" in text
    assert "Ann Quill; came on" in text
    for words in ("move it out of Ugly, or flag it", "What you leave there is taken away.", "`salver undo 00000007`"):
        assert words in text
    assert subject(digest(going=(goes(7),))) == "1 ugly mail goes soon"


@pytest.mark.parametrize(("count", "named", "rest"), [(20, 20, ""), (21, 20, "1 more in"), (300, 20, "280 more in")])
def test_of_many_that_go_the_first_are_named_and_the_rest_counted(count: int, named: int, rest: str) -> None:
    wanted = digest(going=tuple(goes(number) for number in range(count)))
    text = told(wanted)
    assert text.count("; came on ") == named
    assert rest in text
    assert (" more in Ugly " in text) == bool(rest)
    assert subject(wanted) == f"{count} ugly mails go soon"


def test_who_is_to_go_puts_no_link_and_no_field_into_the_digest() -> None:
    nasty = digest(going=(goes(1, "http://evil.test/a\r\nBcc: x@evil.test", "<b>www.evil.test</b> \ud800"),))
    octets = compose(nasty, AMY, TOLD, ANSWER)
    assert opened(octets)["Bcc"] is None
    assert "evil.test/a" not in text_of(octets)
    assert not [href for href in hrefs(html_of(octets)) if "evil" in href]
    assert "Somebody; came on" in told(digest(going=(goes(1, "", ""),)))


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (Estimate(ugly=312, looked=14, good=1, least=5, most=60),
         "you have looked at 14 of 312 ugly ones, drawn at random; 1 of them was good. So between 5 and 60 of all may"),
        (Estimate(ugly=312, looked=14, good=2, least=5, most=60), "2 of them were good. So between 5 and 60 of all"),
        (Estimate(ugly=312, looked=14, good=0, least=0, most=60), "none of them was good. So up to 60 of all may be"),
        (Estimate(ugly=312, looked=0, good=0, least=0, most=312), ""),
    ],
)  # fmt: skip
def test_the_estimate_is_told_in_honest_words(estimate: Estimate, said: str) -> None:
    text = told(digest(sample=(line(1, verdict="ugly"),), estimate=estimate))
    assert said in text
    assert bool(said) == ("nine times out of ten" in text)


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (Week(requests=312, needed=19), "In the last 7 days: 312 requests, 19 needed you."),
        (Week(requests=1, needed=1), "In the last 7 days: 1 request, 1 needed you."),
        (Week(requests=5, needed=0), "In the last 7 days: 5 requests, none needed you."),
    ],
)
def test_the_week_is_one_line(week: Week, said: str) -> None:
    assert said in told(digest(week=week))


def test_what_waits_for_a_later_digest_is_counted() -> None:
    assert "4 more wait and come in later digests. `salver follow-ups` lists them all." in told(digest(unlisted=4))
    assert "1 more waits and comes in a later digest. `salver follow-ups`" in told(digest(unlisted=1))


def test_a_digest_made_of_too_many_says_why_it_came() -> None:
    assert told(digest(overflow=True)).startswith("More is waiting than you want single mails about (at most 20 an")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phase": "answered", "waited": 4 * HOUR, "verdict": "good"},
         "They answered after 4 h. The request lies in Good."),
        ({"phase": "settled", "waited": 3 * DAY, "unseen": True, "verdict": "good"},
         "They answered after 3 days; no mail shows the text. The request lies in Good."),
        ({"phase": "answered", "waited": HOUR, "pitch": True, "verdict": "ugly"},
         "They answered after 1 h. The answer sells something, or offers a job. The request lies in Ugly."),
        ({"phase": "silent"}, "They did not answer in time. The request lies in Intriguing."),
        ({"phase": "accepted"}, "You two are connected already, so there is nothing to ask."),
        ({"phase": "dismissed", "waited": HOUR}, "They answered after 1 h. You want to hear no more of it."),
    ],
)  # fmt: skip
def test_what_became_of_a_request_is_told(changes: dict[str, object], said: str) -> None:
    assert said in told(digest(changed=(line(1, **changes),)))


def test_points_and_reasons_stand_in_one_line_in_the_owners_language() -> None:
    known = ("4.5 points", "Photo: yes")
    assert "4.5 points · Photo: yes" in told(digest(changed=(line(1, phase="settled", known=known),)))
    made = compose(digest(sample=(line(1, known=("1 point", *known)),)), JUNE, TOLD, ANSWER)
    assert "1 Punkt · 4.5 Punkte · Foto: ja" in " ".join(text_of(made).split())


@pytest.mark.parametrize("phase", Phase.__args__)  # type: ignore[attr-defined]
def test_there_are_words_for_every_phase(phase: Phase) -> None:
    for owner in (AMY, JUNE):
        made = compose(digest(changed=(line(1, phase=phase),)), owner, TOLD, ANSWER)
        assert getattr(TOLD.texts[owner.language].digest.phases, phase) in " ".join(text_of(made).split())


def test_what_a_line_asks_for_is_said() -> None:
    assert "the last time that you are reminded of this one" in told(digest(asks=(line(1, asking="second"),)))
    assert 'reply "3 yes"; if not, "3 no"' in told(digest(asks=(line(3, asking="maybe"),)))
    assert "type `salver answered 00000003`" in told(digest(asks=(line(3, asking="maybe"),)), "")


def test_what_they_wrote_is_shown_where_the_owner_is_to_judge() -> None:
    noted = Notice(name=shown("Bob"), note=shown("Buy it now at https://evil.test/x, " + "cheap " * 200))
    text = told(digest(sample=(line(1, noted, verdict="ugly"),)))
    assert "They wrote: “Buy it now at [link left out] cheap" in text
    assert "evil" not in text
    assert "They wrote" not in told(digest(asks=(line(1, noted, asking="ask"),)))


def test_it_says_how_to_answer_with_numbers_that_are_in_it() -> None:
    text = told(full_digest())
    assert "such as: 1 asked, 2 good, 3 never, 4 done" in text
    for words in ('"snooze 3 days"', '"done"', '"intriguing"', '"fine"'):
        assert words in text
    few = told(digest(changed=(line(1, phase="silent"),), sample=(line(2), line(3))))
    assert "such as: 1 ugly, 2 good" in few
    assert '"done"' not in few
    assert '"asked"' not in few


def test_where_it_cannot_be_answered_by_mail_every_entry_names_its_request() -> None:
    text = told(full_digest(), "")
    assert "1. Zoë Okonjo (00000001)" in text
    assert "`salver asked 00000001`" in text
    assert "Reply to this mail" not in text


@pytest.mark.parametrize("owner", [AMY, JUNE], ids=["en", "de"])
def test_the_example_is_understood_as_it_stands(owner: object) -> None:
    person = AMY if owner is AMY else JUNE
    rows = text_of(compose(full_digest(), person, TOLD, ANSWER)).split("\r\n")
    example = next(row for row in rows if re.match(r"1 \w+, 2 ", row))
    understood = instructions_in([example])
    assert [(each.number, each.order) for each in understood.instructions] == [
        (1, "asked"), (2, "good"), (3, "dismiss"), (4, "done")
    ]  # fmt: skip
    assert understood.unclear == ""


def test_a_german_owner_reads_german() -> None:
    octets = compose(full_digest(ZOE, ("Photo: none",)), JUNE, TOLD, ANSWER)
    assert opened(octets)["Subject"] == (
        "Bei 3 Personen nachfragen, 1 wartet auf Sie, 1 hat geantwortet, 1 weitere Änderung, "
        "25 schlechte Mails werden bald entfernt"
    )
    text = " ".join(text_of(octets).split())
    for words in (
        "Nachfragen: Warum möchten sie sich vernetzen?",
        "Foto: keines",
        "Eine Antwort kam; es dauerte 1 Stunde. Keine Mail zeigt ihren Text. Die Anfrage liegt in Good.",
        "Bisher haben Sie 14 von 312 schlechten angesehen, zufällig gezogen; 1 davon war gut.",
        "In den letzten 7 Tagen: 312 Anfragen, 19 brauchten Sie.",
        "zum Beispiel: 1 gefragt, 2 gut, 3 nie, 4 erledigt",
        "Guten Tag Zoë Okonjo, vielen Dank",
    ):
        assert words in text
    assert not re.search(r"\b(?:the|you|your|they)\b", text)
