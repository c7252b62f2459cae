"""The mail was addressed to somebody else: a replay, or a mail forwarded by mistake."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.recipients import owner_of
from stages.signals import Facts

POINTS = -4.0


def check(request: Request, facts: Facts) -> Finding | None:
    owner, to = facts.owner, facts.parsed.to
    if not owner.accounts or not to:
        return None
    if any(address.lower() in owner.accounts or owner_of(address, (owner,)) for address in to):
        return None
    return Finding(points=POINTS, evidence="addressed to none of your accounts")
