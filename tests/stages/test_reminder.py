"""The mail about one request: whom to ask why, what came back, or whom to answer; in the owner's language."""

from __future__ import annotations

import re

import pytest

from stages.calm import FollowUp
from stages.events import Notice, counted, shown
from stages.own_mail import own_id
from stages.reminder import compose
from stages.settings import Owner
from tests.builders.own_mails import AMY, ANSWER, JUNE, TOLD, ZOE, opened, reminder, text_of


def lines(octets: bytes) -> list[str]:
    return text_of(octets).split("\r\n")


def told(octets: bytes) -> str:
    return " ".join(text_of(octets).split())


def pasted(octets: bytes) -> str:
    return lines(octets)[lines(octets).index("A question you can paste") + 3]


def test_the_profile_link_comes_first_and_stands_alone() -> None:
    for asking in ("ask", "second", "maybe", "unseen", "owed"):
        octets = compose(reminder(asking=asking), AMY, TOLD, ANSWER)
        assert lines(octets)[:2] == ["https://www.linkedin.com/in/zoe-okonjo", ""]


def test_a_reminder_to_ask_says_who_it_is_what_we_know_what_to_paste_and_how_to_answer() -> None:
    octets = compose(reminder(known=("Photo: yes", "Asked before: 2 times")), AMY, TOLD, ANSWER)
    assert opened(octets)["Subject"] == "Zoë Okonjo would like to connect: ask why?"
    text = told(octets)
    assert "Zoë Okonjo would like to connect with you on LinkedIn, and the request does not say why." in text
    rows = lines(octets)
    for item in ("Buyer at Tidewater Rope", "1 connection in common with you", "Photo: yes", "Asked before: 2 times"):
        assert rows.count(f"  - {item}") == 1
    assert re.fullmatch(r"Hi Zoë, .*\?.* Amy", pasted(octets))
    assert 'Reply to this mail with one word: "asked" when you have asked them, "good" or "ugly"' in text
    assert '"snooze 3 days"' in text
    assert '"dismiss"' in text
    assert "Salver waits 7 days for their answer" in text
    assert "salver asked" not in text, "the answer by mail is enough"


def test_where_it_cannot_be_answered_by_mail_it_names_the_command() -> None:
    text = told(compose(reminder(), AMY, TOLD, ""))
    assert "`salver asked 01234567`" in text
    assert "`salver dismiss 01234567`" in text
    assert "Reply to this mail" not in text
    assert "move the mail of the request to Good, Intriguing or Ugly" in text


def test_the_second_reminder_is_polite_and_says_that_it_is_the_last() -> None:
    octets = compose(reminder(asking="second"), AMY, TOLD, ANSWER)
    assert "(last reminder)" in opened(octets)["Subject"]
    text = told(octets)
    assert "This is the last reminder about this request." in text
    assert "you will not be reminded of it again" in text
    assert "Hi Zoë, thanks for reaching out!" in text


def test_a_message_that_may_be_theirs_is_asked_about() -> None:
    octets = compose(reminder(asking="maybe"), AMY, TOLD, ANSWER)
    assert opened(octets)["Subject"] == "Was that Zoë Okonjo? A message came"
    text = told(octets)
    assert "A message came on LinkedIn from somebody called Zoë Okonjo" in text
    assert '"yes" if it was their answer, "no" if it was not.' in text
    assert "paste" not in text
    assert "`salver answered 01234567`" in told(compose(reminder(asking="maybe"), AMY, TOLD, ""))


def test_an_answer_that_nobody_saw_is_told_with_how_it_was_taken() -> None:
    unseen = reminder(asking="unseen", reason="4 h after you asked", verdict="good")
    text = told(compose(unseen, AMY, TOLD, ANSWER))
    assert "Zoë Okonjo answered on LinkedIn, 4 h after you asked. The mail does not show what they wrote" in text
    assert "Because the answer came quickly, Salver filed the request as good, in your folder Good." in text
    assert 'if we are wrong: "good", "intriguing" or "ugly".' in text
    assert "paste" not in text
    for verdict in (None, "follow_up", "intriguing", "ugly"):
        other = told(compose(unseen.model_copy(update={"verdict": verdict, "reason": ""}), AMY, TOLD, ANSWER))
        assert "as good" not in other
        folder = {None: "", "follow_up": "Intriguing", "intriguing": "Intriguing", "ugly": "Ugly"}[verdict]
        assert (f"judged the request with it, and filed it in your folder {folder}." in other) is bool(folder)
        assert "Zoë Okonjo answered on LinkedIn. The mail" in other


def test_somebody_who_waits_for_the_owner_is_told_of() -> None:
    octets = compose(reminder(asking="owed"), AMY, TOLD, ANSWER)
    assert opened(octets)["Subject"] == "Zoë Okonjo wrote to you: time to answer?"
    text = told(octets)
    assert "Zoë Okonjo wrote to you on LinkedIn. You had invited them" in text
    assert '"done" when you have answered them, "snooze 3 days" to be reminded later, or "dismiss"' in text
    assert "Move the mail" not in text
    assert "paste" not in text


def test_how_long_an_answer_is_waited_for_is_as_configured() -> None:
    calm = TOLD.model_copy(update={"follow_up": FollowUp.model_validate({"answer_within": "12h"})})
    assert "Salver waits 12 h for their answer" in told(compose(reminder(), AMY, calm, ANSWER))
    at_once = TOLD.model_copy(update={"follow_up": FollowUp(asked_when_reminded=True)})
    assert "Salver takes it that you ask them now, waits 7 days" in told(compose(reminder(), AMY, at_once, ANSWER))


GERMAN = {
    "ask": ("Zoë Okonjo möchte sich mit Ihnen vernetzen: nachfragen, warum?", "„gefragt“, wenn Sie nachgefragt haben"),
    "second": ("(letzte Erinnerung)", "Dies ist die letzte Erinnerung an diese Anfrage."),
    "maybe": ("War das Zoë Okonjo? Eine Nachricht kam", "„ja“, wenn es die Antwort war, „nein“, wenn nicht."),
    "unseen": ("Zoë Okonjo hat Ihnen geantwortet", "hat auf LinkedIn geantwortet, 3 Tage nach Ihrer Frage."),
    "owed": ("Zoë Okonjo hat Ihnen geschrieben: Zeit für eine Antwort?", "„erledigt“, wenn Sie geantwortet haben"),
}


@pytest.mark.parametrize("asking", GERMAN)
def test_a_german_owner_reads_german(asking: str) -> None:
    known = ("Photo: yes", "Asked before: 2 times", "Really from LinkedIn: can't tell (no signature of LinkedIn)")
    octets = compose(reminder(asking=asking, known=known, reason="3 days after you asked"), JUNE, TOLD, ANSWER)
    subject, words = GERMAN[asking]
    assert subject in opened(octets)["Subject"]
    assert words in told(octets)
    for item in (
        "1 gemeinsamer Kontakt mit Ihnen",
        "Foto: ja",
        "Schon früher angefragt: 2-mal",
        "Wirklich von LinkedIn: unklar (keine Signatur von LinkedIn)",
    ):
        assert f"  - {item}" in lines(octets)
    assert not re.search(r"\b(?:the|you|your|to)\b", told(octets))


def test_the_question_is_in_the_requesters_language_or_else_in_the_owners() -> None:
    assert pasted(compose(reminder(language="fr"), AMY, TOLD, ANSWER)).startswith("Bonjour Zoë Okonjo, merci")
    assert pasted(compose(reminder(language="pt-BR"), AMY, TOLD, ANSWER)).startswith("Olá, Zoë Okonjo, agradeço")
    assert pasted(compose(reminder(language="DE_at"), AMY, TOLD, ANSWER)).startswith("Guten Tag Zoë Okonjo, vielen")
    assert pasted(compose(reminder(language="ja"), AMY, TOLD, ANSWER)).startswith("Hi Zoë, thanks")
    assert pasted(compose(reminder(language=None), AMY, TOLD, ANSWER)).startswith("Hi Zoë, thanks")
    assert "Guten Tag Zoë Okonjo, vielen" in told(compose(reminder(language=None), JUNE, TOLD, ANSWER))


@pytest.mark.parametrize(
    "name", ["http://evil.test Bob", "evil.test Bob", "t.co Bob", "Bob t.co", "50% off", "Call+49301234", "x" * 41]
)
def test_only_what_looks_like_a_name_is_put_into_the_owners_mouth(name: str) -> None:
    for language, hello in (("en", "Hello, thanks"), ("fr", "Bonjour, merci")):
        assert pasted(compose(reminder(Notice(name=shown(name)), language=language), AMY, TOLD, ANSWER)).startswith(
            hello
        )


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dr. Anna Weber", "Anna"),
        ("Jean-Luc O'Neill, PhD", "Jean-Luc"),
        ("Sam Roe (she/her)", "Sam"),
        ("J.R. Roe", "J.R. Roe"),
        ("Sam J. Roe", "Sam"),
        ("Łucja", "Łucja"),
    ],
)
def test_titles_and_degrees_are_no_first_name(name: str, first: str) -> None:
    assert pasted(compose(reminder(Notice(name=shown(name))), AMY, TOLD, ANSWER)).startswith(f"Hi {first}, thanks")


def test_the_question_is_one_line_to_paste_without_line_breaks_of_ours() -> None:
    question = pasted(compose(reminder(), AMY, TOLD, ANSWER))
    assert len(question) > 100
    assert question.endswith("Best wishes, Amy")


def test_what_is_not_shown_is_not_told() -> None:
    bare = reminder(Notice(), known=(), network=None)
    octets = compose(bare, Owner(addresses=("amy@salver.test",)), TOLD, ANSWER)
    text = told(octets)
    assert text.startswith("Somebody would like to connect with you, and")
    assert "What we know" not in text
    assert "Who it is" not in text
    assert re.search(r"Hello, thanks .* Best wishes (?=How)", text)


def test_title_and_company_stand_for_a_headline() -> None:
    about = Notice(title=shown("Buyer"), company=shown("Tidewater"), mutual_connections=counted(2))
    assert "  - Buyer at Tidewater" in lines(compose(reminder(about), AMY, TOLD, ANSWER))
    assert "  - 2 connections in common with you" in lines(compose(reminder(about), AMY, TOLD, ANSWER))
    assert "  - Buyer bei Tidewater" in lines(compose(reminder(about), JUNE, TOLD, ANSWER))
    both = about.model_copy(update={"headline": ZOE.headline})
    assert "Buyer at Tidewater\r\n" not in text_of(compose(reminder(both), AMY, TOLD, ANSWER))


def test_another_request_and_another_turn_make_another_mail() -> None:
    ids = {own_id(reminder()), own_id(reminder(request="r-2")), own_id(reminder(version=2))}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)
