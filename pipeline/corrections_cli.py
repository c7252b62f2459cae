"""`salver corrections` and `salver forget`: parse arguments, print results."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline import corrections
from pipeline.follow_up_cli import command
from pipeline.options import config_option, configuration_of, set_option


@click.command("corrections")
@click.option("--all", "everything", is_flag=True, help="those that were taken back or said otherwise since, too")
@click.option("--json", "as_json", is_flag=True, help="one JSON object each, one a line, with the whole receipt")
@click.option("--owner", default="", metavar="ID|ADDRESS", help="of this owner only")
@config_option
@set_option
def corrections_(everything: bool, as_json: bool, owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """List where you said otherwise than Salver, by moving a mail or in words, and what you said of all requests.

    Each with the score, the rule and the strongest reasons of the decision that you corrected.
    """
    told = asyncio.run(corrections.listed(configuration_of(config, settings), owner, everything, as_json))
    if told:
        click.echo(told)


forget = command("forget")
