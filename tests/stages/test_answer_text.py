"""Only what the owner wrote is read: not what their client quotes, signs or appends. And who is no person."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

from stages.answer_text import CHARACTERS, LINES, written
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.reply import is_automatic
from stages.settings import Limits, Settings
from tests.builders.letters import mail, received
from tests.builders.linkedin import invitation_modern
from tests.builders.replies import CLIENTS, reply
from tests.conftest import ROOT

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
    assert told.token == hashlib.sha256(TOKEN.encode()).hexdigest(), "the token itself is not kept"


def test_a_networks_mail_to_such_an_address_is_judged_as_ever_and_is_no_answer() -> None:
    parsed = parse(invitation_modern(), received("bounce@linkedin.com", (ADDRESS,)), SETTINGS)
    assert parsed.network == "linkedin"
    assert parsed.reply is None


def page_letter(page: str, text: str = "") -> Letter:
    """Of an answer that is a page, with an empty or foreign text part beside it."""
    if text:
        parts = "".join(
            f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{part}\r\n"
            for kind, part in (("plain", text), ("html", page))
        )
        return letter_of(
            f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n{parts}--b--\r\n'.encode()
        )
    return letter_of(f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n".encode())


def own_lines(letter: Letter) -> list[str]:
    return [line for line in written(letter) if line]


STRANGER = "<p>1 asked, 2 good, 3 dismiss</p><h3>2. Accept</h3><p>good<br>ugly</p>"
QUOTED = {
    "a blockquote": f'<blockquote type="cite">{STRANGER}</blockquote>',
    "a nested one": f"<div><blockquote><div>{STRANGER}<blockquote>{STRANGER}</blockquote></div></blockquote></div>",
    "one that is never closed": f"<blockquote>{STRANGER}",
    "a rule": f"<hr>{STRANGER}",
    "gmail": f'<div class="x gmail_quote">{STRANGER}</div>',
    "yahoo": f'<div class="yahoo_quoted">{STRANGER}</div>',
    "thunderbird": f'<div class="moz-cite-prefix">x</div>{STRANGER}',
    "outlook": f'<div id="divRplyFwdMsg">x</div>{STRANGER}',
    "outlook, cleaned by a server": f'<div id="x_appendonsend"></div>{STRANGER}',
}


@pytest.mark.parametrize("how", QUOTED)
@pytest.mark.parametrize("beside", ["", "\r\n"])
def test_what_a_page_quotes_is_nobodys_order_though_no_line_says_who_wrote_it(how: str, beside: str) -> None:
    assert own_lines(page_letter(f"<div>3 ugly</div>{QUOTED[how]}", beside)) == ["3 ugly"]
    assert own_lines(page_letter(f"<div></div>{QUOTED[how]}", beside)) == []


def test_below_a_quotation_of_a_page_an_answer_counts_where_nothing_stands_above() -> None:
    quoted = QUOTED["a blockquote"]
    assert own_lines(page_letter(f"{quoted}<div>3 ugly</div>")) == ["3 ugly"]
    assert own_lines(page_letter(f"<div>3 never</div>{quoted}<div>3 ugly</div>")) == ["3 never"]
    assert own_lines(page_letter(f"{QUOTED['a rule']}<div>3 ugly</div>")) == []


@pytest.mark.parametrize(
    "head",
    ["Kimden: Salver", "Feladó: Salver", "De la: Salver <x>", "Από: Salver", "Gönderen *: Salver [x]", "x Salver <y>"],
)
def test_who_wrote_an_original_is_known_in_any_language_by_our_name(head: str) -> None:
    raw = mail(f"asked\n\n{head}\nnever\n", content_type="text/plain; charset=utf-8")
    assert own_lines(letter_of(raw)) == ["asked"]


@pytest.mark.parametrize("mark", ["> ", "| ", ": ", "S> ", "AF> "])
def test_lines_are_quoted_with_many_marks(mark: str) -> None:
    assert own_lines(letter_of(mail(f"asked\n\n{mark}never\n"))) == ["asked"]


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 16 Nov 2026 at 12:00, Salver wrote:",
        "Am 16.11.26 um 12:00 schrieb Salver:",
        "On Mon, Salver <a@b.test> wrote:",
        "On Mon, 16 Nov 2026 at 12:00, Salver\n<a@b.test> wrote:",
        "On Mon, 16 Nov 2026 at 12:00\nSalver wrote:",
    ],
)
def test_an_order_directly_above_the_line_that_says_who_wrote_is_read(head: str) -> None:
    assert own_lines(letter_of(mail(f"1 good\n2 ugly\n{head}\n> never\n"))) == ["1 good", "2 ugly"]
    page = f"<div>asked<br>{head.replace('<', '&lt;')}<br></div>{STRANGER}"
    assert own_lines(page_letter(page)) == ["asked"]


def fixed_texts() -> Iterator[str]:
    """Headings, and other lines of mails with requests that hold nothing of a stranger."""
    for language in ("en", "de"):
        told: dict[str, Any] = tomllib.loads((ROOT / "config" / "mails" / f"{language}.toml").read_text("utf-8"))
        yield from (told["reminder"][name] for name in ("person", "known", "question", "answer", "next"))
        yield from (told["digest"][name] for name in ("asks", "owed", "changed", "sample", "paste", "answer", "mail"))
        yield from (told["digest"][name] for name in ("wrote", "week", "overflow", "maybe"))
        yield from (told["reply"][name] for name in ("troubles", "done"))


@pytest.mark.parametrize("ours", list(fixed_texts()))
def test_nothing_is_done_with_an_answer_in_which_our_own_mail_stands_without_a_mark(ours: str) -> None:
    line = re.sub(r"\$\{\w+\}", "3", ours)
    raw = mail(f"1 good\n\n{line}\n\n2 ugly\n", content_type="text/plain; charset=utf-8")
    assert written(letter_of(raw)) == ()


def test_an_answer_about_a_lesson_that_does_not_count_is_told_as_unclear_also_where_the_rest_is_followed() -> None:
    raw = mail("2 good\n\nno k204981\n\nis what I would say today\n")
    told = parse(raw, received("amy@mail.test", (ADDRESS,)), SETTINGS).reply
    assert told is not None
    assert ([each.number for each in told.instructions], told.lessons, told.unclear) == ([2], (), "no k204981")
