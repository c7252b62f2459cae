"""The command line of `salver people`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline import people
from pipeline.options import config_option, configuration_of, set_option
from pipeline.people_files import SAID

owner_option = click.option(
    "--owner", default="", metavar="ADDRESS", help="whose people they are; default: the first owner"
)


@click.group("people", invoke_without_command=True)
@owner_option
@config_option
@set_option
@click.pass_context
def people_(context: click.Context, owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Whom you know, so that their requests, and notes that name them, count for more. Alone: how many, from where."""
    if context.invoked_subcommand is None:
        click.echo(asyncio.run(people.listed(configuration_of(config, settings), owner)))


@people_.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as",
    "said",
    type=click.Choice(list(SAID)),
    help="how well you know them, where the file does not say it (a table of people)",
)
@owner_option
@config_option
@set_option
def people_add(
    files: tuple[Path, ...], said: str | None, owner: str, config: Path | None, settings: tuple[str, ...]
) -> None:
    """Add the people in FILES: LinkedIn's data export or its Connections.csv, vCards, an mbox or Maildir of sent mail.

    Names and addresses are kept as hashes only. Adding a file again changes nothing.
    """
    told, warnings = asyncio.run(people.add(configuration_of(config, settings), files, owner, said or ""))
    for line in warnings:
        click.echo(f"warning: {line}", err=True)
    for line in told:
        click.echo(line)


@people_.command("forget")
@click.option("--all", "everybody", is_flag=True, help="everybody")
@click.option("--tier", type=click.Choice(list(SAID)), help="only these")
@owner_option
@config_option
@set_option
def people_forget(
    everybody: bool, tier: str | None, owner: str, config: Path | None, settings: tuple[str, ...]
) -> None:
    """Forget the people you added: --all, or one --tier."""
    if everybody == bool(tier):
        raise click.UsageError("say --all, or name one --tier")
    click.echo(asyncio.run(people.forget(configuration_of(config, settings), owner, SAID[tier] if tier else None)))
