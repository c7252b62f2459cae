"""What the receiver hands over, to whom, and what it is in the log: shared by receiver, protocol and app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipeline.clock import new_mail_id, now
from stages.events import Received
from stages.recipients import owner_of
from stages.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """One mail as the client handed it over. `content` is exact: only the dots of RFC 5321 4.5.2 are undone."""

    mail_from: str
    """Reverse-path; empty for a bounce."""
    rcpt_to: tuple[str, ...]
    """Accepted recipients, in order, as the client spelled them."""
    content: bytes
    helo: str
    """What the client called itself, with every character that no host name has replaced by `?`."""
    peer: str
    """IP address of the client."""
    protocol: str
    """RFC 3848 keyword: SMTP, ESMTP, UTF8SMTP, LMTP or UTF8LMTP."""


Commit = Callable[[Delivery], Awaitable[None]]
"""Returns only after the mail is committed and synced; raises if it is not kept."""


def received_of(delivery: Delivery, settings: Settings) -> tuple[Received, ...]:
    """One Received for each owner among the recipients, all of one blob."""
    at, blob = now(), new_mail_id()
    recipients: dict[str, list[str]] = {}
    for recipient in delivery.rcpt_to:
        owner = owner_of(recipient, settings.owners)
        if owner is not None:
            recipients.setdefault(owner.id, []).append(recipient)
    return tuple(
        Received(
            mail=new_mail_id(),
            owner=owner,
            blob=blob,
            size=len(delivery.content),
            mail_from=delivery.mail_from,
            rcpt_to=tuple(theirs),
            recipients=len(delivery.rcpt_to),
            helo=delivery.helo,
            peer=delivery.peer,
            protocol=delivery.protocol,
            received_at=at,
        )
        for owner, theirs in recipients.items()
    )
