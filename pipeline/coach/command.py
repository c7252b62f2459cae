"""The command line of `salver coach`: reads what is given, and prints what is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from pipeline.coach import Receiver, Sender, headline_of, receive, receiver_of
from pipeline.coach.campaign import campaign, tries
from pipeline.coach.campaign_report import campaign_lines, campaign_object, open_lines, outcome_line
from pipeline.coach.changes import Advice, advise, spare
from pipeline.coach.drafts import called, check, decoded, draft_of, read_bytes
from pipeline.coach.fill import fixed, read_table, slots_of
from pipeline.coach.report import advice_lines, as_object, limit_of, limits, outcome
from pipeline.commands import owner_named
from pipeline.options import configuration_of, set_option
from pipeline.settings import load_profile, stage_settings
from pipeline.table import table
from stages.header import clean
from stages.settings import Settings


@click.command("coach")
@click.argument("text", required=False)
@click.option("--file", "-f", type=click.Path(path_type=Path), help="the draft, in a file (- is standard input)")
@click.option(
    "--to",
    "profiles",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PROFILE",
    help="who reads it: a profile (TOML or JSON) like your own; several times for several people",
)
@click.option("--to-name", default="", metavar="NAME", help="the name of who reads it")
@click.option("--headline", default="", help="yours; default: the first role and employer of your profile")
@click.option("--mutual", type=click.IntRange(0, 1_000_000), metavar="N", help="connections you have in common")
@click.option("--inmail", is_flag=True, help="it goes as a direct message, not with a request")
@click.option(
    "--fill", type=click.Path(path_type=Path), metavar="FILE.csv",
    help="fill a template: a header with the names of its slots, one row a person (- is standard input)",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="one JSON object for each --to; one for a whole campaign")
@click.option(
    "--from", "--config", "-c", "config", type=click.Path(path_type=Path, dir_okay=False),
    help="your configuration file (TOML), for your profile, rules and points",
)  # fmt: skip
@click.option("--owner", default="", metavar="ADDRESS", help="which owner of it writes; default: the first")
@set_option
def coach_(
    text: str | None,
    file: Path | None,
    profiles: tuple[Path, ...],
    to_name: str,
    headline: str,
    mutual: int | None,
    inmail: bool,
    fill: Path | None,
    as_json: bool,
    config: Path | None,
    owner: str,
    settings: tuple[str, ...],
) -> None:
    """Say how your own request would be received, and what to add or drop, before you send it.

    TEXT is the draft, or a template for many: {first_name}, {{company}}, [topic], %NAME% and <company> are slots.
    Nothing is sent or kept, and nothing is written for you.
    """
    if (text is None) == (file is None):
        raise click.UsageError('give your draft in quotes, or name its file with --file; "" is a request without note')
    if text is not None and (text == "-" or _is_file(text)):
        raise click.UsageError(f"{text} names a file: give it with --file {text}, or the draft itself in quotes")
    if len(profiles) > 1 and (to_name or fill):
        raise click.UsageError("--to-name and --fill go with one --to at most")
    if file is not None and fill is not None and str(file) == str(fill) == "-":
        raise click.UsageError("draft and table cannot both come from standard input")
    told = stage_settings(configuration_of(config, settings))
    for name, given in (("--headline", headline), ("--to-name", to_name)):
        check(given, name)
    sender = _sender(told, config, owner, headline.strip(), mutual, inmail)
    receivers = [receiver_of(told, load_profile(path), to_name.strip(), path.stem) for path in profiles]
    receivers = receivers or [receiver_of(told, name=to_name.strip())]
    draft = _draft(text, file)
    if fill is not None:
        lines = _campaign(draft, fill, sender, receivers[0], as_json)
    elif as_json:
        lines = (json.dumps(_object(draft, sender, receiver), ensure_ascii=True) for receiver in receivers)
    elif len(receivers) > 1:
        lines = _several(draft, sender, receivers)
    else:
        lines = _one(draft, sender, receivers[0])
    for line in lines:
        click.echo(line)


def _is_file(text: str) -> bool:
    """Whether a draft is the name of a file rather; a text too long or too odd to be one is none."""
    try:
        return " " not in text and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _draft(text: str | None, file: Path | None) -> str:
    if file is None:
        return draft_of(text or "", "the draft")
    return draft_of(decoded(read_bytes(file), called(file)), called(file))


def _sender(told: Settings, config: Path | None, owner: str, headline: str, mutual: int | None, inmail: bool) -> Sender:
    """The owner as a mail shows them. The shipped example's owner is nobody."""
    if config is None:
        return Sender("", headline, mutual, inmail)
    whose = owner_named(told, owner)
    profile = told.profile(whose)
    name = profile.name if profile and profile.name else told.owner(whose).name
    return Sender(name, headline or headline_of(profile), mutual, inmail, profile)


def _advice(draft: str, sender: Sender, receiver: Receiver) -> Advice:
    """Of a template: that of the words which everybody gets."""
    return advise(draft, lambda text: receive(fixed(text), sender, receiver), sender, receiver)


def _one(draft: str, sender: Sender, receiver: Receiver) -> Iterator[str]:
    slots = slots_of(draft)
    if slots:
        yield from open_lines(slots, receive(draft, sender, receiver))
    yield from advice_lines(_advice(draft, sender, receiver), receiver)
    if slots:
        return  # how long it gets depends on what is filled in
    again = partial(receive, sender=sender, receiver=receiver)
    found = spare(draft, again) if len(draft) > limit_of(sender) else ()
    if told := limits(draft, sender, found):
        yield ""
        yield from told


def _object(draft: str, sender: Sender, receiver: Receiver) -> dict[str, object]:
    found: dict[str, object] = {"text": draft, **as_object(_advice(draft, sender, receiver), draft, sender, receiver)}
    slots = slots_of(draft)
    if slots:
        sent = receive(draft, sender, receiver)
        found["slots"] = list(dict.fromkeys(slot.name for slot in slots))
        found["sent_as_it_is"] = {"verdict": sent.verdict, "score": sent.score, "rule": sent.decision.rule}
    return found


def _several(draft: str, sender: Sender, receivers: list[Receiver]) -> Iterator[str]:
    """One line of outcome each: the same note may be good for one and ugly for another."""
    if slots_of(draft):
        yield "A template: these are the words that everybody gets, without its slots."
    rows = []
    blank = False
    for receiver in receivers:
        advice = _advice(draft, sender, receiver)
        blank = blank or bool(advice.now.blank)
        best = max((*advice.drops, *advice.rewords, *advice.adds), key=lambda change: change.rank, default=None)
        helps = (
            f"{clean(best.says, 70)} ({outcome(best.verdict, best.score)})"
            if best and best.rank > advice.now.rank
            else ""
        )
        rows.append(outcome_line(advice.now, receiver, helps))
    yield table(("to", "verdict", "score", "strongest reasons", "what would move it most"), rows)
    if blank:
        yield 'No praise for a blank request: most are asked "why?", or ignored.'
        yield "If somebody asks you why, always answer."
    yield from limits(draft, sender)
    yield "With one --to you get every reason, and what to add or drop."


def _campaign(draft: str, fill: Path, sender: Sender, receiver: Receiver, as_json: bool) -> Iterator[str]:
    found = read_table(decoded(read_bytes(fill), called(fill)), called(fill), slots_of(draft))
    notes = campaign(draft, found.rows, sender, receiver)
    tried = tries(draft, notes, sender, receiver)
    if as_json:
        yield json.dumps(campaign_object(notes, found, tried, sender, receiver), ensure_ascii=True)
    else:
        yield from campaign_lines(notes, found, tried, sender)
