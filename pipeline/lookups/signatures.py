"""received bytes -> Signatures: every DKIM-Signature of a mail with its result, within one time-out. Never raises."""

from __future__ import annotations

import asyncio

from pipeline.lookups.dkim_checks import Claim, Settled, claim_of, key_of, names_of, verify
from pipeline.lookups.dkim_message import Message, message_of
from pipeline.lookups.resolver import DnsTrouble, Resolver
from stages.events import Signature
from stages.urls import within

VERIFIED = 5
"""signatures verified of one mail; those of the sender's domain first, then the topmost"""
LISTED = 50
"""signatures reported of one mail"""
SECONDS = 5.0
"""for all DNS questions of one mail together"""
BIG = 128 * 1024
"""octets; above this the arithmetic runs in a thread, so that other mail does not wait for it"""

Answer = bytes | None | DnsTrouble


async def verify_signatures(raw: bytes, resolver: Resolver, domains: tuple[str, ...]) -> tuple[Signature, ...]:
    """What came of each DKIM-Signature of the mail in `raw`, topmost first; about LISTED at most.

    `domains` are the network's own. Only what one of them or a subdomain signed can prove anything, so the DNS is asked
    for nobody else's keys: a stranger's name servers could be slow on purpose. Other signatures are "refused".
    `raw` is what was received; a stored copy with LF line ends or an mbox "From " line above it serves as well.
    RFC 6376, with what we refuse beyond it: l= below the body's length, keys under 1,024 bits, rsa-sha1, a second
    From (or another single field) that is not covered, and whatever could take long.
    """
    in_thread = len(raw) > BIG
    message, claims = await asyncio.to_thread(_claims, raw, domains) if in_thread else _claims(raw, domains)
    names = {claim.record for claim in claims.values() if isinstance(claim, Claim)}
    answers = await ask(names, resolver, SECONDS)
    if in_thread:
        return await asyncio.to_thread(_results, message, claims, answers)
    return _results(message, claims, answers)


def _claims(raw: bytes, domains: tuple[str, ...]) -> tuple[Message, dict[int, Claim | Settled]]:
    """The mail, and its signatures by their place among the fields."""
    message = message_of(raw)
    signers = {at: names_of(message.fields[at])[0] for at in message.signatures}
    own = [at for at, signer in signers.items() if within(signer, domains)]
    not_own = Settled("refused", "not checked: not the network's domain")
    too_many = Settled("refused", "not checked: the mail has too many signatures")
    claims: dict[int, Claim | Settled] = dict.fromkeys(list(signers)[:LISTED], not_own)
    claims |= dict.fromkeys(own[:LISTED], too_many)
    for at in sorted(own, key=lambda at: not _related(signers[at], message.from_domain))[:VERIFIED]:
        try:
            claims[at] = claim_of(message, message.fields[at])
        except Settled as settled:
            claims[at] = settled
    return message, dict(sorted(claims.items()))


def _related(domain: str, sender: str) -> bool:
    """One of the two is the other, or a subdomain of it."""
    return bool(domain) and (f".{sender}".endswith(f".{domain}") or domain.endswith(f".{sender}"))


async def ask(names: set[str], resolver: Resolver, seconds: float) -> dict[str, Answer]:
    """All key records at once. What has no answer in time is DnsTrouble."""
    tasks = {name: asyncio.create_task(_answer(name, resolver)) for name in names}
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=min(seconds, resolver.timeout))
        late = DnsTrouble("no answer in time")
        return {name: task.result() if task.done() else late for name, task in tasks.items()}
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def _answer(name: str, resolver: Resolver) -> Answer:
    try:
        return await resolver.key(name)
    except DnsTrouble as trouble:
        return trouble


def _results(message: Message, claims: dict[int, Claim | Settled], answers: dict[str, Answer]) -> tuple[Signature, ...]:
    return tuple(_result(message, at, claim, answers) for at, claim in claims.items())


def _result(message: Message, at: int, claim: Claim | Settled, answers: dict[str, Answer]) -> Signature:
    domain, selector = names_of(message.fields[at])
    if isinstance(claim, Settled):
        return Signature(domain=domain, selector=selector, result=claim.result, detail=claim.detail)
    covers = claim.covers
    try:
        answer = answers[claim.record]
        if isinstance(answer, DnsTrouble):
            raise Settled("temporary", "the domain's key could not be looked up just now")
        verify(message, claim, key_of(claim, answer))
    except Settled as settled:
        return Signature(domain=domain, selector=selector, result=settled.result, detail=settled.detail, signed=covers)
    return Signature(
        domain=domain, selector=selector, result="pass", detail="unchanged since it was signed", signed=covers
    )
