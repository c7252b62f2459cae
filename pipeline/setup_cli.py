"""The command line of `salver setup` and `salver address`."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
from pathlib import Path

import click

from pipeline import logs
from pipeline.clock import utc
from pipeline.connect_cli import connect_
from pipeline.options import config_option, configuration_of, own
from pipeline.profile import cleaned
from pipeline.setup import addresses, conversation
from pipeline.setup.talk import AnswersEnded, SetupError, Talk
from pipeline.store import arrivals
from pipeline.store.arrivals import Count
from pipeline.store.log import Log
from pipeline.table import table
from stages.recipients import owner_of
from stages.settings import milliseconds

_LONGEST_LINE = 10_000
INTERRUPTED = 130
KEPT = "addresses are kept"


@click.command("setup")
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("salver.toml"),
    show_default=True,
    help="configuration file to write",
)
@click.option("--force", is_flag=True, help="ask anew though there is a configuration; it is kept beside the new one")
@click.option("--wait", default="10m", show_default=True, help="longest wait for a mail, such as 30s, 10m or 2h")
@click.pass_context
def setup_(context: click.Context, config: Path, force: bool, wait: str) -> None:
    """From nothing to the first sorted mail: a few questions, your configuration, and a proof that it works.

    Run it again to go on where you were, or to see what is set. Without a terminal, answers are read from standard
    input, one a line.
    """
    try:
        patience = milliseconds(wait)
    except ValueError as error:
        raise click.UsageError(f"--wait: {error}") from None
    logs.configure("warning", "text")
    assert isinstance(patience, int)
    terminal = sys.stdin.isatty()
    if terminal:
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")  # lets the cursor keys move within an answer

    def connect(kind: str, user: str, tls: str) -> None:
        context.invoke(connect_, kind=kind, user=user, tls=tls, config=config)

    talk = Talk(_answer, click.echo, again=terminal, patience=patience, connect=connect)
    try:
        conversation.setup(config, talk, force)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nNothing is lost: the same command goes on from here.")
        raise SystemExit(INTERRUPTED) from None


def _answer(prompt: str) -> str:
    """A line of the terminal or of standard input, cleaned; shown where no terminal has shown it."""
    try:
        if sys.stdin.isatty():
            line = input(prompt)
        else:
            click.echo(prompt, nl=False)
            line = sys.stdin.readline(_LONGEST_LINE)
            click.echo(cleaned(line))
            if not line:
                raise EOFError
    except EOFError:
        raise AnswersEnded("there are no more answers; run the same command again, and it goes on from here") from None
    except UnicodeDecodeError:
        raise SetupError("the answers are no UTF-8 text; write them in UTF-8") from None
    return cleaned(line)


@click.group("address")
def address_() -> None:
    """Addresses nobody can guess, to forward to: make them, see what comes to them, retire them."""


@address_.command("new")
@click.option("--owner", default="", metavar="ADDRESS|ID", help="whose it is; default: the first owner")
@click.option("--domain", default="", metavar="HOST", help="what stands after the @; default: as the others have it")
@config_option
def address_new(owner: str, domain: str, config: Path | None) -> None:
    """Make an address that nobody can guess, and add it to the configuration."""
    path = own(config, KEPT)
    click.echo(addresses.new(path, owner, domain))
    click.echo("Start Salver anew, and mail for it is taken; then point your forwarding rule at it.", err=True)


@address_.command("list")
@config_option
def address_list(config: Path | None) -> None:
    """Every address, how many mails came to it, and when the last one did."""
    configuration = configuration_of(own(config, KEPT))
    path = configuration.store.path
    counts = asyncio.run(_counts(path, configuration.requests.name_window)) if path.exists() else ()
    rows = [
        (row.owner, row.address, str(row.mails), utc(row.last) if row.last else "never")
        for row in addresses.rows(configuration, counts)
    ]
    click.echo(table(("owner", "address", "mails", "last (UTC)"), rows))
    for gone in addresses.retired(configuration, counts):
        count = f"{gone.mails} mail{'' if gone.mails == 1 else 's'}"
        click.echo(f"retired: {gone.address}; {count}, the last {utc(gone.last)}")


@address_.command("retire")
@click.argument("address")
@config_option
def address_retire(address: str, config: Path | None) -> None:
    """Take ADDRESS out of the configuration: mail for it is refused from then on, as for any unknown name."""
    path = own(config, KEPT)
    owner = addresses.retire(path, address)
    click.echo(f"{address} is retired. Start Salver anew, and mail for it is refused.")
    if owner_of(address, (owner,)) is not None:
        click.echo("Until you retire the address without the + as well, mail for it still comes in there.")
    click.echo("Take it out of your forwarding rules, or your provider may switch them off.", err=True)


async def _counts(path: Path, name_window: int) -> tuple[Count, ...]:
    log = await Log.open(path, name_window)
    try:
        return await arrivals.by_address(log.read)
    finally:
        await log.close()
