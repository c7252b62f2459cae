"""The picture an import ends with: it claims nothing that the mails do not bear out, and its page is safe to open."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.importing import page
from pipeline.importing.picture import Answer, Line, Picture, _with_answers, headline, rows, text
from pipeline.importing.trouble import SourceTrouble
from tests.builders.linkedin import NOON
from tests.builders.past import DAY

ANN = Line(NOON, "Ann Moe", "Engineer", "https://www.linkedin.com/in/ann", "good", 5.0, "note is personal +4")
HOSTILE = (
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "</title><script src=//evil.test></script>",
    "' onmouseover='alert(1)", "<style>@import url(//evil.test)</style>", "&lt;script&gt;", "</table><iframe src=a>",
    "<!--", "]]>", "\u202eevil\u202c", "{{7*7}}",
)  # fmt: skip
LINKS = (
    "javascript:alert(1)", "https://evil.test/in/ann", "https://linkedin.com.evil.test/in/a", "http://linkedin.com/in/a",
    'https://www.linkedin.com/in/a"onclick="alert(1)', "https://www.linkedin.com@evil.test/in/a", "https://lnkd.in/abc",
    "data:text/html,<script>alert(1)</script>", "https://www.linkedin.com/in/a b", "//www.linkedin.com/in/a",
    "https://www.linkedin.com\\@evil.test/", "https://www.linkedin.com/<b>",
)  # fmt: skip
TAGS = frozenset("html head meta title style body h1 h2 table tr th td a bdi p".split())  # noqa: SIM905


class Reader(HTMLParser):
    """Everything a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def picture(*lines: Line, tells: bool = True) -> Picture:
    return Picture(lines, tells, UTC)


def check(html: str) -> Reader:
    """No script, nothing loaded, only links to the networks, which learn nothing of where they were followed from."""
    found = read(html)
    assert {tag for tag, _ in found.tags} <= TAGS
    for tag, attributes in found.tags:
        allowed = {"a": {"href", "rel"}, "meta": {"charset", "name", "content", "http-equiv"}, "html": {"lang"}}
        assert set(attributes) <= allowed.get(tag, {"class"}), (tag, attributes)
        if tag == "a":
            assert re.match(r"https://([a-z]+\.)?(linkedin|facebook|wellfound)\.com/", attributes["href"] or "")
            assert "noreferrer" in (attributes["rel"] or "")
        if tag == "meta":
            assert attributes.get("http-equiv") in (None, "Content-Security-Policy"), "a refresh would lead away"
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html
    return found


def test_the_page_puts_the_profile_first_and_loads_nothing() -> None:
    found = check(page.page(picture(ANN)))
    (link,) = [attributes for tag, attributes in found.tags if tag == "a"]
    assert link == {"href": "https://www.linkedin.com/in/ann", "rel": "noreferrer noopener"}
    assert "Ann Moe" in found.words
    assert found.tags[[tag for tag, _ in found.tags].index("td") + 1][0] == "a"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_a_stranger_is_called_is_shown_as_words(hostile: str) -> None:
    found = check(page.page(picture(ANN._replace(name=hostile, headline=hostile, reason=hostile))))
    assert found.words.count(hostile) == 3, "whole, and as text"


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_leads_elsewhere_is_none(link: str) -> None:
    found = check(page.page(picture(ANN._replace(profile=link))))
    assert not [tag for tag, _ in found.tags if tag == "a"]
    assert "Ann Moe" in found.words


def test_the_page_is_for_its_owner_alone_and_takes_no_other_files_place(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    page.check_place(path)
    page.write(picture(ANN), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    page.check_place(path)
    page.write(picture(), path)
    assert "There is no request" in path.read_text("utf-8")
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]
    (tmp_path / "letters.mbox").write_bytes(b"From me")
    for place in (tmp_path, tmp_path / "letters.mbox"):
        with pytest.raises(SourceTrouble, match="--html"):
            page.check_place(place)


def test_the_sentence_says_what_the_mails_tell_and_no_more() -> None:
    ugly = ANN._replace(verdict="ugly", score=-3.0)
    year = ANN._replace(at=NOON - 340 * DAY)
    assert headline(picture()) == "There is no request among these mails."
    assert headline(picture(ugly)) == "1 request in 1 month (2026-11): 0 good."
    assert headline(picture(year, ugly, ANN)) == (
        "3 requests in 12 months (2025-12 to 2026-11): 2 good, 2 of them you never answered, "
        "as far as these mails tell."
    )
    assert headline(picture(year, ANN, tells=False)).endswith(
        "2 good. These mails cannot tell whom you answered: none of them is about an acceptance or a message."
    )
    told = headline(picture(ANN, ANN._replace(answered="yes"), ANN._replace(answered="maybe")))
    assert "3 good, 1 of them you never answered" in told
    assert "For 1 more a mail says that you did, but nothing proves that it is real." in told


def test_without_a_word_about_answers_nothing_is_called_unanswered() -> None:
    told = text(picture(ANN, tells=False)) + page.page(picture(ANN, tells=False)).partition("<p class")[0]
    assert "never answered" not in told
    assert "Ann Moe" in told


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        (Answer(NOON + DAY, "ann moe", ANN.profile, True), "yes"),
        (Answer(NOON + DAY, "ann moe", "", True), "yes"),
        (Answer(NOON + DAY, "ann m.", ANN.profile, True), "yes"),
        (Answer(NOON + DAY, "ann moe", ANN.profile, False), "maybe"),
        (Answer(NOON + DAY, "ann moe", "https://www.linkedin.com/in/another", True), "no"),
        (Answer(NOON + DAY, "bo", "", True), "no"),
        (Answer(NOON - DAY, "ann moe", ANN.profile, True), "no"),
        (Answer(NOON + DAY, "", "", True), "no"),
    ],
)
def test_only_a_later_mail_about_the_same_person_tells_of_an_answer(answer: Answer, answered: str) -> None:
    (line,) = _with_answers([ANN], [answer])
    assert line.answered == answered


def test_the_table_is_by_month_and_for_many_years_by_year() -> None:
    few = picture(ANN._replace(at=NOON - 40 * DAY, verdict="ugly"), ANN, ANN._replace(answered="yes"))
    assert [(when, total, never) for when, total, _, never in rows(few)] == [("2026-10", 1, 0), ("2026-11", 2, 1)]
    many = picture(*(ANN._replace(at=NOON - 30 * DAY * n) for n in reversed(range(40))))
    found = rows(many)
    assert [when for when, *_ in found] == ["2023", "2024", "2025", "2026"]
    assert sum(total for _, total, _, _ in found) == 40


def test_a_month_is_one_of_the_owners_time_zone() -> None:
    at = int(datetime(2026, 10, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert Picture((ANN._replace(at=at),), True, ZoneInfo("Europe/Oslo")).month(ANN._replace(at=at)) == "2026-11"


def test_the_terminal_shows_the_best_first_and_is_not_steered_by_a_name() -> None:
    best = ANN._replace(name="Bo\x1b[2J\u202e", score=9.0, at=NOON - DAY)
    told = text(picture(best, ANN, ANN._replace(name="Cy", at=NOON - 2 * DAY)))
    assert re.findall(r"^(Bo|Ann Moe|Cy)", told, re.MULTILINE) == ["Bo", "Ann Moe", "Cy"]
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "2026-11-16" in told
    assert "note is personal +4" in told
