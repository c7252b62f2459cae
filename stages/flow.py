"""FLOW: event -> stage. The order of the program, readable from top to bottom. TALK: what moves a conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from stages.conversation import (
    Accepted,
    Answered,
    Conversation,
    Elapsed,
    Listed,
    Opened,
    Ordered,
    Rejudged,
)
from stages.enrich import ask, enrich
from stages.events import Enriched, Event, LookedUp, Parsed, Scored
from stages.follow_up import converse
from stages.route import route
from stages.score import score
from stages.settings import Settings

Stage = Callable[[Any, Any], tuple[Event, ...]]
"""(event, settings) -> events. Pure: the same event and settings always give the same events."""

FLOW: dict[type[Event], Stage] = {
    Parsed: ask,
    LookedUp: enrich,
    Enriched: score,
    Scored: route,
}

Converse = Callable[[Conversation | None, Any, Settings], tuple[Event, ...]]
"""(conversation, event, settings) -> events, the first of which holds the conversation as it is now. Pure."""

TALK: dict[type[Event], Converse] = {
    Opened: converse,
    Ordered: converse,
    Answered: converse,
    Accepted: converse,
    Rejudged: converse,
    Elapsed: converse,
    Listed: converse,
}


def follow(event: Event, settings: Settings) -> Iterator[Event]:
    """`event`, then all that the stages make of it, in order, up to what needs an edge or is an end.

    What a stage raises comes through: it is a bug of that stage.
    """
    waiting = [event]
    while waiting:
        current = waiting.pop(0)
        yield current
        if (stage := FLOW.get(type(current))) is not None:
            waiting.extend(stage(current, settings))
