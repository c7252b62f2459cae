"""Wellfound as a source: senders tell the kind, words are the person's, and the address to answer to stays secret."""

from __future__ import annotations

import email
import email.policy
import time

import pytest

from stages.authenticity import judge
from stages.events import Enriched, Notice, Parsed, Routed, Signature
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.secrets import clean_text
from stages.settings import Limits, Owner, Settings
from stages.sources import SOURCES, Reading, wellfound
from tests.builders import linkedin, through, wellfound as mails
from tests.builders.inline_forwards import apple, forward, gmail, new_outlook, thunderbird
from tests.builders.letters import mail, received

SETTINGS = Settings(owners=(Owner(id="amy", addresses=("amy@salver.test",)),))
SIGNED = (Signature(domain="wellfound.com", result="pass", signed=("from", "subject", "reply-to", "date")),)


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", (), Limits())


def reading(raw: bytes) -> Reading:
    return wellfound.read(letter(raw))


def only(raw: bytes) -> Notice:
    (notice,) = reading(raw).notices
    return notice


def parsed(raw: bytes) -> Parsed:
    return parse(raw, received(), SETTINGS)


def decided(raw: bytes, signatures: tuple[Signature, ...] = ()) -> tuple[Enriched, Routed]:
    enriched = through.enriched_of(parsed(raw), SETTINGS, signatures)
    return enriched, through.routed_of(enriched, SETTINGS)


def test_what_a_person_wrote_is_a_request_with_their_words_and_no_guess_beside_them() -> None:
    notice = only(mails.person_to_person())
    assert (notice.name.value, notice.message.value, notice.invitation_id.value) == ("Jonna K", notice.words, "8814402")
    assert mails.PITCH in notice.words
    assert "Unsubscribe" not in notice.words
    assert "https://wellfound.com/" not in notice.words
    for field in ("headline", "title", "company", "location", "profile_url", "photo_url", "note", "mutual_connections"):
        assert getattr(notice, field).state == "unknown", field
    told = reading(mails.person_to_person())
    assert (told.claims, told.layout_known, told.imitates) == ("invitation", False, None)


def test_words_that_may_be_the_forwarders_are_not_the_persons() -> None:
    below = (
        "\n\nPlease pay the $500 by wire transfer to my account.\n--\nAmy Ferrand\nhttps://ferrand.test\nGift cards!\n"
    )
    for client in (gmail, thunderbird, new_outlook):
        for framed in (True, False):
            raw = forward(mails.person_to_person(framed=framed), client, "en", parts="text")
            whole = email.message_from_bytes(raw, policy=email.policy.SMTP)
            whole.set_content(whole.get_content() + below)
            (notice,) = parsed(whole.as_bytes()).notices
            assert notice.name.value == "Jonna K"
            assert notice.words.strip() == (mails.PITCH if framed else "")
            assert notice.message.state == ("shown" if framed else "unknown")
    quoted = forward(mails.person_to_person(framed=False), apple, "en", parts="text") + below.encode()
    assert parsed(quoted).notices[0].words == mails.PITCH


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (mails.person_to_person(), "invitation"),
        (mails.person_to_person("Jonna K via AngelList", sender="no-reply@remail.angel.co"), "invitation"),
        (mails.person_to_person(reply_to=""), "invitation"),
        (mails.announcement("Jonna wrote", reply_to=mails.conversation()), "invitation"),
        (mails.announcement("Jonna wrote", "Talent <talent@angel.co>", mails.conversation()), "invitation"),
        (mails.person_to_person("Wellfound"), "other"),
        (mails.person_to_person("Jonna K via Wellfound", sender="team@hi.wellfound.com", reply_to=""), "other"),
        (mails.announcement("Jobs matching your profile"), "digest"),
        (mails.announcement("Your weekly job digest"), "digest"),
        (mails.announcement("New match", "AngelList <team@angel.co>"), "digest"),
        (mails.announcement("New job listings: 4", "AngelList Talent <talent@angel.co>"), "digest"),
        (mails.announcement("A new applicant", "Wellfound <talent@wellfound.com>", "Bo Ek <bo@ek.example>"), "other"),
        (mails.announcement("An update from Tern & Reed"), "other"),
        (mails.announcement("Your application to Baker at Tern & Reed"), "other"),
        (mails.announcement("Your application to Tern was accepted!", reply_to=mails.conversation()), "other"),
        (mails.announcement("Lunch?", "Jo Roe <jo@wellfound.com>"), "other"),
    ],
)
def test_the_sender_tells_the_kind(raw: bytes, kind: str) -> None:
    told = reading(raw)
    assert told.claims == kind
    assert len(told.notices) == (kind == "invitation")


def test_what_nobody_attests_is_shown_to_the_owner_and_what_is_attested_is_not() -> None:
    assert not reading(mails.person_to_person("Wellfound")).layout_known
    assert not reading(mails.announcement("Lunch?", "Jo Roe <jo@wellfound.com>")).layout_known
    for subject in ("Your weekly job digest", "An update from Tern & Reed"):
        assert reading(mails.announcement(subject)).layout_known


def test_where_from_names_only_the_network_reply_to_may_name_the_person() -> None:
    answered = f'"Jonna K via Wellfound" <{mails.conversation()}>'
    assert only(mails.announcement("Jonna wrote", reply_to=answered)).name.value == "Jonna K"
    assert only(mails.announcement("Jonna wrote", reply_to=mails.conversation())).name.state == "unknown"


@pytest.mark.parametrize("hex_digits", [mails.TOKEN, mails.TOKEN.upper()])
def test_the_secret_of_a_conversation_is_in_no_event_wherever_it_stands(hex_digits: str) -> None:
    secret = mails.conversation(token=hex_digits)
    page = f"<p>Hi Amy, write to me.</p><p><a href='mailto:{secret}'>{secret}</a></p>"
    for raw in (
        mails.person_to_person(reply_to=secret, words=f"Hi Amy, answer {secret} please."),
        mails.person_to_person(reply_to=secret, words="", html=page),
        mails.person_to_person(reply_to=f'"{secret}" <{secret}>', to=f"Amy <amy@salver.test>, {secret}"),
        mail(f"My answer.\n\n> write to {secret}\n", to=f'"{secret}" <{secret}>', from_=secret, reply_to=secret),
        mail("My answer.", **{"from": f'"{secret}" <{secret}>'}),
    ):
        assert (
            hex_digits.lower()
            in letter(raw).reply_to_address.lower() + " ".join(letter(raw).to) + str(letter(raw).fields).lower()
        )
        enriched, routed = decided(raw)
        for event in (enriched, routed):
            assert hex_digits.lower() not in event.model_dump_json().lower()


def test_a_masked_address_still_tells_where_it_led() -> None:
    assert parsed(mails.person_to_person()).reply_to == "conversation-8814402_***@remail.wellfound.com"
    for address in ("amy@salver.test", "conversation-1@remail.wellfound.com", "x_" + mails.TOKEN + "@mail.example"):
        assert clean_text(address) == address
    cut = mails.conversation(token=mails.TOKEN) + "." + "a" * 2_000
    assert mails.TOKEN not in clean_text(cut)


def test_a_signed_one_is_aligned_and_none_of_it_is_ugly_for_its_layout() -> None:
    pitch = mails.person_to_person(words="Dear Sir, we sell offshore developers. Buy our cheap services! Book a call.")
    enriched, routed = decided(pitch, SIGNED)
    assert enriched.authenticity.verdict == "aligned"
    assert routed.verdict != "ugly"
    assert (routed.rule, routed.folder) == ("unknown-layout", "Intriguing")


def test_a_request_for_money_is_ugly_in_any_layout() -> None:
    words = "Hi Amy, I am stuck abroad. I need your account to transfer 4,500,000 dollars."
    _, routed = decided(mails.person_to_person(words=words), SIGNED)
    assert routed.verdict == "ugly"


def test_a_line_of_a_frame_hides_nothing_below_it() -> None:
    words = "Hi Amy,\nUnsubscribe\nhttps://wellfound.com/x\nPlease wire 900 euros to my bank account today."
    assert "wire 900 euros" in only(mails.person_to_person(words=words)).words


def test_links_to_anywhere_are_no_evidence_but_a_look_alike_is() -> None:
    plain = "Hi Amy, see https://clicks.mailer.example/1 or https://invest.angellist.com/2"
    html = f"<a href='https://clicks.mailer.example/1'>{plain}</a>"
    counted, routed = decided(mails.person_to_person(words="", html=html, framed=False))
    assert (counted.authenticity.verdict, routed.verdict) == ("unverified", "intriguing")
    html = "<p>Hi Amy</p><a href='https://invest.angellist.com/2'>us</a>"
    assert reading(mails.person_to_person(html=html)).links.imitating == ()
    forged = mails.person_to_person(html="<p>Hi Amy</p><a href='https://wellfound-login.example/2'>Reply</a>")
    assert decided(forged)[0].kind == "spoof"


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Jonna K via Wellfound", "jonna@mail.example"),
        ("Wellfound", "no-reply@wel1found.example"),
        ("Jonna K", "no-reply@remail.wellfound.com.mailer.example"),
        ("AngelList Talent", "talent@mail.example"),
        ("Jonna K via AngelList", "jonna@mail.example"),
    ],
)
def test_a_sender_that_imitates_it_is_a_spoof(name: str, sender: str) -> None:
    enriched, routed = decided(mails.person_to_person(name, sender=sender))
    assert (enriched.parsed.network, enriched.kind, routed.verdict) == ("wellfound", "spoof", "ugly")


@pytest.mark.parametrize(
    "sender",
    [
        "AngelList <invest@angellist.com>",
        "AngelList Venture <deals@mail.angellist.com>",
        "Angela Listner <angela@angel-co.example>",
        "Angel <angel@archangel.com>",
        "Jo Roe <jo@well.example>",
    ],
)
def test_the_investment_firm_and_honest_names_are_not_taken_for_it(sender: str) -> None:
    raw = mails.announcement("Jonna wrote via Wellfound", sender)
    assert not wellfound.recognise(letter(raw))
    assert parsed(raw).network is None


def test_a_mail_only_about_it_is_not_taken_for_it() -> None:
    assert not wellfound.recognise(letter(mail("Have you seen https://wellfound.com/jobs? Jo", subject="Wellfound")))


def test_no_other_source_takes_its_mail_for_its_own() -> None:
    assert [name for name, source in SOURCES.items() if source.recognise(letter(mails.person_to_person()))] == [
        "wellfound"
    ]
    assert not wellfound.recognise(letter(linkedin.invitation_modern()))


def test_an_unsigned_one_is_unverified_and_its_signature_alone_decides() -> None:
    told = parsed(mails.person_to_person())
    assert judge(told, (), wellfound.DOMAINS).verdict == "unverified"
    assert judge(told, SIGNED, wellfound.DOMAINS).verdict == "aligned"
    assert (
        judge(told, (SIGNED[0].model_copy(update={"domain": "angellist.com"}),), wellfound.DOMAINS).verdict != "aligned"
    )


def test_hostile_words_and_names_take_no_time() -> None:
    for word in ("conversation-", "a.", "https://a.", "via Wellfound ", "_" + "0" * 32, "you are receiving this "):
        raw = mails.person_to_person(
            f"{(word * 99)[:300]} via Wellfound", words=word * 60_000, html=f"<p>{word * 30_000}</p>"
        )
        began = time.process_time()
        assert len(only(raw).words) <= 8_000
        assert time.process_time() - began < 2
