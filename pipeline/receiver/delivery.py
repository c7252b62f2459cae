"""What the receiver hands over, and to whom: values shared by receiver, protocol and app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


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
