"""Instagram: its mails are made by Facebook's machine, and none of them is known to ask for a contact (NETWORKS guide).

Some carry a login code. It stays in the mail itself: what is kept of the subject has stars in its place.
"""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import Network
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Letter
from stages.sources import Reading

NETWORK: Network = "instagram"
TITLE = "Instagram"
DOMAINS: tuple[str, ...] = ("mail.instagram.com", "instagram.com")
SITES = ("instagram.com",)
REQUESTS = False
KIND_FIELDS: frozenset[str] = frozenset()
"""Every mail of it is `other`: nothing tells a kind."""
BRAND = Brand(
    TITLE,
    ("instagram.com", "mail.instagram.com"),
    kin=("facebookmail.com", "facebook.com", "meta.com", "metamail.com"),
    services="help|center|centre|login|safety|business|policy|copyright",
)

_MADE_LIKE = re.compile(r"[?&](?:bcode|n_m)=")
_BUTTON = re.compile(r"log ?in(?: to instagram)?|open instagram|confirm|(?:view|see) profile", re.IGNORECASE)
_CODE = re.compile(r"\S{4,20} is your Instagram code\.?")


def recognise(mail: Letter) -> bool:
    """True if the mail is, or claims to be, of Instagram; not for a mail that only mentions it."""
    return imitation.claims_to_be(mail, BRAND)


def read(mail: Letter) -> Reading:
    """Nothing but where it comes from: it is filed as it is."""
    return Reading(
        claims="other",
        imitates=imitation.imitates(mail, BRAND),
        language="en" if _CODE.fullmatch(mail.subject.strip()) else detect(mail.all_words) or detect(mail.subject),
        links=imitation.links(mail, DOMAINS, BRAND, (), _MADE_LIKE, _BUTTON),
        layout=layout_of(mail, _role),
    )


def _role(href: str) -> str:
    host = urls.host_of(urls.unwrap(href))
    return "" if not host else "own" if urls.within(host, DOMAINS) else "elsewhere"
