"""XING: whose mail it is, and no more; not one mail of it is public, only its senders (NETWORKS guide, 4).

People do ask to connect by XING, and how its mails say so is not known. So nothing here is taken for a request: what
comes from its general notifier is shown to the owner as laid out in a way that is new to us, and lies in the INBOX.
"""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import Kind, Links, Network
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Letter
from stages.sources import Reading

NETWORK: Network = "xing"
TITLE = "XING"
DOMAINS: tuple[str, ...] = ("xing.com",)
SITES = ("xing.com",)
REQUESTS = False
KIND_FIELDS: frozenset[str] = frozenset()
_BRAND = Brand(TITLE, DOMAINS)
_BY_LOCAL_PART: dict[str, Kind] = {"jobs": "digest", "news": "digest"}


def recognise(mail: Letter) -> bool:
    """True if it comes from XING. A name so short is in many others, so nothing is said to imitate it."""
    return urls.within(imitation.claimed_sender(mail, _BRAND)[1], DOMAINS)


def read(mail: Letter) -> Reading:
    """The kind, by its sender alone."""
    kind: Kind = _BY_LOCAL_PART.get(mail.from_address.lower().partition("@")[0], "other")
    stated = mail.page.lang.strip().replace("_", "-")
    hosts = urls.links(mail, DOMAINS, NETWORK).hosts
    return Reading(
        claims=kind,
        language=stated if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", stated) else detect(mail.words),
        links=Links(hosts=hosts),
        layout=layout_of(mail, lambda href: "m" if urls.path_of(href).startswith("/m/") else ""),
        layout_known=kind == "digest",
    )
