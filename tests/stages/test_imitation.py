"""What in a sender or a link only imitates a network, for brands of any length."""

from __future__ import annotations

import re

import pytest

from stages import imitation
from stages.events import Notice, shown
from stages.imitation import Brand
from stages.letter import Letter, read_letter
from stages.settings import Limits
from tests.builders.letters import mail

KNOCKER = Brand(
    "Knocker",
    ("mail.knocker.test", "knocker.test"),
    spellings=("Knock Er",),
    kin=("knockergroup.test",),
    services="doors",
)
HIHO = Brand("Hiho", ("hiho.test",))


def letter(sender: str, body: str = "Hi\n", **fields: str) -> Letter:
    return read_letter(mail(body, **{"from": sender, **fields}), "", (), Limits())


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("Knocker <a@mail.knocker.test>", None),
        ("Knocker <a@sub.knocker.test>", None),
        ("Knocker <a@knockergroup.test>", None),
        ("Knock Er <a@knocker.test>", None),
        ("Ann Bell (via Knocker) <a@knocker.test>", None),
        ("Ann Bell <ann@sender.test>", None),
        ("Knockers of the World <a@sender.test>", None),
        ("Ann at Knocker <a@sender.test>", None),
        ("", None),
        ("Ann <a@kn0cker.test>", "is made to look like mail.knocker.test"),
        ("Ann <a@knocker.test.sender.test>", "is made to look like"),
        ("Ann <a@knoker.test>", "is made to look like"),
        ("Knokcer <a@knocker.test>", 'The sender\'s name "Knokcer" is a misspelt Knocker'),
        ("Knocker <a@sender.test>", "calls itself Knocker and writes from sender.test"),
        ("Knock Er <a@sender.test>", "calls itself Knocker"),
        ("Knocker Security <a@sender.test>", "calls itself Knocker"),
        ("Knocker Doors <a@sender.test>", "calls itself Knocker"),
        ("Ann Bell via Knocker <a@sender.test>", 'writes "via Knocker" from sender.test'),
    ],
)
def test_what_a_sender_imitates_is_said_in_words(sender: str, why: str | None) -> None:
    told = imitation.imitates(letter(sender), KNOCKER)
    assert (told is None) == (why is None)
    assert (why or "").casefold() in (told or "").casefold()


def test_a_short_name_is_not_taken_for_its_neighbours() -> None:
    assert imitation.imitates(letter("Hibo <a@sender.test>"), HIHO) is None
    assert imitation.imitates(letter("Ann <a@hibo.test>"), HIHO) is None
    assert imitation.imitates(letter("Hiho <a@sender.test>"), HIHO)
    assert imitation.imitates(letter("Hiho Doors <a@sender.test>"), HIHO) is None, "those are another's services"


def test_a_list_that_took_from_for_itself_leaves_the_claim_in_reply_to() -> None:
    listed = letter("Knocker via Our List <list@lists.test>", reply_to="Knocker <a@knocker.test>")
    assert imitation.claimed_sender(listed, KNOCKER) == ("Knocker", "knocker.test")
    assert imitation.imitates(listed, KNOCKER) is None
    assert imitation.person(listed, KNOCKER) == ""
    false = letter("Knocker via Our List <list@lists.test>", reply_to="Knocker <a@kn0cker.test>")
    assert "kn0cker.test" in (imitation.imitates(false, KNOCKER) or "")
    direct = letter("Knocker <a@sender.test>", reply_to="Knocker <a@knocker.test>")
    assert imitation.claimed_sender(direct, KNOCKER)[1] == "sender.test", "no list is shown"


def test_who_sends_a_mail_on_in_their_own_name_is_not_its_person() -> None:
    handed_on = letter("Amy Ferrand <amy@home.test>")
    assert (imitation.person(handed_on, KNOCKER), imitation.from_elsewhere(handed_on, KNOCKER)) == ("", True)
    for sender, fields in (
        ("Ann Bell <list@lists.test>", {"list_id": "<our.lists.test>"}),
        ("Ann Bell <a@knocker.evil.test>", {}),
        ("Ann Bell <a@kn0cker.test>", {}),
        ("Ann Bell (via Knocker) <ann@sender.test>", {}),
    ):
        claims = letter(sender, **fields)
        assert (imitation.person(claims, KNOCKER), imitation.from_elsewhere(claims, KNOCKER)) == ("Ann Bell", False)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ('"Ann Bell (via Knocker)" <a@knocker.test>', "Ann Bell"),
        ("Ann Bell via Our List <list@lists.test>", "Ann Bell"),
        ("Ann Bell via Our List <a@knocker.test>", "Ann Bell via Our List"),
        ("Knocker Jobs <a@knocker.test>", ""),
        ("ann@sender.test <a@knocker.test>", ""),
    ],
)
def test_the_person_in_from_is_told_from_the_brand(sender: str, name: str) -> None:
    assert imitation.person(letter(sender), KNOCKER) == name


MADE_LIKE, BUTTON = re.compile(r"[?&]door="), re.compile(r"come in", re.IGNORECASE)


def _imitating(*links: tuple[str, str]) -> tuple[str, ...]:
    page = "".join(f'<p><a href="{href}">{words}</a></p>' for href, words in links)
    read = letter("Ann <a@sender.test>", page, content_type="text/html")
    return imitation.links(read, ("knocker.test",), KNOCKER, (), MADE_LIKE, BUTTON).imitating


def test_links_made_like_the_networks_own_that_lead_away_imitate_it() -> None:
    own = ("https://knocker.test/a", "Knocker")
    assert _imitating(own, ("https://shop.test/a", "A shop")) == ()
    assert _imitating(own, ("https://shop.test/?door=1", "A shop")) == ("shop.test",)
    assert _imitating(own, ("https://shop.test/a", "Come in")) == ("shop.test",)
    assert _imitating(("https://shop.test/a", "Come in")) == (), "a filter that wraps links wraps them all"
    assert _imitating(own, ("https://shop.test/a#amy@owner.test", "A shop")) == ("shop.test",)
    assert _imitating(("https://kn0cker.test/a", "Door")) == ("kn0cker.test",)


def test_what_a_person_wrote_in_plain_text_is_no_link_of_the_network() -> None:
    words = "See https://knocker-fans.test/a for more"
    read = letter("Ann <a@knocker.test>", words)
    note = Notice(note=shown(words))
    assert imitation.links(read, ("knocker.test",), KNOCKER, (note,), MADE_LIKE, BUTTON).hosts == ()
    assert imitation.links(read, ("knocker.test",), KNOCKER, (), MADE_LIKE, BUTTON).imitating == ("knocker-fans.test",)


def test_quoting_and_answering_are_told() -> None:
    assert imitation.quotes(letter("Ann <a@sender.test>", "Look:\n> Come in\n"))
    assert not imitation.quotes(letter("Ann <a@sender.test>", "Come in\n"))
    assert imitation.answers(letter("Ann <a@sender.test>", subject="AW: Come in"))
    assert not imitation.answers(letter("Ann <a@sender.test>", subject="Come in: now"))
