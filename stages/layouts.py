"""Letter -> the structural fingerprint of its page: what stands where, whoever writes and whatever they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from stages.letter import Letter
from stages.urls import unwrap

_MOST = 2_000
"""runs of text, or links, that are looked at"""


def layout_of(mail: Letter, role: Callable[[str], str]) -> str:
    """`p` or `t` (of a page, of plain text) and 15 hex digits, alike for mails of one layout; empty: nothing to tell.

    `role` says what part of the mail a link's address belongs to, without anybody's name or number; empty: no telling.
    Wrappers that a mail filter puts around addresses are taken off before. What counts is which parts there are, in
    order, and in which elements their words stand. Each counts once, where it stands first: a list may be as long as it
    likes. Pictures and plain words come and go with the person, so of these only the kinds of elements count.
    A page that links to no known part has no fingerprint, for any mail's would look like it.
    """
    items = mail.page.items[:_MOST]
    if not items:
        parts = dict.fromkeys(part for url in mail.written[:_MOST] if (part := role(unwrap(url))))
        return _named("t", parts)
    roles = {href: role(unwrap(href)) for href in {item.href for item in items} if href}
    visible = [item for item in items if not item.hidden and item.tag != "img" and item.text.strip()]
    parts = dict.fromkeys(f"{item.tag} {roles[item.href]}" for item in visible if item.href and roles[item.href])
    plain = sorted({item.tag for item in visible if not item.href})
    return _named("p", [*parts, "", *plain]) if parts else ""


def _named(kind: str, parts: dict[str, None] | list[str]) -> str:
    return kind + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:15] if parts else ""
