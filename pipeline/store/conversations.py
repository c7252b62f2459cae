"""The read model of conversations: their rows, and what is asked of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator

from pipeline.store.key import Key
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.conversation import (
    Advanced,
    Conversation,
    DigestWanted,
    Ordered,
    OwnMail,
    ReminderWanted,
    ReplyWanted,
)
from stages.events import Event, Notice, Talk
from stages.own_mail import own_id
from stages.recipients import hash_of
from stages.wording.people import full_name

_ADVANCED = """INSERT INTO conversations
 (request, owner, mail, network, profile, name, phase, version, score, proven, came_at, told, due_at, mails, tell_at,
 body, at, news) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?18, 0))
 ON CONFLICT (request) DO UPDATE SET phase = excluded.phase, told = excluded.told, due_at = excluded.due_at,
 mails = excluded.mails, tell_at = excluded.tell_at, body = excluded.body, at = excluded.at,
 news = coalesce(?18, news),
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
    elif isinstance(event, ReminderWanted):
        yield Statement("UPDATE conversations SET news = 0 WHERE request = ?", (event.request,))
    if isinstance(event, OwnMail) and (requests := answerable(event)):
        yield Statement(
            "INSERT OR REPLACE INTO tokens (token, owner, requests, sample, turn, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                hash_of(answer_token(key, event)),
                event.owner,
                json.dumps(requests),
                json.dumps(_sample(event)),
                event.turn if isinstance(event, ReplyWanted) else 0,
                event.answer_until,
            ),
        )
    if isinstance(event, ReplyWanted) and event.token:
        yield Statement("UPDATE tokens SET turn = max(turn, ?) WHERE token = ?", (event.turn, event.token))


def _advanced(event: Advanced) -> Statement:
    now = event.conversation
    return Statement(
        _ADVANCED,
        (
            now.request,
            now.owner,
            now.mail,
            now.network,
            now.about.profile_url.value,
            full_name(now.about.name.value or ""),
            now.phase,
            now.version,
            now.score,
            now.proven,
            now.came_at,
            now.reminders,
            now.due_at,
            now.mails,
            now.tell_at,
            now.model_dump_json(),
            event.at,
            _news(event),
        ),
    )


def _news(event: Advanced) -> bool | None:
    """Whether the step is something to tell the owner, in the next digest; None: it changes nothing about that."""
    if event.by is not None:
        return False  # they know
    ended = event.was != event.conversation.phase and event.conversation.phase in ("silent", "accepted", "expired")
    return True if ended or event.cue in ("answer", "maybe") else None


# --- tokens -------------------------------------------------------------------------------------------------------


def answerable(event: OwnMail) -> tuple[str, ...]:
    """The requests that a mail of ours can be answered about, by number from 1."""
    if isinstance(event, ReminderWanted):
        return (event.request,)
    if isinstance(event, ReplyWanted):
        return event.requests
    return tuple(line.request for line in event.lines)


def _sample(event: OwnMail) -> tuple[int, ...]:
    """The numbers of those that were drawn at random."""
    if isinstance(event, DigestWanted):
        return tuple(line.number for line in event.sample)
    return event.sample if isinstance(event, ReplyWanted) else ()


def answer_token(key: Key, event: Event) -> str:
    """The token in a mail of ours: 128 bits that only this installation can make, as 26 letters and digits."""
    id = own_id(event)
    numbers = (key.number(f"answer {half}", id) for half in (1, 2))
    raw = b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)
    return base64.b32encode(raw).decode().rstrip("=").lower()


async def mails_of(read: Read, requests: Iterable[str]) -> dict[str, str]:
    """The mail that brought each request, as far as they are known."""
    told = json.dumps(list(requests))
    rows = await read(
        "SELECT id, mail FROM requests WHERE id IN (SELECT value FROM json_each(?1)) UNION ALL"
        " SELECT request, mail FROM conversations WHERE request IN (SELECT value FROM json_each(?1))",
        (told,),
    )
    return {str(request): str(mail) for request, mail in rows}


# --- asked of them ------------------------------------------------------------------------------------------------


async def conversation_of(read: Read, request: str) -> Conversation | None:
    rows = await read("SELECT body FROM conversations WHERE request = ?", (request,))
    return Conversation.model_validate_json(str(rows[0][0])) if rows else None


_TALKS = """SELECT request, mail, profile IS NOT NULL AND profile IS ?3, came_at, json_extract(body, '$.asked_at'),
 phase, profile, NOT EXISTS (SELECT 1 FROM requests WHERE requests.id = conversations.request)
 FROM conversations WHERE owner = ?1 AND network = ?2 AND (profile = ?3 OR (name = ?4 AND name != '' AND
 (profile IS NULL OR ?3 IS NULL OR instr(profile, '/profile/view?') != instr(?3, '/profile/view?'))))"""
"""Of the same profile, or of the same full name where profiles do not tell the two apart: one mail shows none, or it
shows a number (before 2017) where the other shows a name. A different profile is somebody else."""

_NAMESAKES = """SELECT called.request, requests.mail, who.alias IS ?3, requests.created_at, NULL, 'none', who.alias, 0
 FROM aliases AS called JOIN requests ON requests.id = called.request
 JOIN aliases AS who ON who.request = called.request AND who.level = 1
 WHERE called.owner = ?1 AND called.network = ?2 AND called.level = 2 AND called.proven IN (0, 1)
 AND called.alias >= ?4 AND called.alias < ?5 AND (?3 IS NULL OR who.alias = ?3)
 AND NOT EXISTS (SELECT 1 FROM conversations WHERE conversations.request = called.request)"""
"""People of the same name who want to connect, and whom nobody asks: a message may be theirs."""


async def talks_of(read: Read, owner: str, network: str, notice: Notice) -> tuple[Talk, ...]:
    """What a message of this person may belong to, whatever became of it: by profile, or by name and no other."""
    profile, name = notice.profile_url.value, notice.name.value or ""
    rows = await read(_TALKS, (owner, network, profile, full_name(name)))
    if full_name(name):
        folded = " ".join(name.casefold().split())
        rows += await read(_NAMESAKES, (owner, network, profile, f"{folded}|", f"{folded}}}"))
    return tuple(
        Talk(
            request=str(request),
            mail=str(mail),
            surely=bool(surely),
            came_at=int(came_at),
            asked_at=None if asked_at is None else int(asked_at),
            phase=str(phase),
            person=str(person or ""),
            owed=bool(owed),
        )
        for request, mail, surely, came_at, asked_at, phase, person, owed in rows
    )


async def asked_at_of(read: Read, owner: str, network: str, notice: Notice) -> int | None:
    """When a question to this person was asked, or came up, last: by their profile, else by name and headline."""
    profile, name = notice.profile_url.value, full_name(notice.name.value or "")
    headline = notice.headline.value
    rows = await read(
        "SELECT max(coalesce(json_extract(body, '$.asked_at'), came_at))"
        " FROM conversations JOIN requests ON requests.id = conversations.request"
        " WHERE conversations.owner = ?1 AND conversations.network = ?2 AND requests.proven AND ("
        " profile = ?3 OR (conversations.name = ?4 AND conversations.name != '' AND (profile IS NULL OR ?3 IS NULL)"
        " AND requests.headline IS ?5))"
        " AND (phase IN ('to_ask', 'snoozed') OR json_extract(body, '$.asked_at') IS NOT NULL)",
        (owner, network, profile, name, headline),
    )
    return None if rows[0][0] is None else int(rows[0][0])
