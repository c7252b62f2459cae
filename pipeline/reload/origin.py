"""How the configuration was read, so that it can be read again: file, --set and environment, in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.configuration import Configuration
from pipeline.settings import load
from stages.settings import Owner
from stages.values import Value


class Origin(NamedTuple):
    """A configuration file, and what stands above it."""

    path: Path
    overrides: Mapping[str, str]
    environment: Mapping[str, str] | None = None
    """None: that of this process"""

    def load(self) -> Configuration:
        """As it stands there now. Raises ConfigError."""
        return load(self.path, self.overrides, self.environment)


class Taken(NamedTuple):
    """What of a configuration that was read anew a running Salver takes over."""

    configuration: Configuration
    restart: tuple[str, ...]
    """dotted keys that changed besides, and count from the next start on"""
    folders: tuple[str, ...] = ()
    """that were declared since, and can be filed into from the next start on"""


def taken(running: Configuration, read: Configuration) -> Taken:
    """What judges, and [reload] itself, of the configuration read; all else as it runs.

    Folders that were declared since are not among it: the mailboxes that are open do not know them.
    """
    found = running.but(
        rules=read.rules,
        shadow=read.shadow,
        weights=read.weights,
        points=read.points,
        reload=read.reload,
        owner=tuple(_with_profile(owner, read.owner) for owner in running.owner),
    )
    new = tuple(folder for folder in read.filing.folders if folder not in running.filing.folders)
    return Taken(found, tuple(_other(found, read)), new)


def _with_profile(owner: Owner, read: tuple[Owner, ...]) -> Owner:
    return owner.but(profile=next((each.profile for each in read if each.id == owner.id), owner.profile))


def _other(running: Value, read: Value, before: str = "") -> list[str]:
    """Dotted keys in which they differ; of a list of tables, the list."""
    found: list[str] = []
    for name in type(running).model_fields:
        ours, theirs = getattr(running, name), getattr(read, name)
        if isinstance(ours, Value) and isinstance(theirs, Value):
            found += _other(ours, theirs, f"{before}{name}.")
        elif ours != theirs:
            found.append(before + name)
    return found
