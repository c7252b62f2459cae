"""Edge: RereadWanted ==read again==> Enriched; and what reading every mail since a day would change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import structlog

from pipeline.errors import ReaderDied, StageRaised
from pipeline.reader import Reader
from pipeline.store import state
from pipeline.store.log import Log
from pipeline.store.remembered import still
from pipeline.store.rereading import Kept, Last, kept_since, last_of
from stages.enrich import ask
from stages.events import Enriched, LookupWanted, Routed, Seal, Signature
from stages.flow import follow
from stages.own_mail import mark_of
from stages.rereading import Change, RereadWanted, again, asks_for_others, changes
from stages.settings import Settings

log = structlog.get_logger()


Prove = Callable[[LookupWanted], Awaitable[tuple[tuple[Signature, ...], Seal | None]]]


async def reread(
    store: Log, reader: Reader, settings: Settings, prove: Prove, wanted: RereadWanted
) -> tuple[Enriched, ...]:
    """The mail as it is read now; nothing if it is read as it was, or if its octets are gone.

    Its proofs are those of the day it came, unless nobody asked for the right ones then: its network was not known, or
    the original inside it was not found.
    """
    last = await last_of(store, wanted.mail)
    if last is None:
        return ()
    try:
        received, raw = await store.load(wanted.mail)
    except KeyError:
        return ()
    if await _is_ours(store, raw):
        return ()
    new = await reader.read(received, raw)
    told = changes(last.enriched.parsed, new)
    if not told:
        return ()
    looked_up = last.looked_up
    if asks_for_others(looked_up.parsed, new):
        signatures, seal = await prove(*ask(new, settings))
        looked_up = looked_up.model_copy(update={"signatures": signatures, "seal": seal})
    enriched = again(looked_up, last.enriched, new, wanted.at, settings)
    requests = [
        request.model_copy(update={"memory": await still(store.read, request.memory)}) for request in enriched.requests
    ]
    log.info("mail_read_anew", mail=wanted.mail, owner=wanted.owner, changed=len(told))
    return (enriched.model_copy(update={"requests": tuple(requests)}),)


class Seen(NamedTuple):
    """What reading one mail again would change. `trouble`: why that cannot be said, in words."""

    kept: Kept
    last: Last | None = None
    changes: tuple[Change, ...] = ()
    routed: Routed | None = None
    """the decision that it would lead to"""
    trouble: str = ""

    unproven: bool = False
    """its signatures are asked for when it is applied: today's reader looks for others"""

    @property
    def moves(self) -> bool:
        """Whether it would lie elsewhere."""
        return self.routed is not None and self.last is not None and self.routed.folder != self.last.routed.folder


async def seen_since(
    store: Log, reader: Reader, settings: Settings, since: int, until: int, network: str
) -> AsyncIterator[Seen]:
    """Each mail that came from `since` on (ms), in order, those of one network if it is named. A few at a time."""
    after = ""
    while page := await kept_since(store, since, after):
        after = page[-1].mail
        step = max(1, len(reader.children))
        for at in range(0, len(page), step):
            told = await asyncio.gather(
                *(seen_now(store, reader, settings, kept, until, network) for kept in page[at : at + step])
            )
            for each in told:
                if each is not None:
                    yield each


async def seen_now(
    store: Log, reader: Reader, settings: Settings, kept: Kept, at: int, network: str = ""
) -> Seen | None:
    """What reading this mail again would change, as the store stands now; None: it is of another network, or ours."""
    last = await last_of(store, kept.mail)
    if last is None:
        return None if network else Seen(kept, trouble="it is not judged yet")
    if kept.size is None:
        return Seen(kept, last, trouble="its octets are no longer in the store") if _is_of(last, network) else None
    received, raw = await store.load(kept.mail)
    if await _is_ours(store, raw):
        return None
    try:
        new = await reader.read(received, raw)
    except (ReaderDied, StageRaised) as error:
        return Seen(kept, last, trouble=str(error)) if _is_of(last, network) else None
    if network and new.network != network and not _is_of(last, network):
        return None
    told = changes(last.enriched.parsed, new)
    if not told:
        return Seen(kept, last)
    try:
        made = follow(again(last.looked_up, last.enriched, new, at, settings), settings)
        routed = next(event for event in made if isinstance(event, Routed))
    except KeyError:
        return Seen(kept, last, trouble="its owner is not in this configuration")
    return Seen(kept, last, told, routed, unproven=asks_for_others(last.looked_up.parsed, new))


async def _is_ours(store: Log, raw: bytes) -> bool:
    """Whether it is a mail of our own that came back."""
    mark = mark_of(raw)
    return bool(mark) and await state.wrote(store, mark)


def _is_of(last: Last, network: str) -> bool:
    return not network or last.enriched.parsed.network == network
