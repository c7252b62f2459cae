"""The read model of conversations: what is due, and how many mails an owner got lately."""

from __future__ import annotations

import json
from typing import NamedTuple

from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.calm import FollowUp
from stages.conversation import Conversation
from stages.durations import DAY, HOUR
from stages.flow import TALK


class Due(NamedTuple):
    """A conversation whose time has come."""

    request: str
    mail: str
    owner: str
    version: int
    due_at: int


BEST = "told > 0, score DESC, proven DESC, came_at DESC, request"
"""The best known first, but nobody for the second time before others for the first."""
_PRESSING = f"phase = 'to_ask', {BEST}"
"""What the owner hears of first: what is owed or came back; then whom to ask."""
TO_OWNER = "kind IN ('ReminderWanted', 'DigestWanted', 'ReplyWanted')"
"""What becomes a mail to the owner, and counts against the measure; spelt as the index on it is."""
LATELY = f"FROM events WHERE owner = ?1 AND created_at > ?2 AND created_at < ?2 + {2 * DAY} AND {TO_OWNER}"
"""Such mails since a time that is an hour or a day ago. What a clock that was set back left up to a day ahead counts
too; farther ahead it would count for ever."""
TOLD_AT_ONCE = LATELY.replace(TO_OWNER, "kind = 'NotificationStarted'")
"""News at once: what was asked for and dropped does not count."""


async def due(read: Read, at: int, mails: bool, limit: int, owner: str | None = None) -> list[Due]:
    """Conversations that are due and not being handled: the longest due first, of mails the most pressing first."""
    rows = await read(
        "SELECT request, mail, owner, version, due_at FROM conversations AS c"  # noqa: S608
        " WHERE mails = ?2 AND due_at <= ?1 AND (?4 IS NULL OR owner = ?4) AND NOT EXISTS"
        " (SELECT 1 FROM events WHERE events.mail = c.mail AND kind = 'Elapsed' AND state != 'done'"
        " AND json_extract(events.body, '$.request') = c.request)"
        f" ORDER BY {_PRESSING if mails else 'due_at, request'} LIMIT ?3",
        (at, mails, limit, owner),
    )
    return [Due(str(r), str(m), str(o), int(v), int(d)) for r, m, o, v, d in rows]


async def next_due(read: Read, after: int = -1) -> int | None:
    """When time acts on the next conversation, after this time (ms)."""
    rows = await read(
        "SELECT min(due_at) FROM conversations WHERE mails = 0 AND due_at > ?1 UNION ALL"
        " SELECT min(due_at) FROM conversations WHERE mails = 1 AND due_at > ?1",
        (after,),
    )
    return min((int(at) for (at,) in rows if at is not None), default=None)


async def mailed(read: Read, owner: str, since: int) -> int:
    """How many mails were made for this owner since a time that is an hour or a day ago."""
    asked = f"SELECT (SELECT count(*) {LATELY}) + (SELECT count(*) {TOLD_AT_ONCE})"
    ((count,),) = await read(asked, (owner, since))
    return int(count)


async def room(read: Read, owner: str, told: FollowUp, at: int) -> int:
    """How many mails this owner may get now by the measure of an hour and a day; none or less: it is full."""
    hour = told.per_hour - await mailed(read, owner, at - HOUR)
    day = told.per_day - await mailed(read, owner, at - DAY)
    return min(hour, day)


async def full_until(read: Read, owner: str, at: int, span: int, most: int) -> int | None:
    """When the owner can get the next mail, if they may get so many in so long and had them; None: at once."""
    rows = await read(
        f"SELECT created_at {LATELY} UNION ALL SELECT created_at {TOLD_AT_ONCE}"
        " ORDER BY created_at DESC LIMIT 1 OFFSET ?3",
        (owner, at - span, most - 1),
    )
    return int(rows[0][0]) + span if rows else None


async def moving(read: Read, owner: str, since: int) -> bool:
    """Whether something that happened since then is just moving a conversation of theirs: a mail may come of it."""
    moves = json.dumps([kind.__name__ for kind in TALK])
    ((found,),) = await read(
        "SELECT EXISTS (SELECT 1 FROM events WHERE state = 'ready' AND owner = ?1 AND created_at >= ?2"
        " AND kind IN (SELECT value FROM json_each(?3)))"
        " OR EXISTS (SELECT 1 FROM events WHERE state = 'claimed' AND owner = ?1 AND created_at >= ?2"
        " AND kind IN (SELECT value FROM json_each(?3)))",
        (owner, since, moves),
    )
    return bool(found)


async def in_hand(read: Read, owner: str) -> int:
    """How many conversations of theirs are told that their time has come, and a mail may come of each."""
    pending = (
        "SELECT json_extract(events.body, '$.request') AS request FROM events INDEXED BY events_{0}"
        " WHERE state = '{0}' AND kind = 'Elapsed' AND owner = ?1"
    )
    ((count,),) = await read(
        "SELECT count(*) FROM conversations WHERE mails = 1 AND request IN ("  # noqa: S608 - constants
        f"{pending.format('ready')} UNION ALL {pending.format('claimed')})",
        (owner,),
    )
    return int(count)


async def unsent(read: Read, owner: str, before: int) -> bool:
    """Whether mails that were made for them before then wait to be sent or filed: a relay, or a disk, takes none."""
    pending = (
        "SELECT 1 FROM events INDEXED BY events_{0} WHERE state = '{0}' AND owner = ?1"  # noqa: S608 - constants
        f" AND created_at < ?2 AND {TO_OWNER}"
    )
    rows = await read(f"{pending.format('ready')} UNION ALL {pending.format('claimed')} LIMIT 1", (owner, before))
    return bool(rows)


async def elapsing(read: Read) -> int:
    """How many conversations are just told that their time has come."""
    ((count,),) = await read(
        "SELECT (SELECT count(*) FROM events WHERE state = 'ready' AND kind = 'Elapsed')"
        " + (SELECT count(*) FROM events WHERE state = 'claimed' AND kind = 'Elapsed')",
        (),
    )
    return int(count)


async def open_ones(read: Read, after: str, limit: int) -> list[Conversation]:
    """Those to which something is still to happen by itself, by request id, from the first one after `after`."""
    rows = await read(
        "SELECT body FROM conversations WHERE request > ? AND (due_at IS NOT NULL OR tell_at IS NOT NULL)"
        " ORDER BY request LIMIT ?",
        (after, limit),
    )
    return [Conversation.model_validate_json(str(body)) for (body,) in rows]


def timed_anew(now: Conversation) -> Statement:
    """The conversation is due at other times; nothing, if it made a step meanwhile."""
    return Statement(
        "UPDATE conversations SET due_at = ?, mails = ?, tell_at = ?, body = ? WHERE request = ? AND version = ?",
        (now.due_at, now.mails, now.tell_at, now.model_dump_json(), now.request, now.version),
    )
