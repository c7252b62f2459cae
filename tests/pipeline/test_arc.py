"""ARC chains of received bytes, with real keys and a real DNS server; dkimpy's own verifier agrees on plain mails."""

from __future__ import annotations

from pathlib import Path

import dkim
import pytest

from pipeline.lookups import signatures
from pipeline.lookups.arc import verify_seal
from pipeline.lookups.authentication_results import Unreadable, held
from pipeline.lookups.dkim_message import message_of
from pipeline.lookups.proofs import proofs_of
from pipeline.lookups.resolver import Resolver
from stages.events import Forwarded, LookupWanted, Parsed, Seal, Signature, Slice
from tests.builders import dns
from tests.builders.dns import DnsServer
from tests.builders.sealing import (
    GOOGLE_SAYS,
    LIKE_GOOGLE,
    LIKE_MICROSOFT,
    MICROSOFT_SAYS,
    MICROSOFT_SAYS_NOTHING_HOLDS,
    Sealing,
    keys,
    sealed,
)
from tests.builders.signing import rsa_key, short_key, sign

OWN = ("linkedin.com",)
SEALERS = ("google.com", "microsoft.com")
GOOGLE = Sealing()
MICROSOFT = Sealing(MICROSOFT_SAYS, "microsoft.com", covers="To:" + LIKE_MICROSOFT)
CARRIED = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=linkedin.com; s=key; h=from:to:subject;\r\n"
    b"\tbh=AAAA; b=aB/c+dEfGhIj\r\n"
)
"""The network's signature, of which the first sealer says that it held, and nobody can say it any more."""
HEAD = (
    b"Date: Tue, 03 Nov 2026 09:14:22 +0000 (UTC)\r\n"
    b"From: Ottilie Brandt <invitations@linkedin.com>\r\n"
    b"Message-ID: <1834.99.1793697262000@lva1-app.prod.linkedin.com>\r\n"
    b"Subject: Amy, please add me to your network\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="cut.7"; charset=UTF-8\r\n'
    b"To: Amy <amy@home.test>\r\n"
    b"X-LinkedIn-Class: INVITE-MBR\r\n"
    b"X-LinkedIn-Template: invite_single_01\r\n" + CARRIED
)
BODY = (
    b"--cut.7\r\nContent-Type: text/plain\r\n\r\nHi Amy, I'd like to join your network. \r\n\r\n"
    b"--cut.7\r\nContent-Type: text/html\r\n\r\n<p>Hi Amy,   I'd like to join your network.</p>\r\n--cut.7--\r\n\r\n"
)
MAIL = HEAD + b"\r\n" + BODY
CHAINS = [(GOOGLE,), (GOOGLE, GOOGLE), (GOOGLE, MICROSOFT, GOOGLE), (MICROSOFT, GOOGLE), (GOOGLE,) * 5]


def passed_domains(value: bytes, instance: int, sealer: str) -> tuple[str, ...]:
    return tuple(signature.domain for signature in held(value, instance, sealer))


async def found(raw: bytes, script: dict[str, dns.Behaviour] | None = None, seconds: float = 3) -> Seal:
    with DnsServer(keys(*SEALERS) if script is None else script) as server:
        seal = await verify_seal(raw, Resolver((server.endpoint,), seconds), OWN, SEALERS)
    assert seal is not None
    return seal


async def asked(raw: bytes, sealers: tuple[str, ...] = SEALERS) -> tuple[Seal | None, list[str]]:
    """What came of it, and which names the DNS was asked for."""
    with DnsServer(keys(*SEALERS, "stranger.test")) as server:
        seal = await verify_seal(raw, Resolver((server.endpoint,), 3), OWN, sealers)
        return seal, [name for name, _ in server.asked]


def by_dkimpy(raw: bytes) -> bytes | None:
    record = rsa_key().record.encode()
    result: bytes | None = dkim.arc_verify(raw, dnsfunc=lambda name, timeout=5: record)[0]
    return result


# --- whole chains -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chain", CHAINS, ids=len)
async def test_a_chain_of_configured_sealers_passes_and_dkimpy_says_so_too(chain: tuple[Sealing, ...]) -> None:
    raw = sealed(MAIL, *chain)
    assert by_dkimpy(raw) == b"pass"
    seal = await found(raw)
    assert (seal.result, seal.kept, seal.passed) == ("pass", True, OWN)
    assert seal.sealers == tuple(way.domain for way in chain)
    assert {"from", "to", "subject", "date"} <= set(seal.covers)


@pytest.mark.parametrize("chain", CHAINS, ids=len)
async def test_a_changed_text_breaks_the_chain_and_dkimpy_says_so_too(chain: tuple[Sealing, ...]) -> None:
    raw = sealed(MAIL, *chain).replace(b"join your", b"JOIN your")
    assert by_dkimpy(raw) == b"fail"
    seal = await found(raw)
    assert (seal.result, seal.kept) == ("fail", False)
    assert seal.detail == "the text was changed after it was signed"


@pytest.mark.parametrize("line", [b"From: ", b"Subject: ", b"To: ", b"Date: "])
async def test_a_changed_line_that_is_covered_breaks_the_chain(line: bytes) -> None:
    seal = await found(sealed(MAIL, GOOGLE, GOOGLE).replace(line, line + b"x"))
    assert (seal.result, seal.kept) == ("fail", False)


async def test_lines_that_servers_add_on_the_way_change_nothing() -> None:
    between = b"Received: by mx.test; Tue, 03 Nov 2026 09:15:00 +0000\r\nX-Forwarded-To: amy@salver.test\r\n"
    assert (await found(between + sealed(between + sealed(MAIL), GOOGLE))).kept


async def test_a_seal_without_a_space_after_its_colon_is_read_too() -> None:
    assert (await found(sealed(MAIL, Sealing(space=""), Sealing(space="")))).kept


async def test_a_stored_copy_with_unix_line_ends_passes() -> None:
    assert (await found(sealed(MAIL, GOOGLE, GOOGLE).replace(b"\r\n", b"\n"))).kept


async def test_the_order_in_which_the_fields_stand_does_not_matter() -> None:
    own, inner = sealed(MAIL, GOOGLE, GOOGLE), sealed(MAIL, GOOGLE)
    newest = own[: -len(inner)]
    first = inner[: -len(MAIL)]
    assert (await found(first + newest + MAIL)).kept


async def test_a_large_mail_is_checked_as_well() -> None:
    large = MAIL + b"--cut.7 is not the end \t of it\r\n" * 5_000
    assert len(large) > signatures.BIG
    assert (await found(sealed(large, GOOGLE, GOOGLE))).kept
    assert (await found(sealed(large, GOOGLE, GOOGLE).replace(b"is not", b"is now", 1))).result == "fail"


async def test_a_mail_without_seals_has_none_and_nobody_is_asked() -> None:
    assert await asked(MAIL) == (None, [])
    assert await asked(b"") == (None, [])


async def test_where_no_sealer_is_configured_nothing_is_checked() -> None:
    assert await asked(sealed(MAIL), sealers=()) == (None, [])


# --- what was changed between the seals ---------------------------------------------------------------------------


async def test_what_a_server_changed_before_it_sealed_anew_is_not_what_the_first_one_saw() -> None:
    footed = sealed(sealed(MAIL).replace(b"--cut.7--", b"Scanned by Tenant\r\n--cut.7--"), GOOGLE)
    assert by_dkimpy(footed) == b"pass", "the chain itself is valid"
    seal = await found(footed)
    assert (seal.result, seal.kept, seal.covers, seal.passed) == ("pass", False, (), OWN)
    assert seal.detail == "the text was changed after it was signed"


@pytest.mark.parametrize(
    ("before", "after"), [(b"Subject: ", b"Subject: [EXTERNAL] "), (b"invitations@", b"invitation@"), (b"amy@", b"bo@")]
)
async def test_a_line_changed_between_the_seals_is_not_what_the_first_one_saw(before: bytes, after: bytes) -> None:
    seal = await found(sealed(sealed(MAIL).replace(before, after, 1), GOOGLE))
    assert (seal.result, seal.kept) == ("pass", False)


@pytest.mark.parametrize(
    "added",
    [
        *(b"Cc: Bo <bo@home.test>", b"Reply-To: evil@evil.test", b"Content-Transfer-Encoding: base64"),
        b"X-LinkedIn-Template: other",
    ],
)
async def test_a_line_that_no_seal_covers_may_have_been_added_by_anybody(added: bytes) -> None:
    raw = sealed(MAIL, GOOGLE, GOOGLE)
    assert by_dkimpy(added + b"\r\n" + raw) == b"pass", "the planted mail must fool a plain verifier"
    seal = await found(added + b"\r\n" + raw)
    assert (seal.result, seal.kept) in (("pass", False), ("refused", False))
    assert "line was added" in seal.detail or f"cover its {added.decode().partition(':')[0]}" in seal.detail


async def test_two_subjects_prove_nothing_even_if_both_are_sealed() -> None:
    # A network's signature covers the lower one alone, so the first sealer finds that to hold.
    way = Sealing(covers="subject:" + LIKE_GOOGLE)
    seal = await found(sealed(b"Subject: Evil\r\n" + MAIL, way))
    assert (seal.result, seal.kept, seal.detail) == ("pass", False, "a line was added to it")


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (b"multipart/alternative; boundary=cut.7", BODY, True),
        (b'multipart/mixed;\r\n\tboundary="cut.7"', BODY, True),
        (b"multipart/related; type=x; boundary=cut.7;", BODY, True),
        (b"multipart/alternative; boundary=cut", BODY, False),
        (b"multipart/alternative; boundary=cut.7; boundary=cut.7", BODY, False),
        (b"multipart/alternative; boundary=cut.8", BODY.replace(b"I'd like", b"\r\n--cut.8\r\n"), False),
        (b"multipart/alternative; boundary*0=cut.7", BODY, False),
        (b"multipart/digest; boundary=cut.7", BODY, False),
        (b"multipart/alternative", BODY, False),
        (b"multipart/alternative; boundary=cut.7", b"Hello\r\n" + BODY, False),
        (b"text/plain", BODY, False),
        (b"text/html", b"<p>Hi</p>\r\n", False),
        (b"", b"", False),
    ],
)
async def test_a_content_type_that_is_not_sealed_counts_only_if_the_text_itself_bears_it_out(
    kind: bytes, text: bytes, kept: bool
) -> None:
    head = HEAD.replace(b'multipart/alternative; boundary="cut.7"; charset=UTF-8', kind)
    seal = await found(sealed(head + b"\r\n" + text))
    assert (seal.result, seal.kept) == ("pass", kept)
    if not kept:
        assert seal.detail == "the seal does not cover its Content-Type"
    covered = Sealing(covers=LIKE_GOOGLE + ":content-type")
    assert (await found(sealed(head + b"\r\n" + text, covered))).kept


async def test_a_mail_whose_recipient_is_not_sealed_may_have_been_sent_to_somebody_else() -> None:
    seal = await found(sealed(MAIL, Sealing(MICROSOFT_SAYS, "microsoft.com", covers=LIKE_MICROSOFT)))
    assert (seal.result, seal.kept, seal.detail) == ("pass", False, "the seal does not cover its To")


# --- what the first sealer reports --------------------------------------------------------------------------------


async def test_a_valid_seal_on_a_mail_whose_signature_did_not_hold_proves_nothing_and_nobody_is_asked() -> None:
    raw = sealed(MAIL, Sealing(MICROSOFT_SAYS_NOTHING_HOLDS, "microsoft.com"), GOOGLE)
    assert by_dkimpy(raw) == b"pass"
    seal, names = await asked(raw)
    assert seal is not None
    assert (seal.result, seal.passed, names) == ("refused", (), [])
    assert seal.detail == "its first seal reports no signature of the network"


async def test_only_what_the_first_sealer_reports_counts() -> None:
    first = Sealing("mx.google.com; dkim=pass header.d=shop.test; dmarc=none header.from=linkedin.com")
    seal, names = await asked(sealed(MAIL, first, GOOGLE))
    assert seal is not None
    assert (seal.result, names) == ("refused", [])


async def test_results_outside_the_chain_are_never_read() -> None:
    own = b"Authentication-Results: mx.google.com; dkim=pass header.d=linkedin.com\r\n"
    own += b"X-MS-Exchange-Authentication-Results: dkim=pass header.d=linkedin.com\r\n"
    seal = await found(sealed(own + MAIL, Sealing("mx.google.com; dkim=none")))
    assert (seal.result, seal.passed) == ("refused", ())


@pytest.mark.parametrize(
    ("says", "passed"),
    [
        (GOOGLE_SAYS, ("linkedin.com",)),
        (MICROSOFT_SAYS.replace("mx.microsoft.com 1", "mx.google.com 1"), ("linkedin.com",)),
        ("mx.google.com; none", ()),
        ("mx.google.com", ()),
        ("mx.google.com;", ()),
        ("google.com; dkim=pass header.d=a.test;", ("a.test",)),
        ("MX.Google.com; DKIM=Pass Header.D=A.Test", ("a.test",)),
        ("mx.google.com; dkim=pass header.i=@b.test; dkim=pass header.i=@a.test", ("b.test", "a.test")),
        ("mx.google.com; dkim=pass header.d=a.test header.i=x@sub.a.test", ("a.test",)),
        ('mx.google.com; dkim=pass header.i="x y"@a.test', ("a.test",)),
        ("mx.google.com; dkim=pass (it (really) holds)header.d=a.test", ("a.test",)),
        ("mx.google.com (us);dkim/1=pass reason=good header.d=a.test", ("a.test",)),
        ("mx.google.com; dkim=fail header.d=a.test; dkim=none header.d=none; spf=pass smtp.mailfrom=a.test", ()),
        ("mx.google.com; dmarc=none header.from=a.test; dkim=pass header.d=a.test", ("a.test",)),
        ("mx.google.com; dmarc=bestguesspass action=none header.from=a.test", ()),
        ("mx.google.com; arc=pass (i=1 dkim=pass dkdomain=a.test); spf=none", ()),
        ("mx.google.com; dkim=pass header.s=x header.b=a.test", ()),
        ('mx.google.com; spf=pass smtp.mailfrom="x; dkim=pass header.d=a.test"', ()),
        ('mx.google.com; spf=pass smtp.mailfrom="x\\"; dkim=pass header.d=a.test"', ()),
        ("mx.google.com; spf=pass (x; dkim=pass header.d=a.test) smtp.mailfrom=b.test", ()),
        ("mx.google.com; spf=pass (x (y); dkim=pass header.d=a.test) smtp.mailfrom=b.test", ()),
        ('mx.google.com; dkim=pass header.i="a.test@"@b.test', ("b.test",)),
        ("mx.google.com; dkim=pass header.d=a", ()),
        ('mx.google.com; spf=none smtp.mailfrom="" smtp.helo=; dkim=pass header.d=a.test', ("a.test",)),
        ("mx.google.com; x-dkim=pass header.d=a.test", ()),
    ],
)
def test_a_report_is_read_for_what_held(says: str, passed: tuple[str, ...]) -> None:
    assert passed_domains(f" i=1; {says}\r\n".encode(), 1, "google.com") == passed


@pytest.mark.parametrize(
    "says",
    [
        *("", "i=1", "i=2; mx.google.com; none", "i=01; mx.google.com; none", "mx.google.com; none"),
        "i=1; mx.google.com.evil.test; dkim=pass header.d=a.test",
        "i=1; evilgoogle.com; dkim=pass header.d=a.test",
        "i=1; mx.google.com extra; dkim=pass header.d=a.test",
        '"i=1"; mx.google.com; dkim=pass header.d=a.test',
        "i=1; ; dkim=pass header.d=a.test",
        "i=1; mx.google.com; ; dkim=pass header.d=a.test",
        "i=1; mx.google.com; dkim=pass header.d=b.test header.d=a.test",
        "i=1; mx.google.com; dkim=pass header.d=b.test header.i=@a.test",
        "i=1; mx.google.com; dkim=pass word header.d=a.test",
        "i=1; mx.google.com; dkim = pass header.d=a.test",
        "i=1; mx.google.com; dkim= header.d=a.test",
        "i=1; mx.google.com; spf=pass (x) dkim=pass) header.d=a.test",
        "i=1; mx.google.com; spf=pass (x; dkim=pass header.d=a.test",
        'i=1; mx.google.com; spf=pass smtp.mailfrom="x; dkim=pass header.d=a.test',
        'i=1; mx.google.com; dkim=pass header.d="b"a.test',
        'i=1; mx.google.com; dkim=pass header.d= "a.test"',
        "i=1; mx.google.com; dkim=pass header.d=a\\.test",
        "i=1; mx.google.com; dkim=pass header.d=a.test\x00",
        "i=1; mx.google.com; dkim=pass header.d=a.test; none",
        "i=1; mx.google.com; dkim=pass header.d=a.test; dmarc=fail header.from=a.test",
        "i=1; mx.google.com; dmarc=pass header.from=a.test; dmarc=pass header.from=b.test",
        "i=1; mx.google.com; dkim=pass header.d=a.test; dkim=neutral header.d=a.test",
        "i=1; mx.google.com; dkim=pass (it \\) holds) header.d=a.test",
        'i=1; mx.google.com; dkim=pass (it "really" holds) header.d=a.test',
        "i=1; mx.google.com; dkim=pass header.d=a.test x=@attacker.test",
        "i=1; mx.google.com; dkim=pass header.d=a.test header.x=@attacker.test",
        "i=1; mx.google.com; dkim=pass header.d=a.test reason=late",
        "i=1; mx.google.com; dkim=pass header.d=a.test smtp.mailfrom=b.test",
        "i=1; mx.google.com; dkim=pass header.d=a.test; x=y smtp.mailfrom=b.test",
        "i=1; mx.google.com; spf=none (" + "(" * 30 + ")" * 30 + "); dkim=pass header.d=a.test",
    ],
)
def test_a_report_that_leaves_a_doubt_says_nothing(says: str) -> None:
    with pytest.raises(Unreadable):
        passed_domains(f" {says}\r\n".encode("latin-1"), 1, "google.com")


def test_a_signature_cannot_vouch_for_a_sender_whose_policy_failed() -> None:
    says = "dkim=pass header.i=@linkedin.com; spf=fail smtp.helo=x; dmarc=fail (p=REJECT) header.from=linkedin.com"
    with pytest.raises(Unreadable, match="breaks its sender's policy"):
        passed_domains(f" i=1; mx.google.com; {says}\r\n".encode(), 1, "google.com")


SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails"
REAL = {
    "forwarding/gmail-autoforward-2024-10.headers.eml": ("google.com", ("sendgrid.me",)),
    "forwarding/gmail-workspace-autoforward-2020-05.headers.eml": ("google.com", ("kilns.test",)),
    "forwarding/m365-srs-2024-08-spam.headers.eml": ("microsoft.com", ()),
    "linkedin/21-jobs-digest-2017-11.headers.eml": ("google.com", ("linkedin.com", "mailb.linkedin.com")),
}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared mails are not beside the repository")
@pytest.mark.parametrize("name", REAL)
def test_reports_of_real_servers_are_read(name: str) -> None:
    fields = message_of((SHARED / name).read_bytes()).fields
    reports = [value for field, value in fields if field.lower() == b"arc-authentication-results"]
    sealer, passed = REAL[name]
    assert reports
    for number, report in enumerate(reversed(reports), 1):
        assert passed_domains(report, number, sealer) == passed


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [dns.servfail, dns.refused, dns.silent])
async def test_trouble_with_the_dns_is_temporary_and_tells_what_was_reported(behaviour: dns.Behaviour) -> None:
    seal = await found(sealed(MAIL, GOOGLE, GOOGLE), {"arc._domainkey.google.com": behaviour}, seconds=0.4)
    assert (seal.result, seal.passed, seal.kept) == ("temporary", OWN, False)


@pytest.mark.parametrize("missing", [0, 1, 2])
async def test_trouble_with_one_key_of_several_is_temporary(missing: int) -> None:
    ways = [Sealing(selector=f"s{number}") for number in range(3)]
    script = {name: reply for way in ways for name, reply in keys("google.com", selector=way.selector).items()}
    assert (await found(sealed(MAIL, *ways), script)).kept
    script[f"s{missing}._domainkey.google.com"] = dns.servfail
    assert (await found(sealed(MAIL, *ways), script)).result == "temporary"


async def test_trouble_with_the_key_of_the_first_signature_alone_is_temporary() -> None:
    raw = sealed(MAIL, Sealing(signature={"s": "other"}), GOOGLE)
    script = keys("google.com") | keys("google.com", selector="other")
    assert (await found(raw, script)).kept
    seal = await found(raw, script | {"other._domainkey.google.com": dns.servfail})
    assert (seal.result, seal.kept) == ("temporary", False)


@pytest.mark.parametrize(
    ("script", "result", "says"),
    [
        ({}, "fail", "publishes no such key"),
        (keys("google.com", key=rsa_key(number=1)), "fail", "changed after it was signed"),
        ({"arc._domainkey.google.com": dns.txt("v=DKIM1; p=")}, "fail", "withdrawn"),
    ],
)
async def test_without_the_right_key_a_chain_fails(script: dict[str, dns.Behaviour], result: str, says: str) -> None:
    seal = await found(sealed(MAIL, GOOGLE, GOOGLE), script)
    assert (seal.result, seal.kept) == (result, False)
    assert says in seal.detail


async def test_a_short_key_is_refused() -> None:
    weak = Sealing(key=short_key())
    assert (await found(sealed(MAIL, weak), keys("google.com", key=short_key()))).result == "refused"
    fair = Sealing(key=rsa_key(1024))
    assert (await found(sealed(MAIL, fair), keys("google.com", key=rsa_key(1024)))).kept


async def test_one_key_is_asked_for_once() -> None:
    _, names = await asked(sealed(MAIL, GOOGLE, MICROSOFT, GOOGLE))
    assert sorted(names) == ["arc._domainkey.google.com", "arc._domainkey.microsoft.com"]


async def test_more_keys_than_a_way_has_servers_are_not_asked_for() -> None:
    seal, names = await asked(sealed(MAIL, *(Sealing(selector=f"s{number}") for number in range(8))))
    assert seal is not None
    assert (seal.result, names) == ("refused", [])


# --- with the mail's own signatures -------------------------------------------------------------------------------


def wanted(more: dict[str, object]) -> LookupWanted:
    told: dict[str, object] = {
        "mail": "0" * 32, "owner": "amy", "received_at": 0, "network": "linkedin", "claims": "invitation",
        "from_address": "invitations@linkedin.com", "signed_by": OWN, "sealed_by": ("google.com",),
    }  # fmt: skip
    parsed = Parsed.model_validate(told | more)
    return LookupWanted(mail="0" * 32, owner="amy", parsed=parsed, signatures=True, domains=OWN, histories=False)


async def proofs(
    raw: bytes, more: dict[str, object] | None = None, own: dns.Behaviour | None = None, seconds: float = 3
) -> tuple[tuple[Signature, ...], Seal | None, list[str]]:
    script = keys("google.com") | {"key._domainkey.linkedin.com": own or dns.txt(rsa_key().record)}
    with DnsServer(script) as server:
        signed, seal = await proofs_of(raw, wanted(more or {}), Resolver((server.endpoint,), seconds), SEALERS)
        return signed, seal, [name for name, _ in server.asked]


SIGNED = sign(MAIL.replace(CARRIED, b""), rsa_key(), "linkedin.com")
BROKEN = sealed(SIGNED).replace(b"X-LinkedIn-Class: INVITE-MBR", b"X-LinkedIn-Class: invite-mbr")


async def test_seals_are_not_asked_about_while_the_networks_own_signature_holds() -> None:
    signed, seal, names = await proofs(sealed(SIGNED))
    assert [each.result for each in signed] == ["pass"]
    assert (seal, names) == (None, ["key._domainkey.linkedin.com"])


async def test_seals_are_asked_about_where_the_networks_own_signature_fails_and_of_no_use_where_it_is_gone() -> None:
    signed, seal, _ = await proofs(BROKEN)
    assert [each.result for each in signed] == ["fail"]
    assert seal is not None
    assert seal.kept
    unsigned = sealed(MAIL.replace(CARRIED, b""))
    assert by_dkimpy(unsigned) == b"pass"
    signed, seal, names = await proofs(unsigned, {"signed_by": ()})
    assert (signed, names) == ((), [])
    assert seal is not None
    assert (seal.result, seal.passed) == ("refused", ())
    assert seal.detail == "its first seal reports a signature that the mail does not carry"


@pytest.mark.parametrize(
    ("says", "carried", "believed"),
    [
        ("dkim=pass header.d=linkedin.com", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", True),
        ("dkim=pass header.i=@mail.linkedin.com", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", True),
        ("dkim=pass header.d=LinkedIn.com header.s=KEY header.b=aB/c", "d=LINKEDIN.com; s=Key; b=aB\r\n\t/c+dEf", True),
        ("dkim=pass header.d=mail.linkedin.com", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", False),
        ("dkim=pass header.i=@linkedin.com", "d=mail.linkedin.com; s=key; b=aB/c+dEfGhIj", False),
        ("dkim=pass header.d=linkedin.com header.s=other", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", False),
        ("dkim=pass header.d=linkedin.com header.b=aB/c+dEg", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", False),
        ("dkim=pass header.d=linkedin.com", "d=attacker.test; s=key; b=aB/c+dEfGhIj", False),
        ("dmarc=pass header.from=linkedin.com", "d=linkedin.com; s=key; b=aB/c+dEfGhIj", False),
    ],
)
async def test_a_report_counts_only_of_a_signature_that_the_mail_carries(
    says: str, carried: str, believed: bool
) -> None:
    fields = f"DKIM-Signature: v=1; a=rsa-sha256; h=from; bh=AAAA; {carried}\r\n".encode()
    raw = sealed(MAIL.replace(CARRIED, fields), Sealing(f"mx.google.com; {says}"))
    assert by_dkimpy(raw) == b"pass"
    assert (await found(raw)).kept is believed


@pytest.mark.parametrize(
    "more",
    [
        {"original": (Slice(start=0, end=len(BROKEN)),), "forwarded": Forwarded(how="attachment")},
        *({"forwarded": Forwarded(how=how)} for how in ("inline", "rule", "attachment")),
        *({"network": None}, {"sealed_by": ()}),
    ],
)
async def test_seals_of_a_mail_that_only_holds_another_are_not_asked_about(more: dict[str, object]) -> None:
    _, seal, names = await proofs(BROKEN, more)
    assert (seal, names) == (None, ["key._domainkey.linkedin.com"])


async def test_signatures_and_seals_share_one_time_out() -> None:
    signed, seal, _ = await proofs(BROKEN, own=dns.silent, seconds=0.5)
    assert [each.result for each in signed] == ["temporary"]
    assert seal is not None
    assert seal.result == "temporary", "the time was gone, so its key was not waited for"
