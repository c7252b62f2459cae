"""On top of a genuine mail anybody can write fields that nobody signed: by them it proves no request of anybody."""

from __future__ import annotations

import pytest

from stages.authenticity import judge
from stages.events import Enriched, Seal, Signature
from stages.parse import parse
from stages.settings import Settings
from tests.builders import facebook, linkedin, wellfound
from tests.builders.letters import received
from tests.builders.through import enriched_of

AMY = Settings.model_validate({"owners": [{"id": "amy", "addresses": ["amy@salver.test"]}]})
FRIEND = f"Reply-To: Best Friend via Wellfound <{wellfound.conversation()}>\r\n".encode()
WORDS = "I would love to learn from you about your search firm."
SIGNED = ("from", "to", "subject", "date", "mime-version", "content-type")


def judged(raw: bytes, domain: str, *more: str) -> Enriched:
    signatures = (Signature(domain=domain, result="pass", signed=(*SIGNED, *more)),)
    return enriched_of(parse(raw, received(), AMY), AMY, signatures)


def test_an_announcement_of_wellfound_is_no_proven_request_by_an_unsigned_reply_to() -> None:
    digest = wellfound.announcement("Your weekly job digest", words=WORDS)
    assert judged(digest, "hi.wellfound.com").authenticity.verdict == "aligned"
    told = judged(FRIEND + digest, "hi.wellfound.com")
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")
    assert told.authenticity.detail == ("Wellfound signed it, but not its Reply-To, which tells whose request it is")
    assert judged(FRIEND + digest, "hi.wellfound.com", "reply-to").authenticity.verdict == "aligned"


def test_the_conversation_of_a_request_counts_as_proven_only_if_it_is_signed() -> None:
    asked = wellfound.person_to_person(reply_to="")
    assert judged(asked, "wellfound.com").authenticity.verdict == "aligned"
    put_in = f"Reply-To: {wellfound.conversation('77')}\r\n".encode() + asked
    assert judged(put_in, "wellfound.com").authenticity.verdict == "unverified"
    elsewhere = f"Reply-To: {wellfound.conversation('77', host='evil.test')}\r\n".encode() + asked
    told = judged(elsewhere, "wellfound.com")
    assert told.authenticity.verdict == "aligned"
    assert told.parsed.notices[0].invitation_id.state == "unknown"


def test_facebooks_hint_makes_no_proven_request_of_a_mail_in_a_language_we_do_not_know() -> None:
    subject = "Tove Lindqvist vil være venn med deg"
    page = facebook.request_page(facebook.TOVE).replace("wants to be friends with you on Facebook", "vil være venn")
    other = facebook.mail(facebook.head(subject, f"Facebook <{facebook.SENDER}>", ""), "x", page)
    assert judged(other, "facebookmail.com").kind == "other"
    hinted = b"X-Facebook-Notify: friend_request; from=1; mailid=2\r\n" + other
    told = judged(hinted, "facebookmail.com")
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")
    told = judged(facebook.friend_request(), "facebookmail.com")
    assert (told.kind, told.authenticity.verdict) == ("invitation", "aligned")


def without(raw: bytes, *names: bytes) -> bytes:
    return b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(names))


@pytest.mark.parametrize("field", ["X-LinkedIn-Template: email_m2m_invite_single_01", "X-LinkedIn-Class: INVITE-MBR"])
def test_a_template_that_linkedin_did_not_sign_makes_no_proven_request(field: str) -> None:
    person = linkedin.address("Mira Solberg", "notifications-noreply@linkedin.com")
    other = linkedin.assemble(linkedin.headers(person, "Mira Solberg posted something"), "Mira Solberg\nHi Amy\n")
    told = judged(other, "linkedin.com")
    assert (told.kind, told.authenticity.verdict) == ("digest", "aligned")
    told = judged(f"{field}\r\n".encode() + other, "linkedin.com")
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")
    told = judged(f"{field}\r\n".encode() + other, "linkedin.com", "x-linkedin-template", "x-linkedin-class")
    assert told.authenticity.verdict == "aligned"


def test_the_way_to_unsubscribe_names_a_template_only_where_no_link_does_and_proves_none() -> None:
    way = "<https://www.linkedin.com/x?trk=eml-email_m2m_invite_single_01-u>"
    names = f"List-Unsubscribe: {', '.join([way] * 60)}\r\n".encode()
    news = without(linkedin.news(), b"X-LinkedIn-")
    told = judged(names + news, "linkedin.com")
    assert (told.kind, told.authenticity.verdict) == ("digest", "aligned")
    person = linkedin.address("Mira Solberg", "notifications-noreply@linkedin.com")
    bare = linkedin.assemble(linkedin.headers(person, "Mira Solberg posted something"), "Mira Solberg\nHi Amy\n")
    told = judged(names + bare, "linkedin.com")
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")


def test_a_seal_proves_it_only_if_it_covers_the_field() -> None:
    raw = FRIEND + wellfound.announcement("Jonna wrote", "Wellfound <team@wellfound.com>")
    parsed = parse(raw, received(), AMY)
    seal = Seal(
        result="pass", sealers=("google.com",), passed=("wellfound.com",), kept=True, covers=("from", "subject")
    )
    assert judge(parsed, (), ("wellfound.com",), seal).verdict == "unverified"
    covering = seal.model_copy(update={"covers": ("from", "reply-to")})
    assert judge(parsed, (), ("wellfound.com",), covering).verdict == "aligned"
