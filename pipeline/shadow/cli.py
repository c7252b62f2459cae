"""`salver shadow`: new rules beside the live ones, what they would have decided, and making them live."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline import backtest
from pipeline.backtest import text as backtest_text
from pipeline.backtest.live import deciding
from pipeline.clock import now
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.follow_up_list import owner_called
from pipeline.moments import instant
from pipeline.options import config_option, configuration_of, own, set_option
from pipeline.shadow import promoting, reporting
from pipeline.shadow.promoting import Promotion
from pipeline.shadow.reporting import LISTED
from pipeline.store import shadows
from pipeline.store.log import Log


@click.group("shadow")
def shadow_() -> None:
    """Try new rules beside the live ones, on every mail and at no risk: shadow = "next.toml" in the configuration."""


@shadow_.command("report")
@click.option("--json", "as_json", is_flag=True, help="one JSON object, with every disagreement")
@click.option("--owner", default="", metavar="ID|ADDRESS", help="of this owner only")
@click.option("--since", default="", metavar="DATE", help="of what was decided since; 2026-11-01, or 7d")
@config_option
@set_option
def report(as_json: bool, owner: str, since: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Say what the rules in the shadow would have decided otherwise, and who was right where you said it yourself."""
    configuration = configuration_of(config, settings)
    if not configuration.shadow:
        raise CommandError(
            'no rules run in the shadow: write them into a file, and put shadow = "next.toml" at the top of your '
            "configuration, above its first [section]"
        )
    whose = owner_called(configuration, owner).id if owner else None
    from_ = instant(since, now()) if since else 0
    click.echo(asyncio.run(_report(configuration, whose, from_, as_json)))


async def _report(configuration: Configuration, owner: str | None, since: int, as_json: bool) -> str:
    store = await reading_store(configuration)
    try:
        return await reporting.report(store.read, configuration, owner, since, as_json=as_json)
    finally:
        await store.close()


@shadow_.command("promote")
@click.option("--yes", is_flag=True, help="do not ask")
@config_option
@set_option
def promote(yes: bool, config: Path | None, settings: tuple[str, ...]) -> None:
    """Make the rules in the shadow the live ones, after showing what they would have changed."""
    path = own(config, "Which rules are live is said")
    asyncio.run(_promote(promoting.prepared(path, configuration_of(config, settings), settings), yes))


async def _promote(promotion: Promotion, yes: bool) -> None:
    found = promotion.found
    store = await reading_store(found) if found.store.path.exists() else None
    try:
        for line in await _shown(promotion, store):
            click.echo(f"{line}\n")
        if not yes and not click.confirm(f"Make {found.shadow} live?"):
            raise CommandError(f"nothing was changed; {found.shadow} goes on to run in the shadow")
        click.echo(await promoting.promote(promotion, store))
    finally:
        if store is not None:
            await store.close()


async def _shown(promotion: Promotion, store: Log | None) -> list[str]:
    """What the new rules would have changed, and what is known of them since they run in the shadow."""
    found, live, new = promotion.found, promotion.live, promotion.new
    if store is None:
        return [f"There is no store at {found.store.path} yet, so there is no mail to try the rules on."]
    assert live.shadow is not None
    click.echo(f"{found.shadow} is tried on what was decided so far ...", err=True)
    decides, notes = await deciding(store.read, live)
    tried = await backtest.tried(store.read, decides, new, rescore=decides.points != new.points, keep=LISTED)
    zones = {owner.id: owner.zone for owner in found.owner}
    seen = await shadows.seen(store.read, live.shadow.version)
    return [
        f"What {found.shadow} would have changed of all that was decided so far:",
        backtest_text.text(tried, decides, new, zones, notes=notes),
        "What it said in the shadow:",
        await reporting.report(store.read, found, hint=False) if seen.since is not None else _unseen(promotion),
    ]


def _unseen(promotion: Promotion) -> str:
    return f"Nothing yet: no request came since {promotion.found.shadow} is as it is now."
