"""Reads: whether a move takes the one before it back, because the mail lies where it lay before that."""

from __future__ import annotations

from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.conversation import Advanced, Ordered
from stages.placing import placed
from stages.steps import last_step


def facts_of(order: str) -> str:
    """What the id of the Moved begins with that was recorded with the order of this id, or of other such facts."""
    return f"{order}-"


async def moved_back(log: Log, event: Ordered, id: str) -> bool:
    """Whether the order with this id, by a move, is the way back of the last step that can be taken back.

    So that an accident on a phone leaves no trace but the story: a mail that was dragged to a wrong folder, and back.
    """
    rows = await log.read(
        "SELECT id, kind, version, body FROM events WHERE mail = ? AND kind = 'Advanced'"
        " AND json_extract(body, '$.request') = ? ORDER BY seq",
        (event.mail, event.request),
    )
    steps = {str(row[0]): step for row in rows if isinstance(step := decode(*row[1:]), Advanced)}
    last = last_step(steps.values())
    if last is None or last.step.by != "move":
        return False
    before = next(id for id, step in steps.items() if step == last.step).rpartition(".")[0]
    mail = id.rpartition(".")[0]
    if before.rpartition(".")[0] != mail:  # another mail of the same request was moved
        return False
    filed = await log.filings(mail)
    there = next((step.event for step in filed if step.id.startswith(facts_of(id))), None)
    index = next((index for index, step in enumerate(filed) if step.id.startswith(facts_of(before))), None)
    if there is None or index is None:
        return False
    mailbox, folder = getattr(there, "mailbox", ""), getattr(there, "folder", "")
    return placed(filed[:index], mailbox).place == folder
