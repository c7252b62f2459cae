"""Providers' questions whether mail may be forwarded here: recognised, read, proven or doubted, and never lost."""

from __future__ import annotations

import time

import pytest

from stages.enrich import ask, signers_of
from stages.events import INBOX, Confirmation, Parsed, Signature
from stages.forwards.asked_by import Question, asked_by, question, sentence
from stages.forwards.handshakes import confirmation, language_of
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Owner, Rules, Settings
from tests.builders import handshakes, linkedin
from tests.builders.handshakes import BODIES, CANCEL, LINK, OTHERS, gmail, other, signed_other
from tests.builders.letters import mail, multipart, part, received
from tests.builders.linkedin import Person
from tests.builders.through import enriched_of, routed_of

US = "amy@salver.test"
OWNER = Owner.model_validate({"id": "amy", "addresses": (US,), "accounts": ("amy@gmail.com", "amy@home.test")})
SETTINGS = Settings(owners=(OWNER,))
ALL = ("from", "to", "subject", "date")
PASS = Signature(domain="google.com", result="pass", signed=ALL)


def letter_of(raw: bytes) -> Letter:
    return read_letter(raw, "", (US,), Limits())


def read(raw: bytes) -> Confirmation | None:
    return confirmation(letter_of(raw), (OWNER,))


def found(raw: bytes) -> Confirmation:
    told = read(raw)
    assert told is not None
    return told


def parsed(raw: bytes, mail_from: str = "") -> Parsed:
    return parse(raw, received(mail_from), SETTINGS)


def shown(raw: bytes, *signatures: Signature, owner: Owner = OWNER) -> Question:
    told = parsed(raw)
    asked = question(told, asked_by(told, signatures), owner)
    assert asked is not None
    return asked


# --- Gmail ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BODIES)
@pytest.mark.parametrize("shape", ["plain", "base64", "html", "both"])
def test_gmails_question_is_read_in_every_language_and_shape(language: str, shape: str) -> None:
    assert found(gmail(language=language, shape=shape)) == Confirmation(
        provider="google", requester="amy@gmail.com", destination=US, code="83610257", confirm_url=LINK
    )


@pytest.mark.parametrize("language", BODIES)
def test_since_2025_there_is_a_link_and_no_code(language: str) -> None:
    told = found(gmail(language=language, code=""))
    assert (told.requester, told.destination, told.code, told.confirm_url) == ("amy@gmail.com", US, None, LINK)


@pytest.mark.parametrize("language", ["en", "en-GB", "fr", "es", "ja", "zh-CN", "pt-BR", "de", "it", "ru", "ko"])
def test_the_language_of_a_question_is_that_of_its_words(language: str) -> None:
    assert language_of(letter_of(gmail(language=language))) == language


@pytest.mark.parametrize("brand", ["GRANT", "Nordlys Handel", "amy@gmail.com", "Wir & Söhne"])
def test_a_companys_own_brand_may_stand_where_it_says_gmail(brand: str) -> None:
    told = found(gmail(brand=brand, who="kay@grantops.test", **{"from": "forwarding-noreply@google.com"}))
    assert (told.requester, told.code, told.confirm_url) == ("kay@grantops.test", "83610257", LINK)


@pytest.mark.parametrize(
    "link",
    [
        LINK.replace("mail-settings", "mail"),
        LINK.replace("mail-settings", "isolated.mail"),
        LINK.replace("/mail/vf", "/mail/u/0/vf"),
        LINK.replace("/mail/vf", "/mail/a/grantops.test/vf"),
    ],
)
@pytest.mark.parametrize("shape", ["plain", "html"])
def test_googles_three_hosts_confirm(link: str, shape: str) -> None:
    assert found(gmail(yes=link, shape=shape)).confirm_url == link


@pytest.mark.parametrize(
    "link",
    [
        CANCEL,
        LINK.replace("https", "http"),
        LINK.replace("google.com", "google.com.evil.test"),
        LINK.replace("google.com", "google.co"),
        LINK.replace("mail-settings.google.com", "mail-settings-google.com"),
        LINK.replace("mail-settings.google.com", "mail.google.com@evil.test"),
        LINK.replace("mail-settings", "amy@mail-settings"),
        LINK.replace("google.com", "google.com:8443"),
        LINK.replace("mail-settings", "xmail-settings"),
        LINK.replace("mail-settings.g", "mail-settings.ɡ"),
        LINK.replace("/mail/vf-", "/mail/../uf-x/vf-"),
        "https://evil.test/?u=" + LINK,
        "http://evil.test/?u=" + LINK,
        "https://evil.test/" + LINK,
        LINK + "/../uf-" + handshakes.TOKEN,
        LINK + "?continue=https://evil.test/",
        LINK + "#uf-",
    ],
)
@pytest.mark.parametrize("shape", ["plain", "html"])
def test_a_link_that_is_not_googles_yes_is_never_told(link: str, shape: str) -> None:
    assert found(gmail(yes=link, shape=shape)).confirm_url is None


def test_the_link_that_takes_it_back_is_not_taken_for_the_first_one() -> None:
    raw = gmail(yes=CANCEL, no=LINK)
    assert found(raw).confirm_url == LINK
    assert found(gmail(yes=CANCEL, no=CANCEL)).confirm_url is None


def test_among_a_hundred_links_the_first_that_confirms_is_told() -> None:
    many = "\n".join(f"https://links{number}.test/mail/vf-{number}" for number in range(100))
    assert found(gmail(yes=f"{many}\n{LINK}")).confirm_url == LINK
    pages = "".join(f'<a href="https://links{number}.test/vf-{number}">x</a>' for number in range(100))
    page = part(f'<p>amy@gmail.com {US}{pages}<a href="{LINK}">yes</a>', "text/html")
    assert found(multipart(page, **{"from": "forwarding-noreply@google.com"})).confirm_url == LINK


@pytest.mark.parametrize(
    ("subject", "words", "code"),
    [
        ("(# 123456) x", "", "123456"),
        ("(nº 123456789012) x", "", "123456789012"),
        ("(No. 1234567) x", "", "1234567"),
        ("(#12345) x", "", None),
        ("(#1234567890123) x", "", None),
        ("(#１２３４５６) x", "", None),
        ("x", "Code: 1234567", "1234567"),
        ("x", "Code de confirmation : 1234567\nnot 7654321", "1234567"),
        ("x", "Code: " + "7" * 40, None),
        ("x", "here is 1234567 for you", "1234567"),
        ("x", "here are 1234567 and 7654321", None),
        ("x", "call +491234567890 or 0123-1234567", None),
        ("x", "see https://x.test/1234567/8901234?code=1234567", None),
        ("x", "code https://x.test/1234567", None),
        ("x", "code 1234567@x.test", None),
    ],
)
def test_the_code_is_told_where_it_surely_is_one(subject: str, words: str, code: str | None) -> None:
    raw = mail(f"amy@gmail.com {US}\n{words}\n", subject=subject, **{"from": "forwarding-noreply@google.com"})
    assert found(raw).code == code


@pytest.mark.parametrize(
    ("words", "subject", "who"),
    [
        ("amy@gmail.com asks for {us}", "from amy@gmail.com", "amy@gmail.com"),
        ("x'amy@gmail.com asks for {us}", "from x'amy@gmail.com", "x'amy@gmail.com"),
        ("x!amy@gmail.com asks for {us}", "from x!amy@gmail.com", "x!amy@gmail.com"),
        ("ümit.amy@gmail.com asks for {us}", "q", None),
        ("amy@gmail.com asks for {us}", "from mallory@evil.test", None),
        ("mallory@evil.test asks for {us}", "from mallory@evil.test, Amy@gmail.com", None),
        ("{us} is asked by amy@gmail.com", "q", None),
        ("nobody asks", "from amy@gmail.com", "amy@gmail.com"),
        ("https://x.test/amy@gmail.com asks", "q", None),
    ],
)
def test_who_asks_is_told_where_it_can_be_read_in_one_way_only(words: str, subject: str, who: str | None) -> None:
    fields = {"from": "forwarding-noreply@google.com", "to": US, "subject": subject}
    assert found(mail(words.format(us=US), **fields)).requester == who


def test_whom_it_was_written_to_is_not_whom_somebody_put_in_copy() -> None:
    raw = b"Cc: amy@salver.test\r\n" + gmail(to="mallory@evil.test", who="amy@gmail.com")
    assert found(raw).destination == "mallory@evil.test"
    bare = b"Cc: amy@salver.test\n" + mail("no address", to="mallory@evil.test", **{"from": GOOGLE})
    assert found(bare).destination == "mallory@evil.test"


GOOGLE = "forwarding-noreply@google.com"
MARKED = {"x_google_address_confirmation": "abc"}


@pytest.mark.parametrize(
    "raw",
    [
        mail("Nothing to see.\n", **{"from": GOOGLE}),
        mail(f"{LINK}\n", **{"from": "Gmail via List <list@lists.test>", "reply_to": GOOGLE}),
        mail(f"{LINK}\n", **{"from": "list@lists.test"}, **MARKED),
        mail(f"> {LINK}\n", subject="Fwd: (#83610257) Gmail Forwarding Confirmation"),
        f"amy@gmail.com would like to forward\n{LINK}\n".encode(),
        b"From: evil@evil.test\n" + mail("x", **{"from": GOOGLE}),
    ],
)
def test_what_may_be_the_question_is_never_lost(raw: bytes) -> None:
    told = parsed(raw)
    assert told.claims == "forwarding_confirmation"
    assert routed_of(enriched_of(told, SETTINGS), SETTINGS).folder == INBOX


@pytest.mark.parametrize(
    "fields",
    [
        MARKED,
        {"reply_to": GOOGLE},
        {"subject": "(#83610257) Gmail Forwarding Confirmation - Receive Mail from amy@gmail.com"},
        {"from": f"{GOOGLE}.evil.test"},
        {"from": f'"{GOOGLE}" <x@evil.test>'},
        {"from": "forwarding-noreply@mail.google.com"},
        {"from": "ceo@google.com"},
    ],
)
def test_one_mark_that_anybody_can_write_makes_no_question(fields: dict[str, str]) -> None:
    assert read(mail("Please look at my offer.\n", **fields)) is None


def test_a_networks_mail_is_judged_whatever_its_note_says() -> None:
    note = f"Hi Amy, see {LINK} and (#83610257)"
    raw = linkedin.invitation_modern(Person(note=note)).replace(b"Subject: ", b"Subject: (#83610257) ")
    told = parsed(b"X-Google-Address-Confirmation: abc\r\n" + raw)
    assert (told.network, told.confirmation) == ("linkedin", None)
    assert told.claims == "invitation"


SPOOFS = {
    "bare": "I want to connect",
    "with a code": "(#83610257) Gmail Forwarding Confirmation - Receive Mail from amy@gmail.com",
}


@pytest.mark.parametrize("subject", SPOOFS.values(), ids=SPOOFS)
@pytest.mark.parametrize("note", ["Hi Amy, nice to meet you", f"amy@gmail.com {US} {LINK}"])
@pytest.mark.parametrize("name", ["LinkedIn", "Linkedln", "Mira Solberg (via LinkedIn)", "Mira Solberg"])
def test_googles_address_hides_no_spoof_of_a_network(name: str, note: str, subject: str) -> None:
    fields = {"from_": f"{name} <{GOOGLE}>", "foreign": "https://www.linkedln-mail.test", "subject": subject}
    raw = b"X-Google-Address-Confirmation: abc\r\n" + linkedin.invitation_modern(Person(note=note), **fields)
    for signature in (
        None,
        PASS.model_copy(update={"result": "fail"}),
        PASS.model_copy(update={"domain": "evil.test"}),
    ):
        enriched = enriched_of(parsed(raw), SETTINGS, (signature,) if signature else ())
        assert (enriched.kind, enriched.authenticity.verdict) == ("spoof", "forged")
        routed = routed_of(enriched, SETTINGS)
        assert (routed.folder, routed.verdict) == ("Ugly", "ugly")


def test_googles_address_alone_hides_no_link_that_shows_another_address() -> None:
    page = '<p>Hi Amy</p><a href="https://evil.test/b">https://www.linkedin.com/in/mira</a>'
    fields = linkedin.headers(f"Mira Solberg <{GOOGLE}>", "I want to connect", template=linkedin.SINGLE)
    enriched = enriched_of(parsed(linkedin.assemble(fields, None, page)), SETTINGS)
    assert (enriched.kind, enriched.authenticity.verdict) == ("spoof", "forged")


def test_another_providers_address_hides_no_spoof_of_a_network() -> None:
    raw = signed_other("yahoo", **{"from": "LinkedIn <no-reply@cc.yahoo-inc.com>"})
    enriched = enriched_of(parsed(raw), SETTINGS)
    assert (enriched.kind, enriched.authenticity.verdict) == ("spoof", "forged")


@pytest.mark.parametrize("brand", ["LinkedIn", "Facebook"])
@pytest.mark.parametrize("code", ["83610257", ""])
@pytest.mark.parametrize(("result", "verdict"), [("pass", "aligned"), ("temporary", "temporary")])
def test_the_question_to_people_of_the_network_itself_is_kept_while_google_may_have_signed_it(
    brand: str, code: str, result: str, verdict: str
) -> None:
    raw = gmail(brand=brand, who="kay@linkedin.com", code=code)
    enriched = enriched_of(parsed(raw), SETTINGS, (PASS.model_copy(update={"result": result}),))
    assert (enriched.kind, enriched.authenticity.verdict) == ("forwarding_confirmation", verdict)
    routed = routed_of(enriched, SETTINGS)
    assert (routed.folder, routed.verdict) == (INBOX, None)
    told = question(
        enriched.parsed, enriched.authenticity, OWNER.model_copy(update={"accounts": ("kay@linkedin.com",)})
    )
    assert told is not None
    assert (told.link == LINK) == (verdict == "aligned")


# --- other providers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OTHERS)
def test_another_providers_question_is_recognised_by_what_can_be_signed(name: str) -> None:
    told = parsed(signed_other(name))
    assert told.claims == "forwarding_confirmation"
    assert told.confirmation is not None
    assert (told.confirmation.provider, told.confirmation.destination) == (name, US)
    assert told.confirmation.confirm_url == OTHERS[name][4]
    assert told.confirmation.requester == (None if name == "cloudflare" else "amy@home.test")


FAR = {
    "unsigned": other("yahoo"),
    "signed by somebody else": handshakes.by(other("yahoo"), "elsewhere.test"),
    "signed by a look-alike": handshakes.by(other("yahoo"), "yahoo-inc.com.evil.test"),
    "signed for another sender of theirs": handshakes.by(other("yahoo"), "yahoo.com"),
    "to somebody else": signed_other("yahoo", to="bea@salver.test"),
    "in copy only": b"Cc: amy@salver.test\r\n" + signed_other("yahoo", to="bea@elsewhere.test"),
    "two senders": b"From: no-reply@cc.yahoo-inc.com\r\n" + signed_other("yahoo"),
    "a customer": handshakes.by(other("yahoo", **{"from": "mallory@yahoo.com"}), "yahoo.com"),
    "a customer of another": handshakes.by(other("proton", **{"from": "noreply1@proton.me"}), "proton.me"),
    "a look-alike": handshakes.by(other("zoho", **{"from": "noreply@zoho.com.evil.test"}), "zoho.com"),
    "about something else": signed_other("yahoo", subject="Your storage is nearly full"),
    "no link": handshakes.by(mail(f"Confirm forwarding to {US}", to=US, subject="Confirm forwarding",
                                  **{"from": "noreply@zoho.com"}), "zoho.com"),
    "links elsewhere": signed_other("zoho").replace(b"https://mail.zoho.com/", b"https://mail.zoho.com.evil.test/"),
    "links by a name before the host": signed_other("zoho").replace(b"//mail.zoho.com/", b"//mail.zoho.com@evil.test/"),
    "links with a name before the host": signed_other("zoho").replace(b"//mail.zoho.com/", b"//amy@mail.zoho.com/"),
    "only a link that says no": signed_other("zoho").replace(b"/confirm?", b"/cancel?"),
    "Fastmail, of which none is known": handshakes.by(
        mail(f"Confirm forwarding: https://fastmail.com/verify/1 {US}", to=US, subject="Confirm forwarding",
             **{"from": "noreply@fastmail.com"}), "fastmail.com"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAR)
def test_what_is_not_surely_a_providers_question_is_like_any_other_mail(case: str) -> None:
    told = parsed(FAR[case])
    assert (told.claims, told.confirmation) == ("other", None)
    assert routed_of(enriched_of(told, SETTINGS), SETTINGS).folder == INBOX


def test_a_link_is_told_only_where_one_alone_says_yes() -> None:
    raw = other("yahoo").replace(b"\r\n\r\n", b"\r\n\r\nOr https://login.yahoo.com/forward/accept?crumb=2\r\n")
    told = found(handshakes.by(raw, "yahoo-inc.com"))
    assert (told.provider, told.confirm_url) == ("yahoo", None)


def test_whose_mail_it_is_is_told_only_where_one_account_alone_is_named() -> None:
    raw = other("proton", who="amy@home.test (mallory@proton.me)")
    assert found(handshakes.by(raw, "proton.me")).requester is None


# --- really from them? ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "verdict", "detail"),
    [
        (PASS, "aligned", "Google signed it"),
        (PASS.model_copy(update={"domain": "mail.google.com"}), "unverified", "Google has not signed it"),
        (PASS.model_copy(update={"domain": "evil.test"}), "unverified", "Google has not signed it"),
        (PASS.model_copy(update={"domain": "google.com.evil.test"}), "unverified", "Google has not signed it"),
        (PASS.model_copy(update={"signed": ("from", "to", "date")}), "unverified", "leaves out what matters"),
        (PASS.model_copy(update={"signed": ("from", "subject")}), "unverified", "leaves out what matters"),
        (PASS.model_copy(update={"signed": ("to", "subject")}), "unverified", "leaves out what matters"),
        (PASS.model_copy(update={"result": "fail"}), "unverified", "does not hold"),
        (PASS.model_copy(update={"result": "refused"}), "unverified", "does not hold"),
        (PASS.model_copy(update={"result": "temporary"}), "temporary", "could not be looked up just now"),
    ],
)
def test_only_googles_own_signature_over_who_asks_what_proves_it(
    signature: Signature, verdict: str, detail: str
) -> None:
    enriched = enriched_of(parsed(gmail()), SETTINGS, (signature,))
    assert (enriched.kind, enriched.authenticity.verdict) == ("forwarding_confirmation", verdict)
    assert detail in enriched.authenticity.detail
    assert not enriched.requests
    assert routed_of(enriched, SETTINGS).folder == INBOX


def test_a_signature_that_holds_beats_one_that_does_not() -> None:
    told = asked_by(parsed(gmail()), (PASS.model_copy(update={"result": "fail"}), PASS))
    assert told.verdict == "aligned"


@pytest.mark.parametrize(
    "fields", [{"from": "Gmail Team <forwarding-noreply@googlemail.com>"}, {"from": "list@google.com"}]
)
def test_only_that_sender_of_googles_proves_it(fields: dict[str, str]) -> None:
    enriched = enriched_of(parsed(gmail(**fields)), SETTINGS, (PASS,))
    assert (enriched.kind, enriched.authenticity.verdict) == ("forwarding_confirmation", "unverified")


def test_two_senders_prove_nothing() -> None:
    raw = b"From: evil@evil.test\r\n" + gmail()
    assert asked_by(parsed(raw), (PASS,)).verdict == "unverified"
    assert asked_by(parsed(gmail() + b"\r\n"), (PASS,)).verdict == "aligned"


@pytest.mark.parametrize("name", OTHERS)
def test_another_providers_question_is_proven_by_its_own_signature(name: str) -> None:
    told = parsed(signed_other(name))
    own = PASS.model_copy(update={"domain": OTHERS[name][1]})
    assert enriched_of(told, SETTINGS, (own,)).authenticity.verdict == "aligned"
    assert enriched_of(told, SETTINGS, (PASS,)).authenticity.verdict == "unverified", "Google is not them"


def test_the_lookup_is_asked_for_the_providers_signatures_and_for_no_others() -> None:
    (wanted,) = ask(parsed(handshakes.by(gmail())), SETTINGS)
    assert (wanted.signatures, wanted.domains) == (True, ("google.com",))
    (unsigned,) = ask(parsed(gmail()), SETTINGS)
    assert not unsigned.signatures
    assert "yahoo-inc.com" in signers_of(parsed(signed_other("yahoo")))
    of_old = Parsed.model_validate(
        {**parsed(gmail()).model_dump(), "confirmation": {"provider": "of_the_future", "code": "1"}}
    )
    assert signers_of(of_old) == ()
    assert enriched_of(of_old, SETTINGS).authenticity.detail == "it names no provider that we know"


@pytest.mark.parametrize("imported", ["", "judge", "file"])
def test_it_lies_in_the_inbox_whatever_the_owners_rules_say(imported: str) -> None:
    rule = {"name": "bad", "verdict": "ugly", "any": [{"field": "kind", "is": "forwarding_confirmation"},
                                                      {"score": {"below": 1000}}]}  # fmt: skip
    ruled = SETTINGS.model_copy(update={"rules": Rules.model_validate({"rule": [rule]})})
    told = parsed(gmail()).model_copy(update={"imported": imported, "imitates": "it imitates a network"})
    routed = routed_of(enriched_of(told, ruled, (PASS.model_copy(update={"result": "fail"}),)), ruled)
    assert (routed.kind, routed.verdict, routed.folder) == ("forwarding_confirmation", None, INBOX)


# --- what is said of it -----------------------------------------------------------------------------------------


def test_code_and_link_are_shown_of_what_is_proven_and_about_an_account_of_the_owners() -> None:
    told = shown(gmail(), PASS)
    assert (told.standing, told.code, told.link, told.doubt) == ("sure", "83610257", LINK, "")
    said = sentence(told, OWNER)
    assert "Google asks whether mail of amy@gmail.com may be forwarded here. Really Google." in said
    assert "83610257" in said
    assert said.endswith(LINK)
    assert CANCEL not in said


@pytest.mark.parametrize("who", ["a.m.y@gmail.com", "amy@googlemail.com", "AMY+linkedin@gmail.com"])
def test_an_account_is_the_same_however_gmail_spells_it(who: str) -> None:
    assert shown(gmail(who=who), PASS).standing == "sure"


STRANGE = {
    "not_proven": (gmail(), (), OWNER),
    "open": (gmail(), (PASS.model_copy(update={"result": "temporary"}),), OWNER),
    "elsewhere": (gmail(to="old@elsewhere.test"), (PASS,), OWNER),
    "stranger": (gmail(who="mallory@gmail.com"), (PASS,), OWNER),
    "account_unknown": (gmail(), (PASS,), OWNER.model_copy(update={"accounts": ()})),
    "nameless": (
        signed_other("cloudflare", who="amy@gmail.com"),
        (PASS.model_copy(update={"domain": "cloudflare.com"}),),
        OWNER,
    ),
}


@pytest.mark.parametrize("standing", STRANGE)
def test_of_anything_else_neither_code_nor_link_is_shown(standing: str) -> None:
    raw, signatures, owner = STRANGE[standing]
    told = shown(raw, *signatures, owner=owner)
    assert (told.standing, told.code, told.link) == (standing, "", "")
    said = sentence(told, owner)
    assert "83610257" not in said
    assert "https://" not in said
    assert "\n" not in said
    assert said.startswith("Doubtful: ") == (standing in ("not_proven", "open", "elsewhere", "stranger"))


def test_a_genuine_question_about_another_address_in_copy_to_us_is_not_about_us() -> None:
    raw = b"Cc: amy@salver.test\r\n" + gmail(to="mallory@evil.test")
    assert shown(raw, PASS).standing == "elsewhere"


def test_a_proven_question_of_a_stranger_is_called_possible_abuse() -> None:
    said = sentence(shown(gmail(who="mallory@gmail.com"), PASS), OWNER)
    assert "none of your accounts" in said
    assert "abusing" in said
    told = shown(gmail(who="x'amy@gmail.com"), PASS)
    assert (told.standing, told.requester) == ("stranger", "x'amy@gmail.com")


def test_an_owner_who_has_told_of_no_accounts_is_told_to() -> None:
    nobody = OWNER.model_copy(update={"accounts": ()})
    said = sentence(shown(gmail(), PASS, owner=nobody), nobody)
    assert "If amy@gmail.com is yours, add it to the accounts of amy in the configuration" in said


def test_what_a_mail_says_cannot_paint_the_terminal() -> None:
    told = Confirmation(requester="a\x1b[31m\u202e@x.test", code="1\x1b", confirm_url="https://x.test/\x1b[31m")
    raw = parsed(gmail()).model_copy(update={"confirmation": told.model_copy(update={"destination": US})})
    asked = question(raw, asked_by(raw, (PASS,)), OWNER.model_copy(update={"accounts": ("a\x1b[31m\u202e@x.test",)}))
    assert asked is not None
    assert asked.standing == "sure"
    assert not {"\x1b", "\u202e"} & set(sentence(asked, OWNER))
    assert asked.link == ""


# --- hostile text takes no time ---------------------------------------------------------------------------------

HEAPS = (
    "a" * 20_000, "a." * 10_000, "a@" * 10_000, "@a" * 10_000, "a@a." * 5_000, "1" * 20_000, "1 " * 10_000,
    "https://" * 2_500, "https://mail.google.com/mail/" + "a/" * 10_000, LINK * 300, "(#" * 10_000,
    "code" * 5_000, "code " + " " * 20_000, "code" + "x" * 20_000, "((((" * 5_000, "code: 1" * 3_000,
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(HEAPS)))
def test_reading_hostile_text_takes_little_time(number: int) -> None:
    heap = HEAPS[number]
    page = part(f"<p>{heap}</p>", "text/html")
    letters = [
        letter_of(mail(heap, subject=heap[:900], to=US, **{"from": GOOGLE})),
        letter_of(multipart(page, **{"from": GOOGLE})),
        letter_of(handshakes.by(mail(heap, subject=f"confirm forwarding {heap[:900]}", to=US, line_end="\r\n",
                                     **{"from": "noreply@zoho.com"}), "zoho.com")),
    ]  # fmt: skip
    began = time.process_time()
    for letter in letters:
        confirmation(letter, (OWNER,))
    assert time.process_time() - began < 0.5
