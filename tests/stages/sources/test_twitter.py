"""Twitter as a source: who follows is read as far as shown, and nothing of it is a request."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Owner, Settings
from stages.sources import SOURCES, Reading, twitter
from tests.builders import linkedin, through, twitter as mails
from tests.builders.letters import received

SETTINGS = Settings(owners=(Owner(id="amy", addresses=("amy@salver.test",)),))


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", (), Limits())


def reading(raw: bytes) -> Reading:
    return twitter.read(letter(raw))


def values(raw: bytes) -> tuple[str | None, ...]:
    (notice,) = reading(raw).notices
    seen = (notice.name, notice.headline, notice.location, notice.profile_url, notice.photo_url)
    return tuple(each.value for each in seen)


PHOTO = "https://pbs.twimg.com/profile_images/71/ylva_mo_normal.png"
WHOLE = ("Ylva Moberg", "Ceramics, mostly blue. Sometimes trains.", "Umeå", "https://twitter.com/ylva_mo", PHOTO)


def test_a_follow_of_2015_shows_who_follows_and_asks_for_nothing() -> None:
    told = reading(mails.follow_2015())
    assert (told.claims, told.recipient_first_name, told.language, told.layout_known) == ("other", "Amy", "en", True)
    assert values(mails.follow_2015()) == WHOLE
    enriched = through.enriched_of(parse(mails.follow_2015(), received(), SETTINGS), SETTINGS)
    routed = through.routed_of(enriched, SETTINGS)
    assert (enriched.kind, enriched.requests, routed.verdict, routed.folder) == ("other", (), None, "INBOX")


def test_either_part_alone_says_the_same_but_for_the_picture() -> None:
    assert values(mails.follow_2015(text=False)) == WHOLE
    assert values(mails.follow_2015(html=False)) == (*WHOLE[:4], None)


def test_a_line_alone_is_told_apart_by_the_page_and_not_guessed_from_the_text() -> None:
    placeless, silent = replace(mails.YLVA, place=""), replace(mails.YLVA, bio="")
    assert values(mails.follow_2015(placeless))[1:3] == (placeless.bio, None)
    assert values(mails.follow_2015(silent))[1:3] == (None, silent.place)
    (notice,) = reading(mails.follow_2015(silent)).notices
    assert (notice.headline.state, notice.location.state) == ("absent", "shown")
    for who in (placeless, silent):
        (notice,) = reading(mails.follow_2015(who, html=False)).notices
        assert (notice.headline.state, notice.location.state) == ("unknown", "unknown")


def test_two_lines_of_a_page_without_a_place_are_no_place() -> None:
    raw = mails.follow_2015(replace(mails.YLVA, place="")).replace(b"Sometimes", b"</td></tr><tr><td>Sometimes")
    (notice,) = reading(raw).notices
    assert (notice.headline.state, notice.location.state) == ("unknown", "unknown")


def test_the_owners_own_picture_is_never_the_followers() -> None:
    assert values(mails.follow_2015(replace(mails.YLVA, photo=False)))[4] is None


def test_a_follow_of_2009_shows_a_name_and_in_its_text_a_handle() -> None:
    assert values(mails.follow_2009(body=False)) == ("YlvaMoberg", None, None, None, None)
    assert values(mails.follow_2009()) == ("YlvaMoberg", None, None, "https://twitter.com/ylva_mo", None)


def test_names_of_any_script_and_with_brackets_keep_their_letters() -> None:
    who = replace(mails.YLVA, name="Юлия (Kiruna) Мо")
    assert values(mails.follow_2015(who))[0] == "Юлия (Kiruna) Мо"


def test_a_follow_laid_out_in_another_way_is_shown_to_the_owner() -> None:
    told = reading(mails.other("Ylva Moberg is now following you on Twitter!", body="Say hello to Ylva.\n"))
    assert not told.layout_known
    assert [notice.name.value for notice in told.notices] == ["Ylva Moberg"]


@pytest.mark.parametrize(
    ("subject", "sender", "kind"),
    [
        ("Amy, you have new followers on Twitter!", "Twitter <notify@twitter.com>", "digest"),
        ("Popular near you", "Twitter <info@twitter.com>", "digest"),
        ("Ylva Moberg (@ylva_mo) sent you a message", "Twitter <notify@twitter.com>", "other"),
        ("Your login from Umeå", "X <notify@x.com>", "other"),
    ],
)
def test_everything_else_of_its_machines_has_nobody_in_it(subject: str, sender: str, kind: str) -> None:
    told = reading(mails.other(subject, sender))
    assert (told.claims, told.notices, told.layout_known) == (kind, (), True)


@pytest.mark.parametrize(
    "sender", ["Ylva <ylva@mail.example>", "Twitter Tips <hi@twitter-tips.example>", "Ylva <y@notx.com>", ""]
)
def test_who_only_has_its_name_is_not_taken_for_it(sender: str) -> None:
    assert not twitter.recognise(letter(mails.other("Ylva is now following you on Twitter!", sender)))


def test_no_other_source_takes_a_follow_for_its_own() -> None:
    for raw in (mails.follow_2015(), mails.follow_2009()):
        assert [name for name, source in SOURCES.items() if source.recognise(letter(raw))] == ["twitter"]
    assert not twitter.recognise(letter(linkedin.invitation_modern()))


def test_one_layout_has_one_fingerprint_whoever_follows() -> None:
    other = replace(mails.YLVA, name="Bo Ek", handle="bo_ek")
    assert reading(mails.follow_2015()).layout == reading(mails.follow_2015(other)).layout != ""
    assert reading(mails.follow_2015(text=False)).layout != reading(mails.follow_2009()).layout


def test_hostile_subjects_and_bodies_take_no_time() -> None:
    for word in ("a (", "is now following you on Twitter! ", "(@a) ", "x" * 999, "\u0130" * 300):
        raw = mails.other((word * 60_000)[:60_000], "T <notify@twitter.com>", (word * 60_000)[:200_000])
        began = time.process_time()
        assert reading(raw).claims == "other"
        assert time.process_time() - began < 2
