"""A mail through the stages, as the running program takes it, with answers of the test's own instead of lookups."""

from __future__ import annotations

from stages.events import Enriched, LookedUp, Parsed, Routed, Signature
from stages.flow import follow
from stages.settings import Settings


def enriched_of(parsed: Parsed, settings: Settings, signatures: tuple[Signature, ...] = ()) -> Enriched:
    """What a mail is, given what came of its signatures; nothing is known of its people. Needs no owner."""
    looked_up = LookedUp(mail=parsed.mail, owner=parsed.owner, parsed=parsed, signatures=signatures)
    return next(event for event in follow(looked_up, settings) if isinstance(event, Enriched))


def routed_of(enriched: Enriched, settings: Settings) -> Routed:
    """What becomes of it."""
    return next(event for event in follow(enriched, settings) if isinstance(event, Routed))
