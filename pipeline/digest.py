"""What a digest would hold now: asks the store, draws the sample, and lets the pure plan decide."""

from __future__ import annotations

import contextlib
import hashlib
from typing import NamedTuple

from pipeline.store import digests, going, proposals, rulings, shadows
from pipeline.store.digests import Last
from pipeline.store.migrations import StoreError
from pipeline.store.reads import Read
from stages.conversation import Conversation, DigestWanted, Listed
from stages.digest import Waiting, listed, plan, sampled
from stages.durations import DAY, HOUR
from stages.emptying import terms_of
from stages.estimate import SPAN, draw, estimate
from stages.learning import Teachable
from stages.settings import Owner, Settings
from stages.targets import targets_of

EARLY = 2 * HOUR
"""What is due so soon after a digest comes in it, and not in the next one: `3d` after a digest a digest is made."""
ALONE = 7 * DAY - EARLY
"""How long after the last digest a sample is worth a mail of its own."""

NAMED = 3
"""People who are named of those whose requests a lesson would have decided otherwise."""


class Made(NamedTuple):
    """A digest, and what naming requests in it means to their conversations."""

    digest: DigestWanted
    listed: tuple[Listed, ...]


async def made(
    read: Read, settings: Settings, owner: Owner, at: int, last: Last | None, slot: int, overflow: bool = False
) -> Made | None:
    """The owner's digest of this slot, made at `at`; None: there is nothing to tell. Changes nothing."""
    last = last or Last(0, 0, 0)
    id = _id(owner.id, slot, last.number, overflow)
    waiting = await _waiting(read, settings, owner, id, at, overflow)
    if (terms := terms_of(settings)) is not None and not overflow:
        waiting = waiting._replace(going=await going.nearing(read, owner.id, terms, at))
    if not overflow:
        waiting = waiting._replace(refused=await rulings.kept_back(read, owner.id))
    if settings.shadow is not None and not overflow:
        waiting = waiting._replace(shadow=await shadows.week_of(read, settings.shadow, owner.id, at))
    if not overflow:
        waiting = waiting._replace(lessons=await _lessons(read, owner))
    alone = at - last.made_at >= ALONE
    digest = plan(owner, id, waiting, settings.follow_up, at, overflow=overflow, alone=alone)
    return None if digest is None else Made(digest, listed(digest, waiting))


async def _lessons(read: Read, owner: Owner) -> tuple[Teachable, ...]:
    """What is proposed to the owner, as far as this Salver understands it."""
    found = []
    for each in await proposals.proposals(read, owner.id, ("open",)):
        with contextlib.suppress(StoreError):
            told = each.proposal
            names = (change.name for change in told.changes if change.said is None and change.name)
            found.append(
                Teachable(
                    lesson=each.id,
                    says=told.says,
                    right=told.right,
                    of=told.of,
                    changed=told.uncorrected,
                    names=tuple(dict.fromkeys(names))[:NAMED],
                )
            )
    return tuple(found)


def _id(owner: str, slot: int, number: int, overflow: bool) -> str:
    """Names the digest, as a mail is named: the same for every attempt, another one for the same time lived twice."""
    told = f"digest\0{owner}\0{slot}\0{number}\0{overflow}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


async def _waiting(read: Read, settings: Settings, owner: Owner, id: str, at: int, overflow: bool) -> Waiting:
    told = settings.follow_up
    until = at if overflow else at + EARLY

    async def tell(phase: str) -> tuple[tuple[Conversation, ...], int]:
        return await digests.to_tell(read, owner.id, phase, until, told.digest_size)

    asks, more = await tell("to_ask")
    owed, _ = await tell("owed")
    asked = [known for phase in ("answered", "asked") for known in (await tell(phase))[0]]
    news = () if overflow else await digests.changed(read, owner.id, at, told.digest_size)
    changed = {known.request: known for known in (*asked, *news) if known.phase != "owed"}
    waiting = Waiting(asks, more, owed, tuple(changed.values()), await digests.week_of(read, owner.id, at))
    return waiting if overflow else await _with_sample(read, settings, owner, waiting, id, at)


async def _with_sample(read: Read, settings: Settings, owner: Owner, waiting: Waiting, seed: str, at: int) -> Waiting:
    """The same with ugly requests drawn at random, and what those that were drawn before tell of the rest."""
    count, since = settings.follow_up.sample, at - SPAN
    left, before = await digests.undrawn(read, owner.id, since), await digests.drawn(read, owner.id, since)
    ugly = len(left) + before.shown
    found = await digests.judged(read, draw(left, count, seed)) if count else {}
    first = next(iter(found.values()), None)
    return waiting._replace(
        sample=tuple(sampled(decision, enriched) for decision, enriched in found.values()),
        estimate=estimate(ugly, before.shown, before.looked, before.good),
        mailbox=next(iter(targets_of(first[1], settings)), "") if first else "",
    )
