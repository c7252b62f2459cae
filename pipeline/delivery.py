"""What the receiver hands over, to whom, and what it can be told: values shared by receiver, protocol and app."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_network

from pydantic import Field, field_validator, model_validator

from stages.events import Value
from stages.settings import Duration

MB = 1_000_000


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


def host_and_port(text: str) -> tuple[str, int]:
    """`"127.0.0.1:2525"`, `"[::1]:2525"` -> host, port. ValueError, with what to write instead."""
    match = re.fullmatch(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>[0-9]{1,5})", text)
    if match is None or int(match["port"]) > 65535:
        raise ValueError(f'"{text}" is no address to listen on; write host:port, such as "127.0.0.1:2525"')
    return match["six"] or match["host"], int(match["port"])


class SmtpSettings(Value):
    """How mail comes in: where to listen, and what one client may ask of us."""

    listen: str = Field(default="127.0.0.1:2525", description="host:port for SMTP; port 0 takes a free one")
    lmtp: str = Field(default="", description="host:port for LMTP, for a mail server in front; empty: off")
    hostname: str = Field(
        default="salver.local", description="what Salver calls itself, in the greeting and in its Received field"
    )
    size: int = Field(default=36 * MB, gt=0, description="octets of one mail; announced as SIZE, above it 552")
    drain: int = Field(
        default=36 * MB, ge=0, description="octets beyond `size` read and thrown away to answer politely; then the cut"
    )
    in_flight: int = Field(
        default=128 * MB, gt=0, description="octets of all mails being received or committed at once; above it 452"
    )
    recipients: int = Field(default=100, gt=0, description="recipients of one mail; above it 452")
    hops: int = Field(default=50, gt=0, description="Received fields of one mail; above it 554, a loop")
    connections: int = Field(default=1_500, gt=0, description="clients at once; above it 421")
    connections_per_address: int = Field(
        default=50,
        gt=0,
        description="clients at once from one IPv4 address or IPv6 /64; loopback and forwarders exempt",
    )
    forwarders: tuple[str, ...] = Field(
        default=(), description="addresses or networks of your own mail servers, such as 192.0.2.0/28"
    )
    errors: int = Field(default=20, gt=0, description="refused commands of one client before it is sent away")
    junk_commands: int = Field(
        default=100, gt=0, description="NOOP, RSET, VRFY and the like between two mails before a client is sent away"
    )
    idle: Duration = Field(
        default="5m",
        validate_default=True,
        gt=0,
        description="longest silence between two commands, and within a mail",
    )
    command: Duration = Field(
        default="5m",
        validate_default=True,
        gt=0,
        description="longest time from the first octet of a command to its end, and for taking our reply",
    )
    stress: Duration = Field(
        default="10s",
        validate_default=True,
        gt=0,
        description="`idle` and `command` while three quarters of `connections` are taken",
    )
    rate: int = Field(default=500, ge=0, description="octets a second a mail must come in with at least; 0: any")
    rate_window: Duration = Field(
        default="60s",
        validate_default=True,
        gt=0,
        description="time over which `rate` is measured",
    )

    @field_validator("listen", "lmtp")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            host_and_port(value)
        return value

    @field_validator("hostname")
    @classmethod
    def _host_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", value):
            raise ValueError(f'"{value}" is no host name; write one such as "mail.example.org"')
        return value

    @field_validator("forwarders")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError(
                    f'"{network}" is no address or network; write one such as "192.0.2.7" or "192.0.2.0/28"'
                ) from None
        return value

    @model_validator(mode="after")
    def _room_for_one_mail(self) -> SmtpSettings:
        if self.in_flight < self.size:
            raise ValueError("in_flight must have room for one mail of `size`")
        return self
