"""`salver import`, from the paths a person names to the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.accounts.session import Session
from pipeline.accounts.tokens import token_of
from pipeline.clock import new_mail_id, now
from pipeline.commands import CommandError, owner_named
from pipeline.configuration import Configuration
from pipeline.explain import Explainer
from pipeline.importing import page, picture
from pipeline.importing.from_account import ACCOUNT, account_source
from pipeline.importing.judging import judge
from pipeline.importing.mbox import Wanted
from pipeline.importing.sources import Source, sources
from pipeline.importing.taking import Aim, Interrupted, take
from pipeline.importing.trouble import SourceTrouble
from pipeline.results import HEAD, lines_of
from pipeline.settings import stage_settings
from pipeline.store import imports
from pipeline.store.log import Log
from pipeline.table import table
from stages.candidates import may_concern
from stages.events import Imported
from stages.settings import Owner, Settings

YEAR = 365 * 24 * 3_600_000
Say = Callable[[str], None]


class Asked(NamedTuple):
    """What the owner asks for."""

    paths: tuple[str, ...]
    owner: str = ""
    file: bool = False
    since: int | None = None
    """how long ago, ms; None: files whole, accounts a year"""
    html: Path | None = None


class Plan(NamedTuple):
    """The same, looked up in the configuration."""

    settings: Settings
    owner: Owner
    found: tuple[Source | Path, ...]
    wanted: Wanted


def plan_of(configuration: Configuration, asked: Asked) -> Plan:
    """What is wrong with what was asked for is said here, before anything is read. Raises CommandError."""
    settings = stage_settings(configuration)
    at = now()
    wanted = Wanted(
        lambda head: may_concern(head, settings.limits),
        configuration.smtp.size,
        at - asked.since if asked.since is not None else 0,
        at,
    )
    accounts = [configuration.account_named(_account(path)[0]) for path in asked.paths if path.startswith(ACCOUNT)]
    owner = settings.owner(owner_named(settings, asked.owner))
    if not asked.owner and accounts and accounts[0] is not None:
        owner = settings.owner(configuration.owner_of_account(accounts[0]))
    found = tuple(_found(configuration, path, wanted, asked.since) for path in asked.paths)
    return Plan(settings, owner, found, wanted)


def _account(path: str) -> tuple[str, str]:
    name, _, folder = path.removeprefix(ACCOUNT).partition("/")
    return name, folder


def _found(configuration: Configuration, path: str, wanted: Wanted, since: int | None) -> Source | Path:
    if not path.startswith(ACCOUNT):
        if not Path(path).exists():
            raise CommandError(f"there is no file or folder {path}")
        return Path(path)
    name, folder = _account(path)
    account = configuration.account_named(name)
    if account is None:
        known = (
            ", ".join(f"{ACCOUNT}{each.name}" for each in configuration.account) or "none; `salver connect` adds one"
        )
        raise CommandError(f"there is no account {name}; known are {known}")
    if folder:
        account = account.model_copy(update={"inbox": folder})
    back = wanted._replace(since=wanted.now - YEAR if since is None else wanted.since)
    return account_source(account, Session(account, token_of), folder, configuration.pull.batch, back)


def _sources(plan: Plan, trouble: list[str]) -> Iterator[Source]:
    """Of everything that was named; what cannot be read is told at the end, and does not stop the rest."""
    for each in plan.found:
        if isinstance(each, Source):
            yield each
            continue
        try:
            yield from sources(each, plan.wanted)
        except SourceTrouble as error:
            trouble.append(str(error))


class Outcome(NamedTuple):
    """What is told in the end, and what went wrong."""

    text: str
    trouble: tuple[str, ...]


async def import_mails(configuration: Configuration, asked: Asked, say: Say) -> Outcome:
    """Take the mails, judge them, and draw the picture. Raises CommandError, StoreError."""
    plan = plan_of(configuration, asked)
    place = asked.html or configuration.store.path.with_name("salver-import.html")
    try:
        page.check_place(place)
    except SourceTrouble as error:
        raise CommandError(str(error)) from None
    imported: Imported = "file" if asked.file else "judge"
    aim = Aim(plan.owner, imported, new_mail_id(), "" if asked.since is None else f"{asked.since}")
    trouble: list[str] = []
    say(_counted(await _take(configuration, plan, aim, trouble), asked.file))
    left = await judge(configuration, say)
    if left.steps:
        trouble.append(
            f"{left.steps} steps are not done ({left.why or 'nobody works on them'}); call this once more, or let "
            "`salver serve` do them"
        )
    store = await Log.open(configuration.store.path, configuration.requests.name_window)
    try:
        if dead := await imports.dead(store):
            trouble.append(f"{dead} mails could not be judged; `salver status` lists them")
        drawn = await picture.picture_of(store, plan.owner.id, plan.owner.zone)
    finally:
        await store.close()
    try:
        page.write(drawn, place)
        told = f"The same as a page, with links to their profiles: {place}"
    except OSError as error:
        told = ""
        trouble.append(f"the page {place} cannot be written ({error.strerror}); name another with --html")
    return Outcome("\n\n".join(part for part in (picture.text(drawn), told) if part), tuple(trouble))


async def _take(configuration: Configuration, plan: Plan, aim: Aim, trouble: list[str]) -> Counter[str]:
    store = await Log.open(configuration.store.path, configuration.requests.name_window)
    counts: Counter[str] = Counter()
    try:
        for source in _sources(plan, trouble):
            try:
                counts += await take(store, source, aim)
            except Interrupted as error:
                counts += error.counts
                trouble.append(str(error))
    finally:
        await store.close()
    return counts


def _counted(counts: Counter[str], filed: bool) -> str:
    """How many mails were taken, and what became of the others."""
    told = [f"{counts['new']:,} new mails taken" + ("" if filed else ", to be judged and filed nowhere")]
    if counts["known"]:
        told.append(f"{counts['known']:,} known before")
    if counts["other"]:
        told.append(f"{counts['other']:,} others have nothing to do with requests and were left alone")
    if counts["older"]:
        told.append(f"{counts['older']:,} are older than was asked for")
    if counts["too large"]:
        told.append(f"{counts['too large']:,} are larger than `size` in [smtp] allows")
    if counts["read before"]:
        told.append("what was read before was not read again")
    return "; ".join(told) + "."


async def dry_run(configuration: Configuration, asked: Asked) -> Outcome:
    """A table of what would happen to the mails."""
    plan = plan_of(configuration, asked)
    lines: list[tuple[str, ...]] = []
    counts: Counter[str] = Counter()
    trouble: list[str] = []
    async with Explainer.ready(configuration, plan.settings) as explainer:
        for source in _sources(plan, trouble):
            try:
                for item in source.mails(None):
                    counts[item.left_out] += bool(item.left_out)
                    if not item.raw:
                        continue
                    found = await explainer.explain(item.raw, plan.owner.id)
                    if found.enriched is None or found.routed is None:
                        lines.append((item.name, "-", "not read", "", found.trouble or "", "INBOX"))
                    else:
                        lines.extend((item.name, *line) for line in lines_of(found.enriched, found.routed))
            except SourceTrouble as error:
                trouble.append(str(error))
    others = f" {counts['other']:,} mails have nothing to do with requests." if counts["other"] else ""
    told = f"{len(lines)} lines; nothing was stored or moved.{others}"
    return Outcome(f"{table(('mail', *HEAD), lines)}\n\n{told}", tuple(trouble))
