"""Facebook's mail and what only imitates, copies, mentions or quotes it; and what a bare request comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stages.events import Signature
from stages.sources import facebook, linkedin
from tests.builders import facebook as mails, linkedin as linkedins
from tests.builders.facebook import TOVE
from tests.builders.facebook_read import AMY, PASSED, PROFILE, enriched, letter, only, parsed_of, reading
from tests.builders.through import routed_of

FAILED = (Signature(domain="facebookmail.com", result="fail", detail="the header was changed"),)


# --- what it means ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "signatures", "trust"),
    [
        (mails.friend_request(), PASSED, "aligned"),
        (mails.friend_request(whole=False), PASSED, "aligned"),
        (mails.friend_request_2010(), (), "unverified"),
        (mails.friend_request(replace(TOVE, photo=False)), (), "unverified"),
    ],
)
def test_a_bare_request_is_never_held_against_anybody(
    raw: bytes, signatures: tuple[Signature, ...], trust: str
) -> None:
    told = enriched(raw, signatures)
    routed = routed_of(told, AMY)
    assert told.authenticity.verdict == trust
    assert (routed.verdict, routed.folder) == ("intriguing", "Intriguing")
    spoke = {reason.signal: reason.points for reason in routed.decisions[0].judgement.reasons}
    assert spoke == ({} if trust == "aligned" else {"sender_is_unverified": -0.5})


def test_a_copied_header_block_without_a_signature_is_unverified_and_never_good() -> None:
    told = enriched(mails.friend_request(replace(TOVE, mutual="40 mutual friends")))
    assert told.authenticity.verdict == "unverified"
    assert routed_of(told, AMY).verdict == "intriguing"


def test_a_signature_of_facebook_that_fails_is_a_forgery_unless_an_exchange_server_rewrote_the_mail() -> None:
    """Exchange puts the name in From into quotation marks, which Facebook's signature does not survive."""
    raw = mails.signed(mails.friend_request())
    assert enriched(raw, FAILED).kind == "spoof"
    quoted = raw.replace(b"\r\nFrom: Facebook <", b'\r\nFrom: "Facebook" <')
    assert quoted != raw
    hop = b"X-MS-Exchange-ForwardingLoop: amy@owner.test;1b2c\r\n" + quoted
    told = enriched(hop, FAILED)
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")


def test_what_tells_that_somebody_accepted_must_be_signed() -> None:
    raw = mails.signed(mails.told("Tove Lindqvist accepted your friend request"))
    assert enriched(raw, PASSED).heard
    unsigned = (PASSED[0].model_copy(update={"signed": ("from", "to", "date")}),)
    assert not enriched(raw, unsigned).heard


def test_who_writes_a_type_into_a_genuine_mail_changes_nothing_for_the_better() -> None:
    genuine = mails.told("Tove Lindqvist likes your photo")
    for kind in ("friend", "friend_request", "friend_accepted"):
        replayed = f"X-Facebook-Notify: {kind}; from=1; mailid=2\r\n".encode() + genuine
        assert enriched(replayed, PASSED).kind == "other"


# --- imitations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender",
    [
        "Facebook <notification@facebookmail.com.evil.test>",
        "Facebook <notification@faceb00kmail.test>",
        "Tove Lindqvist <notification@face-book.test>",
        "Facebook <tove@evil.test>",
        "Face Book <tove@evil.test>",
        "Facebook Security <tove@evil.test>",
        "Facebook Help Center <tove@evil.test>",
        "Facebok <tove@evil.test>",
        "Facebok <notification@facebookmail.com>",
        '"Tove Lindqvist (via Facebook)" <notification@facebookmai1.test>',
    ],
)
def test_a_sender_that_imitates_facebook_is_a_spoof(sender: str) -> None:
    raw = mails.friend_request(sender=sender)
    assert facebook.recognise(letter(raw))
    told = enriched(raw)
    assert (told.kind, told.authenticity.verdict) == ("spoof", "forged")
    assert routed_of(told, AMY).verdict == "ugly"


@pytest.mark.parametrize(
    "site",
    [
        "https://www.facebook.com.evil.test",
        "https://evil.test",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.test",
    ],
)
def test_links_made_like_facebooks_own_that_lead_away_are_a_spoof(site: str) -> None:
    page = mails.request_page(TOVE, to_site=site)
    raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", page)
    assert enriched(raw).kind == "spoof"


@pytest.mark.parametrize("label", ["Confirm request", "Confirm", "See all requests", "View profile", "Go to Facebook"])
def test_a_button_that_leads_away_from_a_page_of_facebook_is_a_spoof(label: str) -> None:
    page = mails.page(mails.face(TOVE), f"<td>{mails.link('https://evil.test/a', label)}</td>")
    raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", page)
    assert "evil.test" in reading(raw).links.imitating
    page = mails.page(mails.face(TOVE), f"<td>{mails.link('https://shop.test/a', 'A shop I like')}</td>")
    assert reading(mails.mail(mails.head("x"), "", page)).links.imitating == ()


def test_a_mail_filter_that_wraps_every_link_makes_no_spoof() -> None:
    wrapped = mails.request_page(TOVE).replace(
        'href="https://www.facebook.com',
        'href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.facebook.com',
    )
    raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", wrapped)
    assert enriched(raw).authenticity.verdict == "unverified"


def test_a_mail_of_the_same_house_is_no_imitation() -> None:
    raw = mails.told("Your bill", sender="Facebook <billing@metamail.com>")
    assert reading(raw).imitates is None
    assert enriched(raw).authenticity.verdict == "unverified"


# --- what is not of Facebook ------------------------------------------------------------------------------------


def plain(sender: str, subject: str, text: str = "", html: str = "", extra: tuple[tuple[str, str], ...] = ()) -> bytes:
    fields = [("From", sender), ("To", mails.TO), ("Subject", subject), ("Message-ID", "<1@sender.test>"), *extra]
    return mails.mail([*fields, ("MIME-Version", "1.0")], text or "Hi\n", html)


@pytest.mark.parametrize(
    "raw",
    [
        plain("Bo Lund <bo@sender.test>", "Tove Lindqvist wants to be friends on Facebook", mails.request_text(TOVE)),
        plain("Bo Lund <bo@sender.test>", "Find us on Facebook", "https://www.facebook.com/fjordcafe\n"),
        plain("Fjord Cafe <news@cafe.test>", "News", html=f"<p>{mails.link(PROFILE, 'Facebook')}</p>"),
        plain("Bo Lund <bo@sender.test>", "Re: Tove", "> " + mails.request_text(TOVE).replace("\n", "\n> ")),
        plain("Bo Lund <bo@sender.test>", "Fwd: x", html=f"<p>Look at this</p>{mails.request_page(TOVE)}"),
        plain("Bo Lund <bo@sender.test>", "Look at this", html=f"<p>Who is that?</p>{mails.request_page(TOVE)}"),
        plain("Bo Lund <bo@sender.test>", "Look at this", "Hm.\n> a friend\n", mails.request_page(TOVE)),
        plain("Bo Lund <bo@sender.test>", "AW: Look at this", "Hm.\n", mails.page(mails.face(TOVE))),
        plain("Bo Lund <bo@sender.test>", "Hi", extra=(("Reply-To", "noreply@facebookmail.com"),)),
        plain("Bo Lund <bo@fb.com>", "Coffee?", "Are you free on Friday?\n"),
        plain("App <hello@app.test>", "Hi", extra=(("X-Facebook-Notify", "friend; from=1; mailid=2"),)),
        plain("App <hello@app.test>", "Hi", extra=(("X-Mailer", "ZuckMail [version 1.00]"),)),
        plain("Booksmith <face@booksmith.test>", "New books"),
        mails.instagram_code(),
        linkedins.invitation_modern(),
    ],
)
def test_what_only_mentions_quotes_or_resembles_facebook_is_not_of_it(raw: bytes) -> None:
    assert not facebook.recognise(letter(raw))
    assert parsed_of(raw).network != "facebook"


def test_a_mail_of_another_network_with_facebooks_name_in_it_stays_that_networks() -> None:
    raw = linkedins.invitation_modern().replace(b"From: Mira Solberg <", b"From: Facebook <")
    assert facebook.recognise(letter(raw))
    assert linkedin.recognise(letter(raw))
    assert parsed_of(raw).network == "linkedin"


def test_a_mailing_list_that_put_itself_into_from_does_not_hide_whose_mail_it_is() -> None:
    raw = mails.friend_request(sender="Facebook via Our List <list@lists.test>")
    read = reading(raw)
    assert facebook.recognise(letter(raw))
    assert (read.claims, read.imitates) == ("invitation", None)


@pytest.mark.parametrize(
    "raw",
    [
        plain("Our Office <office@company.test>", "x", "Hm.\n", mails.page(mails.face(TOVE))),
        mails.friend_request(sender="Our Office <office@company.test>"),
    ],
)
def test_facebooks_own_page_or_mailer_tells_it_below_another_sender_and_proves_nothing(raw: bytes) -> None:
    assert facebook.recognise(letter(raw))
    assert enriched(raw).authenticity.verdict == "unverified"
    assert enriched(raw, PASSED).authenticity.verdict == "unverified", "its signature covers another From"


def test_a_link_with_facebooks_tokens_that_leads_away_imitates_it() -> None:
    for token in ("bcode=2.1.x", "n_m=amy%40salver.test", "lloc=actor_profile"):
        page = mails.page(mails.face(TOVE), f"<td>{mails.link(f'https://evil.test/a?b=1&{token}', 'here')}</td>")
        raw = mails.mail(mails.head("Tove Lindqvist wants to be friends on Facebook"), "", page)
        assert reading(raw).links.imitating == ("evil.test",)


def test_a_body_alone_is_read_too() -> None:
    body = mails.request_page(TOVE, element="").encode()
    assert facebook.recognise(letter(body))
    read = reading(body)
    assert (read.claims, read.language) == ("invitation", "en")
    assert only(body).profile_url.value == PROFILE
