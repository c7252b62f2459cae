"""Sources: one module or package for each network whose mails we recognise and read.

The folder is the register, and the page "add a network" (README.md beside this file) shows the way. A source has a
docstring, `NETWORK` (its module's name), `TITLE` (what people call it), `DOMAINS` (that its signatures and links may
use, that of its mail first), `SITES` (those of them where profiles lie), `REQUESTS` (whether people ask to connect by
it), `KIND_FIELDS` (header fields that tell the kind of its mail, which it signs), `recognise(mail)` (is this, or does
it claim to be, a mail of this network?) and `read(mail)`. Where addresses of its mail hold secrets, it has `SECRETS`:
expressions whose first group is what must never be kept.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Protocol

from stages.events import Kind, Links, Network, Notice
from stages.letter import Letter
from stages.recipients import masked

NO_LINKS = Links()


@dataclass(frozen=True)
class Reading:
    """What a source read in a mail; the fields mean what they mean in `stages.events.Parsed`."""

    claims: Kind
    subject: str | None = None
    """what may be kept of the subject, where it holds a secret; None: all of it"""
    template: str | None = None
    mail_time: int | None = None
    imitates: str | None = None
    recipient_first_name: str | None = None
    language: str | None = None
    notices: tuple[Notice, ...] = ()
    links: Links = NO_LINKS
    layout: str = ""
    layout_known: bool = True


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


_SECRETS = tuple(secret for source in SOURCES.values() for secret in getattr(source, "SECRETS", ()))


def domains_of(network: str | None) -> tuple[str, ...]:
    """The domains that the network's signatures and links may use; none for no network."""
    source = SOURCES.get(network or "")
    return source.DOMAINS if source else ()


def title_of(network: str) -> str:
    """What people call the network; its name where we have no source for it any more."""
    source = SOURCES.get(network)
    return source.TITLE if source else network.replace("_", " ").title()


def without_secrets(text: str) -> str:
    """An address, or words around one, without what a network put into it for its reader alone."""
    return masked(text, _SECRETS)
