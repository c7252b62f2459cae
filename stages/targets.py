"""(event, settings) -> the mailboxes its mail is filed into: the owner's, or the account it lies in already."""

from __future__ import annotations

from stages.events import Event, FilingWanted, Parsed, Received
from stages.settings import Settings

IN_PLACE = "account:"
"""Scheme of a mailbox that is an account whose mail is sorted where it lies."""


def targets_of(event: Event, settings: Settings) -> tuple[str, ...]:
    """Targets, as configured. KeyError: an owner who is no longer configured."""
    if isinstance(event, FilingWanted) and event.mailbox.startswith(IN_PLACE):
        return (event.mailbox,)
    account = _account_of(event)
    return (IN_PLACE + account,) if account else settings.owner(event.owner).targets


def _account_of(event: Event) -> str:
    """What the event, or the one it was made of, says of the mail's account."""
    inner = getattr(event, "enriched", event)
    inner = getattr(inner, "parsed", inner)
    return inner.account if isinstance(inner, Received | Parsed) else ""
