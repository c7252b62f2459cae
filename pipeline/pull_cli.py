"""The commands `salver pull` and `salver undo`: parse arguments, print results."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from pipeline import logs, pulling, undoing, undoing_causes
from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.moments import instant
from pipeline.options import config_option, configuration_of, set_option
from stages.settings import milliseconds


def _tell(text: str) -> None:
    """How far it is, on a terminal only: one line that is written over."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", err=True, nl=False)


def _end() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)


def _since(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(str(milliseconds(text)))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None


@click.command("pull")
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--move", is_flag=True, help="move the requests; without it, only show what would happen")
@click.option("--since", metavar="TIME", help='how far back to look in a trial, such as "90d"; default: as configured')
@config_option
@set_option
def pull_(
    names: tuple[str, ...], move: bool, since: str | None, config: Path | None, settings: tuple[str, ...]
) -> None:
    """Sort the requests in your mail accounts, where they lie. Without --move, a trial: nothing is touched.

    Moved are requests alone; every other mail stays as it is, unread if it was. `salver undo` puts all back.
    """
    configuration = configuration_of(config, settings)
    logs.configure("error", configuration.log.format)
    accounts = pulling.chosen(configuration, names)
    back = _since(since)
    if move and back is not None:
        raise click.UsageError("--since is for a trial; for --move set `since` in [[account]]")
    work = pulling.move(configuration, accounts, _tell) if move else pulling.trial(configuration, accounts, back, _tell)
    try:
        told = asyncio.run(work)
    finally:
        _end()
    click.echo(told)


@click.command("undo")
@click.argument("mail", required=False, metavar="[REQUEST|MAIL]")
@click.option("--run", metavar="RUN", help="all that one run moved")
@click.option("--all", "everything", is_flag=True, help="all that was ever moved and lies there still")
@click.option("--rule", metavar="NAME", help="what this rule did: judge its mails as if it were not there")
@click.option("--lesson", metavar="ID", help="the same of a lesson, as `salver lessons` names it")
@click.option("--since", metavar="DATE", help="with --rule or --lesson: of mail that came since; 2026-11-01 or 7d")
@click.option("--yes", is_flag=True, help="with --rule or --lesson: do not ask")
@config_option
@set_option
def undo_(
    mail: str | None,
    run: str | None,
    everything: bool,
    rule: str | None,
    lesson: str | None,
    since: str | None,
    yes: bool,
    config: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Take back the last thing that was done with a REQUEST or MAIL, or put back what was moved in your accounts.

    REQUEST is its id (X-Salver-Request of the filed mail) or the last six characters of it or more. The last thing that
    you said of it, by whatever way, or that was answered is taken back, and its mail goes back with it; so does what
    only time did since. Once more takes one step more back. To say it again, say it again.

    Where nothing of that is left, or with a MAIL (as `salver pull --move` names it), --run or --all, what was moved in
    your accounts lies in the inbox again; a mail that you moved yourself since then stays where you put it. Without any
    of these, list the runs.

    With --rule or --lesson it shows which mails would lie elsewhere without that rule or lesson, asks, moves them, and
    lists what could not be undone. What you said of a request yourself stays; so does what you asked about. The rule
    itself stays in your file: take it out there, else it decides about the next mail again.
    """
    configuration = configuration_of(config, settings)
    if bool(mail) + bool(run) + everything + bool(rule) + bool(lesson) > 1:
        raise click.UsageError("name one REQUEST or MAIL, a --run, a --rule or a --lesson, or say --all")
    if (since or yes) and not (rule or lesson):
        raise click.UsageError("--since and --yes belong to --rule or --lesson")
    if rule or lesson:
        _undo_cause(configuration, undoing_causes.Cause(rule or "", lesson or ""), since, yes)
        return
    if not (mail or run or everything):
        click.echo(asyncio.run(undoing.runs(configuration)))
        return
    try:
        told, whole = asyncio.run(undoing.undo(configuration, mail and mail.strip(), run, _tell))
    finally:
        _end()
    click.echo(told)
    if not whole:
        raise SystemExit(1)


def _undo_cause(configuration: Configuration, cause: undoing_causes.Cause, since: str | None, yes: bool) -> None:
    from_ = instant(since, now()) if since else 0
    told, whole = asyncio.run(
        undoing_causes.undo(configuration, cause, from_, lambda: yes or click.confirm("Move them?"), click.echo)
    )
    click.echo(told)
    if not whole:
        raise SystemExit(1)
