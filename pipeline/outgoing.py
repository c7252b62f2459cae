"""`[outgoing]` of the configuration: the relay through which Salver's own mails go to their owners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from pipeline.accounts.account import LOOPBACK, reference
from stages.durations import Duration
from stages.events import Value
from stages.recipients import owner_of
from stages.settings import SENDABLE, Owner

_RELAY = re.compile(r"(smtps?)://(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]{1,253}))(?::(\d{1,5}))?/?")
_PORTS = {"smtp": 587, "smtps": 465}
"""Submission, RFC 6409 and RFC 8314."""


class Relay(NamedTuple):
    """Where a relay listens, and whether TLS begins at once (RFC 8314 3.3)."""

    host: str
    port: int
    implicit: bool


def relay_of(url: str) -> Relay:
    """`smtp://host:port`, `smtps://host:port` -> what it names. ValueError, with what to write instead."""
    if "@" in url:  # a password may stand there: never repeat it
        raise ValueError("name and password do not belong into the address of the relay; write `user` and `secret`")
    match = _RELAY.fullmatch(url)
    if match is None or (match[4] and not 0 < int(match[4]) < 65536):
        raise ValueError(f'"{url}" is no relay; write smtp://host:port or smtps://host:port')
    return Relay(match[2] or match[3], int(match[4] or _PORTS[match[1]]), match[1] == "smtps")


class Outgoing(Value):
    """How Salver's own mails get to their owners: reminders, digests, alarms. Each goes to `contact`, nowhere else."""

    relay: str = Field(
        default="",
        description="the server that takes them: smtp://host:port (587 if no port is named), or smtps://host:port, "
        "with TLS from the start (465); empty: they are filed in the INBOX",
    )
    tls: Literal["required", "off"] = Field(
        default="required", description="with smtp://: nothing is sent before STARTTLS; off: nothing is encrypted"
    )
    ca: str = Field(
        default="", description="a PEM file of certificates to trust, in place of the system's, for a CA of your own"
    )
    user: str = Field(default="", description="the name you sign in with; empty: without signing in")
    secret: str = Field(
        default="", description="where its password lies: env:NAME, file:PATH or keyring:SERVICE/USER; never itself"
    )
    sender: str = Field(
        default="",
        description="address these mails come from, and failures are returned to; empty: salver@ the domain of the "
        "owner's first address. Many relays take only addresses of yours",
    )
    null_sender: bool = Field(
        default=False, description="name nobody to return failures to (RFC 3834); many relays refuse such mail"
    )
    time: Duration = Field(
        default="2m",
        validate_default=True,
        gt=0,
        description="longest time up to handing a mail over, and again for the relay's word that it was taken",
    )

    @field_validator("relay")
    @classmethod
    def _known(cls, value: str) -> str:
        if value:
            relay_of(value)
        return value

    @field_validator("secret")
    @classmethod
    def _reference(cls, value: str) -> str:
        return reference(value) if value else value

    @field_validator("sender")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not SENDABLE.fullmatch(value):
            raise ValueError(f'"{value}" is no e-mail address that mail can come from; write it as local@domain')
        return value

    @field_validator("user", "ca")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("this is one line of letters; write it without control characters")
        return value

    @model_validator(mode="after")
    def _safe_on_the_way(self) -> Outgoing:
        if bool(self.user) != bool(self.secret):
            raise ValueError("signing in takes both `user` and `secret`; write the other one too, or neither")
        if not self.relay or self.tls == "required":
            return self
        relay = relay_of(self.relay)
        if relay.implicit:
            raise ValueError('smtps:// is encrypted from the start; take tls = "off" out, or write smtp://')
        if self.user and relay.host not in LOOPBACK:
            raise ValueError('tls = "off" would send the password in the clear; it is for a relay on loopback only')
        return self


def doubts(outgoing: Outgoing, owners: tuple[Owner, ...]) -> Iterator[tuple[str, str]]:
    """(owner, in words) of each owner whose own mails do not go where one might think."""
    for owner in owners:
        if outgoing.relay and not owner.contact:
            yield owner.id, "no `contact`, so the relay is not used: Salver's own mails are filed in the INBOX"
        elif owner.contact and not outgoing.relay:
            yield owner.id, "`contact` is not used without a relay in [outgoing]: mails are filed in the INBOX"
        elif owner.contact and owner_of(owner.contact, owners) is not None:
            yield owner.id, f"`contact` {owner.contact} comes in at Salver itself: name the address you read mail at"
