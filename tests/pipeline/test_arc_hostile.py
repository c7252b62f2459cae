"""ARC chains that mean no good: forged, cut, swapped, doubled, endless. None of them proves anything, or takes long."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.lookups.arc import verify_seal
from pipeline.lookups.authentication_results import LONGEST, Unreadable
from pipeline.lookups.resolver import Resolver
from stages.events import Seal
from tests.builders import dns
from tests.builders.dns import DnsServer
from tests.builders.sealing import GOOGLE_SAYS, LIKE_GOOGLE, MICROSOFT_SAYS, Sealing, keys, one_set, sealed
from tests.builders.signing import rsa_key
from tests.pipeline.test_arc import BODY, CARRIED, HEAD, MAIL, OWN, SEALERS, found, passed_domains

KINDS = (b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results")
STRANGER = Sealing(GOOGLE_SAYS.replace("mx.google.com", "mx.stranger.test"), "stranger.test")
TWO = sealed(MAIL, Sealing(), Sealing())
FORGER = rsa_key(number=1)


class NoAnswers(Resolver):
    """Answers with one record, without a socket."""

    async def txt(self, name: str) -> bytes | None:
        return rsa_key().record.encode()


async def proven(raw: bytes, script: dict[str, dns.Behaviour] | None = None) -> bool:
    seal = await found(raw, script)
    return seal.result == "pass" and seal.kept


def fields_of(raw: bytes) -> list[bytes]:
    """The header's fields, each with its line end."""
    return re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n", raw.partition(b"\r\n\r\n")[0] + b"\r\n")


def with_fields(fields: list[bytes]) -> bytes:
    return b"".join(fields) + b"\r\n" + BODY


# --- sets that are not whole --------------------------------------------------------------------------------------


async def test_the_chain_that_the_others_spoil_is_good() -> None:
    assert await proven(TWO)
    assert with_fields(fields_of(TWO)) == TWO


@pytest.mark.parametrize("at", range(6))
async def test_a_chain_with_a_field_missing_fails(at: int) -> None:
    fields = fields_of(TWO)
    seal = await found(with_fields(fields[:at] + fields[at + 1 :]))
    assert (seal.result, seal.detail) == ("fail", "its seals are not complete")


@pytest.mark.parametrize("at", range(6))
async def test_a_chain_with_a_field_twice_fails(at: int) -> None:
    fields = fields_of(TWO)
    for place in (0, at, 6, len(fields)):
        seal = await found(with_fields([*fields[:place], fields[at], *fields[place:]]))
        assert (seal.result, seal.detail) == ("fail", "its seals are not complete")


@pytest.mark.parametrize("at", range(2))
async def test_a_chain_with_a_set_missing_is_not_the_chain(at: int) -> None:
    fields = fields_of(sealed(MAIL, Sealing(), Sealing(), Sealing()))
    seal = await found(with_fields(fields[: at * 3] + fields[at * 3 + 3 :]))
    assert seal.kept is (at == 0), "without its newest set a chain is the older chain, which was as good"
    seal = await found(with_fields(fields[:6] + fields[9:]))
    assert (seal.result, seal.detail) == ("fail", "its seals are not complete")


@pytest.mark.parametrize("number", ["0", "01", "3", "51", "-1", "1x", "", "1; i=1", "9" * 5_000])
async def test_a_set_with_an_odd_number_fails(number: str) -> None:
    for kind in KINDS:
        raw = TWO.replace(kind + b": i=2;", kind + b": i=%b;" % number.encode(), 1)
        assert raw != TWO
        assert (await found(raw)).result == "fail"


@pytest.mark.parametrize(
    ("first", "second"), [("pass", "pass"), ("none", "none"), ("fail", "pass"), ("none", "fail"), ("x", "pass")]
)
async def test_a_chain_that_says_itself_that_it_is_broken_fails_though_every_seal_holds(
    first: str, second: str
) -> None:
    seal = await found(sealed(MAIL, Sealing(cv=first), Sealing(cv=second)))
    assert seal.result == "fail"
    told = "a server on the way found the seals before its own broken"
    assert seal.detail == (told if "fail" in (first, second) else "a seal is malformed")


async def test_a_seal_that_names_the_fields_it_covers_fails() -> None:
    assert (await found(sealed(MAIL, Sealing(seal={"h": "from"})))).result == "fail"


# --- forged words -------------------------------------------------------------------------------------------------


async def test_a_report_that_was_changed_after_it_was_sealed_fails() -> None:
    innocent = Sealing(GOOGLE_SAYS.replace("linkedin.com", "linkedln.test"))
    for raw in (sealed(MAIL, innocent), sealed(MAIL, innocent, Sealing())):
        assert (await found(raw)).result == "refused", "it reports nothing of the network"
        forged = raw.replace(b"linkedln.test", b"linkedin.com")
        seal = await found(forged)
        assert (seal.result, seal.detail) == ("fail", "a seal does not hold")


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_one_seal_that_does_not_hold_spoils_the_chain(number: int) -> None:
    raw = sealed(MAIL, *[Sealing()] * number)
    at = raw.index(b"b=", raw.index(b"ARC-Seal: i=%d;" % number)) + 12
    spoilt = raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :]
    later = sealed(spoilt, *[Sealing()] * (3 - number))
    seal = await found(later)
    assert (seal.result, seal.detail) == ("fail", "a seal does not hold")
    assert (await found(sealed(raw, *[Sealing()] * (3 - number)))).kept


async def test_a_set_of_another_mail_proves_nothing_of_this_one() -> None:
    other = sealed(MAIL.replace(b"join your", b"see your"))
    stolen = other[: other.index(b"Date: ")]
    assert not await proven(stolen + MAIL)
    assert not await proven(sealed(stolen + MAIL, Sealing())), "nor if somebody believed it and sealed it anew"


async def test_sets_that_swapped_their_places_fail() -> None:
    ours = sealed(MAIL, Sealing(), Sealing(MICROSOFT_SAYS, "microsoft.com"))
    assert await proven(ours)
    swapped = re.sub(rb"(?m)^(ARC-[A-Za-z-]+: i=)([12]);", lambda m: m[1] + (b"2;", b"1;")[m[2] == b"2"], ours)
    assert swapped != ours
    assert not await proven(swapped)
    turned = swapped.replace(b"cv=none", b"cv=x").replace(b"cv=pass", b"cv=none").replace(b"cv=x", b"cv=pass")
    assert (await found(turned)).result == "fail"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_field_of_the_first_set_in_the_place_of_the_second_fails(kind: bytes) -> None:
    ours = fields_of(sealed(MAIL, Sealing(), Sealing(GOOGLE_SAYS + "; arc=pass", covers=LIKE_GOOGLE + ":cc")))
    one, two = (next(f for f in ours if f.startswith(kind + b": i=%d" % number)) for number in (1, 2))
    moved = with_fields([one.replace(b"i=1", b"i=2") if field is two else field for field in ours])
    assert not await proven(moved)
    both = {one: two.replace(b"i=2", b"i=1"), two: one.replace(b"i=1", b"i=2")}
    assert not await proven(with_fields([both.get(field, field) for field in ours]))


async def test_a_forger_who_has_no_key_of_the_sealer_fails() -> None:
    forged = Sealing(key=FORGER)
    assert (await found(sealed(MAIL, forged))).result == "fail"
    assert (await found(sealed(MAIL, forged, Sealing()))).result == "fail", "a forged first set, sealed by a real one"
    assert (await found(sealed(MAIL, Sealing(), forged))).result == "fail"


async def test_a_stranger_anywhere_in_the_chain_is_refused_and_nobody_is_asked() -> None:
    for chain in ((STRANGER,), (STRANGER, Sealing()), (Sealing(), STRANGER), (Sealing(), STRANGER, Sealing())):
        with DnsServer(keys(*SEALERS, "stranger.test")) as server:
            seal = await verify_seal(sealed(MAIL, *chain), Resolver((server.endpoint,)), OWN, SEALERS)
            assert server.asked == []
        assert seal is not None
        assert (seal.result, seal.passed) == ("refused", ())
        assert seal.detail == "it was sealed by stranger.test, whose seals are not trusted here"


@pytest.mark.parametrize(
    "domain", ["evilgoogle.com", "google.com.evil.test", "sub.google.com", "com", "", "google.com."]
)
async def test_only_the_very_domain_of_a_sealer_counts(domain: str) -> None:
    raw = sealed(MAIL, Sealing(domain=domain or "x"))
    raw = raw if domain else raw.replace(b"d=x;", b"d=;")
    seal = await found(raw, keys("google.com", *filter(None, [domain])))
    assert (seal.result, seal.kept) == ("refused", False)


async def test_a_stranger_who_signs_the_mail_below_a_sealers_seal_is_refused() -> None:
    seal = await found(sealed(MAIL, Sealing(signature={"d": "stranger.test"})), keys("google.com", "stranger.test"))
    assert seal.result == "refused"


async def test_a_report_of_another_server_is_not_the_sealers() -> None:
    for says in (MICROSOFT_SAYS, "mx.evil.test; dkim=pass header.d=linkedin.com", "x; dkim=pass header.d=linkedin.com"):
        seal = await found(sealed(MAIL, Sealing(says)))
        assert (seal.result, seal.passed) == ("refused", ())


# --- weak seals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "result"),
    [
        ({"a": "rsa-sha1"}, "refused"),
        ({"a": "ed25519-sha256"}, "refused"),
        ({"l": "0"}, "refused"),
        ({"l": "10"}, "refused"),
        ({"c": "x/y"}, "refused"),
        ({"bh": ""}, "refused"),
        ({"h": ""}, "refused"),
        ({"s": ""}, "refused"),
        ({"x": "1600000000", "t": "1500000000"}, "refused"),
        ({"h": "to:subject:date"}, "refused"),
        ({"h": LIKE_GOOGLE + ":arc-seal"}, "fail"),
    ],
)
async def test_a_weak_or_malformed_signature_over_the_mail_is_none(signature: dict[str, str], result: str) -> None:
    covers = signature.get("h") or LIKE_GOOGLE
    assert (await found(sealed(MAIL, Sealing(signature=signature, covers=covers)))).result == result
    later = await found(sealed(MAIL, Sealing(signature=signature, covers=covers), Sealing()))
    assert not later.kept


@pytest.mark.parametrize(
    ("seal", "result"),
    [
        ({"a": "rsa-sha1"}, "refused"),
        ({"a": ""}, "fail"),
        ({"s": ""}, "fail"),
        ({"s": "a b"}, "fail"),
        ({"cv": ""}, "fail"),
    ],
)
async def test_a_weak_or_malformed_seal_is_none(seal: dict[str, str], result: str) -> None:
    assert (await found(sealed(MAIL, Sealing(seal=seal)))).result == result


async def test_a_signature_over_the_mail_that_covers_an_older_seal_is_malformed() -> None:
    seal = await found(sealed(MAIL, Sealing(), Sealing(covers=LIKE_GOOGLE + ":arc-seal")))
    assert (seal.result, seal.detail) == ("fail", "a seal is malformed")


async def test_a_signature_that_covers_the_whole_text_by_its_length_is_as_good_as_one_without() -> None:
    size = str(len(BODY))
    assert await proven(sealed(MAIL, Sealing(signature={"l": size})))
    assert not await proven(sealed(MAIL, Sealing(signature={"l": size})) + b"more\r\n")


@pytest.mark.parametrize(
    "added", [b"From: Evil <evil@evil.test>\r\n", b"From : Evil <evil@evil.test>\r\n", b"no field\r\n"]
)
async def test_a_mail_with_two_senders_or_a_broken_header_is_refused(added: bytes) -> None:
    assert (await found(added + TWO)).result == "refused"


# --- much of it ---------------------------------------------------------------------------------------------------

LONG_RUN = b" " * 60_000


def _many(count: int, line: bytes) -> bytes:
    return b"".join(line % number for number in range(1, count + 1))


HUGE = [
    _many(1_000, b"ARC-Seal: i=%d; cv=none\r\n"),
    b"ARC-Seal: i=1; cv=none; a=rsa-sha256; d=google.com; s=arc; b=AAAA\r\n" * 1_000,
    b"".join(b"%b: i=%d; x\r\n" % (kind, number) for number in range(1, 334) for kind in KINDS),
    b"ARC-Authentication-Results: i=1; mx.google.com; " + b"dkim=pass header.d=linkedin.com; " * 10_000 + b"\r\n",
    b"ARC-Authentication-Results: i=1; mx.google.com; " + b"(" * 200_000 + b"\r\n",
    b"ARC-Message-Signature: i=1; b=" + LONG_RUN + b"!\r\n",
    b"ARC-Seal: i=1; " + b"a=b; " * 60_000 + b"\r\n",
    b"ARC-Seal:" + LONG_RUN + b"i=1\r\n",
    b"ARC-Authentication-Results:" + LONG_RUN + b"i=1\r\n",
    b"ARC-Seal: i=1; b=" + b"\r\n " * 60_000 + b"!\r\n",
]


@pytest.mark.parametrize("added", HUGE, ids=lambda added: f"{added[:24]!r}")
async def test_endless_seals_are_refused_at_once(added: bytes) -> None:
    begun = time.process_time()
    for raw in (added + MAIL, added + TWO):
        seal = await verify_seal(raw, NoAnswers(("127.0.0.1:1",)), OWN, SEALERS)
        assert seal is not None
        assert seal.result in ("fail", "refused")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("between", [" " * 101, " " * 60_000, "x" * 17_000])
@pytest.mark.parametrize("part", ["signature", "seal"])
async def test_a_whole_chain_with_an_unwieldy_field_is_refused(part: str, between: str) -> None:
    tags = {"n": f"x{between}y"}
    begun = time.process_time()
    way = Sealing(signature=tags) if part == "signature" else Sealing(seal=tags)
    for raw in (sealed(MAIL, way), sealed(MAIL, way, Sealing())):
        seal = await found(raw)
        assert (seal.result, seal.detail) == ("refused", "its seals are too long to be checked")
    assert time.process_time() - begun < 2
    assert await proven(sealed(MAIL, Sealing(signature={"n": "x" + " " * 99 + "y"})))


async def test_as_many_seals_as_are_checked_take_no_long_time_and_one_more_is_refused() -> None:
    padded = GOOGLE_SAYS + "; x-told=none reason=" + "x" * 3_000
    chain = sealed(MAIL, *[Sealing(padded)] * 20)
    begun = time.process_time()
    assert await proven(chain)
    assert time.process_time() - begun < 2
    assert (await found(sealed(chain, Sealing()))).detail == "it has too many seals to be checked"
    long = sealed(MAIL, *[Sealing(padded + "y" * 4_000)] * 18)
    assert (await found(long)).detail == "its seals are too long to be checked"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 16_000, "()" * 8_000, "(\\" * 8_000, '"' * 16_000, 'a="' * 5_000, 'a="\\' * 4_000, "a=" * 8_000,
        "; " * 8_000, " " * 16_000, "x " * 8_000, "a=b " * 4_000, "\\" * 16_000, 'a="x"@' * 2_600, "=" * 16_000,
    ],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_a_report_as_long_as_is_read_takes_no_long_time(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable):
        passed_domains(f"i=1; mx.google.com; {text} !".encode()[:LONGEST], 1, "google.com")
    assert time.process_time() - begun < 0.5


PIECES = st.sampled_from(
    [
        *("dkim=pass", "header.d=linkedin.com", "header.i=@linkedin.com", "dmarc=pass header.from=linkedin.com"),
        *("spf=pass", "x=y", "arc=none", "smtp.helo=", "smtp.mailfrom=", "@a.test", "none"),
        *(";", " ", "(", ")", '"', "\\", "=", "x", "\r\n ", "@"),
    ]
)
WORDS = st.lists(PIECES, max_size=20).map("".join)
ESCAPES = [
    f"{begins}){between}dkim=pass{space}header.d=linkedin.com{between}{ends}(b"
    for begins in ("a", "", "@a.test", "a) smtp.mailfrom=b (", 'a) smtp.helo="', '@a.test; x=y (c) smtp.helo="')
    for between, space in ((";", "(a)"), ("; ", " "))
    for ends in ("spf=pass", "x=y", "arc=none", "auth=pass", "dmarc=pass", "dkim=pass", "spf=pass (c)", "")
]
"""What a stranger may say for a reverse-path or a host: each leaves the comment, and begins another one."""


def reports_of(words: str) -> list[str]:
    """How a receiver repeats a stranger's words, in the comment and behind it: as they are, and as a local part."""
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return [
        f"i=1; mx.google.com; spf=pass (google.com: {of} {inside} designates 192.0.2.9 as permitted sender){told}"
        for of in ("domain of", "domain of postmaster@")
        for inside in (words, f'"{words}"@a.test', f'"{quoted}"@a.test', f'"{quoted}@a.test"')
        for told in (f' smtp.mailfrom="{quoted}"@a.test', " smtp.mailfrom=a.test", ' smtp.mailfrom=""')
    ]


def held_by_words(words: str) -> list[str]:
    """The reports with a stranger's words in which a signature seems to hold."""
    vouching = []
    for says in reports_of(words):
        with contextlib.suppress(Unreadable):
            vouching += [says] if passed_domains(says.encode(), 1, "google.com") else []
    return vouching


@pytest.mark.parametrize("words", ESCAPES)
def test_no_known_way_out_of_a_comment_makes_a_signature_hold(words: str) -> None:
    assert held_by_words(words) == []


@given(words=WORDS)
def test_no_word_of_a_stranger_gets_out_of_a_comment(words: str) -> None:
    assert held_by_words(words) == []


@given(words=WORDS)
def test_words_of_a_stranger_in_a_quoted_string_or_a_plain_comment_change_nothing(words: str) -> None:
    quoted = words.replace("\\", "").replace('"', "")
    plain = "".join(letter for letter in words if letter not in '()\\"')
    says = f'i=1; mx.google.com; dkim=pass header.d=b.test; spf=fail ({plain}) smtp.mailfrom="{quoted}"@a.test'
    assert passed_domains(says.encode(), 1, "google.com") == ("b.test",)


async def test_a_mail_that_nobody_signed_is_not_proven_by_a_local_part_that_leaves_the_comment() -> None:
    local = "a); dkim=pass header.d=linkedin.com; spf=pass (b"
    says = (
        "mx.google.com;\r\n       dkim=pass header.i=@attacker.test header.s=k header.b=abc;\r\n"
        f'       spf=pass (google.com: domain of "{local}"@attacker.test designates 192.0.2.9 as permitted sender)'
        f' smtp.mailfrom="{local}"@attacker.test'
    )
    own = CARRIED.replace(b"linkedin.com", b"attacker.test").replace(b"aB/c", b"abcB/c")
    for mail in (MAIL, MAIL.replace(CARRIED, own), MAIL.replace(CARRIED, b"")):
        for more in ("", ";\r\n dmarc=none header.from=licdn.com", "; dmarc=fail header.from=linkedin.com"):
            seal = await found(sealed(mail, Sealing(says + more)))
            assert (seal.result, seal.kept, seal.passed) == ("refused", False, ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.one_of(st.binary(max_size=80), WORDS.map(str.encode)))
def test_any_report_is_read_or_unreadable(value: bytes) -> None:
    try:
        found_to_hold = passed_domains(b"i=1; mx.google.com;" + value, 1, "google.com")
    except Unreadable:
        return
    assert all(re.fullmatch(r"[a-z0-9_.-]+", domain) for domain in found_to_hold)


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_whatever_octet_of_a_set_is_changed_the_chain_proves_nothing_or_says_the_same(
    data: st.DataObject,
) -> None:
    size = TWO.index(b"Date: ")
    at = data.draw(st.integers(0, size - 1))
    octet = data.draw(st.sampled_from([b"", b" ", b";", b"x", b"\r\n", b"=", b"1"]))
    seal = await verify_seal(TWO[:at] + octet + TWO[at + 1 :], NoAnswers(("127.0.0.1:1",)), OWN, SEALERS)
    assert seal is None or seal.result in ("fail", "refused") or (seal.kept and seal.passed == OWN)


def test_a_set_is_three_fields() -> None:
    assert [made.partition(b":")[0] for made in one_set(MAIL, Sealing())] == list(KINDS)
    assert HEAD in MAIL
    assert isinstance(Seal(result="pass").covers, tuple)
