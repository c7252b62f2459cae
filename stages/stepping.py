"""(Conversation, ...) -> Step: the parts that the moves of the state table share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from stages.calm import FollowUp
from stages.conversation import Conversation, Phase, RejudgingWanted, ReminderWanted
from stages.standing import asked_of


class Step(NamedTuple):
    """A conversation after a step, why, and what else is wanted."""

    conversation: Conversation
    reason: str
    wanted: tuple[RejudgingWanted | ReminderWanted, ...] = ()


UNSAID: dict[str, object] = {"said": None, "always": None, "ours": None}
"""Of a conversation of which the owner said no verdict, or took it back."""
Move = Callable[[Conversation, Any, FollowUp], Step]


def entering(known: Conversation, phase: Phase) -> Conversation:
    """In another phase, of which nobody was reminded yet."""
    return known.model_copy(
        update={"phase": phase, "reminders": 0, "reminded_at": None, "until": None, "resumes": None}
    )


def closed(known: Conversation, phase: Phase) -> Conversation:
    return entering(known, phase).model_copy(update={"maybe_at": None})


def rejudging(known: Conversation, at: int, firmly: bool = False) -> RejudgingWanted:
    """That the request be judged again, as it stands."""
    return RejudgingWanted(
        mail=known.mail,
        owner=known.owner,
        request=known.request,
        asked=asked_of(known, at),
        said=known.said,
        firmly=firmly,
        at=at,
    )


def cause(without: str) -> str:
    """The rule or lesson whose doing was undone, in words."""
    lesson = without.removeprefix("lesson:")
    return f"the lesson {lesson}" if lesson != without else f'the rule "{without}"'
