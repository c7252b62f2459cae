"""The read model of conversations: their rows, and what is asked of them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.store.key import Key
from pipeline.store.writer import Statement
from stages.conversation import Advanced, Conversation, DigestWanted, Ordered, ReminderWanted, ReplyWanted
from stages.events import Event, Notice, Talk, Token
from stages.own_mail import own_id
from stages.wording.people import full_name

Read = Callable[[str, tuple[object, ...]], Awaitable[list[Any]]]
"""Rows of a query."""
MAILS = ("ReminderWanted", "DigestWanted", "ReplyWanted")
"""What becomes a mail to the owner, and counts against the caps."""

_ADVANCED = """INSERT INTO conversations
 (request, owner, network, profile, name, phase, version, due_at, mails, body, at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (request) DO UPDATE SET
 phase = excluded.phase, due_at = excluded.due_at, mails = excluded.mails, body = excluded.body, at = excluded.at,
 version = CASE WHEN version = excluded.version - 1 THEN excluded.version END"""
"""A step from any other version than the one before raises IntegrityError: something else happened meanwhile."""


def rows_of(event: Event, key: Key) -> Iterator[Statement]:
    """The statements that keep conversations and tokens in step with `event`."""
    if isinstance(event, Advanced):
        yield _advanced(event)
        if event.conversation.phase in ("withdrawn", "expired"):  # an invitation after that is a new request
            yield Statement("UPDATE requests SET settled_at = ? WHERE id = ?", (event.at, event.request))
            yield Statement("DELETE FROM aliases WHERE request = ?", (event.request,))
    elif isinstance(event, Ordered) and event.token:
        yield Statement("INSERT INTO uses (token, number) VALUES (?, ?)", (event.token, event.number))
    elif isinstance(event, DigestWanted):
        yield digest_made(event.owner, event.at)
        for line in event.sample:
            yield Statement(
                "INSERT OR IGNORE INTO samples (request, owner, drawn_at) VALUES (?, ?, ?)",
                (line.request, event.owner, event.at),
            )
    if isinstance(event, ReminderWanted | DigestWanted | ReplyWanted) and (requests := answerable(event)):
        yield Statement(
            "INSERT OR REPLACE INTO tokens (token, owner, requests, expires_at) VALUES (?, ?, ?, ?)",
            (hash_of(answer_token(key, event)), event.owner, json.dumps(requests), event.answer_until),
        )


def _advanced(event: Advanced) -> Statement:
    now = event.conversation
    return Statement(
        _ADVANCED,
        (
            now.request,
            now.owner,
            now.network,
            now.about.profile_url.value,
            full_name(now.about.name.value or ""),
            now.phase,
            now.version,
            now.due_at,
            now.mails,
            now.model_dump_json(),
            event.at,
        ),
    )


def digest_made(owner: str, at: int) -> Statement:
    """Note that a digest was made, or that there was nothing to tell."""
    return Statement(
        "INSERT INTO digests (owner, made_at) VALUES (?, ?)"
        " ON CONFLICT (owner) DO UPDATE SET made_at = excluded.made_at",
        (owner, at),
    )


# --- tokens -------------------------------------------------------------------------------------------------------


def answerable(event: ReminderWanted | DigestWanted | ReplyWanted) -> tuple[str, ...]:
    """The requests that a mail of ours can be answered about, by number from 1."""
    if isinstance(event, ReminderWanted):
        return (event.request,)
    if isinstance(event, ReplyWanted):
        return event.requests
    return tuple(line.request for line in event.lines)


def answer_token(key: Key, event: Event) -> str:
    """The token in a mail of ours: 128 bits that only this installation can make, as 26 letters and digits."""
    id = own_id(event)
    numbers = (key.number(f"answer {half}", id) for half in (1, 2))
    raw = b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)
    return base64.b32encode(raw).decode().rstrip("=").lower()


def hash_of(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.lower().encode("utf-8", "replace")).hexdigest()


async def known_token(read: Read, token: str) -> Token | None:
    """What a token that we made is worth; None for any other."""
    hashed = hash_of(token)
    rows = await read("SELECT owner, requests, expires_at FROM tokens WHERE token = ?", (hashed,))
    if not rows:
        return None
    owner, requests, expires_at = rows[0]
    used = await read("SELECT number FROM uses WHERE token = ? ORDER BY number", (hashed,))
    named = json.loads(str(requests))
    mails = await mails_of(read, named)
    return Token(
        hash=hashed,
        owner=str(owner),
        requests=tuple(named),
        mails=tuple(mails.get(request, "") for request in named),
        used=tuple(int(number) for (number,) in used),
        expires_at=int(expires_at),
    )


async def mails_of(read: Read, requests: Iterable[str]) -> dict[str, str]:
    """The mail that brought each request, as far as they are known."""
    told = json.dumps(list(requests))
    rows = await read(
        "SELECT id, mail FROM requests WHERE id IN (SELECT value FROM json_each(?1)) UNION ALL"
        " SELECT request, json_extract(body, '$.mail') FROM conversations"
        " WHERE request IN (SELECT value FROM json_each(?1))",
        (told,),
    )
    return {str(request): str(mail) for request, mail in rows}


# --- asked of them ------------------------------------------------------------------------------------------------


async def conversation_of(read: Read, request: str) -> Conversation | None:
    rows = await read("SELECT body FROM conversations WHERE request = ?", (request,))
    return Conversation.model_validate_json(str(rows[0][0])) if rows else None


async def talks_of(read: Read, owner: str, network: str, notice: Notice) -> tuple[Talk, ...]:
    """Conversations that a message of this person may belong to: of their profile, or of their name and no other."""
    profile, name = notice.profile_url.value, full_name(notice.name.value or "")
    rows = await read(
        "SELECT request, json_extract(body, '$.mail'), profile IS NOT NULL AND profile IS ?3,"
        " json_extract(body, '$.came_at') FROM conversations WHERE owner = ?1 AND network = ?2"
        " AND phase IN ('to_ask', 'asked', 'answered', 'silent', 'snoozed', 'accepted', 'expired', 'owed')"
        " AND (profile = ?3 OR (name = ?4 AND name != '' AND (profile IS NULL OR ?3 IS NULL)))"
        " ORDER BY 3 DESC, 4 DESC",
        (owner, network, profile, name),
    )
    return tuple(
        Talk(request=str(request), mail=str(mail), surely=bool(surely), came_at=int(came_at))
        for request, mail, surely, came_at in rows
    )


async def asked_at_of(read: Read, owner: str, network: str, notice: Notice) -> int | None:
    """When a question to this person was asked, or came up, last: by their profile, else by name and headline."""
    profile, name = notice.profile_url.value, full_name(notice.name.value or "")
    headline = notice.headline.value
    rows = await read(
        "SELECT max(coalesce(json_extract(body, '$.asked_at'), json_extract(body, '$.came_at')))"
        " FROM conversations JOIN requests ON requests.id = conversations.request"
        " WHERE conversations.owner = ?1 AND conversations.network = ?2 AND requests.proven AND ("
        " profile = ?3 OR (conversations.name = ?4 AND conversations.name != '' AND (profile IS NULL OR ?3 IS NULL)"
        " AND requests.headline IS ?5))"
        " AND (phase IN ('to_ask', 'snoozed') OR json_extract(body, '$.asked_at') IS NOT NULL)",
        (owner, network, profile, name, headline),
    )
    return None if rows[0][0] is None else int(rows[0][0])


class Due(NamedTuple):
    """A conversation whose time has come."""

    request: str
    mail: str
    owner: str
    version: int
    mails: bool


async def due(read: Read, at: int, mails: bool, limit: int, owner: str | None = None) -> list[Due]:
    """Conversations that are due and not being handled: the longest due first, of mails the best known first."""
    order = "json_extract(body, '$.score') DESC, due_at, request" if mails else "due_at, request"
    rows = await read(
        "SELECT request, json_extract(body, '$.mail'), owner, version, mails FROM conversations AS c"  # noqa: S608
        " WHERE due_at <= ?1 AND mails = ?2 AND (?4 IS NULL OR owner = ?4) AND NOT EXISTS"
        " (SELECT 1 FROM events WHERE events.id = c.request || '.time' || c.version)"
        f" ORDER BY {order} LIMIT ?3",
        (at, mails, limit, owner),
    )
    return [Due(str(r), str(m), str(o), int(v), bool(k)) for r, m, o, v, k in rows]


async def next_due(read: Read) -> int | None:
    """When time acts on the next conversation (ms)."""
    ((at,),) = await read("SELECT min(due_at) FROM conversations WHERE due_at IS NOT NULL", ())
    return None if at is None else int(at)


async def mailed(read: Read, owner: str, since: int) -> int:
    """How many mails were made for this owner since then. What a clock that was set back left ahead counts too."""
    ((count,),) = await read(
        "SELECT count(*) FROM events WHERE owner = ? AND created_at > ?"
        " AND kind IN ('ReminderWanted', 'DigestWanted', 'ReplyWanted')",
        (owner, since),
    )
    return int(count)


async def being_reminded(read: Read, owner: str) -> bool:
    """Whether a conversation of theirs is just being moved by time, so that a mail may come of it."""
    ((found,),) = await read(
        "SELECT EXISTS (SELECT 1 FROM events WHERE owner = ? AND kind IN ('Elapsed', 'Listed')"
        " AND state IN ('ready', 'claimed'))",
        (owner,),
    )
    return bool(found)


async def conversations(read: Read, owner: str, phases: Iterable[str]) -> list[Conversation]:
    """Those of an owner in these phases, the oldest step first."""
    rows = await read(
        "SELECT body FROM conversations WHERE owner = ? AND phase IN (SELECT value FROM json_each(?)) ORDER BY at",
        (owner, json.dumps(list(phases))),
    )
    return [Conversation.model_validate_json(str(body)) for (body,) in rows]


async def last_digest(read: Read, owner: str) -> int | None:
    rows = await read("SELECT made_at FROM digests WHERE owner = ?", (owner,))
    return int(rows[0][0]) if rows else None
