"""Names in any script: header and body are compared in one form, however each of them spells it."""

from __future__ import annotations

import time
import unicodedata

import pytest

from stages.fields import decode_words, plain
from stages.letter import read_letter
from stages.settings import Limits
from stages.sources import facebook, linkedin
from tests.builders import facebook as facebook_mails, linkedin as linkedin_mails
from tests.builders.letters import mail

PERSIAN = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627 \u06a9\u0631\u06cc\u0645\u06cc"
HEBREW = "\u05d9\u05d5\u05e1\u05d9 \u05db\u05d4\u05df"
VIETNAMESE = "Nguy\u1ec5n V\u0103n Hi\u1ebfu"
SPELLINGS = [
    (PERSIAN, PERSIAN),
    (f"\u200f{HEBREW}\u200f", HEBREW),
    (unicodedata.normalize("NFD", VIETNAMESE), VIETNAMESE),
    ("O\u00adsk \u200bBerg\u2060", "Osk Berg"),
    ("O\u200csk", "Osk"),
    ("\u0645\u062d\u0645\u062f\u200d \u0639\u0644\u06cc", "\u0645\u062d\u0645\u062f\u200d \u0639\u0644\u06cc"),
    ("Ann \U0001f469\u200d\U0001f4bb", "Ann \U0001f469\u200d\U0001f4bb"),
    ("Robert Downey, Jr.", "Robert Downey, Jr."),
]


@pytest.mark.parametrize(("spelt", "shown"), SPELLINGS)
def test_whoever_asks_on_facebook_is_found_in_subject_and_page(spelt: str, shown: str) -> None:
    raw = facebook_mails.friend_request(facebook_mails.Friend(spelt, "some.key.5"))
    read = facebook.read(read_letter(raw, "", (), Limits()))
    assert (read.claims, read.layout_known) == ("invitation", True)
    assert [notice.name.value for notice in read.notices] == [shown]
    assert read.notices[0].profile_url.value == "https://www.facebook.com/some.key.5"


@pytest.mark.parametrize("made", [linkedin_mails.invitation_modern, linkedin_mails.invitation_2016])
@pytest.mark.parametrize(("spelt", "shown"), SPELLINGS)
def test_whoever_asks_on_linkedin_keeps_profile_and_headline(made: object, spelt: str, shown: str) -> None:
    raw = made(linkedin_mails.Person(name=spelt, note="Hi Amy"))  # type: ignore[operator]
    read = linkedin.read(read_letter(raw, "", (), Limits()))
    (notice,) = read.notices
    assert read.layout_known
    assert notice.name.value == shown
    assert (notice.headline.value, notice.profile_url.state) == (linkedin_mails.MIRA.headline, "shown")


@pytest.mark.parametrize("name", ["Ida Dahl, PhD", "Ida Dahl, Ph.D.", "Ida Dahl MD", "Ida Dahl, MBA, CPA", "Bo Ek III"])
def test_what_stands_behind_a_name_belongs_to_it(name: str) -> None:
    raw = facebook_mails.friend_request(facebook_mails.Friend(name, "some.key.5"))
    read = facebook.read(read_letter(raw, "", (), Limits()))
    assert [notice.name.value for notice in read.notices] == [name]


@pytest.mark.parametrize("name", ["Ida, Bo and Per", "Ida, come to Oslo", ", Jr.", "Ida, Jr., come"])
def test_a_comma_before_anything_else_is_no_name(name: str) -> None:
    raw = facebook_mails.friend_request(facebook_mails.Friend(name, "some.key.5"), whole=False)
    assert facebook.read(read_letter(raw, "", (), Limits())).claims == "other"


def test_the_same_letters_are_the_same_in_a_header_a_text_and_a_page_wherever_they_stand() -> None:
    name = unicodedata.normalize("NFD", "\u1ec5" * 7)
    for before in range(990, 1_003):
        body = f"{'x' * before}{name}"
        letter = read_letter(mail(body, content_type="text/plain; charset=utf-8"), "", (), Limits())
        assert letter.text.endswith(decode_words(name))
    entities = "".join(f"&#{ord(letter)};" for letter in name)
    letter = read_letter(mail(f"<p>{entities}</p>", content_type="text/html"), "", (), Limits())
    assert letter.page.text == decode_words(name) == "\u1ec5" * 7


def test_a_persian_note_keeps_its_spelling_and_padding_goes() -> None:
    for kind, text in (
        ("plain", f"{PERSIAN}\u200c \u200c\u200c x"),
        ("html", f"<p>{PERSIAN}\u200c \u200c\u200c x</p>"),
    ):
        letter = read_letter(mail(text, content_type=f"text/{kind}; charset=utf-8"), "", (), Limits())
        assert letter.words.split() == [*PERSIAN.split(), "x"]


@pytest.mark.parametrize(
    "heap", ["\u0315\u0300" * 300_000, "\u200c" * 600_000, "\u0639\u200c" * 300_000, "e\u0302" * 300_000]
)
def test_a_heap_of_accents_or_padding_in_a_header_takes_no_time(heap: str) -> None:
    start = time.process_time()
    plain(heap)
    facebook.kinds.is_name(", Jr" * 50_000)
    assert time.process_time() - start < 2
