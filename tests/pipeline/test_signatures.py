"""DKIM of received bytes, with real keys and a real DNS server."""

from __future__ import annotations

import asyncio
import time
import tracemalloc

import dkim
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.lookups import signatures
from pipeline.lookups.dkim_message import message_of
from pipeline.lookups.resolver import DnsTrouble, Resolver
from pipeline.lookups.signatures import verify_signatures
from stages.authenticity import judge
from stages.events import Parsed, Signature
from stages.letter import read_letter
from stages.settings import Limits
from tests.builders import dns
from tests.builders.dns import DnsServer
from tests.builders.signing import LIKE_A_NETWORK, Key, key_record, rsa_key, short_key, sign

OWN = ("linkedin.com",)
MAIL = (
    b"Date: Tue, 03 Nov 2026 09:14:22 +0000 (UTC)\r\n"
    b"From: Ottilie Brandt <invitations@linkedin.com>\r\n"
    b"Message-ID: <1834.99.1793697262000@lva1-app.prod.linkedin.com>\r\n"
    b"Subject: Amy, please add me to your network\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=UTF-8\r\n"
    b"To: Amy <amy@home.test>\r\n"
    b"X-LinkedIn-Class: INVITE-MBR\r\n"
    b"X-LinkedIn-Template: invite_single_01\r\n"
    b"X-LinkedIn-fbl: m2-0aaaaa\r\n"
    b"\r\n"
    b"Hi Amy, I'd like to join   your network. \r\n"
    b"Ottilie\r\n"
    b"\r\n\r\n"
)


VALID = b"v=1; a=rsa-sha256; b=AA==; bh=AA==; d=a.b; s=c; h=from"
PARSED = Parsed(
    mail="0" * 32, owner="amy", received_at=0, network="linkedin", claims="invitation",
    from_address="invitations@linkedin.com", signed_by=OWN,
)  # fmt: skip


def signed(raw: bytes = MAIL, key: Key | None = None, domain: str = "linkedin.com", **how: object) -> bytes:
    return sign(raw, key or rsa_key(), domain, **how)  # type: ignore[arg-type]


class NoAnswers(Resolver):
    """Answers every question with the same record, or trouble, without a socket."""

    def __init__(self, record: bytes | None) -> None:
        super().__init__(("127.0.0.1:1",))
        self.record = record

    async def txt(self, name: str) -> bytes | None:
        return self.record


async def verified(raw: bytes, script: dict[str, dns.Behaviour] | None = None, timeout: float = 3) -> list[Signature]:  # noqa: ASYNC109
    if script is None:
        script = {"key._domainkey.linkedin.com": dns.txt(rsa_key().record)}
    with DnsServer(script) as server:
        return list(await verify_signatures(raw, Resolver((server.endpoint,), timeout), OWN))


async def result(raw: bytes, script: dict[str, dns.Behaviour] | None = None, timeout: float = 3) -> str:  # noqa: ASYNC109
    return " ".join(signature.result for signature in await verified(raw, script, timeout))


async def detail(raw: bytes, script: dict[str, dns.Behaviour] | None = None) -> str:
    (only,) = await verified(raw, script)
    return f"{only.result}: {only.detail}"


# --- what was signed and what was changed -------------------------------------------------------------------------


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/simple", "simple/relaxed"])
async def test_an_untouched_mail_passes(canonical: str) -> None:
    assert await result(signed(canonical=canonical)) == "pass"


async def test_the_domain_and_the_selector_are_reported_in_lower_case() -> None:
    (only,) = await verified(signed(domain="LinkedIn.com", selector="Key"))
    assert (only.domain, only.selector, only.result) == ("linkedin.com", "key", "pass")


async def test_a_mail_without_a_signature_has_no_results() -> None:
    assert await verified(MAIL) == []


async def test_trace_fields_above_do_not_matter() -> None:
    above = b"Return-Path: <x@y.test>\r\nReceived: from a by b;\r\n\tTue, 03 Nov 2026 09:14:23 +0000\r\nX-Hop: 1\r\n"
    assert await result(above + signed()) == "pass"


async def test_an_altered_body_fails_and_the_detail_says_so() -> None:
    assert await detail(signed().replace(b"join", b"JOIN")) == "fail: the text was changed after it was signed"


@pytest.mark.parametrize("field", [b"Subject: ", b"From: ", b"X-LinkedIn-Template: "])
async def test_an_altered_signed_field_fails_and_the_detail_says_so(field: bytes) -> None:
    assert (await detail(signed().replace(field, field + b"x"))).startswith("fail: the sender, the subject or another")


async def test_a_field_that_was_not_signed_may_change() -> None:
    assert await result(signed().replace(b"Message-ID: <1834", b"Message-ID: <9999")) == "pass"


async def test_another_key_than_the_signers_fails() -> None:
    assert await result(signed(key=rsa_key(number=1))) == "fail"


async def test_a_stored_copy_with_unix_line_ends_passes() -> None:
    assert await result(signed().replace(b"\r\n", b"\n")) == "pass"


async def test_the_mbox_line_above_a_stored_copy_is_left_out() -> None:
    assert await result(b"From MAILER-DAEMON Tue Nov  3 09:14:22 2026\n" + signed().replace(b"\r\n", b"\n")) == "pass"


async def test_a_long_mail_is_checked_as_well() -> None:
    long = MAIL + (b"All work and no play. \t " * 3 + b"\r\n") * 30_000
    assert len(long) > signatures.BIG
    assert await result(signed(long)) == "pass"
    assert await result(signed(long).replace(b"work", b"play", 1)) == "fail"


async def test_eight_bit_and_nul_octets_are_part_of_the_text() -> None:
    odd = MAIL + b"caf\xe9 \x00 \r lone \xff\r\n"
    assert await result(signed(odd)) == "pass"
    assert await result(signed(odd).replace(b"\xe9", b"\xe8")) == "fail"


# --- several signatures -------------------------------------------------------------------------------------------


async def test_two_signatures_are_reported_in_the_order_of_the_mail() -> None:
    script = {
        "proddkim1024._domainkey.mailb.linkedin.com": dns.txt(rsa_key(1024).record),
        "d2048._domainkey.linkedin.com": dns.txt(rsa_key().record),
    }
    twice = sign(
        sign(MAIL, rsa_key(1024), "mailb.linkedin.com", "proddkim1024"), rsa_key(2048), "linkedin.com", "d2048"
    )
    found = await verified(twice, script)
    assert [(s.domain, s.result) for s in found] == [("linkedin.com", "pass"), ("mailb.linkedin.com", "pass")]


async def test_one_signature_may_fail_beside_one_that_passes() -> None:
    script = {"key._domainkey.linkedin.com": dns.txt(rsa_key().record), "key._domainkey.in.linkedin.com": dns.servfail}
    assert await result(sign(signed(), rsa_key(), "in.linkedin.com"), script) == "temporary pass"


async def test_of_a_thousand_signatures_five_are_verified() -> None:
    junk = b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.linkedin.com; s=s; h=from; bh=aaaa; b=bbbb\r\n" % n
        for n in range(999)
    )
    with DnsServer() as server:
        found = await verify_signatures(junk + signed(), Resolver((server.endpoint,)), OWN)
        assert len(set(server.asked)) == signatures.VERIFIED
    assert len(found) <= signatures.LISTED + signatures.VERIFIED
    assert [s.result for s in found].count("refused") == len(found) - signatures.VERIFIED
    assert "too many" in found[10].detail


async def test_a_strangers_key_is_not_asked_for_because_it_can_prove_nothing() -> None:
    raw = signed()
    for stranger in ("slow.test", "linkedin.com.test", "notlinkedin.com"):
        raw = sign(raw, rsa_key(), stranger)
    with DnsServer({"key._domainkey.linkedin.com": dns.txt(rsa_key().record)}) as server:
        *others, own = await verify_signatures(raw, Resolver((server.endpoint,)), OWN)
        assert {name for name, _ in server.asked} == {"key._domainkey.linkedin.com"}
    assert own.result == "pass"
    assert {(other.result, other.detail) for other in others} == {("refused", "not checked: not the network's domain")}
    assert judge(PARSED, (*others, own), OWN).verdict == "aligned"
    assert judge(PARSED, tuple(others), OWN).verdict == "unverified"


async def test_a_mail_of_no_network_asks_nothing() -> None:
    with DnsServer() as server:
        (only,) = await verify_signatures(signed(), Resolver((server.endpoint,)), ())
        assert not server.asked
    assert only.result == "refused"


async def test_strangers_signatures_do_not_crowd_out_the_networks_own() -> None:
    junk = b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.test; s=s; h=from; bh=aaaa; b=bbbb\r\n" % n for n in range(999)
    )
    found = await verified(junk + signed())
    assert (found[-1].domain, found[-1].result) == ("linkedin.com", "pass")
    assert len(found) <= signatures.LISTED + 1


async def test_what_a_signature_covers_is_told() -> None:
    (whole,) = await verified(signed())
    assert whole.signed == tuple(name.lower() for name in LIKE_A_NETWORK)
    (partly,) = await verified(signed(signed=["From", "Subject", "To", "Date"]))
    assert (partly.result, "x-linkedin-template" in partly.signed) == ("pass", False)
    (failing,) = await verified(signed().replace(b"join", b"JOIN"))
    assert (failing.result, failing.signed) == ("fail", whole.signed)


# --- refused ------------------------------------------------------------------------------------------------------


async def test_a_signature_over_a_part_of_the_text_is_refused_although_its_arithmetic_holds() -> None:
    longer = signed(length=True) + b"And please wire 500 EUR.\r\n"
    record = rsa_key().record.encode()
    assert dkim.verify(longer, dnsfunc=lambda name, timeout: record), "the planted mail must fool a plain verifier"
    assert await detail(longer) == "refused: the signature covers only a part of the text"


async def test_l_equal_to_the_length_of_the_text_is_no_harm() -> None:
    assert await result(signed(length=True)) == "pass"


async def test_a_short_key_is_refused() -> None:
    script = {"key._domainkey.linkedin.com": dns.txt(short_key().record)}
    assert await detail(signed(key=short_key()), script) == "refused: the key is too short or too long"


async def test_a_huge_record_is_no_key_even_if_a_key_lies_in_it() -> None:
    fitting, huge = (f"v=DKIM1; n={'x' * size}; p={rsa_key().public}" for size in (5_000, 9_000))
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.txt(fitting)}) == "pass"
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.txt(huge)}) == "no_key"


@pytest.mark.parametrize("numbers", [((1 << 9_000) + 1, 65_537), ((1 << 2_048) + 1, (1 << 2_000) + 1)])
async def test_a_key_that_takes_long_to_compute_with_is_refused(numbers: tuple[int, int]) -> None:
    script = {"key._domainkey.linkedin.com": dns.txt(key_record(*numbers))}
    assert await detail(signed(), script) == "refused: the key is too short or too long"


async def test_sha1_is_refused() -> None:
    assert "outdated" in await detail(signed(algorithm="rsa-sha1"))


async def test_an_expired_signature_is_refused() -> None:
    yesterday = str(int(time.time()) - 86_400)
    old = {"t": str(int(time.time()) - 90_000), "x": yesterday}
    assert await detail(signed(tags=old)) == "refused: the signature has expired"
    assert await result(signed(tags=old | {"x": str(int(time.time()) + 86_400)})) == "pass"


async def test_a_signature_that_does_not_cover_the_sender_is_refused() -> None:
    raw = signed().replace(b"from : ", b"date : ", 1)
    assert await detail(raw) == "refused: the signature does not cover the sender"


async def test_a_second_sender_is_refused() -> None:
    assert "more than one sender" in await detail(b"From: Evil <evil@evil.test>\r\n" + signed())


@pytest.mark.parametrize(
    "field",
    [
        b"Subject: New",
        b"Content-Type: text/html",
        b"Date: Mon, 2 Nov 2026 00:00:00 +0000",
        b"X-LinkedIn-Template: other",
        b"X-LinkedIn-Class: INMAIL",
        b"x-linkedin-fbl: m2-0bbbbb",
    ],
)
async def test_a_second_field_above_the_signed_one_is_refused(field: bytes) -> None:
    forged = field + b"\r\n" + signed()
    record = rsa_key().record.encode()
    assert dkim.verify(forged, dnsfunc=lambda name, timeout: record), "the planted mail must fool a plain verifier"
    assert await detail(forged) == "refused: a line was added that the signature does not cover"


@pytest.mark.parametrize("name", [b"X-LinkedIn-Id", b"List-Id", b"LIST-UNSUBSCRIBE", b"X-LinkedIn-Template"])
async def test_a_doubled_field_that_tells_what_the_mail_is_is_refused_signed_or_not(name: bytes) -> None:
    covered = ["From", "Subject", "To", "Date"]
    bare = b"".join(line for line in MAIL.splitlines(keepends=True) if not line.startswith(b"X-LinkedIn"))
    once = signed(name + b": one\r\n" + bare, signed=covered)
    assert await result(once) == "pass"
    assert await detail(name + b": two\r\n" + once) == "refused: a line was added that the signature does not cover"
    twice = name + b": two\r\n" + name + b": one\r\n" + bare
    assert await result(signed(twice, signed=[*covered, name.decode(), name.decode()])) == "pass"


@pytest.mark.parametrize(
    "added", [b"no field at all\r\n", b"From : Evil <evil@evil.test>\r\n", b"X:y\r\n\r\r\n", b"\r\r\n", b" folded\r\n"]
)
async def test_a_header_that_readers_may_end_elsewhere_is_refused(added: bytes) -> None:
    assert await result(added + signed()) == "refused"
    if not added.startswith(b" "):
        assert await result(signed().replace(b"Subject: ", added + b"Subject: ")) == "refused"


HEADS = st.lists(
    st.sampled_from(
        [
            b"From: a@b.test",
            b"From ",
            b">From x",
            b"Subject: s",
            b"X",
            b":",
            b" ",
            b"\t",
            b"\r\n",
            b"\n",
            b"\r",
            b"a: b\r\n",
        ]
    ),
    max_size=14,
)


@given(pieces=HEADS)
def test_a_header_without_a_flaw_is_the_one_that_is_read(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    message = message_of(raw)
    letter = read_letter(raw, "", (), Limits())
    if message.flaw is None:
        assert [name for name, _ in letter.fields] == [name.decode().lower() for name, _ in message.fields]


@pytest.mark.parametrize(
    ("line", "times"),
    [(b"a\r\n", 1), (b"a: b\r\n", 1), (b"a: b\n", 1), (b"DKIM-Signature: " + VALID + b"\r\n", 1), (b"\n", 6)],
)
async def test_a_mail_that_is_all_header_is_not_cut_into_lines(line: bytes, times: int) -> None:
    raw = b"From: a@linkedin.com\r\nDKIM-Signature: " + VALID + b"\r\n" + line * (8_000_000 // len(line))
    tracemalloc.start()
    try:
        await verify_signatures(raw, NoAnswers(None), OWN)
        assert tracemalloc.get_traced_memory()[1] < times * len(raw)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("line", [b"a\n", b"a\r\n", b"\ta \n", b" \t\r\n", b"a" * 70 + b"\r\n"])
async def test_checking_takes_a_small_multiple_of_the_mail(line: bytes) -> None:
    value = VALID.replace(b"a.b", b"linkedin.com") + b"; c=relaxed/relaxed"
    raw = b"DKIM-Signature: " + value + b"\r\n" + MAIL + line * (8_000_000 // len(line))
    record = rsa_key().record.encode()
    tracemalloc.start()
    try:
        (found,) = await verify_signatures(raw, NoAnswers(record), OWN)
        assert tracemalloc.get_traced_memory()[1] < 6 * len(raw)
    finally:
        tracemalloc.stop()
    assert found.result == "fail"


async def test_a_lone_carriage_return_cannot_hide_a_field() -> None:
    forged = b"X-Hop: a\rSubject: Evil\r\n" + signed()
    assert await detail(forged) == "refused: the header is malformed"


@pytest.mark.parametrize(
    "value",
    [
        *(b"", b";", b"=", b"garbage", b"v=1", b"v=1; v=1", b"\xff\xfe=\x00"),
        VALID.replace(b"v=1", b"v=2"),
        VALID.replace(b" b=AA==", b" b=A"),
        VALID.replace(b"d=a.b", b"d=.."),
        VALID.replace(b"s=c", b"s=c d"),
        VALID + b"; l=" + b"9" * 5000,
        VALID + b"; t=" + b"9" * 5000,
        VALID + b"; c=x/y",
        VALID + b"; i=@evil.test",
        VALID + b"; i=a.b",
        VALID.replace(b" b=AA==", b" b=" + b" \r\n " * 4000 + b"!"),
        b"v=1; " + b"a" * 100_000,
    ],
    ids=repr,
)
async def test_garbage_is_refused(value: bytes) -> None:
    assert await result(b"DKIM-Signature: " + value + b"\r\n" + MAIL) == "refused"


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (b"v=DKIM1; k=rsa; p=", "withdrawn"),
        (b"v=DKIM1; k=rsa", "no key for this"),
        (b"v=spf1 -all", "no key for this"),
        (b"v=DKIM1; k=rsa; p=AAAA", "no key for this"),
        (b"v=DKIM1; k=rsa; p=%%%", "no key for this"),
        (b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "no key for this"),
        (b"\xff\xfe\x00", "no key for this"),
        (b"", "no key for this"),
    ],
)
async def test_what_is_no_key_is_told_from_a_failure(record: bytes, says: str) -> None:
    found = await detail(signed(), {"key._domainkey.linkedin.com": dns.txt(record)})
    assert found.startswith("no_key: ")
    assert says in found


@pytest.mark.parametrize("tag", ["h=sha1", "s=tlsrpt", "v=DKIM2"])
async def test_a_key_for_another_purpose_is_no_key(tag: str) -> None:
    record = rsa_key().record.replace("v=DKIM1", tag)
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.txt(record)}) == "no_key"


async def test_a_key_that_is_not_for_subdomains_is_kept_to_its_domain() -> None:
    script = {"key._domainkey.linkedin.com": dns.txt(rsa_key().record + "; t=s")}
    assert await result(signed(), script) == "pass"
    assert await result(signed(tags={"i": "@mail.linkedin.com"}), script) == "refused"


@pytest.mark.parametrize("behaviour", [dns.nxdomain, dns.no_records])
async def test_a_missing_key_is_no_key(behaviour: dns.Behaviour) -> None:
    found = await detail(signed(), {"key._domainkey.linkedin.com": behaviour})
    assert found == "no_key: the domain publishes no such key"


async def test_a_key_is_found_among_other_records_of_its_name() -> None:
    script = {"key._domainkey.linkedin.com": dns.txt("unrelated", rsa_key().record, "v=spf1 -all")}
    assert await result(signed(), script) == "pass"


# --- DNS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [dns.servfail, dns.refused])
async def test_a_failing_nameserver_is_temporary(behaviour: dns.Behaviour) -> None:
    assert await result(signed(), {"key._domainkey.linkedin.com": behaviour}) == "temporary"


async def test_dns_trouble_is_asked_about_once_more_and_no_further() -> None:
    key = dns.txt(rsa_key().record)
    with DnsServer({"key._domainkey.linkedin.com": dns.in_turn(dns.servfail, key)}) as server:
        (found,) = await verify_signatures(signed(), Resolver((server.endpoint,)), OWN)
        assert found.result == "pass"
        server.script["key._domainkey.linkedin.com"] = dns.servfail
        server.asked.clear()
        (found,) = await verify_signatures(signed(), Resolver((server.endpoint,)), OWN)
        assert (found.result, len(server.asked)) == ("temporary", 2)


async def test_a_silent_nameserver_is_temporary() -> None:
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.silent}, timeout=0.4) == "temporary"


async def test_a_lost_packet_is_sent_again() -> None:
    key = dns.txt(rsa_key().record)
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.in_turn(dns.silent, key)}, timeout=2) == "pass"


async def test_an_answer_that_comes_too_late_is_temporary() -> None:
    slow = dns.delayed(2, dns.txt(rsa_key().record))
    assert await result(signed(), {"key._domainkey.linkedin.com": slow}, timeout=0.3) == "temporary"


async def test_one_silent_domain_does_not_take_the_time_of_another() -> None:
    script = {"key._domainkey.linkedin.com": dns.txt(rsa_key().record), "key._domainkey.in.linkedin.com": dns.silent}
    assert await result(sign(signed(), rsa_key(), "in.linkedin.com"), script, timeout=0.6) == "temporary pass"


async def test_a_mail_waits_no_longer_than_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "SECONDS", 0.2)
    assert await result(signed(), {"key._domainkey.linkedin.com": dns.silent}, timeout=1000) == "temporary"


async def test_nobody_listening_is_temporary() -> None:
    with DnsServer() as server:
        gone = server.endpoint
    (found,) = await verify_signatures(signed(), Resolver((gone,), 0.5), OWN)
    assert found.result == "temporary"


async def test_a_long_key_comes_over_tcp() -> None:
    key = rsa_key(4096)
    with DnsServer({"key._domainkey.linkedin.com": dns.txt(f"v=DKIM1; n={'x' * 2000}; p={key.public}")}) as server:
        (found,) = await verify_signatures(signed(key=key), Resolver((server.endpoint,)), OWN)
        assert found.result == "pass"
        assert [over for _, over in server.asked] == ["udp", "tcp"]


async def test_an_alias_is_followed() -> None:
    record = "v=DKIM1; p=" + rsa_key(1024).public
    script = {"key._domainkey.linkedin.com": dns.cname("a.test", "b.test", then=record)}
    assert await result(signed(key=rsa_key(1024)), script) == "pass"


async def test_an_alias_that_leads_round_in_a_circle_ends() -> None:
    name = "key._domainkey.linkedin.com"
    assert await result(signed(), {name: dns.cname("a.test", name)}) in ("temporary", "no_key")
    assert await result(signed(), {name: dns.cname(*(f"a{n}.test" for n in range(60)))}) in ("temporary", "no_key")


async def test_a_forged_answer_is_not_believed() -> None:
    forged, true = dns.txt(rsa_key(number=1).record), dns.txt(rsa_key().record)
    script = {"key._domainkey.linkedin.com": dns.preceded_by_forgeries(forged, true)}
    assert await result(signed(), script) == "pass"
    assert await result(signed(key=rsa_key(number=1)), script) == "fail"


async def test_an_answer_is_kept_for_as_long_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "TTL", 300)
    with DnsServer({"key._domainkey.linkedin.com": dns.txt(rsa_key().record)}) as server:
        resolver = Resolver((server.endpoint,))
        for _ in range(3):
            assert (await verify_signatures(signed(), resolver, OWN))[0].result == "pass"
        assert len(server.asked) == 1


async def test_the_next_nameserver_is_asked_when_one_is_silent() -> None:
    name = "key._domainkey.linkedin.com"
    with DnsServer({name: dns.silent}) as mute, DnsServer({name: dns.txt(rsa_key().record)}) as other:
        (found,) = await verify_signatures(signed(), Resolver((mute.endpoint, other.endpoint), 2), OWN)
    assert found.result == "pass"


async def test_a_resolver_tells_no_record_from_trouble() -> None:
    with DnsServer({"a.test": dns.txt("one ", "two"), "b.test": dns.servfail}) as server:
        resolver = Resolver((server.endpoint,))
        assert await resolver.txt("a.test") == b"one "
        assert await resolver.txt("c.test") is None
        assert await resolver.txt("x" * 64 + ".test") is None
        assert await resolver.txt("a..test") is None
        with pytest.raises(DnsTrouble):
            await resolver.txt("b.test")


@pytest.mark.parametrize("text", ["dns.example.test:53", "127.0.0.1:0", "127.0.0.1:x", "127.0.0.1:70000", "", "[::1"])
def test_a_nameserver_that_is_no_address_is_refused_with_an_example(text: str) -> None:
    if text == "[::1":
        Resolver((text,))
        return
    with pytest.raises(ValueError, match=r'write an address and a port, such as "127\.0\.0\.1:53"'):
        Resolver((text,))


@pytest.mark.parametrize("text", ["127.0.0.1:5353", "127.0.0.1", "[::1]:5353", "[::1]", "::1"])
def test_a_nameserver_may_be_of_either_family(text: str) -> None:
    Resolver((text,))


# --- whatever comes -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    head=st.binary(max_size=200),
    value=st.binary(max_size=300),
    body=st.binary(max_size=200),
    record=st.binary(max_size=200),
)
async def test_no_octets_make_it_raise(head: bytes, value: bytes, body: bytes, record: bytes) -> None:
    for raw in (head, head + MAIL, b"DKIM-Signature: " + value + b"\r\n" + MAIL, head + signed()[:-40] + body):
        await verify_signatures(raw, NoAnswers(record), OWN)


@settings(max_examples=300, deadline=None)
@given(
    tags=st.dictionaries(
        st.sampled_from(["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z"]),
        st.sampled_from([b"", b"1", b"-1", b"from", b"linkedin.com", b"@", b"rsa-sha256", b"\xff", b"AAAA", b"a/b/c"]),
    ),
    public=st.sampled_from([b"", b"MA==", b"MIGf", b"MAYCAQACAQA=", b"MAMCAQA=", b"MIIBCgKCAQEA", b"=", b"\xff"]),
)  # fmt: skip
async def test_no_tags_make_it_raise(tags: dict[str, bytes], public: bytes) -> None:
    usual = {"v": b"1", "a": b"rsa-sha256", "b": b"AAAA", "bh": b"AAAA", "d": b"linkedin.com", "s": b"k", "h": b"from"}
    value = b"; ".join(tag.encode() + b"=" + text for tag, text in (usual | tags).items())
    (found,) = await verify_signatures(
        b"DKIM-Signature: " + value + b"\r\n" + MAIL, NoAnswers(b"v=DKIM1; p=" + public), OWN
    )
    assert found.result != "pass"


BODIES = st.lists(
    st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\n", b"\r", b"  \r\n", b"\r\n\r\n", b"b"]), max_size=30
)


@given(pieces=BODIES)
def test_bodies_are_canonicalised_as_dkimpy_does(pieces: list[bytes]) -> None:
    from dkim.canonicalization import Relaxed, Simple

    body = b"".join(pieces)
    message = message_of(b"From: a@b.test\r\n\r\n" + body)
    _, crlf = dkim.rfc822_parse(b"From: a@b.test\r\n\r\n" + body)
    assert message.simple == Simple.canonicalize_body(crlf)
    assert message.relaxed == Relaxed.canonicalize_body(crlf)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(MAIL) + 400), octet=st.sampled_from(list(b" \r\n\tx:;=A0")), kind=st.sampled_from("ird"))
async def test_whatever_passes_here_passes_in_dkimpy(at: int, octet: int, kind: str) -> None:
    raw = signed()
    at %= len(raw)
    raw = raw[:at] + (b"" if kind == "d" else bytes([octet])) + raw[at + (kind != "i") :]
    record = rsa_key().record.encode()
    found = await verify_signatures(raw, NoAnswers(record), OWN)
    if any(signature.result == "pass" for signature in found):
        assert dkim.verify(raw, dnsfunc=lambda name, timeout: record)


async def test_runs_of_blanks_take_no_long_time() -> None:
    """dkimpy alone needs hours for each of these; the bound of the test run is the assertion."""
    blanks = b" \t" * 200_000
    last = b"no base64, and so in no signature\r\n"
    assert await result(signed(MAIL + last).replace(last, blanks + last)) == "fail"
    assert await result(b"X-Long: " + blanks + b"x\r\n" + signed()) == "pass"
    assert await result(b"DKIM-Signature: v=1; b" + b"\r\n " * 100_000 + b"\r\n" + MAIL) == "refused"


async def test_a_dead_nameserver_holds_up_a_line_of_mails_once_and_not_each_of_them() -> None:
    mails = [signed(MAIL + b"%d\r\n" % number, selector="gone") for number in range(40)]
    with DnsServer({"gone._domainkey.linkedin.com": dns.silent}) as server:
        resolver = Resolver((server.endpoint,), 0.5)
        found = await asyncio.gather(*(verify_signatures(raw, resolver, OWN) for raw in mails[:20]))
        later = [await verify_signatures(raw, resolver, OWN) for raw in mails[20:]]
        await resolver.close()
        asked = len(server.asked)
    assert {signature.result for each in (*found, *later) for signature in each} == {"temporary"}
    assert asked <= 8, "one question for all of them, sent again and asked twice"


async def test_a_question_that_nobody_waits_for_any_more_still_answers_the_next_mail() -> None:
    raw = signed(selector="slow")
    with DnsServer({"slow._domainkey.linkedin.com": dns.delayed(0.3, dns.txt(rsa_key().record))}) as server:
        resolver = Resolver((server.endpoint,), 2.0)
        first = asyncio.create_task(verify_signatures(raw, resolver, OWN))
        await asyncio.sleep(0.05)
        first.cancel()
        (signature,) = await verify_signatures(raw, resolver, OWN)
        await resolver.close()
    assert signature.result == "pass"
    assert len(server.asked) == 1
