"""(Conversation, Ordered) -> the order with what only the store knows: what opens a conversation, or how it was.

An order that came by mail, by a move or by a button names its request only; the rest is looked up when its turn comes.
What is forgotten is always looked up then: what the owner said last may be newer than the order was when it was given.
"""

from __future__ import annotations

from pipeline.store.follow_ups import opening_of
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from pipeline.store.moved_back import moved_back
from stages.conversation import Advanced, Conversation, Ordered
from stages.settings import Settings
from stages.steps import last_step, last_words


async def completed(log: Log, known: Conversation | None, event: Ordered, settings: Settings, id: str) -> Ordered:
    """`id`: the order's. KeyError: it is of an owner who is not configured."""
    if event.by == "terminal" and event.order != "forget":
        return event
    if known is None:
        opens = event.opens or await opening_of(log, event.request, settings)
        return event.model_copy(update={"opens": opens})
    if event.by == "move" and await moved_back(log, event, id):
        event = event.model_copy(update={"order": "undo"})
    if event.order not in ("undo", "forget"):
        return event
    rows = await log.read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND kind = 'Advanced'"
        " AND json_extract(body, '$.request') = ? ORDER BY seq",
        (event.mail, event.request),
    )
    steps = [step for row in rows if isinstance(step := decode(*row), Advanced)]
    last = last_words(steps) if event.order == "forget" else last_step(steps)
    before, version = (last.before, last.version) if last is not None else (None, 0)
    return event.model_copy(update={"before": before, "version": version})
