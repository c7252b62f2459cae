"""The read model of digests: when they were made, what they would tell now, and ugly requests drawn at random."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.store import proposals
from pipeline.store.due import BEST, LATELY
from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.conversation import Conversation, DigestWanted, Week
from stages.durations import DAY
from stages.events import Decision, Enriched, Event, Routed

NEWS = 14 * DAY
"""What changed longer ago and was not told is no news any more."""


# --- written ------------------------------------------------------------------------------------------------------


def rows_of(event: Event) -> Iterator[Statement]:
    """The statements that keep digests and samples in step with `event`."""
    if not isinstance(event, DigestWanted):
        return
    yield Statement(
        "INSERT INTO digests (owner, slot, made_at, number) VALUES (?1, ?2, ?2, 1) ON CONFLICT (owner) DO UPDATE SET"
        " number = number + 1, slot = CASE WHEN ?3 THEN slot ELSE max(slot, ?2) END,"
        " made_at = CASE WHEN ?3 THEN made_at ELSE ?2 END",
        (event.owner, event.at, event.overflow),
    )
    told = json.dumps([line.request for line in (*event.asks, *event.owed, *event.changed)])
    yield Statement(
        "UPDATE conversations SET news = 0 WHERE request IN (SELECT value FROM json_each(?))",
        (told,),
    )
    if event.lessons:
        yield proposals.told((each.lesson for each in event.lessons), event.at)
    for line in event.sample:
        yield Statement(
            "INSERT OR IGNORE INTO samples (request, owner, drawn_at) VALUES (?, ?, ?)",
            (line.request, event.owner, event.at),
        )


def passed(owner: str, slot: int, made_at: int = 0) -> Statement:
    """Note up to when digests are done with, and when the last one was made."""
    return Statement(
        "INSERT INTO digests (owner, slot, made_at, number) VALUES (?, ?, ?, 0) ON CONFLICT (owner) DO UPDATE SET"
        " slot = excluded.slot, made_at = excluded.made_at",
        (owner, slot, made_at),
    )


# --- asked of them ------------------------------------------------------------------------------------------------


class Last(NamedTuple):
    """How far an owner's digests are."""

    slot: int
    """up to when they were made, or passed over"""
    made_at: int
    """when the last was made; 0: none yet"""
    number: int
    """how many were made"""


async def last_of(read: Read, owner: str) -> Last | None:
    rows = await read("SELECT slot, made_at, number FROM digests WHERE owner = ?", (owner,))
    return Last(*(int(value) for value in rows[0])) if rows else None


async def overflowed(read: Read, owner: str, since: int) -> bool:
    """Whether a digest was made for this owner since then. What a clock that was set back left far ahead is old."""
    rows = await read(
        f"SELECT 1 {LATELY} AND kind = 'DigestWanted' LIMIT 1",
        (owner, since),
    )
    return bool(rows)


async def to_tell(read: Read, owner: str, phase: str, at: int, limit: int) -> tuple[tuple[Conversation, ...], int]:
    """Conversations in a phase that the owner is to hear of by then, the best known first; and how many more.

    Not among them: those to ask of which there is news, too (`changed`).
    """
    which = (
        " FROM conversations WHERE owner = ?1 AND phase = ?3 AND tell_at <= ?2"
        " AND NOT (phase = 'to_ask' AND news AND at > ?2 - ?4)"
    )
    ((count,),) = await read(f"SELECT count(*){which}", (owner, at, phase, NEWS))
    rows = await read(
        f"SELECT body FROM conversations WHERE request IN (SELECT request{which} ORDER BY {BEST} LIMIT ?5)"  # noqa: S608
        f" ORDER BY {BEST}",
        (owner, at, phase, NEWS, limit),
    )
    return tuple(Conversation.model_validate_json(str(body)) for (body,) in rows), int(count) - len(rows)


async def changed(read: Read, owner: str, at: int, limit: int) -> tuple[Conversation, ...]:
    """Conversations in which something happened that the owner was not told of: answers first, then the newest."""
    rows = await read(
        "SELECT body FROM conversations WHERE request IN"
        " (SELECT request FROM conversations INDEXED BY conversations_news WHERE owner = ?1 AND news AND at > ?2 - ?3"
        " ORDER BY phase NOT IN ('answered', 'settled', 'asked', 'to_ask'), at DESC, request LIMIT ?4)",
        (owner, at, NEWS, limit),
    )
    return tuple(Conversation.model_validate_json(str(body)) for (body,) in rows)


async def week_of(read: Read, owner: str, at: int) -> Week:
    """The requests of the last seven days, and how many of them were to be asked about or answered."""
    since = at - 7 * DAY
    ((requests,),) = await read("SELECT count(*) FROM requests WHERE owner = ? AND created_at > ?", (owner, since))
    ((needed,),) = await read(
        "SELECT count(*) FROM conversations AS c WHERE owner = ?1 AND at > ?2 AND came_at > ?2 AND EXISTS"
        " (SELECT 1 FROM events WHERE events.mail = c.mail AND kind = 'Opened'"
        "  AND json_extract(events.body, '$.request') = c.request"
        "  AND json_extract(events.body, '$.asked_before') IS NULL)",
        (owner, since),
    )
    return Week(requests=int(requests), needed=int(needed))


# --- ugly ones, drawn at random -----------------------------------------------------------------------------------


async def undrawn(read: Read, owner: str, since: int) -> list[str]:
    """Requests since then that were judged ugly, that nobody talked of, and that were not drawn before.

    Of whom the owner never wants to hear again, they are not asked.
    """
    rows = await read(
        "SELECT id FROM requests WHERE owner = ? AND created_at > ? AND verdict = 'ugly'"
        " AND rule IS NOT 'never-again' AND NOT EXISTS (SELECT 1 FROM samples WHERE samples.request = requests.id)"
        " AND NOT EXISTS (SELECT 1 FROM conversations WHERE conversations.request = requests.id)",
        (owner, since),
    )
    return [str(id) for (id,) in rows]


class Drawn(NamedTuple):
    """What became of requests that came since some time and were drawn at random."""

    shown: int
    looked: int
    """judged by the owner"""
    good: int


async def drawn(read: Read, owner: str, since: int) -> Drawn:
    rows = await read(
        "SELECT count(*), count(said), coalesce(sum(said = 'good'), 0) FROM"
        " (SELECT json_extract(conversations.body, '$.said') AS said FROM samples"
        "  JOIN requests ON requests.id = samples.request"
        "  LEFT JOIN conversations ON conversations.request = samples.request"
        "  WHERE samples.owner = ? AND requests.created_at > ?)",
        (owner, since),
    )
    return Drawn(*(int(value) for value in rows[0]))


async def judged(read: Read, requests: Iterable[str]) -> dict[str, tuple[Decision, Enriched]]:
    """What each of these requests was judged as last, as far as the log has it."""
    wanted = set(requests)
    told = json.dumps(sorted(wanted))
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail IN (SELECT mail FROM requests WHERE id IN"
        " (SELECT value FROM json_each(?))) AND kind IN ('Enriched', 'Routed') ORDER BY mail, seq",
        (told,),
    )
    found: dict[str, tuple[Decision, Enriched]] = {}
    enriched: Enriched | None = None
    for kind, version, body in rows:
        event = decode(kind, version, body)
        if isinstance(event, Enriched):
            enriched = event
        elif isinstance(event, Routed) and enriched is not None and enriched.mail == event.mail:
            ours = [each for each in event.decisions if each.judgement.request.id in wanted]  # of several in a mail
            found |= {each.judgement.request.id: (each, enriched) for each in ours}
    return found
