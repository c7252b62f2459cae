"""The vocabulary of learning: what an owner says of a proposed lesson, or of one that counts, and what came of it.

`mail` is the mail in which they said it; said in the terminal, the lesson's id. Times are milliseconds, UTC.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.events import Event
from stages.tokens import Proposed as Proposed
from stages.values import Value

Teaching = Literal["accept", "decline", "forget"]


class LearningWanted(Event):
    """Take a proposed lesson into the file of lessons, decline it, or take one out again."""

    lesson: str
    answer: Teaching
    by: Literal["terminal", "mail"]
    mailbox: str = Field(
        default="", description="into which the owner is told if it cannot be done; empty: they are not"
    )
    answers: str | None = Field(default=None, description="Message-ID of the mail in which they said it")
    at: int


class LessonAnswered(Event):
    """The owner's answer counts, or changed nothing."""

    lesson: str
    answer: Teaching
    says: str = Field(default="", description="the lesson in words")
    why: str = Field(default="", description="why it changed nothing; empty: it counts")
    by: Literal["terminal", "mail"]
    at: int


class Teachable(Value):
    """A proposed lesson in a digest."""

    lesson: str = Field(description="by which it is answered")
    says: str
    right: int = Field(default=0, description="how many of the corrections it would have decided as the owner said")
    of: int = 0
    changed: int = Field(
        default=0, description="how many decisions it would have changed that the owner had left as they were"
    )
    names: tuple[str, ...] = Field(default=(), description="whose, those that weigh most first")
