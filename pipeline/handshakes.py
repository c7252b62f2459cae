"""Announces a provider's question whether mail may be forwarded here: in the log, and in `salver status`.

Its link is shown where it is surely for the owner, and never opened.
"""

from __future__ import annotations

import contextlib

import structlog

from pipeline.clock import moment, now
from pipeline.configuration import Configuration
from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import verify_signatures
from pipeline.store.log import Log
from pipeline.store.questions import asked_since
from stages.durations import DAY
from stages.events import Authenticity, Enriched, LookedUp
from stages.forwards.asked_by import asked_by, question, sentence, signers
from stages.settings import Owner

log = structlog.get_logger()

SHOWN = 10
"""questions of each owner that are told one by one"""
DOUBTFUL = 3
"""of them, those that may not be what they seem: of these anybody can send as many as they like"""
AGAIN = 3
"""questions whose key could not be had when they came, and is asked for once more"""


def announce(event: LookedUp) -> None:
    """Say in the log that a provider asks. Neither code nor link nor the address that was to be kept to oneself."""
    asked = event.parsed.confirmation
    if asked is None or event.parsed.imported:
        return
    proven = asked_by(event.parsed, event.signatures).verdict == "aligned"
    who = asked.requester or "nobody"
    log.info(
        "forwarding_asked", mail=event.mail, owner=event.owner, provider=asked.provider, proven=proven, account=who
    )


async def lines(store: Log, configuration: Configuration) -> list[str]:
    """For `salver status`: who asked in the last 7 days, one line each, what is sure before what is doubtful."""
    found = await asked_since(store.read, now() - 7 * DAY)
    known = await _proven_now(store, configuration, found)
    told: list[str] = []
    for owner in configuration.owner:
        told += _of(owner, [(each, known[each.mail]) for each in found if each.owner == owner.id])
    return told


def _of(owner: Owner, found: list[tuple[Enriched, Authenticity]]) -> list[str]:
    here = now()
    sure: list[str] = []
    doubtful: list[str] = []
    for enriched, authenticity in found:
        asked = question(enriched.parsed, authenticity, owner)
        if asked is not None:
            at = moment(enriched.parsed.received_at, here, owner.zone)
            (doubtful if asked.doubt else sure).append(f"{owner.id}: {at}: {sentence(asked, owner)}")
    shown = [*sure[:SHOWN], *doubtful[:DOUBTFUL]]
    left = len(sure) + len(doubtful) - len(shown)
    more = f"{owner.id}: {left} more mails that ask about forwarding came in the last 7 days; they lie in your INBOX."
    return [*shown, more] if left else shown


async def _proven_now(store: Log, configuration: Configuration, found: tuple[Enriched, ...]) -> dict[str, Authenticity]:
    """By mail, whether its provider really asks; where that had to stay open, it is looked up once more."""
    known = {each.mail: each.authenticity for each in found}
    late = [each for each in found if each.authenticity.verdict == "temporary"][:AGAIN]
    if not late:
        return known
    resolver = Resolver(configuration.dns.resolvers, float(configuration.dns.time))
    try:
        for each in late:
            asked = each.parsed.confirmation
            assert asked is not None
            _, raw = await store.load(each.mail)
            known[each.mail] = asked_by(each.parsed, await verify_signatures(raw, resolver, signers(asked)))
    finally:
        with contextlib.suppress(OSError):
            await resolver.close()
    return known
