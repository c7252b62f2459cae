"""`salver proposals`, `accept`, `decline`, `lessons`: parse arguments, print results."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline.configuration import Configuration
from pipeline.learning import listing as lessons_list, said as lessons_said
from pipeline.options import config_option, configuration_of, set_option
from stages.learning import Teaching

owner_option = click.option("--owner", default="", metavar="ID|ADDRESS", help="of this owner only")


@click.command("proposals")
@click.option("--json", "as_json", is_flag=True, help="one JSON object each, one a line")
@owner_option
@config_option
@set_option
def proposals_(as_json: bool, owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """List what Salver could learn from your corrections, each tried on what is past.

    Nothing of it counts before you accept it.
    """
    told = asyncio.run(lessons_list.proposed(configuration_of(config, settings), owner, as_json))
    if told:
        click.echo(told)


@click.command("accept")
@click.argument("proposals", nargs=-1, required=True, metavar="ID...")
@config_option
@set_option
def accept(proposals: tuple[str, ...], config: Path | None, settings: tuple[str, ...]) -> None:
    """Let Salver learn what it proposed: a lesson is written into the file of lessons, and counts from now on.

    ID is that of `salver proposals`. `salver lessons` lists what was learned and `salver lessons forget ID` takes it
    back.
    """
    _say(configuration_of(config, settings), proposals, "accept")


@click.command("decline")
@click.argument("proposals", nargs=-1, required=True, metavar="ID...")
@config_option
@set_option
def decline(proposals: tuple[str, ...], config: Path | None, settings: tuple[str, ...]) -> None:
    """Do not let Salver learn what it proposed. It is not proposed again, unless twice as much speaks for it."""
    _say(configuration_of(config, settings), proposals, "decline")


@click.group("lessons", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="one JSON object each, one a line")
@owner_option
@config_option
@set_option
@click.pass_context
def lessons_(context: click.Context, as_json: bool, owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """List what Salver learned from your corrections: since when, from which, and where it took part."""
    if context.invoked_subcommand is None:
        told = asyncio.run(lessons_list.learned(configuration_of(config, settings), owner, as_json))
        if told:
            click.echo(told)


@lessons_.command("forget")
@click.argument("lessons", nargs=-1, required=True, metavar="ID...")
@config_option
@set_option
def forget_lesson(lessons: tuple[str, ...], config: Path | None, settings: tuple[str, ...]) -> None:
    """Take a lesson out of the file of lessons: mail that comes from now on is judged without it."""
    _say(configuration_of(config, settings), lessons, "forget")


def _say(configuration: Configuration, lessons: tuple[str, ...], answer: Teaching) -> None:
    for line in asyncio.run(lessons_said.say(configuration, lessons, answer)):
        click.echo(line)
