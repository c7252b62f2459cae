"""Sources of mails -> the log: each mail once, whatever was imported before, by however many ways it came."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.clock import new_mail_id
from pipeline.importing.mbox import Item
from pipeline.importing.progress import bar
from pipeline.importing.sources import Source
from pipeline.importing.trouble import SourceTrouble
from pipeline.store import imports, watches
from pipeline.store.log import Log
from stages.events import Imported, Received
from stages.fingerprint import fingerprint
from stages.settings import Owner

MAILS = 64
"""Mails that are kept in one commit; of those left out, more are looked at."""
OCTETS = 8_000_000
LOOKED_AT = 2_000


class Aim(NamedTuple):
    """For whom mails are taken, and what for."""

    owner: Owner
    imported: Imported
    run: str
    period: str = ""
    """as it was asked for: what was left out as too old then must be looked at again for a longer one"""


async def take(store: Log, source: Source, aim: Aim) -> Counter[str]:
    """Keep the mails of a source. Counts new ones, known ones, and those left out by their reasons.

    Raises SourceTrouble; what was read before that is kept, and `trouble.counts` are its numbers.
    """
    counts: Counter[str] = Counter()
    key = f"{source.key}:{aim.owner.id}:{aim.imported}:{aim.period}"
    seen = await watches.seen_of(store, key) if source.key else None
    items = source.mails(seen)
    with bar(source.name, source.octets) as advance:
        while True:
            batch, trouble = await asyncio.to_thread(_batch, items)
            counts += await _keep(store, [item for item in batch if item.raw], aim)
            counts += Counter(item.left_out for item in batch if item.left_out)
            if source.key and (marks := [item.seen for item in batch if item.seen]):
                await watches.saw(store, key, *marks[-1])
            advance(sum(item.octets for item in batch) if source.octets else len(batch))
            if trouble is not None:
                raise Interrupted(str(trouble), counts)
            if not batch:
                return counts


class Interrupted(SourceTrouble):
    """A source could not be read on; `counts` are those of what was read before."""

    def __init__(self, text: str, counts: Counter[str]) -> None:
        super().__init__(text)
        self.counts = counts


def _batch(items: Iterator[Item]) -> tuple[list[Item], SourceTrouble | None]:
    """The next items, few and small enough to be held at once; empty at the end. And what went wrong behind them."""
    batch: list[Item] = []
    kept = octets = 0
    try:
        for item in items:
            batch.append(item)
            kept += bool(item.raw)
            octets += len(item.raw)
            if kept >= MAILS or octets >= OCTETS or len(batch) >= LOOKED_AT:
                break
    except SourceTrouble as trouble:
        return batch, trouble
    return batch, None


async def _keep(store: Log, mails: list[Item], aim: Aim) -> Counter[str]:
    """A mail that is only judged goes under a name of its own: when it comes in again for real, it is to be filed."""
    named: dict[str, Item] = {}
    for item in mails:
        named.setdefault(await asyncio.to_thread(fingerprint, item.raw), item)
    asked = [*named, *(f"judged {name}" for name in named)] if aim.imported == "judge" else [*named]
    held = await imports.held(store, aim.owner.id, asked)
    new = {
        name: item
        for name, item in named.items()
        if name not in held and (aim.imported == "file" or f"judged {name}" not in held)
    }
    await asyncio.gather(*(_append(store, item, name, aim) for name, item in new.items()))
    return Counter(new=len(new), known=len(mails) - len(new))


async def _append(store: Log, item: Item, name: str, aim: Aim) -> None:
    received = Received(
        mail=new_mail_id(),
        owner=aim.owner.id,
        blob=new_mail_id(),
        size=len(item.raw),
        mail_from="",
        rcpt_to=aim.owner.addresses[:1],
        protocol="import",
        received_at=item.at,
        imported=aim.imported,
        run=aim.run,
    )
    await store.append((received,), item.raw, f"judged {name}" if aim.imported == "judge" else name)
