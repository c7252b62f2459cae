"""Reads: what the store holds, for the commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.events import Enriched, Routed


@dataclass(frozen=True)
class Story:
    """One step of a mail's story. `at` in ms."""

    at: int
    id: str
    kind: str
    state: str
    version: int
    body: str
    error: str | None


async def counts(log: Log) -> dict[str, int]:
    """How many events wait (`ready`), are being worked on (`claimed`) or need a person (`dead`), and how many mails."""
    rows = await log.read("SELECT state, count(*) FROM events WHERE state != 'done' GROUP BY state")
    found = {"ready": 0, "claimed": 0, "dead": 0, **{str(state): int(count) for state, count in rows}}
    ((mails,),) = await log.read("SELECT count(*) FROM mails")
    return {"mails": int(mails), **found}


async def filed(log: Log) -> int:
    """How many mails lie in a mailbox."""
    ((mails,),) = await log.read("SELECT count(DISTINCT mail) FROM events WHERE kind = 'Filed'")
    return int(mails)


async def judged(log: Log, mails: Iterable[str] | None = None) -> list[tuple[Enriched, Routed]]:
    """What every mail (of these) is and what became of it, in order of arrival; one judged again comes again."""
    rows = await log.read(
        "SELECT kind, version, body FROM events WHERE kind IN ('Enriched', 'Routed')"
        " AND (?1 IS NULL OR mail IN (SELECT value FROM json_each(?1))) ORDER BY mail, seq",
        (None if mails is None else json.dumps(list(mails)),),
    )
    enriched: dict[str, Enriched] = {}
    found: list[tuple[Enriched, Routed]] = []
    for row in rows:
        event = decode(*row)
        if isinstance(event, Enriched):
            enriched[event.mail] = event
        elif isinstance(event, Routed) and event.mail in enriched:
            found.append((enriched[event.mail], event))
    return found


async def last_enriched(log: Log, mail: str) -> Enriched | None:
    """What a mail is, as it was judged last; None if the store does not hold it."""
    rows = await log.read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND kind = 'Enriched' ORDER BY seq DESC LIMIT 1", (mail,)
    )
    event = decode(*rows[0]) if rows else None
    assert event is None or isinstance(event, Enriched)
    return event


async def folders(log: Log, owner: str) -> dict[str, int]:
    """How many mails of the owner were filed in each folder."""
    rows = await log.read(
        "SELECT json_extract(body, '$.folder'), count(DISTINCT mail) FROM events AS filed"
        " WHERE kind = 'Filed' AND owner = ?"
        " AND seq = (SELECT max(seq) FROM events WHERE kind = 'Filed' AND mail = filed.mail) GROUP BY 1 ORDER BY 1",
        (owner,),
    )
    return {str(folder): int(count) for folder, count in rows}


async def waiting(log: Log) -> list[tuple[str, str, int]]:
    """(step, what went wrong the last time, how many) of the steps that wait to be tried again."""
    rows = await log.read(
        "SELECT kind, error, count(*) FROM events WHERE state = 'ready' AND error IS NOT NULL"
        " GROUP BY kind, error ORDER BY count(*) DESC"
    )
    return [(str(kind), str(error), int(count)) for kind, error, count in rows]


async def dead(log: Log) -> list[Story]:
    """Every dead letter, oldest first."""
    return await _stories(log, "state = 'dead'", ())


async def wrote(log: Log, mark: str) -> bool:
    """Whether we wrote a mail of our own with this mark."""
    rows = await log.read(
        "SELECT 1 FROM events WHERE kind = 'FilingStarted' AND json_extract(body, '$.mailbox') LIKE ?1"
        " OR kind = 'SendingStarted' AND json_extract(body, '$.id') = ?2 LIMIT 1",
        (f"%#%-{mark}", mark),
    )
    return bool(rows)


async def meant(log: Log, end: str) -> list[str]:
    """The ids of mails and requests that end so: tables show the end only. At most a few."""
    rows = await log.read(
        "SELECT id FROM mails WHERE substr(id, -length(?1)) = ?1"
        " UNION SELECT id FROM requests WHERE substr(id, -length(?1)) = ?1 LIMIT 3",
        (end,),
    )
    return [str(id) for (id,) in rows]


async def people(log: Log) -> list[tuple[str, str]]:
    """(request, name) of every request whose mail named somebody, newest first."""
    rows = await log.read("SELECT id, name FROM requests WHERE name IS NOT NULL ORDER BY created_at DESC, id")
    return [(str(id), str(name)) for id, name in rows]


async def story(log: Log, id: str) -> list[Story]:
    """Every event of a mail or of a request's mails, in order. Empty if neither is known."""
    return await _stories(
        log,
        "mail = ?1 OR mail IN (SELECT enriched.mail FROM events AS enriched, json_each(enriched.body, '$.requests')"
        " WHERE enriched.kind = 'Enriched' AND json_extract(json_each.value, '$.id') = ?1)",
        (id,),
    )


async def _stories(log: Log, condition: str, parameters: tuple[object, ...]) -> list[Story]:
    rows = await log.read(
        f"SELECT created_at, id, kind, state, version, body, error FROM events WHERE {condition} ORDER BY seq",  # noqa: S608
        parameters,
    )
    return [Story(*row) for row in rows]
