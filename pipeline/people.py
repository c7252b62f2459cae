"""What `salver people` does: adds, counts and forgets the people an owner knows, and never shows one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.clock import now
from pipeline.commands import CommandError, owner_named
from pipeline.configuration import Configuration
from pipeline.people_files import Broken, People, read_people
from pipeline.profile_file import shortened
from pipeline.settings import told_settings
from pipeline.store import people as kept
from pipeline.store.log import Log
from pipeline.table import table
from stages.events import Tier
from stages.settings import Owner

_CALLED: dict[Tier, tuple[str, str]] = {
    "correspondent": ("correspondent", "correspondents"),
    "contact": ("contact", "contacts"),
    "connection": ("connection", "connections"),
}


def _owner(configuration: Configuration, address: str) -> Owner:
    settings, _ = told_settings(configuration)
    return settings.owner(owner_named(settings, address))


async def _store(configuration: Configuration) -> Log:
    return await Log.open(configuration.store.path, configuration.requests.name_window)


async def add(
    configuration: Configuration, paths: Iterable[Path], address: str, said: str
) -> tuple[list[str], list[str]]:
    """What is said of each file, and warnings. Every file is read before anything is kept. Raises CommandError."""
    owner = _owner(configuration, address)
    try:
        read = [(path, read_people(path, said, owner)) for path in paths]
    except Broken as error:
        raise CommandError(f"{error}. Nothing was added.") from None
    store = await _store(configuration)
    try:
        told = [_told(path, found, await _keep(store, owner, found)) for path, found in read]
    finally:
        await store.close()
    if any(found.people for _, found in read):
        told.append("Kept are hashes, no names and no addresses; Salver knows these people from the next mail on.")
    return told, [line for _, found in read for line in shortened(found.warnings)]


async def _keep(store: Log, owner: Owner, found: People) -> dict[Tier, int]:
    """The owner is nobody's acquaintance, though most address books hold them."""
    own = {*owner.accounts, *owner.addresses}
    others = [person for person in found.people if not own & set(person.addresses)]
    return await kept.add(store, owner.id, others, found.tier, found.source, now())


def _told(path: Path, found: People, new: dict[Tier, int]) -> str:
    parts = [f"{count} {_CALLED[tier][count != 1]}" for tier, count in new.items() if count]
    count = len(found.people)
    people = "1 person" if count == 1 else f"{count} people"
    return f"{path} ({found.source}): {people} in it; new: {', '.join(parts) or 'nobody'}."


async def listed(configuration: Configuration, address: str) -> str:
    """Counts by tier and source, and when they were added."""
    owner = _owner(configuration, address)
    if not configuration.store.path.exists():
        return _none(owner)
    store = await _store(configuration)
    try:
        counts = await kept.counts(store, owner.id)
    finally:
        await store.close()
    if not counts:
        return _none(owner)
    rows = [
        (_CALLED[each.tier][1], each.source, str(each.names), str(each.addresses), _day(each.added_at, owner))
        for each in counts
        if each.usable
    ]
    lost = sum(each.names + each.addresses for each in counts if not each.usable)
    lines = [f"People whom {owner.id} knows, as hashes:", table(("tier", "from", "names", "addresses", "added"), rows)]
    if lost:
        lines.append(
            f"{lost} more were hashed with a key that is gone, and are found no more: `salver people forget --all`, "
            "then add them again."
        )
    return "\n".join(lines)


def _none(owner: Owner) -> str:
    return f'Nobody was added for {owner.id} yet; `salver people add FILE` does (README, "People you know").'


def _day(at: int, owner: Owner) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(owner.zone).strftime("%Y-%m-%d")


async def forget(configuration: Configuration, address: str, tier: Tier | None) -> str:
    """Removes one tier, or all."""
    owner = _owner(configuration, address)
    if not configuration.store.path.exists():
        return _none(owner)
    store = await _store(configuration)
    try:
        gone = await kept.forget(store, owner.id, tier)
    finally:
        await store.close()
    return f"Forgotten: {gone} names and addresses of {_CALLED[tier][1] if tier else 'people'}."
