"""The command line of `salver import`."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import click

from pipeline import logs
from pipeline.commands import CommandError
from pipeline.importing.importer import Asked, dry_run, import_mails
from pipeline.options import config_option, configuration_of, set_option
from stages.settings import milliseconds


def _duration(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else int(str(milliseconds(value)))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@config_option
@set_option
@click.option("--owner", default="", metavar="ADDRESS", help="whose mails they are; default: the first owner")
@click.option(
    "--since", callback=_duration, metavar="365d", help="only mails of this time; default: all, accounts 365d"
)
@click.option("--file", "file", is_flag=True, help="file them too, into your mailbox; by default they are only judged")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="where the page with the picture goes; default: salver-import.html beside the store",
)
@click.option("--dry-run", "dry", is_flag=True, help="only show what would happen, and store nothing")
def import_(
    paths: tuple[str, ...],
    config: Path | None,
    settings: tuple[str, ...],
    owner: str,
    since: int | None,
    file: bool,
    html: Path | None,
    dry: bool,
) -> None:
    """Judge mails that came before Salver did, and show what you missed.

    PATH is a mail (.eml), an mbox, a Maildir, a folder of any of them, an archive (.zip, .tgz) such as Takeout makes,
    or a past period of an account you connected: account:NAME, account:NAME/FOLDER. Nothing there is moved or changed,
    no reminder is raised, and nothing comes into your mailbox unless you say --file. Stop it whenever you like: called
    again, it goes on.
    """
    configuration = configuration_of(config, settings)
    logs.configure("error", configuration.log.format)
    asked = Asked(paths, owner, file, since, html)
    try:
        if dry:
            outcome = asyncio.run(dry_run(configuration, asked))
        else:
            outcome = asyncio.run(import_mails(configuration, asked, lambda line: click.echo(line, err=True)))
    except KeyboardInterrupt:
        click.echo("\nStopped. What was taken is kept; call this again, and it goes on.", err=True)
        raise SystemExit(130) from None
    except sqlite3.Error as error:
        raise CommandError(
            f"the store {configuration.store.path} cannot be written ({error}); is the disk full? What was taken "
            "before is kept; call this again, and it goes on"
        ) from None
    click.echo(outcome.text)
    for line in outcome.trouble:
        click.echo(f"warning: {line}", err=True)
    if outcome.trouble:
        raise SystemExit(1)
