"""(the store, Configuration, what is to be tried) -> both sides: the rules that decide, and those held against them.

What decides is what the store says a running Salver took over last, which the files need not say: changed rules may
have been refused, or come to count at the next start only.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.backtest.options import with_points
from pipeline.clock import utc
from pipeline.configuration import Configuration
from pipeline.settings import stage_settings
from pipeline.store import rulings
from pipeline.store.migrations import StoreError
from pipeline.store.reads import Read
from pipeline.store.rulings import Ruling
from stages.rules.language import Rules
from stages.settings import Settings

_AS_THE_FILES_SAY = "so those in the files stand for the rules that decide."


class Wanted(NamedTuple):
    """What is to be tried; nothing of it: how the rules stand."""

    rules: Path | None = None
    version: str = ""
    points: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.rules is not None or bool(self.version or self.points)


class Compared(NamedTuple):
    """Both sides, the same value twice where there is nothing else to try; and what is to be said of them."""

    live: Settings
    new: Settings
    notes: tuple[str, ...] = ()

    @property
    def other_points(self) -> bool:
        return self.live.points != self.new.points


async def compared(read: Read, configuration: Configuration, wanted: Wanted) -> Compared:
    """Raises ConfigError, StoreError or CommandError.

    Where what decides is known, the configured rules file is read only if nothing else is to be tried.
    """
    last = await rulings.last_live(read)
    rules, notes = _rules_of(last)
    if last is None or rules is None:
        live = files = stage_settings(configuration)
    else:
        # The shipped rules stand in until those that decide are put in their place: the file may be a broken one.
        told = stage_settings(configuration.but(rules="", shadow=""))
        live, notes = _as_it_decides(told, last, rules)
        files = live if wanted else _in_the_files(configuration, live)
    if wanted.rules is not None:
        new = stage_settings(configuration.but(rules=str(wanted.rules), shadow=""))
    elif wanted.version:
        new = live.but(rules=await rulings.rules_of(read, wanted.version))
    else:
        new = files
    new = with_points(new, wanted.points)
    return Compared(live, new, (*notes, *_sides(live, new, wanted, last)))


async def deciding(read: Read, told: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the rules and points that decide, and what is to be said of that."""
    last = await rulings.last_live(read)
    rules, notes = _rules_of(last)
    return (told, notes) if last is None or rules is None else _as_it_decides(told, last, rules)


def same_rules(one: Settings, other: Settings) -> bool:
    """Wherever they stand, and whatever notes stand beside them."""
    return one is other or one.rules.model_dump_json() == other.rules.model_dump_json()


def is_shipped(settings: Settings) -> bool:
    """Whether these are the rules that Salver brings along, and not the owner's."""
    return settings.rules.file.endswith("(shipped)")


def _rules_of(last: Ruling | None) -> tuple[Rules | None, tuple[str, ...]]:
    try:
        return (last.rules if last is not None else None), ()
    except StoreError as error:
        return None, (f"{error}, {_AS_THE_FILES_SAY}",)


def _as_it_decides(told: Settings, last: Ruling, rules: Rules) -> tuple[Settings, tuple[str, ...]]:
    """With what of weights and profiles is only known by a hash as the files have it."""
    judging = rulings.judging_of(told)
    was, now = (each.get("profiles") or {} for each in (last.judging, judging))
    other = [f"the profile of {owner}" for owner in sorted({*was, *now}) if was.get(owner) != now.get(owner)]
    if last.judging.get("weights") != judging["weights"]:
        other.insert(0, "the weights")
    note = (
        f"Not as Salver took them over at {utc(last.at)} UTC: {', '.join(other)}. Of those it keeps no copy, so where "
        "something is scored anew, both sides have them as they are in the files now."
    )
    live = told.but(rules=rules, points=dict(last.judging.get("points", {})), shadow=None)
    return live, ((note,) if other else ())


def _in_the_files(configuration: Configuration, live: Settings) -> Settings:
    """What the files say; the live settings themselves where that is the same."""
    files = stage_settings(configuration.but(shadow=""))
    return live if same_rules(files, live) and files.points == live.points else files


def _sides(live: Settings, new: Settings, wanted: Wanted, last: Ruling | None) -> list[str]:
    if last is None or new is live:
        return []
    decides = f"What decides: {_named(live)}, since {utc(last.at)} UTC."
    if not wanted:
        return [f"{decides} Tried: the rules on disk, which do not decide yet ({_named(new)})."]
    if same_rules(live, new) and live.points == new.points:
        return [f"{decides} That is what {_named(new)} says, too: there is nothing else to try."]
    if wanted.rules is not None and live.points != new.points and not wanted.points:
        return [f"{decides} Tried: {_named(new)}, with the [points] of your configuration, which do not decide yet."]
    return [f"{decides} Tried: {_named(new)}{', with other points' if wanted.points else ''}."]


def _named(settings: Settings) -> str:
    rules = settings.rules
    return f"{rules.file or 'rules'}, version {rules.version}" if rules.version else rules.file or "rules of no file"
