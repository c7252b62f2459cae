"""The flow carries one event as far as pure stages can, and says on the way what was made."""

from __future__ import annotations

from stages.events import Filed, LookedUp, Parsed
from stages.flow import follow
from tests.builders.facts import MAIL, OWNER, parsed, settings


def names(event: Parsed | LookedUp | Filed) -> list[str]:
    return [type(made).__name__ for made in follow(event, settings())]


def test_what_needs_an_edge_ends_the_run() -> None:
    assert names(parsed()) == ["Parsed", "LookupWanted"]


def test_stages_run_back_to_back_in_order() -> None:
    looked_up = LookedUp(mail=MAIL, owner=OWNER, parsed=parsed())
    assert names(looked_up)[:4] == ["LookedUp", "Enriched", "Scored", "Routed"]


def test_an_end_makes_nothing() -> None:
    assert names(Filed(mail=MAIL, owner=OWNER, mailbox="maildir:m", folder="Good")) == ["Filed"]
