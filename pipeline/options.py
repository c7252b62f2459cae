"""Options that most commands have, and the configuration they name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from pipeline import logs
from pipeline.configuration import Configuration
from pipeline.reload.origin import Origin
from pipeline.settings import ConfigError, shipped

config_option = click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path, dir_okay=False),
    help="configuration file (TOML); default: salver.toml in this folder, else the shipped example",
)
set_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="one key, over file and environment"
)


OWN = Path("salver.toml")
"""What `salver setup` writes; in the folder where it lies it need not be named."""


def chosen(config: Path | None) -> Path | None:
    """The file that was named, else `salver.toml` of the current folder; None: the shipped example."""
    return config or (OWN if OWN.is_file() else None)


def own(config: Path | None, what: str) -> Path:
    """The configuration of one's own, for commands that change it. Raises ConfigError, beginning with `what`."""
    found = chosen(config)
    if found is None:
        raise ConfigError(f"{what} in a configuration of your own; name it with --config FILE")
    return found


def configuration_of(config: Path | None, settings: Iterable[str] = ()) -> Configuration:
    """The configuration, with --set over environment over file; logging is set up as it says. Raises ConfigError."""
    found = origin_of(config, settings).load()
    logs.configure(found.log.level, found.log.format)
    return found


def origin_of(config: Path | None, settings: Iterable[str] = ()) -> Origin:
    """Where the configuration is read. Raises ConfigError."""
    overrides = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise ConfigError(f"--set {setting}: write KEY=VALUE, such as --set smtp.listen=127.0.0.1:2525")
        overrides[key.strip()] = value.strip()
    return Origin(chosen(config) or shipped("example.toml"), overrides)
