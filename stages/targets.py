"""(event, settings) -> the mailboxes its mail is filed into: the owner's, the account it lies in already, or none."""

from __future__ import annotations

from stages.events import Event, FilingWanted, Parsed, Received
from stages.settings import Settings

IN_PLACE = "account:"
"""Scheme of a mailbox that is an account whose mail is sorted where it lies."""


def targets_of(event: Event, settings: Settings) -> tuple[str, ...]:
    """Targets, as configured; none for a mail that was imported to be judged. KeyError: an owner not configured."""
    if isinstance(event, FilingWanted) and event.mailbox.startswith(IN_PLACE):
        return (event.mailbox,)
    came = _came(event)
    if came is not None and came.imported == "judge":
        return ()
    return (IN_PLACE + came.account,) if came is not None and came.account else settings.owner(event.owner).targets


def _came(event: Event) -> Received | Parsed | None:
    """The event, or the one it was made of, that says how the mail came."""
    inner = getattr(event, "enriched", event)
    inner = getattr(inner, "parsed", inner)
    return inner if isinstance(inner, Received | Parsed) else None
