"""A fingerprint is alike for one layout whoever writes, and another where the network builds its mail otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from html import escape, unescape
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings, strategies as st

from stages.layouts import layout_of
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Owner, Settings
from stages.sources.linkedin.kinds import role_of
from tests.builders import linkedin
from tests.builders.events import received
from tests.builders.linkedin import Person

AMY = Settings(owners=(Owner(addresses=("amy@salver.test",)),))
line = st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
people = st.builds(
    Person,
    name=line,
    headline=st.just("") | line,
    location=st.just("") | line,
    vanity=st.from_regex(r"[a-z]{3,12}-[0-9a-f]{3,9}", fullmatch=True),
    photo=st.booleans(),
    number=st.integers(10**15, 10**19),
    note=st.just("") | line,
    mutual=st.just("") | st.just("3 mutual connections"),
)
LAYOUTS: dict[str, Callable[[Person, int], bytes]] = {
    "2016": lambda person, at: linkedin.invitation_2016(person, at=at),
    "modern": lambda person, at: linkedin.invitation_modern(person, at=at),
    "digest": lambda person, at: linkedin.digest_of_invitations([person], at=at),
    "accepted": lambda person, at: linkedin.accepted(person, at=at),
    "message": lambda person, at: linkedin.message(person, at=at),
}


def wrapped(raw: bytes, wrap: Callable[[str], str]) -> bytes:
    """The mail with every link of its page led through somebody else's address."""
    mail = message_from_bytes(raw, policy=policy.default)
    page = mail.get_body(("html",))
    assert page is not None
    led = re.sub(r'href="([^"]*)"', lambda found: f'href="{escape(wrap(unescape(found[1])))}"', page.get_content())
    return linkedin.assemble([(name, str(mail[name])) for name in ("From", "Subject", "X-LinkedIn-Template")], html=led)


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", (), Limits())


def layout(raw: bytes) -> str:
    return layout_of(letter(raw), role_of)


USUAL = {name: layout(make(linkedin.MIRA, linkedin.NOON)) for name, make in LAYOUTS.items()}


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@settings(max_examples=60, deadline=None)
@given(person=people, at=st.integers(1_500_000_000_000, 1_900_000_000_000))
@example(person=Person(photo=False, headline="", location=""), at=linkedin.NOON)
@example(person=Person(note="Hello, we met in Oslo.", mutual="12 mutual connections"), at=linkedin.NOON)
def test_it_is_the_same_whoever_writes_and_whenever(name: str, person: Person, at: int) -> None:
    assert layout(LAYOUTS[name](person, at)) == USUAL[name]


def test_layouts_differ_from_each_other() -> None:
    assert len(set(USUAL.values())) == len(USUAL)
    assert all(re.fullmatch(r"p[0-9a-f]{15}", found) for found in USUAL.values())


@pytest.mark.parametrize("count", [1, 2, 10])
def test_a_list_is_the_same_however_long_it_is(count: int) -> None:
    several = [Person(name=f"Person {number}", vanity=f"person-{number}", number=number) for number in range(count)]
    assert layout(linkedin.digest_of_invitations(several)) == USUAL["digest"]


@pytest.mark.parametrize("lang", ["de", "fr", "zh-TW", "ar"])
def test_it_is_the_same_in_every_language(lang: str) -> None:
    greeted = {"de": "Ich würde Sie gerne zu meinem Netzwerk hinzufügen", "ar": "أرغب في الانضمام إلى شبكتك"}
    raw = linkedin.invitation_modern(lang=lang, default=greeted.get(lang, "我想加入您的人脈"), subject=lang)
    assert layout(raw) == USUAL["modern"]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_filter_that_wraps_all_links_changes_nothing(name: str) -> None:
    wrapper = "https://eur01.safelinks.protection.outlook.com/?url={}&data=05%7C02"
    raw = wrapped(LAYOUTS[name](linkedin.MIRA, linkedin.NOON), lambda url: wrapper.format(quote(url, safe="")))
    assert b"safelinks" in raw
    assert layout(raw) == USUAL[name]


def test_a_forward_that_hands_the_mail_on_changes_nothing() -> None:
    raw = b"Resent-From: Amy <amy@home.test>\r\nX-Forwarded-To: amy@salver.test\r\n" + linkedin.invitation_modern()
    assert parse(raw, received(), AMY).layout == USUAL["modern"]


CHANGES: dict[str, Callable[[str], str]] = {
    "a part is called otherwise": lambda page: page.replace("-hero-", "-spotlight-"),
    "the name is another heading": lambda page: page.replace("<h2>", "<h3>").replace("</h2>", "</h3>"),
    "a button is gone": lambda page: page.replace("accept~cta", ""),
    "a button is new": lambda page: page.replace(
        "</body>", '<p><a href="https://www.linkedin.com/x?trk=eml-t-later-0-snooze~cta">Later</a></p></body>'
    ),
    "the frame is gone": lambda page: re.sub(r"<table><tr><td><p>This email.*?</table>", "", page, flags=re.DOTALL),
    "words stand in other elements": lambda page: page.replace("<p>", "<section>").replace("</p>", "</section>"),
    "the order is another": lambda page: re.sub(
        r"(<body.*?>)(.*)(<table>.*?invite-accept.*?</table>)", r"\1\3\2", page, count=1, flags=re.DOTALL
    ),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
@settings(max_examples=10, deadline=None)
@given(person=people)
def test_it_is_another_where_the_page_is_built_in_another_way(change: str, person: Person) -> None:
    def changed(each: Person) -> str:
        template = "email_m2m_invite_single_01"
        body = "<p>Hello</p>" + linkedin._card(each, template, "hero", linkedin.NOON)
        page = CHANGES[change](linkedin.page_modern(body, template, linkedin.NOON))
        fields = linkedin.headers("A <invitations@linkedin.com>", "s", template=template)
        return layout(linkedin.assemble(fields, html=page))

    assert changed(person) not in USUAL.values()
    assert changed(person) == changed(linkedin.MIRA)


def test_of_a_mail_in_text_alone_its_links_count() -> None:
    template = linkedin.SINGLE

    def in_text(person: Person, at: int, footer: str = "") -> str:
        text = linkedin.text_2016(person, "Hello", template, at) + footer
        return layout(linkedin.assemble(linkedin.headers("A <invitations@linkedin.com>", "s"), text))

    assert in_text(linkedin.MIRA, 1) == in_text(Person(name="Ann Lee", vanity="ann", mutual="x"), 99)
    assert re.fullmatch(r"t[0-9a-f]{15}", in_text(linkedin.MIRA, 1))
    more = linkedin.tracked("/x", template, "later-0-snooze~cta", 1)
    assert in_text(linkedin.MIRA, 1, more) != in_text(linkedin.MIRA, 1)


def test_what_tells_nothing_has_no_fingerprint() -> None:
    assert layout(linkedin.invitation_2011()) == ""
    assert layout(linkedin.employee()) == ""
    assert layout(linkedin.signature_only()) == ""
    assert layout(b"") == ""


@pytest.mark.parametrize("client", ["Fwd: ", "WG: "])
def test_a_mail_that_a_client_wrote_anew_has_none(client: str) -> None:
    original = letter(linkedin.invitation_2016())
    dated = "From: Mira Solberg <invitations@linkedin.com>\r\nDate: Mon, 16 Nov 2026 12:00:00 +0000"
    head = f"{dated}\r\nSubject: {original.subject}"
    text = f"---------- Forwarded message ---------\r\n{head}\r\nTo: <amy@salver.test>\r\n\r\n" + original.text.replace(
        "\n", "\r\n"
    )
    raw = f"From: Amy <amy@home.test>\r\nTo: amy@salver.test\r\nSubject: {client}{original.subject}\r\n\r\n{text}"
    told = parse(raw.encode(), received(), AMY)
    assert told.forwarded is not None
    assert (told.network, told.forwarded.how, told.layout) == ("linkedin", "inline", "")


def test_a_page_of_any_size_takes_bounded_work() -> None:
    link = '<p><a href="https://www.linkedin.com/x?trk=eml-t-{0}-{0}">x</a></p>'
    page = "".join(link.format("abc"[n % 3] * (1 + n % 50)) for n in range(4_000))
    asked: list[str] = []

    def role(href: str) -> str:
        asked.append(href)
        return role_of(href)

    mail = letter(linkedin.assemble(linkedin.headers("A <invitations@linkedin.com>", "s"), html=page))
    assert layout_of(mail, role)
    assert len(asked) <= 2_000
    assert len(role_of("https://www.linkedin.com/x?trk=eml-t-" + "a" * 100_000)) <= 100
