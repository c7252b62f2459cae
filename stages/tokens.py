"""The values of an answer by mail: what was written, and what the token is worth that it was written with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.values import Order, Value

Said = Order | Literal["fine", "yes", "no"]
"""What the owner may say in an answer by mail; fine: those drawn at random are ugly indeed; yes, no: it was theirs, or
not, where we asked that."""


class Instruction(Value):
    """One thing that the owner wrote in answer to a mail of ours: `2 asked`, `snooze 3 days`."""

    number: int | None = Field(default=None, description="of the request in our mail; None: they named none")
    every: Literal["", "all", "rest"] = Field(default="", description="all of our mail; or those not named otherwise")
    order: Said
    span: int | None = Field(default=None, description="of a snooze, ms")


class LessonSaid(Value):
    """What the owner wrote of a proposed lesson: `accept k123456`."""

    lesson: str = Field(description="its code, as they wrote it")
    answer: Literal["accept", "decline"]


class Proposed(Value):
    """How a lesson stands that an answer names."""

    lesson: str
    state: str = Field(description="open, accepted, declined, outdated, forgotten")


class Reply(Value):
    """What somebody wrote to an address that we made for one answer."""

    token: str = Field(description="hash of the recipient address's; what it is worth is decided by `enrich`")
    instructions: tuple[Instruction, ...] = ()
    lessons: tuple[LessonSaid, ...] = ()
    unclear: str = Field(default="", description="the first line that was not understood, cut short")
    automatic: bool = Field(default=False, description="no person wrote it (RFC 3834); nothing of it counts")


class Standing(Value):
    """How a request that our mail named stands when it is answered about."""

    name: str = Field(default="", description="of the person, as far as it is known")
    phase: str = Field(default="", description="of its conversation; empty: there is none")
    asked: bool = Field(default=False, description="the owner said that they asked")
    maybe: bool = Field(default=False, description="a message came that may be theirs, and nobody said whether it is")


class Token(Value):
    """What the store knows of a token that it made."""

    hash: str
    owner: str
    requests: tuple[str, ...] = Field(description="what it answers about, by number from 1")
    mails: tuple[str, ...] = Field(description="the mail that brought each of them; empty: no longer known")
    standing: tuple[Standing, ...] = Field(default=(), description="how each of them stands")
    sample: tuple[int, ...] = Field(default=(), description="numbers of those that were drawn at random")
    used: tuple[int, ...] = Field(default=(), description="numbers that were answered with it already")
    proposals: tuple[Proposed, ...] = Field(default=(), description="of the lessons that they name, those of the owner")
    expires_at: int
    turn: int = Field(default=0, description="how many of our replies to answers of no use led to it, or came of it")
    room: int = Field(default=0, description="how many mails the owner may get just now")
