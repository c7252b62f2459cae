"""The command line: parses arguments, prints results."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from pipeline import commands, docs, evaluate, linkedin_export, logs, profile_file, scorecard, serving
from pipeline import profile as profiles
from pipeline.configuration import Configuration
from pipeline.export_files import ExportError
from pipeline.labelled_files import EvaluationError
from pipeline.settings import ConfigError, load, load_profile, shipped, stage_settings
from pipeline.store.migrations import StoreError
from pipeline.table import table
from stages.settings import Profile


class Friendly(click.Group):
    """Errors that are ours are told in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, StoreError, commands.CommandError, serving.CannotServe, EvaluationError) as error:
            raise click.ClickException(str(error)) from None
        except (profiles.ProfileError, ExportError) as error:
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


@main.command("evaluate")
@click.argument("notes", type=click.Path(path_type=Path))
@click.option("--owners", type=click.Path(path_type=Path), help="profiles (JSON) of the owners that notes name")
@click.option("--mix", default="", metavar="LABEL=SHARE,...", help="also tell what figures this mix of labels has")
@click.option("--mistakes", default=5, type=click.IntRange(min=0), help="how many of the hardest to show; default: 5")
@click.option("--json", "as_json", is_flag=True, help="one JSON object with all figures")
@config_option
@set_option
def evaluate_(
    notes: Path,
    owners: Path | None,
    mix: str,
    mistakes: int,
    as_json: bool,
    config: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Measure the verdicts on the labelled notes in NOTES (one JSON object a line)."""
    told = stage_settings(_load(config, settings))
    shares = evaluate.mix_of(mix)
    sample = evaluate.read(notes, owners)
    # On standard error, and on a terminal only: what is printed stays the same.
    judging = click.progressbar(
        evaluate.judge(sample, told),
        length=len(sample.notes),
        label="Judging",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    )
    with judging as bar:
        judged = list(bar)
    found = evaluate.evaluate(sample, judged, shares, mistakes, told.rules.thresholds)
    click.echo(json.dumps(scorecard.as_object(found), ensure_ascii=True) if as_json else scorecard.as_text(found))


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


@main.group("profile")
def profile_() -> None:
    """What is true of you, so that notes can be checked against it."""


@profile_.command("init")
@click.option(
    "--from",
    "export",
    type=click.Path(path_type=Path),
    metavar="FOLDER|ZIP",
    help="your data export, which LinkedIn makes under Settings, Data privacy, Get a copy of your data; "
    "it is read in memory, never unpacked",
)
@click.option("--yes", is_flag=True, help="ask nothing: take what the export says")
@click.option(
    "--connections",
    is_flag=True,
    help="take the people of Connections.csv as people whose word counts with you. Think twice: whoever bears, or "
    "names, one of these names gains by it. The names lie in the file as plain text that only you can read; keeping "
    "them hashed is a later step",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), default=Path("profile.toml"), show_default=True)
@click.option("--force", is_flag=True, help="replace the file if it is there")
def profile_init(export: Path | None, yes: bool, connections: bool, output: Path, force: bool) -> None:
    """Write your profile: a few questions, each to be skipped with Enter, or your LinkedIn export, or both.

    Without a terminal the answers are read from standard input, one a line; when they end, the rest is skipped.
    """
    if export is None and (yes or connections):
        raise click.UsageError("name your export with --from; --yes and --connections speak of it")
    profile_file.check_place(output, force)
    known = Profile()
    if export is not None:
        known, headline, warnings = linkedin_export.read_export(export, connections)
        for line in profile_file.shortened(warnings):
            click.echo(f"warning: {line}", err=True)
        click.echo(f"{export}: {profile_file.summary(known)}")
        if headline:
            click.echo(f'Your headline, which is not taken over: "{headline}"')
    if not yes:
        click.echo("This takes about five minutes. Nothing is written before the last question; Ctrl-C leaves.")
        if sys.stdin.isatty():
            with contextlib.suppress(ImportError):
                importlib.import_module("readline")  # lets the cursor keys move within an answer
        known = profiles.ask(known, _answer, click.echo, again=sys.stdin.isatty())
    if known == Profile():
        raise profiles.ProfileError("nothing is known of you yet, so no file was written")
    profile_file.write(known, output, force)
    click.echo(f"\nYour profile is {output.absolute()}; only you can read it. Put this line into [[owner]]:\n")
    click.echo(f"profile = {profile_file.toml_text(str(output))}")


def _answer() -> str | None:
    """A line of standard input, or None after the last; shown where no terminal has shown it."""
    try:
        line = input("> ")
    except EOFError:
        click.echo("\nNo more answers: the rest stays as it is.")
        return None
    except UnicodeDecodeError:
        raise profiles.ProfileError("the answers are no UTF-8 text; write them in UTF-8") from None
    if not sys.stdin.isatty():
        click.echo(profiles.cleaned(line))
    return line


@profile_.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def profile_check(file: Path) -> None:
    """Check the profile in FILE, and say what it holds."""
    found = load_profile(file)
    for line in profile_file.shortened(profile_file.doubts(found, file)):
        click.echo(f"warning: {line}", err=True)
    click.echo(f"{file} is in order: {profile_file.summary(found)}")


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
