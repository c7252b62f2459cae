"""For `salver status`: which rules decide, and, where changed ones were not taken over, why and what to do."""

from __future__ import annotations

from pipeline.clock import utc
from pipeline.store import rulings
from pipeline.store.log import Log


async def lines(store: Log) -> list[str]:
    """Nothing where the rules in the files decide."""
    refused = await rulings.standing(store.read)
    if refused is None:
        return []
    live = await rulings.last_live(store.read)
    old = f"; the rules of {utc(live.at)} UTC (version {live.version}) decide" if live is not None else ""
    found = [f"Your changed rules were not taken over at {utc(refused.at)} UTC{old}:"]
    found += [f"  {line}" for line in refused.why.splitlines()]
    if refused.tried is not None:
        found += [f"  {line}" for line in refused.tried.first]
    return found
