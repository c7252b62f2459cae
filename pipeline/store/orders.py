"""(Conversation, Ordered) -> the order with what only the store knows: what opens a conversation, or how it was.

An order that came by mail names its request only; the rest is looked up when its turn comes.
"""

from __future__ import annotations

from pipeline.store.follow_ups import opening_of
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.conversation import Advanced, Conversation, Ordered
from stages.settings import Settings
from stages.steps import last_step


async def completed(log: Log, known: Conversation | None, event: Ordered, settings: Settings) -> Ordered:
    """KeyError: it is of an owner who is not configured."""
    if event.by != "mail":
        return event
    if known is None:
        return event.model_copy(update={"opens": await opening_of(log, event.request, settings)})
    if event.order != "undo":
        return event
    rows = await log.read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND kind = 'Advanced'"
        " AND json_extract(body, '$.request') = ? ORDER BY seq",
        (event.mail, event.request),
    )
    last = last_step(step for row in rows if isinstance(step := decode(*row), Advanced))
    return event if last is None else event.model_copy(update={"before": last.before, "version": last.version})
