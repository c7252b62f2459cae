"""Values that say where a mail comes from: how it was forwarded, who signed or sealed it, and whether that is proof."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.values import Value

Trust = Literal["aligned", "forged", "unverified", "temporary"]


class Forwarded(Value):
    """How the mail came to us from the owner's own mailbox (FORWARDING guide, shapes A to D)."""

    by: str | None = Field(default=None, description="the forwarding mailbox, as far as shown")
    how: Literal["auto", "rule", "attachment", "inline"]


class Slice(Value):
    """Where an attached mail lies in the octets of what holds it (RFC 2046 5.2.1), and how it is encoded there."""

    start: int
    end: int
    encoding: Literal["", "base64", "quoted-printable"] = ""


class Confirmation(Value):
    """A provider's request to confirm that mail may be forwarded here. Its links are never opened by us."""

    provider: str = Field(default="google", description="who asks, as `stages/forwards/handshakes.py` calls them")
    requester: str | None = None
    destination: str | None = None
    code: str | None = None
    confirm_url: str | None = None


class Signature(Value):
    """One DKIM-Signature and what came of verifying it (RFC 6376)."""

    domain: str = Field(description="d=, lower case")
    selector: str = ""
    result: Literal["pass", "fail", "no_key", "refused", "temporary"]
    detail: str = Field(default="", description="for a person, without personal data")
    signed: tuple[str, ...] = Field(default=(), description="h=: names of the fields it covers, lower case")


class Seal(Value):
    """What came of validating a mail's ARC chain (RFC 8617), and what its first seal says of the mail as it came."""

    result: Literal["pass", "fail", "refused", "temporary"]
    detail: str = Field(default="", description="for a person, without personal data")
    sealers: tuple[str, ...] = Field(default=(), description="d= of every ARC-Seal, the first first, lower case")
    passed: tuple[str, ...] = Field(
        default=(), description="domains whose signature, carried by the mail, the first sealer found to hold"
    )
    kept: bool = Field(default=False, description="what matters of the mail is still what the first sealer saw")
    covers: tuple[str, ...] = Field(default=(), description="names of the fields that are surely so, lower case")


class Authenticity(Value):
    """Whether the mail really comes from the network it names, and how we know."""

    verdict: Trust
    detail: str
