"""`salver backtest`: parses arguments, reads the store beside a running server, prints what came of it."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from pipeline.backtest import tried
from pipeline.backtest.live import Wanted, compared
from pipeline.backtest.objects import as_object, change_as_object
from pipeline.backtest.onwards import onwards
from pipeline.backtest.options import bound
from pipeline.backtest.text import text
from pipeline.clock import now
from pipeline.commands import CommandError, store_path
from pipeline.configuration import Configuration
from pipeline.follow_up_list import owner_called
from pipeline.moments import instant
from pipeline.options import config_option, configuration_of, set_option
from pipeline.store.decisions import end
from pipeline.store.reading import reading
from stages.backtest.tried import Changed, Tried
from stages.settings import Settings

EXCEEDED = 3
"""Exit code where more changes than --most-changed allows."""
SHOWN = 20
_EVERYTHING = sys.maxsize


class _Asked(NamedTuple):
    """What is to be tried, and how it is told."""

    owner: str | None
    since: int
    until: int | None
    rescore: bool
    show: int
    receipts: bool
    as_json: bool


@click.command("backtest")
@click.option("--rules", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="the new rules")
@click.option(
    "--version", default="", metavar="V", help="an earlier version instead; `salver rules history` lists them"
)
@click.option(
    "--points",
    multiple=True,
    metavar="SIGNAL=POINTS",
    help="other points of a signal: =+1 or =-0.5 changes what it counts now, =2 or ==-2 (two signs) sets it; several "
    "times; goes with --rescore, which it implies",
)
@click.option("--since", default="", metavar="DATE", help="mails that came since: 2026-11-01 (UTC), or 30d")
@click.option("--until", default="", metavar="DATE", help="and before")
@click.option("--owner", default="", metavar="ID|ADDRESS", help="of this owner only")
@click.option("--rescore", is_flag=True, help="let today's signals speak about the recorded notices first")
@click.option(
    "--most-changed",
    default="",
    metavar="SHARE|N",
    help=f"exit with {EXCEEDED} if more change: 5% of them, or 10; other labels or notifications alone do not count",
)
@click.option(
    "--show",
    default=str(SHOWN),
    metavar="N|all",
    help=f"how many changes to list; default: {SHOWN}. all: every rule that does nothing, too",
)
@click.option("--receipts", is_flag=True, help="with the receipt of each change, before and after")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a change, with both receipts; the sums last")
@config_option
@set_option
def backtest_(
    rules: Path | None,
    version: str,
    points: tuple[str, ...],
    since: str,
    until: str,
    owner: str,
    rescore: bool,
    most_changed: str,
    show: str,
    receipts: bool,
    as_json: bool,
    config: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Say what other rules or points would have decided about the mail that came, and how often you would agree.

    They are held against what decides: the rules and points that Salver took over last, which need not be those in
    the files. Nothing is changed: the store is only read, also beside a running Salver. Without --rules, --version and
    --points it tries the rules on disk where they do not decide yet, and says how the live rules stand where they do.
    """
    configuration = configuration_of(config, settings)
    if rules is not None and version:
        raise CommandError("say --rules FILE or --version V, not both")
    most = bound(most_changed)
    asked = _Asked(
        owner=owner_called(configuration, owner).id if owner else None,
        since=instant(since, now()) if since else 0,
        until=_until(until),
        rescore=rescore or bool(points),
        show=_shown(show),
        receipts=receipts,
        as_json=as_json,
    )
    gc.set_threshold(200_000, 50, 50)  # what is read forms no cycles, and looking for them takes a seventh of the time
    found = asyncio.run(_run(configuration, Wanted(rules, version, points), asked))
    if most is not None and most.exceeded(found.changed, found.decisions):
        click.echo(f"{found.changed} of {found.decisions} change: more than --most-changed {most_changed}", err=True)
        raise SystemExit(EXCEEDED)


async def _run(
    configuration: Configuration,
    wanted: Wanted,
    asked: _Asked,
) -> Tried:
    path = store_path(configuration)
    beside = path.with_name(path.name + "-wal").exists()
    async with reading(path) as read:
        both = await compared(read, configuration, wanted)
        live, new = both.live, both.new
        with _progress(await end(read)) as tick:
            found = await tried(
                read,
                live,
                new,
                owner=asked.owner,
                since=asked.since,
                until=asked.until,
                rescore=asked.rescore or both.other_points,
                keep=0 if asked.as_json else asked.show,
                found=_as_it_comes(live, new) if asked.as_json else lambda changed: None,
                tick=tick,
            )
    if not beside and path.with_name(path.name + "-wal").exists():  # it was read as a file that nobody writes to
        raise CommandError("Salver was started while its store was read, so this may be wrong: run it again")
    if asked.as_json:
        click.echo(json.dumps(as_object(found, live, new, both.notes), ensure_ascii=True))
    else:
        zones = {owner.id: owner.zone for owner in configuration.owner}
        told = text(
            found, live, new, zones, receipts=asked.receipts, everything=asked.show == _EVERYTHING, notes=both.notes
        )
        click.echo("\n\n".join(filter(None, (told, onwards(configuration, wanted, both)))))
    return found


def _as_it_comes(live: Settings, new: Settings) -> Callable[[Changed], None]:
    def tell(changed: Changed) -> None:
        click.echo(json.dumps(change_as_object(changed, live, new), ensure_ascii=True))

    return tell


def _until(given: str) -> int | None:
    try:
        return instant(given, now()) if given else None
    except CommandError as error:
        raise CommandError(str(error).replace("--since", "--until")) from None


def _shown(given: str) -> int:
    if given == "all":
        return _EVERYTHING
    if not given.isdecimal():
        raise CommandError(f"--show {given}: write how many changes to list, or all")
    return int(given)


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    """How far in the log it is, on standard error, and on a terminal only."""
    bar = click.progressbar(length=length, label="Trying", file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar:
        yield lambda seq: bar.update(max(0, min(seq, length) - bar.pos))
