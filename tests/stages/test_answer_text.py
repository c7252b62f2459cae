"""Only what the owner wrote is read: not what their client quotes, signs or appends. And who is no person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer_text import CHARACTERS, LINES, written
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.reply import is_automatic
from stages.settings import Limits, Settings
from tests.builders.letters import mail, received
from tests.builders.linkedin import invitation_modern
from tests.builders.replies import CLIENTS, reply

TOKEN = "abcdefghijklmnopqrstuvwxyz"
ADDRESS = f"amy+answer-{TOKEN}@salver.test"
OURS = (
    f"From: Salver <salver@salver.test>\r\nReply-To: {ADDRESS}\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
    "Hello Amy,\r\n\r\nSay what to do:\r\n\r\n1 good, 2 asked, 3 never\r\n\r\nugly\r\n\r\nSalver\r\n--x\r\n"
    'Content-Type: text/html; charset=utf-8\r\n\r\n<html><body style="color: black"><p>Hello Amy,</p><ul>'
    "<li>ugly</li><li>3 never</li></ul><p>Salver</p></body></html>\r\n--x--\r\n"
).encode()  # fmt: skip
SETTINGS = Settings.model_validate({"owners": [{"addresses": ["amy@salver.test"], "name": "Amy Ferrand"}]})


def letter_of(raw: bytes, mail_from: str = "amy@mail.test") -> Letter:
    return read_letter(raw, mail_from, (ADDRESS,), Limits())


@pytest.mark.parametrize("client", CLIENTS)
def test_what_is_written_above_or_below_the_quotation_is_all_that_is_read(client: str) -> None:
    said = written(letter_of(reply("1 good\n\n2 asked", OURS, client)))
    assert [line for line in said if line] == ["1 good", "2 asked"]


@pytest.mark.parametrize("client", [name for name in CLIENTS if name != "bare"])
def test_an_answer_without_a_word_of_its_own_says_nothing_whatever_it_quotes(client: str) -> None:
    parsed = parse(reply("", OURS, client), received("amy@mail.test", (ADDRESS,)), SETTINGS)
    assert parsed.reply is not None
    assert parsed.reply.instructions == ()


def test_the_wrapped_end_of_a_quoted_line_is_nobodys_order() -> None:
    raw = mail("On Monday, Salver wrote:\n> you can say good, asked or\nnever\n> and more\n\n2 asked\n")
    assert [line for line in written(letter_of(raw)) if line] == ["2 asked"]


@pytest.mark.parametrize(
    "below",
    [
        "-- \nnever\n",
        "________________________________\nnever\n",
        "-----Ursprüngliche Nachricht-----\nnever\n",
        "Sent from my iPhone\nnever\n",
        "Gesendet mit der GMX Mail App\nnever\n",
        "Von: Salver\nnever\n",
        "*From:* Salver\nnever\n",
        "Le lun. 16 nov. 2026 à 12:00, Salver <a@b.test> a écrit :\nnever\n",
        "2026年11月16日(月) 12:00 Salver <a@b.test>:\nnever\n",
    ],
)
def test_below_what_ends_an_answer_nothing_counts(below: str) -> None:
    raw = mail(f"asked\n\n{below}", content_type="text/plain; charset=utf-8")
    assert [line for line in written(letter_of(raw)) if line] == ["asked"]


def test_a_greeting_that_names_us_is_no_quotation() -> None:
    assert [line for line in written(letter_of(mail("Hi Salver:\nasked\n"))) if line] == ["Hi Salver:", "asked"]


def test_of_a_long_answer_the_beginning_is_read() -> None:
    lines = written(Letter(text="\n".join(f"{number} good" for number in range(1, 100))))
    assert lines == tuple(f"{number} good" for number in range(1, LINES + 1))
    assert written(Letter(text="x" * 5_000)) == ("x" * CHARACTERS,)


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=4_000) | st.text("> \n:@-1a", max_size=4_000)
)
def test_any_text_is_bounded(text: str) -> None:
    said = written(Letter(text=text))
    assert len(said) <= LINES
    assert sum(map(len, said)) <= CHARACTERS
    assert not any(line.startswith(">") for line in said)


AUTOMATIC = {
    "Auto-Submitted": "auto-replied; owner-email=x",
    "auto-submitted": "AUTO-GENERATED",
    "Precedence": "bulk",
    "precedence": "List",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
    "List-Id": "<a.b.test>",
    "X-Autoreply": "yes",
    "Content-Type": "multipart/report; report-type=delivery-status; boundary=x",
    "Subject": "Automatic reply: to ask",
    "subject": "Abwesenheitsnotiz: Frage",
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_machine_wrote_is_no_answer(name: str) -> None:
    raw = mail("asked\n", **{name.replace("-", "_"): AUTOMATIC[name]})
    assert is_automatic(letter_of(raw))
    told = parse(raw, received("amy@mail.test", (ADDRESS,)), SETTINGS).reply
    assert told is not None
    assert told.automatic
    assert told.instructions == ()


def test_what_comes_from_nobody_is_no_answer() -> None:
    assert is_automatic(letter_of(mail("asked\n"), ""))


@pytest.mark.parametrize(
    "fields", [{}, {"auto_submitted": "no"}, {"precedence": "first-class"}, {"x_auto_response_suppress": "None"}]
)
def test_a_persons_mail_is_an_answer(fields: dict[str, str]) -> None:
    assert not is_automatic(letter_of(mail("asked\n", **fields)))


def test_only_the_envelope_makes_a_mail_an_answer() -> None:
    raw = mail("asked\n", to=ADDRESS)
    assert parse(raw, received("amy@mail.test", ("amy@salver.test",)), SETTINGS).reply is None
    told = parse(mail("asked\n"), received("amy@mail.test", (ADDRESS.upper(),)), SETTINGS).reply
    assert told is not None
    assert told.token == TOKEN


def test_a_networks_mail_to_such_an_address_is_judged_as_ever_and_is_no_answer() -> None:
    parsed = parse(invitation_modern(), received("bounce@linkedin.com", (ADDRESS,)), SETTINGS)
    assert parsed.network == "linkedin"
    assert parsed.reply is None
