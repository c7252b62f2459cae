"""The command line: parses arguments, prints results."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from pipeline import commands, docs, logs, serving
from pipeline.configuration import Configuration
from pipeline.settings import ConfigError, load, shipped, stage_settings
from pipeline.store.migrations import StoreError
from pipeline.table import table


class Friendly(click.Group):
    """Errors that are ours are told in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, StoreError, commands.CommandError, serving.CannotServe) as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)


config_option = click.option(
    "--config", "-c", type=click.Path(path_type=Path, dir_okay=False), help="configuration file (TOML)"
)
set_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="one key, over file and environment"
)


def _load(config: Path | None, settings: Iterable[str] = ()) -> Configuration:
    overrides = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise ConfigError(f"--set {setting}: write KEY=VALUE, such as --set smtp.listen=127.0.0.1:2525")
        overrides[key.strip()] = value.strip()
    found = load(config or shipped("example.toml"), overrides)
    logs.configure(found.log.level, found.log.format)
    return found


@click.group(cls=Friendly)
@click.version_option(package_name="salver")
def main() -> None:
    """Salver reads connection requests, explains its verdict and files them as good, intriguing or ugly."""


@main.command()
@config_option
@set_option
def serve(config: Path | None, settings: tuple[str, ...]) -> None:
    """Run everything, until Ctrl-C or SIGTERM."""
    configuration = _load(config, settings)
    asyncio.run(serving.serve(configuration, str(config or "the shipped example"), click.echo))


@main.command()
def demo() -> None:
    """Run the sample mails through everything in a throw-away folder, and print what became of them."""
    logs.configure("warning", "text")
    asyncio.run(serving.demo(click.echo))


@main.command()
@click.argument("files", nargs=-1, required=True)
@config_option
@set_option
@click.option(
    "--owner", default="", metavar="ADDRESS", help="whose request it is; default: by --rcpt, else the first owner"
)
@click.option("--mail-from", default="", metavar="ADDRESS", help="reverse-path of the envelope")
@click.option("--rcpt", default="", metavar="ADDRESS", help="recipient of the envelope")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a mail, one a line")
def explain(
    files: tuple[str, ...],
    config: Path | None,
    settings: tuple[str, ...],
    owner: str,
    mail_from: str,
    rcpt: str,
    as_json: bool,
) -> None:
    """Say what would happen to mails in FILES (- is standard input), and why. Nothing is stored."""
    configuration = _load(config, settings)
    unopened: list[str] = []

    async def run() -> None:
        async for told in commands.explain(configuration, files, owner, mail_from, rcpt):
            if not told.opened:
                unopened.append(told.file)
            if as_json:
                click.echo(json.dumps(told.report, ensure_ascii=True))
            else:
                click.echo(f"{told.file}\n{told.text}" if len(files) > 1 else told.text)

    asyncio.run(run())
    if unopened:
        raise SystemExit(1)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@config_option
@set_option
@click.option("--owner", default="", metavar="ADDRESS", help="whose mails they are; default: the first owner")
@click.option("--dry-run", is_flag=True, help="only show what would happen")
def import_(files: tuple[Path, ...], config: Path | None, settings: tuple[str, ...], owner: str, dry_run: bool) -> None:
    """Sort mails that are there already: FILES are mails, mboxes or Maildir folders."""
    configuration = _load(config, settings)
    if dry_run:
        click.echo(asyncio.run(commands.import_dry_run(configuration, files, owner)))
    else:
        click.echo(asyncio.run(commands.import_mails(configuration, files, owner)))


@main.command()
@config_option
@set_option
def check(config: Path | None, settings: tuple[str, ...]) -> None:
    """Check configuration, rules and profiles, and explain mistakes."""
    configuration = _load(config, settings)
    mistakes = commands.check(configuration)
    for line in mistakes:
        click.echo(line)
    if mistakes:
        raise SystemExit(1)
    owners = ", ".join(owner.id for owner in configuration.owner)
    rules = len(stage_settings(configuration).rules.rule)
    click.echo(f"{config or 'the shipped example'} is in order: owners {owners}; {rules} rules.")


@main.command()
@config_option
@set_option
def status(config: Path | None, settings: tuple[str, ...]) -> None:
    """How much waits, what was filed where, and what needs a person."""
    click.echo(asyncio.run(commands.status(_load(config, settings))))


@main.command("log")
@click.argument("id", metavar="REQUEST|MAIL")
@config_option
@set_option
def log_(id: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Tell the story of one request or mail, event by event."""
    click.echo(asyncio.run(commands.story(_load(config, settings), id)))


@main.command()
@click.argument("id", required=False)
@click.option("--all", "everything", is_flag=True, help="every dead letter")
@config_option
@set_option
def retry(id: str | None, everything: bool, config: Path | None, settings: tuple[str, ...]) -> None:
    """Try dead letters again: one by the ID of its event or mail, or --all."""
    if bool(id) == everything:
        raise click.UsageError("name one ID, or say --all")
    count = asyncio.run(commands.retry(_load(config, settings), id))
    click.echo(f"{count} dead letter{'' if count == 1 else 's'} will be tried again.")


@main.group()
def sample() -> None:
    """The sample mails of the first start."""


@sample.command("remove")
@config_option
@set_option
def sample_remove(config: Path | None, settings: tuple[str, ...]) -> None:
    """Take the sample mails out of the mailboxes."""
    count = commands.remove_samples(_load(config, settings))
    click.echo(f"{count} sample mails, reminders about them included, are gone.")


@main.command("docs", hidden=True)
@click.argument("what", type=click.Choice(sorted(docs.PRINTED)))
def docs_(what: str) -> None:
    """Print a piece of documentation from the code."""
    click.echo(docs.PRINTED[what](), nl=False)


@main.command()
def signals() -> None:
    """List every signal with its default points."""
    click.echo(table(("signal", "points", "says"), docs.signal_rows()))


if __name__ == "__main__":
    main()
