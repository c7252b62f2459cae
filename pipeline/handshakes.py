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
from pipeline.store.questions import Asked, asked_since
from stages.durations import DAY
from stages.events import Authenticity, Enriched, LookedUp
from stages.forwards.asked_by import asked_by, question, sentence, signers
from stages.recipients import is_account
from stages.settings import Owner

log = structlog.get_logger()

SHOWN = 10
"""questions of each owner that are told one by one"""
DOUBTFUL = 3
"""of them, those that may not be what they seem: of these anybody can send as many as they like"""
AGAIN = 3
"""questions of each owner whose key could not be had when they came, and is asked for once more"""
_Times = dict[str, list[int]]
"""What is said of questions, and when such came (ms)."""


def announce(event: LookedUp) -> None:
    """Say in the log that a provider asks. Neither code nor link nor the address that was to be kept to oneself."""
    asked = event.parsed.confirmation
    if asked is None or event.parsed.imported:
        return
    proven = asked_by(event.parsed, event.signatures).verdict == "aligned"
    if event.parsed.network is not None and not proven:
        return  # it imitates a network instead
    who = asked.requester or "nobody"
    log.info(
        "forwarding_asked", mail=event.mail, owner=event.owner, provider=asked.provider, proven=proven, account=who
    )


async def lines(store: Log, configuration: Configuration) -> list[str]:
    """For `salver status`: who asked in the last 7 days, one line each, what is sure before what is doubtful."""
    told: list[str] = []
    for owner in configuration.owner:
        asked = await asked_since(store.read, owner.id, now() - 7 * DAY)
        told += _of(owner, asked, await _proven_now(store, configuration, owner, asked.told))
    return told


def _of(owner: Owner, found: Asked, known: dict[str, Authenticity]) -> list[str]:
    sure: _Times = {}
    proven: _Times = {}  # and yet not surely for the owner: a provider can be made to send heaps of these, too
    doubtful: _Times = {}
    for enriched in found.told:
        authenticity = known[enriched.mail]
        asked = question(enriched.parsed, authenticity, owner)
        if asked is not None:
            place = sure if asked.standing == "sure" else doubtful if asked.doubt else proven
            place.setdefault(sentence(asked, owner), []).append(enriched.parsed.received_at)
    told = [*[*sure.items(), *proven.items()][:SHOWN], *[*doubtful.items()][:DOUBTFUL]]
    shown = [f"{owner.id}: {_when(times, owner)}: {said}" for said, times in told]
    mails = sum(len(times) for each in (sure, proven, doubtful) for times in each.values())
    left = mails - sum(len(times) for _, times in told) + found.more
    more = f"{owner.id}: {left} more mails that ask about forwarding came in the last 7 days; they lie in your INBOX."
    return [*shown, more] if left else shown


def _when(times: list[int], owner: Owner) -> str:
    """The latest time, and how often it was asked before in the same words."""
    latest, before = moment(max(times), now(), owner.zone), len(times) - 1
    return f"{latest} (and {'once' if before == 1 else f'{before} times'} before)" if before else latest


async def _proven_now(
    store: Log, configuration: Configuration, owner: Owner, found: tuple[Enriched, ...]
) -> dict[str, Authenticity]:
    """By mail, whether its provider really asks; where that had to stay open, it is looked up once more.

    First of those that name an account of the owner's: of others it matters less.
    """
    known = {each.mail: each.authenticity for each in found}
    open_ones = [each for each in found if each.authenticity.verdict == "temporary"]
    late = sorted(open_ones, key=lambda each: not _names_account(each, owner))[:AGAIN]
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


def _names_account(enriched: Enriched, owner: Owner) -> bool:
    asked = enriched.parsed.confirmation
    return asked is not None and asked.requester is not None and is_account(asked.requester, owner)
