"""LinkedIn as a source: every kind, layout and trap, on mails of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from urllib.parse import quote

import pytest

from stages.events import Notice
from stages.letter import Letter, read_letter
from stages.settings import Limits
from stages.sources import Reading, linkedin
from tests.builders import linkedin as mails

NOTED = replace(mails.MIRA, note="Hi Amy, your talk on honest interviews changed how I brief my panel. Trade notes?")
BARE = replace(mails.MIRA, headline="", location="", photo=False)


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", ("amy@salver.test",), Limits())


def reading(raw: bytes) -> Reading:
    return linkedin.read(letter(raw))


def only(raw: bytes) -> Notice:
    notices = reading(raw).notices
    assert len(notices) == 1
    return notices[0]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (mails.invitation_2016(), "invitation"),
        (mails.invitation_2016(template="M2M_Invitation"), "invitation"),
        (mails.invitation_2016(with_template=False), "invitation"),
        (mails.invitation_2011(), "invitation"),
        (mails.invitation_modern(), "invitation"),
        (mails.reminder(), "invitation_reminder"),
        (mails.digest_of_invitations([mails.MIRA]), "digest"),
        (mails.inmail("Rex Rekrut", "A role", "Hi Amy,\n\na role."), "inmail"),
        (mails.inmail("Rex Rekrut", "Message replied: A role", "Sure."), "message"),
        (mails.accepted(), "invitation_accepted"),
        (mails.suggestion(), "suggestion"),
        (mails.message(), "message"),
        (mails.news(), "digest"),
        (mails.page_invitation(), "other"),
        (mails.employee(), "other"),
    ],
)
def test_every_kind_is_told_from_its_neighbours(raw: bytes, kind: str) -> None:
    assert linkedin.recognise(letter(raw))
    assert reading(raw).claims == kind


def _without_marks(raw: bytes, subject: str, local: str = "invitations") -> bytes:
    return mails.assemble(mails.headers(f"Mira Solberg <{local}@linkedin.com>", subject), "LinkedIn\n")


@pytest.mark.parametrize(
    ("subject", "local", "kind"),
    [
        ("Amy, please add me to your LinkedIn network", "invitations", "invitation"),
        ("[team] Fwd: I want to connect", "invitations", "invitation"),
        ("You have an invitation ✉️", "invitations", "invitation"),
        ("You have 1 new invitation", "invitations", "invitation_reminder"),
        ("You have 4 new invitations", "invitations", "digest"),
        ("Mira accepted your invitation, explore their network", "invitations", "invitation_accepted"),
        ("See Mira's connections, experience, and more", "invitations", "invitation_accepted"),
        ("Mira invited you to subscribe to Tea Weekly", "invitations", "other"),
        ("Amy, do you know Mira Solberg?", "messages-noreply", "suggestion"),
        ("7 people looked at your profile", "messages-noreply", "digest"),
        ("A role for you", "hit-reply", "inmail"),
        ("Your password was changed", "security-noreply", "other"),
    ],
)
def test_without_a_template_sender_and_subject_decide(subject: str, local: str, kind: str) -> None:
    assert reading(_without_marks(b"", subject, local)).claims == kind


def test_the_fields_of_the_layout_of_2016_are_the_inviters_own() -> None:
    notice = only(mails.invitation_2016())
    assert notice.name.value == "Mira Solberg"
    assert notice.headline.value == "Head of Talent at Fjellkraft"
    assert (notice.title.value, notice.company.value) == ("Head of Talent", "Fjellkraft")
    assert notice.location.value == "Bergen, Norway"
    assert notice.profile_url.value == "https://www.linkedin.com/profile/view?id=AAsAAmira-solberg-21b"
    assert notice.photo_url.value is not None
    assert "mira-solberg" in notice.photo_url.value
    assert notice.invitation_id.value == str(mails.MIRA.number)


def test_the_fields_of_the_modern_layout_are_the_inviters_own() -> None:
    notice = only(mails.invitation_modern())
    assert notice.profile_url.value == "https://www.linkedin.com/in/mira-solberg-21b"
    assert notice.location.value == "Bergen, Norway"
    assert notice.invitation_id.value == str(mails.MIRA.number)


def test_nothing_of_the_recipient_becomes_the_inviters() -> None:
    for raw in (mails.invitation_2016(BARE), mails.invitation_modern(BARE), mails.inmail("Rex R", "A role", "Hi")):
        dumped = only(raw).model_dump_json()
        for own in ("Ferrand", "owner", "amy-ferrand"):
            assert own not in dumped


def test_the_recipients_own_link_in_the_body_is_nobodys_card() -> None:
    own = mails.tracked("/comm/in/amy-ferrand-0a", mails.SINGLE, "hero-9-prof~name", mails.NOON)
    body = f"<p>{mails.anchor(own, 'Amy Ferrand')}, look who wrote</p>"
    body += mails._card(replace(BARE, name="Amy Solberg"), mails.SINGLE, "hero", mails.NOON)
    for name in ("Amy Solberg", "Amy S."):
        raw = mails.assemble(
            mails.headers(f"{name} <invitations@linkedin.com>", "I want to connect", template=mails.SINGLE),
            html=mails.page_modern(body, mails.SINGLE, mails.NOON),
        )
        notice = only(raw)
        assert notice.profile_url.value == "https://www.linkedin.com/in/mira-solberg-21b"
        assert notice.photo_url.state == "absent"


def test_words_above_the_page_header_are_no_note() -> None:
    raw = mails.invitation_modern()
    assert b'<div class=3D"mercado-container">' in raw
    above = raw.replace(b'<div class=3D"mercado-container">', b"<p>Open this mail in a browser</p><div>")
    assert (only(above).note.state, only(above).default_text) == ("absent", "attested")


def test_an_empty_place_is_absent_and_a_layout_without_the_place_is_unknown() -> None:
    bare = only(mails.invitation_modern(BARE))
    assert (bare.headline.state, bare.location.state, bare.photo_url.state) == ("absent", "absent", "absent")
    old = only(mails.invitation_2011())
    assert (old.headline.state, old.location.state, old.photo_url.state) == ("unknown", "unknown", "unknown")
    heard_of = only(mails.message())
    assert (heard_of.headline.state, heard_of.photo_url.state) == ("unknown", "unknown")


def test_a_location_alone_is_no_headline() -> None:
    notice = only(mails.invitation_2016(replace(BARE, location="Bergen, Norway")))
    assert (notice.headline.state, notice.location.value) == ("absent", "Bergen, Norway")


@pytest.mark.parametrize("build", [mails.invitation_2016, mails.invitation_modern])
def test_a_personal_note_is_kept_whole(build: Callable[..., bytes]) -> None:
    notice = only(build(NOTED))
    assert notice.note.value == NOTED.note
    assert notice.default_text is None


def test_a_note_of_several_lines_keeps_its_lines() -> None:
    words = "Hi Amy,\n\nwe met in Bergen.\nI want to connect, and to hear more.\n\nMira Solberg"
    assert only(mails.invitation_2016(replace(mails.MIRA, note=words))).note.value == words
    assert only(mails.invitation_2011(words=words)).note.value == words


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("Hi Amy, I'd like to join your LinkedIn network.", "attested"),
        ("Hi there, I’d like to join your professional network.", "attested"),
        ("Hallo Amy, ich möchte Ihrem beruflichen Netzwerk beitreten.", "guess"),
        ("Bonjour Amy, je souhaite rejoindre votre réseau LinkedIn.", "guess"),
    ],
)
def test_default_text_is_no_note_in_any_language(words: str, known: str) -> None:
    notice = only(mails.invitation_modern(default=words))
    assert (notice.note.state, notice.default_text) == ("absent", known)


@pytest.mark.parametrize(
    "words",
    [
        "Hi Amy, I'd like to join your LinkedIn network. Your post on ramp times helped me.",
        "Loved your talk, I'd like to join your professional network.",
        "Hi Amy, I would like to connect with you.",
        "We have 12 mutual connections and no talk yet.",
        "You are receiving Accepted Invitation emails",
        "This email was intended for Amy Ferrand",
    ],
)
@pytest.mark.parametrize("build", [mails.invitation_2016, mails.invitation_modern])
def test_words_beside_the_default_sentence_make_a_note(build: Callable[..., bytes], words: str) -> None:
    raw = build(replace(mails.MIRA, note=words))
    notice = only(raw)
    assert notice.note.value == words
    assert notice.mutual_connections.value is None
    assert notice.profile_url.state == "shown"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("12 connections in common", 12),
        ("1,204 mutual connections", 1204),
        ("Ann Bo and 3 other mutual connections", 4),
    ],
)
@pytest.mark.parametrize("build", [mails.invitation_2016, mails.invitation_modern])
def test_connections_in_common_are_counted(build: Callable[..., bytes], line: str, count: int) -> None:
    notice = only(build(replace(mails.MIRA, mutual=line)))
    assert notice.mutual_connections.value == count
    assert notice.location.value == "Bergen, Norway"


def test_the_preheader_gives_title_and_company_and_makes_no_reminder() -> None:
    raw = mails.invitation_modern(
        replace(mails.MIRA, headline="Talent | Culture | Coffee"),
        subject="You have an invitation ✉️",
        preheader="Mira, Head of Talent from Fjellkraft is waiting for your response",
    )
    notice = only(raw)
    assert (notice.title.value, notice.company.value) == ("Head of Talent", "Fjellkraft")
    assert notice.headline.value == "Talent | Culture | Coffee"
    assert reading(raw).claims == "invitation"


def test_a_preheader_about_somebody_else_is_not_used() -> None:
    raw = mails.invitation_modern(BARE, preheader="Oskar, Baker from Timmer is waiting for your response")
    assert only(raw).company.state == "unknown"


def test_a_digest_of_invitations_has_one_notice_a_person_and_none_for_suggestions() -> None:
    people = [
        replace(mails.MIRA, name=f"{name} Strand", vanity=f"{name}-s", number=mails.MIRA.number + n)
        for n, name in enumerate(("ada", "bo", "cy"))
    ]
    people[1] = replace(people[1], note="I liked your post about tea.", mutual="2 mutual connections")
    raw = mails.digest_of_invitations(people, suggestions=[replace(mails.MIRA, name="Di Strand", vanity="di-s")])
    notices = reading(raw).notices
    assert [notice.name.value for notice in notices] == ["ada Strand", "bo Strand", "cy Strand"]
    assert [notice.invitation_id.value for notice in notices] == [str(person.number) for person in people]
    assert [notice.note.value for notice in notices] == [None, "I liked your post about tea.", None]
    assert notices[0].note.state == "unknown"
    assert notices[1].mutual_connections.value == 2


def test_suggestions_are_left_out_of_a_digest_without_accept_links_too() -> None:
    template = "email_m2m_invite_digest_02"
    asks = mails.tracked("/comm/in/ada-s", template, "list-2-prof~name", mails.NOON)
    suggested = mails.tracked("/comm/in/di-s", template, "pymk-0-prof~name", mails.NOON)
    body = f"<div>{mails.anchor(asks, 'Ada Strand')}</div><div>{mails.anchor(suggested, 'Di Strand')}</div>"
    raw = mails.assemble(
        mails.headers("LinkedIn <invitations@linkedin.com>", "You have 2 new invitations", template=template),
        html=mails.page_modern(body, template, mails.NOON),
    )
    assert [notice.name.value for notice in reading(raw).notices] == ["Ada Strand"]


def test_a_mail_about_one_with_the_invitations_of_several_is_a_collection() -> None:
    people = [replace(mails.MIRA, name=f"{name} Strand", vanity=name, number=70 + n) for n, name in enumerate("abc")]
    template = "email_m2m_invite_reminder_02"
    body = "".join(mails._card(person, template, "list", mails.NOON) for person in people)
    for sender, who in (("a Strand", people), ("LinkedIn", people), ("a Strand", people[:1])):
        raw = mails.assemble(
            mails.headers(f"{sender} <invitations@linkedin.com>", "Reminder: you were invited", template=template),
            html=mails.page_modern(body if len(who) > 1 else mails._card(who[0], template, "list", 0), template, 0),
        )
        assert reading(raw).claims == ("digest" if len(who) > 1 else "invitation_reminder")
        assert [notice.name.value for notice in reading(raw).notices] == [person.name for person in who]


def test_a_news_digest_has_no_notice() -> None:
    assert reading(mails.news()).notices == ()


def test_an_inmails_text_is_a_message_and_no_note() -> None:
    words = "Hi Amy,\n\nwe have a role for a founder.\nSee https://jobs.example/1\n\nRex"
    raw = mails.inmail("Rex Rekrut", "A role", words, headline="Recruiter at Jobs Ltd")
    notice = only(raw)
    assert notice.message.value == words
    assert notice.note.state == "unknown"
    assert (notice.headline.value, notice.company.value) == ("Recruiter at Jobs Ltd", "Jobs Ltd")
    assert linkedin.read(letter(raw)).links.foreign == ()


def test_an_inmail_whose_text_part_is_a_footer_is_read_from_the_html() -> None:
    notice = only(mails.inmail("Rex Rekrut", "A role", "Hi Amy,\nwe have a role.\nRex", html_only=True))
    assert notice.message.value == "Hi Amy,\nwe have a role.\nRex"


def test_an_accepted_mail_names_the_person_and_not_their_network() -> None:
    notice = only(mails.accepted())
    assert notice.name.value == "Mira Solberg"
    assert notice.profile_url.value == "https://www.linkedin.com/in/mira-solberg-21b"
    assert "Oskar" not in notice.model_dump_json()


def test_via_linkedin_is_stripped_from_names_however_it_is_written() -> None:
    for shape in ("Mira Solberg via LinkedIn", '"Mira Solberg (via LinkedIn)"', "Mira Solberg (via LinkedIn)"):
        raw = mails.invitation_2016(from_=f"{shape} <invitations@linkedin.com>")
        assert only(raw).name.value == "Mira Solberg", shape


def test_names_in_any_script_and_folded_subjects_are_read() -> None:
    hanako = replace(mails.MIRA, name="山田 花子", headline="採用担当", location="東京")
    raw = mails.invitation_modern(hanako, subject="You have an invitation ✉️ " + "from afar " * 12)
    assert only(raw).name.value == "山田 花子"
    assert only(raw).headline.value == "採用担当"
    assert "\r\n " in raw.decode("ascii").split("\r\n\r\n")[0]


def test_capitals_in_the_body_do_not_change_the_name() -> None:
    raw = mails.invitation_2016(
        replace(mails.MIRA, name="MIRA SOLBERG"), from_="Mira Solberg <invitations@linkedin.com>"
    )
    notice = only(raw)
    assert notice.name.value == "Mira Solberg"
    assert notice.headline.value == "Head of Talent at Fjellkraft"


def test_another_persons_card_is_not_taken_for_the_senders() -> None:
    raw = mails.invitation_modern(from_="Oskar Lindh <invitations@linkedin.com>")
    notice = only(raw)
    assert notice.name.value == "Oskar Lindh"
    assert notice.profile_url.state == "unknown"
    assert not reading(raw).layout_known


def test_of_two_people_with_one_first_name_the_sender_is_taken() -> None:
    body = "".join(
        mails._card(replace(mails.MIRA, name=name, vanity=vanity), mails.SINGLE, "hero", mails.NOON)
        for name, vanity in (("Ann Lund", "ann-lund"), ("Ann Berg", "ann-berg"))
    )
    raw = mails.assemble(
        mails.headers("Ann Berg <invitations@linkedin.com>", "I want to connect", template=mails.SINGLE),
        html=mails.page_modern(body, mails.SINGLE, mails.NOON),
    )
    assert only(raw).profile_url.value == "https://www.linkedin.com/in/ann-berg"


def test_a_reminder_without_a_note_does_not_say_that_there_was_none() -> None:
    notice = only(mails.reminder())
    assert (notice.note.state, notice.default_text) == ("unknown", None)


def test_links_wrapped_by_a_mail_filter_are_read_as_what_they_wrap() -> None:
    plain = mails.page_modern(mails._card(mails.MIRA, mails.SINGLE, "hero", mails.NOON), mails.SINGLE, mails.NOON)
    for link in set(letter(mails.assemble(mails.headers("", ""), html=plain)).page.hrefs):
        wrapped = f"https://eur03.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05"
        plain = plain.replace(f'"{escape(link)}"', f'"{escape(wrapped)}"')
    assert plain.count("safelinks") > 5
    raw = mails.assemble(mails.headers("Mira Solberg <invitations@linkedin.com>", "I want to connect"), "", plain)
    assert only(raw).profile_url.value == "https://www.linkedin.com/in/mira-solberg-21b"
    assert linkedin.read(letter(raw)).links.foreign == ()


def test_the_mail_id_tells_when_the_mail_was_made() -> None:
    for raw in (mails.invitation_2016(with_template=False), mails.invitation_2011(), mails.invitation_modern()):
        assert reading(raw).mail_time == mails.NOON
    late = mails.invitation_modern(at=mails.NOON).replace(mails.message_id(mails.NOON).encode(), b"<1.2.1@x.example>")
    assert reading(late).mail_time == mails.NOON


UNSUBSCRIBE = "<https://www.linkedin.com/e/{}/x?trkEmail=eml-{}-null-0-null>"
EARLIER = mails.NOON - 9 * 365 * 86_400_000


@pytest.mark.parametrize(
    ("name", "signed", "added"),
    [
        ("X-LinkedIn-Template", mails.SINGLE, "inmail_received"),
        ("X-LinkedIn-Class", "INVITE-MBR", "JOBS-TO-MBR"),
        ("X-LinkedIn-Id", mails.mail_id(mails.NOON), mails.mail_id(EARLIER)),
        (
            "List-Unsubscribe",
            UNSUBSCRIBE.format(mails.mail_id(mails.NOON), mails.SINGLE),
            UNSUBSCRIBE.format(mails.mail_id(EARLIER), "inmail_received"),
        ),
    ],
)
def test_of_a_doubled_field_the_lowest_counts_because_signatures_cover_it(name: str, signed: str, added: str) -> None:
    def told(*values: str) -> Reading:
        above = "".join(f"{name}: {value}\r\n" for value in values).encode()
        return reading(above + mails.assemble(mails.headers("Ann Berg <invitations@linkedin.com>", "Hello"), "Hello"))

    assert told(signed) != told(added)
    assert told(added, signed) == told(signed)


def test_without_a_mail_id_the_message_id_tells_the_time() -> None:
    raw = mails.assemble(mails.headers("LinkedIn <jobs-noreply@linkedin.com>", "Jobs"), "jobs")
    assert reading(raw).mail_time == mails.NOON


def test_a_fresh_header_does_not_hide_the_old_ids_of_copied_links() -> None:
    copied = mails.invitation_modern(at=mails.NOON).decode()
    fresh = mails.NOON + 90 * 86_400_000
    raw = copied.replace(f"X-LinkedIn-Id: {mails.mail_id(mails.NOON)}", f"X-LinkedIn-Id: {mails.mail_id(fresh)}")
    assert raw != copied
    assert reading(raw.encode()).mail_time == mails.NOON


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (mails.spoof_look_alike(), "linkedln.test"),
        (mails.spoof_by_name(), "misspelt"),
        (mails.invitation_2016(from_="LinkedIn <news@shop.example>"), "shop.example"),
        (mails.invitation_2016(from_="LinkedIn Job Alerts <news@shop.example>"), "shop.example"),
        (mails.invitation_2016(from_="Mira Solberg via LinkedIn <mira@shop.example>"), "shop.example"),
        (mails.invitation_2016(from_="LinkedIn <a@linkedin.com.shop.example>"), "linkedin.com.shop.example"),
    ],
)
def test_what_imitates_linkedin_is_said_in_words(raw: bytes, words: str) -> None:
    assert linkedin.recognise(letter(raw))
    assert words in (reading(raw).imitates or "")


@pytest.mark.parametrize(
    "from_",
    [
        "Mira Solberg <invitations@linkedin.com>",
        "LinkedIn <messages-noreply@linkedin.com>",
        "LinkedIn News <editors-noreply@linkedin.com>",
        "LinkedIn <linkedin@e.linkedin.com>",
        "Linda Kedin <linda@kedin.example>",
    ],
)
def test_who_does_not_imitate_linkedin_is_not_accused(from_: str) -> None:
    assert reading(mails.invitation_2016(from_=from_)).imitates is None


def test_a_mailing_list_that_rewrote_from_is_judged_by_reply_to() -> None:
    def through_a_list(reply_to: str) -> bytes:
        fields = mails.headers("'LinkedIn' via Team <team@lists.example>", "You have an invitation")
        return mails.assemble([*fields, ("List-Id", "<team.lists.example>"), ("Reply-To", reply_to)], "LinkedIn\n")

    genuine = through_a_list("LinkedIn <messages-noreply@linkedin.com>")
    assert linkedin.recognise(letter(genuine))
    assert reading(genuine).imitates is None
    assert "liinkedin.example" in (reading(through_a_list("LinkedIn <x@liinkedin.example>")).imitates or "")


def test_links_that_copy_linkedins_own_are_named_with_their_host() -> None:
    links = linkedin.read(letter(mails.spoof_foreign_links())).links
    assert links.foreign == ("accounts-verify.example",)
    assert links.imitating == ("accounts-verify.example",)


def test_one_button_that_leads_away_is_found_among_genuine_links() -> None:
    raw = mails.invitation_modern()
    page = letter(raw).page
    accept = next(href for href in page.hrefs if "invite-accept" in href)
    html = mails.page_modern(mails._card(mails.MIRA, mails.SINGLE, "hero", mails.NOON), mails.SINGLE, mails.NOON)
    html = html.replace(f'"{escape(accept)}"', '"https://cdn.parcels.example/go"')
    swapped = mails.assemble(mails.headers("Mira Solberg <invitations@linkedin.com>", "I want to connect"), "", html)
    assert linkedin.read(letter(swapped)).links.imitating == ("cdn.parcels.example",)


def test_a_link_made_for_one_reader_is_found_even_where_no_link_leads_to_linkedin() -> None:
    html = "<html lang='en'><p>add me to your LinkedIn network</p><a href='https://x.store.example/a.htm{}'>Accept</a>"
    fields = mails.headers("LinkedIn <info@linkedin.com>", "An order via LinkedIn")
    marked = letter(mails.assemble(fields, html=html.format("#amy@salver.test")))
    assert linkedin.read(marked).links.imitating == ("x.store.example",)
    assert linkedin.read(letter(mails.assemble(fields, html=html.format("#top")))).links.imitating == ()


def test_a_link_whose_text_shows_another_host_is_disguised() -> None:
    assert linkedin.read(letter(mails.spoof_by_name())).links.disguised == ("bucket-77.objects.example",)


@pytest.mark.parametrize(
    "build",
    [
        mails.invitation_2016,
        mails.invitation_2011,
        mails.invitation_modern,
        mails.reminder,
        mails.accepted,
        mails.suggestion,
        mails.message,
        mails.news,
    ],
)
def test_a_genuine_mail_has_no_foreign_imitating_or_disguised_link(build: Callable[..., bytes]) -> None:
    links = linkedin.read(letter(build())).links
    assert links.hosts
    assert (links.foreign, links.imitating, links.disguised) == ((), (), ())


@pytest.mark.parametrize(
    "raw",
    [mails.signature_only(), mails.quoted_by_a_colleague(), mails.quoted_by_a_colleague(html_only=True)],
)
def test_a_mail_that_only_mentions_linkedin_is_not_recognised(raw: bytes) -> None:
    assert not linkedin.recognise(letter(raw))


def test_a_copied_page_from_a_strangers_address_is_recognised_as_a_claim() -> None:
    raw = mails.invitation_modern(from_="Evan Stone <evan@lab.example>", template=mails.SINGLE)
    stripped = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(b"X-LinkedIn"))
    assert linkedin.recognise(letter(stripped))
    assert reading(stripped).template == mails.SINGLE


def test_an_employees_letter_stays_a_letter_even_with_a_template() -> None:
    raw = mails.invitation_modern(from_="Jordan Roe <jroe@linkedin.com>")
    assert reading(raw).claims == "other"
    assert reading(raw).notices == ()


def test_the_language_is_that_of_the_frame() -> None:
    assert reading(mails.inmail("Rex R", "Eine Stelle", "Hallo Amy, wir haben eine Stelle für dich.")).language == "en"
    assert reading(mails.invitation_modern(lang="pt-BR")).language == "pt-BR"
    assert reading(mails.invitation_2011(words="Amy,\n\nwir haben uns auf der Messe gesehen.")).language == "en"


def test_the_recipients_first_name_is_what_linkedin_calls_them() -> None:
    assert reading(mails.invitation_2016()).recipient_first_name == "Amy"
    assert reading(mails.invitation_2011()).recipient_first_name == "Amy"
    assert reading(mails.invitation_modern()).recipient_first_name is None


def test_an_unknown_layout_is_said_to_be_unknown_and_keeps_its_kind() -> None:
    raw = mails.assemble(
        mails.headers("Mira Solberg <invitations@linkedin.com>", "I want to connect", template=mails.SINGLE),
        html="<html lang='en'><body><p>Something quite new</p></body></html>",
    )
    read = reading(raw)
    assert (read.claims, read.layout_known) == ("invitation", False)
    assert read.notices[0].name.value == "Mira Solberg"
    assert read.notices[0].note.state == "unknown"


def test_reading_survives_an_empty_letter() -> None:
    assert linkedin.read(Letter()).claims == "other"
    assert not linkedin.recognise(Letter())
    assert linkedin.read(Letter()).links.hosts == ()
