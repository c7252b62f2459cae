"""Letter -> the structural fingerprint of its page: what stands where, whoever writes and whatever they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from stages.letter import Letter

_MOST = 2_000
"""runs of text and images that are looked at"""


def layout_of(mail: Letter, role: Callable[[str], str]) -> str:
    """16 hex digits, alike for mails of one layout; empty for a mail without a page.

    `role` says what part of the page a link's address belongs to, without anybody's name or number; empty: no telling.
    Each kind of element counts once, where it stands first: a list may be as long as it likes.
    """
    roles = {item.href: role(item.href) for item in mail.page.items[:_MOST] if item.href}
    seen = dict.fromkeys(
        f"{item.tag}{'*' if item.src else ''}:{roles.get(item.href, '')}"
        for item in mail.page.items[:_MOST]
        if not item.hidden
    )
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16] if seen else ""
