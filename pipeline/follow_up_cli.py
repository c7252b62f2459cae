"""The commands by which an owner answers in the terminal: parse arguments, print results."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline import follow_up_list, following_up, logs
from pipeline.commands import SHORTEST
from pipeline.learning import said as lessons_said
from pipeline.options import config_option, configuration_of, set_option
from stages.durations import DAY, milliseconds
from stages.events import Order
from stages.header import clean
from stages.instructions import span_in
from stages.keeping import Scope
from stages.lesson_words import CODE
from stages.said import OF_ALL

_HELP: dict[Order, str] = {
    "asked": "You asked why they want to connect: Salver waits for their answer from now on.",
    "answered": "They answered, and no mail told of it.",
    "good": "It is good: the mail goes to Good, and the conversation ends.",
    "intriguing": "It is intriguing: the mail goes to Intriguing, and the conversation ends.",
    "ugly": "It is ugly: the mail goes to Ugly, and the conversation ends.",
    "dismiss": "You do not want to hear of it again. The mail stays where it lies.",
    "withdrawn": "They took their request back.",
    "done": "You answered somebody who had asked you.",
    "forget": "Take back your verdict on a request, and what you said of all requests of that person or company.",
}
_NAMED = """

REQUEST is its id (X-Salver-Request of the filed mail) or the last six characters of it or more, or the id of its mail;
or a name, or the beginning of one, where it fits only one: a verdict can be on anybody's request, and what else is said
is of an open conversation if one fits. Several can be named. What was said already is not done twice.
"""
_TAKEN_BACK = """

Salver judges the request itself again, and its mail goes where it would put it; a question that was open before you
spoke is open again. What else came in because of a word about all requests stays where it lies. REQUEST is its id or
the last six characters of it or more, as `salver corrections` shows it; or a name, where one verdict is on somebody of
that name. The id of a lesson is forgotten as by `salver lessons forget`.
"""


def command(order: Order) -> click.Command:
    """The command that says this of requests."""
    if order in OF_ALL:
        return _verdict(order)

    @click.command(order, help=_HELP[order] + (_TAKEN_BACK if order == "forget" else _NAMED))
    @click.argument("requests", nargs=-1, required=True, metavar="REQUEST...")
    @config_option
    @set_option
    def say(requests: tuple[str, ...], config: Path | None, settings: tuple[str, ...]) -> None:
        _follow(requests, order, config, settings)

    return say


def _verdict(order: Order) -> click.Command:
    """One that can be said of all requests of somebody."""

    @click.command(order, help=_HELP[order] + _NAMED)
    @click.argument("requests", nargs=-1, required=True, metavar="REQUEST...")
    @click.option(
        "--always",
        type=click.Choice(["person", "company"]),
        help="so is every further request of this person, by their profile, or of anybody from this company; "
        "`salver forget` ends it",
    )
    @config_option
    @set_option
    def say(requests: tuple[str, ...], always: Scope | None, config: Path | None, settings: tuple[str, ...]) -> None:
        _follow(requests, order, config, settings, always=always)

    return say


def _follow(
    requests: Sequence[str],
    order: Order,
    config: Path | None,
    settings: tuple[str, ...],
    rest: int | None = None,
    always: Scope | None = None,
) -> None:
    configuration = configuration_of(config, settings)
    logs.configure("error", configuration.log.format)
    if order == "forget" and (lessons := tuple(each for each in requests if CODE.fullmatch(each))):
        for line in asyncio.run(lessons_said.say(configuration, lessons, "forget")):
            click.echo(line)
        requests = tuple(each for each in requests if each not in lessons)
        if not requests:
            return
    told = asyncio.run(following_up.follow(configuration, requests, order, rest, always))
    for each in told:
        click.echo(each.text if each.ok else f"Error: {each.text}", err=not each.ok)
    if not all(each.ok for each in told):
        raise SystemExit(1)


@click.command("snooze", help="Be left alone about it for a while: a day, or as long as you say." + _NAMED)
@click.argument("requests", nargs=-1, required=True, metavar="REQUEST... [TIME]")
@click.option("--for", "rest", metavar="TIME", help='how long, such as "12h" or "3 days"; default: 1d')
@config_option
@set_option
def snooze(requests: tuple[str, ...], rest: str | None, config: Path | None, settings: tuple[str, ...]) -> None:
    if rest is None:
        requests, rest = _parted(requests)
    span = DAY if rest is None else _span(rest)
    if span is None:
        raise click.BadParameter(f'"{clean(rest or "")}" is no duration; {_TIMES}', param_hint="TIME")
    if not span:
        raise click.BadParameter("name a time that is longer than none", param_hint="TIME")
    if not requests:
        raise click.UsageError(f"name a request, and then how long: `salver snooze REQUEST {clean(rest or '')}`")
    _follow(requests, "snooze", config, settings, span)


_TIMES = 'write "12h", "3 days", "2 weeks" or "tomorrow"'
_ID = re.compile(rf"[0-9a-f-]{{{SHORTEST},}}", re.IGNORECASE)


def _parted(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """`ID ID 3 days` -> the requests, and how long. What is neither is taken for a time, to be refused as one."""
    ids = max((at for at, word in enumerate(words, 1) if _ID.fullmatch(word)), default=0)
    for at in range(ids, len(words)):
        if _span(" ".join(words[at:])) is not None:
            return words[:at], " ".join(words[at:])
    at = max(ids, 1)  # the first one may be a name
    return words[:at], " ".join(words[at:]) or None


def _span(text: str) -> int | None:
    try:
        return int(str(milliseconds(text)))
    except ValueError:
        return span_in(text)


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


COMMANDS: tuple[click.Command, ...] = (*(command(order) for order in _HELP if order != "forget"), snooze, follow_ups_)
