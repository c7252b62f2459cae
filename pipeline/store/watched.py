"""Reads: what moves of mails are told by; and the mailboxes in which moves cannot be noticed now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from pipeline.clock import now
from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.conversation import Conversation, RejudgingWanted
from stages.flow import TALK
from stages.moving import About
from stages.placing import READ, Step

AT_ONCE = 500
"""Mails that one question to the store is about: none holds up the others for long."""
_READ = json.dumps([kind.__name__ for kind in READ])
_COME_FIRST = json.dumps([*(kind.__name__ for kind in TALK), RejudgingWanted.__name__])


class Watched(NamedTuple):
    """A mail, and what was recorded of filing it."""

    mail: str
    owner: str
    received_at: int
    steps: tuple[Step, ...]


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    all_ = list(ids)
    return (all_[start : start + AT_ONCE] for start in range(0, len(all_), AT_ONCE))


async def watched(read: Read, mails: Collection[str]) -> dict[str, Watched]:
    """Those of them that the store holds."""
    found: dict[str, Watched] = {}
    for some in _parts(mails):
        told = json.dumps(some)
        rows = await read(
            "SELECT id, owner, received_at FROM mails WHERE id IN (SELECT value FROM json_each(?))", (told,)
        )
        steps: dict[str, list[Step]] = {}
        for id, state, *event in await read(
            "SELECT id, state, kind, version, body FROM events WHERE mail IN (SELECT value FROM json_each(?))"
            " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq",
            (told, _READ),
        ):
            step = Step(str(id), str(state), decode(*event))
            steps.setdefault(step.event.mail, []).append(step)
        for mail, owner, at in rows:
            found[str(mail)] = Watched(str(mail), str(owner), int(at), tuple(steps.get(mail, ())))
    return found


async def about(read: Read, mails: Collection[str]) -> dict[str, About]:
    """What each of these mails is about, as it was judged last."""
    requests: dict[str, list[str]] = {}
    for some in _parts(mails):
        rows = await read(
            "SELECT judged.mail, json_extract(request.value, '$.id') FROM events AS judged,"
            " json_each(judged.body, '$.requests') AS request WHERE judged.seq IN (SELECT max(seq) FROM events"
            " WHERE kind = 'Enriched' AND mail IN (SELECT value FROM json_each(?)) GROUP BY mail)",
            (json.dumps(some),),
        )
        for mail, request in rows:
            requests.setdefault(str(mail), []).append(str(request))
    each = {mail: tuple(dict.fromkeys(named)) for mail, named in requests.items()}
    talked = await _talked(read, [named[0] for named in each.values() if len(named) == 1])
    return {
        mail: About(named, *talked.get(named[0], ("", None))) if len(named) == 1 else About(named)
        for mail, named in each.items()
    }


async def _talked(read: Read, requests: Collection[str]) -> dict[str, tuple[str, Conversation | None]]:
    """(the mail that brought it, the conversation about it) of each request."""
    found: dict[str, tuple[str, Conversation | None]] = {}
    for some in _parts(requests):
        rows = await read(
            "SELECT requests.id, coalesce(c.mail, requests.mail), c.body FROM requests"
            " LEFT JOIN conversations AS c ON c.request = requests.id"
            " WHERE requests.id IN (SELECT value FROM json_each(?))",
            (json.dumps(some),),
        )
        for request, mail, body in rows:
            known = None if body is None else Conversation.model_validate_json(str(body))
            found[str(request)] = (str(mail), known)
    return found


async def ordered(read: Read, mails: Collection[str]) -> frozenset[str]:
    """Those of these mails of whose request something is still to be taken in: it comes before a move of it."""
    found: set[str] = set()
    for some in _parts(mails):
        rows = await read(
            "SELECT DISTINCT mail FROM events WHERE mail IN (SELECT value FROM json_each(?))"
            " AND state IN ('ready', 'claimed') AND kind IN (SELECT value FROM json_each(?))",
            (json.dumps(some), _COME_FIRST),
        )
        found |= {str(mail) for (mail,) in rows}
    return frozenset(found)


# --- mailboxes that cannot be watched -----------------------------------------------------------------------------


def unwatched(mailbox: str, why: str) -> Statement:
    """That moves in a mailbox cannot be noticed now, and why; empty: they can."""
    if not why:
        return Statement("DELETE FROM unwatched WHERE mailbox = ?", (mailbox,))
    return Statement(
        "INSERT INTO unwatched (mailbox, why, since) VALUES (?, ?, ?)"
        " ON CONFLICT (mailbox) DO UPDATE SET why = excluded.why",
        (mailbox, why, now()),
    )


def all_watched() -> Statement:
    """A server starts: nothing is known to be amiss."""
    return Statement("DELETE FROM unwatched")


async def unwatched_now(read: Read) -> list[tuple[str, str, int]]:
    """(mailbox, why, since when, ms)."""
    rows = await read("SELECT mailbox, why, since FROM unwatched ORDER BY mailbox", ())
    return [(str(mailbox), str(why), int(since)) for mailbox, why, since in rows]
