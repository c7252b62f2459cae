"""The command line of what became of rules: `salver rules history`, `diff` and `apply`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.options import config_option, configuration_of, set_option
from pipeline.rules import history as rules_history
from pipeline.rules.applying import applied, prepared
from pipeline.settings import stage_settings
from pipeline.store import rulings
from pipeline.store.log import Log
from stages.settings import Settings

T = TypeVar("T")


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="a JSON list")
@config_option
@set_option
def rules_history_(as_json: bool, config: Path | None, settings: tuple[str, ...]) -> None:
    """Say which rules decided since when, what changed with them, and how much was decided by them; newest first.

    The store keeps what Salver understood of your rules, lists and lessons, so a secret written into one of them stays
    there until 500 further sets have decided (of refused ones 100). Comments and the files themselves are not kept.
    """
    click.echo(_asked(configuration_of(config, settings), lambda store: rules_history.told(store, as_json)))


@click.command("diff")
@click.argument("first", metavar="[VERSION", required=False)
@click.argument("second", metavar="[VERSION]]", required=False)
@config_option
@set_option
def rules_diff(first: str | None, second: str | None, config: Path | None, settings: tuple[str, ...]) -> None:
    """Say what is other in the second version than in the first; without a second, in the rules that decide now.

    Without any, in the rules in the files than in those that decide.
    """
    found = configuration_of(config, settings)
    if first is None:
        new = stage_settings(found)
        click.echo(_asked(found, lambda store: rules_history.compared_with_files(store, new)))
        return

    async def told(store: Log) -> str:
        live = await rulings.last_live(store.read)
        return await rules_history.compared(store, first, second or (live.settings if live is not None else ""))

    click.echo(_asked(found, told))


@click.command("apply")
@click.option("--yes", is_flag=True, help="do not ask")
@config_option
@set_option
def rules_apply(yes: bool, config: Path | None, settings: tuple[str, ...]) -> None:
    """Take the rules in the files over, however much they change: show what, ask, and tell the running Salver."""
    asyncio.run(_apply(configuration_of(config, settings), yes))


async def _apply(configuration: Configuration, yes: bool) -> None:
    store = await reading_store(configuration)
    try:
        application = await prepared(store, configuration)
        if application is None:
            click.echo("There is nothing to apply: the rules in the files are those that decide.")
            return
        for line in application.shown:
            click.echo(line)
        if not yes and not click.confirm("Take them over?"):
            raise CommandError("nothing was changed; the old rules decide")
        click.echo(await applied(store, configuration, application))
    finally:
        await store.close()


def version_of(configuration: Configuration, version: str) -> Settings:
    """The rules of an earlier version, as `salver rules show` is told. Raises StoreError: there is none such."""
    rules = _asked(configuration, lambda store: rulings.rules_of(store.read, version))
    return Settings(owners=configuration.owner, follow_up=configuration.follow_up, rules=rules)


def _asked(configuration: Configuration, ask: Callable[[Log], Awaitable[T]]) -> T:
    async def run() -> T:
        store = await reading_store(configuration)
        try:
            return await ask(store)
        finally:
            await store.close()

    return asyncio.run(run())


COMMANDS = (rules_history_, rules_diff, rules_apply)
