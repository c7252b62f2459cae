"""The vocabulary of what outlives one verdict: the owner's word about all requests of somebody, and mails that go.

Times are milliseconds since the epoch, UTC. `mail` is the mail that brought the request, or the one that goes.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.events import Event
from stages.values import Network, Value, Verdict

Scope = Literal["person", "company"]
"""Whose requests are meant: those of one person, by their profile; of all who show the same company."""


class Remembered(Event):
    """The owner said what all requests of a person or of a company are, from now on."""

    request: str = Field(description="the request of which they said it, by which it is taken back")
    network: Network | None = None
    scope: Scope
    key: str = Field(description="canonical profile, or the company's name folded (case, accents, what is not seen)")
    name: str = Field(description="of the person or company, as it was shown")
    verdict: Verdict
    proven: bool = Field(default=False, description="the mail of which they said it is really the network's")
    at: int


class Forgotten(Event):
    """The owner took that back: what was remembered of this request counts no more."""

    request: str
    at: int


class RemovalWanted(Event):
    """Take a mail out of the Ugly folder of one mailbox: its time is over, and its owner was told before."""

    mailbox: str
    listed_at: int = Field(description="when a digest said that it would go")
    at: int


class Removed(Event):
    """The mail is gone from the mailbox, or was kept: its owner moved or flagged it."""

    mailbox: str
    name: str = Field(default="", description="what the mailbox called it; empty: it was not there any more")
    kept: str = Field(default="", description="why it was kept, in words; empty: it is gone")
    again: bool = Field(default=False, description="it was kept for now: a digest may name it once more")


class Going(Value):
    """A mail that will go, in a digest."""

    mail: str
    request: str
    name: str = Field(default="", description="of the person, as shown")
    headline: str = ""
    at: int = Field(description="when the request came")
    leaves_at: int = Field(description="not before then")
