"""The commands by which an owner answers in the terminal: parse arguments, print results."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline import follow_up_list, following_up, logs
from pipeline.commands import SHORTEST
from pipeline.options import config_option, configuration_of, set_option
from stages.durations import milliseconds
from stages.events import Order

_HELP: dict[Order, str] = {
    "asked": "You asked why they want to connect: Salver waits for their answer from now on.",
    "answered": "They answered, and no mail told of it.",
    "good": "It is good: the mail goes to Good, and the conversation ends.",
    "intriguing": "It is intriguing: the mail goes to Intriguing, and the conversation ends.",
    "ugly": "It is ugly: the mail goes to Ugly, and the conversation ends.",
    "dismiss": "You do not want to hear of it again. The mail stays where it lies.",
    "withdrawn": "They took their request back.",
    "done": "You answered somebody who had asked you.",
}
_NAMED = """

REQUEST is its id (X-Salver-Request of the filed mail) or the last six characters of it or more, or the id of its mail.
Several can be named. What was said already is not done twice.
"""


def _command(order: Order) -> click.Command:
    @click.command(order, help=_HELP[order] + _NAMED)
    @click.argument("requests", nargs=-1, required=True, metavar="REQUEST...")
    @config_option
    @set_option
    def say(requests: tuple[str, ...], config: Path | None, settings: tuple[str, ...]) -> None:
        _follow(requests, order, config, settings)

    return say


def _follow(
    requests: Sequence[str], order: Order, config: Path | None, settings: tuple[str, ...], rest: int | None = None
) -> None:
    configuration = configuration_of(config, settings)
    logs.configure("error", configuration.log.format)
    told = asyncio.run(following_up.follow(configuration, requests, order, rest))
    for each in told:
        click.echo(each.text if each.ok else f"Error: {each.text}", err=not each.ok)
    if not all(each.ok for each in told):
        raise SystemExit(1)


@click.command("snooze", help="Be left alone about it for a while: a day, or as long as you say." + _NAMED)
@click.argument("requests", nargs=-1, required=True, metavar="REQUEST... [TIME]")
@click.option("--for", "rest", metavar="TIME", help='how long, such as "3d" or "12h"; default: 1d')
@config_option
@set_option
def snooze(requests: tuple[str, ...], rest: str | None, config: Path | None, settings: tuple[str, ...]) -> None:
    # No id is named by so few characters.
    if rest is None and len(requests) > 1 and len(requests[-1]) < SHORTEST:
        requests, rest = requests[:-1], requests[-1]
    try:
        span = int(str(milliseconds(rest or "1d")))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--for") from None
    if not span:
        raise click.BadParameter("name a time that is longer than none", param_hint="--for")
    _follow(requests, "snooze", config, settings, span)


@click.command("follow-ups")
@click.option("--all", "everything", is_flag=True, help="those that are over, too")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a conversation, one a line")
@click.option("--owner", default="", metavar="ID", help="whose; default: everybody's")
@config_option
@set_option
def follow_ups_(everything: bool, as_json: bool, owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """List whom you are to ask, whose answer is waited for, and who waits for yours."""
    told = asyncio.run(follow_up_list.listed(configuration_of(config, settings), owner, everything, as_json))
    if told:
        click.echo(told)


COMMANDS: tuple[click.Command, ...] = (*(_command(order) for order in _HELP), snooze, follow_ups_)
