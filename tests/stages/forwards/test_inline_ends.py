"""Where the original of an inline forward ends: what the forwarder wrote below it is nobody else's words."""

from __future__ import annotations

import pytest

from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.settings import Settings
from tests.builders.letters import mail

LIMITS = Settings().limits
BLOCK = (
    "---------- Forwarded message ---------\n"
    "From: Bo Lindgren <bo@net.test>\nDate: Tue, 3 Mar 2026 10:00:00 +0100\n"
    "Subject: Old words\nTo: <amy@owner.test>\n\n"
)
ORIGINAL = "Dear Amy,\n\nlook: https://net.test/bo\n"
SIGNED = "\n-- \nAmy Ferrand\nPay by wire.\n"


def original(body: str, kind: str = "plain") -> Letter:
    raw = mail(body, subject="Fwd: Old words", content_type=f"text/{kind}; charset=utf-8")
    found = quoted(read_letter(raw, "", (), LIMITS))
    assert found is not None
    return found


def page(text: str, tag: str = "div") -> str:
    lines = (f"<{tag}>{line.replace('<', '&lt;')}</{tag}>" for line in text.split("\n") if line)
    return "".join(lines).replace("https://net.test/bo", '<a href="https://net.test/bo">Bo</a>')


def test_a_forwarders_signature_below_the_original_is_left_out() -> None:
    below = SIGNED + "https://ferrand.test/\n"
    for found in (original(BLOCK + ORIGINAL + below), original(page(BLOCK + ORIGINAL + below), "html")):
        assert "Dear Amy," in found.words
        assert "wire" not in found.all_words
        assert "ferrand" not in " ".join((*found.written, *found.page.hrefs))
        assert found.unended
    html = original(page(BLOCK + ORIGINAL + below), "html").page
    assert ([item.text for item in html.items], html.hrefs) == (["Dear Amy,", "look:", "Bo"], ("https://net.test/bo",))


@pytest.mark.parametrize(
    "below",
    [
        "\n--\nBo\n\nhttps://net.test/leave\n",
        "\n--\nBo\n\n" + BLOCK.replace("Bo Lindgren", "Eve Holm") + "The first.\n",
    ],
)
def test_a_signature_with_more_of_the_original_below_it_cuts_off_nothing(below: str) -> None:
    for found in (original(BLOCK + ORIGINAL + below), original(page(BLOCK + ORIGINAL + below), "html")):
        assert below.split()[-1].rpartition("/")[2] in f"{found.words} {found.page.hrefs}"


def test_a_signature_in_an_original_that_links_nowhere_above_it_does_not_cut_off_its_frame() -> None:
    found = original(BLOCK + "Dear Amy,\n\n--\nBo\n\nAnswer: https://net.test/bo\n")
    assert found.written == ("https://net.test/bo",)


def test_a_page_that_is_quoted_ends_with_its_quote() -> None:
    body = f'<p>Who?</p><blockquote type="cite">{page(BLOCK + ORIGINAL)}</blockquote>'
    found = original(f'{body}<p>Pay by wire. <a href="https://ferrand.test/">me</a></p>', "html")
    assert [item.text for item in found.page.items] == ["Dear Amy,", "look:", "Bo"]
    assert (found.page.hrefs, found.page.text) == (("https://net.test/bo",), "Dear Amy,\nlook: Bo")
    assert not found.unended


def test_a_page_that_is_not_quoted_keeps_what_follows_a_quote_in_it() -> None:
    found = original(page(BLOCK) + "<blockquote><p>You asked.</p></blockquote><p>I answer.</p>", "html")
    assert found.page.text == "You asked.\nI answer."
    assert found.unended


def test_a_text_that_is_quoted_shows_its_end_and_what_it_holds_is_no_more_certain_than_it() -> None:
    marked = "".join(f"> {line}\n" for line in (BLOCK + ORIGINAL).split("\n"))
    assert not original(marked + "\nPay by wire.\n").unended
    inner = quoted(original(f"{BLOCK}Look:\n\n{marked}"))
    assert inner is not None
    assert inner.unended
