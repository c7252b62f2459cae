"""Reads: what the commands about conversations ask the store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.store import state
from pipeline.store.conversations import conversation_of
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.conversation import Advanced, Conversation, Opened, Phase
from stages.events import Event
from stages.flow import TALK
from stages.route import opening
from stages.settings import Settings
from stages.targets import targets_of


async def requests_of(log: Log, id: str) -> list[str]:
    """The request of this id, or those of the mail of this id, in its order. Empty if neither is known."""
    rows = await log.read(
        "SELECT id FROM requests WHERE id = ?1 UNION SELECT request FROM conversations WHERE request = ?1", (id,)
    )
    if rows:
        return [id]
    enriched = await state.last_enriched(log, id)
    return list(dict.fromkeys(request.id for request in enriched.requests)) if enriched else []


async def holds(log: Log, mail: str) -> bool:
    """Whether there is such a mail."""
    return bool(await log.read("SELECT 1 FROM mails WHERE id = ?", (mail,)))


async def opening_of(log: Log, request: str, settings: Settings) -> Opened | None:
    """What would open the conversation about a request, from what its mail was judged as; None: it was not judged.

    KeyError: it is of an owner who is not configured.
    """
    rows = await log.read("SELECT mail FROM requests WHERE id = ?", (request,))
    judged = await state.judged(log, [str(mail) for (mail,) in rows])
    for enriched, routed in reversed(judged):
        for decision in routed.decisions:
            if decision.judgement.request.id == request:
                return opening(decision, enriched, next(iter(targets_of(enriched, settings)), ""))
    return None


async def unopened(read: Read, owner: str, since: int, after: str, most: int) -> list[str]:
    """Requests that came since then whose owner was reminded before there were conversations; ids above `after`."""
    rows = await read(
        "SELECT id FROM requests WHERE owner = ?1 AND created_at >= ?2 AND id > ?3 AND verdict = 'follow_up'"
        " AND settled_at IS NULL AND NOT EXISTS (SELECT 1 FROM conversations WHERE request = requests.id)"
        " AND EXISTS (SELECT 1 FROM events WHERE events.mail = requests.mail AND kind = 'ReminderWanted'"
        " AND json_extract(body, '$.request') = requests.id) ORDER BY id LIMIT ?4",
        (owner, since, after, most),
    )
    return [str(id) for (id,) in rows]


async def standing(read: Read, request: str, mail: str, settings: Settings) -> tuple[Conversation | None, bool]:
    """The conversation as it will be when all that waits for it in the log is handled; whether anything does."""
    known = await conversation_of(read, request)
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND state IN ('ready', 'claimed')"
        " AND kind IN (SELECT value FROM json_each(?)) AND json_extract(body, '$.request') = ? ORDER BY seq",
        (mail, json.dumps([kind.__name__ for kind in TALK]), request),
    )
    for kind, version, body in rows:
        event = decode(kind, version, body)
        for outcome in TALK[type(event)](known, event, settings):
            known = outcome.conversation if isinstance(outcome, Advanced) else known
    return known, bool(rows)


class Came(NamedTuple):
    """What has come of an event so far."""

    state: str
    """of the event itself"""
    events: tuple[Event, ...]
    """made of it, in order"""
    waiting: bool
    """something of it is still to be done"""
    troubles: tuple[str, ...]
    """what went wrong with what waits, or was given up"""
    dead: bool


async def came_of(read: Read, id: str) -> Came:
    """What has come of the event with this id: the ids of its outputs begin with it and a dot."""
    rows = await read(
        "SELECT id, kind, version, body, state, error FROM events WHERE id = ?1 OR (id >= ?2 AND id < ?3) ORDER BY seq",
        (id, f"{id}.", f"{id}/"),  # the character after the dot
    )
    own = next((str(row[4]) for row in rows if row[0] == id), "")
    open_ = [row for row in rows if row[4] in ("ready", "claimed")]
    dead = [row for row in rows if row[4] == "dead"]
    return Came(
        own,
        tuple(decode(kind, version, body) for each, kind, version, body, _, _ in rows if each != id),
        bool(open_),
        tuple(str(row[5]) for row in (*dead, *open_) if row[5]),
        bool(dead),
    )


class Step(NamedTuple):
    """A conversation, and when it made its last step (ms)."""

    conversation: Conversation
    at: int


WONDERING: tuple[Phase, ...] = ("to_ask", "asked", "silent", "snoozed", "accepted", "expired")
"""Phases in which the owner may be asked whether a message is theirs."""


async def listed(read: Read, owner: str | None, phases: Iterable[Phase]) -> list[Step]:
    """Conversations in these phases, or with a message that may be theirs; the latest step first.

    Of one owner or of all (None).
    """
    rows = await read(
        "SELECT body, at FROM conversations WHERE (?1 IS NULL OR owner = ?1)"
        " AND (phase IN (SELECT value FROM json_each(?2)) OR (phase IN (SELECT value FROM json_each(?3))"
        " AND json_extract(body, '$.maybe_at') IS NOT NULL)) ORDER BY at DESC, request",
        (owner, json.dumps(sorted(phases)), json.dumps(WONDERING)),
    )
    return [Step(Conversation.model_validate_json(str(body)), int(at)) for body, at in rows]


async def phases(read: Read, owner: str) -> Counter[str]:
    """How many conversations of an owner are in each phase."""
    rows = await read("SELECT phase, count(*) FROM conversations WHERE owner = ? GROUP BY phase", (owner,))
    return Counter({str(phase): int(count) for phase, count in rows})


async def reminders_due(read: Read, owner: str, at: int) -> int:
    """How many single mails to an owner are due and wait."""
    ((count,),) = await read(
        "SELECT count(*) FROM conversations WHERE owner = ? AND mails AND due_at <= ?", (owner, at)
    )
    return int(count)
