"""The command line of `salver rules`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.options import config_option, configuration_of, set_option
from pipeline.rules.history_cli import COMMANDS, version_of
from pipeline.settings import stage_settings
from stages.rules.told import rules_as_object, rules_in_words
from stages.rules.written import written


@click.group("rules")
def rules_() -> None:
    """Your rules: what they say, what changed in them, and taking changed ones over."""


@rules_.command("show")
@click.argument("version", required=False)
@click.option("--toml", "as_toml", is_flag=True, help="as a rules file, which loads to the same rules")
@click.option("--json", "as_json", is_flag=True, help="as one JSON object")
@config_option
@set_option
def rules_show(
    version: str | None, as_toml: bool, as_json: bool, config: Path | None, settings: tuple[str, ...]
) -> None:
    """Say the rules in words, in the order in which they are read: those in the files, or an earlier VERSION."""
    if as_toml and as_json:
        raise click.UsageError("say --toml or --json, not both")
    found = configuration_of(config, settings)
    told = stage_settings(found) if version is None else version_of(found, version)
    if as_json:
        click.echo(json.dumps(rules_as_object(told), ensure_ascii=True))
    else:
        click.echo(written(told.rules) if as_toml else rules_in_words(told), nl=False)


for command in COMMANDS:
    rules_.add_command(command)
