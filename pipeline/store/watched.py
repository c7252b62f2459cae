"""Reads: the mails of conversations whose owner may say more by moving them."""

from __future__ import annotations

import json
from typing import NamedTuple

from pipeline.store.conversations import Read
from pipeline.store.migrations import decode
from stages.placing import READ, Step

PHASES = ("to_ask", "asked", "answered", "snoozed")
_READ = json.dumps([kind.__name__ for kind in READ])


class Watched(NamedTuple):
    """A mail that brought one request, and what was recorded of filing it."""

    request: str
    mail: str
    owner: str
    received_at: int
    steps: tuple[Step, ...]


async def watched(read: Read, after: str, limit: int, owner: str | None = None) -> list[Watched]:
    """Conversations that are open, after this request in the order of their ids; of one owner, or of all.

    Left out are mails that brought several requests, of which a move says nothing, and what somebody asked the owner.
    """
    rows = await read(
        "SELECT c.request, mails.id, c.owner, mails.received_at FROM conversations AS c"
        " JOIN mails ON mails.id = c.mail"
        " WHERE c.request > ?1 AND c.phase IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR c.owner = ?3)"
        " AND json_extract(c.body, '$.resumes') IS NOT 'owed'"
        " AND (SELECT count(*) FROM requests WHERE requests.mail = mails.id) = 1"
        " ORDER BY c.request LIMIT ?4",
        (after, json.dumps(PHASES), owner, limit),
    )
    steps = await steps_of(read, [str(mail) for _, mail, _, _ in rows])
    return [Watched(str(r), str(m), str(o), int(at), steps.get(str(m), ())) for r, m, o, at in rows]


async def steps_of(read: Read, mails: list[str]) -> dict[str, tuple[Step, ...]]:
    """What was recorded of filing these mails, in order."""
    rows = await read(
        "SELECT id, state, kind, version, body FROM events WHERE mail IN (SELECT value FROM json_each(?))"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json.dumps(mails), _READ),
    )
    found: dict[str, list[Step]] = {}
    for id, state, *event in rows:
        step = Step(str(id), str(state), decode(*event))
        found.setdefault(step.event.mail, []).append(step)
    return {mail: tuple(steps) for mail, steps in found.items()}
