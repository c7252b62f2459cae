"""The command line: parses arguments, prints results."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from pipeline import commands, docs, emptying, linkedin_export, logs, profile as profiles, profile_file, serving
from pipeline.account_choice import ConnectError
from pipeline.account_file import FileError
from pipeline.accounts.secrets import SecretError
from pipeline.accounts.session import AccountTrouble
from pipeline.backtest.cli import backtest_
from pipeline.coach.command import coach_
from pipeline.coach.drafts import CoachError
from pipeline.connect_cli import connect_, disconnect_
from pipeline.corrections_cli import corrections_, forget
from pipeline.digest_cli import digest_
from pipeline.doctor_cli import doctor_
from pipeline.evaluate_cli import evaluate_, train
from pipeline.export_files import ExportError
from pipeline.fixture_cli import fixture_
from pipeline.follow_up_cli import COMMANDS
from pipeline.imap_cli import imap_config, password_
from pipeline.importing.command import import_
from pipeline.labelled_files import EvaluationError
from pipeline.learning.cli import accept, decline, lessons_, proposals_
from pipeline.options import chosen, config_option, configuration_of, origin_of, set_option
from pipeline.outgoing import doubts
from pipeline.people_cli import people_
from pipeline.pull_cli import pull_, undo_
from pipeline.pulling import PullError
from pipeline.receiver.certificate import CertificateError, proven
from pipeline.reparse_cli import reparse_
from pipeline.rules import checked
from pipeline.rules.cli import rules_
from pipeline.rules.doubting import doubtful
from pipeline.settings import ConfigError, load_profile, stage_settings
from pipeline.setup.talk import SetupError
from pipeline.setup_cli import address_, setup_
from pipeline.shadow import file as shadow_file
from pipeline.shadow.cli import shadow_
from pipeline.sieve_cli import sieve_
from pipeline.store.migrations import StoreError
from pipeline.table import table
from pipeline.weights_file import WeightsError
from stages.rules.examples import failing_examples
from stages.settings import Profile


class Friendly(click.Group):
    """Errors that are ours are told in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, StoreError, commands.CommandError, serving.CannotServe, EvaluationError) as error:
            raise click.ClickException(str(error)) from None
        except (profiles.ProfileError, ExportError, CoachError, WeightsError) as error:
            raise click.ClickException(str(error)) from None
        except (ConnectError, FileError, AccountTrouble, SecretError, PullError, SetupError, CertificateError) as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:  # who read our output went away; what is left of it must not fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


@click.group(cls=Friendly)
@click.version_option(package_name="salver")
def main() -> None:
    """Salver reads connection requests, explains its verdict and files them as good, intriguing or ugly."""


@main.command()
@config_option
@set_option
def serve(config: Path | None, settings: tuple[str, ...]) -> None:
    """Run everything, until Ctrl-C or SIGTERM."""
    early = serving.HangUps()
    configuration = configuration_of(config, settings)
    name, origin = str(chosen(config) or "the shipped example"), origin_of(config, settings)
    asyncio.run(serving.serve(configuration, name, click.echo, origin, early))


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
    """Say what would happen to mails in FILES (- is standard input), and why. Nothing is stored.

    Of the store, if there is one, only the people you added and your forwarders are asked for; nothing else of it.
    """
    configuration = configuration_of(config, settings)
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


main.add_command(import_)
main.add_command(evaluate_)
main.add_command(train)


@main.command()
@config_option
@set_option
def check(config: Path | None, settings: tuple[str, ...]) -> None:
    """Check configuration, rules, their examples and profiles, and explain mistakes and doubts."""
    try:
        configuration = configuration_of(config, settings)
        told = stage_settings(configuration)
    except ConfigError as error:
        raise ConfigError(checked.refused(str(error))) from None
    proven(configuration.smtp)
    for owner, doubt in doubts(configuration.outgoing, configuration.owner):
        click.echo(f"{owner}: {doubt}")
    for doubt in emptying.doubts(told):
        click.echo(doubt)
    odd, failing = [*doubtful(told), *shadow_file.doubts(configuration, told)], failing_examples(told)
    for line in (*odd, *failing):
        click.echo(line)
    if odd or failing:
        click.echo(checked.doubted(odd, failing))
        raise SystemExit(1)
    owners = ", ".join(owner.id for owner in configuration.owner)
    who = f"owner {owners}" if len(configuration.owner) == 1 else f"owners {owners}"
    rules = "1 rule" if len(told.rules.rule) == 1 else f"{len(told.rules.rule)} rules"
    tried = sum(len(rule.examples) for rule in told.rules.rule)
    go = "example goes where it must" if tried == 1 else "examples go where they must"
    examples = f", whose {tried} {go}" if tried else ""
    click.echo(f"{chosen(config) or 'the shipped example'} is in order: {who}; {rules}{examples}.")


@main.command()
@config_option
@set_option
def status(config: Path | None, settings: tuple[str, ...]) -> None:
    """How much waits, what was filed where, and what needs a person."""
    click.echo(asyncio.run(commands.status(configuration_of(config, settings))))


@main.command("log")
@click.argument("id", metavar="REQUEST|MAIL|NAME")
@config_option
@set_option
def log_(id: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Tell the story of one request or mail, event by event."""
    click.echo(asyncio.run(commands.story(configuration_of(config, settings), id)))


@main.command()
@click.argument("id", required=False)
@click.option("--all", "everything", is_flag=True, help="every dead letter")
@config_option
@set_option
def retry(id: str | None, everything: bool, config: Path | None, settings: tuple[str, ...]) -> None:
    """Try dead letters again: one by the ID of its event or mail, or --all."""
    if bool(id) == everything:
        raise click.UsageError("name one ID, or say --all")
    count = asyncio.run(commands.retry(configuration_of(config, settings), id))
    click.echo(f"{count} dead letter{'' if count == 1 else 's'} will be tried again.")


main.add_command(setup_)
main.add_command(address_)
main.add_command(connect_)
main.add_command(pull_)
main.add_command(undo_)
main.add_command(disconnect_)
main.add_command(doctor_)
main.add_command(people_)
main.add_command(password_)
main.add_command(imap_config)
main.add_command(coach_)
main.add_command(digest_)
main.add_command(corrections_)
main.add_command(forget)
main.add_command(proposals_)
main.add_command(accept)
main.add_command(decline)
main.add_command(lessons_)
main.add_command(sieve_)
main.add_command(fixture_)
main.add_command(reparse_)
main.add_command(rules_)
main.add_command(shadow_)
main.add_command(backtest_)
for command in COMMANDS:
    main.add_command(command)


@main.group()
def sample() -> None:
    """The sample mails of the first start."""


@sample.command("remove")
@config_option
@set_option
def sample_remove(config: Path | None, settings: tuple[str, ...]) -> None:
    """Take the sample mails out of the mailboxes."""
    count = commands.remove_samples(configuration_of(config, settings))
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
@click.option("--output", "-o", type=click.Path(path_type=Path), default=Path("profile.toml"), show_default=True)
@click.option("--force", is_flag=True, help="replace the file if it is there")
def profile_init(export: Path | None, yes: bool, output: Path, force: bool) -> None:
    """Write your profile: a few questions, each to be skipped with Enter, or your LinkedIn export, or both.

    Without a terminal the answers are read from standard input, one a line; when they end, the rest is skipped.
    """
    if export is None and yes:
        raise click.UsageError("name your export with --from; --yes speaks of it")
    profile_file.check_place(output, force)
    known = Profile()
    if export is not None:
        known, headline, warnings = linkedin_export.read_export(export)
        for line in profile_file.shortened(warnings):
            click.echo(f"warning: {line}", err=True)
        click.echo(f"{export}: {profile_file.summary(known)}")
        if headline:
            click.echo(f'Your headline, which is not taken over: "{headline}"')
        click.echo(f"Whom you are connected with stays out of it: `salver people add {export}` keeps that, hashed.")
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
    """List every signal with its points, as shipped."""
    click.echo(table(("signal", "points", "says"), docs.signal_rows()))


if __name__ == "__main__":
    main()
