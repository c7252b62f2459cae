"""A mail forwarded as an attachment proves its origin by its own octets, and by nothing that surrounds them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import commands
from pipeline.configuration import Configuration, ReaderSettings
from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import verify_signatures
from pipeline.reader import Reader
from pipeline.settings import load
from stages.attached import cut
from stages.events import Enriched, Forwarded
from stages.parse import parse
from stages.settings import Settings
from tests.builders import handed_on, linkedin
from tests.builders.dns import DnsServer, servfail, txt
from tests.builders.handed_on import USER, above, attached, wrapped
from tests.builders.letters import received
from tests.builders.linkedin import Person
from tests.builders.running import deliver, running, settled
from tests.builders.signing import rsa_key, sign
from tests.builders.through import enriched_of, routed_of

UNSIGNED = linkedin.invitation_modern()
ACCOUNTS = 'accounts = ["amy@home.test"]'
SETTINGS = Settings.model_validate(
    {"owners": [{"id": "amy", "addresses": ["amy@salver.test"], "accounts": ["amy@home.test"]}]}
)


def signed(raw: bytes = UNSIGNED, canonical: str = "relaxed/relaxed", selector: str = "key") -> bytes:
    return sign(raw, rsa_key(), "linkedin.com", selector, canonical=canonical)


@pytest.fixture(scope="module")
def resolver() -> Iterator[str]:
    script = {
        "key._domainkey.linkedin.com": txt(rsa_key().record),
        "later._domainkey.linkedin.com": servfail,
    }
    with DnsServer(script) as server:
        yield server.endpoint


def judged(raw: bytes, resolver: str, mail_from: str = USER, settings: Settings = SETTINGS) -> Enriched:
    """As the program does it: read, verify what lies there, judge."""
    parsed = parse(raw, received(mail_from), settings)
    octets = cut(raw, parsed.original)
    answers = asyncio.run(verify_signatures(octets, Resolver((resolver,), 3), ("linkedin.com",)))
    return enriched_of(parsed, settings, answers)


def verdict(raw: bytes, resolver: str, mail_from: str = USER) -> str:
    return judged(raw, resolver, mail_from).authenticity.verdict


def altered(raw: bytes) -> bytes:
    assert b"Mira Solberg" in raw
    return raw.replace(b"Mira Solberg", b"Mora Silberg")


# --- the inner octets, whatever they lie in ---------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/simple"])
def test_an_attached_mail_that_is_unchanged_is_aligned(resolver: str, encoding: str, canonical: str) -> None:
    told = judged(attached(wrapped(signed(canonical=canonical), encoding)), resolver)
    assert told.authenticity.verdict == "aligned"
    assert told.parsed.forwarded == Forwarded(by=USER, how="attachment")
    assert told.kind == "invitation"


@pytest.mark.parametrize("above_it", [b">From bounce@linkedin.com Mon Nov 16 12:00:00 2026\r\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("encoding", ["", "base64"])
def test_what_a_stored_copy_has_above_its_header_is_no_part_of_what_was_signed(
    resolver: str, above_it: bytes, encoding: str
) -> None:
    assert verdict(attached(wrapped(above_it + signed(), encoding)), resolver) == "aligned"
    assert verdict(attached(wrapped(above_it + altered(signed()), encoding)), resolver) == "unverified"


def test_line_ends_of_either_kind_inside_are_verified(resolver: str) -> None:
    assert verdict(attached(wrapped(signed().replace(b"\r\n", b"\n"))), resolver) == "aligned"
    assert verdict(attached(wrapped(signed())).replace(b"\r\n", b"\n"), resolver) == "aligned"


def test_it_is_aligned_through_several_mails_and_an_automatic_forward(resolver: str) -> None:
    raw = attached(wrapped(signed(), "quoted-printable"), boundary="=_a")
    raw = attached(wrapped(raw, "base64"), boundary="=_b")
    sent = handed_on.gmail(attached(wrapped(raw), boundary="=_c"))
    told = judged(sent.raw, resolver, sent.mail_from)
    assert (told.authenticity.verdict, told.parsed.depth) == ("aligned", 3)


def test_a_file_called_eml_is_verified_like_any_attached_mail(resolver: str) -> None:
    part = wrapped(signed(), "base64", "application/octet-stream", "invitation.eml")
    assert verdict(attached(part), resolver) == "aligned"


# --- nothing that surrounds them --------------------------------------------------------------------------------


def test_a_signature_of_the_outer_mail_never_vouches_for_the_inner_one(resolver: str) -> None:
    outer = signed(attached(wrapped(UNSIGNED)))
    told = judged(outer, resolver)
    assert told.parsed.network == "linkedin"
    assert told.authenticity.verdict == "unverified"
    between = signed(attached(wrapped(UNSIGNED), boundary="=_in"))
    assert verdict(attached(wrapped(between)), resolver) == "unverified"


def test_a_signature_of_the_inner_mail_never_vouches_for_the_outer_one(resolver: str) -> None:
    spoof = attached(
        wrapped(signed()), by="invitations@linkedin.com", subject="Amy, please add me to your LinkedIn network"
    )
    told = judged(spoof, resolver)
    assert told.parsed.original == ()
    assert told.authenticity.verdict != "aligned"


def test_the_signature_of_one_attached_mail_never_vouches_for_another(resolver: str) -> None:
    assert verdict(attached(wrapped(UNSIGNED), wrapped(signed())), resolver) == "unverified"


def test_a_quote_is_never_aligned_wherever_it_stands_on_the_way(resolver: str) -> None:
    quote = (
        b"From: amy@home.test\r\nTo: amy@salver.test\r\nSubject: Fwd: I want to connect\r\n"
        b"Date: Tue, 17 Nov 2026 08:00:00 +0000\r\nMessage-ID: <q@home.test>\r\n\r\n"
        b"---------- Forwarded message ---------\r\nFrom: Mira Solberg <invitations@linkedin.com>\r\n"
        b"Date: Mon, Nov 16, 2026\r\nSubject: I want to connect\r\nTo: Amy <amy@home.test>\r\n\r\nHi Amy\r\n"
    )
    by_linkedin = signed(quote)
    for raw, mail_from in (
        (by_linkedin, USER),
        handed_on.gmail(by_linkedin)[:2],
        (attached(wrapped(by_linkedin)), USER),
    ):
        told = judged(raw, resolver, mail_from)
        assert told.parsed.network == "linkedin"
        assert told.parsed.forwarded is not None
        assert told.parsed.forwarded.how == "inline"
        assert told.authenticity.verdict == "unverified"


# --- what is not proven is not forged ---------------------------------------------------------------------------


def test_a_mail_that_was_written_anew_while_it_was_attached_is_unverified_and_not_forged(resolver: str) -> None:
    told = judged(attached(wrapped(altered(signed()))), resolver)
    assert told.authenticity.verdict == "unverified"
    assert told.authenticity.detail == (
        "LinkedIn's signature no longer holds, but the forwarding as an attachment may have changed the mail"
    )
    assert told.kind == "invitation"
    assert verdict(altered(signed()), resolver) == "forged", "which it is where nothing was on the way"


def test_other_evidence_counts_inside_an_attachment_too(resolver: str) -> None:
    spoof = linkedin.invitation_modern(foreign="https://www.linkedln-mail.test")
    assert verdict(attached(wrapped(spoof)), resolver) == "forged"


def test_an_old_mail_without_a_key_is_unverified_and_trouble_of_the_dns_is_temporary(resolver: str) -> None:
    assert verdict(attached(wrapped(signed(selector="gone"))), resolver) == "unverified"
    assert verdict(attached(wrapped(signed(selector="later"))), resolver) == "temporary"


@pytest.mark.parametrize("forward", handed_on.AUTOMATIC, ids=lambda forward: forward.__name__)
def test_a_forged_mark_of_a_forwarder_excuses_nothing(resolver: str, forward: object) -> None:
    for raw in (altered(signed()), linkedin.invitation_modern(foreign="https://www.linkedln-mail.test")):
        sent = forward(raw)  # type: ignore[operator]
        told = judged(sent.raw, resolver, sent.mail_from)
        assert (
            told.authenticity.verdict == "forged" or told.parsed.rewritten_by == "an Exchange or Microsoft 365 server"
        )


def test_a_rules_mark_in_a_spoof_excuses_nothing(resolver: str) -> None:
    raw = above(altered(signed()), "Resent-From: amy@home.test", "X-Forwarded-For: amy@home.test amy@salver.test")
    assert verdict(raw, resolver) == "forged"
    assert verdict(handed_on.above(raw, "Delivered-To: amy@home.test", "X-Yandex-Forward: 1"), resolver) == "forged"


# --- replays ----------------------------------------------------------------------------------------------------

TO_ANOTHER = UNSIGNED.replace(b"To: Amy <amy@salver.test>", b"To: Bo <bo@elsewhere.test>")


@pytest.mark.parametrize("shape", ["direct", "gmail", "attachment", "nested"])
def test_a_genuine_mail_to_somebody_else_is_marked_however_it_comes(resolver: str, shape: str) -> None:
    raw, mail_from = signed(TO_ANOTHER), USER
    if shape == "gmail":
        raw, mail_from, _ = handed_on.gmail(raw)
    elif shape != "direct":
        raw = attached(wrapped(raw))
    if shape == "nested":
        raw = attached(wrapped(raw), boundary="=_two")
    told = judged(raw, resolver, mail_from)
    assert told.authenticity.verdict == "aligned"
    assert not told.addressed
    (decision,) = routed_of(told, SETTINGS).decisions
    reasons = {reason.signal for reason in decision.judgement.reasons}
    assert "addressed_to_another" in reasons


def test_the_age_of_a_mail_is_no_evidence_and_nor_is_a_date_that_a_forward_wrote_anew(resolver: str) -> None:
    """A year lies between the mail and its arrival; only a copied mark betrays itself, and only on the mail itself."""
    assert abs(received().received_at - linkedin.NOON) > 200 * 86_400_000
    assert verdict(UNSIGNED, resolver) == "unverified"
    moved = UNSIGNED.replace(b"Date: Mon, 16 Nov 2026", b"Date: Mon, 02 Nov 2026")
    assert moved != UNSIGNED
    assert verdict(moved, resolver) == "forged"
    sent = handed_on.gmail(moved)
    assert verdict(sent.raw, resolver, sent.mail_from) == "forged"
    assert verdict(attached(wrapped(moved)), resolver) == "unverified"


def test_a_quote_whose_recipient_nobody_can_read_is_not_held_against_anybody(resolver: str) -> None:
    for to in (b"To: Amy Ferrand\r\n", b""):
        raw = (
            b"From: amy@home.test\r\nTo: amy@salver.test\r\nSubject: Fwd: I want to connect\r\n\r\n"
            b"---------- Forwarded message ---------\r\nFrom: Mira Solberg <invitations@linkedin.com>\r\n"
            b"Date: Mon, Nov 16, 2026\r\nSubject: I want to connect\r\n" + to + b"\r\nHi Amy\r\n"
        )
        told = judged(raw, resolver)
        assert told.parsed.network == "linkedin"
        assert told.addressed


# --- the whole program ------------------------------------------------------------------------------------------


async def test_the_running_program_verifies_the_inner_octets_and_files_the_outer_ones(
    tmp_path: Path, resolver: str
) -> None:
    raws = {
        "aligned": attached(wrapped(signed(), "base64")),
        "unverified": attached(wrapped(altered(signed())), boundary="=_altered"),
    }
    async with running(tmp_path, resolver=resolver, owner=ACCOUNTS) as app:
        for raw in raws.values():
            await deliver(app, raw, USER)
        await settled(app)
        rows = await app.store.read("SELECT body FROM events WHERE kind = 'Enriched' ORDER BY seq")
        ((kept,),) = await app.store.read("SELECT count(*) FROM blobs WHERE bytes IN (?, ?)", tuple(raws.values()))
    assert sorted(Enriched.model_validate_json(body).authenticity.verdict for (body,) in rows) == sorted(raws)
    assert kept == 2


async def test_explain_verifies_the_inner_octets(tmp_path: Path, resolver: str) -> None:
    for name, raw in (("good.eml", attached(wrapped(signed()))), ("cover.eml", signed(attached(wrapped(UNSIGNED))))):
        (tmp_path / name).write_bytes(raw)
    files = (str(tmp_path / "good.eml"), str(tmp_path / "cover.eml"))
    told = [
        one.report
        async for one in commands.explain(_configuration(tmp_path, resolver), files, "", "", "amy@salver.test")
    ]
    assert [one["authenticity"]["verdict"] for one in told] == ["aligned", "unverified"]
    assert [one["forwarded"]["how"] for one in told] == ["attachment", "attachment"]


def _configuration(folder: Path, resolver: str) -> Configuration:
    config = folder / "salver.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{folder}/salver.db"\n[dns]\nresolvers = ["{resolver}"]\n[reader]\nchildren = 1\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n{ACCOUNTS}\n',
        "utf-8",
    )
    return load(config, environment={})


async def test_a_forward_of_25_megabytes_is_read_by_a_child_with_its_limit_of_memory() -> None:
    lines = b"iVBORw0KGgoAAAANSUhEUgAAAfQAAAH0CAIAAABEtEjd" * 555_000
    photo = above(b"\r\n" + lines, "Content-Type: image/png", "Content-Transfer-Encoding: base64")
    beside = attached(photo, wrapped(UNSIGNED))
    within = attached(wrapped(attached(photo, wrapped(UNSIGNED), boundary="=_in")))
    coded = attached(wrapped(attached(photo[:18_000_000], wrapped(UNSIGNED), boundary="=_in"), "base64"))
    reader = Reader(ReaderSettings(children=1), SETTINGS)
    await reader.start()
    try:
        for raw, depth in ((beside, 1), (within, 2), (coded, 2)):
            assert 24_000_000 < len(raw) < 36_000_000
            told = await reader.read(received(USER), raw)
            assert (told.network, told.depth, told.forwarded) == (
                "linkedin", depth, Forwarded(by=USER, how="attachment"),
            )  # fmt: skip
            assert cut(raw, told.original) == UNSIGNED
        assert reader.children[0].pid is not None
    finally:
        await reader.stop()


# --- marks that anybody can write ---------------------------------------------------------------------------------

NOTE = "Hi Amy, we met at the Oslo recruiting meetup last week, I would like to learn how you hire. Could we talk?"
PLAIN = linkedin.invitation_modern(Person(note=NOTE)).replace(b"To: Amy <amy@salver.test>", b"To: Amy <amy@home.test>")
ALTERED = signed(PLAIN).replace(b"Mira Solberg", b"Mora Silberg")
COPIED = PLAIN.replace(b"Date: Mon, 16 Nov", b"Date: Mon, 05 Oct")
CLAIMED = b"DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=nokey; h=from:to:subject; bh=AAAA; b=BBBB\r\n"
LEADS_AWAY = CLAIMED + linkedin.assemble(
    linkedin.headers("Mira Solberg <invitations@linkedin.com>", "I want to connect", template=linkedin.SINGLE),
    None,
    f'<html><body><p>{NOTE}</p><a href="https://evil.test/b">https://www.linkedin.com/in/mira</a></body></html>',
)
EVIDENT = {"altered": ALTERED, "copied": COPIED, "leads away": LEADS_AWAY}
EXCUSES = {
    "an Exchange server's field": lambda raw: b"X-MS-Exchange-Organization-SCL: 1\r\n" + raw,
    "a tag before the subject": lambda raw: raw.replace(b"Subject: ", b"Subject: [EXT] "),
    "attached by a stranger": lambda raw: attached(wrapped(raw), by="eve@evil.test"),
    "attached in the owner's name": lambda raw: attached(wrapped(raw), by="amy@home.test"),
}


@pytest.mark.parametrize("excuse", EXCUSES)
@pytest.mark.parametrize("evident", EVIDENT)
def test_a_mark_that_anybody_can_write_earns_no_more_than_leaving_the_evidence_out(
    evident: str, excuse: str, resolver: str
) -> None:
    raw = EVIDENT[evident]
    assert judged(raw, resolver, "eve@evil.test").authenticity.verdict == "forged"
    bare = judged(PLAIN, resolver, "eve@evil.test")
    excused = judged(EXCUSES[excuse](raw), resolver, "eve@evil.test")
    assert bare.authenticity.verdict == "unverified"
    assert excused.authenticity.verdict in ("unverified", "forged")
    least, earned = routed_of(bare, SETTINGS).score, routed_of(excused, SETTINGS).score
    assert least is not None
    assert earned is not None
    assert earned <= least
    if evident == "leads away":
        assert routed_of(excused, SETTINGS).folder == "Ugly", "whoever is believed to have changed it"
