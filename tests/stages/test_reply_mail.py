"""The mail that says what of an answer was not done: in the owner's language, with a way to try again."""

from __future__ import annotations

import re

from stages.moving import NONE, SEVERAL
from stages.reply_mail import compose
from tests.builders.own_mails import AMY, ANSWER, JUNE, TOLD, opened, reply, text_of

TROUBLES = (
    "There is no number 9 in the mail that you answered.",
    "2 (Sam Roe): it is settled, so `asked` changes nothing here.",
)


def told(octets: bytes) -> str:
    return " ".join(text_of(octets).split())


def test_it_says_what_was_written_what_was_not_done_and_what_was() -> None:
    wanted = reply(said="2 aksed", troubles=TROUBLES, done=("1 (Zoë Okonjo): good",), requests=("r-1", "r-2"))
    octets = compose(wanted, AMY, TOLD, ANSWER)
    assert opened(octets)["Subject"] == "Not everything you said could be done"
    text = told(octets)
    assert text.startswith("Hello Amy, You wrote: “2 aksed” What was not done")
    for sentence in (*TROUBLES, "1 (Zoë Okonjo): good"):
        assert f"- {sentence}" in text
    assert 'with the numbers of the mail that you answered, such as "1 asked, 2 good".' in text


def test_about_one_request_no_number_is_asked_for() -> None:
    text = told(compose(reply(requests=("r-1",)), AMY, TOLD, ANSWER))
    assert 'reply to this mail with one word, such as "asked"' in text
    assert "What was done" not in text
    assert "You wrote" not in text


def test_where_it_cannot_be_answered_it_names_the_command() -> None:
    text = told(compose(reply(), AMY, TOLD, ""))
    assert "`salver follow-ups` lists what waits" in text
    assert "reply to this mail" not in text


def test_a_german_owner_reads_german() -> None:
    wanted = reply(troubles=TROUBLES, done=("1 (Zoë Okonjo): snooze 3 days",), said="2 gefargt")
    octets = compose(wanted, JUNE, TOLD, ANSWER)
    assert opened(octets)["Subject"] == "Nicht alles, was Sie sagten, ließ sich ausführen"
    text = told(octets)
    assert "- In der Mail, auf die Sie geantwortet haben, gibt es keine Nummer 9." in text
    assert "- 2 (Sam Roe): es ist erledigt, deshalb ändert „asked“ hier nichts." in text
    assert "- 1 (Zoë Okonjo): aufgeschoben (3 Tage)" in text
    assert not re.search(r"\b(?:the|you|your)\b", text)


def test_of_very_much_only_the_first_is_told() -> None:
    text = told(compose(reply(troubles=tuple(f"x{at}x" for at in range(5000)), said="y" * 5000), AMY, TOLD, ANSWER))
    assert "x49x" in text
    assert "x50x" not in text
    assert len(text) < 2_000


def test_a_german_owner_reads_german_of_what_was_dropped_into_a_button_too() -> None:
    dropped = (NONE.format(folder="Asked"), SEVERAL.format(folder="Snooze/3 days", count=4))
    text = told(compose(reply(troubles=dropped), JUNE, TOLD, ANSWER))
    assert "- Die Mail, die Sie in „Asked“ abgelegt haben, enthält keine Anfrage." in text
    assert "- Die Mail, die Sie in „Snooze/3 days“ abgelegt haben, enthält 4 Anfragen" in text
