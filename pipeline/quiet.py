"""Looks once an hour whether a source went quiet: a forward, or an account. Its owner is told once, by the log's means.

Time in which nobody listened (Salver was stopped, a laptop slept) does not count as silence.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import structlog

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.store import sources
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.reading import reading
from pipeline.store.reads import Read
from pipeline.store.sources import Heard, Silence, Source
from stages.events import AlarmWanted
from stages.header import when
from stages.rhythm import HOUR, LOOKED_AT, Rhythm, rhythm_of, span
from stages.settings import Owner
from stages.sources import title_of
from stages.targets import IN_PLACE

log = structlog.get_logger()

EVERY_SECONDS = 3600.0
MISSED = 2 * HOUR
"""Where more than this lies between two looks, nobody was there to hear."""


class Known(NamedTuple):
    """What is known of one source. `silence` in ms: how long it could have been heard, and was not."""

    source: Source
    owner: Owner
    last: Heard
    rhythm: Rhythm | None
    """None: too few mails to tell"""
    silence: int
    told: bool

    @property
    def quiet(self) -> bool:
        return self.told or (self.rhythm is not None and self.rhythm.is_quiet(self.silence))

    @property
    def name(self) -> str:
        """For a person."""
        if self.source.account:
            return f"account {self.source.account}"
        return f"{title_of(self.source.network)} mail for {self.owner.id}"


async def watch(store: Log, configuration: Configuration, accounts: Callable[[], Mapping[str, int]]) -> None:
    """Look now and once an hour, until cancelled. `accounts()`: when each account's server last answered (ms)."""
    while True:
        try:
            await look(store, configuration, accounts(), now())
        except (sqlite3.Error, OSError, StoreError) as error:
            log.error("store_troubled", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def look(store: Log, configuration: Configuration, accounts: Mapping[str, int], at: int) -> None:
    """Note how long each source has been silent, and have those told of that went quiet."""
    async with reading(store.path) as read:  # not the log's own connection: it reads many mails, and none should wait
        before = await sources.silences(read)
        known = await _known(read, configuration, at)
    present = []
    for each in known:
        source, last = each.source, each.last
        if source.account and not accounts.get(source.account):
            continue  # it cannot be read now, or is not watched: that is another trouble, and told elsewhere
        noted = before.get(source.key)
        if noted is not None and noted.mail != last.mail and noted.told:
            log.info("source_heard_again", source=source.key)
        silence = _silence(last, noted, accounts.get(source.account, at), at, bool(source.account))
        await sources.note(store, source, Silence(last.mail, last.at, at, silence, False))
        told = noted is not None and noted.told and noted.mail == last.mail
        present.append(each._replace(silence=silence, told=told))
    if await sources.being_read(store.read):
        return  # the source may be heard in a moment
    for each in present:
        if each.quiet and not each.told and each.rhythm is not None:
            await _tell(store, configuration, each, each.rhythm, present, at)


def _silence(last: Heard, noted: Silence | None, answered: int, at: int, account: bool) -> int:
    """How long the source could have been heard since its last mail, and was not."""
    if account:  # a server that answers keeps what came meanwhile: all time up to its last answer counts
        return max(0, answered - last.at)
    if noted is None:
        return 0
    since = noted.checked_at if noted.mail == last.mail else max(noted.checked_at, last.at)
    listened = at - since if 0 <= at - noted.checked_at <= MISSED else 0
    return max(0, min(at - last.at, (noted.lasted if noted.mail == last.mail else 0) + listened))


async def _tell(
    store: Log, configuration: Configuration, quiet: Known, rhythm: Rhythm, all: Iterable[Known], at: int
) -> None:
    source, owner = quiet.source, quiet.owner
    others = [
        each.source.network
        for each in all
        if not source.account and not each.source.account and each.source.owner == source.owner
        # A mail from long after the silence began shows that the way is open.
        if not each.quiet and each.last.at > quiet.last.at + quiet.silence // 2
    ]
    alarm = AlarmWanted.model_validate(
        {
            "mail": quiet.last.mail,
            "owner": owner.id,
            "mailbox": IN_PLACE + source.account if source.account else owner.targets[0],
            "network": source.network or None,
            "account": source.account,
            "heard_at": quiet.last.at,
            "usual": rhythm.usual,
            "longest": rhythm.longest,
            "silence": quiet.silence,
            "years": rhythm.years(quiet.silence),
            "others": tuple(others),
            "port": configuration.smtp.listen,
            "at": at,
        }
    )
    if await store.ask(sources.alarm_event(quiet.last.mail), alarm):
        log.warning(
            "source_went_quiet", source=source.key, since=_time(quiet.last.at), usual_pause=span(rhythm.usual),
            silence=span(quiet.silence), todo="the mail in the owner's INBOX and `salver doctor` say what to check",
        )  # fmt: skip


async def known(read: Read, configuration: Configuration, at: int) -> tuple[Known, ...]:
    """Every source that was ever heard, as the running Salver noted it last. Only reads."""
    noted = await sources.silences(read)
    found = []
    for each in await _known(read, configuration, at):
        silence = noted.get(each.source.key)
        if silence is not None and silence.mail == each.last.mail:
            each = each._replace(silence=silence.lasted, told=silence.told)
        found.append(each)
    return tuple(found)


async def _known(read: Read, configuration: Configuration, at: int) -> list[Known]:
    owners = {owner.id: owner for owner in configuration.owner}
    found = []
    # Twice as far as a rhythm is looked at: one who is silent for months is still the same source.
    for source, mails in (await sources.heard(read, at - 2 * LOOKED_AT)).items():
        account = configuration.account_named(source.account) if source.account else None
        if source.owner in owners and (account is not None or not source.account):
            rhythm = rhythm_of(mail.at for mail in mails)
            found.append(Known(source, owners[source.owner], mails[-1], rhythm, 0, False))
    return found


def sentence(each: Known) -> str:
    """How a source is, for a person."""
    if each.quiet:
        usual = f"; a usual pause is {span(each.rhythm.usual)}" if each.rhythm else ""
        return f"{each.name} went quiet: nothing since {_time(each.last.at)}{usual}"
    if each.rhythm is None:
        return f"{each.name}: last heard {_time(each.last.at)}; too few mails yet to know its rhythm"
    return f"{each.name}: last heard {_time(each.last.at)}; a usual pause is {span(each.rhythm.usual)}"


async def lines(store: Log, configuration: Configuration) -> list[str]:
    """For `salver status`: the sources that went quiet."""
    quiet = [each for each in await known(store.read, configuration, now()) if each.quiet]
    return [f"{sentence(each)}. `salver doctor` says what to check." for each in quiet]


def _time(at: int) -> str:
    return f"{when(at):%Y-%m-%d %H:%M} UTC"
