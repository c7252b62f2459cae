"""What `salver status` says of conversations: how many stand how, what holds mails to an owner back."""

from __future__ import annotations

from pipeline.clock import moment, now
from pipeline.configuration import Configuration
from pipeline.store import follow_ups
from pipeline.store.corrections import count_since
from pipeline.store.digests import last_of
from pipeline.store.due import full_until
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.calm import free_from, next_digest
from stages.conversation import Phase
from stages.durations import DAY, HOUR
from stages.settings import Owner

_COUNTED: dict[Phase, str] = {
    "to_ask": "to ask",
    "asked": "asked",
    "answered": "answered",
    "owed": "to answer",
    "snoozed": "snoozed",
}


async def lines(store: Log, configuration: Configuration) -> list[str]:
    """How many conversations of each owner stand how, when the next digest comes, and what holds mails back."""
    found: list[str] = []
    for owner in configuration.owner:
        counts = await follow_ups.phases(store.read, owner.id)
        if not counts:
            continue
        told = ", ".join(f"{counts[phase]} {word}" for phase, word in _COUNTED.items() if counts[phase])
        found.append(f"{owner.id}: follow-ups: {told or 'nothing is open'}{await _digest(store, configuration, owner)}")
        found += [f"  {line}" for line in await _held_back(store, configuration, owner)]
    return found


async def corrected(store: Log, configuration: Configuration) -> list[str]:
    """How many verdicts each owner corrected in the last seven days, where any."""
    since = now() - 7 * DAY
    found = {owner.id: await count_since(store.read, owner.id, since) for owner in configuration.owner}
    return [
        f"{owner}: verdicts you corrected in the last 7 days: {count} (`salver corrections` lists them)"
        for owner, count in found.items()
        if count
    ]


async def _digest(store: Log, configuration: Configuration, owner: Owner) -> str:
    here, told = now(), configuration.follow_up
    last = await last_of(store.read, owner.id)
    due = next_digest(here if last is None or last.slot > here else last.slot, told, owner.zone)
    if due is None:
        return ""
    if due > here:
        return f"; next digest: {moment(due, here, owner.zone)}"
    until = await _full_until(store, configuration, owner, here)
    return "; a digest is due" + (f" and waits until {until}" if until else "")


async def _full_until(store: Log, configuration: Configuration, owner: Owner, here: int) -> str:
    """Until when the measure of mails to them is full, and which measure; empty: it is not."""
    told = configuration.follow_up
    for most, word, unit in ((told.per_day, "a day", DAY), (told.per_hour, "an hour", HOUR)):
        if (until := await full_until(store.read, owner.id, here, unit, most)) is not None:
            return f"{moment(until, here, owner.zone)}: {most} mails {word} at most"
    return ""


async def _held_back(store: Log, configuration: Configuration, owner: Owner) -> list[str]:
    """Reminders that are due, and why they wait."""
    here, told = now(), configuration.follow_up
    waiting = await follow_ups.reminders_due(store.read, owner.id, here)
    if not waiting:
        return []
    what = "1 reminder waits" if waiting == 1 else f"{waiting} reminders wait"
    free = free_from(here, told, owner.zone)
    if not served(configuration.store.path):
        return [f"{what}: Salver is not running"]
    if free > here:
        return [f"{what} until {moment(free, here, owner.zone)}: you want no mail now (quiet hours, weekends)"]
    until = await _full_until(store, configuration, owner, here)
    return [f"{what} until {until}"] if until else []  # else they are on their way
