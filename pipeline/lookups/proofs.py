"""(octets, what is asked) -> signatures and seal: every proof of where a mail comes from, within one time-out."""

from __future__ import annotations

import asyncio

from pipeline.lookups.arc import verify_seal
from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import SECONDS, verify_signatures
from stages.attached import cut
from stages.enrich import signers_of
from stages.events import LookupWanted, Seal, Signature


async def proofs_of(
    raw: bytes, wanted: LookupWanted, resolver: Resolver, sealers: tuple[str, ...]
) -> tuple[tuple[Signature, ...], Seal | None]:
    """What came of the mail's signatures and, only where none of the network's holds, of its seals.

    `raw` are the octets that came; where the original was attached to them, its own are cut out and verified. The seals
    are asked for with what time the signatures have left.
    """
    domains = wanted.domains or signers_of(wanted.parsed)
    if not wanted.signatures:
        return (), None
    parsed = wanted.parsed
    if parsed.original:
        raw = await asyncio.to_thread(cut, raw, parsed.original)
    loop = asyncio.get_running_loop()
    began = loop.time()
    signatures = await verify_signatures(raw, resolver, domains)
    by_hand = bool(parsed.original) or (parsed.forwarded is not None and parsed.forwarded.how != "auto")
    # Only what one of the domains signed can have passed: nobody else's keys are asked for.
    if parsed.network is None or by_hand or not parsed.sealed_by or any(each.result == "pass" for each in signatures):
        return signatures, None
    left = max(0.0, min(SECONDS, resolver.timeout) - (loop.time() - began))
    return signatures, await verify_seal(raw, resolver, domains, sealers, left)
