"""received bytes -> Seal: what the ARC chain of a mail proves (RFC 8617), within one time-out. Never raises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from pipeline.lookups.arc_checks import (
    KEYS,
    ArcSet,
    chain_of,
    known,
    left_open,
    seal_of,
    sealed,
    sealers_of,
    signature_of,
)
from pipeline.lookups.authentication_results import Held, Unreadable, held
from pipeline.lookups.dkim_checks import Claim, Settled, key_of, names_of, tags_of, unwieldy, verify
from pipeline.lookups.dkim_message import Message, message_of
from pipeline.lookups.resolver import DnsTrouble, Resolver
from pipeline.lookups.signatures import BIG, SECONDS, Answer, ask
from stages.events import Seal
from stages.urls import within

CARRIED = 20
"""signatures of the mail that are compared with what is reported"""


@dataclass(frozen=True)
class _Chain:
    """A chain of which all is known but whether its signatures hold."""

    message: Message
    sets: tuple[ArcSet, ...]
    first: Claim | Settled
    """the signature of the first set over the mail; Settled: whatever its key, it shows nothing"""
    newest: Claim
    seals: tuple[Claim, ...]
    passed: tuple[str, ...]

    @property
    def sealers(self) -> tuple[str, ...]:
        return tuple(arc_set.sealer for arc_set in self.sets)

    @property
    def records(self) -> set[str]:
        claims = (self.first, self.newest, *self.seals)
        return {claim.record for claim in claims if isinstance(claim, Claim)}


async def verify_seal(
    raw: bytes, resolver: Resolver, domains: tuple[str, ...], sealers: tuple[str, ...], seconds: float = SECONDS
) -> Seal | None:
    """What came of the ARC chain of the mail in `raw`; None if it has none, or nobody's seals are trusted.

    `domains` are the network's own, `sealers` those whose seals count, `seconds` what is left for all DNS questions.
    The DNS is asked only if every set is one of theirs, and the first reports something of the network: a stranger's
    name servers could be slow on purpose. `pass` needs the whole chain to be valid (section 5.2); whether the mail is
    still what the first sealer saw is told by `kept`.
    """
    in_thread = len(raw) > BIG
    begun = await asyncio.to_thread(_begun, raw, domains, sealers) if in_thread else _begun(raw, domains, sealers)
    if not isinstance(begun, _Chain):
        return begun
    answers = await ask(begun.records, resolver, seconds)
    return await asyncio.to_thread(_ended, begun, answers) if in_thread else _ended(begun, answers)


def _begun(raw: bytes, domains: tuple[str, ...], sealers: tuple[str, ...]) -> _Chain | Seal | None:
    """All that can be done before the keys are known: the chain, or what is already certain of it."""
    if not sealers:
        return None
    message = message_of(raw)
    try:
        sets = chain_of(message)
        if not sets:
            return None
        known(sets, sealers)
        passed = _passed(message, sets[0], domains)
        seals = tuple(seal_of(sets, number) for number in range(1, len(sets) + 1))
        chain = _Chain(message, sets, _of_the_first(message, sets), signature_of(message, sets[-1]), seals, passed)
        if len(chain.records) > KEYS:
            raise Settled("refused", "it has too many seals to be checked")
    except Settled as settled:
        return Seal(result=_result(settled), detail=settled.detail, sealers=sealers_of(message))
    return chain


def _passed(message: Message, first: ArcSet, domains: tuple[str, ...]) -> tuple[str, ...]:
    """Whose signatures the first sealer found to hold when the mail came. Raises Settled if none is the network's, or
    the mail carries none that it can mean: whatever words of a stranger got into the report, they signed nothing."""
    try:
        told = held(first.results[1], 1, first.sealer)
    except Unreadable as why:
        raise Settled("refused", f"what its first seal reports proves nothing: {why}") from why
    if not any(within(signature.domain, domains) for signature in told):
        raise Settled("refused", "its first seal reports no signature of the network")
    passed = _carried(message, told)
    if not any(within(domain, domains) for domain in passed):
        raise Settled("refused", "its first seal reports a signature that the mail does not carry")
    return passed


def _carried(message: Message, told: tuple[Held, ...]) -> tuple[str, ...]:
    """The domains of those signatures that stand in the mail, as far as the report tells them apart; each once."""
    fields = [field for field in message.fields if field[0].lower() == b"dkim-signature" and not unwieldy(field[1])]
    carried = [(*names_of(field), (tags_of(field[1]) or {}).get(b"b", b"")) for field in fields[:CARRIED]]
    return tuple(
        dict.fromkeys(
            signature.domain
            for signature in told
            for domain, selector, octets in carried
            if domain
            and (signature.domain == domain or (signature.below and within(signature.domain, (domain,))))
            and signature.selector in ("", selector)
            and octets.startswith(signature.begins.encode("latin-1"))
        )
    )


def _of_the_first(message: Message, sets: tuple[ArcSet, ...]) -> Claim | Settled:
    try:
        return signature_of(message, sets[0])
    except Settled as settled:
        return settled


def _ended(chain: _Chain, answers: dict[str, Answer]) -> Seal:
    """Section 5.2, steps 4 to 7; then whether what is here is still what the first sealer saw."""
    told = Seal(result="pass", sealers=chain.sealers, passed=chain.passed)
    try:
        verify(chain.message, chain.newest, _key(chain.newest, answers))
        for number in range(len(chain.sets), 0, -1):
            claim = chain.seals[number - 1]
            if not sealed(chain.sets, number, claim, _key(claim, answers)):
                raise Settled("fail", "a seal does not hold")
        covers, changed = _kept(chain, answers)
    except Settled as settled:
        return told.model_copy(update={"result": _result(settled), "detail": settled.detail})
    detail = changed or "unchanged since it was sealed first"
    return told.model_copy(update={"detail": detail, "kept": not changed, "covers": covers})


def _kept(chain: _Chain, answers: dict[str, Answer]) -> tuple[tuple[str, ...], str]:
    """(what the first signature over the mail covers, "") if it holds still; else ((), why it proves nothing).

    A later seal vouches for whatever its server sent on: an administrator's footer, a tenant's rewritten text. Only
    the first is of the mail that the report speaks of. Raises Settled if it cannot be told just now.
    """
    try:
        if isinstance(chain.first, Settled):
            raise chain.first
        if chain.first.field is not chain.newest.field:
            verify(chain.message, chain.first, _key(chain.first, answers))
    except Settled as settled:
        if settled.result == "temporary":
            raise
        return (), settled.detail
    changed = left_open(chain.message, chain.first) or ""
    return (() if changed else chain.first.covers), changed


def _key(claim: Claim, answers: dict[str, Answer]) -> dict[str, int]:
    answer = answers[claim.record]
    if isinstance(answer, DnsTrouble):
        raise Settled("temporary", "the sealer's key could not be looked up just now")
    return key_of(claim, answer)


def _result(settled: Settled) -> Literal["fail", "refused", "temporary"]:
    """A seal whose key is not published does not hold (section 5.2)."""
    return settled.result if settled.result in ("refused", "temporary") else "fail"
