"""What `salver status` says of conversations: how many stand how, what holds mails to an owner back."""

from __future__ import annotations

from pipeline.clock import moment, now
from pipeline.configuration import Configuration
from pipeline.store import follow_ups
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
        found.append(f"{owner.id}: follow-ups: {told or 'nothing is open'}{_digest(configuration, owner)}")
        found += [f"  {line}" for line in await _held_back(store, configuration, owner)]
    return found


def _digest(configuration: Configuration, owner: Owner) -> str:
    here = now()
    due = next_digest(here, configuration.follow_up, owner.zone)
    return "" if due is None else f"; next digest: {moment(due, here, owner.zone)}"


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
    for most, word, unit in ((told.per_day, "a day", DAY), (told.per_hour, "an hour", HOUR)):
        if (until := await full_until(store.read, owner.id, here, unit, most)) is not None:
            return [f"{what} until {moment(until, here, owner.zone)}: {most} mails {word} at most"]
    return []  # they are on their way
