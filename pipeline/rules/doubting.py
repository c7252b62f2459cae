"""(Settings) -> the log: what is doubtful in the live rules, and which of their examples fail. Nothing hangs on it."""

from __future__ import annotations

import structlog

from stages.rules.checking import doubts
from stages.rules.examples import failing_examples
from stages.settings import Settings

log = structlog.get_logger()


def announce(settings: Settings) -> None:
    """Rules that are hardly meant judge all the same: a server that would not start for them would lose mail."""
    for doubt in doubts(settings.rules, settings.told_points):
        log.warning("rules_doubted", why=doubt)
    if failing := failing_examples(settings):
        log.warning("examples_failed", examples=len(failing), told_by="salver check")
