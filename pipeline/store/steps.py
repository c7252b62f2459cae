"""Reads: the steps of a conversation, those of what waits in the log included."""

from __future__ import annotations

import json

from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.conversation import Advanced
from stages.flow import TALK
from stages.settings import Settings

_MOVERS = json.dumps([kind.__name__ for kind in TALK])


async def talked_of(read: Read, end: str) -> list[tuple[str, str]]:
    """(request, mail) of the conversations whose request, or the mail that brought it, has an id that ends so."""
    rows = await read(
        "SELECT request, mail FROM conversations WHERE substr(request, -length(?1)) = ?1"
        " OR substr(mail, -length(?1)) = ?1 ORDER BY request",
        (end,),
    )
    return [(str(request), str(mail)) for request, mail in rows]


async def steps_of(read: Read, request: str, mail: str, settings: Settings) -> list[Advanced]:
    """In order; last those that will be made when all that waits is handled."""
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail = ?1 AND json_extract(body, '$.request') = ?2"
        " AND (kind = 'Advanced' OR (state IN ('ready', 'claimed') AND kind IN (SELECT value FROM json_each(?3))))"
        " ORDER BY kind != 'Advanced', seq",
        (mail, request, _MOVERS),
    )
    steps: list[Advanced] = []
    for row in rows:
        event = decode(*row)
        known = steps[-1].conversation if steps else None
        made = (event,) if isinstance(event, Advanced) else TALK[type(event)](known, event, settings)
        steps += [step for step in made if isinstance(step, Advanced)]
    return steps
