"""(Seal, whose counts, the network's domains) -> what it proves (RFC 8617, and what we demand beyond it)."""

from __future__ import annotations

from stages.provenance import Seal
from stages.urls import within

_CALLED = {"google.com": "Google", "microsoft.com": "Microsoft"}
_HOST = 48
"""characters of a domain that a sentence shows"""


def believed(seal: Seal | None, sealers: tuple[str, ...]) -> Seal | None:
    """The seal if everybody who sealed is (still) believed; None else. One that is nothing may say why it is."""
    if seal is None or seal.result in ("fail", "refused"):
        return seal
    return seal if seal.sealers and set(seal.sealers) <= set(sealers) else None


def telling(seal: Seal | None, domains: tuple[str, ...]) -> Seal | None:
    """The seal if its first sealer found a signature of one of the domains to hold, and it may hold itself; or if it
    says why it is nothing. None else."""
    if seal is None or seal.result in ("fail", "refused"):
        return seal
    return seal if any(within(domain.lower(), domains) for domain in seal.passed) else None


def proves(seal: Seal | None, domains: tuple[str, ...]) -> bool:
    """Whether the mail, and its From, is surely what came from one of these domains: the chain is valid (RFC 8617),
    and the signature of the first sealer over the mail holds still, which is more than the RFC asks for."""
    told = telling(seal, domains)
    return told is not None and told.result == "pass" and told.kept and "from" in told.covers


def called(seal: Seal) -> str:
    """What people call the first sealer."""
    first = seal.sealers[0] if seal.sealers else "a server on the way"
    return _CALLED.get(first, first[-_HOST:])
