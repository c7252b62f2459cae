"""(a conversation's steps) -> the last one that can be taken back, and how it was before.

What the owner said and what somebody answered are steps of their own. What time alone did, and what was judged anew,
belongs to the step before it and is taken back with it. Taking back twice takes two steps back. What was forgotten is
no step, and nothing brings it back but saying it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.conversation import Advanced, Conversation
from stages.stepping import UNSAID

_WORDS = ("good", "intriguing", "ugly")
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
    done, known = _done(steps)
    return done[-1]._replace(version=known.version) if done and known is not None else None


def last_words(steps: Iterable[Advanced]) -> Undoable | None:
    """The first of the verdicts that the owner gave last, with nothing between; None: something else came last."""
    done, known = _done(steps)
    words = _words(done)
    return words[0]._replace(version=known.version) if words and known is not None else None


def _done(steps: Iterable[Advanced]) -> tuple[list[Undoable], Conversation | None]:
    """What can be taken back, in order, and how the conversation stands."""
    known: Conversation | None = None
    done: list[Undoable] = []
    for step in steps:
        if step.cue == "undo":
            done = done[:-1]
        elif step.cue == "forget":
            done = [_forgotten(each) for each in done[: len(done) - len(_words(done))]]
        elif step.by is not None or step.cue in _ANSWERS:
            before = known if known is not None else _unsaid(step.conversation)
            if _told(before) != _told(step.conversation):
                done.append(Undoable(step, before, 0))
        known = step.conversation
    return done, known


def _words(done: list[Undoable]) -> list[Undoable]:
    """The verdicts at the end."""
    count = next((at for at, each in enumerate(reversed(done)) if each.step.cue not in _WORDS), len(done))
    return done[len(done) - count :]


def _forgotten(each: Undoable) -> Undoable:
    """Taken back, it goes to how it was before, but for what was forgotten since."""
    before = each.before
    if before.said is None:
        return each
    return each._replace(before=before.model_copy(update=dict(UNSAID, verdict=before.ours or before.verdict)))


def _unsaid(first: Conversation) -> Conversation:
    """Of a conversation that began with what the owner said: nothing is to be done about that request."""
    nothing = {**UNSAID, "phase": "settled", "asked_at": None, "until": None, "resumes": None}
    return first.model_copy(update=nothing)


def _told(known: Conversation) -> dict[str, object]:
    return known.model_dump(exclude=set(_OF_TIME))
