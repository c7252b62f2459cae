"""`salver shadow promote`: the rules that ran in the shadow become the live ones, in the owner's configuration file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.clock import now
from pipeline.commands import CommandError
from pipeline.configuration import Configuration
from pipeline.profile_file import toml_text
from pipeline.rules.key import check_writable, promoted, write
from pipeline.settings import ConfigError, stage_settings
from pipeline.shadow.file import load_shadow, off
from pipeline.store import rulings
from pipeline.store.approved import approved, withdrawn
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.settings import Settings

KEYS = ("rules", "shadow")


class Promotion(NamedTuple):
    """What would be done."""

    path: Path
    """the configuration file"""
    found: Configuration
    live: Settings
    new: Settings
    before: bytes
    after: bytes
    """the file, now and then"""


def prepared(
    path: Path, found: Configuration, overrides: Iterable[str], environment: Mapping[str, str] | None = None
) -> Promotion:
    """What a promotion would do. Raises CommandError or ConfigError where it cannot be done, before anything is."""
    _refuse_other_places(overrides, os.environ if environment is None else environment)
    if not found.shadow:
        raise CommandError(
            f'no rules run in the shadow: put shadow = "next.toml" at the top of {path}, above its first [section], '
            "and let them run for a while"
        )
    live = stage_settings(found)
    if live.shadow is None:
        told = "\n".join(off(found.shadow, load_shadow(found, live).mistakes))
        raise CommandError(f"{told}\nMend this first; nothing was changed.")
    check_writable(path)
    before = path.read_bytes()
    after = promoted(before, path)
    new = stage_settings(found.but(rules=found.shadow, shadow=""))
    if new.rules.version != live.shadow.version:
        raise CommandError(f"{found.shadow} was changed just now; say `salver shadow promote` again")
    return Promotion(path, found, live, new, before, after)


def _refuse_other_places(overrides: Iterable[str], environment: Mapping[str, str]) -> None:
    """What stands above the file would go on to decide which rules are live."""
    for key in KEYS:
        variable = f"SALVER_{key.upper()}"
        if variable in environment:
            raise CommandError(
                f"{variable} in the environment says which rules there are, whatever the file says: change it there, "
                f"or take it out and write {key} into the file"
            )
        if key in (each.partition("=")[0].strip() for each in overrides):
            raise CommandError(
                f"--set {key} says which rules there are, whatever the file says: leave it out, here and where Salver "
                "is started, and write it into the file"
            )


async def promote(promotion: Promotion, store: Log | None) -> str:
    """Do it, and say what was done and how to go back. CommandError or ConfigError: nothing was changed.

    That the owner has seen what changes is noted first: a running Salver reads the file as soon as it is written.
    """
    shadow, new = promotion.found.shadow, promotion.new
    again = stage_settings(promotion.found)
    if again.shadow is None or rulings.set_of(again.but(rules=again.shadow)) != rulings.set_of(new):
        raise CommandError(
            "the rules, or what else judges, were changed meanwhile, so nothing was done; say `salver shadow promote` "
            "again"
        )
    if store is not None:
        await store.write([approved(rulings.set_of(new), now(), "promote")])
    try:
        write(promotion.path, promotion.before, promotion.after)
    except ConfigError:
        if store is not None:  # what did not come about is not to pass some other day
            await store.write([withdrawn(rulings.set_of(new), "promote")])
        raise
    return "\n".join((f"{shadow} (version {new.rules.version}) is live now: {_taken(promotion)}", _back(promotion)))


def _taken(promotion: Promotion) -> str:
    found = promotion.found
    if not served(found.store.path):
        return "Salver is not running, and judges by it from its next start."
    if not found.reload.watch:
        return "a running Salver takes it over on SIGHUP, or at its next start ([reload] watch is off)."
    return "a running Salver takes it over within a few seconds; `salver status` says so if it could not."


def _back(promotion: Promotion) -> str:
    found, path = promotion.found, promotion.path
    was, shadow = toml_text(found.rules), toml_text(found.shadow)
    stood = f"rules = {was}" if found.rules else "no `rules` (so those that Salver ships)"
    back = f"put rules = {was} back there" if found.rules else "take the line of `rules` out again"
    return (
        f"In {path} stood {stood} and shadow = {shadow}; now it is rules = {shadow}, and nothing else was changed.\n"
        f"To go back, {back}; with shadow = {shadow} beside it, the new rules run in the shadow again."
    )
