"""Facebook as a source: the request, its neighbours one by one, and what must not be taken for it; on mails of our own.

Its page is a guess after attested words and links, for no whole friend request is public.
"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from stages.sources import facebook
from tests.builders import facebook as mails
from tests.builders.facebook import TOVE, Friend
from tests.builders.facebook_read import AMY, PASSED, PROFILE, enriched, letter, only, parsed_of, reading
from tests.builders.through import routed_of

# --- the request ------------------------------------------------------------------------------------------------


def test_a_friend_request_is_read_whole() -> None:
    read = reading(mails.friend_request(replace(TOVE, mutual="4 mutual friends")))
    assert (read.claims, read.language, read.imitates, read.layout_known) == ("invitation", "en", None, True)
    (notice,) = read.notices
    assert notice.name.value == "Tove Lindqvist"
    assert notice.profile_url.value == PROFILE
    assert notice.photo_url.value == mails.photo_of(TOVE)
    assert notice.mutual_connections.value == 4
    assert read.layout


def test_what_such_mail_has_no_place_for_is_unknown_and_not_absent() -> None:
    notice = only(mails.friend_request(replace(TOVE, photo=False)))
    for name in ("note", "message", "headline", "title", "company", "location", "photo_url", "invitation_id"):
        assert getattr(notice, name).state == "unknown", name
    assert notice.mutual_connections.state == "unknown"


@pytest.mark.parametrize(
    "raw",
    [
        mails.friend_request_2010(),
        mails.friend_request(whole=False),
        mails.friend_request(kind=""),
        mails.friend_request(kind="a_type_of_tomorrow"),
        mails.friend_request(sender="Tove Lindqvist <notification@facebookmail.com>"),
        mails.friend_request(sender="Facebook <notification+zrdz1=o2@facebookmail.com>"),
        mails.friend_request(sender='"" <notification@priority.facebookmail.com>'),
        mails.friend_request(subject="Tove Lindqvist added you as a friend on Facebook"),
        mails.friend_request(subject="Fwd: [EXTERNAL] Tove Lindqvist wants to be friends on Facebook."),
    ],
)
def test_a_request_is_told_by_sender_and_subject_whatever_the_machine_calls_it(raw: bytes) -> None:
    assert facebook.recognise(letter(raw))
    read = reading(raw)
    assert read.claims == "invitation"
    assert read.layout_known
    assert only(raw).name.value == "Tove Lindqvist"


@pytest.mark.parametrize(
    "name", ["Žofie Nováková", "أمل حداد", "李小龍", "Anne-Lise O’Brien", "J. P. de la Cruz", "Jin You"]
)
def test_names_of_any_script_are_read(name: str) -> None:
    raw = mails.friend_request(Friend(name, "profile.php&id=4711"))
    notice = only(raw)
    assert (notice.name.value, notice.profile_url.value) == (name, "https://www.facebook.com/profile.php?id=4711")


def test_a_request_whose_words_we_do_not_know_is_told_by_type_and_link_and_no_language_is_guessed() -> None:
    def page(leads: str) -> str:
        return f"<table><tr>{mails.face(TOVE)}<td>{mails.link(mails.relayed(leads), 'Qebul')}</td></tr></table>"

    raw = mails.mail(mails.head("Tove Lindqvist dostluq teklif etdi", kind="friend_request"), "", page("reqs.php"))
    read = reading(raw)
    assert read.claims == "invitation"
    assert read.language is None
    assert only(raw).name.value == "Tove Lindqvist"
    for kind, leads in (("friend_request", "home.php"), ("", "reqs.php"), ("friend_confirmed", "reqs.php")):
        raw = mails.mail(mails.head("Tove Lindqvist dostluq teklif etdi", kind=kind), "", page(leads))
        assert reading(raw).claims == "other", (kind, leads)


def test_a_request_whose_subject_says_nothing_is_told_by_its_body() -> None:
    raw = mails.mail(mails.head("Hello"), mails.request_text(TOVE), mails.request_page(TOVE))
    assert reading(raw).claims == "invitation"
    assert only(raw).name.value == "Tove Lindqvist"


# --- its neighbours ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        (mails.told("Tove Lindqvist confirmed you as a friend on Facebook"), "invitation_accepted", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist accepted your friend request"), "invitation_accepted", "Tove Lindqvist"),
        (mails.told("New message from Tove Lindqvist"), "message", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist sent you a message on Facebook..."), "message", "Tove Lindqvist"),
        (mails.told("Do you know Tove Lindqvist?"), "suggestion", None),
        (mails.told("Amy, you have people you may know"), "suggestion", None),
        (mails.told("Tove", sender="Facebook <friendsuggestion@facebookmail.com>"), "suggestion", None),
        (
            mails.friend_request(sender="Facebook <friendsuggestion@facebookmail.com>"),
            "suggestion",
            None,
        ),
        (mails.requests_pending([], 3), "digest", None),
        (mails.told("3 amigos aguardando sua resposta"), "digest", None),
        (mails.told("Amy, you have notifications pending"), "digest", None),
        (mails.told("Tove Lindqvist asked to join Bergen Rowers"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist invited you to Summer Party", kind="event_invite"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist invited you to like Fjord Cafe"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist invited you to join Facebook"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist tagged you in a photo"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist mentioned you in a comment"), "other", "Tove Lindqvist"),
        (mails.told("Tove Lindqvist likes your photo"), "other", "Tove Lindqvist"),
        (mails.comment(), "other", "Tove Lindqvist"),
        (mails.told("Today is Tove Lindqvist's birthday"), "other", None),
        (mails.told("[Bergen Rowers] Boats on Saturday"), "other", None),
        (mails.told("Re: [Bergen Rowers] Boats on Saturday"), "other", None),
        (mails.told("Security alert", sender="Facebook <security@facebookmail.com>"), "other", None),
        (mails.told("Bo and Ada want to be friends on Facebook"), "other", None),
        (mails.told("See who wants to be friends"), "other", None),
    ],
)
def test_every_neighbour_of_a_request_is_told_from_it(raw: bytes, kind: str, name: str | None) -> None:
    assert facebook.recognise(letter(raw))
    read = reading(raw)
    assert read.claims == kind
    assert [notice.name.value for notice in read.notices] == ([name] if name else [])
    assert enriched(raw, PASSED).kind == kind


@pytest.mark.parametrize(
    "local",
    ["friends", "friendupdates", "close_friend_updates", "groupupdates", "pageupdates", "update+k2", "reminders"],
)
def test_another_mailbox_sends_no_request_and_a_subject_that_says_so_is_looked_at(local: str) -> None:
    raw = mails.friend_request(sender=f"Facebook <{local}@facebookmail.com>")
    assert reading(raw).claims == "other"
    assert not reading(raw).layout_known


@pytest.mark.parametrize("sender", ["Bo Lund <bo@fb.com>", "Facebook <pr@facebook.com>"])
def test_people_and_departments_of_facebook_send_no_requests(sender: str) -> None:
    assert reading(mails.friend_request(sender=sender)).claims == "other"


@pytest.mark.parametrize(
    "subject",
    [
        "[Bergen Rowers] Tove Lindqvist wants to be friends on Facebook",
        "Re: Tove Lindqvist wants to be friends on Facebook",
        "Bo Lund invited you to Tove Lindqvist wants to be friends on Facebook",
        "Bo Lund asked to join Tove wants to be friends on Facebook",
        "Bo Lund posted in Tove wants to be friends on Facebook",
        "Bo Lund likes Tove wants to be friends on Facebook",
        'Bo Lund commented: "Tove wants to be friends on Facebook',
        "Bo Lund and 3 others wants to be friends on Facebook",
        "Tove Lindqvist wants to be friends on Facebook, click here",
        "https://evil.test wants to be friends on Facebook",
        "Your friend wants to be friends on Facebook",
        " wants to be friends on Facebook",
    ],
)
def test_words_that_somebody_chose_make_no_request_of_a_mail(subject: str) -> None:
    assert reading(mails.told(subject)).claims == "other"
    assert reading(mails.told(subject)).notices == () or "wants" not in (only(mails.told(subject)).name.value or "")


@pytest.mark.parametrize(
    "kind", ["event_invite_off_fb", "group_r2j", "feed_comment", "stale_email", "friend_confirmed"]
)
def test_a_type_that_denies_the_subject_makes_a_request_doubtful(kind: str) -> None:
    read = reading(mails.friend_request(kind=kind))
    assert read.claims == "other"
    assert not read.layout_known, "it is kept to be looked at"


@pytest.mark.parametrize("kind", ["friend", "friend_request"])
def test_a_type_alone_makes_no_request_for_nobody_signs_it(kind: str) -> None:
    for raw in (mails.told("Tove Lindqvist likes your photo", kind=kind), mails.told("Hei", kind=kind)):
        assert reading(raw).claims == "other"


# --- whom it is about -------------------------------------------------------------------------------------------


def test_the_body_naming_somebody_else_leaves_the_name_unknown() -> None:
    raw = mails.mail(mails.head("Bo Lund wants to be friends on Facebook"), "", mails.request_page(TOVE))
    read = reading(raw)
    assert (read.claims, read.notices, read.layout_known) == ("invitation", (), False)


@pytest.mark.parametrize(
    ("key", "profile"),
    [
        ("tove.lindqvist.5", PROFILE),
        ("profile.php&id=123", "https://www.facebook.com/profile.php?id=123"),
        ("profile.php&id=abc", None),
        ("profile.php", None),
        ("reqs.php", None),
        ("permalink.php&story_fbid=1&id=2", None),
        ("groups/77/", None),
        ("settings", None),
        ("aref=5", None),
        ("<script>", None),
        ("", None),
    ],
)
def test_the_first_key_of_a_relayed_link_is_whom_it_leads_to(key: str, profile: str | None) -> None:
    for path in ("/n/", "/nd/"):
        page = mails.page(f"<td>{mails.link(mails.relayed(key, 'actor_profile', path=path), 'Tove Lindqvist')}</td>")
        raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", page)
        assert only(raw).profile_url.value == profile


@pytest.mark.parametrize(
    ("href", "profile"),
    [
        (f"{PROFILE}?fref=nf", PROFILE),
        ("https://m.facebook.com/tove.lindqvist.5/", PROFILE),
        ("https://nb-no.facebook.com/tove.lindqvist.5", PROFILE),
        ("https://www.facebook.com/profile.php?id=9&bcode=2.1.x", "https://www.facebook.com/profile.php?id=9"),
        ("https://developers.facebook.com/docs", None),
        ("https://www.facebook.com.evil.test/tove.lindqvist.5", None),
        ("https://evil.test/n/?tove.lindqvist.5&lloc=actor_profile", None),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.test%2Fn%2F%3Ftove", None),
    ],
)
def test_only_a_link_to_facebooks_own_site_is_a_profile(href: str, profile: str | None) -> None:
    raw = mails.mail(
        mails.head("Tove Lindqvist wants to be friends on Facebook"),
        "",
        mails.page(f"<td>{mails.link(href, 'Tove Lindqvist')}</td>"),
    )
    assert only(raw).profile_url.value == profile


def test_the_readers_own_links_are_nobodys_profile() -> None:
    html = mails.page("<td>Tove Lindqvist wants to be friends with you on Facebook.</td>")
    raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", html)
    assert mails.MINE in html
    assert only(raw).profile_url.state == "unknown"
    assert mails.MINE not in parsed_of(raw).model_dump_json()


def test_two_people_of_one_name_are_not_told_apart() -> None:
    html = mails.page(mails.face(TOVE), mails.face(replace(TOVE, key="tove.other")))
    notice = only(mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", html))
    assert notice.name.value == "Tove Lindqvist"
    assert notice.profile_url.state == notice.photo_url.state == "unknown"


def test_an_icon_and_a_picture_from_elsewhere_are_no_photo() -> None:
    for source in ("https://static.xx.fbcdn.net/rsrc.php/v3/y.png", "https://scontent.evil.test/1.jpg", "cid:photo"):
        page = mails.request_page(TOVE).replace(mails.photo_of(TOVE).replace("&", "&amp;"), source)
        assert source in page
        raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", page)
        assert only(raw).photo_url.state == "unknown"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("12 mutual friends", 12),
        ("1 mutual friend", 1),
        ("You have 3 mutual friends.", 3),
        ("Bo Lund and 3 other mutual friends", None),
        ("3 mutual friends like Fjord Cafe", None),
        ("many mutual friends", None),
        ("3 mutual friends</td><td>5 mutual friends", None),
    ],
)
def test_mutual_friends_count_only_where_the_words_are_unmistakable(words: str, count: int | None) -> None:
    html = mails.request_page(replace(TOVE, mutual=words))
    raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", html)
    assert only(raw).mutual_connections.value == count


def test_no_personal_token_is_kept_of_any_link() -> None:
    kept = parsed_of(mails.friend_request()).model_dump_json()
    assert PROFILE in kept
    assert not [word for word in ("bcode", "n_m", "Invented", "5e1f00d", "mid=", "aref") if word in kept]


# --- reminders of several ---------------------------------------------------------------------------------------

TWO = (TOVE, Friend("Bo Lund", "profile.php&id=5"))


def test_a_reminder_that_shows_all_its_people_is_as_many_requests() -> None:
    raw = mails.requests_pending(TWO, 2)
    read = reading(raw)
    assert [notice.name.value for notice in read.notices] == ["Tove Lindqvist", "Bo Lund"]
    assert all(notice.profile_url.state == "shown" for notice in read.notices)
    assert read.layout_known
    assert len(enriched(raw, PASSED).requests) == 2


@pytest.mark.parametrize("number", [1, 3, 0])
def test_a_reminder_that_shows_other_people_than_it_counts_is_no_request(number: int) -> None:
    raw = mails.requests_pending(TWO, number)
    told = enriched(raw, PASSED)
    assert (told.kind, told.requests) == ("digest", ())
    assert routed_of(told, AMY).verdict is None


def test_a_reminder_whose_people_cannot_be_read_is_kept_to_be_looked_at() -> None:
    assert not reading(mails.requests_pending([], 3)).layout_known
    assert reading(mails.told("Amy, you have notifications pending")).layout_known


# --- layout, secrets, hostile text ------------------------------------------------------------------------------


def test_the_layout_is_alike_whoever_asks_and_another_where_the_page_is_another() -> None:
    one = reading(mails.friend_request()).layout
    other = reading(mails.friend_request(Friend("Bo Lund", "profile.php&id=5"))).layout
    assert one == other
    assert one != reading(mails.comment()).layout


def test_a_code_in_a_subject_is_not_kept() -> None:
    raw = mails.told("83114902 is your Facebook account recovery code", sender="Facebook <security@facebookmail.com>")
    parsed = parsed_of(raw)
    assert "83114902" not in parsed.model_dump_json()
    assert parsed.subject == "*** is your Facebook account recovery code"
    assert parsed_of(mails.told("Tove Lindqvist invited you to Party 2026")).subject.endswith("Party 2026")


HOSTILE = (
    "a " * 490 + "wants to be friends on Facebook",
    "wants to be friends on Facebook" * 30,
    "[spam] " * 140 + "x",
    "fwd:" * 240,
    "you have " * 100 + "9" * 50,
    "Do you know " + "?" * 900,
)


@pytest.mark.parametrize("subject", HOSTILE)
def test_hostile_words_take_no_time(subject: str) -> None:
    text = "\n".join([subject[:399]] * 2_000)
    raw = mails.mail(mails.head(subject), text, mails.page(f"<td>{subject}</td>" * 50))
    one = letter(raw)
    before = time.process_time()
    assert facebook.recognise(one)
    facebook.read(one)
    assert time.process_time() - before < 2


def test_a_page_of_ten_thousand_people_is_read_within_bounds() -> None:
    people = "".join(mails.face(Friend(f"Ann {chr(97 + n % 26)}son", f"ann.{n}")) for n in range(1_000))
    raw = mails.mail(mails.head("You have 1000 friend requests"), "", mails.page(people))
    assert reading(raw).notices == ()


@given(st.text(max_size=60), st.text(max_size=120), st.sampled_from(["friend", "", "x;y", "event"]))
def test_whatever_stands_in_a_mail_it_is_read_without_an_error(name: str, words: str, kind: str) -> None:
    clean = "".join(letter for letter in f"{name} wants to be friends on Facebook" if letter.isprintable())
    clean = clean.encode("utf-8", "replace").decode()
    raw = mails.mail(mails.head(clean, kind=kind), words.encode("utf-8", "replace").decode(), mails.request_page(TOVE))
    read = reading(raw)
    assert read.claims in ("invitation", "other", "digest", "suggestion")
    shown = [notice.name.value or "" for notice in read.notices]
    assert not [text for text in shown if "\n" in text or len(text) > 100 or "wants" in text]
