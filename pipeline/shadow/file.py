"""(Configuration, what is live) -> the rules in the shadow, or why there are none: never a reason not to start."""

from __future__ import annotations

from typing import NamedTuple

import structlog

from pipeline.configuration import Configuration
from pipeline.rules.file import load_rules
from pipeline.toml_file import ConfigError, named_file
from stages.rules.checking import doubts as doubts_of
from stages.rules.examples import failing_examples
from stages.rules.language import Rules
from stages.settings import Settings

log = structlog.get_logger()

_TROUBLES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class Loaded(NamedTuple):
    """The rules in the shadow; None: there are none, or they are off, and why (one mistake each)."""

    rules: Rules | None
    mistakes: tuple[str, ...] = ()


def load_shadow(found: Configuration, live: Settings) -> Loaded:
    """The file that `shadow` names, with what was learned in front, as in front of the live rules.

    So the two differ in their own rules and thresholds only; and what a promotion makes live is what ran here. Rules
    whose examples fail do not run. Raises nothing: not even where there is a bug that only these rules meet.
    """
    if not found.shadow:
        return Loaded(None)
    try:
        owners = [owner.id for owner in found.owner]
        rules = load_rules(named_file(found.shadow, "shadow"), found.filing.folders, owners).but(
            lessons=live.rules.lessons
        )
        failing = failing_examples(live, rules)
        _ = rules.marks, rules.in_order  # what is worked out of them when they decide first
    except ConfigError as error:
        return Loaded(None, tuple(str(error).splitlines()))
    except _TROUBLES as error:
        return Loaded(None, (f"{found.shadow} cannot be used as rules ({type(error).__name__}: {error})",))
    return Loaded(None, failing) if failing else Loaded(rules)


def with_shadow(found: Configuration, live: Settings) -> Settings:
    """The settings, and beside them the rules in the shadow, if there are any that can run."""
    return live.but(shadow=load_shadow(found, live).rules) if found.shadow else live


def announce(found: Configuration, settings: Settings, before: Rules | None = None) -> None:
    """Says in the log which rules run in the shadow, unless it is those that did before; or why they do not."""
    if settings.shadow is not None:
        if before is None or before.version != settings.shadow.version:
            log.info("shadow_rules_run", file=settings.shadow.file, version=settings.shadow.version)
    elif found.shadow:
        for mistake in load_shadow(found, settings).mistakes:
            log.warning("shadow_rules_off", file=found.shadow, why=mistake)


def off(name: str, mistakes: tuple[str, ...]) -> tuple[str, ...]:
    """That the shadow is off, and every reason, one line each."""
    return (
        f"The rules in the shadow ({name}) are off; mail is sorted by the live ones:",
        *(f"  {m}" for m in mistakes),
    )


def doubts(found: Configuration, settings: Settings) -> tuple[str, ...]:
    """For `salver check`: why the shadow is off, or what is hardly meant in it."""
    if settings.shadow is not None:
        return doubts_of(settings.shadow, settings.told_points)
    return off(found.shadow, load_shadow(found, settings).mistakes) if found.shadow else ()
