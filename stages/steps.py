"""(a conversation's steps) -> the last one that can be taken back, and how it was before.

What the owner said and what somebody answered are steps of their own. What time alone did, and what was judged anew,
belongs to the step before it and is taken back with it. Taking back twice takes two steps back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.conversation import Advanced, Conversation

_ANSWERS = ("answer", "maybe", "accepted")
_OF_TIME = frozenset({"version", "due_at", "mails", "tell_at", "reminders", "reminded_at"})
"""What a step changes though nothing happened."""


class Undoable(NamedTuple):
    """A step, and how the conversation was before it."""

    step: Advanced
    before: Conversation
    version: int
    """the conversation's, after its last step of all"""


def last_step(steps: Iterable[Advanced]) -> Undoable | None:
    """The step that is to be taken back next; None: there is none. `steps` in order, from the first."""
    known: Conversation | None = None
    done: list[Undoable] = []
    for step in steps:
        if step.cue == "undo":
            done = done[:-1]
        elif step.by is not None or step.cue in _ANSWERS:
            before = known if known is not None else _unsaid(step.conversation)
            if _told(before) != _told(step.conversation):
                done.append(Undoable(step, before, 0))
        known = step.conversation
    return done[-1]._replace(version=known.version) if done and known is not None else None


def _unsaid(first: Conversation) -> Conversation:
    """Of a conversation that began with what the owner said: nothing is to be done about that request."""
    return first.model_copy(update={"phase": "settled", "said": None, "asked_at": None, "until": None, "resumes": None})


def _told(known: Conversation) -> dict[str, object]:
    return known.model_dump(exclude=set(_OF_TIME))
