"""Whole stories of mails that servers on the way sealed: over SMTP, through DNS, into the Maildir."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.app import App
from pipeline.explain import Explainer
from pipeline.settings import load, stage_settings
from stages.events import Authenticity, Enriched
from tests.builders import linkedin
from tests.builders.dns import DnsServer, servfail, txt
from tests.builders.linkedin import MIRA, NOON
from tests.builders.running import deliver, filed, running, settled
from tests.builders.sealing import (
    LIKE_MICROSOFT,
    MICROSOFT_SAYS,
    MICROSOFT_SAYS_NOTHING_HOLDS,
    Sealing,
    keys,
    sealed,
)
from tests.builders.signing import rsa_key, sign

GOOGLE = Sealing()
MICROSOFT = Sealing(MICROSOFT_SAYS, "microsoft.com", covers=LIKE_MICROSOFT)
EXCHANGE = b"X-MS-Exchange-Organization-SCL: 1\r\n"
"""What a server that may rewrite a mail leaves behind."""


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    own = {"key._domainkey.linkedin.com": txt(rsa_key().record)}
    with DnsServer(own | keys("google.com", "microsoft.com", "stranger.test")) as server:
        yield server


def genuine(number: int = 0) -> bytes:
    """Of several mails each is another one."""
    return sign(
        linkedin.invitation_modern(MIRA, at=NOON + number * 1_000),
        rsa_key(),
        "linkedin.com",
        signed=[*COVERED, "Content-Type"],
    )


COVERED = ["From", "To", "Subject", "Date", "MIME-Version", "X-LinkedIn-Class", "X-LinkedIn-Template"]


def rewritten(raw: bytes) -> bytes:
    """As a server leaves it that spells Content-Type its own way: LinkedIn's signature over that no longer holds."""
    changed = raw.replace(
        b"Content-Type: multipart/alternative;\r\n\tboundary", b"Content-Type: Multipart/Alternative; BOUNDARY"
    )
    assert changed != raw
    return EXCHANGE + changed


def footed(raw: bytes) -> bytes:
    """As a server leaves it that adds a footer."""
    return EXCHANGE + raw.replace(b"</body>", b"<p>Mail from outside.</p></body>")


async def judged(app: App, raw: bytes) -> Authenticity:
    before = await app.store.read("SELECT count(*) FROM events WHERE kind = 'Enriched'")
    assert (await deliver(app, raw, "amy+caf_=amy=salver.test@gmail.com")).startswith("250 ")
    await settled(app)
    rows = await app.store.read("SELECT body FROM events WHERE kind = 'Enriched' ORDER BY seq")
    assert len(rows) == before[0][0] + 1
    return Enriched.model_validate_json(rows[-1][0]).authenticity


async def test_a_mail_whose_signature_a_forwarder_broke_is_aligned_by_its_chain_and_unverified_without(
    tmp_path: Path, dns: DnsServer
) -> None:
    raw = sealed(rewritten(sealed(genuine(), GOOGLE)), MICROSOFT)
    async with running(tmp_path, resolver=dns.endpoint) as app:
        found = await judged(app, raw)
        assert found.verdict == "aligned"
        assert found.detail.startswith("Google found it to be LinkedIn's when it came there, and sealed it")
        bare = await judged(app, rewritten(genuine(1)))
        assert bare.verdict == "unverified"
        assert "no longer holds" in bare.detail
    assert [content.endswith(raw) for contents in filed(tmp_path).values() for content in contents].count(True) == 1


async def test_a_mail_that_was_changed_after_the_first_seal_is_unverified_and_says_what_is_known(
    tmp_path: Path, dns: DnsServer
) -> None:
    async with running(tmp_path, resolver=dns.endpoint) as app:
        found = await judged(app, sealed(footed(sealed(genuine(), GOOGLE)), MICROSOFT))
        assert found.verdict == "unverified"
        assert found.detail == (
            "Google found it to be LinkedIn's when it came there, but the text was changed after it was signed"
        )
        kept_quiet = sealed(footed(sealed(genuine(1), GOOGLE)).replace(EXCHANGE, b""), GOOGLE)
        assert (await judged(app, kept_quiet)).verdict == "unverified", (
            "not forged: the chain shows that a hop changed it"
        )
        unsealed = footed(genuine(2)).replace(EXCHANGE, b"")
        assert (await judged(app, unsealed)).verdict == "forged"


async def test_a_valid_seal_on_spam_and_a_strangers_seal_prove_nothing(tmp_path: Path, dns: DnsServer) -> None:
    spam = linkedin.invitation_modern(MIRA)
    async with running(tmp_path, resolver=dns.endpoint) as app:
        nothing = Sealing(MICROSOFT_SAYS_NOTHING_HOLDS, "microsoft.com", covers="To:" + LIKE_MICROSOFT)
        found = await judged(app, sealed(spam, nothing, GOOGLE))
        assert found.verdict == "unverified"
        assert "its first seal reports no signature of the network" in found.detail
        stranger = Sealing("mx.stranger.test; dkim=pass header.d=linkedin.com", "stranger.test")
        found = await judged(app, sealed(spam.replace(b"Subject: ", b"Subject: A "), stranger, GOOGLE))
        assert found.verdict == "unverified"
        assert "stranger.test, whose seals are not trusted here" in found.detail
    assert dns.asked == [], "nobody's key was needed to see that"


async def test_without_an_answer_about_the_sealers_key_the_question_stays_open(tmp_path: Path, dns: DnsServer) -> None:
    dns.script["arc._domainkey.google.com"] = servfail
    async with running(tmp_path, resolver=dns.endpoint) as app:
        assert (await judged(app, sealed(rewritten(genuine()), GOOGLE))).verdict == "temporary"


async def test_the_setting_says_whose_seals_count_also_where_a_mail_is_only_explained(
    tmp_path: Path, dns: DnsServer
) -> None:
    raw = sealed(rewritten(sealed(genuine(), GOOGLE)), MICROSOFT)
    for sealers, verdict in (
        ('["google.com", "microsoft.com"]', "aligned"),
        ('["google.com"]', "unverified"),
    ):
        config = tmp_path / "salver.toml"
        owner = '[[owner]]\naddresses = ["amy@salver.test"]\n'
        settings = f'[dns]\nresolvers = ["{dns.endpoint}"]\n[authenticity]\nsealers = {sealers}\n{owner}'
        config.write_text(settings, "utf-8")
        told = load(config, environment={})
        async with Explainer.ready(told, stage_settings(told)) as explainer:
            explained = await explainer.explain(raw, "amy")
        assert explained.enriched is not None
        assert explained.enriched.authenticity.verdict == verdict
