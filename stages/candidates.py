"""(header of a mail) -> may it concern us? Of an account's mails only those are read whole that may be requests.

Generous on purpose: what is read and is no request stays where it lies. A mail whose header names no network, in no
field, is never read.
"""

from __future__ import annotations

import re

from stages.letter import read_letter
from stages.settings import Limits
from stages.sources import SOURCES

_NAMED = re.compile(
    b"|".join(
        re.escape(name.encode())
        for source in SOURCES.values()
        if source.REQUESTS
        for name in dict.fromkeys((source.NETWORK, source.TITLE.lower(), *source.DOMAINS))
    ),
    re.IGNORECASE,
)
"""What names a network by whose mail people ask to connect."""


def may_concern(head: bytes, limits: Limits) -> bool:
    """Whether a field names a network, or the sender imitates one. `head`: the header, or as much of it as is known."""
    if _NAMED.search(head):
        return True
    letter = read_letter(head.rstrip() + b"\r\n\r\n", "", (), limits)
    return letter.unread is None and any(source.recognise(letter) for source in SOURCES.values())
