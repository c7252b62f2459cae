"""The vocabulary of layouts that drifted, and Enriched -> InspectionWanted: the owner hears of it once.

Times are milliseconds since the epoch, UTC. `mail` is the first mail in which it was seen.
"""

from __future__ import annotations

from pydantic import Field

from stages.drift import template_of, way_of
from stages.events import Enriched, Event
from stages.fill_rates import Doubt
from stages.settings import Settings
from stages.targets import targets_of
from stages.values import Network


class InspectionWanted(Event):
    """Tell the owner that a network changed its mails, and that less is read in them."""

    mailbox: str
    network: Network
    template: str
    proven: bool
    way: str = Field(default="", description="p: mails with a page, t: with text alone; they are counted apart")
    doubts: tuple[Doubt, ...]
    lost: tuple[str, ...] = Field(default=(), description="what the unknown layout does not show")
    at: int = Field(description="when that mail came; the Date of ours")
    since: int = Field(default=0, description="mails since then may be read less; 0: since that mail")


class InspectionFiled(Event):
    """What was to be told lies in the owner's INBOX."""

    mailbox: str
    name: str = ""
    found: bool = False


def inspection(event: Enriched, settings: Settings) -> tuple[InspectionWanted, ...]:
    """At most one, for a mail that is judged for the first time. KeyError: an owner that is not configured."""
    parsed, drift = event.parsed, event.drift
    if drift is None or not drift.tell or event.again or parsed.network is None:
        return ()
    return (
        InspectionWanted(
            mail=event.mail,
            owner=event.owner,
            mailbox=next(iter(targets_of(event, settings)), settings.owner(event.owner).targets[0]),
            network=parsed.network,
            template=template_of(parsed),
            proven=event.authenticity.verdict == "aligned",
            way=way_of(parsed),
            doubts=drift.tell,
            lost=drift.lost,
            at=parsed.received_at,
            since=drift.since,
        ),
    )
