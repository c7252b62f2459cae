"""(a change) -> its two receipts, the second without the points where they are those of the first."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.following_up import END
from stages.backtest.trial import with_what_would_change_it
from stages.backtest.tried import Changed
from stages.events import Decision, Enriched, Routed
from stages.receipt import receipt
from stages.settings import Settings


def receipts(changed: Changed, live: Settings, new: Settings) -> Iterator[str]:
    """As `salver explain` prints them, each under its title."""
    told = with_what_would_change_it(changed, live, new)
    before, after = (receipt(alone(made, told.enriched), told.enriched).rstrip() for made in (told.before, told.after))
    if told.before.judgement == told.after.judgement:
        after = _without_the_points(after, before)
    for title, each in (("Before", before), ("After", after)):
        yield f"\n{title}, {changed.recorded.request[-END:]}:\n{each}"


def _without_the_points(receipt: str, of: str) -> str:
    """Lines that are set in are the points, their sum and what the note claims: which of them stand in the other."""
    told = set(of.splitlines())
    first, *rest = receipt.splitlines()
    left = [line for line in rest if not (line.startswith("  ") and line in told)]
    return "\n".join([first, "  The points are those from before.", *left])


def alone(decision: Decision, mail: Enriched) -> Routed:
    """A mail's routing, as if it had this one request."""
    return Routed(
        mail=mail.mail,
        owner=mail.owner,
        kind=mail.kind,
        decisions=(decision,),
        verdict=decision.verdict,
        score=decision.judgement.score,
        rule=decision.rule,
        folder=decision.folder,
    )
