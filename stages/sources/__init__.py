"""Sources: one module or package for each network whose mails we recognise and read.

The folder is the register, and the page "add a network" (README.md beside this file) shows the way. A source has a
docstring, `NETWORK` (its module's name), `TITLE` (what people call it), `DOMAINS` (that its signatures and links may
use, that of its mail first), `SITES` (those of them where profiles lie), `REQUESTS` (whether people ask to connect by
it), `KIND_FIELDS` (header fields that tell the kind of its mail, which it signs), `recognise(mail)` (is this, or does
it claim to be, a mail of this network?) and `read(mail)`. Where addresses or links hold secrets, it has `SECRETS`:
expressions whose first group is what must never be kept. Where its mail comes from fewer domains, `WRITES_FROM`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from typing import Protocol

from stages.events import Kind, Links, Network, Notice
from stages.letter import Letter

NO_LINKS = Links()


@dataclass(frozen=True)
class Reading:
    """What a source read in a mail; the fields mean what they mean in `stages.events.Parsed`."""

    claims: Kind
    template: str | None = None
    mail_time: int | None = None
    imitates: str | None = None
    recipient_first_name: str | None = None
    language: str | None = None
    notices: tuple[Notice, ...] = ()
    links: Links = NO_LINKS
    layout: str = ""
    layout_known: bool = True
    told_by: tuple[str, ...] = ()
    """header fields besides From, in small letters, that make it a request or name its person: unless a signature
    covers them all, the mail proves nothing, for anybody can write them above a genuine mail of another kind"""


class Source(Protocol):
    """The shape of a module in this folder."""

    NETWORK: Network
    TITLE: str
    DOMAINS: tuple[str, ...]
    SITES: tuple[str, ...]
    REQUESTS: bool
    KIND_FIELDS: frozenset[str]

    def recognise(self, mail: Letter) -> bool:
        """True if the mail is, or claims to be, of this network."""

    def read(self, mail: Letter) -> Reading:
        """What the mail says. Never raises on a missing field."""


SOURCES: dict[str, Source] = {
    name: importlib.import_module(f"{__name__}.{name}")
    for name in sorted(info.name for info in pkgutil.iter_modules(__path__))
}


_SECRETS: tuple[re.Pattern[str], ...] = tuple(
    secret for source in SOURCES.values() for secret in getattr(source, "SECRETS", ())
)


def domains_of(network: str | None) -> tuple[str, ...]:
    """The domains that the network's signatures and links may use; none for no network."""
    source = SOURCES.get(network or "")
    return source.DOMAINS if source else ()


def writes_from(network: str | None) -> tuple[str, ...]:
    """The domains that the network's mail comes from; none for no network."""
    return tuple(getattr(SOURCES.get(network or ""), "WRITES_FROM", domains_of(network)))


def title_of(network: str) -> str:
    """What people call the network; its name where we have no source for it any more."""
    source = SOURCES.get(network)
    return source.TITLE if source else network.replace("_", " ").title()


def secrets_of_all() -> tuple[re.Pattern[str], ...]:
    """What no event may hold, of every network: in one's mail another's link may stand."""
    return _SECRETS
