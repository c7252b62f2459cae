"""Reads: what a token in an answer by mail is worth."""

from __future__ import annotations

import json
from collections.abc import Iterable

import structlog

from pipeline.store.conversations import mails_of
from pipeline.store.due import room
from pipeline.store.proposals import standing_of
from pipeline.store.reads import Read
from stages.calm import FollowUp
from stages.events import LookupWanted, Standing, Token

log = structlog.get_logger()


async def answered_with(read: Read, wanted: LookupWanted, told: FollowUp, at: int) -> Token | None:
    """What the token of a mail is worth, and how many mails its owner may get just now; None: we made none such."""
    token = await known_token(read, wanted.token) if wanted.token else None
    if token is None or token.owner != wanted.owner:
        if wanted.token:
            log.warning("answer_not_known", mail=wanted.mail, owner=wanted.owner)
        return token
    said = [each.lesson for each in wanted.parsed.reply.lessons] if wanted.parsed.reply is not None else []
    return token.model_copy(
        update={
            "room": await room(read, wanted.owner, told, at),
            "proposals": await standing_of(read, wanted.owner, said) if said else (),
        }
    )


async def is_ours(read: Read, hashed: str) -> bool:
    """Whether we made a token with this hash."""
    return bool(hashed) and bool(await read("SELECT 1 FROM tokens WHERE token = ?", (hashed,)))


async def known_token(read: Read, hashed: str) -> Token | None:
    """What a token that we made is worth, by its hash; None for any other."""
    rows = await read("SELECT owner, requests, sample, turn, expires_at FROM tokens WHERE token = ?", (hashed,))
    if not rows:
        return None
    owner, requests, sample, turn, expires_at = rows[0]
    used = await read("SELECT number FROM uses WHERE token = ? ORDER BY number", (hashed,))
    named = json.loads(str(requests))
    mails = await mails_of(read, named)
    return Token(
        hash=hashed,
        owner=str(owner),
        requests=tuple(named),
        mails=tuple(mails.get(request, "") for request in named),
        standing=await _standing(read, named),
        sample=tuple(json.loads(str(sample))),
        used=tuple(int(number) for (number,) in used),
        expires_at=int(expires_at),
        turn=int(turn),
    )


async def _standing(read: Read, requests: Iterable[str]) -> tuple[Standing, ...]:
    """How each of these requests stands."""
    told = list(requests)
    rows = await read(
        "SELECT value, coalesce(requests.name, json_extract(body, '$.about.name.value')), phase,"
        " json_extract(body, '$.asked_at') IS NOT NULL, json_extract(body, '$.maybe_at') IS NOT NULL FROM json_each(?)"
        " LEFT JOIN requests ON requests.id = value LEFT JOIN conversations ON conversations.request = value",
        (json.dumps(told),),
    )
    known = {
        str(id): Standing(name=str(name or ""), phase=str(phase or ""), asked=bool(asked), maybe=bool(maybe))
        for id, name, phase, asked, maybe in rows
    }
    return tuple(known[request] for request in told)
